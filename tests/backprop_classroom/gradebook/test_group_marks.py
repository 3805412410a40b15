"""What a person marks for one member of a group counts for all of them."""

import csv
import json

import pytest
from required import require
from small_class import BY_HAND, LESSON, NAME, grade, lay_out_class, rows_of

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.submissions.collected import record_path


@pytest.fixture(scope="module")
def graded(tmp_path_factory, warm):
    """A graded course: s00 and s01 handed in one notebook as a group, s02 another in its name."""
    require(not why_no_sandbox(), why_no_sandbox())
    root = lay_out_class(tmp_path_factory.mktemp("groups") / "course", 3)
    first = (root / "submitted" / "s00" / LESSON / NAME).read_bytes()
    (root / "submitted" / "s01" / LESSON / NAME).write_bytes(first)
    for student in ("s00", "s01", "s02"):
        record = record_path(root / "submitted" / student / LESSON)
        record.parent.mkdir(parents=True)
        record.write_text(json.dumps({"group": "Team Alpha", "sha256": "the same"}))
    assert grade(root) == 0
    return root


def mark(root, student, points, comment=None):
    with gradebook_of(root) as gradebook:
        place = BY_HAND, "backward_pass", LESSON, student
        found = gradebook.find_grade(*place)
        found.manual_score, found.needs_manual_grade = points, False
        gradebook.find_comment(*place).manual_comment = comment
        gradebook.db.commit()


def marks(root):
    return {student: (row[BY_HAND], row["to_mark"]) for student, row in rows_of(root).items()}


def test_a_mark_for_one_member_is_given_to_the_others_and_to_nobody_else(root):
    mark(root, "s01", 1.5, "well seen")
    assert grade(root) == 0
    assert marks(root) == {"s00": ("1.5", ""), "s01": ("1.5", ""), "s02": ("", "yes")}
    with gradebook_of(root) as gradebook:
        comment = gradebook.find_comment(BY_HAND, "backward_pass", LESSON, "s00")
        assert comment.manual_comment == "well seen"


def test_marks_that_differ_stay_and_are_told(root, capsys):
    mark(root, "s00", 2)
    mark(root, "s01", 1)
    assert grade(root) == 0
    assert "s00, s01: one group, but manual_score of explain_the_bug differs" in (
        capsys.readouterr().err
    )
    assert marks(root)["s00"][0] == "2" and marks(root)["s01"][0] == "1"


@pytest.mark.parametrize(
    "command", [("feedback", LESSON), ("report", LESSON), ("marks", LESSON, "--for", "moodle")]
)
def test_what_was_marked_since_grading_counts_for_the_group_without_another_grading(root, command):
    mark(root, "s01", 1.5)
    main(["--root", str(root), *command])
    assert marks(root) == {"s00": ("1.5", ""), "s01": ("1.5", ""), "s02": ("", "yes")}


@pytest.mark.parametrize("command", ["feedback", "report"])
def test_a_group_reads_its_mark_in_what_is_made_without_another_grading(root, command):
    mark(root, "s01", 1.5)
    main(["--root", str(root), command, LESSON])
    if command == "report":
        with open(root / "report" / f"{LESSON}.csv", newline="") as file:
            given = {row["student"]: row["to_mark"] for row in csv.DictReader(file)}
        assert given == {"s00": "", "s01": "", "s02": "yes"}
    else:
        pages = {
            one: (root / "feedback" / one / LESSON / "backward_pass.html").read_text()
            for one in ("s00", "s02")
        }
        assert "not marked yet" in pages["s02"] and "not marked yet" not in pages["s00"]
