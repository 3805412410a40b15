"""Writes the report as CSV tables, in which no cell is interpreted as a formula."""

from ..gradebook.grades_csv import BESIDE
from ..texts import table
from .class_report import ClassReport


def students_table(report: ClassReport) -> str:
    """Return a CSV with one row for each student of the course, as text.

    The columns are student, state, points, of, to_mark ("yes" if an answer is not marked yet), the
    points of each exercise, mistakes (as exercise:code), and reason (why it was not graded).
    """
    exercises = [one.exercise for one in report.exercises]
    titles = [
        one.exercise if one.trusted else f"{one.exercise} ({BESIDE})" for one in report.exercises
    ]
    head = ["student", "state", "points", "of", "to_mark", *titles, "mistakes", "reason"]
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
    return table(rows)


def mistakes_table(report: ClassReport) -> str:
    """Return a CSV with one row for each exercise and mistake, as text.

    The columns are lesson, exercise, code, name, students (their number), and share (of the
    students whose answer was judged).
    """
    rows: list[list[object]] = [["lesson", "exercise", "code", "name", "students", "share"]]
    rows += [
        [report.lesson, one.exercise, one.code, one.name, one.students, round(one.share, 4)]
        for one in report.mistakes
    ]
    return table(rows)
