"""What is said of an exception: the student's own line, what stood in it, and why it failed."""

import threading

import numpy as np
import pytest
from cells import run_cell

from backprop.calling import call
from backprop.crashes import crash_of
from backprop.plain_messages import plain_message
from backprop.time_limit import TookTooLong

W, X, D = np.ones((2, 5)), np.ones((3, 7)), np.ones((2, 7))
CELL = """
def output_error(out_y, Y):
    delta = out_y - Y

def answer(W, X, D):
    {}
    return W
"""


def crash(line, **variables):
    """The crash of a function with this line as its line 6."""
    answer = run_cell(CELL.format(line), **variables)["answer"]
    return call(answer, ("W", "X", "D"), (W, X, D)).crash


OPERATIONS = {
    "back = 3 * (W @ D)": ("`W @ D` is (2, 5) @ (2, 7)",
        "the inner sizes of a matrix product must agree, and 5 is not 2"),
    "back = np.dot(W, D)": ("`np.dot(W, D)` is given (2, 5) and (2, 7)",
        "the inner sizes of a matrix product must agree, and 5 is not 2"),
    "back = D @ (D * (1 - D))": ("`D @ (D * (1 - D))` is (2, 7) @ (2, 7)",
        "the inner sizes of a matrix product must agree, and 7 is not 2"),
    "back = W.T @ X": ("`W.T @ X` is (5, 2) @ (3, 7)",
        "the inner sizes of a matrix product must agree, and 2 is not 3"),
    "back = (W.T @ D) * D": ("`(W.T @ D) * D` is (5, 7) * (2, 7)",
        "an operation entry by entry needs equal sizes, or a size of 1"),
    "back = np.tanh(np.sum(X, axis=0)) + W": (
        "`np.tanh(np.sum(X, axis=0)) + W` is (7,) + (2, 5)",
        "an operation entry by entry needs equal sizes, or a size of 1"),
    "W[:, 0] += D[0]": ("`W[:, 0] += D[0]` is (2,) += (7,)",
        "an operation entry by entry needs equal sizes, or a size of 1"),
    "W[:, :1] += W": ("where `W` is (2, 5)", "the result has shape (2, 5)"),
    "W[:] = D": ("in `W[:]`, `W` is (2, 5)", "an array of shape (2, 7) does not fit into (2, 5)"),
    "W = W.reshape(3, 4)": ("in `W.reshape(3, 4)`, `W` is (2, 5)",
        "10 numbers do not fit into shape (3, 4)"),
    "k = 4; W[k, 0]": ("in `W[k, 0]`, `W` is (2, 5), `k` is 4",
        "there is no index 4 along axis 0, whose size is 2"),
    "back = W @ 3": ("`W @ 3` is (2, 5) @ 3",
        "both operands of a matrix product must be arrays with at least one axis"),
    "if D > W: pass": ("`D > W` is (2, 7) > (2, 5)", "equal sizes"),
    "if D > D: pass": ("`D > D` is (2, 7) > (2, 7)", "a single True or False is needed here"),
    "n = 0; 1 / n": ("`1 / n` is 1 / 0", "division by zero"),
    "back = W(1 - W)": ("in `W(1 - W)`, `W` is (2, 5)", "call it like a function"),
    "names = {'W1': 1}; names['W3']": ("`names` is a dict with 'W1'", "there is no key 'W3'"),
    "back = W.transposed": ("`W` is (2, 5)",
        "an array has no `transposed`; a similar name is `transpose`"),
    "back = np.summ(W)": ("", "`numpy` has no `summ`; a similar name is `sum`"),
    "whole = np.zeros((2, 5), int); whole += W / 2": (
        "`whole += W / 2` is (2, 5) += (2, 5)", "an array of integers cannot store the result"),
}  # fmt: skip


@pytest.mark.parametrize("line", OPERATIONS)
def test_a_crash_names_the_expression_what_stands_in_it_and_what_it_needs(line):
    detail, message = OPERATIONS[line]
    found = crash(line)
    assert found.line.startswith("line 6 of `answer`: ") and line[:20] in found.line
    assert detail in found.detail or detail.replace(f"`{line}` is", "that is") == found.detail
    assert message in found.message
    assert "gufunc" not in found.message and "NoneType" not in found.message


