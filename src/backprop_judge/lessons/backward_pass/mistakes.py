"""Mistakes of lesson 3, on the backward pass."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from backprop.differentiate import derivative
from backprop.network import pre_activation, sigmoid

from ...mistakes import WrongValues, error_pattern, mistake, wrong_values
from ...mistakes.forms import factor_between
from ...mistakes.networks import (
    UNITS,
    BackwardPath,
    codes_of_unit,
    error_below,
    gradients_of_weights,
)
from . import exercises

# --- the errors of the units ----------------------------------------------------------------------

mistake(
    "missing-error",
    "The difference to the target is left out.",
    "only the slope is here; how far the output is from its target is missing",
    "What is the derivative of the loss with respect to the activation?",
    "The error of an output unit is the difference to its target times the slope of its sigmoid "
    "there.",
)


@wrong_values(exercises.output_error)
def instead_of_output_error(compute: Callable, out_y: np.ndarray, Y: np.ndarray) -> WrongValues:
    nothing = np.full((1, Y.shape[1]), 0.5)
    path = BackwardPath(nothing, Y, nothing, out_y, np.zeros((len(Y), 1)))
    slips = [
        (codes_of_unit(unit, "missing-output-slope"), path.error_at_output(unit)) for unit in UNITS
    ]
    slope_at_target = derivative(sigmoid, pre_activation(Y))
    found = [
        *((codes, value) for codes, value in slips if codes),
        ("missing-error", derivative(sigmoid, pre_activation(out_y))),
        ("not-differentiated", (out_y - Y) ** 2 / 2),
        ("wrong-variable", path.error_at_output("missing") * slope_at_target),
    ]
    return {"delta_y": found}


@wrong_values(exercises.hidden_error)
def instead_of_hidden_error(
    compute: Callable, delta_y: np.ndarray, out_h: np.ndarray, W2: np.ndarray
) -> WrongValues:
    found = []
    for unit in UNITS:
        codes = codes_of_unit(unit, "missing-hidden-slope")
        found.append((codes, error_below(delta_y, out_h, W2, unit)))
        found.append(((*codes, "missing-W2"), error_below(delta_y, out_h, np.ones_like(W2), unit)))
    return {"delta_h": [(codes, value) for codes, value in found if codes]}


@error_pattern(exercises.backward_propagation, exercises.find_the_bug, exercises.hidden_error)
def find_updated_W2(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> tuple[str, ...] | None:
    """What came back through a W2 that had already moved is off along the step of W2."""
    if name not in ("dW1", "db1", "delta_h"):
        return None
    for codes, pairs in _with_updated_weights(cases, name):
        steps = []
        for value, (old, change) in zip(values, pairs):
            fits = np.shape(value) == np.shape(old)
            steps.append(factor_between(value - old, change) if fits else None)
            if steps[-1] is None:
                break
        if steps[-1] is not None and np.ptp(steps) <= 1e-6 * abs(steps[0]):
            return (*codes, "updated-W2")
    return None


def _with_updated_weights(cases, name):
    """Yield what dW1, db1 or delta_h are if W2 was changed before the error came back.

    Yields (codes, pairs), where pairs yields for each case the value with the old W2, and
    how it moves as W2 moves along its own gradient. By how much it was moved is not known.
    """
    if name == "delta_h":
        for unit in UNITS:
            yield (
                codes_of_unit(unit, "missing-hidden-slope"),
                (
                    tuple(error_below(delta_y, out_h, back, unit) for back in (W2, step))
                    for delta_y, out_h, W2 in cases
                    for step in [gradients_of_weights(delta_y, out_h).sum(axis=0)]
                ),
            )
        return
    paths = [BackwardPath(*case) for case in cases]
    for above, below in product(UNITS, UNITS):
        codes = codes_of_unit(above, "missing-output-slope")
        codes += codes_of_unit(below, "missing-hidden-slope")
        yield (
            codes,
            (
                tuple(_first_layer(path, name, above, below, back) for back in ("W2", "step"))
                for path in paths
            ),
        )


def _first_layer(path, name, above, below, back):
    if name == "dW1":
        return path.weights("X", above, below, back).sum(axis=0)
    return path.error_at_hidden(above, below, back).sum(axis=1, keepdims=True)


# --- numerical gradients --------------------------------------------------------------------------

mistake(
    "all-entries-at-once",
    "All entries are moved at once.",
    "all entries of x are moved at once; move one and hold the others fixed",
    "What is the derivative with respect to one entry?",
    "Only one entry moves at a time, and it must be put back before the next one moves.",
)
mistake(
    "one-sided",
    "The difference is one-sided.",
    "a one-sided difference: its error falls only in proportion to the step",
    "Where does the middle of your two points lie: at x, or beside it?",
    "Step to both sides by the same amount, and divide by the distance of the two points.",
)


@wrong_values(exercises.numerical_gradient)
def instead_of_numerical_gradient(compute: Callable, f: Callable, x: np.ndarray) -> WrongValues:
    # All entries moved by the same step change f by the sum of its derivatives.
    together = np.full(x.shape, np.sum(compute(f, x)))
    return {"gradient": [("all-entries-at-once", together)]}


@error_pattern(exercises.numerical_gradient)
def find_one_sided_difference(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> tuple[str, ...] | None:
    """A one-sided difference is off by half the step times the second derivative."""
    steps = []
    for (f, x), value, wanted in zip(cases, values, right):
        if np.shape(value) != np.shape(wanted):
            return None
        curvature, error = _second_derivatives(f, x), value - wanted
        step = np.vdot(curvature, error) / np.vdot(curvature, curvature)
        if np.max(np.abs(error - step * curvature)) > 0.05 * np.max(np.abs(error)):
            return None
        steps.append(2 * step)
    if np.ptp(steps) <= 0.05 * abs(steps[0]):
        return ("one-sided",)
    return None


def _second_derivatives(f, x, h=1e-4):
    """The second derivative of f along each entry: Re f(x + ih) falls below f by h^2/2 of it."""
    curvature = np.zeros_like(x)
    for entry in np.ndindex(x.shape):
        step = np.zeros(x.shape, dtype=complex)
        step[entry] = 1j * h
        curvature[entry] = 2 * (f(x) - np.real(f.complex_value(x + step))) / h**2
    return curvature
