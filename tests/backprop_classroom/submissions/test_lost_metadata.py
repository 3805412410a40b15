"""Notebooks whose cells have lost nbgrader's metadata, as Colab and other editors leave them."""

import json

import nbformat
import pytest
from course import REPOSITORY, cell_of, grade_id, lesson_notebook, released_of, source_of
from downloads import LESSON, OTHER, collect, notebooks, put
from sandboxes import registered_lesson

from backprop_classroom.release import lessons
from backprop_classroom.submissions.inspecting import handed_out, remarks_on_cells
from backprop_classroom.submissions.reading import parse
from backprop_classroom.submissions.recognizing import NOT_FOUND


def without_metadata(notebook):
    """As an editor leaves it that knows no other metadata than its own."""
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)
    return notebook


def as_in_colab(notebook):
    """Colab writes an older format, without ids, and an id of its own into the metadata."""
    notebook = without_metadata(notebook)
    notebook.nbformat_minor = 0
    for cell in notebook.cells:
        cell.metadata["id"] = cell.pop("id")
    return notebook


def without_ids(notebook):
    notebook = without_metadata(notebook)
    notebook.nbformat_minor = 0
    for number, cell in enumerate(notebook.cells):
        cell.pop("id")
        cell.metadata["id"] = f"x{number}"
    return notebook


LOSSES = [without_metadata, as_in_colab, without_ids]


def solved(lesson):
    """A lesson as students get it, with the answers of the solutions."""
    notebook, solutions = released_of(lesson), source_of(lesson)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = cell_of(solutions, grade_id(cell)).source
    return notebook


def made_of(notebook, lesson):
    return parse(json.dumps(notebook).encode(), lesson)


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("name", lessons(REPOSITORY))
def test_every_cell_of_every_lesson_is_recognized(name, lose):
    notebook, lesson = solved(name), handed_out(root=REPOSITORY, lesson=name)
    whole, made = made_of(notebook, lesson), made_of(lose(notebook), lesson)
    assert [grade_id(cell) for cell in made.notebook.cells] == [
        grade_id(cell) for cell in whole.notebook.cells
    ]
    assert [cell.source for cell in made.notebook.cells] == [
        cell.source for cell in whole.notebook.cells
    ]
    (remark,) = made.remarks
    assert remark.startswith("cells have lost nbgrader's metadata, as in Colab, and were recognize")
    assert whole.remarks == [] and "another" not in remark


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("name", lessons(REPOSITORY))
def test_students_who_have_no_solutions_are_told_the_same(tmp_path, name, lose):
    lesson = handed_out(root=tmp_path, lesson=name)
    found = remarks_on_cells(json.dumps(lose(solved(name))).encode(), lesson=lesson)
    assert [one.text for one in found if one.blocks] == []
    assert "cells have lost nbgrader's metadata" in found[0].text


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    return registered_lesson(tmp_path_factory.mktemp("course"))[1]


def bare():
    return lesson_notebook(LESSON)


def ids(submission):
    return [grade_id(cell) for cell in submission.notebook.cells]


def test_a_check_in_one_cell_with_its_answer_is_put_behind_it(lesson):
    notebook = bare()
    answer, check = (cell_of(notebook, id) for id in ("hidden_error", "check_hidden_error"))
    answer.source += "\n\n" + check.source + "  # right!"
    notebook.cells.remove(check)
    made = made_of(without_ids(notebook), lesson)
    place = ids(made).index("hidden_error")
    assert ids(made)[place + 1] == "check_hidden_error"
    assert made.notebook.cells[place + 1].source == check.source


def test_checks_and_answers_in_other_words_are_recognized(lesson):
    notebook = bare()
    cell_of(notebook, "check_hidden_error").source = "check('hidden_error',hidden_error); # 2"
    cell_of(notebook, "hidden_error").source = "%time 1\ndef hidden_error(*a):\n    return (((("
    cell_of(notebook, "output_error").source = "output_error = lambda out_y, Y: out_y - Y"
    made = made_of(without_ids(notebook), lesson)
    assert ids(made) == ids(made_of(bare(), lesson))


def test_of_several_definitions_the_last_counts_and_a_stand_in_is_none(lesson):
    notebook = without_ids(bare())
    definition = "def hidden_error(*arguments): return {}"
    for place, source in (
        (1, definition.format(1)),
        (len(notebook.cells), definition.format(2)),
        (len(notebook.cells) + 1, 'hidden_error = or_stand_in("hidden_error", hidden_error)'),
    ):
        notebook.cells.insert(place, nbformat.v4.new_code_cell(source))
    made = made_of(notebook, lesson)
    assert cell_of(made.notebook, "hidden_error").source == definition.format(2)


def test_a_written_answer_that_nothing_tells_waits_for_a_person(lesson):
    notebook = without_ids(bare())
    written = next(cell for cell in notebook.cells if "The model answer" in cell.source)
    notebook.cells.remove(written)
    notebook.cells.insert(0, written)
    made = made_of(notebook, lesson)
    assert ids(made)[-1] == "explain_the_bug" and made.notebook.cells[-1].source == NOT_FOUND
    assert made.notebook.cells[0].source == written.source
    assert made.remarks[-1] == (
        "the written answer explain_the_bug was not found without nbgrader's metadata; a person has to mark it"
    )


def test_another_notebook_is_not_recognized(lesson):
    made = made_of(without_metadata(lesson_notebook("04_training")), lesson)
    assert made.is_another and not any(ids(made))


@pytest.mark.parametrize("lose", LOSSES)
def test_the_lesson_of_a_notebook_without_metadata_is_found(root, download, capsys, lose):
    for lesson in (LESSON, OTHER):
        data = json.dumps(lose(lesson_notebook(lesson))).encode()
        put(download / "ada" / f"Copy of {lesson[3]}.ipynb", data)
    assert collect(root, download) == 0
    assert set(notebooks(root)) == {f"ada/{LESSON}", f"ada/{OTHER}"}
    assert capsys.readouterr().out.count("its nbgrader metadata is missing, as in Colab") == 2
