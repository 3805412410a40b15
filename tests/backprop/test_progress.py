"""What a student has done is read from saved notebooks and this session, whatever they hold."""

import json
import os
import shutil
from pathlib import Path

import pytest
from course import REPOSITORY, check_cell, manual_cell, released_of, write
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_report import Balance

import backprop
from backprop import check
from backprop.predictions import PREDICTED
from backprop.progress import CHECKED, Progress, progress_in
from backprop_classroom.release import lessons
from backprop_judge import EXERCISES

NAME = "03_backward_pass/backward_pass.ipynb"
CHAIN = "01_chain_rule/chain_rule.ipynb"


def gives(cell, points):
    """A check cell that was run and returned something, given as text."""
    cell.outputs = [
        new_output("display_data", {"text/plain": "output_error: ..."}),
        new_output("execute_result", {"text/plain": points}, execution_count=1),
    ]
    return cell


def lesson_3(*, output_error="2.0", hidden_error="1.0", explained="YOUR ANSWER HERE"):
    explanation = manual_cell("explain_the_bug", 2)
    explanation.source = explained
    return new_notebook(
        cells=[
            new_markdown_cell("# Lesson 3"),
            gives(check_cell("output_error", 2), output_error),
            gives(check_cell("hidden_error", 2), hidden_error),
            check_cell("backward_propagation", 6),
            check_cell("numerical_gradient", 2),
            check_cell("find_the_bug", 3),
            explanation,
        ]
    )


@pytest.fixture
def course(tmp_path):
    write(lesson_3(), tmp_path / "notebooks" / NAME)
    return tmp_path


@pytest.fixture
def two_lessons(course):
    """A course with lesson 3, and with lesson 1 as students get it."""
    write(released_of("01_chain_rule"), course / "notebooks" / CHAIN)
    return course


def third(folder, **session):
    found = progress_in(folder=folder, session=session)
    return next(one for one in found.lessons if one.folder == "03_backward_pass")


def test_points_and_what_is_next_are_read_from_the_saved_checks(course):
    lesson = third(course)
    assert lesson.title == "3 backward pass"
    assert lesson.done == ["output_error"]
    assert (lesson.points, lesson.most, lesson.next) == (3.0, 17.0, "hidden_error")


def test_an_exercise_that_was_dropped_from_the_lesson_is_not_counted(course):
    notebook = lesson_3(output_error="2.0", hidden_error="2.0")
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id")
        not in ("check_backward_propagation", "explain_the_bug")
    ]
    write(notebook, course / "notebooks" / NAME)
    lesson = third(course)
    assert (len(lesson.exercises), lesson.most, lesson.next) == (4, 9.0, "numerical_gradient")
    assert third(course, backward_propagation=6.0).points == 4.0


def test_a_notebook_that_has_lost_its_metadata_drops_nothing(course):
    notebook = lesson_3()
    for cell in notebook.cells:
        cell.metadata = {}
    write(notebook, course / "notebooks" / NAME)
    assert (len(third(course).exercises), third(course).most) == (7, 19.0)


@pytest.mark.parametrize("inside", ["", "notebooks", "notebooks/03_backward_pass", "a/b"])
def test_the_notebooks_are_found_from_any_folder_of_the_course(course, inside):
    (course / inside).mkdir(parents=True, exist_ok=True)
    assert third(course / inside).points == 3.0


def test_lessons_that_lie_side_by_side_without_a_course_are_found(tmp_path):
    write(lesson_3(), tmp_path / NAME)
    assert third(tmp_path / "03_backward_pass").points == 3.0


def test_a_written_answer_is_done_but_waits_for_its_points(course):
    write(lesson_3(explained="Its slope is missing."), course / "notebooks" / NAME)
    found = progress_in(folder=course, session={})
    assert found.lessons[0].done == ["output_error", "explain_the_bug"]
    assert found.lessons[0].points == 3.0
    assert "Written answers are marked by a person: up to 2 points." in str(found)
    assert "Written answers" not in str(progress_in(folder=course.parent, session={}))


def test_a_check_of_this_session_counts_more_than_what_is_saved(course):
    lesson = third(course, hidden_error=2.0, output_error=0.0)
    assert lesson.done == ["hidden_error"]
    assert (lesson.points, lesson.next) == (2.0, "output_error")


