"""Derivatives of scalar functions by the complex step.

For a function that is analytic, f(x + ih) = f(x) + ih f'(x) - h^2/2 f''(x) - ...,
so the imaginary part of f(x + ih) divided by h is f'(x) up to an error of order h^2.
Nothing is subtracted, so h can be so small (1e-30) that this error vanishes: the
derivative is exact to rounding and there is no step size to tune.

Source: Squire and Trapp, "Using Complex Variables to Estimate Derivatives of Real
Functions", SIAM Review 40 (1998).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

STEP = 1e-30


def gradient(
    function: Callable[..., Any], *arrays: ArrayLike, copies: int = 0
) -> tuple[np.ndarray, ...]:
    """Return the gradient of a scalar function with respect to each array.

    Parameters
    ----------
    function
        Takes arrays like the given ones, each with one more leading axis, and returns one number
        for each entry of that axis. It is built from analytic operations: no abs, no comparison of
        imaginary parts.
    arrays
        Real arrays of any shape, in the order in which the function takes them.
    copies
        How many leading axes of the arrays count independent copies, of which each has a value of
        the function of its own; all are differentiated at once.

    Returns
    -------
    tuple of ndarray
        One real array for each argument, of its shape.

    Raises
    ------
    TypeError
        If the function loses the imaginary part or the leading axis.
    """
    arrays = [np.asarray(array, dtype=float) for array in arrays]
    several = arrays[0].shape[:copies]
    sizes = [array[(0,) * copies].size for array in arrays]
    directions = sum(sizes)
    moved, start = [], 0
    for array, size in zip(arrays, sizes):
        steps = np.zeros((directions, size), dtype=complex)
        steps[start + np.arange(size), np.arange(size)] = 1j * STEP
        shape = array.shape[copies:]
        moved.append(array + steps.reshape(directions, *(1,) * copies, *shape))
        start += size
    values = np.asarray(function(*moved))
    if not np.iscomplexobj(values) or values.shape != (directions, *several):
        raise TypeError(
            f"the function must return {directions} complex numbers, one for each "
            f"direction; it returned an array of {values.dtype} with shape {values.shape}"
        )
    slopes = np.moveaxis(values.imag / STEP, 0, -1)
    parts = np.split(slopes, np.cumsum(sizes)[:-1], axis=-1)
    return tuple(part.reshape(array.shape) for part, array in zip(parts, arrays))


def derivative(function: Callable[[np.ndarray], Any], x: ArrayLike) -> np.ndarray:
    """Return the derivative, entry by entry, of a function that acts on each entry.

    Parameters
    ----------
    function
        Takes a complex array and returns one of the same shape; built from analytic operations.
    x
        Where to differentiate: real numbers of any shape.

    Returns
    -------
    ndarray
        Real numbers, of the shape of x.
    """
    return np.imag(function(np.asarray(x, dtype=float) + 1j * STEP)) / STEP
