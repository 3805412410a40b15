"""A mark by hand belongs to the answer that it was given for."""

import csv

import nbformat
import pytest
from course import grade_id, write
from required import require
from small_class import BY_HAND, LESSON, NAME, grade, lay_out_class, notebook_of, rows_of

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.sandbox import why_no_sandbox

WAITS = "the answer changed after it was marked; the previous mark was 1.5"


@pytest.fixture(scope="module")
def graded(tmp_path_factory, warm):
    """A graded course in which a person has marked a written answer and overruled a check."""
    require(not why_no_sandbox(), why_no_sandbox())
    root = lay_out_class(tmp_path_factory.mktemp("answers") / "course", 2)
    hand_in(root, **{BY_HAND: "The slope is missing."})
    assert grade(root) == 0
    mark(root, BY_HAND, 1.5, "well seen")
    return root


def hand_in(root, **texts):
    notebook = notebook_of("s00")
    for cell in notebook.cells:
        cell.source = texts.get(grade_id(cell), cell.source)
    write(notebook, root / "submitted/s00" / LESSON / NAME)


def mark(root, cell, points, comment=None):
    with gradebook_of(root) as gradebook:
        place = cell, "backward_pass", LESSON, "s00"
        found = gradebook.find_grade(*place)
        found.manual_score, found.needs_manual_grade = points, False
        if comment:
            gradebook.find_comment(*place).manual_comment = comment
        gradebook.db.commit()


def row(root):
    return rows_of(root)["s00"]


def test_a_mark_stays_if_its_answer_is_the_same_whatever_else_changes(root):
    hand_in(root, output_error="x = 1", **{BY_HAND: "\nThe slope is missing.  \n"})
    assert grade(root) == 0
    assert (row(root)[BY_HAND], row(root)["to_mark"]) == ("1.5", "")
    assert "changed" not in row(root)["remarks"]
    assert grade(root, "--force") == 0
    with gradebook_of(root) as gradebook:
        found = gradebook.find_grade(BY_HAND, "backward_pass", LESSON, "s00")
        assert (found.score, found.needs_manual_grade) == (1.5, False)


def test_an_answer_that_changed_waits_for_a_person_again_and_says_so(root, capsys):
    before = float(row(root)["points"])
    hand_in(root, **{BY_HAND: "The slope of the output unit is missing."})
    assert grade(root) == 0
    assert f"s00: {BY_HAND}: {WAITS}" in capsys.readouterr().err
    for arguments in ((), ("--force",)):
        assert grade(root, *arguments) == 0
        assert (row(root)[BY_HAND], row(root)["to_mark"]) == ("", "yes")
        assert f"{BY_HAND}: {WAITS}" in row(root)["remarks"]
        assert float(row(root)["points"]) == before
    with gradebook_of(root) as gradebook:
        place = BY_HAND, "backward_pass", LESSON, "s00"
        assert gradebook.find_grade(*place).needs_manual_grade
        assert gradebook.find_comment(*place).manual_comment == "well seen"
        assert WAITS[1:] in gradebook.find_comment(*place).auto_comment


@pytest.mark.parametrize("command", ["feedback", "report"])
def test_pages_say_that_it_waits(root, command):
    hand_in(root, **{BY_HAND: "Something else."})
    assert grade(root) == 0
    assert main(["--root", str(root), command, LESSON]) == 0
    if command == "feedback":
        page = root / "feedback/s00" / LESSON / "backward_pass.html"
        assert "not marked yet" in page.read_text()
    else:
        with open(root / "report" / f"{LESSON}.csv", newline="") as file:
            assert next(csv.DictReader(file))["to_mark"] == "yes"


def test_what_a_person_gives_for_the_new_answer_counts(root):
    hand_in(root, **{BY_HAND: "Something else."})
    assert grade(root) == 0
    mark(root, BY_HAND, 0.5)
    for arguments in ((), ("--force",)):
        assert grade(root, *arguments) == 0
        assert (row(root)[BY_HAND], row(root)["to_mark"]) == ("0.5", "")
    assert "changed" not in row(root)["remarks"]


def test_the_former_mark_comes_back_with_the_former_answer(root):
    for broken in (None, "{"):
        hand_in(root, **{BY_HAND: "Something else."})
        assert grade(root) == 0
        if broken:
            (root / "submitted/s00" / LESSON / NAME).write_text(broken)
            assert grade(root) == 1
        hand_in(root, **{BY_HAND: "The slope is missing."})
        assert grade(root) == 0
        assert (row(root)[BY_HAND], row(root)["to_mark"]) == ("1.5", "")


def test_a_check_that_a_person_overruled_waits_if_its_answer_changed(root):
    mark(root, "check_output_error", 0.5)
    hand_in(root, **{BY_HAND: "The slope is missing."}, hidden_error="x = 1")
    assert grade(root) == 0
    assert (row(root)["output_error"], row(root)["to_mark"]) == ("0.5", "")
    answer = next(
        cell.source for cell in notebook_of("s00").cells if grade_id(cell) == "output_error"
    )
    hand_in(root, **{BY_HAND: "The slope is missing."}, output_error=f"{answer}\n# once more")
    assert grade(root) == 0
    assert (row(root)["output_error"], row(root)["to_mark"]) == ("", "yes")
    assert "output_error: the answer changed" in row(root)["remarks"]


def test_a_mark_of_an_exercise_that_was_dropped_meanwhile_does_not_fit_another_answer(root):
    source = root / "solutions" / LESSON / NAME
    before, notebook = source.read_bytes(), nbformat.read(source, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) != BY_HAND]
    write(notebook, source)
    assert grade(root) == 0
    hand_in(root, **{BY_HAND: "Something else."})
    source.write_bytes(before)
    assert grade(root) == 0
    assert (row(root)[BY_HAND], row(root)["to_mark"]) == ("", "yes")
    assert WAITS in row(root)["remarks"]
