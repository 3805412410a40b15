"""What a second look at an answer shows, and what it does not."""

import random

import numpy as np
import pytest
from cells import run_cell

from backprop.second_look import Clues, look_closer

X = np.array([[1.0, 2.0, 3.0]])
OTHER = np.array([[5.0, 6.0, 7.0]])


def look(source, *arguments, **variables):
    answer = run_cell(source, **variables)["answer"]
    names = answer.__code__.co_varnames[: answer.__code__.co_argcount]
    return look_closer(answer, ("X", "Y")[: len(names)], arguments)


# --- variables of the notebook --------------------------------------------------------------------


def test_a_variable_that_the_result_depends_on_is_seen_once():
    clues = look("def answer(x):\n    return X * x + X\n", X, X=OTHER)
    assert clues.reads == (("X", ""),)


def test_a_variable_that_a_helper_reads_is_seen_with_the_helper():
    source = "def helper():\n    return 2 * Y\n\ndef answer(x):\n    return x + helper()\n"
    assert look(source, X, Y=OTHER).reads == (("Y", "helper"),)


def test_a_variable_that_does_not_matter_is_not_seen():
    source = "def answer(x):\n    unused = Y * 2\n    return x + 0 * Y\n"
    assert look(source, X, Y=OTHER).reads == ()


def test_what_comes_with_an_argument_in_the_place_of_a_variable_is_seen():
    clues = look("def answer(x, y):\n    return inputs * y\n", X, OTHER, inputs=OTHER)
    assert [names for *names, _ in clues.replaced] == [["inputs", "X"], ["inputs", "Y"]]
    (first,) = clues.replaced[0][2].values
    assert np.array_equal(first, X * OTHER)


def test_the_notebook_keeps_its_variables():
    given = OTHER.copy()
    cell = run_cell("def answer(x):\n    global count\n    count = 1\n    return X * x\n", X=given)
    look_closer(cell["answer"], ("X",), (X,))
    assert np.array_equal(given, OTHER) and cell["X"] is given


# --- random numbers and state ---------------------------------------------------------------------

DRAWS = [
    "np.random.rand()",
    "np.random.default_rng().normal()",
    "default_rng().normal()",
    "random.random()",
    "rng.normal()",
]


@pytest.mark.parametrize("draw", DRAWS)
def test_an_answer_that_draws_is_random(draw):
    clues = look(
        f"def helper():\n    return {draw}\n\ndef answer(x):\n    return x + helper()\n",
        X, random=random, rng=np.random.default_rng(), default_rng=np.random.default_rng,
    )  # fmt: skip
    assert clues.random


@pytest.mark.parametrize("draw", [*DRAWS[:2], "random.random()"])
def test_an_answer_whose_draw_makes_no_difference_is_not_random(draw):
    source = f"def answer(x):\n    {draw}\n    return x\n"
    assert not look(source, X, random=random).random


def test_an_answer_with_a_seed_of_its_own_is_not_random():
    source = "def answer(x):\n    return x + np.random.default_rng(3).normal()\n"
    assert not look(source, X).random


def test_the_generators_are_left_as_they_were():
    np.random.seed(5), random.seed(5)
    expected = np.random.rand(), random.random()
    np.random.seed(5), random.seed(5)
    look("def answer(x):\n    return x + 1\n", X)
    assert (np.random.rand(), random.random()) == expected
    assert np.random.default_rng.__module__.startswith("numpy")


STATES = {
    "seen = []\ndef answer(x):\n    seen.append(1)\n    return x * len(seen)\n":
        "the notebook's variable `seen`",
    "def answer(x, seen=[]):\n    seen.append(1)\n    return x * len(seen)\n":
        "the default value of `seen` in `answer`",
    "def answer(x):\n    answer.n += 1\n    return x * answer.n\nanswer.n = 0\n":
        "the attribute `n` of `answer`",
    "n = 0\ndef answer(x):\n    global n\n    n += 1\n    return x * n\n":
        "the notebook's variable `n`",
    "totals = np.zeros(3)\ndef helper(x):\n    totals[:] += x[0]\n    return totals.copy()\n"
    "def answer(x):\n    return helper(x)\n":
        "the notebook's variable `totals`",
    "def build():\n    n = [0]\n    def answer(x):\n        n[0] += 1\n        return x * n[0]\n"
    "    return answer\nanswer = build()\n":
        "the variable `n` outside of `answer`",
}  # fmt: skip