def test_what_is_next_is_looked_for_in_the_lesson_at_hand_first(two_lessons):
    course = two_lessons
    at_hand = course / "notebooks" / "03_backward_pass"
    assert progress_in(folder=course, session={}).next == (
        "Next: sigmoid_slope, in lesson 1 chain rule"
    )
    assert progress_in(folder=at_hand, session={}).next == (
        "Next: hidden_error, in lesson 3 backward pass"
    )
    all_of_it = {entry.id: entry.points for entry in EXERCISES.values() if entry.lesson[:2] == "03"}
    write(lesson_3(explained="Because."), course / "notebooks" / NAME)
    done = progress_in(folder=at_hand, session=all_of_it)
    assert done.lessons[1].next == ""
    assert done.next == "Next: sigmoid_slope, in lesson 1 chain rule"


@pytest.mark.parametrize("text, points", [
    ("99", 2.0), ("-1", 0.0), ("nan", 0.0), ("inf", 0.0), ("two", 0.0), ("", 0.0), ("1.5", 1.5),
])  # fmt: skip
def test_no_output_earns_more_than_the_exercise_has(course, text, points):
    write(lesson_3(output_error=text, hidden_error="0.0"), course / "notebooks" / NAME)
    assert third(course).points == points


STRANGE = {
    "half of a file": b'{"cells": [{"cell_type"',
    "no text": b"\xff\xfe\x00\x01",
    "nothing": b"",
    "a list": b"[1, 2]",
    "cells that are no list": b'{"cells": 7}',
    "an old format": b'{"worksheets": [], "nbformat": 3}',
    "deep nesting": b"[" * 200_000,
}


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_a_notebook_that_cannot_be_read_is_left_out_with_a_word(course, content):
    Path(course, "notebooks", NAME).write_bytes(content)
    found = progress_in(folder=course, session={"output_error": 2.0})
    assert f"{NAME} is left out: it is not a notebook" in str(found)
    assert found.lessons[0].points == 2.0


@pytest.mark.parametrize("cell", [
    7, None, [], {}, {"metadata": []}, {"metadata": {"nbgrader": "x"}},
    {"metadata": {"nbgrader": {"grade_id": 3}}},
    {"metadata": {"nbgrader": {"grade_id": "check_of_nothing"}}, "outputs": 5},
    {"metadata": {"nbgrader": {"grade_id": "check_output_error"}}, "outputs": {"a": 1}},
    {"metadata": {"nbgrader": {"grade_id": "check_output_error"}},
     "outputs": [None, {"output_type": "execute_result", "data": [1]}]},
    {"metadata": {"nbgrader": {"grade_id": "explain_the_bug"}}, "source": {"a": 1}},
], ids=repr)  # fmt: skip
def test_a_strange_cell_is_passed_over(course, cell):
    path = Path(course, "notebooks", NAME)
    notebook = json.loads(path.read_text())
    notebook["cells"].insert(0, cell)
    path.write_text(json.dumps(notebook))
    assert third(course).points == 3.0


def test_what_is_no_file_is_not_opened(course):
    path = Path(course, "notebooks", NAME)
    path.unlink()
    os.mkfifo(path)  # to read it would wait for ever
    assert "is left out: it is not a file" in str(progress_in(folder=course, session={}))


def test_without_any_notebook_this_session_counts_alone(tmp_path):
    found = progress_in(folder=tmp_path, session={"output_error": 2.0})
    assert [(one.folder, one.points) for one in found.lessons] == [("03_backward_pass", 2.0)]
    assert "No saved lessons were found here" in str(found)


def test_without_any_notebook_the_lesson_at_hand_counts(tmp_path):
    here = tmp_path / "02_forward_pass"
    here.mkdir()
    found = progress_in(folder=here, session={"output_error": 2.0})
    assert [one.folder for one in found.lessons] == ["02_forward_pass", "03_backward_pass"]
    assert progress_in(folder=here, session={}).next == "Next: sigmoid, in lesson 2 forward pass"


