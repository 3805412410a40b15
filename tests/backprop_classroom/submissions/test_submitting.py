"""Packing a notebook: what is wrong with it is said first, and nothing is lost."""

import json
import os
import zipfile
from datetime import UTC, datetime, timedelta

import nbformat
import pytest
from course import grade_id, lesson_notebook, make_course, most_of, settings, write
from nbformat.v4 import new_code_cell
from warm_kernels import WarmKernels

from backprop.student_ids import fault_of_id, made_safe
from backprop_classroom.__main__ import main
from backprop_classroom.limits import Limits
from backprop_classroom.submissions import inspecting, running
from backprop_classroom.submissions.inspecting import handed_out, remarks_on_cells, with_own_tests
from backprop_classroom.submissions.timestamps import time_in
from backprop_classroom.texts import shown

LESSON, NAME = "03_backward_pass", "backward_pass.ipynb"
INSIDE = f"ada/{LESSON}"
MOST = most_of(LESSON)


def solved():
    """A notebook with all answers, of which grading would say nothing."""
    notebook = lesson_notebook(LESSON)
    notebook.cells[-1].source = "It is the gradient of the cross-entropy loss."
    return notebook


def cell(notebook, id):
    return next(one for one in notebook.cells if grade_id(one) == id)


def handed(root, notebook=None):
    """Save a notebook where a student works; return its path."""
    return write(notebook or solved(), root / "notebooks" / LESSON / NAME)


def submit(root, *options, student="ada", lesson=LESSON):
    return main(["--root", str(root), "submit", lesson, student, *options])


@pytest.fixture(scope="module")
def warm():
    """Kernels in which a sound notebook has already run."""
    kernels = WarmKernels([one.source for one in solved().cells if one.cell_type == "code"])
    yield kernels
    kernels.close()


@pytest.fixture
def warm_submit(warm, monkeypatch):
    """`submit` with a warm kernel."""
    monkeypatch.setattr(running, "run", warm.run)
    return submit


