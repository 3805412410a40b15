import sys
import threading
import warnings

import numpy as np
import pytest

from backprop.calling import Oddity, call, stub_of
from backprop.differentiate import derivative, gradient

ONE = ("x",)


def reply_to(answer, *arguments, parameters=None):
    names = parameters or tuple(f"x{place}" for place in range(len(arguments)))
    return call(answer, names, arguments)


@pytest.mark.parametrize(
    "error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt(), GeneratorExit()]
)
def test_no_exception_escapes(error):
    def answer():
        raise error

    crash = reply_to(answer).crash
    assert crash.type == type(error).__name__
    assert crash.line.endswith("`raise error`")


def test_endless_recursion_is_a_crash_like_any_other():
    def answer():
        return answer()

    assert reply_to(answer).crash.type == "RecursionError"


def test_an_exception_that_cannot_be_printed_does_not_escape():
    class Unprintable(Exception):
        def __str__(self):
            raise RuntimeError

    def answer():
        raise Unprintable

    assert reply_to(answer).crash.message == ""


def test_the_line_is_the_students_own_even_if_numpy_raises():
    def answer(x):
        return x @ np.ones((5, 5))  # the line that fails

    reply = reply_to(answer, np.ones((2, 3)))
    assert reply.crash.type == "ValueError"
    assert "x @ np.ones((5, 5))" in reply.crash.line


def test_arguments_are_copies():
    x = np.ones(3)

    def answer(x):
        x += 1
        return x

    reply = reply_to(answer, x, parameters=ONE)
    assert np.array_equal(x, np.ones(3))
    assert reply.changed == ("x",)


def test_a_step_added_and_taken_away_again_is_no_change():
    def answer(x):
        x[0] += 1e-5
        x[0] -= 2e-5
        x[0] += 1e-5
        return x.sum()

    assert reply_to(answer, np.array([0.1, 0.2])).changed == ()


def test_prints_and_warnings_stay_with_the_answer(capsys):
    def answer():
        print("hello")
        print("hello", file=sys.stderr)
        warnings.warn("careful")  # noqa: B028  as a student would
        return 1.0

    reply = reply_to(answer)
    assert reply.values == (1.0,) and reply.crash is None
    assert capsys.readouterr() == ("", "")


def test_an_overflow_is_remembered_where_that_is_asked_for():
    def answer(x):
        return np.exp(x)

    assert "overflow" in call(answer, ["x"], [np.array([1000.0])], quiet=True).warned
    assert call(answer, ["x"], [np.array([1.0])], quiet=True).warned == ""
    assert reply_to(answer, np.array([1000.0])).warned == ""


def test_warnings_turned_into_errors_by_the_student_do_not_cost_points():
    before = np.geterr()
    np.seterr(all="raise")
    try:
        reply = reply_to(lambda x: np.exp(x), np.array([1000.0]))
    finally:
        np.seterr(**before)
    assert reply.crash is None


@pytest.mark.parametrize(
    "value",
    [None, "text", {1, 2}, object(), np.array(["a"]), np.array([1j]), np.array([None]),
     np.ma.masked_array([1.0]), (n for n in range(3)),
     np.broadcast_to(1.0, (10_000, 10_000)), 10**400, 1j],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_no_array_of_numbers_comes_back_as_words(value):
    (plain,) = reply_to(lambda: value).values
    assert isinstance(plain, Oddity) and plain.description


def test_an_array_that_always_claims_to_be_equal_is_an_oddity():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

    assert isinstance(reply_to(lambda: np.zeros(2).view(Liar)).values[0], Oddity)


def test_a_matrix_is_its_array_and_a_subclass_of_it_is_not_asked():
    (plain,) = reply_to(lambda: np.matrix([[1, 2]])).values
    assert type(plain) is np.ndarray and plain.tolist() == [[1.0, 2.0]]
    subclass = type("Subclass", (np.matrix,), {})
    assert isinstance(reply_to(lambda: subclass([[1.0]])).values[0], Oddity)


@pytest.mark.parametrize(
    "value", [3, 3.5, np.float32(2.0), np.int64(4), np.array(5.0), np.array([1, 2])]
)
def test_numbers_and_arrays_come_back_as_plain_floats(value):
    (plain,) = reply_to(lambda: value).values
    assert np.asarray(plain).dtype == float
    assert np.array_equal(plain, np.asarray(value, dtype=float))


@pytest.mark.parametrize("value", [True, np.bool_(True)])
def test_true_stays_true_and_counts_as_one(value):
    (plain,) = reply_to(lambda: value).values
    assert type(plain) is np.bool_ and float(plain) == 1.0


def test_views_and_foreign_orders_come_back_contiguous():
    (plain,) = reply_to(lambda: np.arange(12.0).reshape(3, 4).T[::2]).values
    assert plain.flags["C_CONTIGUOUS"] and plain.shape == (2, 3)


def pass_only(x):
    pass  # noqa: E704


def dots(x): ...  # noqa: E704
def documented(x):
    "Only says what it will do."  # noqa: E704


def prints(x):
    print(x)  # noqa: E704


def empty_return(x):
    return  # noqa: E704


@pytest.mark.parametrize("answer", [pass_only, dots, documented, empty_return, None, Ellipsis])
def test_an_empty_body_is_a_stub(answer):
    assert stub_of(answer)


@pytest.mark.parametrize("answer", [prints, lambda x: 0, len, np.sum, 3])
def test_a_body_that_does_something_is_no_stub(answer):
    assert not stub_of(answer)


def test_the_wrong_number_of_arguments_is_seen_before_the_call():
    def answer(X, Y):
        raise AssertionError("must not be called")

    assert reply_to(answer, 1.0, 2.0, 3.0).mismatch == "yours is called as (X, Y)"


def test_a_type_error_inside_the_answer_is_a_crash_not_a_mismatch():
    def answer(x):
        return len(x, x)

    reply = reply_to(answer, 1.0)
    assert reply.mismatch == "" and reply.crash.type == "TypeError"


def test_a_thing_that_is_no_function_is_named():
    assert reply_to(np.ones(3), 1.0).mismatch == "it is a ndarray, not a function"


def test_a_thread_left_behind_does_not_disturb_the_call():
    stop = threading.Event()

    def answer():
        threading.Thread(target=stop.wait, daemon=True).start()
        return 1.0

    assert reply_to(answer).values == (1.0,)
    stop.set()


def test_the_derivatives_of_the_course_answer_no_exercise():
    def slope(z):
        return derivative(np.tanh, z)

    def careful(z):
        try:
            return gradient(np.tanh, z)
        except RuntimeError as error:
            return str(error)

    reply = call(slope, ("z",), (np.ones(2),))
    assert reply.crash is not None and "must compute its derivatives itself" in reply.crash.message
    assert isinstance(call(careful, ("z",), (np.ones(2),)).values[0], Oddity)
    assert slope(0.0) == 1  # everywhere else they are there, afterwards too
    # An exercise without arguments asks about what the lesson has, and may use what it offers.
    assert call(lambda: derivative(np.tanh, 0.0), (), ()).values == (1.0,)