def test_where_nothing_is_known_nothing_is_counted(tmp_path):
    text = str(progress_in(folder=tmp_path, session={}))
    assert text.startswith("Your progress: nothing to count yet\n  No lessons were found\n")


def test_lessons_that_are_not_there_are_not_counted(two_lessons):
    def counted():
        found = progress_in(folder=two_lessons, session={"sigmoid": 1.0})
        return [one.folder for one in found.lessons], found.headline

    both = (
        ["01_chain_rule", "03_backward_pass"],
        "Your progress: 1 of 11 exercises, 3 of 27 points",
    )
    assert counted() == both
    write(
        released_of("02_forward_pass"), two_lessons / "notebooks/02_forward_pass/forward_pass.ipynb"
    )
    assert "of 16 exercises, 4 of 34 points" in counted()[1]
    shutil.rmtree(two_lessons / "notebooks/02_forward_pass")
    assert counted() == both


# ---- predictions ---------------------------------------------------------------------


def predictions(**made):
    """Cells of predictions, each with the cell that compares it."""
    cells = []
    for id, line in made.items():
        compare = f'outcome = 1\ncompare_prediction("{id}", prediction, outcome, within=0.1)'
        cells += [new_code_cell(line), new_markdown_cell("Run it."), new_code_cell(compare)]
    return cells


def predicted(course, cells, *now, folder="notebooks/03_backward_pass"):
    notebook = lesson_3()
    notebook.cells += cells
    write(notebook, course / "notebooks" / NAME)
    found = progress_in(folder=course / folder, session={}, predicted=now)
    lesson = next(one for one in found.lessons if one.folder == "03_backward_pass")
    return lesson.predicted, lesson.predictions


@pytest.mark.parametrize("line, made", [
    ("prediction = None", 0),
    ('prediction = None  # "rises", "falls" or "stays"', 0),
    ('prediction = "Falls "  # "rises", "falls" or "stays"', 1),
    ('prediction = "fals"  # "rises", "falls" or "stays"', 0),
    ('prediction = falls  # "rises", "falls" or "stays"', 1),  # who means it is not known
    ("prediction = 0.25  # a number, such as 0.1", 1),
    ("prediction = -1/3  # a number, such as 0.1", 1),
    ("prediction=3", 1),
    ("prediction = ", 0),
    ("prediction = 'rises", 0),
])  # fmt: skip
def test_a_prediction_counts_once_it_is_made(course, line, made):
    assert predicted(course, predictions(one=line)) == (made, 1)


@pytest.mark.parametrize(
    "line", ["prediction == 1", "predictions = 1", "x = 1", "prediction = 1\ny = 2"]
)
def test_other_cells_are_no_predictions(course, line):
    assert predicted(course, predictions(one=line)) == (0, 0)


def test_a_prediction_without_its_comparison_is_not_counted(course):
    assert predicted(course, [new_code_cell("prediction = 1"), new_code_cell("x = 1")]) == (0, 0)


def test_what_this_session_has_predicted_is_counted_once(course):
    cells = predictions(one="prediction = 1", two="prediction = None", three="prediction = 2")
    assert predicted(course, cells) == (2, 3)
    assert predicted(course, cells, "one") == (2, 3)
    assert predicted(course, cells, "one", "two") == (3, 3)


def test_the_same_id_in_two_lessons_is_two_predictions(two_lessons):
    write(new_notebook(cells=predictions(one="prediction = 1")), two_lessons / "notebooks" / CHAIN)
    predicted(two_lessons, predictions(one="prediction = None"))
    here = two_lessons / "notebooks/03_backward_pass"
    assert progress_in(folder=here, session={}).predictions == "Predictions made: 1 of 2"
    found = progress_in(folder=here, session={}, predicted=["one"])
    assert found.predictions == "Predictions made: 2 of 2"
    assert "\n  Predictions made: 2 of 2\n" in str(found)
    assert "<p>Predictions made: 2 of 2</p>" in found._repr_html_()


def test_without_predictions_nothing_is_said_of_them(course):
    assert "redictions" not in str(progress_in(folder=course, session={}))


