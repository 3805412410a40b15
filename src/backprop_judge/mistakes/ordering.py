"""Find out whether the right values were returned in another order."""

from collections.abc import Sequence

import numpy as np

from ..exercise import Exercise, Truth, Values
from .forms import Sizes, factor_between, meaning_of_factors
from .matching import sizes_of


def order_of(
    exercise: Exercise,
    cases: Sequence[tuple],
    truths: Sequence[Truth],
    received: Sequence[Values],
) -> list[str] | None:
    """Return the names of the values in the order in which they were returned, if it is wrong.

    Values are recognized by their numbers, up to the sign and the division by a count, or by their
    shapes if these are all different.

    Parameters
    ----------
    exercise
        The exercise.
    cases
        The arguments of each case.
    truths, received
        For each case a dict from names to values.
    """
    names = list(truths[0])
    rows = [list(got.values()) for got in received]
    if any(len(row) != len(names) for row in rows):
        return None
    sizes = [sizes_of(exercise, case) for case in cases]
    for fits in (_is_multiple, _has_shape):
        order = []
        for place, own in enumerate(names):
            values = [row[place] for row in rows]
            fitting = [
                name for name in names if fits(values, [truth[name] for truth in truths], sizes)
            ]
            if own in fitting or len(fitting) == 1:
                order.append(own if own in fitting else fitting[0])
        if order != names and sorted(order) == sorted(names):
            return order
    return None


def _is_multiple(
    values: Sequence[np.ndarray], right: Sequence[np.ndarray], sizes: Sequence[Sizes]
) -> bool:
    factors = [factor_between(value, wanted) for value, wanted in zip(values, right)]
    if any(factor is None for factor in factors):
        return False
    meaning = meaning_of_factors(np.array(factors, dtype=float), sizes)
    return meaning is not None and "scaled" not in meaning[0]


def _has_shape(
    values: Sequence[np.ndarray], right: Sequence[np.ndarray], sizes: Sequence[Sizes]
) -> bool:
    return all(np.shape(value) == np.shape(wanted) for value, wanted in zip(values, right))
