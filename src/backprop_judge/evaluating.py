"""Draws the cases of an exercise, has an answer called on them, and has the replies judged."""

import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TypeVar

import numpy as np

from backprop.calling import Reply, call
from backprop.report import Report
from backprop.second_look import Clues, look_closer

from .exercise import Case, Exercise, under_judgement
from .judging import judge
from .lessons import EXERCISES
from .worked import EXAMPLES

Seen = TypeVar("Seen")


def evaluate(exercise_id: str, answer: object, seed: int = 0) -> Report:
    """Call an answer on random cases.

    Parameters
    ----------
    exercise_id
        For example "backward_propagation".
    answer
        The student's function.
    seed
        Cases are the same for the same seed.

    Returns
    -------
    Report
        What is right and what is wrong, and the points.

    Raises
    ------
    KeyError
        If there is no such exercise.
    """
    entry = EXERCISES[exercise_id]

    def observed(look: Callable[..., Seen], case: tuple) -> Seen:
        before = list(under_judgement)
        under_judgement.append(entry)
        try:
            return look(answer, entry.parameters, case)
        finally:
            under_judgement[:] = before  # whatever the answer did to it

    return examine(
        entry,
        lambda cases: [observed(partial(call, seconds=entry.seconds, quiet=entry.quiet), cases[0])],
        lambda case: observed(look_closer, case),
        seed,
    )


def examine(
    entry: Exercise,
    call: Callable[[Sequence[tuple]], Sequence[Reply]],
    look_closer: Callable[[tuple], Clues],
    seed: int = 0,
) -> Report:
    """Return the `Report` on an answer that is called by other means.

    Parameters
    ----------
    entry
        The exercise.
    call
        Takes a list of cases, each the arguments of a call, calls the answer on the first of
        them, on as many as it likes, and returns a `Reply` for each.
    look_closer
        Takes the arguments of a case, has a second look and returns `Clues`.
    seed
        As for `evaluate`.
    """
    cases = _cases(entry, seed)
    wanted: list[Case] = [*cases, cases[0]]
    replies: list[Reply] = []
    while len(replies) < len(wanted):
        if replies and replies[-1].crash and replies[-1].crash.endless:
            replies.append(replies[-1])  # it would take as long again
        else:
            replies += call(wanted[len(replies) :])
    return judge(entry, cases, replies, lambda: look_closer(cases[0]))


@lru_cache(maxsize=64)
def _cases(entry: Exercise, seed: int) -> list[Case]:
    rng = np.random.default_rng([seed, zlib.crc32(entry.id.encode())])
    small = EXAMPLES.get(entry.id, ())
    # The last case has the sizes of the first and other numbers. It exposes an answer that
    # remembers its results by their shape.
    return [Case(case) for case in (*entry.cases(rng), *small, next(iter(entry.cases(rng))))]
