"""What lateness costs counts at the next grading, without running a notebook again."""

import shutil
from datetime import timedelta

import pytest
from required import require
from small_class import LESSON, copy_class, lay_out_class, rows_of

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.sandbox import why_no_sandbox

DAY_BY_DAY = """
from nbgrader.plugins import LateSubmissionPlugin

class OnePointADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 86400

c.AssignLatePenalties.plugin_class = OnePointADay
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course of three who handed in a day apart, graded when nothing said what is late."""
    require(not why_no_sandbox(), why_no_sandbox())
    root = lay_out_class(tmp_path_factory.mktemp("late") / "course", 3)
    for number in range(3):
        stamp = f"2026-11-2{number} 12:00:00 UTC"
        (root / "submitted" / f"s0{number}" / LESSON / "timestamp.txt").write_text(stamp)
    assert grade(root) == 0
    return root


@pytest.fixture
def root(graded, tmp_path):
    return copy_class(graded, tmp_path / "course")


def grade(root, *arguments):
    return main(["--root", str(root), "grade", LESSON, "--workers", "1", *arguments])


def say(root, settings):
    with open(root / "nbgrader_config.py", "a") as file:
        file.write(f"\n{settings}\n")


def set_due(root, due="2026-11-20 12:00:00 UTC"):
    with gradebook_of(root) as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate=due)


def penalties(root):
    return {student: row["late_penalty"] for student, row in rows_of(root).items()}


def test_a_policy_set_after_grading_counts_and_no_notebook_is_run_again(root, capsys):
    set_due(root)
    say(root, DAY_BY_DAY)
    assert grade(root) == 0
    assert "0 of them new" in capsys.readouterr().out
    assert penalties(root) == {"s00": "", "s01": "1", "s02": "2"}


def test_a_policy_that_is_taken_back_costs_nothing_any_more(root):
    set_due(root)
    settings = (root / "nbgrader_config.py").read_text()
    say(root, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    grade(root)
    assert rows_of(root)["s01"]["points"] == "0"
    (root / "nbgrader_config.py").write_text(settings)
    grade(root)
    assert penalties(root) == {"s00": "", "s01": "", "s02": ""}


def test_an_extension_given_after_grading_counts_and_no_notebook_is_run_again(root, capsys):
    set_due(root)
    say(root, DAY_BY_DAY)
    grade(root)
    with gradebook_of(root) as gradebook:
        gradebook.grant_extension(LESSON, "s02", days=1)
    assert grade(root) == 0
    assert "0 of them new" in capsys.readouterr().out
    assert penalties(root) == {"s00": "", "s01": "1", "s02": "1"}


def test_a_penalty_follows_the_marks_that_a_person_gives_later(root):
    set_due(root)
    say(root, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    grade(root)
    with gradebook_of(root) as gradebook:
        gradebook.find_grade("explain_the_bug", "backward_pass", LESSON, "s01").manual_score = 2
        gradebook.db.commit()
    grade(root)
    assert rows_of(root)["s01"]["points"] == "0"


@pytest.mark.parametrize("returned", ["1 / 0", "float('nan')", "'two'"])
def test_a_policy_that_fails_is_named_and_no_points_change(root, capsys, returned):
    set_due(root)
    before = (root / "grades.csv").read_text()
    say(root, DAY_BY_DAY.replace("total_seconds_late / 86400", returned))
    assert grade(root) == 1
    said = capsys.readouterr().err
    assert "the late policy in nbgrader_config.py failed for s01" in said
    assert "Traceback" not in said
    with gradebook_of(root) as gradebook:
        assert gradebook.find_submission(LESSON, "s01").late_submission_penalty == 0
    assert (root / "grades.csv").read_text() == before


def test_only_the_students_who_are_named_are_graded(root, capsys):
    for student in ("s00", "s01", "s02"):
        shutil.rmtree(root / "autograded" / student)
    assert grade(root, "--student", "s02, s00") == 0
    assert "2 of 2 submissions" in capsys.readouterr().out
    assert sorted(path.name for path in (root / "autograded").iterdir()) == ["s00", "s02"]
    assert set(rows_of(root)) == {"s00", "s01", "s02"}


def test_the_reasons_of_those_who_are_not_named_stay_in_the_table(root):
    (root / "submitted" / "s01" / LESSON / "backward_pass.ipynb").write_text("{")
    assert grade(root) == 1
    assert grade(root, "--student", "s00") == 0
    assert "not valid JSON" in rows_of(root)["s01"]["reason"]


def test_a_student_who_handed_in_nothing_is_named_and_nobody_is_graded(root, capsys):
    shutil.rmtree(root / "autograded" / "s00")
    assert grade(root, "--student", "s00 s0x") == 1
    said = capsys.readouterr().err
    assert "s0x has handed in nothing for 03_backward_pass" in said and "s00" in said
    assert not (root / "autograded" / "s00").exists()


def test_a_student_whose_folder_has_a_space_is_found(root, capsys):
    (root / "submitted" / "s00").rename(root / "submitted" / "Ada Lovelace")
    assert grade(root, "--student", "Ada Lovelace") == 0
    assert "1 of 1 submissions" in capsys.readouterr().out


def test_an_extension_without_a_due_date_is_no_fault(root):
    with gradebook_of(root) as gradebook:
        gradebook.find_submission(LESSON, "s02").extension = timedelta(days=1)
        gradebook.db.commit()
    say(root, DAY_BY_DAY)
    assert grade(root) == 0
    assert penalties(root)["s02"] == ""
