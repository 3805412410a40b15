"""Mistakes of lesson 5, on four published programs."""

from collections.abc import Callable

import numpy as np

from backprop.programs import Field

from ...mistakes import WrongValues, mistake, own_words, wrong_values
from . import exercises

mistake(
    "not-relative",
    "The largest difference is not divided by the largest entry.",
    "the largest difference itself; asked for is its share of the largest entry",
    "If every number of the field were ten times as large, should the asymmetry change?",
)
mistake(
    "wrong-norm",
    "The sizes of the tables are measured in another way.",
    "the asymmetry, but measured in another way: asked for is the largest difference, divided by "
    "the largest entry of the Jacobian",
    "Which single number of a table do the formula's two maxima pick out?",
)
mistake(
    "yes-or-no",
    "A verdict is returned in place of a number.",
    "a yes or no; asked for is how far from symmetric, a number",
    "What would you have to return so that the caller can draw the line?",
)
mistake(
    "signs-kept",
    "The largest entry is taken with its sign.",
    "divided by the largest entry with its sign; a large negative entry counts as well",
    "Which entry of a table has the largest effect, whatever its sign?",
)


@wrong_values(exercises.is_a_gradient)
def instead_of_is_a_gradient(compute: Callable, field: Field, point: np.ndarray) -> WrongValues:
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
    "Weights are returned as they came.",
    "this is the argument as it came, with examples in rows; asked for is the layout with examples "
    "in columns",
    "With examples in rows, what does a row of W1 belong to? And with examples in columns?",
)
own_words(
    exercises.convert,
    "all-zero",
    "every entry is zero{shape}, though the network has biases in some of the calls",
    "What should come back where a bias is given?",
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
    came = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    biases = {name: np.zeros((1, len(W.T))) for name, W in (("b1", W1), ("b2", W2))}
    arrays = {name: biases[name] if value is None else value for name, value in came.items()}
    return {name: [("not-transposed", value)] for name, value in arrays.items()}
