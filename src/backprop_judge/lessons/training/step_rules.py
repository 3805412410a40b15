"""Trainings whose steps follow another rule than plain gradient descent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ...mistakes.forms import LEAST_EXACT
from .trainings import slopes_of


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays agree as far as a mistake must."""
    return bool(np.allclose(one, other, rtol=0, atol=LEAST_EXACT * np.max(np.abs(other))))


@dataclass(frozen=True)
class Rule:
    """How the steps of a training follow from the gradients and from the step before.

    Attributes
    ----------
    share
        A share of the step before that is kept, of the present gradient, or of the learning rate of
        the first step that the second has.
    kind
        A name in RATES, in which the learning rate changes; or "momentum", in which the share of
        the step before is added to the gradient; "mean", in which a step is the share of the
        gradient and the rest of the step before; "plain", in which it is the share of the gradient.
    places
        Which of W1, b1, W2 and b2 follow the rule; the others are moved as asked for.
    """

    share: float
    kind: str
    places: tuple[int, ...]


# W1, b1, W2 and b2 by their places: which of them may follow a rule together.
SHARING = ((0, 1, 2, 3), (0, 2), (1, 3), (0, 1), (2, 3), (0,), (1,), (2,), (3,))


def follows_a_rule(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    share: float,
    kinds: Sequence[str],
) -> bool:
    """Whether trainings by some rule with this share give the arrays at a place.

    Parameters
    ----------
    cases, place, values
        The cases, the place of an array among the parameters, and what came for it in each case.
    share, kinds
        As in `Rule`.
    """
    return any(
        all(
            same(value, trained[place])
            for value, trained in zip(values, _by_rule(tuple(cases), Rule(share, kind, places)))
        )
        for kind in kinds
        for places in SHARING
        if place in places
    )


# How a learning rate goes on if the second step has `share` of the first: step t of `steps`. Those
# of SHRINKING are no rules for a rate that grows.
RATES: dict[str, Callable[[float, int, int], float]] = {
    "power": lambda share, t, steps: share**t,
    "reciprocal": lambda share, t, steps: 1 / (1 + (1 / share - 1) * t),
    "root": lambda share, t, steps: 1 / np.sqrt(1 + (1 / share**2 - 1) * t),
    "down to 0": lambda share, t, steps: 1 - (1 - share) * 2 * t / steps,
    "line": lambda share, t, steps: 1 + (share - 1) * t,
}
# How a step follows from the step before and the present gradient.
STEPS: dict[str, Callable[[float, Any, np.ndarray], np.ndarray]] = {
    "momentum": lambda share, before, slope: share * before + slope,
    "mean": lambda share, before, slope: (1 - share) * before + share * slope,
    "plain": lambda share, before, slope: share * slope,
}
SHRINKING = {"reciprocal", "root", "down to 0"}


@lru_cache(maxsize=64)
def _by_rule(cases: tuple[tuple, ...], rule: Rule) -> list[list[np.ndarray]]:
    return [_trained_by(rule, case) for case in cases]


def _trained_by(rule: Rule, case: tuple) -> list[np.ndarray]:
    """Return W1, b1, W2 and b2 after a training whose steps follow a rule."""
    X, Y, *arrays, learning_rate, steps = case
    kept: list[np.ndarray | float] = [0.0] * 4
    for t in range(steps):
        slopes = slopes_of(arrays, X, Y)
        for place in range(4):
            rate, step = learning_rate, slopes[place]
            if place in rule.places and rule.kind in RATES:
                rate = learning_rate * RATES[rule.kind](rule.share, t, steps)
            elif place in rule.places:
                step = STEPS[rule.kind](rule.share, kept[place], slopes[place])
            kept[place] = step
            arrays[place] = arrays[place] - rate * step
    return arrays
