"""Sanitizes the metadata of cells: keeps only what pages need."""

import re
from math import isfinite
from typing import Any

from nbformat import NotebookNode, from_dict


def clean_cell_metadata(metadata: Any) -> NotebookNode:
    """Return the part of a cell's metadata that pages need.

    These are nbgrader's entry, the flags "editable" and "deletable", and the flag "judged", which
    says that the outputs come from a check; see `backprop_classroom.grading.marking`.
    """
    if not isinstance(metadata, dict):
        return NotebookNode()
    cleaned = {
        key: metadata[key]
        for key in ("deletable", "editable", "judged")
        if isinstance(metadata.get(key), bool)
    }
    entry = _clean_entry(metadata.get("nbgrader"))
    if entry:
        cleaned["nbgrader"] = entry
    return from_dict(cleaned)


def count(value: object) -> int | None:
    """Return a value if it is a valid count, such as an execution count, else None."""
    return value if type(value) is int and 0 <= value < 10**9 else None


def _clean_entry(entry: Any) -> dict[str, Any] | None:
    """Return the valid parts of nbgrader's entry in a cell's metadata, or None if invalid."""
    if not isinstance(entry, dict):
        return None
    id = entry.get("grade_id")
    # Only names that nbgrader accepts: its pages do not escape them.
    if not isinstance(id, str) or not re.fullmatch("[a-zA-Z0-9_-]{1,200}", id):
        return None
    version = count(entry.get("schema_version"))
    cleaned = {"grade_id": id, "schema_version": 3 if version is None else version}
    for key in ("grade", "solution", "locked", "task"):
        cleaned[key] = entry.get(key) is True
    points: Any = entry.get("points")
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    if is_number and isfinite(points) and 0 <= points < 10**6:
        cleaned["points"] = points
    if entry.get("cell_type") in ("code", "markdown", "raw"):
        cleaned["cell_type"] = entry["cell_type"]
    if isinstance(entry.get("checksum"), str) and re.fullmatch("[0-9a-f]{32}", entry["checksum"]):
        cleaned["checksum"] = entry["checksum"]
    return cleaned