def packed(root):
    with zipfile.ZipFile(root / "to_hand_in" / f"{LESSON}-ada.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def remarks(notebook, root):
    """What is said of the cells, without running them: blocking and other remarks."""
    lesson = handed_out(root=root, lesson=LESSON)
    found = remarks_on_cells(json.dumps(notebook).encode(), lesson=lesson)
    return [one.text for one in found if one.blocks], [one.text for one in found if not one.blocks]


# --- the way of a sound notebook -----------------------------------------------


def test_a_sound_notebook_is_packed_as_nbgrader_lays_it_out(tmp_path, capsys):
    path = handed(tmp_path)
    before = datetime.now(UTC)
    assert submit(tmp_path) == 0
    content = packed(tmp_path)
    assert set(content) == {f"{INSIDE}/{NAME}", f"{INSIDE}/timestamp.txt"}
    assert content[f"{INSIDE}/{NAME}"] == path.read_bytes()
    when = content[f"{INSIDE}/timestamp.txt"]
    assert when.endswith(b" UTC")
    assert abs(time_in(when) - before) < timedelta(minutes=10)
    said = capsys.readouterr().out
    assert f"checks give {MOST:g} of {MOST:g} points here; a person marks another 2" in said
    assert "To fix" not in said and "Please note" not in said
    assert f"{LESSON}-ada.zip" in said


def test_what_is_packed_again_unchanged_stays_and_what_has_changed_is_kept(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(running, "run", lambda data, lesson: running.Outcome([], 0, 0, 0))
    path = handed(tmp_path)
    first = path.read_bytes()
    assert submit(tmp_path) == 0
    zipped = (tmp_path / "to_hand_in" / f"{LESSON}-ada.zip").read_bytes()
    assert submit(tmp_path) == 0
    assert "already contains this notebook" in capsys.readouterr().out
    assert (tmp_path / "to_hand_in" / f"{LESSON}-ada.zip").read_bytes() == zipped
    notebooks = [first]
    for number in range(2):  # within the same second
        notebook = solved()
        notebook.cells.append(new_code_cell(str(number), id=f"own-{number}"))
        handed(tmp_path, notebook)
        assert submit(tmp_path) == 0
        assert "kept as" in capsys.readouterr().out
        notebooks.append(path.read_bytes())
    assert packed(tmp_path)[f"{INSIDE}/{NAME}"] == notebooks.pop()
    kept = set()
    for earlier in (tmp_path / "to_hand_in" / "earlier").iterdir():
        with zipfile.ZipFile(earlier) as archive:
            kept.add(archive.read(f"{INSIDE}/{NAME}"))
    assert kept == set(notebooks)


def test_an_unanswered_exercise_only_warns_and_a_changed_check_does_not_pass(
    tmp_path, capsys, warm_submit
):
    notebook = solved()
    cell(
        notebook, "find_the_bug"
    ).source = "def find_the_bug(X, Y, out_h, out_y, W2):\n    raise NotImplementedError()"
    cell(
        notebook, "hidden_error"
    ).source = "def hidden_error(delta_y, W2, out_h):\n    return delta_y"
    cell(notebook, "check_hidden_error").source = "2.0"
    cell(notebook, "explain_the_bug").source = "YOUR ANSWER HERE"
    handed(tmp_path, notebook)
    assert warm_submit(tmp_path) == 0
    said = capsys.readouterr().out
    assert "find_the_bug: to do, 0 of 3 points" in said
    assert "hidden_error: not yet right, 0 of 2 points" in said
    assert "explain_the_bug: not answered yet (2 points)" in said
    assert f"checks give {MOST - 5:g} of {MOST:g} points" in said


# --- what stops it -------------------------------------------------------------


def test_everything_that_fails_is_listed_at_once_and_can_be_handed_in_anyway(
    tmp_path, capsys, warm_submit, monkeypatch
):
    notebook = solved()
    notebook.cells.insert(1, new_code_cell("# a try\nundefined_name", id="try"))
    notebook.cells.append(new_code_cell("1 / 0", id="last"))
    notebook.cells.remove(cell(notebook, "check_output_error"))
    handed(tmp_path, notebook)
    assert warm_submit(tmp_path) == 1
    said = capsys.readouterr().out
    count = len(notebook.cells)
    assert (
        f"cell 2 of {count}, which begins with '# a try', fails with NameError: "
        "name 'undefined_name' is not defined"
    ) in said
    assert f"cell {count} of {count}, which begins with '1 / 0', fails with ZeroDivision" in said
    assert "the check check_output_error is missing" in said
    assert "Nothing was packed" in said and "--anyway" in said
    assert not (tmp_path / "to_hand_in").exists()
    monkeypatch.setattr(running, "run", lambda data, lesson: running.Outcome([], 0, 0, 0))
    assert submit(tmp_path) == 1  # a check is missing
    assert submit(tmp_path, "--anyway") == 0
    assert f"{INSIDE}/{NAME}" in packed(tmp_path)


@pytest.mark.parametrize(
    ("source", "said"),
    [("while True:\n    pass", "takes too long"), ("import os\nos._exit(1)", "ends Python")],
)
def test_a_cell_that_never_ends_or_ends_python_is_named(tmp_path, warm, source, said):
    notebook = solved()
    notebook.cells = [new_code_cell("1", id="one"), new_code_cell(source, id="two")]
    lesson = handed_out(root=tmp_path, lesson=LESSON)
    data = json.dumps(notebook).encode()
    limits = Limits(cell_seconds=0.1, submission_seconds=60)
    outcome = warm.run(data, lesson=lesson, limits=limits)
    (remark,) = outcome.remarks
    assert remark.blocks and remark.text.startswith("cell 2 of 2, which begins with")
    assert said in remark.text


@pytest.mark.parametrize("library", ["sqlalchemy", pytest.param("torch", marks=pytest.mark.long)])
def test_a_library_that_grading_does_not_have_counts_as_missing_here_too(
    tmp_path, capsys, warm_submit, library
):
    """Whether this machine has it or not."""
    notebook = solved()
    notebook.cells[0].source = f"import json, {library} as library\n{notebook.cells[0].source}"
    handed(tmp_path, notebook)
    assert warm_submit(tmp_path) == 0
    said = capsys.readouterr().out
    assert f"{library}: not installed where this notebook is graded; code that needs it" in said
    assert f"checks give {MOST:g} of {MOST:g} points here" in said
    cell(notebook, "hidden_error").source += "\nlibrary.ones"
    cell(notebook, "output_error").source = "def output_error(*a): return library.ones"
    handed(tmp_path, notebook)
    assert warm_submit(tmp_path) == 1
    said = capsys.readouterr().out
    assert f"fails with ModuleNotFoundError: {library} is not installed where" in said
    assert f"checks give {MOST - 2:g} of {MOST:g} points here" in said


@pytest.mark.long
def test_all_cells_together_have_a_bound(tmp_path, warm):
    notebook = solved()
    busy = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    notebook.cells = [new_code_cell(busy, id=f"c-{n}") for n in range(9)]
    lesson = handed_out(root=tmp_path, lesson=LESSON)
    data = json.dumps(notebook).encode()
    limits = Limits(cell_seconds=60, submission_seconds=1)
    outcome = warm.run(data, lesson=lesson, limits=limits)
    (remark,) = outcome.remarks
    assert "takes too long" in remark.text and "1 in all" in remark.advice


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is missing; the folder contains backward_pass-Copy1.ipynb"),
        (b"", "is empty"),
        (b"{", "is not valid JSON"),
        (b"[]", "has no format version"),
    ],
)
def test_what_is_no_notebook_is_refused_in_words(tmp_path, capsys, content, said):
    path = handed(tmp_path)
    path.rename(path.with_name("backward_pass-Copy1.ipynb"))
    if content is not None:
        path.write_bytes(content)
    assert submit(tmp_path) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "to_hand_in").exists()


