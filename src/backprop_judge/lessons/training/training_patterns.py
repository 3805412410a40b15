"""Mistakes of lesson 4 that are visible in the first and second step of a training."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeGuard

import numpy as np

from backprop.network import Parameters, forward

from ...mistakes import Part, error_pattern, explained_gradient, mistake
from ...mistakes.backward_path import BackwardPath
from ...mistakes.forms import LEAST_EXACT, cut_off_at, factor_between, shortened_to
from . import exercises
from .step_mistakes import OF_GRADIENT, all_factors, near
from .step_rules import RATES, SHRINKING, follows_a_rule, same
from .trainings import slopes_of, walk

SMALL = 1e-4  # a derivative


@error_pattern(exercises.train)
def find_another_training(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Compare with shorter trainings, then analyse the second and the first step."""
    if name == "losses" or any(not np.all(np.isfinite(value)) for value in values):
        return None
    place = list(exercises.PARAMETERS).index(name)
    walks = _walks(tuple(cases))
    return (
        _shorter(cases, place, values, walks)
        or _of_fixed_count(cases, place, values)
        or _of_two_steps(cases, place, values, walks)
        or _of_one_step(cases, place, values, right)
    )


def _of_one_step(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    right: Sequence[np.ndarray],
) -> Part | None:
    """Find the mistake in the gradient of one array, from the trainings of a single step."""
    single = [number for number, case in enumerate(cases) if case[-1] == 1]
    if all(same(values[number], right[number]) for number in single):
        return Part(("first-step-right",))
    starts = [cases[n][2 + place] for n in single]
    slopes = [(start - values[n]) / cases[n][-2] for start, n in zip(starts, single)]
    wanted = [(start - right[n]) / cases[n][-2] for start, n in zip(starts, single)]
    found = (
        _of_limits(slopes, wanted)
        or _of_lengths(cases, place, values, all_factors(slopes, wanted), wanted)
        or _of_totals(slopes, wanted)
        or _of_decay([cases[n] for n in single], starts, slopes, wanted)
    )
    if found:
        return found
    paths = _paths(tuple(cases[number] for number in single))
    part = explained_gradient(paths, f"d{list(exercises.PARAMETERS)[place]}", slopes)
    return Part(part.codes, {**part.details, "of": "the first step is "}) if part else None


def _of_limits(slopes: Sequence[np.ndarray], wanted: Sequence[np.ndarray]) -> Part | None:
    """Find clipped gradients, or steps that use only the signs of the gradient."""
    limit = cut_off_at([np.round(one, 9) for one in slopes], [np.round(one, 9) for one in wanted])
    if limit:
        return Part(("clipped",), {"limit": f"{limit:.4g}", "of": OF_GRADIENT})
    # The small constant that prevents a division by 0 shortens the steps of tiny derivatives.
    large = [np.abs(one)[np.abs(two) > SMALL] for one, two in zip(slopes, wanted)]
    signs = all(one.size and np.allclose(one, 1, atol=1e-3) for one in large)
    return Part(("signs-of-gradient",)) if signs else None


def _of_totals(slopes: Sequence[np.ndarray], wanted: Sequence[np.ndarray]) -> Part | None:
    """Find one number that is used for all derivatives of an array."""
    for which, total in (("sum", np.sum), ("mean", np.mean)):
        if all(same(one, np.full_like(two, total(two))) for one, two in zip(slopes, wanted)):
            words = f"computed from the {which} of all derivatives"
            return Part(("one-bias",), {"which": words})
    return None


def _of_decay(
    cases: Sequence[tuple],
    starts: Sequence[np.ndarray],
    slopes: Sequence[np.ndarray],
    wanted: Sequence[np.ndarray],
) -> Part | None:
    """Find a multiple of the parameters in the gradient, from trainings of a single step."""
    shares = all_factors([one - two for one, two in zip(slopes, wanted)], starts)
    if shares and all(near(share, shares[0]) for share in shares):
        return Part(("weight-decay",), {"share": f"{shares[0]:.4g}"})
    counted = [share * case[0].shape[1] for share, case in zip(shares, cases)]
    if counted and all(near(share, counted[0]) for share in counted):
        words = f"{counted[0]:.4g} / m (m is the number of examples)"
        return Part(("weight-decay",), {"share": words})
    return None


mistake(
    "signs-of-gradient",
    "Only the signs of the gradient are used.",
    "in the first step every entry moves by the learning rate, whether its derivative is large or "
    "small: only the signs of the gradient are used, as in the first step of Adam",
    "Which numbers determine the length of a step in plain gradient descent?",
)
mistake(
    "rate-ignored",
    "The given learning rate is not used.",
    "the learning rate is {factor} in each call, whatever `learning_rate` is",
    "Where does your function get the learning rate from?",
)
mistake(
    "mean-of-gradients",
    "Every step follows an average of the gradients so far.",
    "every step uses an average: {share} of the current gradient, and the rest from the previous "
    "step (momentum); the exercise asks for plain gradient descent",
    "Which arrays keep their values from one iteration of the loop to the next?",
)


