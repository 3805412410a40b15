"""Finds the smallest set of mistakes that gives exactly the numbers that came.

A name is given only if it holds to rounding in every case that was tried; what nothing
explains stays unnamed.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from ..exercise import Exercise
from .forms import (
    EXACT,
    arrangements,
    cut_off_at,
    factor_between,
    meaning_of_factors,
    one_number,
    rounding,
    whole_numbers,
)
from .networks import (
    BackwardPath,
    Candidate,
    Part,
    backward_candidates,
    paths_of,
    products_entry_by_entry,
)
from .registry import ANY_SHAPE, CONSEQUENCES, ERROR_PATTERNS, WRONG_VALUES

BACKWARD = ("backward_propagation", "find_the_bug")
MULTIPLES = {"scaled", "doubled", "averaged", "times-count", "sign-flipped", "other-multiples"}
LEAST_EXACT = 1e-6  # a mistake gives the numbers as exactly as a right answer must, or at least so


class Explanation:
    """The codes that explain one value, and the details that their messages need."""

    def __init__(self, codes: Sequence[str], **details: object):
        self.codes = tuple(dict.fromkeys(codes))
        self.details = details
        self.because = ""  # the name of another value that makes this one wrong


def explain(
    exercise: Exercise,
    cases: Sequence[tuple],
    truths: Sequence[Mapping[str, np.ndarray]],
    received: Sequence[Mapping[str, object]],
    wrong: Sequence[str],
) -> dict[str, Explanation]:
    """Return a dict from the names of wrong values to their `Explanation`.

    Parameters
    ----------
    exercise
        The exercise, for its id, its parameters and its specification.
    cases
        The arguments of each case.
    truths, received
        For each case a dict from names to arrays.
    wrong
        The names to explain. Names that nothing explains are left out.
    """
    sizes = [_sizes(exercise, case) for case in cases]
    candidates = _candidates(exercise, cases, truths, received, wrong)
    # Difference quotients, which some exercises ask for, multiply what rounding leaves.
    exact = max(EXACT, min(exercise.tolerance, LEAST_EXACT))
    found = {}
    for name in wrong:
        values = [_snapped(np.asarray(got[name], dtype=float), exercise.absolute) for got in received]
        right = [truth[name] for truth in truths]
        explanation = (
            _infinite(candidates[name], values)
            or _plain_faults(exercise, values, right)
            or _zero_but_for_one_example(values, right, sizes)
            or _best(candidates[name], values, sizes, exact)
            or _patterned(exercise, cases, name, values, right)
        )
        number = one_number(values)
        if number not in (None, 0, 1) and np.isfinite(number) and one_number(right) is None:
            explanation = None  # one number in all calls is a multiple of nothing
        if exercise.form == "dict" and explanation and MULTIPLES & set(explanation.codes):
            explanation = None  # sizes are no multiples of one another
        if exercise.form != "dict" and one_number(values) == 1 and (not explanation or len(explanation.codes) > 1):
            explanation = Explanation(("all-ones",))
        if explanation:
            found[name] = explanation
    for name, source in _consequences(exercise, cases, received, wrong):
        above = found.get(source, Explanation(("follows",), source=source))
        found[name] = Explanation(above.codes, **above.details)
        found[name].because = source
    if any("integer-step" in explanation.codes for explanation in found.values()):
        for name, explanation in found.items():
            # Integers have swallowed all of it, and not only the digits.
            if explanation.codes == ("all-zero",) and _swallowed(name, truths, received):
                found[name] = Explanation(("integer-step",))
    return found


def _consequences(exercise, cases, received, wrong):
    """Return pairs of names: a value that is wrong only because of another one, and that one."""
    if exercise.id not in CONSEQUENCES:
        return []
    several = [CONSEQUENCES[exercise.id](case, got) for case, got in zip(cases, received)]
    return [
        (name, several[0][name][0])
        for name in wrong
        if all(name in one for one in several)
        and several[0][name][0] in wrong
        and all(_equal(got[name], one[name][1]) for got, one in zip(received, several))
    ]


def _swallowed(name, truths, received):
    return whole_numbers([got[name] for got in received], [truth[name] for truth in truths])


def _snapped(value, absolute):
    """Where an exercise accepts an error that can be seen, let what is smaller be 0."""
    return np.where(np.abs(value) <= absolute, 0.0, value) if absolute > 1e-9 else value


def order_of(
    exercise: Exercise,
    cases: Sequence[tuple],
    truths: Sequence[Mapping[str, np.ndarray]],
    received: Sequence[Mapping[str, object]],
) -> list[str] | None:
    """Return the names of the values in the order in which they came, if it is a wrong one.

    Values are known by their numbers, up to a sign and a division by a count; else by their
    shapes, where all of them differ.
    """
    names = list(truths[0])
    rows = [list(got.values()) for got in received]
    if any(len(row) != len(names) for row in rows):
        return None
    sizes = [_sizes(exercise, case) for case in cases]
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


def _is_multiple(values, right, sizes):
    factors = [factor_between(value, wanted) for value, wanted in zip(values, right)]
    if any(factor is None for factor in factors):
        return False
    meaning = meaning_of_factors(np.array(factors, dtype=float), sizes)
    return meaning is not None and "scaled" not in meaning[0]


def _has_shape(values, right, sizes):
    return all(np.shape(value) == np.shape(wanted) for value, wanted in zip(values, right))


def entry_by_entry(case: tuple, received: Mapping[str, object]) -> list[str]:
    """Return the names of gradients that hold products entry by entry, where sizes coincide."""
    return [
        name
        for name, values in products_entry_by_entry(case).items()
        if any(_equal(received[name], value) for value in values)
    ]


def _equal(one, two):
    one, two = np.asarray(one, dtype=float), np.asarray(two, dtype=float)
    if one.shape != two.shape or not np.all(np.isfinite(one)):
        return False
    largest = max(np.max(np.abs(one), initial=0.0), np.max(np.abs(two), initial=0.0))
    return bool(np.max(np.abs(one - two), initial=0.0) <= EXACT * largest)


# What the axes of an argument count.
AXES = {
    "X": ("n_x", "m"),
    "Y": ("n_y", "m"),
    "out_y": ("n_y", "m"),
    "delta_y": ("n_y", "m"),
    "out_h": ("n_h", "m"),
    "W1": ("n_h", "n_x"),
    "W2": ("n_y", "n_h"),
}


def _sizes(exercise, case):
    """Return the sizes of the network of a case, as far as its arguments tell them."""
    return {
        axis: size
        for name, argument in zip(exercise.parameters, case)
        if isinstance(argument, np.ndarray) and argument.ndim == 2
        for axis, size in zip(AXES.get(name, ()), argument.shape)
    }


def _candidates(exercise, cases, truths, received, wrong):
    if exercise.id in BACKWARD:
        came = {name: [np.asarray(got[name], dtype=float) for got in received] for name in wrong}
        # One number everywhere has a name without a search.
        plain = {name: [] for name in wrong if one_number(came[name]) is not None}
        rest = {name: values for name, values in came.items() if name not in plain}
        return plain | (backward_candidates(paths_of(tuple(cases)), rest) if rest else {})
    found: dict[str, list[Candidate]] = {name: [] for name in wrong}
    if exercise.id in WRONG_VALUES:
        tables = _tables(exercise, tuple(cases))
        for name in wrong:
            for number, (entered, _) in enumerate(tables[0].get(name, [])):
                part = _part(entered)
                found[name].append(
                    Candidate(
                        part.codes,
                        lambda place, name=name, number=number: tables[place][name][number][1],
                        details=part.details,
                    )
                )
    if exercise.form == "values":
        _add_other_values(found, truths, wrong)
    # Last, so that an exercise can give names of its own to multiples of the right value.
    for name in wrong:
        found[name].append(Candidate((), lambda place, name=name: truths[place][name]))
    return found


def _part(entered):
    """Return what was entered for a wrong value: a code, several codes, or a `Part`."""
    if isinstance(entered, Part):
        return entered
    return Part(entered if isinstance(entered, tuple) else (entered,))


@lru_cache(maxsize=32)
def _tables(exercise, cases):
    return [WRONG_VALUES[exercise.id](exercise.specification, *case) for case in cases]


def _add_other_values(found, truths, wrong):
    """Among scalars, one derivative may stand in the place of another."""
    scalars = [name for name, value in truths[0].items() if np.ndim(value) == 0]
    for name in wrong:
        for other in scalars if name in scalars else ():
            if other != name:
                value = lambda place, other=other: truths[place][other]  # noqa: E731
                said = {"instead": f": these are the numbers that are asked for as `{other}`"}
                found[name].append(Candidate(("wrong-variable",), value, details=said))


def _infinite(candidates, values):
    """Explain values of which some are beyond the range of numbers, as the mistake has them."""
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


def _plain_faults(exercise, values, right):
    if all(np.shape(value) == (0,) for value in values) and any(map(np.size, right)):
        return Explanation(("empty",))
    if any(not np.all(np.isfinite(value)) for value in values):
        bad = "nan" if any(np.any(np.isnan(value)) for value in values) else "inf"
        return Explanation(("not-finite",), bad=bad)
    if one_number(values) == 0 and one_number(right) != 0:
        shapes = np.shape(values[0]), np.shape(right[0])
        said = f", and its shape is {shapes[0]} where {shapes[1]} is asked for"
        return Explanation(("all-zero",), shape="" if shapes[0] == shapes[1] else said)
    if one_number(values) is None and whole_numbers(values, right):
        return Explanation(("integer-step",))
    if exercise.form != "dict" and _are_signs(values, right):
        return Explanation(("signs-only",))
    limit = cut_off_at(values, right) if exercise.form != "dict" else None
    if limit is not None:
        return Explanation(("clipped",), limit=f"{limit:.4g}")
    words = rounding(values, right)
    return Explanation(("rounded",), rounding=words) if words else None


def _are_signs(values, right):
    """Whether nothing but the signs of the right numbers came; few numbers do not prove it."""
    pairs = list(zip(values, right))
    return sum(map(np.size, right)) >= 8 and all(
        np.shape(got) == np.shape(want) and np.array_equal(got, np.sign(want)) for got, want in pairs
    ) and not all(np.array_equal(want, np.sign(want)) for want in right)


def _zero_but_for_one_example(values, right, sizes):
    """Whether all is 0 where there are several examples, as 1 // m makes it."""
    counts = [size.get("m", 0) for size in sizes]
    if 1 not in counts or not all(
        _equal(value, wanted) if count == 1 else not np.any(value) and np.shape(value) == np.shape(wanted)
        for value, wanted, count in zip(values, right, counts)
    ):
        return None
    return Explanation(("all-zero",), shape=" in every call with more than one example")


