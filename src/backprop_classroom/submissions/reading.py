"""Reads what a student handed in: a file that may hold anything."""

import json
import os
import stat
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from ..bounded import READER, Exceeded
from ..files import submitted_folder
from ..lesson import Lesson, LessonCell
from ..release import METADATA
from ..texts import encodable
from .large_notebooks import without_outputs
from .timestamps import TIMESTAMP, fault_of_time, time_in

MOST_BYTES = 50 * 2**20  # of a notebook; if it has more, of what is left without its outputs
MOST_RAW = 200 * 2**20  # with its outputs
MOST_CELLS = 2_000
MOST_SOURCE = 200_000  # characters of one cell
COMPANIONS = (TIMESTAMP, "submission_secret.txt")
# Of a cell its type, text, grade_id or "", and attachments.
_PlainCell = tuple[str, str, str, Any]
_KINDS = ("code", "markdown", "raw")


class Unreadable(ValueError):
    """A submission cannot be graded; the message says why, in words for a person."""


@dataclass
class Submission:
    """A student's notebook, made fit for grading.

    Attributes
    ----------
    notebook
        Cells of the lesson are as the lesson has them wherever students must not change them;
        outputs and foreign metadata are gone.
    remarks
        What was odd about it.
    """

    notebook: nbformat.NotebookNode
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Received:
    """What a student handed in for a lesson.

    Attributes
    ----------
    data
        The bytes of the notebook.
    companions
        What nbgrader's exchange puts beside it, by name, as bytes.
    remark
        What was odd about that, or "".
    """

    data: bytes
    companions: dict[str, bytes]
    remark: str = ""

    @property
    def version(self) -> bytes:
        """Bytes that change with every submission: the same notebook may come again, and late."""
        return self.data + self.companions.get(TIMESTAMP, b"")

    @property
    def when(self) -> datetime | None:
        """When it was handed in, if timestamp.txt says so."""
        return time_in(self.companions.get(TIMESTAMP, b""))


def read_submission(root: Path, student: str, lesson: Lesson) -> Received:
    """Read what a student handed in, for whatever command grades it.

    Parameters
    ----------
    root
        The folder of the course.
    student
        The name of a folder in submitted/.
    lesson
        The lesson that it was handed in for.

    Returns
    -------
    Received
        The notebook and what lies beside it.

    Raises
    ------
    Unreadable
        If it is missing, cannot be read, is too large or is a link that leads elsewhere.
    """
    inside, folder = Path(root, "submitted", student), submitted_folder(root, student, lesson.name)
    try:
        if inside.is_symlink():
            raise Unreadable("the folder of the student is a link")
        data = read_file(folder / f"{lesson.notebook}.ipynb", inside)
        companions = read_companions(folder)
        remark = fault_of_time(companions.get(TIMESTAMP, b""))
        if remark:  # nbgrader would read it once more, in the graded copy
            companions[TIMESTAMP] = b""
        elif TIMESTAMP not in companions and os.path.lexists(folder / TIMESTAMP):
            remark = f"{TIMESTAMP} is a link or too large; it is left out"
        return Received(data, companions, remark)
    except (OSError, RuntimeError) as error:  # no right to look at it, a link in a circle
        why = getattr(error, "strerror", None) or error
        raise Unreadable(f"it cannot be read: {why}") from None


def read_file(path: Path, inside: Path) -> bytes:
    """Return the bytes of a submitted notebook.

    Parameters
    ----------
    path
        The notebook.
    inside
        The folder that it has to lie in, links followed.

    Raises
    ------
    Unreadable
        If it is missing, no ordinary file, a link that leads elsewhere, or too large. A large one
        comes without its outputs, which grading makes anew.
    """
    path, inside = Path(path), Path(inside)
    if path.parent.is_symlink() or inside.resolve() not in path.resolve().parents:
        raise Unreadable(f"{path.name} is a link that leads out of the folder of the submission")
    if not path.exists():
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        found = sorted(os.fsencode(other.name).decode("utf-8", "replace") for other in beside)
        listed = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
        raise Unreadable(f"{path.name} is missing; the folder holds {listed or 'nothing'}")
    # Looked at before it is opened: to open a pipe would wait forever.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Unreadable(f"{path.name} is not an ordinary file")
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            (data,) = READER.each(_large, path)
    except Exceeded as error:
        raise Unreadable(f"{path.name} cannot be used: {error}") from None
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}") from None
    if isinstance(data, str):
        raise Unreadable(f"{path.name} {data}")
    return data


def _large(path: Path) -> Iterator[bytes | str]:
    """Yield the bytes of a large notebook without its outputs, or what is wrong with it."""
    try:
        with open(path, "rb") as file:
            yield small_enough(iter(lambda: file.read(2**20), b""))
    except Unreadable as error:
        yield str(error)


def small_enough(pieces: Iterable[bytes]) -> bytes:
    """Return the bytes of a notebook that comes in pieces; without its outputs if it is large.

    Raises
    ------
    Unreadable
        If it is too large all the same; the message is the end of a sentence.
    """
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > MOST_RAW:
            raise Unreadable(f"is larger than {MOST_RAW / 2**20:g} MB")
    if len(data) <= MOST_BYTES:
        return bytes(data)
    small = without_outputs(data)
    if len(small) > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES / 2**20:g} MB, even without its outputs")
    return small


def read_companions(folder: Path) -> dict[str, bytes]:
    """Return what nbgrader's exchange puts beside a notebook, by name, as bytes.

    It hands feedback back by them. Links and large files are left alone.
    """
    paths = (Path(folder, name) for name in COMPANIONS)
    return {
        path.name: path.read_bytes()
        for path in paths
        if not path.is_symlink() and path.is_file() and path.stat().st_size <= 1_000
    }


