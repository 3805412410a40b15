import errno
import os

import nbformat
import pytest
from course import check_cell, lesson_notebook, make_course, settings, solution_cell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.utils import determine_grade

from backprop_classroom import release as releasing
from backprop_classroom.__main__ import main
from backprop_classroom.release import Refused, faults_of, lessons, points_given, release

LESSON = "02_forward_pass"


def cell(notebook, grade_id):
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def test_a_sound_notebook_has_no_faults():
    for lesson in ("01_chain_rule", LESSON, "03_backward_pass", "04_training"):
        assert faults_of(lesson_notebook(lesson), lesson) == []


def without_check(notebook):
    notebook.cells.remove(cell(notebook, "check_loss"))
    return "the solution cell 'loss' has no cell 'check_loss'"


def without_solution(notebook):
    notebook.cells.remove(cell(notebook, "loss"))
    return "the check cell 'check_loss' has no solution cell 'loss'"


def without_points(notebook):
    cell(notebook, "check_loss").metadata.nbgrader.points = 0
    return "the cell 'check_loss' gives 0 points, but must give more than 0"


def other_points(notebook):
    cell(notebook, "check_loss").metadata.nbgrader.points = 5
    return "the cell 'check_loss' gives 5 points, but backprop_judge.lessons says 1"


def doubled_id(notebook):
    notebook.cells.append(check_cell("loss", 1.0))
    return "two cells have the id 'check_loss'"


def without_markers(notebook):
    cell(notebook, "loss").source = "def loss(out_y, Y):\n    return 0"
    return "the cell 'loss' has no solution between"


def answer_in_another_cell(notebook):
    notebook.cells.insert(0, new_code_cell("def loss(out_y, Y):\n    return 0"))
    return "'loss' is defined outside its solution cell"


def unknown_exercise(notebook):
    cell(notebook, "loss").metadata.nbgrader.grade_id = "los"
    return "the cell 'los' belongs to no exercise"


def unlocked_check(notebook):
    cell(notebook, "check_loss").metadata.nbgrader.locked = False
    return "the check cell 'check_loss' is not locked"


def other_check(notebook):
    cell(notebook, "check_loss").source = "1.0"
    return "the check cell 'check_loss' must contain only the line check(\"loss\", loss)"


@pytest.mark.parametrize(
    "spoil",
    [without_check, without_solution, without_points, other_points, doubled_id, without_markers,
     answer_in_another_cell, unknown_exercise, unlocked_check, other_check],
)  # fmt: skip
def test_a_bad_notebook_is_refused_by_name(spoil):
    notebook = lesson_notebook(LESSON)
    fault = spoil(notebook)
    assert any(found.startswith(fault) for found in faults_of(notebook, LESSON))


def refusal(tmp_path, notebook, capsys):
    make_course(tmp_path, LESSON, notebook)
    assert main(["--root", str(tmp_path), "release", LESSON]) == 1
    assert not (tmp_path / "notebooks").exists()
    return capsys.readouterr().err


def test_a_wrong_solution_is_refused(tmp_path, capsys):
    notebook = lesson_notebook(LESSON)
    cell(notebook, "loss").source = cell(notebook, "loss").source.replace("/ 2", "")
    said = refusal(tmp_path, notebook, capsys)
    assert "the cell 'check_loss' gives 0.0, not 1.0: the solution is wrong" in said


def test_a_cell_that_fails_is_refused_with_its_error(tmp_path, capsys):
    notebook = lesson_notebook(LESSON)
    notebook.cells.append(new_code_cell("undefined_name", id="last-cell"))
    said = refusal(tmp_path, notebook, capsys)
    assert "solutions/02_forward_pass/forward_pass.ipynb: a cell fails" in said
    assert "NameError" in said and "undefined_name" in said


def test_an_unknown_lesson_lists_the_known_ones(tmp_path, capsys):
    make_course(tmp_path, LESSON)
    assert main(["--root", str(tmp_path), "release", "07_nothing"]) == 2
    assert "the lessons are: 02_forward_pass" in capsys.readouterr().err


def test_the_command_says_where_to_run_it(tmp_path, capsys):
    assert main(["--root", str(tmp_path), "release"]) == 2
    assert "there is no folder solutions/" in capsys.readouterr().err


def test_two_notebooks_in_a_lesson_folder_are_refused(tmp_path):
    path = make_course(tmp_path, LESSON)
    nbformat.write(lesson_notebook(LESSON), path.with_name("other.ipynb"))
    with pytest.raises(Refused, match="must contain one notebook; this one contains 2"):
        release(tmp_path, LESSON)


