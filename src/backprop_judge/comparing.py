"""Computes the truth, and compares returned values with it."""

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
    """One returned value beside the truth, in all cases.

    Attributes
    ----------
    name
        The name of the value.
    fault
        "" if it is right, else "shape" or "value".
    case
        The place of the first case in which it is wrong, or 0.
    """

    name: str
    fault: str
    case: int


# What double precision leaves is far less than this, what single precision leaves is more.
DOUBLE = 1e-10
# The tolerance of exercises that ask for more digits than single precision has. An answer that
# computes with single precision on the way and returns double precision is off by up to 2e-7.
MOST_EXACT = 4e-7


@lru_cache(maxsize=512)  # a class is judged on the same cases, one submission after the other
def truth_of(exercise: Exercise, case: tuple) -> dict[str, np.ndarray]:
    """Return the right values for the arguments of a case, by name."""
    expected = exercise.specification(*case)
    if exercise.form != "dict":
        values = expected if len(exercise.returns) > 1 else (expected,)
        expected = dict(zip(exercise.returns, values))
    return {name: np.asarray(value, dtype=float) for name, value in expected.items()}


def all_right(exercise: Exercise, received: Values, truth: Truth) -> bool:
    """Whether all values of one case came, and are right."""
    return not any(fault_of(exercise, received.get(name), truth[name]) for name in truth)


def is_larger(case: tuple, other: tuple) -> bool:
    """Whether no size of a case is smaller than in another one, and some are larger."""
    sizes, others = (
        [size for argument in one for size in (shape_of(argument) or (1,))] for one in (case, other)
    )
    return sizes != others and len(sizes) == len(others) and all(map(int.__ge__, sizes, others))


def shape_of(argument: Any) -> tuple[Any, ...]:
    """Return the shape of an argument, or of a list or tuple the shapes of its members."""
    if isinstance(argument, (list, tuple)):
        return tuple(shape_of(one) for one in argument)
    return np.shape(argument)


def fault_of(exercise: Exercise, got: Any, want: np.ndarray) -> str:
    """Return "" if a value is right, else "shape" or "value"."""
    if got is None or isinstance(got, Oddity) or np.shape(got) != want.shape:
        return "shape"
    if relative_error(got, want) <= exercise.tolerance:
        return ""
    # Where all entries are tiny, rounding is no longer small beside them.
    largest = np.max(np.abs(np.asarray(got, dtype=float) - want), initial=0.0)
    return "" if largest <= exercise.absolute else "value"


def lost_digits(exercise: Exercise, pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> int | None:
    """Return the place of the first pair that differs by more than double precision leaves.

    Parameters
    ----------
    exercise
        The exercise.
    pairs
        For each case what came and what was wanted, which `fault_of` finds right.

    Returns
    -------
    int or None
        None if there is none, or if the values were not rounded on their way: how an accepted
        answer computes is its own affair. Rounding has to be told apart, since about as much is
        accepted as it takes away, and it would be right or wrong by luck.
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

    It is infinite if a value is not finite.
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