@pytest.mark.parametrize("source", STATES)
def test_what_is_kept_between_calls_is_named_and_is_not_random(source):
    answer = run_cell(source)["answer"]
    clues = look_closer(answer, ("x",), (X,))
    assert clues.kept == STATES[source] and not clues.random


def test_an_answer_that_keeps_nothing_has_nothing_kept():
    source = "table = np.ones(3)\ndef answer(x, k=[2]):\n    return x * table + k[0]\n"
    assert look_closer(run_cell(source)["answer"], ("x",), (X,)).kept == ""


# --- arguments ------------------------------------------------------------------------------------


def test_the_line_that_reads_a_changed_argument_again_is_told():
    source = (
        "def answer(X, Y):\n"
        "    d = X\n"
        "    d -= Y\n"
        "    d *= 2\n"
        "    return d * (1 - X)\n"
    )  # fmt: skip
    clues = look(source, X, OTHER)
    assert clues.changing_line == "line 3: `d -= Y`"
    assert clues.reading_line == "line 5, `return d * (1 - X)`, reads `X`"


def test_no_line_is_told_where_a_changed_argument_is_not_read_again():
    clues = look("def answer(X, Y):\n    out = X * Y\n    X[0] = 0\n    return out\n", X, OTHER)
    assert clues.changing_line and clues.reading_line == ""


def test_an_answer_is_idle_only_if_it_reads_no_argument():
    assert look("def answer(x):\n    return 1.0\n", X).idle
    assert not look("def answer(x):\n    return np.ones(x.shape)\n", X).idle
    assert not look("def answer(x):\n    return [x * k for k in range(2)][1]\n", X).idle
    assert not look("def answer(x):\n    return (lambda: x)()\n", X).idle
    assert not look("def answer(*x):\n    return x[0]\n").idle


def test_an_answer_that_raises_is_looked_at_as_well():
    assert look("def answer(x):\n    raise SystemExit\n", X) == Clues(idle=True)
    assert look_closer(np.dot, ("X", "Y"), (X, X.T)) == Clues()
    assert look_closer(None, ("X",), (X,)) == Clues()


@pytest.mark.parametrize(
    ("body", "line"),
    {
        "    x[0] = 0": "line 2: `x[0] = 0`",
        "    for k in range(2):\n        if k:\n            x[0] = 0": "line 4: `x[0] = 0`",
        "    try:\n        1 / 0\n    except ZeroDivisionError:\n        x += 1\n    return x":
            "line 5: `x += 1`",
        "    with np.errstate():\n        x += 1\n    return 1": "line 3: `x += 1`",
        "    match len(x):\n        case _:\n            x += 1": "line 4: `x += 1`",
        "    helper(x)": "line 2: `helper(x)`",
    }.items(),
)  # fmt: skip
def test_the_line_that_changes_an_argument_is_told_wherever_it_stands(body, line):
    source = f"def answer(x):\n{body}\ndef helper(x):\n    x += 1\n"
    assert look(source, X).changing_line == line


def test_no_line_is_told_where_it_is_not_known():
    hidden = "def build():\n    k = 2\n    def answer(x):\n        x *= k\n    return answer\n"
    answer = run_cell(hidden + "answer = build()\n")["answer"]
    assert look_closer(answer, ("x",), (X,)).changing_line == ""
    names = {"np": np}
    exec("def answer(x):\n    x += 1\n", names)
    assert look_closer(names["answer"], ("x",), (X,)).changing_line == ""


def test_rounding_is_no_difference_between_two_calls():
    # The draws never matter: what differs is the order of a sum, and so its last digit.
    source = (
        "def answer(x):\n"
        "    order = np.random.permutation(x.size)\n"
        "    return np.cumsum(x.ravel()[order])[-1]\n"
    )
    numbers = np.logspace(-8, 8, 60).reshape(2, 30)
    totals = {float(run_cell(source)["answer"](numbers)) for _ in range(20)}
    assert len(totals) > 1
    assert not look_closer(run_cell(source)["answer"], ("x",), (numbers,)).random


def test_the_line_that_changes_an_argument_is_told_below_a_decorator():
    source = "def as_it_is(f):\n    return f\n@as_it_is\ndef answer(x):\n    x += 1\n"
    assert look(source, X).changing_line == "line 5: `x += 1`"
