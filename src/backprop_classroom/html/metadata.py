"""Cleans the metadata of cells: of what a notebook says about itself, what pages need."""

import re
from math import isfinite
from typing import Any

from nbformat import NotebookNode, from_dict


def clean_cell_metadata(metadata: Any) -> NotebookNode:
    """Return what pages need of a cell's metadata: nbgrader's entry, and what is marked as ours.

    That is whether a cell may be edited or deleted, and whether its outputs were "judged": come
    from a check, see `backprop_classroom.grading.marking`.
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
    """Return a number such as of executions, or None if it is none."""
    return value if type(value) is int and 0 <= value < 10**9 else None


def _clean_entry(entry: Any) -> dict[str, Any] | None:
    """Return nbgrader's entry in a cell's metadata, or None if it is not one."""
    if not isinstance(entry, dict):
        return None
    id = entry.get("grade_id")
    # The names that nbgrader accepts; its pages write them as they are.
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
