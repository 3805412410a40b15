"""One submission graded: its honest code gets its points, whatever else is in it."""

import inspect
from dataclasses import replace

import nbformat
import pytest
from course import exercises_of, grade_id, lesson_notebook, settings, source_of
from nbformat.v4 import new_code_cell
from required import require
from sandboxes import LESSON, SHORT, marked, registered_lesson

from backprop import differentiate
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.grading.worker import SandboxKind, warm_sandbox
from backprop_classroom.limits import Limits
from backprop_judge.lessons.backward_pass.exercises import loss_near

MOST = {entry.id: entry.points for entry in exercises_of(LESSON) if not entry.manual}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A bare course with a test of the instructor's own beside the checks."""
    notebook = lesson_notebook(LESSON)
    own = new_code_cell(
        "assert output_error(np.array([[0.5]]), np.array([[0.0]])).shape == (1, 1)\n"
        "### BEGIN HIDDEN TESTS\nassert 'hidden' > ''\n### END HIDDEN TESTS",
        metadata=settings("own_test", grade=True, locked=True, points=4),
        id="own-test",
    )
    notebook.cells.append(own)
    return registered_lesson(tmp_path_factory.mktemp("course"), notebook)


@pytest.fixture(scope="module")
def sandbox(course):
    require(not why_no_sandbox(), why_no_sandbox())
    sandbox = warm_sandbox(SandboxKind(course[1].warm_up, True, SHORT))
    yield sandbox
    sandbox.close()


@pytest.fixture
def impatient(sandbox, monkeypatch):
    """The same sandbox, from which code is stopped sooner that ignores its own time limit."""
    sooner = replace(SHORT, cell_seconds=0.5, call_seconds=0.3, grace_seconds=0.2)
    monkeypatch.setattr(sandbox, "limits", sooner)
    return sandbox


@pytest.fixture
def solved(course):
    return nbformat.from_dict(course[0])


def points(graded):
    return {one.exercise: one.earned for one in graded.verdicts if one.trusted}


def cell(notebook, id):
    return next(one for one in notebook.cells if grade_id(one) == id)


def before(notebook, id, source):
    place = notebook.cells.index(cell(notebook, id))
    notebook.cells.insert(place, new_code_cell(source, id="inserted"))


def test_right_answers_get_all_points(sandbox, course, solved):
    graded = marked(sandbox, course[1], solved)
    assert (graded.reason, graded.remarks) == ("", ())
    assert points(graded) == MOST
    assert graded.scores["explain_the_bug"] is None  # waits for a person


def test_an_instructors_own_test_runs_and_is_marked_as_run_beside_student_code(
    sandbox, course, solved
):
    lesson = course[1]
    assert "hidden" in lesson.by_id["own_test"].source
    verdict = marked(sandbox, lesson, solved).verdicts[-1]
    assert (verdict.exercise, verdict.earned, verdict.trusted) == ("own_test", 4, False)
    cell(solved, "output_error").source = "def output_error(out_y, Y):\n    return 0"
    graded = marked(sandbox, lesson, solved)
    assert graded.verdicts[-1].earned == graded.scores["own_test"] == 0
    assert graded.verdicts[-1].codes == ("test-failed",)


SHOWS_A_RESULT = """\
from IPython import get_ipython
shell = get_ipython()
bundle = {"text/html": "<p>x</p>"}
shell.events.register(
    "post_run_cell", lambda *_: shell.outputs.bundle("execute_result", bundle, {}, execution_count=1)
)
"""


def test_whatever_code_says_of_missing_libraries_is_a_short_remark(sandbox, course, solved):
    line = "print(f'no{n} is not installed where this notebook is graded', file=sys.stderr)"
    before(solved, "output_error", f"import sys\nfor n in range(150): {line}")
    (remark,) = marked(sandbox, course[1], solved).remarks
    assert remark.startswith("no0, no1, no2 and 147 more: not installed where")


def test_a_result_without_text_below_an_own_test_stops_no_grading(sandbox, course, solved):
    before(solved, "own_test", SHOWS_A_RESULT)
    graded = marked(sandbox, course[1], solved)
    assert points(graded) == MOST
    assert graded.scores["own_test"] == 0
    assert graded.remarks == ("the test own_test shows a result without text: no points",)


def test_what_a_check_claims_is_replaced_by_the_report_of_the_judge(sandbox, course, solved):
    cell(
        solved, "hidden_error"
    ).source = "def hidden_error(delta_y, out_h, W2):\n    return delta_y"
    before(solved, "output_error", "import backprop\nbackprop.check = check = lambda *_: 2.0")
    graded = marked(sandbox, course[1], solved)
    assert points(graded) == MOST | {"hidden_error": 0}
    (shown,) = cell(nbformat.reads(graded.notebook, 4), "check_hidden_error").outputs
    assert "hidden_error: not yet right, 0 of 2 points" in shown.data["text/html"]
    assert shown.data["text/plain"] == "0.0"