def test_the_card_says_what_the_text_says(course):
    found = progress_in(folder=course / "notebooks" / "03_backward_pass", session={})
    reader = Balance()
    reader.feed(found._repr_html_())
    assert reader.faults == [] and reader.open == []
    for words in (
        found.headline,
        found.next,
        "3 backward pass (here)",
        "3 of 17",
        *found.footnotes,
    ):
        assert words in reader.text


def test_what_stands_in_a_file_name_cannot_become_html():
    assert "<script" not in Progress((), remarks=("<script>",))._repr_html_()


def test_the_saved_solutions_have_every_point_that_a_check_can_give():
    found = progress_in(folder=REPOSITORY / "solutions" / "03_backward_pass", session={})
    assert found.remarks == ()
    by_folder = {lesson.folder: lesson for lesson in found.lessons}
    for folder in lessons(REPOSITORY):
        lesson = by_folder[folder]
        assert lesson.next == "", folder
        assert lesson.points + lesson.waiting == lesson.most


def test_what_students_get_is_all_to_do():
    found = progress_in(folder=REPOSITORY / "notebooks", session={})
    assert found.headline.startswith("Your progress: 0 of ")


# ---- in a notebook -------------------------------------------------------------------


@pytest.fixture
def notebook(course, monkeypatch):
    """A running notebook in the folder of lesson 3."""
    monkeypatch.chdir(course / "notebooks" / "03_backward_pass")
    shell = InteractiveShell.instance()
    shell.user_ns.pop(CHECKED, None)
    shell.user_ns.pop(PREDICTED, None)
    yield shell
    shell.user_ns.pop(CHECKED, None)
    shell.user_ns.pop(PREDICTED, None)


def card():
    with capture_output() as captured:
        assert backprop.progress() is None
    return captured.outputs[-1].data["text/plain"]


def test_a_check_is_seen_in_the_card_without_saving(notebook):
    assert "3 of 17 points; next: hidden_error" in card()
    with capture_output():
        check("output_error", lambda out_y, Y: 0 * out_y)
    assert "1 of 17 points; next: output_error" in card()


def test_a_prediction_is_seen_in_the_card_without_saving(notebook):
    assert "Predictions" not in card()
    with capture_output():
        backprop.compare_prediction("one", 1, 1)
    assert "Predictions made: 1 of 1" in card()


def test_a_check_that_names_no_exercise_changes_nothing(notebook):
    before = card()
    with capture_output():
        check("no_such_exercise", None)
        check("explain_the_bug", None)
    assert card() == before


@pytest.mark.parametrize("junk", [7, {"output_error": "many"}, {3: 4}, None])
def test_the_card_never_raises(notebook, junk):
    notebook.user_ns[CHECKED] = junk
    assert "rogress" in card()
    notebook.user_ns[PREDICTED] = junk
    assert "rogress" in card()


def test_a_working_folder_that_is_gone_is_said(notebook, monkeypatch):
    monkeypatch.setattr(Path, "cwd", lambda: (_ for _ in ()).throw(FileNotFoundError("gone")))
    assert "cannot be read: gone" in card()


def test_a_reset_of_the_variables_forgets_the_checks(notebook):
    """So that what the graders' warm process checked is not shown as a student's."""
    with capture_output():
        check("output_error", lambda out_y, Y: 0 * out_y)
    assert CHECKED in notebook.user_ns
    names = dict(notebook.user_ns)
    notebook.user_ns.clear()
    try:
        assert CHECKED not in notebook.user_ns and "3 of 17" in card()
    finally:
        notebook.user_ns.update(names)


def test_in_the_graders_sandbox_the_card_says_that_nothing_is_saved_there():
    from required import require
    from sandboxes import SHORT

    from backprop_classroom.grading.sandbox import Sandbox, why_no_sandbox
    from backprop_classroom.grading.session import Session

    require(not why_no_sandbox(), why_no_sandbox())
    sandbox = Sandbox(sealed=True, limits=SHORT)
    try:
        line = sandbox.open()
        try:
            talk = Session(line, sandbox.limits)
            outputs, *_ = talk.run("from backprop import progress\nprogress()")
        finally:
            sandbox.end(line)
    finally:
        sandbox.close()
    (shown,) = outputs
    assert shown["data"]["text/plain"].startswith("Your progress: nothing to count yet")
    assert "No saved lessons were found here" in shown["data"]["text/plain"]
