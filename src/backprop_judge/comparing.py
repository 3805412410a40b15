"""Compute the expected values, and compare returned values with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from backprop.calling import Oddity

from .exercise import Exercise, Truth, Values
from .mistakes.forms import rounding


@dataclass(frozen=True)
class Comparison:
    """The comparison of one returned value with the expected one, over all cases.

    Attributes
    ----------
    name
        The name of the value.
    fault
        "" if the value is right, otherwise "shape" or "value".
    case
        The index of the first case in which the value is wrong, or 0.
    """

    name: str
    fault: str
    case: int


# Larger than the rounding errors of double precision, smaller than those of single precision.
DOUBLE = 1e-10
# The tolerance of exercises that need more digits than single precision has. An answer that uses
# single precision for intermediate values has errors of up to 2e-7.
MOST_EXACT = 4e-7


@lru_cache(maxsize=512)  # all submissions of a class are judged on the same cases
def truth_of(exercise: Exercise, case: tuple) -> dict[str, np.ndarray]:
    """Return the expected values for the arguments of a case, by name."""
    expected = exercise.specification(*case)
    if exercise.form != "dict":
        values = expected if len(exercise.returns) > 1 else (expected,)
        expected = dict(zip(exercise.returns, values))
    return {name: np.asarray(value, dtype=float) for name, value in expected.items()}


def all_right(exercise: Exercise, received: Values, truth: Truth) -> bool:
    """Return whether all values of one case were returned and are right."""
    return not any(fault_of(exercise, received.get(name), truth[name]) for name in truth)


def is_larger(case: tuple, other: tuple) -> bool:
    """Return whether a case has no smaller size than another one, and some larger ones."""
    sizes, others = (
        [size for argument in one for size in (shape_of(argument) or (1,))] for one in (case, other)
    )
    return sizes != others and len(sizes) == len(others) and all(map(int.__ge__, sizes, others))


def shape_of(argument: Any) -> tuple[Any, ...]:
    """Return the shape of an argument, or the shapes of the elements of a list or tuple."""
    if isinstance(argument, (list, tuple)):
        return tuple(shape_of(one) for one in argument)
    return np.shape(argument)


def fault_of(exercise: Exercise, got: Any, want: np.ndarray) -> str:
    """Return "" if a value is right, otherwise "shape" or "value"."""
    if got is None or isinstance(got, Oddity) or np.shape(got) != want.shape:
        return "shape"
    if relative_error(got, want) <= exercise.tolerance:
        return ""
    # If all entries are tiny, rounding errors are not small in comparison.
    largest = np.max(np.abs(np.asarray(got, dtype=float) - want), initial=0.0)
    return "" if largest <= exercise.absolute else "value"


def lost_digits(exercise: Exercise, pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> int | None:
    """Return the index of the first pair that shows rounding to fewer digits than double precision.

    Parameters
    ----------
    exercise
        The exercise.
    pairs
        For each case the received and the expected value, which `fault_of` accepts.

    Returns
    -------
    int or None
        None if no pair differs by more than rounding in double precision, or if the values were not
        rounded: accepted answers may compute in any way. Rounding has to be detected because its
        errors are about as large as the tolerance, so that the verdict would depend on chance.
    """
    if exercise.tolerance > MOST_EXACT:
        return None
    differing = (
        place
        for place, (got, want) in enumerate(pairs)
        if relative_error(got, want) > DOUBLE and np.max(np.abs(got - want)) > exercise.absolute
    )
    place = next(differing, None)
    return place if place is not None and rounding(*zip(*pairs)) else None


def relative_error(got: ArrayLike, want: ArrayLike) -> float:
    """Return the largest difference, relative to the largest entry of both arrays.

    It is infinite if a received value is not finite.
    """
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    if not np.all(np.isfinite(got)):
        return float("inf")
    scale = max(np.max(np.abs(want), initial=0.0), np.max(np.abs(got), initial=0.0))
    return float(np.max(np.abs(got - want), initial=0.0) / scale) if scale > 0 else 0.0


def sizes_in_words(sizes: ArrayLike) -> str:
    """Write a pair of sizes as (3, 5)."""
    if not np.ndim(sizes):
        return f"{float(np.asarray(sizes)):g}"
    written = [f"{size:g}" for size in np.ravel(sizes)]
    return f"({written[0]},)" if len(written) == 1 else f"({', '.join(written)})"
