"""Find the smallest set of mistakes that gives exactly the received values.

A mistake is named only if its values agree with the received ones, up to rounding, in every case.
Values that no mistake explains are reported without a name.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from ..exercise import Exercise, Truth, Values
from .backward_path import BackwardPath, paths_of, products_entry_by_entry
from .backward_search import backward_candidates
from .forms import EXACT, LEAST_EXACT, Sizes, one_number, whole_numbers
from .matching import (
    Explanation,
    best,
    equal,
    infinite,
    plain_faults,
    sizes_of,
    zero_but_for_one_example,
)
from .parts import Candidate, Part
from .registry import (
    ANY_SHAPE,
    CONSEQUENCES,
    ERROR_PATTERNS,
    WRONG_VALUES,
    Named,
    WrongValues,
)

BACKWARD = ("backward_propagation", "find_the_bug")
MULTIPLES = {"scaled", "doubled", "averaged", "times-count", "sign-flipped", "other-multiples"}


def explain(
    exercise: Exercise,
    cases: Sequence[tuple],
    truths: Sequence[Truth],
    received: Sequence[Values],
    wrong: Sequence[str],
) -> dict[str, Explanation]:
    """Return a dict from the names of wrong values to their `Explanation`.

    Parameters
    ----------
    exercise
        The exercise.
    cases
        The arguments of each case.
    truths, received
        For each case a dict from names to arrays.
    wrong
        The names to explain. Names without an explanation are omitted from the result.
    """
    sizes = [sizes_of(exercise, case) for case in cases]
    candidates = _candidates(exercise, cases, truths, received, wrong)
    # Some exercises compute difference quotients, which amplify rounding errors.
    exact = max(EXACT, min(exercise.tolerance, LEAST_EXACT))
    found: dict[str, Explanation] = {}
    for name in wrong:
        values = [
            _snapped(np.asarray(got[name], dtype=float), exercise.absolute) for got in received
        ]
        right = [truth[name] for truth in truths]
        explanation = (
            infinite(candidates[name], values)
            or plain_faults(exercise, values, right)
            or zero_but_for_one_example(values, right, sizes)
            or best(candidates[name], values, sizes, exact)
            or _patterned(exercise, cases, name, values, right)
        )
        explanation = _fit_for(exercise, values, right, explanation)
        if explanation:
            found[name] = explanation
    for name, source in _consequences(exercise, cases, received, wrong):
        above = found.get(source, Explanation(("follows",), source=source))
        found[name] = Explanation(above.codes, **above.details)
        found[name].because = source
    if any("integer-step" in explanation.codes for explanation in found.values()):
        for name, explanation in found.items():
            # An array of integers may contain only zeros.
            if explanation.codes == ("all-zero",) and _swallowed(name, truths, received):
                found[name] = Explanation(("integer-step",))
    return found


def explain_by(
    candidates: Sequence[Candidate],
    values: Sequence[np.ndarray],
    right: Sequence[np.ndarray],
    sizes: Sequence[Sizes],
) -> Explanation | None:
    """Return the smallest set of mistakes that explains arrays with the same name.

    Parameters
    ----------
    candidates
        The candidates, including the right values.
    values, right
        The received and the right values.
    sizes
        For each array, the sizes of its network.
    """
    if any(not np.all(np.isfinite(value)) for value in values):
        bad = "nan" if any(np.any(np.isnan(value)) for value in values) else "inf"
        return Explanation(("not-finite",), bad=bad)
    if one_number(values) == 0 and one_number(right) != 0:
        return Explanation(("all-zero",), shape="")
    return best(candidates, values, sizes, EXACT)


def _fit_for(
    exercise: Exercise,
    values: Sequence[np.ndarray],
    right: Sequence[np.ndarray],
    explanation: Explanation | None,
) -> Explanation | None:
    """Return an explanation, or one that fits this exercise better."""
    number = one_number(values)
    if number not in (None, 0, 1) and np.isfinite(number) and one_number(right) is None:
        explanation = None  # the same number in all calls is not a multiple of the right values
    if exercise.form == "dict":
        # A size is not explained as a multiple of another one.
        return None if explanation and MULTIPLES & set(explanation.codes) else explanation
    if one_number(values) == 1 and (not explanation or len(explanation.codes) > 1):
        return Explanation(("all-ones",))
    return explanation


def _consequences(
    exercise: Exercise,
    cases: Sequence[tuple],
    received: Sequence[Values],
    wrong: Sequence[str],
) -> list[tuple[str, str]]:
    """Return pairs of names: a value that is wrong only because of another one, and its cause."""
    if exercise.id not in CONSEQUENCES:
        return []
    several = [CONSEQUENCES[exercise.id](case, got) for case, got in zip(cases, received)]
    return [
        (name, several[0][name][0])
        for name in wrong
        if all(name in one for one in several)
        and several[0][name][0] in wrong
        and all(equal(got[name], one[name][1]) for got, one in zip(received, several))
    ]


def _swallowed(name: str, truths: Sequence[Truth], received: Sequence[Values]) -> bool:
    return whole_numbers([got[name] for got in received], [truth[name] for truth in truths])


def _snapped(value: np.ndarray, absolute: float) -> np.ndarray:
    """Set entries below the absolute tolerance to 0 if this tolerance is not negligible."""
    return np.where(np.abs(value) <= absolute, 0.0, value) if absolute > 1e-9 else value


def entry_by_entry(case: tuple, received: Values) -> list[str]:
    """Return the names of gradients that were computed with elementwise products.

    Parameters
    ----------
    case
        The arguments of `backward_propagation`, for a network whose sizes are all equal.
    received
        The received values by name.
    """
    return [
        name
        for name, values in products_entry_by_entry(case).items()
        if any(equal(received[name], value) for value in values)
    ]


def _candidates(
    exercise: Exercise,
    cases: Sequence[tuple],
    truths: Sequence[Truth],
    received: Sequence[Values],
    wrong: Sequence[str],
) -> dict[str, list[Candidate]]:
    """Return for each wrong value the candidates that may explain it."""
    if exercise.id in BACKWARD:
        came = {name: [np.asarray(got[name], dtype=float) for got in received] for name in wrong}
        # An array filled with one number is explained without a search.
        plain: dict[str, list[Candidate]] = {
            name: [] for name in wrong if one_number(came[name]) is not None
        }
        rest = {name: values for name, values in came.items() if name not in plain}
        found = plain | (backward_candidates(paths_of(tuple(cases)), rest) if rest else {})
        _add_other_values(found, truths, wrong)
        return found
    found = {name: [] for name in wrong}
    if exercise.id in WRONG_VALUES:
        tables = _tables(exercise, tuple(cases))
        for name in wrong:
            entries = range(len(tables[0].get(name, ())))
            found[name] += [_entered(tables, name, number) for number in entries]
    if exercise.form == "values":
        _add_other_values(found, truths, wrong)
    # The right value comes last, so that an exercise can override the names of its multiples.
    for name in wrong:
        found[name].append(_value_of(truths, name, Part()))
    return found


def _entered(tables: Sequence[WrongValues], name: str, number: int) -> Candidate:
    """Return one of the wrong values that an exercise has registered for a name."""
    part = _part(tables[0][name][number][0])
    return Candidate(part.codes, lambda place: tables[place][name][number][1], details=part.details)


def _value_of(truths: Sequence[Truth], name: str, part: Part) -> Candidate:
    """Return a right value as the candidate for certain mistakes."""
    return Candidate(part.codes, lambda place: truths[place][name], details=part.details)


def _part(entered: Named) -> Part:
    """Return a registered code, several codes, or a `Part` as a `Part`."""
    if isinstance(entered, Part):
        return entered
    return Part(entered if isinstance(entered, tuple) else (entered,))


@lru_cache(maxsize=32)
def _tables(exercise: Exercise, cases: tuple[tuple, ...]) -> list[WrongValues]:
    return [WRONG_VALUES[exercise.id](exercise.specification, *case) for case in cases]


def _add_other_values(
    found: dict[str, list[Candidate]], truths: Sequence[Truth], wrong: Sequence[str]
) -> None:
    """Add the other values of the exercise to the candidates of each value."""
    for name in wrong:
        for other in truths[0]:
            if other == name or truths[0][other].ndim != truths[0][name].ndim:
                continue
            part = Part(("other-value",), {"which": other})
            if not truths[0][name].ndim:
                said = {"instead": f": these are the numbers for `{other}`"}
                part = Part(("wrong-variable",), said)
            found[name].append(_value_of(truths, other, part))


def explained_gradient(
    paths: Sequence[BackwardPath], name: str, values: Sequence[np.ndarray]
) -> Part | None:
    """Return the mistakes that explain one gradient in all given cases.

    Parameters
    ----------
    paths
        The path of each case; at least one case has a single example.
    name
        "dW1", "db1", "dW2" or "db2".
    values
        The received value of each case.

    Returns
    -------
    Part or None
        The mistakes; None if the gradient is right or has no explanation.
    """
    if all(map(equal, values, (path.right(name) for path in paths))):
        return None
    candidates = backward_candidates(paths, {name: values})[name]
    sizes = [_sizes_of_path(path) for path in paths]
    found = best(candidates, values, sizes, LEAST_EXACT)
    return Part(found.codes, found.details) if found else None


def _sizes_of_path(path: BackwardPath) -> dict[str, int]:
    (n_x, m), (n_y, n_h) = path.X.shape, path.W2.shape
    return {"n_x": n_x, "n_h": n_h, "n_y": n_y, "m": m}


def _patterned(
    exercise: Exercise,
    cases: Sequence[tuple],
    name: str,
    values: Sequence[np.ndarray],
    right: Sequence[np.ndarray],
) -> Explanation | None:
    """Explain values whose errors show a registered pattern."""
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


# Functions that undo an arrangement, so that the result can be searched for a pattern.
PUT_RIGHT: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "": lambda value: value,
    "transposed": np.transpose,
    "bias-flat": lambda value: value[:, None] if np.ndim(value) == 1 else value,
}