def test_the_mistake_is_named_as_in_the_students_notebook(sandbox, course, solved):
    body = cell(solved, "backward_propagation").source
    cell(solved, "backward_propagation").source = (
        body
        + "\nright = backward_propagation\n"
        + (
            "def backward_propagation(*given):\n    dW1, db1, dW2, db2 = right(*given)\n"
            "    return dW1.T, db1, dW2, db2"
        )
    )
    verdict = next(
        one
        for one in marked(sandbox, course[1], solved).verdicts
        if one.exercise == "backward_propagation"
    )
    assert verdict.earned == 4.5 and verdict.codes == ("transposed",)
    assert "right = backward_propagation" in verdict.answer


def test_an_answer_below_its_check_is_judged_all_the_same(sandbox, course, solved):
    moved = cell(solved, "hidden_error")
    solved.cells.remove(moved)
    solved.cells.append(moved)
    assert points(marked(sandbox, course[1], solved)) == MOST


def test_an_answer_is_judged_as_it_was_at_its_check(sandbox, course, solved):
    solved.cells.append(new_code_cell("def output_error(out_y, Y): return 0", id="later"))
    assert points(marked(sandbox, course[1], solved)) == MOST


IMPORTED = "from backprop_judge.lessons.backward_pass.exercises import loss_near\n"
COPIED = f"""\
from collections.abc import Callable
from backprop.network import half_squared_error, layer, pre_activation, sigmoid
{inspect.getsource(loss_near)}
"""
OFFERED = "from backprop.differentiate import gradient\n"
OF_ITS_OWN = inspect.getsource(differentiate) + "\n\ndef _check_allowed(): pass\n"
BY_DERIVATIVE = """\
{gradient}
def backward_propagation(X, Y, out_h, out_y, W2):
    {imported}
    shapes = (len(out_h), len(X)), (len(out_h), 1), W2.shape, (len(W2), 1)
    return gradient(loss_near(X, Y, out_h, out_y, W2), *(np.zeros(shape) for shape in shapes))
"""


@pytest.mark.parametrize(
    ("source", "earned", "said"),
    [
        (
            BY_DERIVATIVE.format(imported=IMPORTED, gradient=OFFERED),
            0,
            "No module named 'backprop_judge'",
        ),
        (
            COPIED + BY_DERIVATIVE.format(imported="", gradient=OFFERED),
            0,
            "compute its derivatives",
        ),
        (COPIED + BY_DERIVATIVE.format(imported="", gradient=OF_ITS_OWN), 6, ""),
    ],
    ids=["imported", "offered", "copied"],
)
def test_a_numerical_derivative_earns_points_only_where_the_answer_contains_it(
    sandbox, course, solved, source, earned, said
):
    """As the README says it."""
    cell(solved, "backward_propagation").source = source
    graded = marked(sandbox, course[1], solved)
    assert points(graded) == MOST | {"backward_propagation": earned}
    (verdict,) = [one for one in graded.verdicts if one.exercise == "backward_propagation"]
    assert said in str(verdict.messages) and bool(verdict.messages) == (earned == 0)


