"""The report as tables for a spreadsheet, in which nothing acts as a formula."""

import csv
import io
import re
from collections.abc import Iterable

from ..texts import visible
from .class_report import ClassReport

# At the start of a cell, or behind what some spreadsheets split cells at.
_FORMULA = re.compile(r"(^|[;,\t\r\n])(\s*[=+@-])")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")


def students_table(report: ClassReport) -> str:
    """Return a CSV with one row for each student of the course, as text.

    student, state, points, of, to_mark ("yes" if something waits for a person), the points
    of each exercise, the mistakes as exercise:code, and the reason if it was not graded.
    """
    exercises = [one.exercise for one in report.exercises]
    head = ["student", "state", "points", "of", "to_mark", *exercises, "mistakes", "reason"]
    rows: list[list[object]] = [[*head]]
    for row in report.rows:
        graded = row.state == "graded"
        rows.append(
            [
                row.student,
                row.state,
                row.total,
                report.most if graded else None,
                "yes" if row.waiting else "",
                *(row.points.get(exercise) for exercise in exercises),
                " ".join(f"{exercise}:{code}" for exercise, code in row.mistakes),
                row.reason,
            ]
        )
    return _written(rows)


def mistakes_table(report: ClassReport) -> str:
    """Return a CSV with one row for each exercise and mistake, as text.

    lesson, exercise, code, name, the number of students, their share of those judged.
    """
    rows: list[list[object]] = [["lesson", "exercise", "code", "name", "students", "share"]]
    rows += [
        [report.lesson, one.exercise, one.code, one.name, one.students, round(one.share, 4)]
        for one in report.mistakes
    ]
    return _written(rows)


def _written(rows: Iterable[Iterable[object]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([_harmless(value) for value in row] for row in rows)
    return file.getvalue()


def _harmless(value: object) -> str:
    """Return the text of a cell; what a spreadsheet could take for a formula gets a '."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.12g}"
    text = visible(str(value))
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'\2", text)
