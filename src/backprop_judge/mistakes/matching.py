"""Compare received values with candidates, and find the one with the fewest mistakes."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..exercise import Exercise
from .forms import (
    EXACT,
    LEAST_EXACT,
    Meaning,
    Sizes,
    arrangements,
    cut_off_at,
    factor_between,
    meaning_of_factors,
    one_number,
    rounding,
    whole_numbers,
)
from .parts import Candidate


class Explanation:
    """The codes that explain one value, and the details for their messages."""

    def __init__(self, codes: Sequence[str], **details: object):
        self.codes = tuple(dict.fromkeys(codes))
        self.details = details
        self.because = ""  # the name of the value that causes this one to be wrong


def equal(one: ArrayLike, two: ArrayLike) -> bool:
    """Return whether two arrays have the same shape and, up to rounding, the same numbers."""
    one, two = np.asarray(one, dtype=float), np.asarray(two, dtype=float)
    if one.shape != two.shape or not np.all(np.isfinite(one)):
        return False
    largest = max(np.max(np.abs(one), initial=0.0), np.max(np.abs(two), initial=0.0))
    return bool(np.max(np.abs(one - two), initial=0.0) <= EXACT * largest)


# The meaning of the axes of an argument.
AXES = {
    "X": ("n_x", "m"),
    "Y": ("n_y", "m"),
    "out_y": ("n_y", "m"),
    "delta_y": ("n_y", "m"),
    "out_h": ("n_h", "m"),
    "W1": ("n_h", "n_x"),
    "W2": ("n_y", "n_h"),
}


def sizes_of(exercise: Exercise, case: tuple) -> dict[str, int]:
    """Return the sizes of the network of a case, as far as they follow from its arguments."""
    return {
        axis: size
        for name, argument in zip(exercise.parameters, case)
        if isinstance(argument, np.ndarray) and argument.ndim == 2
        for axis, size in zip(AXES.get(name, ()), argument.shape)
    }


def infinite(candidates: Sequence[Candidate], values: Sequence[np.ndarray]) -> Explanation | None:
    """Explain values that are infinite or nan in the same places as those of a mistake."""
    if all(np.all(np.isfinite(value)) for value in values):
        return None
    for one in candidates:
        if one.codes and all(
            np.shape(value) == np.shape(one.value(place))
            and np.allclose(value, one.value(place), rtol=EXACT, atol=0, equal_nan=True)
            for place, value in enumerate(values)
        ):
            return Explanation(one.codes, **one.details)
    return None


def plain_faults(
    exercise: Exercise, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Explanation | None:
    """Explain values that are empty, zero, not finite, integers, clipped or rounded."""
    if all(np.shape(value) == (0,) for value in values) and any(map(np.size, right)):
        return Explanation(("empty",))
    if any(not np.all(np.isfinite(value)) for value in values):
        bad = "nan" if any(np.any(np.isnan(value)) for value in values) else "inf"
        return Explanation(("not-finite",), bad=bad)
    if one_number(values) == 0 and one_number(right) != 0:
        shapes = np.shape(values[0]), np.shape(right[0])
        said = f", and the shape is {shapes[0]} instead of {shapes[1]}"
        return Explanation(("all-zero",), shape="" if shapes[0] == shapes[1] else said)
    if one_number(values) is None and whole_numbers(values, right):
        return Explanation(("integer-step",))
    if exercise.form != "dict" and (limited := _limited(values, right)):
        return limited
    words = rounding(values, right)
    return Explanation(("rounded",), rounding=words) if words else None


def _limited(values: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> Explanation | None:
    """Explain numbers that are only the signs of the right ones, or that are clipped."""
    if _are_signs(values, right):
        return Explanation(("signs-only",))
    limit = cut_off_at(values, right)
    return None if limit is None else Explanation(("clipped",), limit=f"{limit:.4g}")


def _are_signs(values: Sequence[np.ndarray], right: Sequence[np.ndarray]) -> bool:
    """Return whether the values are the signs of the right numbers, with enough of them to tell."""
    pairs = list(zip(values, right))
    return (
        sum(map(np.size, right)) >= 8
        and all(
            np.shape(got) == np.shape(want) and np.array_equal(got, np.sign(want))
            for got, want in pairs
        )
        and not all(np.array_equal(want, np.sign(want)) for want in right)
    )


def zero_but_for_one_example(
    values: Sequence[np.ndarray], right: Sequence[np.ndarray], sizes: Sequence[Sizes]
) -> Explanation | None:
    """Explain values that are 0 if there are several examples, as with the factor 1 // m."""
    counts = [size.get("m", 0) for size in sizes]
    if 1 not in counts or not all(
        equal(value, wanted)
        if count == 1
        else not np.any(value) and np.shape(value) == np.shape(wanted)
        for value, wanted, count in zip(values, right, counts)
    ):
        return None
    return Explanation(("all-zero",), shape=" in every call with more than one example")


def best(
    candidates: Sequence[Candidate],
    values: Sequence[np.ndarray],
    sizes: Sequence[Sizes],
    exact: float,
) -> Explanation | None:
    """Return the explanation with the fewest codes; skip candidates that cannot improve it.

    Parameters
    ----------
    candidates
        The candidates in the order in which to try them.
    values
        The received value of each case.
    sizes
        The sizes of the network of each case.
    exact
        The relative error that counts as rounding.

    Returns
    -------
    Explanation or None
        The best explanation; None if no candidate fits every case.
    """
    found: Explanation | None = None
    for candidate in candidates:
        if found and len(set(candidate.codes)) >= len(found.codes):
            continue
        for explanation in _matches(candidate, values, sizes, exact):
            if not found or len(explanation.codes) < len(found.codes):
                found = explanation
    return found


def _matches(
    candidate: Candidate,
    values: Sequence[np.ndarray],
    sizes: Sequence[Sizes],
    exact: float,
) -> Iterator[Explanation]:
    """Yield an explanation for each arrangement of a candidate that fits every case."""
    first = np.asarray(candidate.value(0), dtype=float)
    ways = list(arrangements(first, candidate.kind))
    for number, (arranged, value) in enumerate(ways):
        factors = [factor_between(values[0], value, exact)]
        if factors[0] is None:
            continue
        whole = value
        for place in range(1, len(values)):
            whole = np.asarray(candidate.value(place), dtype=float)
            others = list(arrangements(whole, candidate.kind))[number:][:1]
            if [codes for codes, _ in others] != [arranged]:
                break  # an array with other dimensions does not have this arrangement
            factors.append(factor_between(values[place], others[0][1], exact))
            if factors[-1] is None:
                break
        else:
            known = np.array(factors, dtype=float)
            meaning = meaning_of_factors(known, sizes, exact)
            if meaning is None and not (candidate.codes or arranged) and np.size(whole) > 1:
                meaning = _other_multiple(values, known)
            if meaning and (candidate.codes or arranged or meaning[0]):
                codes, details = meaning
                yield Explanation(
                    candidate.codes + arranged + codes, **candidate.details, **details
                )


def _other_multiple(values: Sequence[np.ndarray], factors: np.ndarray) -> Meaning | None:
    """Explain multiples whose factor differs between cases."""
    if all(abs(np.linalg.norm(value) - 1) < LEAST_EXACT for value in values):
        return ("normalized",), {}
    said = list(dict.fromkeys(f"{factor:.4g}" for factor in factors if np.isfinite(factor)))
    if len(said) < 2 or "1" in said:
        return None
    return ("other-multiples",), {"factors": " and ".join(said[:2])}
