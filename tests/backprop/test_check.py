import json
import subprocess
import sys

import answers
import pytest
from bank import right_answer
from IPython.core.interactiveshell import InteractiveShell

import backprop
from backprop import check, evaluate, or_stand_in
from backprop.checking import expect_answers, watch_cells
from backprop.exercises import MarkedByPerson
from backprop_judge import EXERCISES
from backprop_judge.exercise import under_judgement


def test_check_returns_points_that_are_the_card_in_a_notebook(capsys, monkeypatch):
    monkeypatch.setattr("backprop.checking.shows_html", lambda: False)
    points = check("two_paths", answers.two_paths)
    assert points == 1.0 and points + 1 == 2 and repr(points) == "1.0"
    assert points._repr_html_() == evaluate("two_paths", answers.two_paths)._repr_html_()
    # Outside of a notebook the card is printed.
    assert capsys.readouterr().out == "two_paths: right, 1 of 1 point\n"


IN_A_NOTEBOOK = """
import json
from backprop.sandbox.shell import NotebookShell
outputs, _ = NotebookShell.instance().run("from backprop import check\\n" + CELL)
print(json.dumps(outputs))
"""


def test_a_notebook_shows_one_result_and_prints_nothing():
    cell = "check('two_paths', lambda a, u0, u1, y0, y1: 0.0)"
    program = IN_A_NOTEBOOK.replace("CELL", repr(cell))
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    (output,) = json.loads(ran.stdout)
    assert output["output_type"] == "execute_result"
    assert output["data"]["text/plain"] == "0.0"
    assert "two_paths: not yet right" in output["data"]["text/html"]


def test_check_never_raises(capsys, monkeypatch):
    monkeypatch.setattr("backprop.checking.shows_html", lambda: False)
    assert check("no_such_exercise", None) == 0.0
    assert "the exercises are: sigmoid_slope" in capsys.readouterr().out
    assert check("derivation", None) == 0.0
    assert "marked by a person" in capsys.readouterr().out


def test_evaluate_refuses_what_cannot_be_evaluated():
    with pytest.raises(KeyError, match="the exercises are"):
        evaluate("no_such_exercise", None)
    with pytest.raises(MarkedByPerson):
        evaluate("derivation", None)


def test_the_same_answer_is_told_the_same_thing_twice():
    wrong = lambda *given: tuple(-d for d in answers.backward_propagation(*given))  # noqa: E731
    assert evaluate("backward_propagation", wrong) == evaluate("backward_propagation", wrong)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 20))]
)
def test_a_right_answer_passes_with_any_seed(seed):
    for entry in EXERCISES.values():
        if not entry.manual and not entry.trial:
            assert evaluate(entry.id, right_answer(entry.id), seed=seed).passed, entry.id


def test_a_finished_function_is_used_as_it_is(capsys):
    assert or_stand_in("loss", answers.loss) is answers.loss
    assert capsys.readouterr().out == ""


def test_an_unfinished_function_is_replaced_and_the_reader_is_told(capsys):
    def loss(out_y, Y):
        raise NotImplementedError

    stand_in = or_stand_in("loss", loss)
    assert "loss is not finished" in capsys.readouterr().out
    assert stand_in(answers.np.ones((1, 2)), answers.np.zeros((1, 2))) == 1.0


def test_a_wrong_function_is_replaced_and_the_reader_is_told_why(capsys):
    stand_in = or_stand_in("loss", lambda out_y, Y: nowhere(out_y))  # noqa: F821
    said = capsys.readouterr().out
    assert "loss is not right yet (your code raised NameError" in said
    assert or_stand_in("loss", stand_in) is stand_in  # running the cell again changes nothing


def test_an_answer_whose_cell_did_not_run_is_a_to_do_and_no_error():
    mine = object()
    namespace = {"loss": mine}
    expect_answers(namespace)
    assert namespace["loss"] is mine
    for entry in EXERCISES.values():
        if not entry.manual and entry.id != "loss":
            report = evaluate(entry.id, namespace[entry.id])
            assert report.to_do and report.score == 0
            assert f"there is no `{entry.id}` yet" in report.findings[0].message


@pytest.fixture
def notebook():
    """A shell that runs cells, watched as that of a notebook is."""
    shell = InteractiveShell()
    expect_answers(shell.user_ns)
    watch_cells(shell)
    yield shell
    expect_answers({})


RIGHT = "def loss(out_y, Y):\n    return 0.5 * ((out_y - Y) ** 2).sum()\n"


@pytest.mark.parametrize(
    "cell, why",
    [
        ("def loss(out_y, Y):\n    x = (out_y\n", "SyntaxError in line 2, `x = (out_y`: "),
        ("def loss(out_y, Y):\nreturn 1\n", "IndentationError in line 2"),
        ("1 / 0\ndef loss(out_y, Y):\n    return 1\n", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_cell_that_did_not_run_is_no_to_do_and_says_why(notebook, cell, why):
    notebook.run_cell(cell)
    report = evaluate("loss", notebook.user_ns["loss"])
    assert [one.code for one in report.findings] == ["did-not-run"]
    assert f"the cell that defines `loss` did not run: {why}" in report.findings[0].message
    assert not report.to_do and report.score == 0
    assert evaluate("sigmoid", notebook.user_ns["sigmoid"]).to_do
    notebook.run_cell(RIGHT)
    assert evaluate("loss", notebook.user_ns["loss"]).passed


def test_a_cell_that_fails_after_the_function_is_no_failure_of_it(notebook):
    notebook.run_cell(RIGHT + "1 / 0\n")
    assert evaluate("loss", notebook.user_ns["loss"]).passed


def test_a_check_says_that_it_sees_the_function_of_before(notebook, capsys):
    notebook.run_cell(RIGHT)
    notebook.run_cell("def loss(out_y, Y)\n    return 1\n")
    capsys.readouterr()
    assert check("loss", notebook.user_ns["loss"]) == 1.0
    said = capsys.readouterr().out
    assert "did not run last time (SyntaxError in line 1" in said
    notebook.run_cell(RIGHT)
    capsys.readouterr()
    check("loss", notebook.user_ns["loss"])
    assert "did not run" not in capsys.readouterr().out


def test_nothing_stays_under_judgement():
    evaluate("loss", lambda *given: exit())
    assert under_judgement == []


def test_what_the_notebooks_import_is_public():
    assert set(backprop.__all__) >= {"check", "evaluate", "or_stand_in", "Report", "Finding"}


def test_a_right_number_is_shown_with_four_digits_though_its_last_one_differs():
    def half_right(z, a):
        return 0.0, (1 - a - (1 - a) ** 2) * (1 + 3e-16)

    wrong, right = evaluate("sigmoid_slope", half_right).rows
    assert not wrong.right and right.right
    assert right.expected == right.received and len(right.received) <= 6
