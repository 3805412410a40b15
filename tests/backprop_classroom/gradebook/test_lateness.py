"""What lateness costs counts at the next grading, without running a notebook again."""

import json
import shutil
from datetime import timedelta

import pytest
from required import require
from small_class import LESSON, grade, lay_out_class, rows_of

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.submissions.collected import record_path

DAY_BY_DAY = """
from nbgrader.plugins import LateSubmissionPlugin

class OnePointADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 86400

c.AssignLatePenalties.plugin_class = OnePointADay
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory, warm):
    """A course of three who handed in a day apart, graded when nothing said what is late."""
    require(not why_no_sandbox(), why_no_sandbox())
    root = lay_out_class(tmp_path_factory.mktemp("late") / "course", 3)
    for number in range(3):
        stamp = f"2026-11-2{number} 12:00:00 UTC"
        (root / "submitted" / f"s0{number}" / LESSON / "timestamp.txt").write_text(stamp)
    assert grade(root) == 0
    return root


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


@pytest.mark.parametrize(
    "command", [("feedback", LESSON), ("report", LESSON), ("marks", LESSON, "--for", "canvas")]
)
def test_marks_by_a_person_cost_their_penalty_before_anything_is_given_back(root, command):
    set_due(root)
    say(root, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    grade(root)
    with gradebook_of(root) as gradebook:
        for student in ("s00", "s01", "s02"):
            found = gradebook.find_grade("explain_the_bug", "backward_pass", LESSON, student)
            found.manual_score, found.needs_manual_grade = 2, False
        gradebook.db.commit()
    assert main(["--root", str(root), *command]) == 0
    if command[0] == "report":  # which says what the class knows
        page = (root / "report" / f"{LESSON}.html").read_text()
        assert "Late penalties are subtracted in grades.csv, but not here" in page
    assert rows_of(root)["s01"]["points"] == "0"
    with gradebook_of(root) as gradebook:
        assert gradebook.find_submission(LESSON, "s01").score > 0
        assert gradebook.find_submission(LESSON, "s01").late_submission_penalty == (
            gradebook.find_submission(LESSON, "s01").score
        )


@pytest.mark.parametrize("command", [("feedback",), ("report",), ("marks", "--for", "canvas")])
def test_a_policy_that_fails_is_named_by_every_command_that_counts(root, capsys, command):
    set_due(root)
    say(root, DAY_BY_DAY.replace("total_seconds_late / 86400", "1 / 0"))
    assert main(["--root", str(root), *command, LESSON]) > 0
    said = capsys.readouterr().err
    assert "the late policy in nbgrader_config.py failed for s01" in said
    assert "Traceback" not in said


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
    assert "s0x has not handed in 03_backward_pass" in said and "s00" in said
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


# ---------------------------------------------------------------- what a roster says


def with_roster(root, text, *arguments):
    (root / "students.csv").write_text(text)
    return grade(root, "--roster", str(root / "students.csv"), *arguments)


def lateness(root):
    return {student: row["late"] for student, row in rows_of(root).items()}


def test_due_date_and_extensions_of_a_roster_count_and_stay(root, capsys):
    say(root, DAY_BY_DAY)
    roster = "id,due,extension\ns00,2026-11-20 12:00 UTC,\ns01,,\ns02,,36 hours\n"
    assert with_roster(root, roster) == 0
    assert "0 of them new" in capsys.readouterr().out
    assert lateness(root) == {"s00": "", "s01": "24:00:00", "s02": "12:00:00"}
    assert penalties(root) == {"s00": "", "s01": "1", "s02": "0.5"}
    assert rows_of(root)["s01"]["submitted"] == "2026-11-21 12:00:00 UTC"
    grade(root)
    assert penalties(root) == {"s00": "", "s01": "1", "s02": "0.5"}


@pytest.mark.parametrize(
    "extension, late",
    [
        ("1.5 days", "12:00:00"), ("2026-11-22 11:00 UTC", "1:00:00"), ("", "48:00:00"),
        ("2026-11-21", "13:00:00"),
        *(
            pytest.param(extension, late, marks=pytest.mark.long)
            for extension, late in (
                ("1 day", "24:00:00"), ("2 Days", ""), ("1 week", ""), ("90 minutes", "46:30:00"),
            )
        ),
    ],
)  # fmt: skip
def test_an_extension_is_so_much_longer_or_until_then(root, extension, late):
    roster = f"id,due,extension\ns02,2026-11-20 12:00 UTC,{extension}\n"
    with_roster(root, roster, "--timezone", "Etc/GMT-1")
    assert lateness(root)["s02"] == late


def test_an_extension_that_leaves_the_roster_ends_and_others_stay(root):
    due = "2026-11-20 12:00 UTC"
    with_roster(root, f"id,due,extension\ns01,{due},1 week\ns02,{due},1 week\n")
    with_roster(root, f"id,due,extension\ns02,{due},\n")
    assert lateness(root) == {"s00": "", "s01": "", "s02": "48:00:00"}


def test_an_extension_given_in_formgrader_stays_where_the_roster_gives_none(root):
    with_roster(root, "id,due,extension\ns01,2026-11-20 12:00 UTC,12 hours\ns02,,\n")
    with gradebook_of(root) as gradebook:
        gradebook.grant_extension(LESSON, "s02", days=1)
    grade(root)
    assert lateness(root) == {"s00": "", "s01": "12:00:00", "s02": "24:00:00"}


def test_a_roster_of_a_few_gives_an_extension_and_leaves_the_class_as_it_is(root, capsys):
    with_roster(root, "id,due\ns00,2026-11-20 12:00 UTC\ns01,\ns02,\ns03,\n")
    with_roster(root, "id,extension\ns02,1 day\n")
    assert (
        "students.csv does not contain s00, s01, s03: its dates are used" in capsys.readouterr().err
    )
    grade(root)
    assert lateness(root)["s02"] == "24:00:00"
    (root / "gradebook.db").unlink()
    grade(root)
    assert rows_of(root)["s03"]["reason"] == "not handed in"
    with_roster(root, "id\ns00\ns01\ns02\ns03\ns04\n")
    assert rows_of(root)["s04"]["reason"] == "not handed in"


def test_times_of_a_roster_stay_in_the_zone_that_was_given_with_it(root):
    roster = "id,due\ns02,2026-11-21 13:00\n"
    with_roster(root, roster, "--timezone", "Etc/GMT-11")
    assert lateness(root)["s02"] == "34:00:00"
    grade(root)
    assert lateness(root)["s02"] == "34:00:00"


def test_a_column_for_one_lesson_counts_for_that_one(root):
    roster = f"id,due,due {LESSON},extension 02_forward_pass\ns02,2026-11-10,2026-11-21,1 week\n"
    (root / "solutions" / "02_forward_pass").mkdir()
    shutil.copy(
        root / "solutions" / LESSON / "backward_pass.ipynb", root / "solutions/02_forward_pass"
    )
    with_roster(root, roster, "--timezone", "UTC")
    assert lateness(root) == {"s00": "", "s01": "", "s02": "12:00:00"}


def test_an_extension_in_a_roster_counts_for_who_is_graded_for_the_first_time(root):
    with gradebook_of(root) as gradebook:
        gradebook.remove_submission(LESSON, "s02")
    roster = "id,due,extension\ns02,2026-11-20 12:00 UTC,1 day\n"
    assert with_roster(root, roster) == 0
    assert lateness(root)["s02"] == "24:00:00"


@pytest.mark.parametrize(
    "roster, said",
    [
        ("id,due\ns00,20.11.2026\n", "line 2, column due: '20.11.2026' cannot be read; expected"),
        ("id,due\ns00,2026-11-20\ns01,2026-11-21\n", "more than one due date"),
        ("id,extension\ns00,1 day\n", "03_backward_pass has no due date"),
        ("id,due,extension\ns00,2026-11-20,soon\n", "column extension: 'soon' cannot be read"),
        (
            "id,due,extension\ns00,2026-11-20,2026-11-01\n",
            "which is before 03_backward_pass is due",
        ),
        ("id,due 9\ns00,2026-11-20\n", "there is no lesson 9"),
    ],
)
def test_a_deadline_that_cannot_be_used_is_named(root, capsys, roster, said):
    before = (root / "grades.csv").read_text()
    assert with_roster(root, roster) > 0
    assert said in capsys.readouterr().err
    assert (root / "grades.csv").read_text() == before
    with gradebook_of(root) as gradebook:
        assert gradebook.find_assignment(LESSON).duedate is None


def test_a_time_zone_that_is_none_is_named(root, capsys):
    assert with_roster(root, "id\ns00\n", "--timezone", "Berlin") == 2
    assert "unknown time zone 'Berlin'" in capsys.readouterr().err


# ---------------------------------------------------------------- what Canvas calls late


def call_late(root, student, stamp=None):
    folder = root / "submitted" / student / LESSON
    record_path(folder).parent.mkdir(parents=True, exist_ok=True)
    record_path(folder).write_text(json.dumps({"late": True}))
    folder.joinpath("timestamp.txt").unlink()
    if stamp:
        folder.joinpath("timestamp.txt").write_text(stamp)


def test_what_canvas_calls_late_is_late_by_a_second_at_least(root, capsys):
    set_due(root)
    call_late(root, "s00")
    call_late(root, "s01", "2026-11-20 11:00 UTC")  # as the student's own machine has it
    call_late(root, "s02", "2026-11-20 13:00 UTC")
    say(root, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    assert grade(root) == 0
    assert lateness(root) == {"s00": "0:00:01", "s01": "0:00:01", "s02": "1:00:00"}
    assert {row["points"] for row in rows_of(root).values()} == {"0"}
    assert "s00, s01: late according to Canvas, at an unknown time" in capsys.readouterr().err


def test_of_what_canvas_calls_late_an_extension_takes_the_lateness_away(root, capsys):
    set_due(root)
    call_late(root, "s00")
    grade(root)
    capsys.readouterr()
    with gradebook_of(root) as gradebook:
        gradebook.grant_extension(LESSON, "s00", days=1)
    grade(root)
    assert lateness(root)["s00"] == ""
    assert (
        "s00: late according to Canvas, at an unknown time: counted as within"
        in capsys.readouterr().err
    )


def test_what_canvas_calls_late_waits_for_a_due_date_and_follows_it(root, capsys):
    call_late(root, "s00")
    grade(root)
    assert (
        "s00: late according to Canvas, but 03_backward_pass has no due date"
        in capsys.readouterr().err
    )
    for day in (10, 25, 5):
        set_due(root, f"2026-11-{day:02} 12:00:00 UTC")
        grade(root)
        assert lateness(root)["s00"] == "0:00:01"
