"""Draw the cases of an exercise, call an answer on them, and judge the replies."""

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
    """Call an answer on random cases and judge the replies.

    Parameters
    ----------
    exercise_id
        For example "backward_propagation".
    answer
        The student's function.
    seed
        The seed of the random cases.

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
            under_judgement[:] = before  # even if the answer has changed it

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
    """Return the `Report` on an answer that is called through a function.

    Parameters
    ----------
    entry
        The exercise.
    call
        A function that takes a list of cases, each with the arguments of a call. It calls the
        answer on the first cases (one or more) and returns a `Reply` for each.
    look_closer
        A function that takes the arguments of a case, examines the answer and returns `Clues`.
    seed
        As for `evaluate`.
    """
    cases = _cases(entry, seed)
    wanted: list[Case] = [*cases, cases[0]]
    replies: list[Reply] = []
    while len(replies) < len(wanted):
        if replies and replies[-1].crash and replies[-1].crash.endless:
            replies.append(replies[-1])  # further calls would take as long
        else:
            replies += call(wanted[len(replies) :])
    return judge(entry, cases, replies, lambda: look_closer(cases[0]))


@lru_cache(maxsize=64)
def _cases(entry: Exercise, seed: int) -> list[Case]:
    rng = np.random.default_rng([seed, zlib.crc32(entry.id.encode())])
    small = EXAMPLES.get(entry.id, ())
    # The last case has the sizes of the first one, but different numbers. It exposes an answer that
    # caches its results by shape.
    return [Case(case) for case in (*entry.cases(rng), *small, next(iter(entry.cases(rng))))]