def test_a_product_over_several_lines_is_shown_in_one():
    found = crash("back = (W\n            @ D)")
    assert found.detail == "`W @ D` is (2, 5) @ (2, 7)"


def test_the_line_is_the_students_also_inside_a_comprehension():
    found = crash("backs = [W @ D[:, e] for e in range(7)]")
    assert found.line.startswith("line 6 of `answer`")
    assert found.detail == "`W @ D[:, e]` is (2, 5) @ (2,)"


def test_the_line_is_that_of_a_helper_if_the_helper_fails():
    source = "def back(W, D):\n    return W @ D\n\ndef answer(W, D):\n    return back(W, D)\n"
    found = call(run_cell(source)["answer"], ("W", "D"), (W, D)).crash
    assert found.line == "line 2 of `back`: `return W @ D`"


def test_without_its_text_the_number_of_the_line_is_left():
    variables = {}
    exec("def answer(x):\n    return x @ x", variables)
    found = call(variables["answer"], ("x",), (X,)).crash
    assert found.line == "line 2 of `answer`" and found.detail == ""
    assert "the inner sizes of a matrix product must agree" in found.message


@pytest.mark.parametrize(
    "line, said",
    [
        ("raise ValueError('shapes (2,5) and gufunc')", "shapes (2,5) and gufunc"),
        ("assert W.shape == D.shape, 'no (2,5)'", "no (2,5)"),
        ("raise KeyError('W')", "'W'"),
    ],
)
def test_what_the_student_raises_is_left_as_it_is(line, said):
    assert crash(line).message == said


def test_what_a_helper_returned_is_told_if_it_is_none():
    found = crash("d = output_error(D, D); W = d @ X.T")
    assert found.detail == "`d @ X.T` is None @ (7, 3)"
    source = CELL.format("d = output_error(D, D)\n    W = d @ X.T")
    found = call(run_cell(source)["answer"], ("W", "X", "D"), (W, X, D)).crash
    assert "`d` comes from line 6, and `output_error` has no `return` with a value" in found.message


def test_a_helper_that_returns_is_not_blamed_for_none():
    helper = lambda x: x if len(x) > 50 else None  # noqa: E731
    found = crash("d = helper(X)\n    W = d @ X.T", helper=helper)
    assert "`d` comes from line 6" in found.message and "no `return`" not in found.message


def test_a_name_without_a_value_is_told_with_one_that_looks_like_it():
    found = crash("delta_y = D\n    back = detla_y * 2")
    assert found.message == (
        "`detla_y` is not an argument, and neither `answer` nor the notebook gives it a value; "
        "a similar name is `delta_y`"
    )
    assert crash("back = w * 2").message.endswith("; a similar name is `W`")
    assert "similar" not in crash("back = nothing_like_it * 2").message


def test_a_name_that_is_read_too_early_is_told_apart_from_the_notebooks():
    assert crash("db1 += 1").message == "`db1` is read before `answer` has given it a value"
    found = crash("db1 += 1", db1=3)
    assert "the notebook's `db1` is another variable, since `answer` assigns" in found.message


def test_a_variable_of_the_notebook_in_the_line_is_told():
    assert "`TABLE` is a variable of the notebook" in crash("D * TABLE", TABLE=X).message
    assert "notebook" not in crash("TABLE = X; D * TABLE").message


def test_endless_recursion_says_who_calls_itself():
    source = "def answer(x):\n    return answer(x + 1)\n"
    found = call(run_cell(source)["answer"], ("x",), (1,)).crash
    assert found.type == "RecursionError"
    assert found.message.startswith("the calls of `answer` were nested more than")


touched = []


class Meta(type):
    """Runs code whenever the name of its class is asked for."""

    @property
    def __name__(cls):
        touched.append("__name__")
        raise SystemExit


class Hostile(list, metaclass=Meta):
    """Runs code whenever it is looked at."""

    def __getattribute__(self, name):
        touched.append(name)
        raise SystemExit

    __repr__ = __str__ = __len__ = __bool__ = __eq__ = lambda *_: touched.append(1)
    __hash__ = None


