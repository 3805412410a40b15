"""Extracts the relevant parts of the cells of an untrusted notebook."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat

from ..texts import encodable

MOST_CELLS = 2_000
MOST_SOURCE = 200_000  # characters of one cell
_KINDS = ("code", "markdown", "raw")


class Unreadable(ValueError):
    """Raised if a submission cannot be graded; the message says why."""


@dataclass(frozen=True)
class PlainCell:
    """One cell as it was handed in.

    Attributes
    ----------
    kind, source, attachments
        The fields `cell_type`, `source` and `attachments` of nbformat.
    settings
        nbgrader's metadata, with a grade_id; {} if there is none.
    ids
        Its cell ids: Colab moves nbformat's id into the metadata.
    """

    kind: str
    source: str
    attachments: Any = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    ids: tuple[str, ...] = ()

    @property
    def grade_id(self) -> str:
        """Its nbgrader id, or ""."""
        return self.settings.get("grade_id", "")


def cells_of(data: bytes, name: str) -> list[PlainCell]:
    """Return the cells in the bytes of a notebook.

    Parameters
    ----------
    data
        The bytes.
    name
        The name of the notebook, for messages.

    Raises
    ------
    Unreadable
        If the bytes are not a valid notebook.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        what = "is empty" if not data.strip() else "is not valid JSON"
        raise Unreadable(f"{name} is not a notebook: it {what}") from None
    if not isinstance(content, dict) or type(content.get("nbformat")) is not int:
        raise Unreadable(f"{name} is not a valid notebook: it has no format version")
    if content["nbformat"] != 4:
        content = _converted(content, name)
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise Unreadable(f"{name} is not a valid notebook: it has no list of cells")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"{name} has {len(cells):,} cells, more than {MOST_CELLS:,}")
    return [_plain(cell, n, name) for n, cell in enumerate(cells, start=1)]


def _converted(content: dict[str, Any], name: str) -> dict[str, Any]:
    version = content["nbformat"]
    if not 1 <= version <= 3:
        raise Unreadable(f"{name} is not a valid notebook: its format is {version}, expected 4")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return nbformat.convert(nbformat.from_dict(content), 4)
    except Exception as error:  # nbformat raises many kinds of errors
        raise Unreadable(
            f"{name} is not a valid notebook: its format is {version}, and it cannot be converted "
            f"({type(error).__name__})"
        ) from None


def _plain(cell: Any, number: int, name: str) -> PlainCell:
    kind, source = (cell.get("cell_type"), cell.get("source")) if isinstance(cell, dict) else "  "
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if kind not in _KINDS or not isinstance(source, str):
        raise Unreadable(f"{name} is not a valid notebook: cell {number} is not a valid cell")
    if len(source) > MOST_SOURCE:
        raise Unreadable(
            f"{name}: cell {number} has {len(source):,} characters, more than {MOST_SOURCE:,}"
        )
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    settings = metadata.get("nbgrader")
    if not isinstance(settings, dict) or not isinstance(settings.get("grade_id"), str):
        settings = {}
    ids = tuple(id for id in (cell.get("id"), metadata.get("id")) if isinstance(id, str) and id)
    return PlainCell(kind, encodable(source), cell.get("attachments"), settings, ids)
