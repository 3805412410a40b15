"""Mistakes in the exercises of lesson 5."""

from collections.abc import Callable, Sequence

import numpy as np

from backprop.programs import Field

from ...mistakes import Part, WrongValues, error_pattern, mistake, own_words, wrong_values
from . import exercises

mistake(
    "not-relative",
    "The largest difference is not divided by the largest entry.",
    "this is the largest difference itself; the exercise asks for its ratio to the largest entry",
    "If every number of the field were ten times as large, should the asymmetry change?",
)
mistake(
    "wrong-norm",
    "A different norm is used.",
    "this is the asymmetry in a different norm; the exercise asks for the largest difference, "
    "divided by the largest entry of the Jacobian",
    "Which single entry does each of the two maxima in the formula select?",
)
mistake(
    "yes-or-no",
    "A yes or no is returned instead of a number.",
    "you return a yes or no; the exercise asks for a number that says how far the Jacobian is from "
    "symmetric",
    "How could the caller tell a small asymmetry from a large one?",
)
mistake(
    "signs-kept",
    "The largest entry is taken with its sign.",
    "you divide by the largest entry with its sign; a large negative entry counts as well",
    "Which entry of the Jacobian is the largest if signs are ignored?",
)


@wrong_values(exercises.is_a_gradient)
def instead_of_is_a_gradient(compute: Callable, field: Field, point: np.ndarray) -> WrongValues:
    """Return wrong values of the asymmetry."""
    J = np.imag(field.complex_value(point + 1e-30j * np.eye(point.size))).T / 1e-30
    apart, asymmetry = J - J.T, compute(field, point)
    if asymmetry == 0:
        apart = np.zeros_like(J)
    largest, length = np.max(np.abs(J)), np.linalg.norm
    others = (
        length(apart) / length(J),
        np.sum(np.abs(apart)) / np.sum(np.abs(J)),
        length(apart, 2) / length(J, 2),
    )
    return {
        "asymmetry": [
            ("not-relative", np.max(np.abs(apart))),
            *(("wrong-norm", other) for other in others),
            ("signs-kept", asymmetry * largest / np.max(J)),
            ("yes-or-no", np.float64(asymmetry == 0)),
            ("yes-or-no", np.float64(asymmetry > 0)),
        ]
    }


mistake(
    "not-transposed",
    "The weights are returned unchanged.",
    "this is the unchanged argument, for examples in rows; the exercise asks for the layout with "
    "examples in columns",
    "With examples in rows, what does a row of W1 belong to? And with examples in columns?",
)
own_words(exercises.convert, "doubled", "multiplied by 2", "Where does this factor come from?")
own_words(
    exercises.convert,
    "all-zero",
    "every entry is zero{shape}, but the network has biases in some of the calls",
    "What should the function return where a bias is given?",
)
own_words(
    exercises.convert,
    "all-ones",
    "every entry is 1",
    "What does a network without biases add to its weighted inputs?",
)


@wrong_values(exercises.convert)
def instead_of_convert(
    compute: Callable,
    W1: np.ndarray,
    b1: np.ndarray | None,
    W2: np.ndarray,
    b2: np.ndarray | None,
) -> WrongValues:
    """Return wrong values of the converted arrays."""
    came = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    biases = {name: np.zeros((1, len(W.T))) for name, W in (("b1", W1), ("b2", W2))}
    arrays = {name: biases[name] if value is None else value for name, value in came.items()}
    return {name: [("not-transposed", value)] for name, value in arrays.items()}


mistake(
    "bias-for-none",
    "A missing bias is not replaced by zeros of the right shape.",
    "correct where a bias is given; where it is `None`, the exercise asks for zeros of the shape "
    "{wanted}, but the function returns {came}",
    "What does a network without biases add to its weighted inputs, and at how many units?",
)


@error_pattern(exercises.convert, any_shape=True)
def find_missing_biases(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find answers that are wrong only where a bias is None."""
    arguments = [case[list(exercises.convert.parameters).index(name)] for case in cases]
    wrong = [
        np.shape(came) != want.shape or not np.allclose(came, want)
        for came, want in zip(values, right)
    ]
    if wrong != [argument is None for argument in arguments] or not any(wrong):
        return None
    first = wrong.index(True)
    came, want = values[first], right[first]
    said = (
        "other numbers" if np.shape(came) == want.shape else f"an array of shape {np.shape(came)}"
    )
    details = {"wanted": want.shape, "came": said if np.ndim(came) else "a single number"}
    return Part(("bias-for-none",), details)


FACTOR = "Where does this factor come from?"
own_words(exercises.is_a_gradient, "scaled", "multiplied by {factor}", FACTOR)
own_words(exercises.is_a_gradient, "doubled", "multiplied by 2", FACTOR)
