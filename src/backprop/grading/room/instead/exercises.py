"""In the room's place of `backprop.exercises`: names, and stand-ins that work from afar."""

import builtins
import inspect

import numpy as np

from backprop.grading.exchange import packed_arguments, unpacked_result
from backprop.grading.room.asking import ask, handed

EXERCISES = {}


class StandInRefused(NotImplementedError):
    """A stand-in was called by an answer that has to do this work itself."""


class UnknownExercise(KeyError):
    """No exercise has this id; the message lists those that there are."""

    def __str__(self):
        known = ", ".join(EXERCISES)
        return f"there is no exercise {self.args[0]!r}; the exercises are: {known}"


class Exercise:
    """The public side of an exercise: its id, lesson, points and parameters, and a stand-in."""

    def __init__(self, id, lesson, points, parameters, manual):
        self.id, self.lesson, self.points, self.manual = id, lesson, points, manual
        self.parameters = tuple(parameters)
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self._signature = inspect.Signature(
            [inspect.Parameter(name, kind) for name in self.parameters]
        )

    def __call__(self, *arguments, **named):
        """Stand in for the student's function; the work is done outside of the room."""
        if self.manual:
            raise TypeError(f"{self.id} is marked by a person; it has no stand-in")
        given = self._signature.bind(*arguments, **named).args
        told = ask("stand_in", exercise=self.id, arguments=[_sendable(one) for one in given])
        if "refused" in told:
            raise StandInRefused(told["refused"])
        if "error" in told:
            kind = getattr(builtins, told["error"], RuntimeError)
            raise (kind if issubclass(kind, Exception) else RuntimeError)(told["message"])
        return unpacked_result(told["result"])


def _sendable(argument):
    if callable(argument):
        return {"function": handed(argument)}
    if isinstance(argument, np.random.Generator):
        # The stand-in draws elsewhere, which would leave this generator where it is: it gets
        # the next number of this one as a seed.
        argument = argument.integers(2**32, size=1)
    elif argument is not None and not isinstance(argument, (np.ndarray, np.generic, int, float)):
        argument = np.asarray(argument)
    return packed_arguments([argument])[0]


def enter(several):
    """Enter the exercises of the course, given as dicts of plain data."""
    EXERCISES.clear()
    for one in several:
        EXERCISES[one["id"]] = Exercise(**one)


def find(exercise_id):
    """Return the exercise with this id, or raise `UnknownExercise`."""
    if not isinstance(exercise_id, str) or exercise_id not in EXERCISES:
        raise UnknownExercise(exercise_id)
    return EXERCISES[exercise_id]