def _best(candidates, values, sizes, exact):
    """Return the explanation with the fewest codes, trying no more than can still be better."""
    best = None
    for candidate in candidates:
        if best and len(set(candidate.codes)) >= len(best.codes):
            continue
        for explanation in _matches(candidate, values, sizes, exact):
            if not best or len(explanation.codes) < len(best.codes):
                best = explanation
    return best


def _matches(candidate, values, sizes, exact):
    """Yield an explanation for each arrangement of a candidate that fits every case."""
    first = np.asarray(candidate.value(0), dtype=float)
    ways = list(arrangements(first, candidate.kind))
    for number, (arranged, value) in enumerate(ways):
        factors = [factor_between(values[0], value, exact)]
        if factors[0] is None:
            continue
        for place in range(1, len(values)):
            value = np.asarray(candidate.value(place), dtype=float)
            other = list(arrangements(value, candidate.kind))[number][1]
            factors.append(factor_between(values[place], other, exact))
            if factors[-1] is None:
                break
        else:
            meaning = meaning_of_factors(np.array(factors), sizes, exact)
            if meaning is None and not (candidate.codes or arranged) and np.size(value) > 1:
                meaning = _other_multiple(values, factors)
            if meaning and (candidate.codes or arranged or meaning[0]):
                codes, details = meaning
                yield Explanation(candidate.codes + arranged + codes, **candidate.details, **details)


