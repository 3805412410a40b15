"""The right and wrong forms of the difference between output and target, and of a unit's slope."""

from collections.abc import Callable

import numpy as np

from backprop.differentiate import derivative
from backprop.network import half_squared_error, pre_activation, sigmoid

from .parts import MISSING, Part, codes_at

Loss = Callable[[np.ndarray, np.ndarray], np.ndarray]  # of outputs and targets (..., n_y, m)

# --- the difference between output and target -----------------------------------------------------


def summed(terms: np.ndarray) -> np.ndarray:
    """Return the sum over the last two axes, which are units and examples."""
    return np.sum(terms, axis=(-2, -1))


def _size(numbers: np.ndarray) -> np.ndarray:
    """Return the absolute value in a form that the complex step can differentiate."""
    return np.where(np.real(numbers) < 0, -numbers, numbers)


def _sum_of_squared_totals(axis: int) -> Loss:
    """Return a loss whose derivative is the total of the differences along an axis."""
    return lambda out, Y: summed(np.sum(out - Y, axis=axis, keepdims=True) ** 2) / 2


# Each form is given by a loss whose derivative with respect to an output replaces the difference.
DIFFERENCES: dict[str, tuple[Part, Loss]] = {
    "difference": (Part(), half_squared_error),
    "half the square": (Part(("loss-for-difference",)), lambda o, Y: summed((o - Y) ** 3) / 6),
    "the square": (Part(("square-for-difference",)), lambda o, Y: summed((o - Y) ** 3) / 3),
    "the size": (Part(("sign-lost",)), lambda o, Y: summed((o - Y) * _size(o - Y)) / 2),
    "the sign": (Part(("sign-alone",)), lambda o, Y: summed(_size(o - Y))),
    "nothing": (Part(("missing-error",)), lambda o, Y: summed(o + 0 * Y)),
    "the output": (Part(("output-for-difference",)), lambda o, Y: summed(o**2 + 0 * Y) / 2),
    "the target": (Part(("target-for-difference",)), lambda o, Y: summed(o * Y)),
    "the label": (Part(("label-for-output",)), lambda o, Y: summed(o * ((np.real(o) > 0.5) - Y))),
    "cross-entropy": (
        Part(("cross-entropy",)),
        lambda o, Y: -summed(Y * np.log(o) + (1 - Y) * np.log(1 - o)),
    ),
    "the total over examples": (Part(("error-summed-early",)), _sum_of_squared_totals(-1)),
    "the total over outputs": (Part(("outputs-summed",)), _sum_of_squared_totals(-2)),
    "the loss": (
        Part(("loss-for-difference",)),
        lambda o, Y: summed(o * half_squared_error(np.real(o), Y)[..., None, None]),
    ),
}  # fmt: skip


# The forms in which the examples are independent of each other.
BY_EXAMPLE = DIFFERENCES.keys() - {"the total over examples", "the loss"}


# --- the slope of a unit --------------------------------------------------------------------------


def parabola(u: np.ndarray) -> np.ndarray:
    """Return the value of a parabola whose slope at u is that of a sigmoid with activation u."""
    return u**2 / 2 - u**3 / 3


def slope_of(out: np.ndarray) -> np.ndarray:
    """Return the slope of units whose activations are `out`, entry by entry."""
    return derivative(sigmoid, pre_activation(out))


A_HALF = "half-of-slope"

# Each form is a function that returns the slope of a linear unit with activation `out`.
UNITS: dict[str, tuple[Part, Callable[[np.ndarray], np.ndarray]]] = {
    "sigmoid": (Part(), slope_of),
    "missing": (Part((MISSING,)), np.ones_like),
    "slope-of-activation": (
        Part(("slope-of-activation",)),
        lambda out: derivative(sigmoid, out),
    ),
    "tanh-slope": (
        Part(("tanh-slope",)),
        lambda out: derivative(np.tanh, np.arctanh(np.clip(out, -1 + 1e-15, 1 - 1e-15))),
    ),
    "activation": (Part((A_HALF,), {"which": "the activation"}), np.copy),
    "complement": (Part((A_HALF,), {"which": "one minus the activation"}), lambda out: 1 - out),
    "square": (Part((A_HALF,), {"which": "the square of the activation"}), np.square),
    "rectifier": (
        Part(("relu-slope",)),
        lambda out: (pre_activation(out) > 0).astype(float),
    ),
    "plus": (Part(("sign-in-slope",)), lambda out: out * (1 + out)),
    "twice": (Part(("slope-twice",)), lambda out: slope_of(out) ** 2),
    "formula at z": (
        Part(("formula-at-z",)),
        lambda out: derivative(parabola, pre_activation(out)),
    ),
    "sigmoid again": (Part(("sigmoid-for-slope",)), lambda out: np.real(sigmoid(out))),
    "times z": (Part(("slope-times-z",)), lambda out: slope_of(out) * pre_activation(out)),
}


def codes_of_unit(unit: str, missing: str) -> tuple[str, ...]:
    """Return the codes of a kind of unit, with `missing` as the code of a missing slope."""
    return codes_at(UNITS[unit][0], missing)


def slopes_by_products(out: np.ndarray, error: np.ndarray) -> dict[str, np.ndarray]:
    """Return other combinations of the activations and the error with respect to them.

    Parameters
    ----------
    out
        Activations (n, m).
    error
        The derivatives of the loss with respect to the activations (..., n, m).

    Returns
    -------
    dict
        Arrays (..., n, m), by the names in BY_PRODUCTS.
    """
    rest = 1 - out
    return {
        "product over examples": error @ (out.T @ rest),
        "product over units": (out @ rest.T) @ error,
        "no parentheses": error * out - out,
    }


BY_PRODUCTS = {
    "product over examples": Part(("matrix-slope",)),
    "product over units": Part(("matrix-slope",)),
    "no parentheses": Part(("parentheses",)),
}
