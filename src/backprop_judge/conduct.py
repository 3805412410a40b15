"""Finds what an answer does besides returning: altering arguments, keeping state, warning."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from backprop.calling import Clues, Oddity, Reply
from backprop.report import Finding

from .comparing import all_right, truth_of
from .exercise import Exercise
from .form import by_name
from .naming import finding


def about_conduct(
    exercise: Exercise,
    cases: Sequence[tuple],
    replies: Sequence[Reply],
    again: Reply,
    clues: Callable[[], Clues],
) -> list[Finding]:
    """Find what an answer does besides returning what it is asked for.

    Parameters
    ----------
    exercise
        The exercise.
    cases, replies
        The arguments of each call, and what came back.
    again
        What came back when the answer was called on the first case once more.
    clues
        Takes a second look at the answer.
    """
    changed = next((reply.changed for reply in replies if reply.changed), ())
    line = f" in {clues().changing_line}" if changed and clues().changing_line else ""
    findings = []
    if changed:
        several = len(changed) > 1
        these = "these arguments, the first of them" if several else "this argument"
        findings = [finding("mutates-input", where=", ".join(changed), these=these, line=line)]
    warning = next((reply.warned for reply in replies if reply.warned), "")
    if exercise.quiet and warning:
        findings.append(finding("warned", warning=warning))
    differs = not _same(exercise, replies[0], again)
    if differs and _is_all_rounding(exercise, cases, replies[0], again):
        differs = False
    if differs or _remembers(exercise, cases, replies):
        random = "rng" in exercise.parameters
        findings.append(finding("not-repeatable" if random else "keeps-state"))
    return findings


def _remembers(exercise, cases, replies):
    """Whether the right reply to the first case came again for the last one, where it is wrong.

    The last case has the sizes of the first and other numbers.
    """
    if exercise.trial or exercise.properties or not _same(exercise, replies[0], replies[-1]):
        return False
    received = [by_name(exercise, reply) for reply in replies]
    # A single number may be right, and the same again, by chance: then the others are wrong.
    single = sum(map(np.size, received[0].values())) == 1
    truths = [truth_of(exercise, case) for case in cases]
    *before, last = (all_right(exercise, *pair) for pair in zip(received, truths))
    return (all(before) if single else before[0]) and not last


def _is_all_rounding(exercise, cases, first, again):
    """Whether rounding alone may be why an answer that differentiates a function varies.

    With a step that is too small nothing else is left of a difference, and no digit of it is
    right, neither the first nor the second time.
    """
    if not any(map(callable, cases[0])):
        return False
    truth = truth_of(exercise, cases[0])
    return not any(all_right(exercise, by_name(exercise, one), truth) for one in (first, again))


def _same(exercise, first, second):
    """Whether two replies to the same call agree, as exactly as the exercise asks.

    They may differ by rounding, which a difference quotient multiplies by 1/h: where a sum is
    taken in another order the second time, an honest one differs in the tenth digit.
    """
    one, two = first.values, second.values
    if isinstance(one, dict) and isinstance(two, dict) and list(one) == list(two):
        one, two = tuple(one.values()), tuple(two.values())
    if not (isinstance(one, tuple) and isinstance(two, tuple) and len(one) == len(two)):
        return False
    return all(map(partial(_equal, exercise.tolerance), one, two))


def _equal(tolerance, one, two):
    if isinstance(one, Oddity) or isinstance(two, Oddity):
        return isinstance(one, Oddity) and isinstance(two, Oddity)
    return np.shape(one) == np.shape(two) and np.allclose(
        one, two, rtol=tolerance, atol=tolerance, equal_nan=True
    )
