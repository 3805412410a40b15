"""Reads a student's submission, which is untrusted."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from ..bounded import READER, Bounded, Exceeded
from ..files import submitted_folder
from ..lesson import Lesson, LessonCell
from ..release import METADATA
from .large_notebooks import without_outputs
from .notebook_cells import PlainCell, Unreadable, cells_of
from .recognizing import NOT_FOUND, Recognized, recognized
from .timestamps import TIMESTAMP, fault_of_time, time_in

MOST_BYTES = 50 * 2**20  # of a notebook; a larger one must not exceed this without its outputs
MOST_RAW = 200 * 2**20  # of a notebook with its outputs
COMPANIONS = (TIMESTAMP, "submission_secret.txt")


@dataclass
class Submission:
    """A student's notebook, sanitized for grading.

    Attributes
    ----------
    notebook
        The notebook with locked cells restored, and without outputs and foreign metadata.
    remarks
        Remarks on anything unusual.
    recognized
        The grade_ids of cells that had lost nbgrader's metadata; written answers in them are
        graded by a person, even if they seem empty.
    """

    notebook: nbformat.NotebookNode
    remarks: list[str] = field(default_factory=list)
    recognized: frozenset[str] = frozenset()

    @property
    def is_another(self) -> bool:
        """Whether it has no cell of the lesson, and so is a different notebook."""
        return not any("nbgrader" in cell.metadata for cell in self.notebook.cells)


@dataclass(frozen=True)
class Received:
    """What a student handed in for a lesson.

    Attributes
    ----------
    data
        The bytes of the notebook.
    companions
        The bytes of the files that nbgrader's exchange adds, by name.
    remark
        A remark on these files, or "".
    """

    data: bytes
    companions: dict[str, bytes]
    remark: str = ""

    @property
    def version(self) -> bytes:
        """Bytes that differ between submissions, even of the same notebook at another time."""
        return self.data + self.companions.get(TIMESTAMP, b"")

    @property
    def when(self) -> datetime | None:
        """When it was handed in according to timestamp.txt, or None."""
        return time_in(self.companions.get(TIMESTAMP, b""))


def read_submission(root: Path, student: str, lesson: Lesson) -> Received:
    """Read a student's submission.

    Parameters
    ----------
    root
        The folder of the course.
    student
        The name of a folder in submitted/.
    lesson
        The lesson.

    Returns
    -------
    Received
        The notebook and the files beside it.

    Raises
    ------
    Unreadable
        If it is missing, unreadable, too large, or a link to a place outside of the folder.
    """
    inside, folder = Path(root, "submitted", student), submitted_folder(root, student, lesson.name)
    try:
        if inside.is_symlink():
            raise Unreadable("the folder of the student is a link")
        data = read_file(folder / f"{lesson.notebook}.ipynb", inside)
        companions = read_companions(folder)
        remark = fault_of_time(companions.get(TIMESTAMP, b""))
        if remark:  # nbgrader would read it again in the graded copy
            companions[TIMESTAMP] = b""
        elif TIMESTAMP not in companions and os.path.lexists(folder / TIMESTAMP):
            remark = f"{TIMESTAMP} is a link or too large; it is ignored"
        return Received(data, companions, remark)
    except (OSError, RuntimeError) as error:  # missing permission, or circular links
        why = getattr(error, "strerror", None) or error
        raise Unreadable(f"it cannot be read: {why}") from None


def read_file(path: Path, inside: Path) -> bytes:
    """Return the bytes of a submitted notebook.

    Parameters
    ----------
    path
        The notebook.
    inside
        The folder that must contain it after links are resolved.

    Raises
    ------
    Unreadable
        If it is missing, not an ordinary file, a link to a place outside of the folder, or too
        large. A large notebook is returned without its outputs, which grading recomputes.
    """
    path, inside = Path(path), Path(inside)
    if path.parent.is_symlink() or inside.resolve() not in path.resolve().parents:
        raise Unreadable(f"{path.name} is a link to a place outside the folder of the submission")
    if not path.exists():
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        found = sorted(os.fsencode(other.name).decode("utf-8", "replace") for other in beside)
        listed = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
        raise Unreadable(f"{path.name} is missing; the folder contains {listed or 'nothing'}")
    # Checked before opening: opening a pipe would block forever.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Unreadable(f"{path.name} is not an ordinary file")
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            with closing(Bounded()) as reader:  # a separate process, since large files are rare
                (data,) = reader.each(_large, path)
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
    """Join the pieces of a notebook, and remove its outputs if it is large.

    Raises
    ------
    Unreadable
        If it is still too large; the message is the predicate of a sentence.
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
    """Return the bytes of the files that nbgrader's exchange adds to a notebook, by name.

    The exchange needs them to return feedback. Links and large files are ignored.
    """
    paths = (Path(folder, name) for name in COMPANIONS)
    return {
        path.name: path.read_bytes()
        for path in paths
        if not path.is_symlink() and path.is_file() and path.stat().st_size <= 1_000
    }


