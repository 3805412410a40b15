"""Find the side effects of an answer: changed arguments, state between calls, warnings."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from backprop.calling import Oddity, Reply
from backprop.report import Finding
from backprop.second_look import LESSON_NAMES, Clues

from .comparing import all_right, truth_of
from .exercise import EXERCISES, Exercise
from .form import by_name
from .naming import finding


def about_conduct(
    exercise: Exercise,
    cases: Sequence[tuple],
    replies: Sequence[Reply],
    again: Reply,
    clues: Callable[[], Clues],
) -> list[Finding]:
    """Find the side effects of an answer.

    Parameters
    ----------
    exercise
        The exercise.
    cases, replies
        The arguments and the reply of each call.
    again
        The reply when the answer was called on the first case again.
    clues
        A function that examines the answer again and returns `Clues`.

    Returns
    -------
    list of Finding
        The side effects; empty if there are none.
    """
    changed = next((reply.changed for reply in replies if reply.changed), ())
    findings = []
    if changed:
        several = len(changed) > 1
        these = "these arguments, the first of them" if several else "this argument"
        line = f" in {clues().changing_line}" if clues().changing_line else ""
        if clues().reading_line and not _are_right(exercise, cases, replies):
            line += f"; {clues().reading_line} after that"
        findings = [finding("mutates-input", where=", ".join(changed), these=these, line=line)]
    warning = next((reply.warned for reply in replies if reply.warned), "")
    if exercise.quiet and warning:
        findings.append(finding("warned", warning=warning))
    differs = not _same(exercise, replies[0], again)
    if differs and _is_all_rounding(exercise, cases, replies[0], again):
        differs = False
    if "rng" in exercise.parameters:
        if differs or _remembers(exercise, cases, replies):
            other = ": it draws from another generator" if clues().random else ""
            findings.append(finding("not-repeatable", said=other))
    elif (differs or not _are_right(exercise, cases, replies)) and clues().random:
        findings.append(finding("random"))
    elif differs or _remembers(exercise, cases, replies):
        kept = f"; between the calls {clues().kept} changes" if clues().kept else ""
        findings.append(finding("keeps-state", said=kept))
    return findings


def share_of(conduct: Sequence[Finding], right: int, several: int) -> float:
    """Return the fraction of the points that an answer earns.

    Parameters
    ----------
    conduct
        The findings of `about_conduct`. A changed argument counts as one additional wrong value.
    right, several
        The number of right values and the number of all values.
    """
    if all(one.code == "mutates-input" for one in conduct):
        return right / (several + len(conduct))
    return 0.0


def about_variables(exercise: Exercise, cases: Sequence[tuple], clues: Clues) -> list[Finding]:
    """Find variables of the notebook that an answer uses instead of its arguments.

    Parameters
    ----------
    exercise
        The exercise.
    cases
        The arguments of each call.
    clues
        The observations about the answer on the first case.
    """
    mending = {
        variable
        for variable, _, reply in clues.replaced
        if not (exercise.trial or exercise.properties or reply.crash or reply.values is None)
        and all_right(exercise, by_name(exercise, reply), truth_of(exercise, cases[0]))
    }
    blamed = [
        (variable, function)
        for variable, function in clues.reads
        if variable in _names_of_the_lesson(exercise) | LESSON_NAMES | mending
    ]
    if not blamed:
        return []
    names = [
        f"`{variable}`" + f" (in `{function}`)" * bool(function) for variable, function in blamed
    ]
    said = f"variable {names[0]}"
    if len(names) > 1:
        said = f"variables {', '.join(names[:-1])} and {names[-1]}"
    return [finding("uses-globals", variable=said)]


def _names_of_the_lesson(exercise: Exercise) -> set[str]:
    """Return the names of the arguments and returned values of all exercises of the lesson."""
    several = [one for one in EXERCISES.values() if one.lesson == exercise.lesson]
    return {name for one in several for name in (*one.parameters, *one.returns)}


def _are_right(exercise: Exercise, cases: Sequence[tuple], replies: Sequence[Reply]) -> bool:
    """Return whether all received values are right, as far as single calls can be compared."""
    if exercise.trial or exercise.properties:
        return True
    pairs = zip(cases, replies)
    return all(
        all_right(exercise, by_name(exercise, reply), truth_of(exercise, case))
        for case, reply in pairs
    )


def _remembers(exercise: Exercise, cases: Sequence[tuple], replies: Sequence[Reply]) -> bool:
    """Return whether an answer returned its right reply to the first case for the last one, too.

    The last case has the sizes of the first one, but different numbers.
    """
    if exercise.trial or exercise.properties or not _same(exercise, replies[0], replies[-1]):
        return False
    received = [by_name(exercise, reply) for reply in replies]
    # A single number may be equal in both cases by chance, so all other cases must be right.
    single = sum(map(np.size, received[0].values())) == 1
    truths = [truth_of(exercise, case) for case in cases]
    *before, last = (all_right(exercise, *pair) for pair in zip(received, truths))
    return (all(before) if single else before[0]) and not last


def _is_all_rounding(
    exercise: Exercise, cases: Sequence[tuple], first: Reply, again: Reply
) -> bool:
    """Return whether an answer that differentiates a function may vary only because of rounding.

    If the step is too small, a difference consists of rounding errors, and both replies are wrong.
    """
    if not any(map(callable, cases[0])):
        return False
    truth = truth_of(exercise, cases[0])
    return not any(all_right(exercise, by_name(exercise, one), truth) for one in (first, again))


def _same(exercise: Exercise, first: Reply, second: Reply) -> bool:
    """Return whether two replies to the same call agree within the tolerance of the exercise.

    They may differ by rounding errors, which a difference quotient multiplies by 1/h: a correct one
    differs in the tenth digit if a sum is computed in a different order.
    """
    one, two = first.values, second.values
    if isinstance(one, dict) and isinstance(two, dict) and list(one) == list(two):
        one, two = tuple(one.values()), tuple(two.values())
    if not (isinstance(one, tuple) and isinstance(two, tuple) and len(one) == len(two)):
        return False
    return all(map(partial(_equal, exercise.tolerance), one, two))


def _equal(tolerance: float, one: Any, two: Any) -> bool:
    if isinstance(one, Oddity) or isinstance(two, Oddity):
        if not (isinstance(one, Oddity) and isinstance(two, Oddity)):
            return False
        alike = len(one.members) == len(two.members)
        return alike and all(map(partial(_equal, tolerance), one.members, two.members))
    return np.shape(one) == np.shape(two) and np.allclose(
        one, two, rtol=tolerance, atol=tolerance, equal_nan=True
    )