def test_another_notebook_can_be_named_and_goes_in_under_the_right_name(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(running, "run", lambda data, lesson: running.Outcome([], 0, 0, 0))
    own = write(solved(), tmp_path / "desktop" / "my work.ipynb")
    assert submit(tmp_path, "--notebook", str(own)) == 0
    assert packed(tmp_path)[f"{INSIDE}/{NAME}"] == own.read_bytes()


def test_a_copy_that_was_saved_later_and_a_large_file_are_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(running, "run", lambda data, lesson: running.Outcome([], 0, 0, 0))
    monkeypatch.setattr(inspecting, "LARGE", 1000)
    path = handed(tmp_path)
    other = write(solved(), path.with_name("backward_pass-Copy1.ipynb"))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert submit(tmp_path) == 0
    said = capsys.readouterr().out
    assert f"{other.name} in the same folder was saved later" in said
    assert "the file is large" in said and "Clear Outputs" in said
    assert "saved 2001-09-09" in said


def test_another_lesson_is_not_packed_as_this_one(tmp_path):
    blocking, others = remarks(lesson_notebook("02_forward_pass"), tmp_path)
    assert blocking == [
        f"this is another notebook: it has none of the cells of {LESSON} that are graded"
    ]
    assert others == []


# --- the cells of the lesson ---------------------------------------------------


@pytest.fixture(params=["with solutions", "without"])
def root(request, tmp_path):
    """The course as somebody has it who got solutions/ too, and as students may have it."""
    if request.param == "with solutions":
        make_course(tmp_path, LESSON)
    return tmp_path


def test_nothing_is_said_of_the_cells_of_a_sound_notebook(root):
    assert remarks(solved(), root) == ([], [])


def test_a_lost_cell_blocks(root):
    for id in ("check_hidden_error", "hidden_error", "explain_the_bug"):
        notebook = solved()
        notebook.cells.remove(cell(notebook, id))
        blocking, others = remarks(notebook, root)
        assert len(blocking) == 1 and f" {id} is missing" in blocking[0] and others == []


def test_a_cell_that_lost_its_metadata_is_recognized_as_long_as_anything_tells_what_it_is(root):
    notebook = solved()
    lost = cell(notebook, "hidden_error")
    del lost.metadata["nbgrader"]
    said = "cells have lost nbgrader's metadata, as in Colab, and were recognized: hidden_error by "
    assert remarks(notebook, root) == ([], [f"{said}id"])
    lost.id = "another"
    assert remarks(notebook, root) == ([], [f"{said}text"])
    lost.source = lost.source.replace("def hidden_error", "def my_error")
    assert remarks(notebook, root)[0] == ["the answer hidden_error is missing from the notebook"]


def test_a_doubled_answer_blocks_unless_both_are_the_same(root):
    notebook = solved()
    copy = nbformat.from_dict(cell(notebook, "hidden_error"))
    notebook.cells.append(copy)
    said = f"the cell hidden_error occurs 2 times (cells 4 and {len(notebook.cells)})"
    assert remarks(notebook, root) == ([], [f"{said}; the last counts"])
    copy.source = "def hidden_error(): pass"
    assert remarks(notebook, root) == ([f"{said}; the last counts"], [])


def test_what_grading_puts_back_only_warns(root):
    notebook = solved()
    check = cell(notebook, "check_hidden_error")
    check.source, check.metadata.nbgrader.points = "2.0", 100
    cell(notebook, "explain_the_bug").cell_type = "raw"
    blocking, others = remarks(notebook, root)
    number = notebook.cells.index(check) + 1
    assert blocking == []
    assert others == [
        f"the locked cell check_hidden_error (cell {number}) has been changed",
        f"the cell check_hidden_error (cell {number}) has 100 points",
        f"the cell explain_the_bug (cell {len(notebook.cells)}) has become a raw cell",
    ]


OWN = {
    "right": "return 2 * x",
    "wrong": "return x",
    "unsolved": "raise NotImplementedError()",
    "warns": "import warnings; warnings.warn('x'); return 4",
}


def with_own_tests_of(answers, hidden=""):
    """Return a notebook with an instructor's own test of each of these functions, for 4 points."""
    notebook = solved()
    for name, body in answers.items():
        notebook.cells.append(new_code_cell(f"def {name}(x):\n    {body}", id=name))
        test = f"assert {name}(2) == 4{hidden and hidden.format(name)}"
        given = settings(f"test_{name}", grade=True, locked=True, points=4)
        notebook.cells.append(new_code_cell(test, metadata=given, id=f"test-{name}"))
    return notebook


@pytest.mark.parametrize("has_solutions", [pytest.param(True, marks=pytest.mark.long), False])
def test_a_failing_test_of_the_instructors_own_blocks_nothing_and_counts(
    tmp_path, warm, has_solutions
):
    if has_solutions:
        hidden = "\n### BEGIN HIDDEN TESTS\nassert {}(3) == 6\n### END HIDDEN TESTS"
        right = dict.fromkeys(OWN, OWN["right"])
        make_course(tmp_path, LESSON, with_own_tests_of(right, hidden))
    data = json.dumps(with_own_tests_of(OWN)).encode()
    lesson = with_own_tests(handed_out(root=tmp_path, lesson=LESSON), data)
    outcome = warm.run(data, lesson=lesson)
    assert (outcome.earned, outcome.most) == (MOST + 4, MOST + 4 * len(OWN))
    assert [(remark.text, remark.blocks) for remark in outcome.remarks] == [
        ("test_wrong: its test fails with AssertionError", False),
        ("test_unsolved: its test fails with NotImplementedError", False),
    ]


DEEP = """
from IPython.display import display
deep = {}
for _ in range(300):
    deep = {"a": deep}
class Nested:
    def _repr_mimebundle_(self, **_):
        return {"text/plain": "x", "text/html": deep}, deep
display({"text/html": deep}, raw=True, metadata=deep)
for number in range(60_006):
    print(number)
Nested()
"""


def test_whatever_a_cell_shows_its_notebook_is_run(tmp_path, warm):
    notebook = solved()
    notebook.cells.insert(0, nbformat.v4.new_code_cell(DEEP))
    lesson = handed_out(root=tmp_path, lesson=LESSON)
    outcome = warm.run(json.dumps(notebook).encode(), lesson=lesson)
    assert (outcome.earned, outcome.remarks) == (MOST, [])


def test_hidden_tests_of_an_instructor_are_no_change(tmp_path):
    source = lesson_notebook(LESSON)
    check = cell(source, "check_hidden_error")
    check.source += "\n### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"
    make_course(tmp_path, LESSON, source)
    assert remarks(solved(), tmp_path) == ([], [])


# --- names ---------------------------------------------------------------------


@pytest.mark.parametrize("student", ["ada", "s12345", "ada@uni.example", "Zoë", "a.b-c_d", "李明"])
def test_common_ids_will_do(student):
    assert fault_of_id(student) == "" and made_safe(student) == student


@pytest.mark.parametrize(
    "student",
    ["", ".", "..", "../bob", "a/b", "a\\b", "-rf", ".ada", "=1+1", "a b", "a\nb", "a\x00", "ada.",
     "a'b", 'a"b', "a$b", "a:b", "con", "LPT1.x", "a" * 101, "\u202eada", "e\u0301", "\udcff"],
)  # fmt: skip
def test_odd_ids_are_refused_and_what_is_made_of_them_will_do(student):
    assert fault_of_id(student)
    assert made_safe(student) == "" or fault_of_id(made_safe(student)) == ""


def test_an_odd_id_is_refused_with_a_sentence(tmp_path, capsys):
    handed(tmp_path)
    assert submit(tmp_path, student="../Ada Lovelace") == 2
    said = capsys.readouterr().err
    assert "'../Ada Lovelace' is not valid as a student id" in said
    assert "Ada_Lovelace is valid" in said
    assert submit(tmp_path, student=LESSON) == 2
    assert os.listdir(tmp_path) == ["notebooks"]


def test_an_unknown_lesson_lists_the_known_ones(tmp_path, capsys):
    assert submit(tmp_path, lesson="3") == 2
    assert "there is no lesson '3'; the lessons are: 01_chain_rule, " in capsys.readouterr().err


def test_what_is_shown_moves_no_cursor():
    assert shown("a\x1b[2J\r\n\u202eb\udcff") == "a\\x1b[2J\\r\\n\\u202eb\\udcff"