def parse_within_limits(data: bytes, lesson: Lesson) -> Submission:
    """Make a `Submission` as `parse` does, in a process whose time and memory are bounded.

    Raises
    ------
    Unreadable
        If they are no notebook, or exceed the limits.
    """
    try:
        (made,) = READER.each(_parsed, data, lesson)
    except Exceeded as error:
        made = f"{lesson.notebook}.ipynb cannot be used: {error}"
    if isinstance(made, str):
        raise Unreadable(made)
    return Submission(nbformat.from_dict(made.notebook), made.remarks)


def _parsed(data: bytes, lesson: Lesson) -> Iterator[Submission | str]:
    try:
        yield parse(data, lesson)
    except Unreadable as error:
        yield str(error)


def parse(data: bytes, lesson: Lesson) -> Submission:
    """Make a `Submission` of the bytes of a notebook, for the given `Lesson`.

    Raises
    ------
    Unreadable
        If they are no notebook.
    """
    name = f"{lesson.notebook}.ipynb"
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        what = "is empty" if not data.strip() else "is not valid JSON"
        raise Unreadable(f"{name} is not a notebook: it {what}") from None
    if not isinstance(content, dict) or type(content.get("nbformat")) is not int:
        raise Unreadable(f"{name} is not a valid notebook: it names no notebook format")
    if content["nbformat"] != 4:
        content = _converted(content, name)
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise Unreadable(f"{name} is not a valid notebook: it has no list of cells")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"{name} has {len(cells):,} cells, more than {MOST_CELLS:,}")
    return _prepared([_plain(cell, n, name) for n, cell in enumerate(cells, start=1)], lesson)


def _converted(content: dict[str, Any], name: str) -> dict[str, Any]:
    version = content["nbformat"]
    if not 1 <= version <= 3:
        raise Unreadable(f"{name} is not a valid notebook: its format is {version}, expected 4")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return nbformat.convert(nbformat.from_dict(content), 4)
    except Exception as error:  # whatever an old format stumbles over
        raise Unreadable(
            f"{name} is not a valid notebook: its format is {version}, and it cannot be converted "
            f"({type(error).__name__})"
        ) from None


def _plain(cell: Any, number: int, name: str) -> _PlainCell:
    """Return a cell's type, text, grade_id and attachments, whatever else it holds."""
    kind, source = (cell.get("cell_type"), cell.get("source")) if isinstance(cell, dict) else "  "
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if kind not in _KINDS or not isinstance(source, str):
        raise Unreadable(f"{name} is not a valid notebook: cell {number} is no cell")
    if len(source) > MOST_SOURCE:
        raise Unreadable(
            f"{name}: cell {number} has {len(source):,} characters, more than {MOST_SOURCE:,}"
        )
    source = encodable(source)
    return kind, source, settings_of(cell).get("grade_id", ""), cell.get("attachments")


def settings_of(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return nbgrader's settings of a cell that may hold anything; {} if it has no grade_id."""
    metadata = cell.get("metadata")
    settings = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(settings, dict) or not isinstance(settings.get("grade_id"), str):
        return {}
    return settings


def _prepared(cells: Sequence[_PlainCell], lesson: Lesson) -> Submission:
    remarks, made = [], []
    last = {id: place for place, (_, _, id, _) in enumerate(cells) if id in lesson.by_id}
    times: dict[str, int] = {}
    for place, (kind, source, id, attachments) in enumerate(cells):
        known = lesson.by_id.get(id)
        if known is not None:
            times[id] = times.get(id, 0) + 1
        if known is None or last[id] != place:
            made.append(_cell(kind, source, attachments, f"cell-{place}"))
            continue
        edited = source not in (known.source, known.released) and known.released is not None
        if known.locked and edited:
            remarks.append(f"the locked cell {id} had been edited; it was put back")
        if kind != known.cell_type:
            remarks.append(f"the cell {id} had become a {kind} cell; it was put back")
        text = known.source if known.locked else source
        cell = _cell(known.cell_type, text, attachments, f"cell-{place}")
        made.append(cell | {"metadata": _settings(known)})
    for id, count in times.items():
        if count > 1:
            remarks.append(f"there are {count} cells {id}; the last of them counts")
    for cell in lesson.cells:
        if cell.points is not None and cell.grade_id not in times:
            remarks.append(f"the cell {cell.grade_id} is missing and earns nothing")
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": made}
    return Submission(nbformat.from_dict(notebook), remarks)


def _cell(kind: str, source: str, attachments: Any, id: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": id, "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    if kind == "markdown" and isinstance(attachments, dict):
        cell["attachments"] = _texts_in(attachments)  # whose pictures `html.notebooks` chooses
    return cell


def _texts_in(attachments: dict[str, Any]) -> dict[str, dict[str, str | list[str]]]:
    """Return what nbformat admits; what is nested, nobody could copy without end."""
    return {
        name: {kind: text for kind, text in data.items() if _is_text(text)}
        for name, data in attachments.items()
        if isinstance(data, dict)
    }


def _is_text(value: Any) -> bool:
    lines = value if isinstance(value, list) else [value]
    return all(isinstance(line, str) for line in lines)


def _settings(known: LessonCell) -> dict[str, Any]:
    settings = {
        "schema_version": 3, "grade_id": known.grade_id, "cell_type": known.cell_type,
        "checksum": known.checksum, "grade": known.grade, "solution": known.solution,
        "locked": known.locked, "task": known.task,
    }  # fmt: skip
    if known.points is not None:
        settings["points"] = known.points
    return {"deletable": False, "editable": not known.locked, "nbgrader": settings}
