"""Writes grades.csv: one row a submission, one column an exercise."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    GradeCell,
    SolutionCell,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from backprop_judge import EXERCISES

from ..files import write_safely
from ..texts import table
from . import records

BESIDE = "run beside student code"  # so that it could have changed the outcome
HEAD = ("lesson", "student", "points", "of", "late_penalty", "to_mark", "reason")


def write_grades(gradebook: Gradebook, path: Path, lesson: str, reasons: Mapping[str, str]) -> None:
    """Write a CSV of all graded lessons, and of the submissions that could not be graded.

    One row for a submission: lesson, student, points, the most one can get, what was taken
    off for lateness, whether a person still has to mark something, the reason if it was not
    graded, then the points of each exercise.

    Parameters
    ----------
    gradebook
        An open `nbgrader.api.Gradebook`.
    path
        The file to write.
    lesson
        The lesson that was graded now.
    reasons
        By student, why they have no points in it.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for name, student, cell, score, waits, most, late in cell_points(gradebook):
        row = rows.setdefault((name, student), _empty(name, student, most, late))
        row["points"] += score
        row[cell.removeprefix("check_")] = "" if waits else f"{score:g}"
        row["to_mark"] = "yes" if waits or row["to_mark"] else ""
    # What is known of this lesson now, and of the others since they were graded. Points of an
    # earlier run would say something about another file.
    known = {key: why for key, why in records.reasons(gradebook).items() if key[0] != lesson}
    known |= {(lesson, student): why for student, why in reasons.items()}
    for (name, student), why in known.items():
        rows[name, student] = {"lesson": name, "student": student, "reason": why}
    # In the order of the course; an instructor's own tests at the end.
    places = {id: place for place, id in enumerate(EXERCISES)}
    exercises = sorted(
        {name for row in rows.values() for name in row} - set(HEAD),
        key=lambda name: (places.get(name, len(places)), name),
    )
    own = _own_tests(gradebook)
    head = [*HEAD, *exercises]
    titles = [f"{name} ({BESIDE})" if name in own else name for name in head]
    for row in rows.values():
        if "points" in row:
            row["points"] = f"{row['points']:g}"
    cells = [[rows[key].get(name) for name in head] for key in sorted(rows)]
    write_safely(path, table([titles, *cells]).encode())


def _own_tests(gradebook: Gradebook) -> set[str]:
    """Return the ids of the tests of the instructor's own, which run beside student code."""
    tests = set(gradebook.db.execute(select(GradeCell.name)).scalars())
    answers = set(gradebook.db.execute(select(SolutionCell.name)).scalars())
    return {name for name in tests - answers if not name.startswith("check_")}


def _empty(lesson: str, student: str, most: float, late: float) -> dict[str, Any]:
    row = {"lesson": lesson, "student": student, "points": -late, "of": f"{most:g}"}
    return row | {"late_penalty": f"{late:g}" if late else "", "to_mark": ""}


def cell_points(gradebook: Gradebook) -> Iterator[tuple[str, str, str, float, bool, float, float]]:
    """Yield lesson, student, cell, points, whether it waits for a person, the most, lateness."""
    # Before the query for all: a class may have thousands of submissions.
    most = dict(gradebook.db.execute(select(Assignment.id, Assignment.max_score)).all())
    query = (
        select(
            Assignment.id, Assignment.name, SubmittedAssignment.student_id, BaseCell.name,
            Grade.score, Grade.needs_manual_grade, Grade.manual_score,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .order_by(Assignment.name, SubmittedAssignment.student_id)
    )  # fmt: skip
    for id, lesson, student, cell, score, unmarked, manual, late in gradebook.db.execute(query):
        waits = unmarked and manual is None
        yield lesson, student, cell, score, waits, most[id], late or 0.0
