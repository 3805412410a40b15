"""The client of the judge in the sandbox: answers and stand-ins are handled in another process."""

import builtins
import inspect
from collections.abc import Iterable
from typing import Any

import numpy as np

from .. import exercises
from ..exercises import StandInRefused
from ..report import Report
from .client import ask, handed, was_judged
from .messages import packed_arguments, unpacked_report, unpacked_result
from .nodes import nodes_sent


class Exercise(exercises.Exercise):
    """The public description of an exercise, whose stand-in runs in another process."""

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
        # The stand-in draws in another process, which does not advance this generator. So it gets
        # the next number of this generator as a seed.
        argument = argument.integers(2**32, size=1)
    return packed_arguments([_plain(argument)])[0]


def _plain(argument: Any) -> Any:
    """Return an argument as a number, string or array, or as nested lists of these."""
    if nodes_sent(argument):
        return argument
    if argument is None or isinstance(argument, (np.ndarray, np.generic, int, float, str)):
        return argument
    return _as_lists(argument) if _holds_arrays(argument) else np.asarray(argument)


def _holds_arrays(argument: Any) -> bool:
    if not isinstance(argument, (list, tuple)):
        return False
    return any(isinstance(one, (np.ndarray, str)) or _holds_arrays(one) for one in argument)


def _as_lists(argument: list[Any] | tuple[Any, ...]) -> list[Any] | tuple[Any, ...]:
    kind = list if isinstance(argument, list) else tuple
    return kind(_as_lists(one) if _holds_arrays(one) else _plain(one) for one in argument)


class RemoteJudge:
    """A judge that forwards all requests to the judging process.

    Parameters
    ----------
    several
        The public descriptions of the exercises, each as a dict.

    Attributes
    ----------
    EXERCISES
        Every exercise by its id.
    """

    def __init__(self, several: Iterable[dict[str, Any]]) -> None:
        self.EXERCISES = {one["id"]: Exercise(**one) for one in several}

    def evaluate(self, exercise_id: str, answer: Any, seed: int = 0) -> Report:
        """Have an answer judged; the seed is always that of a notebook's own checks."""
        judged = was_judged(exercise_id, answer)
        told = ask("evaluate", exercise=exercise_id, answer=handed(answer), judged=judged)
        return unpacked_report(told["report"])
