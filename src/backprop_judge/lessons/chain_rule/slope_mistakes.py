"""Mistakes of lesson 1, in the slope of a unit."""

from collections.abc import Callable

import numpy as np

from backprop.differentiate import derivative
from backprop.network import pre_activation, sigmoid

from ...exercise import Number
from ...mistakes import CATALOGUE, Instead, Part, WrongValues, mistake, own_words, wrong_values
from ...mistakes.slopes import parabola
from . import exercises

SLOPES = exercises.sigmoid_slope, exercises.local_derivatives

mistake(
    "not-the-slope",
    "Another quantity of the unit is returned instead of its slope.",
    "{which}, instead of the slope of the unit",
    "Where is the sigmoid steepest, and how steep is it there?",
)
for _exercise in SLOPES:
    own_words(
        _exercise,
        "parentheses",
        "parentheses are missing{inside}",
        "Which operation does Python do first: a division or an addition? A power or a product?",
    )
    own_words(
        _exercise,
        "half-of-slope",
        "{which}, instead of the slope of the unit{also}",
        *CATALOGUE["half-of-slope"].hints,
    )
    own_words(
        _exercise,
        "all-zero",
        "zero in every call{shape}",
        "Which operation does Python do first: a multiplication or a subtraction?",
    )
    own_words(
        _exercise,
        "all-ones",
        "1 in every call",
        "On which of the numbers that your function is given does this derivative depend?",
    )
    own_words(
        _exercise,
        "not-differentiated",
        "this is {value}; the exercise asks for a derivative",
        "Do you want to know how large it is, or how fast it changes?",
    )
    own_words(
        _exercise,
        "sign-flipped",
        "the sign is wrong",
        "If the variable grows a little, does the value grow or fall?",
    )
    own_words(
        _exercise, "doubled", "too large by a factor of 2", "Where does your factor 2 come from?"
    )
    own_words(_exercise, "scaled", "multiplied by {factor}", "Where does your factor come from?")
own_words(exercises.chain, "doubled", "too large by a factor of 2", "Where does it come from?")
own_words(exercises.chain, "scaled", "multiplied by {factor}", "Where does your factor come from?")
own_words(
    exercises.chain,
    "all-ones",
    "1 in every call: it is a product of other factors, whatever the last one is",
    "A 1 can be one factor. Which other arrows are on the path from this parameter to the loss?",
)


def stands_there(text: str) -> Part:
    """Return the mistake that another value stands in the place, with words for what it is."""
    return Part(("wrong-variable",), {"instead": f": {text}"})


def which_of(code: str, which: str) -> Part:
    """Return a mistake whose message says which number stands there."""
    return Part((code,), {"which": which})


def broken_sigmoid(z: Number) -> Number:
    """Return the sigmoid of z without parentheses around its denominator."""
    return 1 + np.exp(-z)


INSIDE = {"inside": " in the sigmoid: the division is done before the addition"}
SQUARE = {"inside": " around what is squared: only a part of it is squared"}


def instead_of_slope(a: Number) -> Instead:
    """Return what stands for the slope of a unit whose activation is a."""
    return [
        ("slope-of-activation", derivative(sigmoid, a)),
        ("tanh-slope", 1 / derivative(np.arctanh, a)),
        (Part(("not-differentiated",), {"value": "the activation itself"}), np.float64(a)),
        (which_of("half-of-slope", "one minus the activation"), 1 - a),
        ("sign-in-slope", a + a**2),
        ("sigmoid-for-slope", sigmoid(a)),
        ("slope-twice", derivative(parabola, a) ** 2),
        (which_of("not-the-slope", "the square of the activation"), a**2),
        (which_of("not-the-slope", "the square of one minus the activation"), (1 - a) ** 2),
        (which_of("not-the-slope", "one divided by the activation"), 1 / a),
        (which_of("not-the-slope", "the pre-activation"), pre_activation(a)),
        (which_of("not-the-slope", "one divided by the slope"), 1 / derivative(parabola, a)),
    ]


def from_pre_activation(z: Number) -> Instead:
    """Return what else may stand for the slope of a unit whose pre-activation is z."""
    fallen = np.exp(-np.asarray(z))
    found: Instead = [
        ("formula-at-z", derivative(parabola, z)),
        (Part(("parentheses",), INSIDE), derivative(parabola, broken_sigmoid(z))),
        (Part(("parentheses",), SQUARE), fallen / (1 + fallen**2)),
        (which_of("not-the-slope", "an exponential alone"), fallen),
        (which_of("not-the-slope", "an exponential alone"), 1 / fallen),
        ("slope-times-z", derivative(sigmoid, z) * z),
        ("tanh-slope", derivative(np.tanh, z)),
    ]
    # A slip in the formula with exponentials gives the same numbers.
    either = {
        "which": "either one minus the activation",
        "also": ", or the square of the denominator is left out",
    }
    return [*found, (Part(("half-of-slope",), either), 1 - sigmoid(z))]


@wrong_values(exercises.sigmoid_slope)
def instead_of_sigmoid_slope(compute: Callable, z: float, a: float) -> WrongValues:
    """Return what may stand for the two slopes."""
    u = pre_activation(a)
    return {
        "slope_at_z": from_pre_activation(z) + instead_of_slope(sigmoid(z)),
        "slope_at_a": [*instead_of_slope(a), *from_pre_activation(u)],
    }