def parse_within_limits(data: bytes, lesson: Lesson) -> Submission:
    """Call `parse` in a process with limits on time and memory.

    Raises
    ------
    Unreadable
        If the bytes are not a notebook, or exceed the limits.
    """
    try:
        (made,) = READER.each(_parsed, data, lesson)
    except Exceeded as error:
        made = f"{lesson.notebook}.ipynb cannot be used: {error}"
    if isinstance(made, str):
        raise Unreadable(made)
    return Submission(nbformat.from_dict(made.notebook), made.remarks, made.recognized)


def _parsed(data: bytes, lesson: Lesson) -> Iterator[Submission | str]:
    try:
        yield parse(data, lesson)
    except Unreadable as error:
        yield str(error)


def parse(data: bytes, lesson: Lesson) -> Submission:
    """Parse the bytes of a notebook into a `Submission` for the given `Lesson`.

    Raises
    ------
    Unreadable
        If the bytes are not a notebook.
    """
    return _prepared(cells_of(data, f"{lesson.notebook}.ipynb"), lesson)


def _prepared(cells: Sequence[PlainCell], lesson: Lesson) -> Submission:
    found = recognized(cells, lesson)
    ids = [cell.grade_id if cell.grade_id in lesson.by_id else "" for cell in cells]
    for id, place in found.places.items():
        ids[place] = id
    remarks, made = [*found.remarks], []
    last = {id: place for place, id in enumerate(ids) if id}
    for place, (cell, id) in enumerate(zip(cells, ids)):
        name = f"cell-{place}"
        if not id or last[id] != place:
            made.append(_cell(cell.kind, cell.source, cell.attachments, name))
        else:
            known = lesson.by_id[id]
            remarks += _remarks_on(cell, known)
            text = known.source if known.locked else cell.source
            made.append(_cell_of_lesson(known, text, cell.attachments, name))
        for check in [check for check, where in found.within.items() if where == place]:
            known = lesson.by_id[check]
            made.append(_cell_of_lesson(known, known.source, None, f"{name}-{len(made)}"))
    for id in found.lost:
        made.append(_cell_of_lesson(lesson.by_id[id], NOT_FOUND, None, f"cell-{len(made)}-lost"))
    remarks += _remarks_on_number(ids, found, lesson)
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": made}
    return Submission(nbformat.from_dict(notebook), remarks, frozenset(found.all))


def _remarks_on(cell: PlainCell, known: LessonCell) -> Iterator[str]:
    edited = cell.source not in (known.source, known.released) and known.released is not None
    if known.locked and edited:
        yield f"the locked cell {known.grade_id} had been edited; it was restored"
    if cell.kind != known.cell_type:
        yield f"the cell {known.grade_id} had become a {cell.kind} cell; it was restored"


def _remarks_on_number(ids: Sequence[str], found: Recognized, lesson: Lesson) -> Iterator[str]:
    for id in dict.fromkeys(filter(None, ids)):
        if ids.count(id) > 1:
            yield f"there are {ids.count(id)} cells {id}; the last of them counts"
    for cell in lesson.cells:
        if cell.points is not None and cell.grade_id not in {*ids, *found.all}:
            yield f"the cell {cell.grade_id} is missing and earns nothing"


def _cell_of_lesson(known: LessonCell, text: str, attachments: Any, id: str) -> dict[str, Any]:
    cell = _cell(known.cell_type, text, attachments, id)
    return cell | {"metadata": _settings(known)}


def _cell(kind: str, source: str, attachments: Any, id: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": id, "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    if kind == "markdown" and isinstance(attachments, dict):
        cell["attachments"] = _texts_in(attachments)  # `html.notebooks` selects the pictures
    return cell


def _texts_in(attachments: dict[str, Any]) -> dict[str, dict[str, str | list[str]]]:
    """Return the attachments that nbformat allows; copying deeply nested ones would fail."""
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
