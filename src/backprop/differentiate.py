"""Derivatives of scalar functions by the complex step.

For a function that is analytic, f(x + ih) = f(x) + ih f'(x) - h^2/2 f''(x) - ...,
so the imaginary part of f(x + ih) divided by h is f'(x) up to an error of order h^2.
Nothing is subtracted, so h can be so small (1e-30) that this error vanishes: the
derivative is exact up to rounding, and there is no step size to tune.

Source: Squire and Trapp, "Using Complex Variables to Estimate Derivatives of Real
Functions", SIAM Review 40 (1998).
"""

import contextlib
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

STEP = 1e-30
FEW = 10_000  # complex numbers; steps of this size are cached
MOST_ENTRIES = 500_000  # complex numbers in one call of the function; more are split into calls

_withheld = False


class Withheld(RuntimeError):
    """Raised when an answer that is being checked uses the derivatives of the course."""


@contextlib.contextmanager
def withheld(yes: bool = True) -> Iterator[None]:
    """Refuse to differentiate while the block runs, or allow it again.

    Parameters
    ----------
    yes
        Whether to refuse.
    """
    global _withheld
    before, _withheld = _withheld, yes
    try:
        yield
    finally:
        _withheld = before


def _check_allowed() -> None:
    if _withheld:
        raise Withheld(
            "`backprop.differentiate` is only for comparison; an answer that is checked must "
            "compute its derivatives itself"
        )


def gradient(
    function: Callable[..., Any], *arrays: ArrayLike, copies: int = 0
) -> tuple[np.ndarray, ...]:
    """Return the gradient of a scalar function with respect to each array.

    Parameters
    ----------
    function
        Takes arrays like the given ones, each with one more leading axis, and returns one number
        for each entry of that axis. It must consist of analytic operations: no abs, no comparison
        of imaginary parts.
    arrays
        Real arrays of any shape, in the order in which the function takes them.
    copies
        How many leading axes of the arrays count independent copies. The function returns one
        value for each copy, and all are differentiated at once.

    Returns
    -------
    tuple of ndarray
        One real array for each argument, with the same shape.

    Raises
    ------
    TypeError
        If the function loses the imaginary part or the leading axis.
    Withheld
        If an answer that is being checked calls this.
    """
    _check_allowed()
    arrays = [np.asarray(array, dtype=float) for array in arrays]
    sizes = [math.prod(array.shape[copies:]) for array in arrays]
    at_once = max(1, MOST_ENTRIES // max(1, sum(array.size for array in arrays)))
    slopes = [
        _slopes(function, arrays, copies, range(first, min(first + at_once, sum(sizes))))
        for first in range(0, sum(sizes), at_once)
    ]
    several = arrays[0].shape[:copies]
    together = np.concatenate(slopes, axis=-1) if slopes else np.empty((*several, 0))
    ends = itertools.accumulate(sizes)
    return tuple(
        together[..., end - size : end].reshape(array.shape)
        for size, end, array in zip(sizes, ends, arrays)
    )


def _slopes(
    function: Callable[..., Any], arrays: Sequence[np.ndarray], copies: int, directions: range
) -> np.ndarray:
    """Return the derivatives in the given directions, which form the last axis."""
    shapes = tuple(array.shape[copies:] for array in arrays)
    steps = _few_steps if len(directions) * sum(map(math.prod, shapes)) <= FEW else _steps
    moved = [array + step for array, step in zip(arrays, steps(shapes, copies, directions))]
    values = np.asarray(function(*moved))
    if not np.iscomplexobj(values) or values.shape != (len(directions), *arrays[0].shape[:copies]):
        raise TypeError(
            f"the function must return {len(directions)} complex numbers, one for each direction; "
            f"it returned an array of {values.dtype} with shape {values.shape}"
        )
    return np.moveaxis(values.imag / STEP, 0, -1)


def _steps(
    shapes: tuple[tuple[int, ...], ...], copies: int, directions: range
) -> tuple[np.ndarray, ...]:
    """Return what each direction adds to arrays of these shapes, (directions, 1, ..., *shape)."""
    found, start = [], 0
    for shape in shapes:
        steps = np.zeros((len(directions), math.prod(shape)), dtype=complex)
        own = np.arange(max(start, directions.start), min(start + steps.shape[1], directions.stop))
        steps[own - directions.start, own - start] = 1j * STEP
        start += steps.shape[1]
        found.append(steps.reshape(len(directions), *(1,) * copies, *shape))
    return tuple(found)


# Cached, because a training differentiates at the same shapes in each step.
_few_steps = lru_cache(maxsize=32)(_steps)


def derivative(function: Callable[[np.ndarray], Any], x: ArrayLike) -> np.ndarray:
    """Return the derivative of an elementwise function, entry by entry.

    Parameters
    ----------
    function
        Takes a complex array and returns one of the same shape. It must consist of analytic
        operations.
    x
        Where to differentiate: an array of real numbers of any shape.

    Returns
    -------
    ndarray
        Real numbers, in the shape of x.

    Raises
    ------
    Withheld
        If an answer that is being checked calls this.
    """
    _check_allowed()
    return np.imag(function(np.asarray(x, dtype=float) + 1j * STEP)) / STEP


def apart(columns: ArrayLike) -> np.ndarray:
    """Return each example as a separate copy, so that fewer directions have to be differentiated.

    This is correct where the value for one example does not depend on the other examples.

    Parameters
    ----------
    columns
        Array of shape (..., n, m), with one example per column.

    Returns
    -------
    ndarray
        Array of shape (..., m, n, 1): m arrays of one column.
    """
    return np.moveaxis(np.asarray(columns), -1, -2)[..., None]


def together(copies: np.ndarray) -> np.ndarray:
    """Undo `apart`: return (..., n, m) for (..., m, n, 1)."""
    return np.moveaxis(copies[..., 0], -1, -2)