def _other_multiple(values, factors):
    """Say what a multiple is whose factor is another one in each case."""
    if all(abs(np.linalg.norm(value) - 1) < LEAST_EXACT for value in values):
        return ("normalized",), {}
    said = list(dict.fromkeys(f"{factor:.4g}" for factor in factors if np.isfinite(factor)))
    if len(said) < 2 or "1" in said:
        return None
    return ("other-multiples",), {"factors": " and ".join(said[:2])}


def explained_gradient(
    paths: Sequence[BackwardPath], name: str, values: Sequence[np.ndarray]
) -> Part | None:
    """Return the mistakes that explain one gradient in all of some cases.

    Parameters
    ----------
    paths
        One for each case; at least one of them has a single example.
    name
        "dW1", "db1", "dW2" or "db2".
    values
        What came in each case.
    """
    if all(map(_equal, values, (path.right(name) for path in paths))):
        return None
    candidates = backward_candidates(paths, {name: values})[name]
    sizes = [_sizes_of_path(path) for path in paths]
    found = _best(candidates, values, sizes, LEAST_EXACT)
    return Part(found.codes, found.details) if found else None


def _sizes_of_path(path):
    (n_x, m), (n_y, n_h) = path.X.shape, path.W2.shape
    return {"n_x": n_x, "n_h": n_h, "n_y": n_y, "m": m}


def _patterned(exercise, cases, name, values, right):
    """Explain what is no multiple of anything: its distance from the truth shows a pattern."""
    for pattern in ERROR_PATTERNS.get(exercise.id, ()):
        for arranged, put_right in PUT_RIGHT.items():
            ready = [put_right(value) for value in values]
            other = any(np.shape(one) != np.shape(two) for one, two in zip(ready, right))
            if other and (arranged or pattern not in ANY_SHAPE):
                continue
            found = pattern(cases, name, ready, right)
            if found is not None:
                part = _part(found)
                codes = (arranged, *part.codes) if arranged else part.codes
                return Explanation(codes, **part.details)
    return None


# Undoes an arrangement, so that a pattern can be looked for in what is left.
PUT_RIGHT = {
    "": lambda value: value,
    "transposed": np.transpose,
    "bias-flat": lambda value: value[:, None] if np.ndim(value) == 1 else value,
}
