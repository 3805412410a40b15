"""Stands for the judge in the sandbox: has answers judged and stand-ins work in another process."""

import builtins
import inspect
from collections.abc import Iterable
from typing import Any

import numpy as np

from .. import exercises
from ..exercises import StandInRefused
from ..report import Report
from .client import ask, handed, was_judged
from .messages import nodes_sent, packed_arguments, unpacked_report, unpacked_result


class Exercise(exercises.Exercise):
    """The public side of an exercise; what it stands in for is computed in another process."""

    def _stand_in(self, *arguments: Any, **named: Any) -> Any:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        signature = inspect.Signature([inspect.Parameter(name, kind) for name in self.parameters])
        given = signature.bind(*arguments, **named).args
        told = ask("stand_in", exercise=self.id, arguments=[_sendable(one) for one in given])
        if "refused" in told:
            raise StandInRefused(told["refused"])
        if "error" in told:
            kind = getattr(builtins, told["error"], RuntimeError)
            raise (kind if issubclass(kind, Exception) else RuntimeError)(told["message"])
        return unpacked_result(told["result"], [node for one in given for node in nodes_sent(one)])


def _sendable(argument: Any) -> Any:
    if callable(argument):
        return {"function": handed(argument)}
    if isinstance(argument, np.random.Generator):
        # The stand-in draws elsewhere, which would leave this generator where it is: it gets
        # the next number of this one as a seed.
        argument = argument.integers(2**32, size=1)
    elif nodes_sent(argument) or isinstance(argument, str):
        pass
    elif isinstance(argument, (list, tuple)):
        return {type(argument).__name__: [_sendable(one) for one in argument]}
    elif argument is not None and not isinstance(argument, (np.ndarray, np.generic, int, float)):
        argument = np.asarray(argument)
    return packed_arguments([argument])[0]


class RemoteJudge:
    """Asks the process that knows the truth.

    Parameters
    ----------
    several
        The exercises of the course, each as a dict of what everybody may know.

    Attributes
    ----------
    EXERCISES
        Every exercise by its id.
    """

    def __init__(self, several: Iterable[dict[str, Any]]) -> None:
        self.EXERCISES = {one["id"]: Exercise(**one) for one in several}

    def evaluate(self, exercise_id: str, answer: Any, seed: int = 0) -> Report:
        """Have an answer judged, always with the seed of a notebook's own checks."""
        judged = was_judged(exercise_id, answer)
        told = ask("evaluate", exercise=exercise_id, answer=handed(answer), judged=judged)
        return unpacked_report(told["report"])