def _of_lengths(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    factors: Sequence[float],
    wanted: Sequence[np.ndarray],
) -> Part | None:
    """Find the reason for a wrong length of the steps, from the trainings of a single step."""
    single = [case for case in cases if case[-1] == 1]
    if not factors:
        return None
    rates = [factor * case[-2] for factor, case in zip(factors, single)]
    if all(near(rate, rates[0]) for rate in rates) and not near(max(factors), min(factors)):
        trained = [_end(case, rates[0], case[-1])[place] for case in cases]
        if all(map(same, values, trained)):
            return Part(("rate-ignored",), {"factor": f"{rates[0]:.4g}"})
    share = round(factors[0], 6)
    if 0 < share < 1 and all(abs(factor - share) < LEAST_EXACT for factor in factors):
        if follows_a_rule(cases, place, values, share, ["mean"]):
            return _with_share("mean-of-gradients", share)
        if follows_a_rule(cases, place, values, share, ["plain"]):
            return Part(("scaled",), {"of": "the step is ", "factor": f"{share:.4g}"})
    whole = [
        float(np.sqrt(sum(np.sum(slope**2) for slope in slopes_of(case[2:6], *case[:2]))))
        for case in single
    ]
    own = [float(np.linalg.norm(array)) for array in wanted]
    for which, lengths in (("all four gradients together", whole), ("this gradient", own)):
        limit = shortened_to(factors, lengths)
        if limit:
            return Part(("shortened",), {"which": which, "limit": f"{limit:.4g}"})
    return None


MOST_STEPS = 20


def _of_fixed_count(
    cases: Sequence[tuple], place: int, values: Sequence[np.ndarray]
) -> Part | None:
    """Find a number of steps that is the same in each call."""
    number = min(range(len(cases)), key=lambda number: cases[number][0].size)
    X, Y, *parameters, rate, _ = cases[number]
    path, _ = walk(Parameters(*parameters), X, Y, rate, MOST_STEPS)
    came = values[number]
    counts = [n for n, one in enumerate(path) if n and np.allclose(came, one[place], rtol=1e-10)]
    if not counts:
        return None
    count = counts[0]
    if not all(
        np.allclose(value, _end(case, case[-2], count)[place], rtol=1e-9)
        for value, case in zip(values, cases)
    ):
        return None
    words = f"{count} steps are taken" if count > 1 else "one step is taken"
    return Part(("fixed-steps",), {"which": words})


def _end(case: tuple, rate: float, steps: int) -> Parameters:
    """Return the parameters after steps of plain gradient descent."""
    X, Y, *parameters, _, _ = case
    return walk(Parameters(*parameters), X, Y, rate, steps)[0][-1]


@lru_cache(maxsize=8)
def _walks(cases: tuple[tuple, ...]) -> list[list[Parameters]]:
    """Return the right parameters at each step, for each case."""
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
    """Find trainings that stop too early in some calls."""
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


def _of_two_steps(
    cases: Sequence[tuple],
    place: int,
    values: Sequence[np.ndarray],
    walks: Sequence[Sequence[Parameters]],
) -> Part | None:
    """Find momentum or a changing learning rate, from the second step."""
    number = next(n for n, case in enumerate(cases) if case[-1] == 2)
    before, middle, after = (parameters[place] for parameters in walks[number])
    step, first, second = values[number] - middle, middle - before, after - middle
    kept = factor_between(step - second, first, LEAST_EXACT)
    if _tells(kept, 0):
        share = round(kept, 6)
        if follows_a_rule(cases, place, values, share, ["momentum"]):
            # With a share of 1, the gradients add up over the steps.
            return Part(("sums-not-reset",)) if share == 1 else _with_share("momentum", share)
    changed = factor_between(step, second, LEAST_EXACT)
    if _tells(changed, 1):
        share = round(changed, 6)
        names = [name for name in RATES if share > 0 and (share < 1 or name not in SHRINKING)]
        if follows_a_rule(cases, place, values, share, names):
            return _with_share("rate-changes", share)
    return None


def _tells(share: float | None, plain: float) -> TypeGuard[float]:
    """Return whether a share is known and differs from that of plain gradient descent."""
    return share is not None and np.isfinite(share) and abs(share - plain) >= LEAST_EXACT


def _with_share(code: str, share: float) -> Part:
    return Part((code,), {"share": f"{share:.4g}"})


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