def test_a_release_takes_the_answers_out_and_changes_nothing_the_second_time(tmp_path, capsys):
    """The lesson leaves out an exercise, and has a test of the instructor's own."""
    notebook = lesson_notebook(LESSON)
    for id in ("loss", "check_loss"):
        notebook.cells.remove(cell(notebook, id))
    notebook.cells += [solution_cell("double", DOUBLE), own_test()]
    source = make_course(tmp_path, LESSON, notebook)
    assert main(["--root", str(tmp_path), "release", LESSON]) == 0
    assert f"{LESSON} has no cells for loss\n" in capsys.readouterr().err
    released = tmp_path / "notebooks" / LESSON / "forward_pass.ipynb"
    first = source.read_bytes(), released.read_bytes()
    notebook = nbformat.read(released, as_version=4)
    assert "SOLUTION" not in released.read_text()
    for id in ("sigmoid", "double"):
        assert "raise NotImplementedError()" in cell(notebook, id).source
    assert cell(notebook, "test_double").source == "assert double(2) == 4"
    assert "tags" not in cell(notebook, "test_double").metadata
    assert all(not c.get("outputs") for c in notebook.cells)
    assert cell(notebook, "check_sigmoid").metadata.deletable is False
    executed = nbformat.read(source, as_version=4)
    assert "right, 1 of 1 point" in str(cell(executed, "check_sigmoid").outputs)

    assert release(tmp_path, LESSON) == ["loss"]
    assert (source.read_bytes(), released.read_bytes()) == first
    assert lessons(tmp_path) == [LESSON]


def test_a_notebook_that_cannot_be_written_leaves_no_half_of_it(tmp_path, monkeypatch):
    path = tmp_path / "lesson.ipynb"
    notebook = new_notebook()
    releasing._write_if_changed(path, notebook)
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        releasing._write_if_changed(path, new_notebook(cells=[new_code_cell("1", id="one")]))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


# --- tests of the instructor's own -------------------------------------------------

TEST = """\
assert double(2) == 4
### BEGIN HIDDEN TESTS
assert double(-3) == -6
### END HIDDEN TESTS"""
DOUBLE = "def double(x):\n    return 2 * x"


def own_test(text=TEST, kind=new_code_cell, **changed):
    given = {"grade": True, "locked": True, "points": 2} | changed
    return kind(text, metadata=settings("test_double", **given), id="test-double")


def with_own_test(test=None, answer=DOUBLE):
    notebook = lesson_notebook(LESSON, only={"loss"})
    notebook.cells += [solution_cell("double", answer), test or own_test()]
    return notebook


def faults_of_own(notebook):
    return [one for one in faults_of(notebook, LESSON) if "has no cell" not in one]


def test_a_test_of_ones_own_is_no_fault():
    assert faults_of_own(with_own_test()) == []


@pytest.mark.parametrize(
    ("test", "fault"),
    [
        (own_test(locked=False), "the test 'test_double' is not locked"),
        (own_test(points=0), "the cell 'test_double' gives 0 points"),
        (own_test(kind=new_markdown_cell), "the test 'test_double' is a markdown cell"),
        (own_test('check("loss", loss)'), "the graded cell 'test_double' belongs to no exercise"),
        (new_code_cell("1", id="none"), "the cell 'double' belongs to no exercise"),
    ],
)
def test_a_test_of_ones_own_that_cannot_be_graded_is_refused(test, fault):
    (found,) = faults_of_own(with_own_test(test))
    assert found.startswith(fault)


@pytest.fixture
def small_lesson(monkeypatch):
    """A lesson that asks for nothing but what its notebook here has."""
    asked = {id: one for id, one in releasing.EXERCISES.items() if one.lesson != LESSON}
    monkeypatch.setattr(releasing, "EXERCISES", asked | {"loss": releasing.EXERCISES["loss"]})


@pytest.mark.long  # test_a_cell_that_fails_is_refused_with_its_error
def test_a_test_that_the_solution_fails_is_refused(tmp_path, small_lesson, capsys):
    notebook = with_own_test(answer="def double(x):\n    return x * x")
    assert "a cell fails with AssertionError" in refusal(tmp_path, notebook, capsys)


def test_an_answer_left_outside_the_markers_passes_a_hidden_test_and_is_refused(
    tmp_path, small_lesson, capsys
):
    """So is one that earns the points of a check."""
    notebook = with_own_test()
    cell(notebook, "loss").source = """\
def loss(out_y, Y):
    return np.sum((out_y - Y) ** 2) / 2
def another(out_y, Y):
    ### BEGIN SOLUTION
    return 0
    ### END SOLUTION"""
    cell(notebook, "double").source = """\
def double(x):
    return 2 * x
    ### BEGIN SOLUTION
    ### END SOLUTION"""
    said = refusal(tmp_path, notebook, capsys)
    for fault in ("'check_loss' gives 1.0, not 0.0", "'test_double' gives 2.0, not 0.0"):
        assert f"forward_pass.ipynb as released: the cell {fault}" in said


ERROR = new_output("error", ename="AssertionError", evalue="", traceback=[])
WARNING = new_output("stream", name="stderr", text="slow")
PRINTED = new_output("stream", name="stdout", text="fine")


def result(text):
    return new_output("execute_result", {"text/plain": text})


@pytest.mark.parametrize(
    "outputs",
    [[], [ERROR], [WARNING], [PRINTED], [PRINTED, ERROR], [result("1.5")], [result("0")],
     [result("'a text'")], [PRINTED, result("1")]],
)  # fmt: skip
def test_a_test_of_ones_own_gives_what_nbgrader_counts(outputs):
    test = own_test()
    test.outputs = outputs
    assert points_given(test) == determine_grade(test)[0]
