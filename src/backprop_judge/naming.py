"""Convert explanations to findings, in the order in which to fix them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from string import Formatter

import numpy as np

from backprop.report import Finding
from backprop.second_look import Clues

from .comparing import Comparison, all_right, fault_of, is_larger, sizes_in_words
from .exercise import Exercise, Truth, Values
from .mistakes import BACKWARD, Explanation, explain, mistake_in
from .writing import apart

# Mistakes that propagate from the first gradients of the backward path to the later ones. Others,
# such as a transposed array, do not.
HANDED_ON = {
    "relu-slope", "sign-in-slope",
    "missing-output-slope", "slope-of-activation", "tanh-slope", "sign-flipped", "averaged",
    "doubled", "scaled", "examples-dropped", "first-left-out", "last-left-out", "half-of-slope",
    "slope-twice", "formula-at-z", "sigmoid-for-slope", "slope-times-z", "matrix-slope",
    "parentheses", "missing-error", "loss-for-difference", "square-for-difference", "sign-lost",
    "sign-alone", "output-for-error", "output-for-difference", "target-for-difference",
    "cross-entropy", "error-summed-early", "outputs-summed", "times-count",
    "target-for-error", "no-error", "label-for-output", "slope-of-target", "shortened",
    "signs-only",
}  # fmt: skip
OUTPUT_LAYER = ("dW2", "db2")


def finding(
    code: str, where: str = "", exercise: Exercise | None = None, **details: object
) -> Finding:
    """Return the `Finding` with this code and a message formatted with the details.

    Parameters
    ----------
    code, where
        See `Finding`.
    exercise
        The exercise, if it may override the message of the mistake.
    **details
        The values of the placeholders in the message.
    """
    mistake = mistake_in(exercise, code)
    message = mistake.message.format_map(defaultdict(str, details))
    return Finding(code, where, message, mistake.hints)


def findings_about_values(
    exercise: Exercise,
    cases: Sequence[tuple],
    truths: Sequence[Truth],
    received: Sequence[Values],
    compared: Sequence[Comparison],
    clues: Callable[[], Clues] = Clues,
) -> list[Finding]:
    """Return the findings about wrong values, with the names of their mistakes if known.

    Parameters
    ----------
    exercise
        The exercise.
    cases
        The arguments of each case.
    truths, received
        For each case a dict from names to values.
    compared
        The comparison of each returned value.
    clues
        A function that examines the answer again and returns `Clues`.

    Returns
    -------
    list of Finding
        The findings in the order in which the values are computed. Only the first finding with a
        mistake has its hints.
    """
    wrong = [one for one in compared if one.fault]
    names = [one.name for one in wrong]
    explained = explain(exercise, cases, truths, received, names)
    if len(explained) < len(names) and _is_constant(exercise, truths, received, clues):
        return [finding("constant", "", exercise)]
    if not explained and _only_right_on_xor(exercise, cases, truths, received, names):
        return [finding("hard-coded-size", seen="wrong")]
    findings: list[Finding] = []
    said: set[tuple[str, ...]] = set()
    for one in wrong:
        if one.name in explained:
            for code in explained[one.name].codes:
                what = _what_is_said(exercise, code, explained[one.name])
                if what not in said:
                    said.add(what)
                    findings.append(_about_code(exercise, code, what, explained, names))
        else:
            findings.append(_unnamed(exercise, one, truths, received))
    return _with_hints_once(findings)


def _with_hints_once(findings: Sequence[Finding]) -> list[Finding]:
    """Remove the hints of a mistake from all findings except the first that has it."""
    seen: set[str] = set()
    kept = []
    for one in findings:
        again = one.code in seen
        kept.append(Finding(one.code, one.where, one.message) if again else one)
        seen.add(one.code)
    return kept


def in_digits(number: float | np.bool_, digits: str) -> str:
    """Return a number as text, in a format such as ".4g"; True and False by their names."""
    return str(number) if isinstance(number, (bool, np.bool_)) else f"{float(number):{digits}}"


def _is_constant(
    exercise: Exercise,
    truths: Sequence[Truth],
    received: Sequence[Values],
    clues: Callable[[], Clues],
) -> bool:
    """Return whether an answer returns the same numbers for all arguments, unlike the right one.

    The first and the last case have the same sizes. Zeros are a different mistake. Labels and
    single numbers may be equal by chance, for example if a loop returns in its first iteration.
    """
    xor = exercise.xor
    if xor is not None and all_right(exercise, received[xor], truths[xor]):
        return False
    first, last = received[0], received[-1]
    same = all(np.array_equal(first[name], last[name]) for name in first)
    other = any(not np.array_equal(truths[0][name], truths[-1][name]) for name in first)
    if all(np.size(got[name]) == 1 for got in received for name in got) and len(first) == 1:
        # Two single numbers may be equal by chance, so compare those of all cases.
        (name,) = first
        same = len({float(np.ravel(got[name])[0]) for got in received}) == 1
        other = len({float(np.ravel(truth[name])[0]) for truth in truths if truth[name].size}) > 1
    if not (same and other and any(np.any(value) for value in first.values())):
        return False
    fractions = sum(np.count_nonzero(np.mod(want, 1)) for want in truths[0].values())
    return bool(fractions > 1) or clues().idle


def _only_right_on_xor(
    exercise: Exercise,
    cases: Sequence[tuple],
    truths: Sequence[Truth],
    received: Sequence[Values],
    names: Sequence[str],
) -> bool:
    """Return whether the wrong values are right for the XOR network but in no case before it.

    A mistake that affects only a few entries may miss the small XOR network by chance, but then
    some entries are right in larger networks, too.
    """
    if exercise.xor is None:
        return False
    for case, got, truth in zip(cases, received, truths):
        if is_larger(case, cases[exercise.xor]) and not any(
            fault_of(exercise, got[name], truth[name]) for name in names
        ):
            return False  # right on larger networks as well
    for name in names:
        pairs = [(np.asarray(got[name]), truth[name]) for got, truth in zip(received, truths)]
        if fault_of(exercise, *pairs[exercise.xor]):
            return False
        for got, want in pairs[: exercise.xor]:
            if (
                exercise.form != "dict"
                and got.shape == want.shape
                and np.any(np.isclose(got, want, rtol=1e-6, atol=0))
            ):
                return False
    return True


def _what_is_said(exercise: Exercise, code: str, explanation: Explanation) -> tuple[str, ...]:
    """Return the code and the details of its message; equal ones are merged in one finding."""
    message = mistake_in(exercise, code).message
    places = {place for _, place, _, _ in Formatter().parse(message) if place}
    return code, *(str(explanation.details.get(place, "")) for place in sorted(places))


def _about_code(
    exercise: Exercise,
    code: str,
    what: tuple[str, ...],
    explained: Mapping[str, Explanation],
    names: Sequence[str],
) -> Finding:
    """Return one finding for all values with this code and the same message."""
    sharing = [
        name
        for name in names
        if name in explained
        and code in explained[name].codes
        and _what_is_said(exercise, code, explained[name]) == what
    ]
    details = dict(explained[sharing[0]].details)
    if all(len(explained[name].codes) == 1 for name in sharing):
        details["except_"] = "right except that "
    followers = [name for name in sharing if explained[name].because in sharing]
    if exercise.id in BACKWARD:
        if code in HANDED_ON and set(OUTPUT_LAYER) <= set(sharing):
            followers = [name for name in sharing if name not in OUTPUT_LAYER]
        details["meaning"] = _meaning(sharing, explained)
    where = ", ".join(name for name in sharing if name not in followers)
    found = finding(code, where, exercise, **details)
    if followers:
        are = "is" if len(followers) == 1 else "are"
        told = f"{' and '.join(followers)} {are} wrong for the same reason"
        found = Finding(code, where, f"{found.message} ({told})", found.hints)
    return found


def _meaning(sharing: Sequence[str], explained: Mapping[str, Explanation]) -> str:
    """Describe the effect of a missing output slope in these gradients."""
    if len(sharing) == 4 and all(len(explained[name].codes) == 1 for name in sharing):
        return ": what you return is the exact gradient of another loss"
    if not set(sharing) & set(OUTPUT_LAYER):
        return " in the error that goes back to the hidden layer"
    return ""


def _unnamed(
    exercise: Exercise,
    one: Comparison,
    truths: Sequence[Truth],
    received: Sequence[Values],
) -> Finding:
    """Describe a wrong value that no mistake in the catalogue explains."""
    got = np.asarray(received[one.case][one.name], dtype=float)
    want = truths[one.case][one.name]
    if exercise.form == "dict":
        said = f"expected {sizes_in_words(want)}, received {sizes_in_words(got)}"
        if not got.ndim:
            said += ", one number instead of a pair"
        return finding("wrong-value", one.name, said=said)
    if one.fault == "shape":
        wanted, came = "one number", f"an array of shape {got.shape}"
        if want.shape:
            words = exercise.returns[one.name]
            wanted = words if words.startswith("the shape") else f"the shape {words}"
            wanted += f", here {want.shape}"
            came = str(got.shape) if got.ndim else "a number"
        return finding("wrong-shape", one.name, wanted=wanted, came=came)
    said = _first_difference(exercise, got, want)
    # The steep case is the first failing case only if all cases before it are right.
    only_there = exercise.steep is not None and one.case == exercise.steep
    code = "wrong-at-the-ends" if only_there else "wrong-value"
    return finding(code, one.name, exercise, said=said)


def _first_difference(exercise: Exercise, got: np.ndarray, want: np.ndarray) -> str:
    scale = max(np.max(np.abs(want)), np.max(np.abs(got)))
    differs = np.abs(got - want) > exercise.tolerance * scale
    first = np.argwhere(differs)[0] if np.any(differs) else np.argwhere(got != want)[0]
    entry = tuple(int(place) for place in first)
    at = f"at [{', '.join(map(str, entry))}] " if entry else ""
    expected, received = apart(float(want[entry]), float(got[entry]))
    error = abs(got[entry] - want[entry])
    size = f"relative error {error / abs(want[entry]):.2g}" if want[entry] else f"error {error:.2g}"
    return f"{at}expected {expected}, received {received} ({size})"
