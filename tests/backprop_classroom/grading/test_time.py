"""Points depend on what a submission computes, not on how busy the machine is or who waits."""

import csv

import pytest
from busy import busy_machine
from course import (
    cell_of,
    lesson_notebook,
    make_course,
    most_of,
    released_of,
    source_of,
    write,
)
from nbformat.v4 import new_code_cell
from required import require

from backprop_classroom.grading.grade import Options, grade_class
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.limits import Limits
from backprop_classroom.release import notebook_of

require(not why_no_sandbox(), why_no_sandbox())

LESSON, NAME = "03_backward_pass", "backward_pass.ipynb"


def graded(root, lesson, **options):
    """Grade a course; return the rows of grades.csv by student."""
    assert grade_class(root, lesson, Options(**options)) == 0
    with open(root / "grades.csv", newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def with_cell(notebook, source):
    notebook.cells.insert(1, new_code_cell(source, id="inserted"))
    return notebook


def test_who_waits_is_graded_last_and_gets_the_points_of_what_is_right(tmp_path, capfd):
    make_course(tmp_path, LESSON)
    waiting = with_cell(lesson_notebook(LESSON), "import time\ntime.sleep(1000)")
    for student, notebook in (("ada", waiting), ("ben", lesson_notebook(LESSON))):
        write(notebook, tmp_path / "submitted" / student / LESSON / NAME)
    limits = Limits(cell_seconds=1, backstop=3, grace_seconds=0.25, idle_seconds=1.5)
    rows = graded(tmp_path, LESSON, workers=1, limits=limits)
    assert {student: row["points"] for student, row in rows.items()} == dict.fromkeys(
        ("ada", "ben"), f"{most_of(LESSON):g}"
    )
    copies = (tmp_path / "autograded").glob(f"*/{LESSON}/{NAME}")
    times = {path.parts[-3]: path.stat().st_mtime_ns for path in copies}
    assert times["ben"] < times["ada"]
    assert "ada: it has been idle for more than 1.5 seconds" in capfd.readouterr().err


def test_what_programs_of_a_cell_compute_counts_for_the_cell(tmp_path, capfd):
    make_course(tmp_path, LESSON)
    burning = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'while True: pass'])"
    write(
        with_cell(lesson_notebook(LESSON), burning),
        tmp_path / "submitted" / "ada" / LESSON / NAME,
    )
    limits = Limits(cell_seconds=0.5, backstop=1000, grace_seconds=0.25)
    rows = graded(tmp_path, LESSON, workers=1, limits=limits)
    assert rows["ada"]["points"] == f"{most_of(LESSON):g}"
    assert "cell 2 was stopped: it ignored its time limit" in capfd.readouterr().err


# ---------------------------------------------------------------- a class on a busy machine

SLOW = "06_handwriting"
HOG = """
import os
for _ in range(40):
    if os.fork() == 0:
        while True:
            pass
while True:
    pass
"""


def class_of(lesson):
    """The students of a lesson and their notebooks: all right, untouched, one that hogs, one wrong."""
    wrong = source_of(lesson)
    cell_of(wrong, "train_digits").source = "def train_digits(*given):\n    return given\n"
    return {
        "ada": source_of(lesson),
        "ben": released_of(lesson),
        "cem": with_cell(source_of(lesson), HOG),
        "dan": wrong,
        "eve": source_of(lesson),
    }


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = tmp_path_factory.mktemp("class")
    make_course(root, SLOW, source_of(SLOW))
    name = notebook_of(root / "solutions" / SLOW).name
    write(released_of(SLOW), root / "notebooks" / SLOW / name)
    for student, notebook in class_of(SLOW).items():
        write(notebook, root / "submitted" / student / SLOW / name)
    return root


@pytest.mark.long
def test_a_class_gets_the_same_points_in_every_cell_however_busy_the_machine_is(template):
    options = {"workers": 2, "force": True, "limits": Limits(cell_seconds=20)}
    alone = graded(template, SLOW, **options)
    assert {student: float(row["points"]) for student, row in alone.items()} == pytest.approx(
        {"ada": 8, "ben": 0, "cem": 8, "dan": 4, "eve": 8}
    )
    for _ in range(3):
        with busy_machine():
            assert graded(template, SLOW, **options) == alone
