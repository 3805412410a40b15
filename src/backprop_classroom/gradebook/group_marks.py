"""Copies manual marks from one member of a group to the other members."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select, update

from ..files import submitted_folder
from ..submissions.collected import read_record
from ..submissions.reading import Unreadable, read_file
from . import records


def share_marks(root: Path, gradebook: Gradebook, lesson: str) -> dict[str, list[str]]:
    """Copy manual marks and comments to all members of a group with the same notebook.

    Existing marks and comments are not changed.

    Parameters
    ----------
    root
        The folder of the course.
    gradebook
        An open `nbgrader.api.Gradebook`.
    lesson
        The name of the lesson.

    Returns
    -------
    dict
        Remarks for the instructor, each with the students concerned.
    """
    told = {}
    for members in _groups(root, gradebook, lesson):
        for table, column in (
            (Grade, Grade.manual_score),
            (Grade, Grade.extra_credit),
            (Comment, Comment.manual_comment),
        ):
            for cell in _shared(gradebook, lesson, members, table, column):
                said = f"one group, but {column.key} of {cell} differs; no value was changed"
                told[said] = sorted(members)
    gradebook.db.commit()
    return told


def _groups(root: Path, gradebook: Gradebook, lesson: str) -> list[set[str]]:
    """Return the sets of students who handed in the same notebook as one group."""
    groups = defaultdict(set)
    for student in records.students_of(gradebook, lesson):
        folder = submitted_folder(root, student, lesson)
        if group := read_record(folder).get("group"):
            # A member may have handed in another notebook since.
            groups[str(group), _digest(folder)].add(student)
    return [members for (_, digest), members in groups.items() if digest and len(members) > 1]


def _digest(folder: Path) -> str:
    try:
        (notebook,) = folder.glob("*.ipynb")
        return hashlib.sha256(read_file(notebook, folder)).hexdigest()
    except (OSError, ValueError, Unreadable):
        return ""


def _shared(
    gradebook: Gradebook, lesson: str, members: Collection[str], table: Any, column: Any
) -> list[str]:
    """Copy one column among the members of a group; return the cells with different values."""
    query = (
        select(BaseCell.name, table.id, column)
        .select_from(table)
        .join(BaseCell, BaseCell.id == table.cell_id)
        .join(Notebook, Notebook.id == BaseCell.notebook_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == table.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .where(SubmittedAssignment.student_id.in_(members), Notebook.assignment.has(name=lesson))
    )
    given, missing = defaultdict(set), defaultdict(list)
    for cell, id, value in gradebook.db.execute(query):
        given[cell].add(value) if value not in (None, "") else missing[cell].append(id)
    for cell in missing:
        if len(given[cell]) == 1:
            values = {column.key: next(iter(given[cell]))}
            if column is Grade.manual_score:
                values["needs_manual_grade"] = False
            rows = [{"id": id, **values} for id in missing[cell]]
            gradebook.db.execute(update(table), rows)
    return sorted(cell for cell, values in given.items() if len(values) > 1)
