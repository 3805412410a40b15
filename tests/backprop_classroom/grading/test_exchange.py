"""Handing out and in by nbgrader's exchange, as with JupyterHub, and grading what was collected."""

import csv
import shutil

import pytest
from course import REPOSITORY, make_course
from nbgrader_forked import nbgrader as run_nbgrader
from required import require
from small_class import ASKED, solved_notebook

from backprop_classroom.__main__ import main
from backprop_classroom.grading.sandbox import why_no_sandbox

LESSON = "03_backward_pass"
NAME = "backward_pass.ipynb"


def nbgrader(folder, *arguments):
    done = run_nbgrader(folder, *arguments)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def course(tmp_path):
    """An instructor's course and a student's folder that share an exchange."""
    teacher, student, exchange = (tmp_path / name for name in ("teacher", "student", "exchange"))
    for folder in (teacher, student, exchange):
        folder.mkdir()
    exchange.chmod(0o777)
    make_course(teacher, LESSON, solved_notebook())
    shared = f'\nc.Exchange.root = "{exchange}"\n'
    with open(teacher / "nbgrader_config.py", "a") as settings:
        settings.write(shared)
    (student / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.CourseDirectory.course_id = "backprop"{shared}'
    )
    return teacher, student


def test_what_students_submit_is_collected_and_graded_and_handed_back(course):
    require(not why_no_sandbox(), why_no_sandbox())
    teacher, student = course
    nbgrader(teacher, "generate_assignment", LESSON)
    nbgrader(teacher, "release_assignment", LESSON)
    nbgrader(student, "fetch_assignment", LESSON)
    released = (student / LESSON / NAME).read_text(encoding="utf-8")
    assert "BEGIN SOLUTION" not in released
    shutil.copy(teacher / "solutions" / LESSON / NAME, student / LESSON)
    nbgrader(student, "submit", LESSON)
    nbgrader(teacher, "collect", LESSON)
    (handed_in,) = (teacher / "submitted").glob(f"*/{LESSON}")
    assert (handed_in / "timestamp.txt").exists()
    assert main(["--root", str(teacher), "grade", LESSON, "--workers", "1"]) == 0
    with open(teacher / "grades.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["points"], row["to_mark"]) == (f"{sum(ASKED.values())}", "yes")
    assert main(["--root", str(teacher), "feedback", LESSON, "--workers", "1"]) == 0
    nbgrader(teacher, "release_feedback", LESSON)
    nbgrader(student, "fetch_feedback", LESSON)
    (page,) = student.glob(f"{LESSON}/feedback/*/*.html")
    assert "find_the_bug: right, 3 of 3 points" in page.read_text(encoding="utf-8")


def test_the_readme_names_the_settings_that_are_used_here():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for setting in ("c.Exchange.root", 'c.CourseDirectory.course_id = "backprop"'):
        assert setting in text
