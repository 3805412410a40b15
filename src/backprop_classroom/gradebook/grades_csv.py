"""Writes grades.csv: one row for each student and lesson, one column for each exercise."""

import math
import os
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

from ..files import submitted_folder, write_safely
from ..submissions.not_placed import not_placed
from ..texts import encodable, table
from . import records
from .enrolment import class_of
from .lateness import seconds_late

BESIDE = "run beside student code"  # which could have changed the outcome
HEAD = (
    "lesson", "student", "points", "of", "submitted", "late", "late_penalty", "to_mark", "reason",
    "remarks",
)  # fmt: skip


def write_grades(gradebook: Gradebook, path: Path, lesson: str, reasons: Mapping[str, str]) -> None:
    """Write a CSV of all graded lessons, including submissions that could not be graded.

    There is one row for each student of the class and lesson: lesson, student, points, maximum
    points, time of submission, lateness (hours:minutes:seconds), late penalty, whether something
    still has to be marked manually, the reason if it was not graded or not handed in, remarks,
    then the points of each exercise.

    Parameters
    ----------
    gradebook
        An open `nbgrader.api.Gradebook`.
    path
        The file to write.
    lesson
        The lesson that has just been graded.
    reasons
        By student, why they have no points in this lesson.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    submissions = submission_rows(gradebook)
    for name, student, cell, score, waits in cell_points(gradebook):
        row = rows.setdefault((name, student), submissions[name, student])
        row["points"] += score
        row[cell.removeprefix("check_")] = "" if waits else f"{score:g}"
        row["to_mark"] = "yes" if waits or row["to_mark"] else ""
    # Stored reasons for the other lessons, new ones for this lesson. A row with a reason replaces
    # one with points, since points of an earlier run belong to another file.
    known = {key: why for key, why in records.reasons(gradebook).items() if key[0] != lesson}
    known |= {(lesson, student): why for student, why in reasons.items()}
    for (name, student), why in known.items():
        rows[name, student] = {"lesson": name, "student": student, "reason": why}
    _add_remarks(rows, gradebook)
    _add_missing(rows, path.parent, gradebook)
    # In the order of the course, with the instructor's own tests at the end.
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
    """Return the ids of the instructor's own tests, which run in the process of student code."""
    tests = set(gradebook.db.execute(select(GradeCell.name)).scalars())
    answers = set(gradebook.db.execute(select(SolutionCell.name)).scalars())
    return {name for name in tests - answers if not name.startswith("check_")}


def _add_remarks(rows: Mapping[tuple[str, str], dict[str, Any]], gradebook: Gradebook) -> None:
    for key, said in records.remarks(gradebook).items():
        if key in rows:
            rows[key]["remarks"] = said


def _add_missing(
    rows: dict[tuple[str, str], dict[str, Any]], root: Path, gradebook: Gradebook
) -> None:
    """Add a row to every graded lesson for each student of the class who has none."""
    everyone = class_of(root, gradebook)
    for lesson in {lesson for lesson, _ in rows}:
        without_place, _ = not_placed(root, lesson)
        for student, said in without_place.items():
            if row := rows.get((lesson, student)):
                row["remarks"] = ". ".join(filter(None, [row.get("remarks"), said]))
        for student in {**dict.fromkeys(without_place), **everyone}:
            handed_in = os.path.lexists(submitted_folder(root, student, lesson))
            why = "not graded yet" if handed_in else without_place.get(student, "not handed in")
            # Grading uses the same name for a folder whose name is not valid text.
            name = student if encodable(student) == student else ascii(student)
            row = {"lesson": lesson, "student": name, "reason": why}
            rows.setdefault((lesson, name), row)


def submission_rows(gradebook: Gradebook) -> dict[tuple[str, str], dict[str, Any]]:
    """Return, by lesson and student, a row without the points of exercises."""
    most = dict(gradebook.db.execute(select(Assignment.id, Assignment.max_score)).all())
    query = (
        select(
            Assignment.id, Assignment.name, Assignment.duedate, SubmittedAssignment.student_id,
            SubmittedAssignment.timestamp, SubmittedAssignment.extension,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    )  # fmt: skip
    rows = {}
    for id, lesson, due, student, submitted, extension, penalty in gradebook.db.execute(query):
        rows[lesson, student] = {
            "lesson": lesson,
            "student": student,
            "points": -(penalty or 0.0),
            "of": f"{most[id]:g}",
            "submitted": f"{submitted:%Y-%m-%d %H:%M:%S} UTC" if submitted else "",
            "late": _hours(seconds_late(submitted, due, extension)),
            "late_penalty": f"{penalty:g}" if penalty else "",
            "to_mark": "",
        }
    return rows


def _hours(seconds: float) -> str:
    """Format a duration for spreadsheets, as 49:30:00; return "" if it is zero."""
    whole = math.ceil(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}" if whole else ""


def cell_points(gradebook: Gradebook) -> Iterator[tuple[str, str, str, float, bool]]:
    """Yield lesson, student, cell, points, and whether the cell has to be marked manually."""
    query = (
        select(
            Assignment.name, SubmittedAssignment.student_id, BaseCell.name,
            Grade.score, Grade.needs_manual_grade, Grade.manual_score,
        )
        .join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .order_by(Assignment.name, SubmittedAssignment.student_id)
    )  # fmt: skip
    for lesson, student, cell, score, unmarked, manual in gradebook.db.execute(query):
        yield lesson, student, cell, score, unmarked and manual is None
