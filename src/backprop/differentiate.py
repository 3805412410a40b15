"""Derivatives of scalar functions by the complex step.

For a function that is analytic, f(x + ih) = f(x) + ih f'(x) - h^2/2 f''(x) - ...,
so the imaginary part of f(x + ih) divided by h is f'(x) up to an error of order h^2.
Nothing is subtracted, so h can be so small (1e-30) that this error vanishes: the
derivative is exact to rounding and there is no step size to tune.

Source: Squire and Trapp, "Using Complex Variables to Estimate Derivatives of Real
Functions", SIAM Review 40 (1998).
"""

import numpy as np

STEP = 1e-30


def gradient(function, *arrays):
    """Return the gradient of a scalar function with respect to each array.

    function -- takes arrays like the given ones, each with one more leading axis,
        and returns one number for each entry of that axis; built from analytic
        operations (no abs, no comparison of imaginary parts).
    arrays -- real arrays of any shape, in the order in which function takes them.

    Returns a tuple of real arrays, one for each argument and of its shape.
    Raises TypeError if the function loses the imaginary part.
    """
    arrays = [np.asarray(array, dtype=float) for array in arrays]
    directions = sum(array.size for array in arrays)
    moved, start = [], 0
    for array in arrays:
        copies = np.zeros((directions, array.size), dtype=complex)
        copies[:] = array.ravel()
        entries = np.arange(array.size)
        copies[start + entries, entries] += 1j * STEP
        moved.append(copies.reshape(directions, *array.shape))
        start += array.size
    values = np.asarray(function(*moved))
    if not np.iscomplexobj(values) or values.shape != (directions,):
        raise TypeError(
            f"the function must return {directions} complex numbers, one for each "
            f"direction; it returned an array of {values.dtype} with shape {values.shape}"
        )
    slopes = values.imag / STEP
    ends = np.cumsum([array.size for array in arrays])
    return tuple(
        slopes[end - array.size : end].reshape(array.shape) for array, end in zip(arrays, ends)
    )


def derivative(function, x):
    """Return the derivative, entry by entry, of a function that acts on each entry."""
    return np.imag(function(np.asarray(x, dtype=float) + 1j * STEP)) / STEP
