"""Creates a class of minimal notebooks with different points, and reads its results."""

import csv
import shutil
from contextlib import contextmanager
from pathlib import Path

from course import exercises_of, grade_id, lesson_notebook, make_course, write
from sqlalchemy import Engine, event

from backprop_classroom.__main__ import main

LESSON, NAME = "03_backward_pass", "backward_pass.ipynb"
POINTS = {entry.id: int(entry.points) for entry in exercises_of(LESSON) if not entry.manual}
# The exercises of this class; grading three of them takes half the time of grading all.
ASKED = {id: POINTS[id] for id in ("output_error", "hidden_error", "find_the_bug")}
BY_HAND = "explain_the_bug"


def students_of(count):
    return [f"s{number:02d}" for number in range(count)]


def earned_by(student):
    """Return the points of each exercise; the bits of the student's number mark unsolved ones."""
    number = int(student[1:])
    return {id: 0 if number >> bit & 1 else most for bit, (id, most) in enumerate(ASKED.items())}


def solved_notebook():
    """Return the lesson of this class with every answer."""
    return lesson_notebook(LESSON, only={*ASKED, BY_HAND})


def notebook_of(student):
    notebook = solved_notebook()
    earned = earned_by(student)
    for cell in notebook.cells:
        if earned.get(grade_id(cell)) == 0:
            cell.source = cell.source.split("\n")[0] + "\n    raise NotImplementedError()"
    return notebook


def lay_out_class(root, count):
    """Create a course with `count` submissions; return its folder."""
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    make_course(root, LESSON, solved_notebook())
    for student in students_of(count):
        write(notebook_of(student), root / "submitted" / student / LESSON / NAME)
    return root


def copy_class(template, root):
    """Copy a course that has not been graded."""
    return shutil.copytree(template, root)


def grade(root, *arguments):
    """Grade the lesson with the instructor's command; return its exit code."""
    return main(["--root", str(root), "grade", LESSON, "--workers", "1", *arguments])


def rows_of(root):
    with open(root / "grades.csv", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def points_in_table(root):
    """Return the points in grades.csv by student, in the form of `earned_by`."""
    return {
        student: {id: float(row[id] or 0) for id in ASKED} for student, row in rows_of(root).items()
    }


def expected_points(count):
    return {student: earned_by(student) for student in students_of(count)}


@contextmanager
def transactions(before_commit=lambda done: None):
    """Yield a list of the students in each transaction that writes results.

    before_commit -- called before each commit with that list, including the new transaction.
    """
    done, under_way = [], {}

    def execute(connection, cursor, statement, parameters, context, many):
        if statement.startswith("INSERT INTO backprop_record"):
            students = under_way.setdefault(connection, [])
            students += [values["student"] for values in context.compiled_parameters]

    def commit(connection):
        if connection in under_way:
            before_commit([*done, tuple(under_way[connection])])
            done.append(tuple(under_way.pop(connection)))

    def rollback(connection):
        under_way.pop(connection, None)

    listeners = {"before_cursor_execute": execute, "commit": commit, "rollback": rollback}
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        yield done
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)
