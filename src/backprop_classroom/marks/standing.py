"""Reads the marks of a lesson and the students' names from the gradebook."""

import re
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.api import Student as KnownStudent
from sqlalchemy import select

from ..files import submitted_folder
from ..gradebook import records
from ..gradebook.grades_csv import cell_points, submission_rows
from ..submissions.collected import read_record

# The format of `str(submissions.platforms.Person)`.
_COLLECTED = re.compile(r"(?P<platform>\w+): (?P<name>.*), (?P<number>\d+)", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """The points of one submission, the maximum, and the cells still to be marked manually."""

    points: float
    of: float
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True)
class Student:
    """A student in the gradebook.

    Attributes
    ----------
    id
        The student's id.
    name
        The name as "Lovelace, Ada", or "" if unknown.
    number
        The platform's number of the student in the collected download, or "".
    labels
        All known names of the student.
    """

    id: str
    name: str = ""
    number: str = ""
    labels: tuple[str, ...] = ()


def marks_of(gradebook: Gradebook, lesson: str) -> tuple[dict[str, Mark], dict[str, str]]:
    """Return the marks of a lesson by student, and the reasons why students have none.

    A mark is the points in grades.csv, but at least 0.
    """
    points: dict[str, float] = {}
    waiting: dict[str, list[str]] = {}
    most = 0.0
    rows = submission_rows(gradebook)
    for name, student, cell, score, waits in cell_points(gradebook):
        if name != lesson:
            continue
        row = rows[name, student]
        most = float(row["of"])
        points[student] = points.get(student, row["points"]) + score
        waiting.setdefault(student, []).extend([cell] if waits else [])
    reasons = {
        who: why for (name, who), why in records.reasons(gradebook).items() if name == lesson
    }
    marks = {
        student: Mark(max(0.0, total), most, tuple(waiting[student]))
        for student, total in points.items()
        if student not in reasons
    }
    return marks, reasons


def students_of(root: Path, gradebook: Gradebook, lesson: str, platform: str) -> dict[str, Student]:
    """Return the students in the gradebook by id, with their names on a platform."""
    query = select(
        KnownStudent.id, KnownStudent.first_name, KnownStudent.last_name, KnownStudent.email,
        KnownStudent.lms_user_id,
    )  # fmt: skip
    found = {}
    for id, first, last, email, lms in gradebook.db.execute(query):
        labels = {id, email or "", lms or ""}
        name = f"{last}, {first}" if first and last else last or first or ""
        collected = _COLLECTED.fullmatch(_collected_from(submitted_folder(root, id, lesson)))
        number = ""
        if collected and collected["platform"] == platform:
            number = collected["number"]
            name = name or collected["name"]
            labels |= {number, f"Participant {number}", collected["name"]}
        labels.add(name)
        found[id] = Student(id, name, number, tuple(sorted(labels - {""})))
    return found


def _collected_from(folder: Path) -> str:
    """Return the platform's name of the student who handed in; "" if it was a group."""
    record = read_record(folder)
    origin = record.get("from")
    # The name and number of a group are not those of its members.
    return origin if isinstance(origin, str) and not record.get("group") else ""