def test_nothing_of_the_students_is_run_to_describe_a_crash():
    thing = Hostile()
    found = crash("n = 0\n    [thing, W[1 / n]]", thing=thing)
    assert found.detail == "`1 / n` is 1 / 0"
    found = crash("n = 9\n    W[n, (thing is None)]", thing=thing)
    assert "`W` is (2, 5), `n` is 9, `thing` is" in found.detail
    assert touched == []


def test_long_lines_and_texts_are_cut():
    found = crash(f"names = {{'{'x' * 5000}': 1}}; names['{'y' * 5000}']")
    assert max(map(len, (found.line, found.message))) <= 300 and len(found.detail) <= 600


@pytest.mark.parametrize(
    "message, said",
    [
        ("shapes (2,5) and (2,7) not aligned: 5 (dim 1) != 2 (dim 0)", "5 is not 2"),
        ("matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
         "(n?,k),(k,m?)->(n?,m?) (size 2 is different from 7)", "7 is not 2"),
        ("something: gufunc signature (k)->(m)", "the shapes do not fit"),
        ("'NoneType' object is not subscriptable", "None is not subscriptable"),
    ],
)  # fmt: skip
def test_messages_of_numpy_are_put_in_plain_words(message, said):
    assert said in plain_message(message) and "gufunc" not in plain_message(message)
    assert plain_message("list index out of range") == "list index out of range"


# --- what takes so long: the exception is raised where a limit would raise it ---------------------


def stopped(source, *arguments, **variables):
    try:
        run_cell(source, stop=stop, **variables)["answer"](*arguments)
    except TookTooLong as error:
        return crash_of(error)


def stop(*anything):
    raise TookTooLong


# The line is that of the call: as with a limit that strikes inside numpy.
stop.__code__ = stop.__code__.replace(co_filename=threading.__file__)


def test_a_time_out_says_which_arrays_stand_in_the_line_and_how_far_the_loops_are():
    found = stopped(
        "def answer(X, batches):\n"
        "    for epoch in range(20):\n"
        "        for batch in batches:\n"
        "            out = X * stop()\n",
        X, [np.arange(4)],
    )  # fmt: skip
    assert found.line == "line 4 of `answer`: `out = X * stop()`"
    assert found.detail == (
        "there `X` is (3, 7); in the loop of line 3, `for batch in batches`, `batch` is (4,), "
        "`batches` is a list of 1; nothing in the loop reads `batch`; in the loop of line 2, "
        "`for epoch in range(20)`, `epoch` is 0"
    )


def test_a_loop_that_uses_its_batches_is_not_said_to_ignore_them():
    source = (
        "def answer(X, batches):\n    for batch in batches:\n        out = X[:, batch] * stop()\n"
    )
    assert "nothing in the loop reads" not in stopped(source, X, [np.arange(4)]).detail


ENDS = "so it does not end"


@pytest.mark.parametrize(
    "loop, said",
    [
        ("while i < n:\n        j = stop()", ENDS),
        ("while True:\n        j = stop()", "no `break` and no `return`"),
        ("while i < n:\n        i = i + stop()", ""),
        ("while i < n:\n        (i, j) = 1, stop()", ""),
        ("while i < n:\n        for i in range(3): stop()", ""),
        ("while True:\n        if stop(): break", ""),
        ("while i < n:\n        if stop(): return j", ""),
        ("while len(several) < n:\n        several.append(stop())", ""),
        ("while several:\n        several.remove(stop())", ""),
    ],
)
def test_a_loop_is_said_not_to_end_only_where_its_text_shows_it(loop, said):
    source = f"def answer(i, n, several):\n    {loop}\n"
    detail = stopped(source, 0, 5, [1]).detail
    assert said in detail and (said or ("not end" not in detail and "ends it" not in detail))
    assert "never ends" not in detail


def test_a_loop_whose_variable_another_function_sets_is_not_said_not_to_end():
    source = (
        "def answer(i, n):\n"
        "    def step():\n"
        "        nonlocal i\n"
        "        i += stop()\n"
        "    while i < n:\n"
        "        step()\n"
    )
    assert ENDS not in stopped(source, 0, 5).detail
