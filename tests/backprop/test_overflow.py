"""An overflow is seen by values: as numpy itself sees it here, where its flags tell."""

import math
import warnings

import numpy as np
import pytest

from backprop.overflow import overflow_of

EXTREME = np.array([-1000.0, -30.0, 0.0, 30.0, 1000.0])


def loop(z):
    return np.array([1 / (1 + np.exp(-one)) for one in z])


def silenced(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def silenced_by_filter(z):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return 1 / (1 + np.exp(-z))


def stable(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def masked(z):
    out = np.empty_like(z)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return out


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (lambda z: 1 / (1 + np.exp(-z)), "overflow encountered in exp"),
        (lambda z: np.exp(z) / (1 + np.exp(z)), "overflow encountered in exp"),
        (lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), 0), "overflow encountered in exp"),
        (lambda z: 1 / (1 + np.e**-z), "overflow encountered in power"),
        (lambda z: 1 / z, "divide by zero encountered in divide"),
        (lambda z: np.log(z), "invalid value encountered in log"),
        (lambda z: (z * 1e306).sum(), "overflow encountered in multiply"),
        (lambda z: np.square(z * 1e200), "overflow encountered in square"),
        (loop, "overflow encountered in exp"),
        (silenced, ""),
        (silenced_by_filter, ""),
        (stable, ""),
        (masked, ""),
        (lambda z: 0.5 * (1 + np.tanh(z / 2)), ""),
        (lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))), ""),
        (lambda z: np.array([1 / (1 + math.exp(-max(one, -700))) for one in z]), ""),
    ],
)
def test_what_is_seen_is_what_numpy_warns_of(answer, seen):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer(EXTREME)
    assert bool(caught) == bool(seen)
    assert overflow_of(answer, [EXTREME]) == seen


def test_numpy_is_left_as_it_was():
    functions = {name: one for name, one in vars(np).items() if isinstance(one, np.ufunc)}

    def answer(z):
        raise ValueError("on the way")

    with pytest.raises(ValueError, match="on the way"):
        overflow_of(answer, [EXTREME])
    assert all(getattr(np, name) is one for name, one in functions.items())


def test_an_answer_may_have_an_overflow_raised():
    def answer(z):
        with np.errstate(over="raise"):
            return np.exp(z)

    with pytest.raises(FloatingPointError, match="overflow encountered in exp"):
        overflow_of(answer, [EXTREME])
