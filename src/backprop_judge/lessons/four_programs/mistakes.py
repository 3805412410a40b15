"""Mistakes of lesson 5, on four published programs."""

from collections.abc import Callable

import numpy as np

from backprop.programs import Field

from ...mistakes import WrongValues, mistake, wrong_values
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
