"""Trainings with update rules other than plain gradient descent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ...mistakes.forms import LEAST_EXACT
from .trainings import slopes_of


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether two arrays agree to the precision required of a mistake."""
    return bool(np.allclose(one, other, rtol=0, atol=LEAST_EXACT * np.max(np.abs(other))))


@dataclass(frozen=True)
class Rule:
    """A rule that computes a step from the gradient and the previous step.

    Attributes
    ----------
    share
        A factor whose meaning depends on `kind`.
    kind
        A key of STEPS or RATES. "momentum" adds `share` times the previous step to the gradient;
        "mean" averages the gradient, with weight `share`, and the previous step; "plain" multiplies
        the gradient by `share`. The rules in RATES change the learning rate, such that its value in
        the second step is `share` times that in the first.
    places
        The indices of the arrays W1, b1, W2 and b2 that follow the rule; the others follow plain
        gradient descent.
    """

    share: float
    kind: str
    places: tuple[int, ...]


# Indices of W1, b1, W2 and b2: the combinations that may follow a rule together.
SHARING = ((0, 1, 2, 3), (0, 2), (1, 3), (0, 1), (2, 3), (0,), (1,), (2,), (3,))


def follows_a_rule(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    share: float,
    kinds: Sequence[str],
) -> bool:
    """Return whether some rule with this share gives the received values of one array.

    Parameters
    ----------
    cases, place, values
        The cases, the index of an array among the parameters, and its received value in each case.
    share, kinds
        The share and the possible kinds of the rule; see `Rule`.
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


# Learning rates at step t of `steps`, relative to the first step, if the second step has `share`
# times the first rate. The rules in SHRINKING do not apply to growing rates.
RATES: dict[str, Callable[[float, int, int], float]] = {
    "power": lambda share, t, steps: share**t,
    "reciprocal": lambda share, t, steps: 1 / (1 + (1 / share - 1) * t),
    "root": lambda share, t, steps: 1 / np.sqrt(1 + (1 / share**2 - 1) * t),
    "down to 0": lambda share, t, steps: 1 - (1 - share) * 2 * t / steps,
    "line": lambda share, t, steps: 1 + (share - 1) * t,
}
# Steps computed from the previous step and the current gradient.
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
    """Return W1, b1, W2 and b2 after a training with an update rule."""
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
