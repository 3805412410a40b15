"""Reads the results of a class from the gradebook, and writes the report."""

import dataclasses
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import select

from ..files import write_safely
from ..gradebook import records
from ..gradebook.database import gradebook_of, has_gradebook
from ..gradebook.enrolment import class_of, folders_of_students
from ..grading.results import Graded
from ..grading.settling import settle_again
from ..lesson import code_of, read_cells
from ..submissions.not_placed import not_placed
from .page import page
from .tables import mistakes_table, students_table
from .tallying import exercise_of, report_of


class NothingGraded(Exception):
    """Raised if no submission of the lesson is graded yet."""

    def __init__(self, lesson: str) -> None:
        super().__init__(
            f"there is nothing to report, because no submission of {lesson} is graded yet; "
            f"run make grade LESSON={lesson} first"
        )


def write_report(root: Path, lesson: str) -> list[Path]:
    """Write the report on one lesson to the folder `report/` of the course.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        The name of the lesson, such as "03_backward_pass".

    Returns
    -------
    list[Path]
        The paths of the page `<lesson>.html`, the table of students `<lesson>.csv` and the table
        of mistakes `<lesson>_mistakes.csv`.

    Raises
    ------
    NothingGraded
        If no submission of the lesson is graded.
    Stop
        If the gradebook cannot be used.
    """
    root = Path(root).resolve()
    report = report_of(lesson, **_gathered(root, lesson))
    texts = {
        f"{lesson}.html": page(report),
        f"{lesson}.csv": students_table(report),
        f"{lesson}_mistakes.csv": mistakes_table(report),
    }
    paths = []
    for name, text in texts.items():
        paths.append(root / "report" / name)
        write_safely(paths[-1], text.encode())
    return paths


def _gathered(root: Path, lesson: str) -> dict[str, Any]:
    """Return the arguments of `report_of`, or raise `NothingGraded`."""
    if not has_gradebook(root):
        raise NothingGraded(lesson)
    settle_again(root, lesson)
    with gradebook_of(root) as gradebook:
        known = {
            student: record.graded for student, record in records.read(gradebook, lesson).items()
        }
        scores = _scores(gradebook, lesson)
        most = _most(gradebook, lesson)
        roster = class_of(root, gradebook)
    if not known and not scores:
        raise NothingGraded(lesson)
    graded = [
        dataclasses.replace(
            _as_asked_now(known.get(student) or Graded(student, lesson), most),
            scores=scores.get(student, {}),
        )
        for student in {**known, **scores}
    ]
    folders = list(folders_of_students(root))
    without_place, files = not_placed(root, lesson)
    return {
        "not_placed": without_place,
        "files": files,
        "graded": graded,
        "most": most,
        "roster": roster,
        "known": [text for cells in _notebooks(root, lesson) for text in code_of(cells)],
        "handed_in": [one.name for one in folders if os.path.lexists(one / lesson)],
    }


def _as_asked_now(graded: Graded, most: Mapping[str, float]) -> Graded:
    """Return a submission without verdicts on exercises that are no longer in the lesson."""
    asked = {exercise_of(cell) for cell in most}
    verdicts = tuple(one for one in graded.verdicts if exercise_of(one.exercise) in asked)
    return dataclasses.replace(graded, verdicts=verdicts)


def _notebooks(root: Path, lesson: str) -> Iterator[list[NotebookNode]]:
    """Yield the cells of the course's own notebooks of a lesson."""
    for folder in ("solutions", "notebooks"):
        for path in sorted(Path(root, folder, lesson).glob("*.ipynb")):
            yield read_cells(path)


def _scores(gradebook: Gradebook, lesson: str) -> dict[str, dict[str, float | None]]:
    """Return the points of every student by grade_id; None if not marked yet.

    This is a single query, since nbgrader's objects would query the database for every cell.
    """
    query = (
        select(
            SubmittedAssignment.student_id,
            BaseCell.name,
            Grade.score,
            Grade.manual_score,
            Grade.needs_manual_grade,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == lesson)
    )
    scores: dict[str, dict[str, float | None]] = defaultdict(dict)
    for student, cell, score, manual, waits in gradebook.db.execute(query):
        scores[student][cell] = None if waits and manual is None else score
    return dict(scores)


def _most(gradebook: Gradebook, lesson: str) -> dict[str, float]:
    """Return the maximum points of each graded cell of a lesson by grade_id."""
    found: dict[str, float] = {}
    for kind in (GradeCell, TaskCell):
        query = (
            select(kind.name, kind.max_score)
            .join(Notebook, Notebook.id == kind.notebook_id)
            .join(Assignment, Assignment.id == Notebook.assignment_id)
            .where(Assignment.name == lesson)
        )
        found |= {cell: most for cell, most in gradebook.db.execute(query)}
    return dict(sorted(found.items()))
