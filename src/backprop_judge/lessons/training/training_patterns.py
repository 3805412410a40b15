"""Mistakes of lesson 4 that a first and a second step of a training show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

import numpy as np

from backprop.network import Parameters, forward

from ...mistakes import Part, error_pattern, explained_gradient
from ...mistakes.backward_path import BackwardPath
from ...mistakes.forms import LEAST_EXACT, cut_off_at, factor_between
from . import exercises
from .step_mistakes import all_factors, near
from .trainings import slopes_of, walk


@error_pattern(exercises.train, any_shape=True)
def find_fewer_losses(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find losses that are missing at the end, not the same number in each call."""
    if name != "losses" or any(np.ndim(came) != 1 for came in values):
        return None
    if not all(
        len(came) <= len(wanted) and np.allclose(came, wanted[: len(came)], rtol=1e-9)
        for came, wanted in zip(values, right)
    ):
        return None
    few = [(len(came), len(wanted)) for came, wanted in zip(values, right)]
    taken, asked = next(pair for pair in few if pair[0] < pair[1])
    return Part(("fewer-losses",), {"taken": taken, "asked": asked})


@error_pattern(exercises.train)
def find_another_training(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Compare with shorter trainings, then with what a first and a second step show."""
    if name == "losses":
        first = all(
            np.isclose(came[0], wanted[0], rtol=1e-9) for came, wanted in zip(values, right)
        )
        return Part(("first-loss-right",)) if first else None
    if any(not np.all(np.isfinite(value)) for value in values):
        return None
    place = list(exercises.PARAMETERS).index(name)
    walks = _walks(tuple(cases))
    return (
        _shorter(cases, place, values, walks)
        or _of_two_steps(cases, place, values, walks)
        or _of_one_step(cases, place, values, right)
    )


def _of_one_step(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    right: Sequence[np.ndarray],
) -> Part | None:
    """Find the mistake in the gradient of the array at a place, from the trainings of one step."""
    single = [number for number, case in enumerate(cases) if case[-1] == 1]
    if all(_same(values[number], right[number]) for number in single):
        return Part(("first-step-right",))
    starts = [cases[n][2 + place] for n in single]
    slopes = [(start - values[n]) / cases[n][-2] for start, n in zip(starts, single)]
    wanted = [(start - right[n]) / cases[n][-2] for start, n in zip(starts, single)]
    limit = cut_off_at([np.round(one, 9) for one in slopes], [np.round(one, 9) for one in wanted])
    if limit:
        return Part(("clipped",), {"limit": f"{limit:.4g}"})
    for which, total in (("sum", np.sum), ("mean", np.mean)):
        if all(_same(one, np.full_like(two, total(two))) for one, two in zip(slopes, wanted)):
            words = f"the {which} of the gradients of all of them"
            return Part(("one-bias",), {"which": words})
    shares = all_factors([one - two for one, two in zip(slopes, wanted)], starts)
    if shares and all(near(share, shares[0]) for share in shares):
        return Part(("weight-decay",), {"share": f"{shares[0]:.4g}"})
    paths = _paths(tuple(cases[number] for number in single))
    part = explained_gradient(paths, f"d{list(exercises.PARAMETERS)[place]}", slopes)
    return Part(part.codes, {**part.details, "of": "the step is "}) if part else None


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.allclose(one, other, rtol=0, atol=LEAST_EXACT * np.max(np.abs(other))))


@lru_cache(maxsize=8)
def _walks(cases: tuple[tuple, ...]) -> list[list[Parameters]]:
    """Return the right parameters on the way, for each case."""
    return [
        walk(Parameters(*parameters), X, Y, learning_rate, steps)[0]
        for X, Y, *parameters, learning_rate, steps in cases
    ]


def _shorter(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    walks: Sequence[Sequence[Parameters]],
) -> Part | None:
    """Find trainings that end too early in some calls."""
    taken = []
    for value, steps in zip(values, walks):
        fits = [
            n for n, arrays in enumerate(steps) if np.allclose(value, arrays[place], rtol=1e-10)
        ]
        if not fits:
            return None
        taken.append(fits[-1])
    few = [(count, case[-1]) for count, case in zip(taken, cases) if count < case[-1]]
    return Part(("fewer-steps",), {"taken": few[0][0], "asked": few[0][1]}) if few else None


@dataclass(frozen=True)
class Rule:
    """How the steps of a training go on from the first.

    Attributes
    ----------
    share
        How much of the first step is kept in the second, or the learning rate of the second step
        in terms of that of the first.
    rate
        A name in RATES, or "" if a share of each step is kept in the next.
    places
        Which of W1, b1, W2 and b2 follow the rule; the others are moved as asked for.
    """

    share: float
    rate: str
    places: tuple[int, ...]


# W1, b1, W2 and b2 by their places: which of them may follow a rule together.
SHARING = ((0, 1, 2, 3), (0, 2), (1, 3), (0, 1), (2, 3), (0,), (1,), (2,), (3,))


def _of_two_steps(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    walks: Sequence[Sequence[Parameters]],
) -> Part | None:
    """Find from the second step what is kept of the first, or how the learning rate changes."""
    number = next(n for n, case in enumerate(cases) if case[-1] == 2)
    before, middle, after = (parameters[place] for parameters in walks[number])
    step, first, second = values[number] - middle, middle - before, after - middle
    kept = factor_between(step - second, first, LEAST_EXACT)
    if _tells(kept, 0):
        share = round(kept, 6)
        if _follows_a_rule(cases, place, values, share, [""]):
            # All of the first step is kept.
            return Part(("sums-not-reset",)) if share == 1 else _with_share("momentum", share)
    changed = factor_between(step, second, LEAST_EXACT)
    if _tells(changed, 1):
        share = round(changed, 6)
        names = [name for name in RATES if share > 0 and (share < 1 or name not in SHRINKING)]
        if _follows_a_rule(cases, place, values, share, names):
            return _with_share("rate-changes", share)
    return None


def _tells(share: float | None, plain: float) -> TypeGuard[float]:
    """Whether a share is known and differs from that of plain gradient descent."""
    return share is not None and np.isfinite(share) and abs(share - plain) >= LEAST_EXACT


def _with_share(code: str, share: float) -> Part:
    return Part((code,), {"share": f"{share:.4g}"})


def _follows_a_rule(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    share: float,
    rates: Sequence[str],
) -> bool:
    """Whether trainings by some rule with this share give the arrays at a place."""
    return any(
        all(
            _same(value, trained[place])
            for value, trained in zip(values, _by_rule(tuple(cases), Rule(share, rate, places)))
        )
        for rate in rates
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
            rate, follows = learning_rate, place in rule.places
            if follows and not rule.rate:
                kept[place] = rule.share * kept[place] + slopes[place]
            else:
                kept[place] = slopes[place]
            if follows and rule.rate:
                rate = learning_rate * RATES[rule.rate](rule.share, t, steps)
            arrays[place] = arrays[place] - rate * kept[place]
    return arrays


@lru_cache(maxsize=32)
def _paths(cases: tuple[tuple, ...]) -> list[BackwardPath]:
    return [_path(*case) for case in cases]


def _path(
    X: np.ndarray,
    Y: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    *_: object,
) -> BackwardPath:
    activations = forward(Parameters(W1, b1, W2, b2), X)
    return BackwardPath(X, Y, activations.out_h, activations.out_y, W2)