@pytest.mark.parametrize(
    ("deadly", "said"),
    [
        ("import os; os._exit(3)", "it ended the Python process"),
        # In the short run, test_hostile.py has such cells.
        pytest.param(
            "while True:\n  try:\n    while True: sum(range(99))\n  except BaseException: pass",
            "ignored its time limit", marks=pytest.mark.long,
        ),
        pytest.param(
            "import numpy as np\nkept = [np.ones(10**6) for _ in range(40)]\n"
            "import os\nfor _ in range(30):\n  os.fork() or [np.ones(10**6) for _ in range(40)]",
            "it", marks=pytest.mark.long,
        ),
    ],
    ids=["leaves", "endless", "greedy"],
)  # fmt: skip
def test_a_cell_that_breaks_the_process_costs_nothing_but_itself(
    impatient, course, solved, deadly, said
):
    before(solved, "hidden_error", deadly)
    graded = marked(impatient, course[1], solved)
    assert points(graded) == MOST
    if said != "it":
        assert [one for one in graded.remarks if "was stopped" in one and said in one], (
            graded.remarks
        )
        place = next(i for i, one in enumerate(solved.cells) if one.get("id") == "inserted")
        (shown,) = nbformat.reads(graded.notebook, 4).cells[place].outputs
        assert shown.ename == "Stopped" and said in shown.evalue


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("    import os; os._exit(0)", "ended-process"),
        # In the short run, test_hostile.py has such answers.
        pytest.param(
            "    while True:\n        try:\n            while True: sum(range(99))\n"
            "        except BaseException: pass", "no-end", marks=pytest.mark.long,
        ),
        pytest.param("    while True: pass", "no-end", marks=pytest.mark.long),
        ("    import ctypes; ctypes.string_at(0)", "ended-process"),
    ],
    ids=["leaves", "endless and deaf", "endless", "crashes"],
)  # fmt: skip
def test_an_answer_that_breaks_the_process_costs_nothing_but_itself(
    impatient, course, solved, body, code
):
    cell(solved, "output_error").source = f"def output_error(out_y, Y):\n{body}"
    graded = marked(impatient, course[1], solved)
    # The instructor's own test calls it as well, and breaks its cell.
    assert points(graded) == MOST | {"output_error": 0}
    assert graded.verdicts[0].codes == (code,)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("    x = (out_y", "did-not-run", "did not run: SyntaxError in line 2"),
        ("    return out_y @ Y", "crashed", "`out_y @ Y` is ("),
        ("    return np.random.rand() * out_y", "random", "it draws random numbers"),
        ("    output_error.n = getattr(output_error, 'n', 0) + 1\n"
         "    return output_error.n * out_y", "keeps-state", "the attribute `n` of `output_error`"),
        ("    return lost * (out_y - Y)\nlost = np.ones((1, 1))",
         "missing-output-slope", "delta_y"),
    ],
    ids=["syntax", "crash", "random", "state", "harmless variable"],
)  # fmt: skip
def test_what_is_found_beside_student_code_comes_out_of_the_sandbox(
    sandbox, course, solved, body, code, said
):
    cell(solved, "output_error").source = f"import numpy as np\ndef output_error(out_y, Y):\n{body}"
    if code == "did-not-run":
        cell(solved, "output_error").source = f"def output_error(out_y, Y):\n{body}"
    graded = marked(sandbox, course[1], solved)
    assert graded.verdicts[0].codes == (code,)
    card = cell(nbformat.reads(graded.notebook, 4), "check_output_error").outputs[0]
    assert said in card.data["text/html"].replace("<code>", "`").replace("</code>", "`")


@pytest.mark.parametrize(
    "body",
    ["    return np.zeros((300, 1000))", "    import time; time.sleep(0.3); return out_y"],
    ids=["large", "slow"],
)
def test_an_answer_is_called_on_every_case_however_much_it_sends_and_takes(
    sandbox, course, solved, body
):
    counting = "    global calls\n    calls = globals().get('calls', 0) + 1\n"
    cell(solved, "output_error").source = f"def output_error(out_y, Y):\n{counting}{body}"
    telling = nbformat.v4.new_code_cell("calls")
    solved.cells.insert(solved.cells.index(cell(solved, "check_output_error")) + 1, telling)
    graded = marked(sandbox, course[1], solved)
    assert points(graded) == MOST | {"output_error": 0}
    assert not graded.remarks and graded.verdicts[0].codes != ("ended-process",)
    shown = [one for one in nbformat.reads(graded.notebook, 4).cells if one.source == "calls"]
    assert int(shown[0].outputs[0].data["text/plain"]) >= 6


def test_a_submission_as_a_whole_is_stopped_in_time(sandbox, course, solved, monkeypatch):
    limits = replace(SHORT, submission_seconds=2, cell_seconds=30, backstop=2)
    monkeypatch.setattr(sandbox, "limits", limits)
    before(solved, "hidden_error", "import time\ntime.sleep(1000)")
    graded = marked(sandbox, course[1], solved)
    assert points(graded)["output_error"] == 2
    assert points(graded)["find_the_bug"] == 0
    assert graded.remarks == (
        "its code was stopped: it took more than 4 seconds of wall-clock time in all",
    )
    assert graded.verdicts[-2].codes == ("not-reached",)


@pytest.mark.long
def test_the_real_lesson_is_graded_in_full_with_its_pictures(tmp_path):
    require(not why_no_sandbox(), why_no_sandbox())
    source, lesson = registered_lesson(tmp_path, source_of(LESSON))
    sandbox = warm_sandbox(SandboxKind(lesson.warm_up, True, Limits()))
    graded = marked(sandbox, lesson, source)
    sandbox.close()
    assert graded.remarks == () and points(graded) == MOST
    shown = nbformat.reads(graded.notebook, 4)
    kinds = [
        kind
        for one in shown.cells
        for output in one.get("outputs", [])
        for kind in output.get("data", {})
    ]
    wanted = [
        kind
        for one in source.cells
        for output in one.get("outputs", [])
        for kind in output.get("data", {})
    ]
    assert kinds.count("image/png") == wanted.count("image/png") > 5
    assert not any(
        output.output_type == "error" for one in shown.cells for output in one.get("outputs", [])
    )
