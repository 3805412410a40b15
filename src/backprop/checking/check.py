"""Checks an answer: draws cases, calls the answer, judges what came back."""

import zlib

import numpy as np
from IPython import get_ipython
from IPython.display import display

from ..exercises import EXERCISES, UnknownExercise, find, under_judgement
from ..report import Note, Report
from .calling import call, look_closer
from .judging import judge


class MarkedByPerson(TypeError):
    """This exercise has no function to call."""


def evaluate(exercise_id, answer, seed=0):
    """Call an answer on random cases and return the `Report`.

    exercise_id -- for example "backward_propagation".
    answer -- the student's function.
    seed -- cases are the same for the same seed, so that a check run twice says the
        same thing twice.

    Raises `UnknownExercise`, a KeyError that lists the known ids, if there is no such
    exercise, and `MarkedByPerson` if there is nothing to call.
    """
    entry = find(exercise_id)
    if entry.manual:
        raise MarkedByPerson(f"{exercise_id} is marked by a person; there is nothing to call")
    rng = np.random.default_rng([seed, zlib.crc32(exercise_id.encode())])
    # At the end the sizes of the first case once more, with other numbers: an answer that
    # remembers its results by their shape gives itself away.
    cases = [*entry.cases(rng), next(iter(entry.cases(rng)))]

    def observed(look, case):
        before = list(under_judgement)
        under_judgement.append(entry)
        try:
            return look(answer, entry.parameters, case)
        finally:
            under_judgement[:] = before  # whatever the answer did to it

    replies = []
    for case in [*cases, cases[0]]:
        if replies and replies[-1].crash and replies[-1].crash.endless:
            replies.append(replies[-1])  # it would take as long again
        else:
            replies.append(observed(call, case))
    return judge(entry, cases, replies, lambda: observed(look_closer, cases[0]))


def check(exercise_id, answer) -> float:
    """Show the `Report` on an answer and return the points it earns, a plain float.

    It never raises: an exercise that cannot be checked is explained and earns 0.0.
    """
    try:
        report = evaluate(exercise_id, answer)
    except (UnknownExercise, MarkedByPerson) as error:
        show(Note(str(error)))
        return 0.0
    except Exception as error:  # a fault of the course, which a student must not have to read
        show(
            Note(
                f"The check of {exercise_id} could not finish ({type(error).__name__}: {error}). "
                "This is a fault of the course, not of your answer: please tell your instructor."
            )
        )
        return 0.0
    show(report)
    return report.earned


def or_stand_in(exercise_id, answer):
    """Return the answer if it is right, else a slow numerical stand-in; say which."""
    entry = find(exercise_id)
    if answer is entry:
        return entry
    report = evaluate(exercise_id, answer)
    if report.passed:
        return answer
    first = report.findings[0]
    about = f"{first.where}: " if first.where else ""
    state = "not finished" if report.to_do else f"not right yet ({about}{first.message})"
    show(
        Note(
            f"Your own `{exercise_id}` is {state}, so a slow numerical stand-in does its work "
            "below. Everything that follows still runs."
        )
    )
    return entry


class Undefined:
    """Stands for a function in a notebook until the cell that defines it has been run."""

    def __init__(self, exercise_id):
        self.exercise_id = exercise_id

    def __call__(self, *arguments, **named):
        raise NotImplementedError(
            f"there is no `{self.exercise_id}` yet: run the cell that defines it, and if that shows "
            "an error, mend it first"
        )


def expect_answers(namespace):
    """Let every exercise have something to check, also where its cell did not run.

    namespace -- the variables of a notebook; those that it has are left as they are.
    """
    for exercise_id in EXERCISES:
        namespace.setdefault(exercise_id, Undefined(exercise_id))


def show(report: Report | Note):
    """Show a report where the reader is: as a card in a notebook, as text elsewhere."""
    if get_ipython() is None:
        print(report)
    else:
        display(report)
