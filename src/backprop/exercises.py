"""The exercises as a notebook sees them, and access to the judge, which evaluates answers.

The judge is a separate package. It is not available in the sandbox, where student code runs during
grading: there another process judges the answers, and `use_judge` sets the client that calls it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

from .report import Report


class UnknownExercise(KeyError):
    """Raised for an unknown exercise id; the message lists the known ids."""

    def __str__(self) -> str:
        known = ", ".join(EXERCISES)
        return f"there is no exercise {self.args[0]!r}; the exercises are: {known}"


class MarkedByPerson(TypeError):
    """Raised for an exercise that is marked by a person and so has no function to call."""


class StandInRefused(NotImplementedError):
    """Raised when an answer calls a stand-in for work that it has to do itself."""


@dataclass(frozen=True, eq=False)
class Exercise:
    """The public description of one exercise. An instance can be called instead of the answer.

    Attributes
    ----------
    id
        The name of the student's function and of the cell that holds it.
    lesson
        The folder of the lesson it belongs to, "03_backward_pass".
    points
        The points for a correct answer.
    parameters
        The names of the arguments, in order.
    manual
        Whether a person marks the exercise; then there is nothing to call.
    """

    id: str
    lesson: str
    points: float
    parameters: tuple[str, ...] = ()
    manual: bool = False

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Return what the student's function should return, computed more slowly."""
        if self.manual:
            raise TypeError(f"{self.id} is marked by a person; it has no stand-in")
        return self._stand_in(*arguments, **named)

    def _stand_in(self, *arguments: Any, **named: Any) -> Any:
        raise NotImplementedError


class Judge(Protocol):
    """An object that judges answers: the package `backprop_judge`, or a client of the judge."""

    @property
    def EXERCISES(self) -> Mapping[str, Exercise]:
        """Every exercise by its id."""

    def evaluate(self, exercise_id: str, answer: object, seed: int = 0) -> Report:
        """Call an answer on random cases and return the `Report`."""


# The judge is a plug-in that is loaded by name, so that the sandbox can run without it.
JUDGE = "backprop_judge"

_judge: Judge | None = None


def use_judge(judge: Judge) -> None:
    """Set the judge that evaluates answers from now on.

    Parameters
    ----------
    judge
        In the sandbox, the client of the process that judges.
    """
    global _judge
    _judge = judge


def is_being_graded() -> bool:
    """Return whether this notebook is being graded, that is, whether another process judges."""
    return _judge is not None and not hasattr(_judge, "__path__")


def _the_judge() -> Judge:
    global _judge
    if _judge is None:
        _judge = cast(Judge, import_module(JUDGE))
    return _judge


class _Exercises(Mapping[str, Exercise]):
    def __getitem__(self, exercise_id: str) -> Exercise:
        return _the_judge().EXERCISES[exercise_id]

    def __iter__(self) -> Iterator[str]:
        return iter(_the_judge().EXERCISES)

    def __len__(self) -> int:
        return len(_the_judge().EXERCISES)


# Every exercise by its id, in the order of the course.
EXERCISES: Mapping[str, Exercise] = _Exercises()


def find(exercise_id: str) -> Exercise:
    """Return the exercise with this id.

    Raises
    ------
    UnknownExercise
        If there is none; the message lists the known ids.
    """
    if not isinstance(exercise_id, str) or exercise_id not in EXERCISES:
        raise UnknownExercise(exercise_id)
    return EXERCISES[exercise_id]


def no_stand_in(*functions: object) -> bool:
    """Return whether none of these functions is a stand-in (stand-ins are slow)."""
    return not any(isinstance(function, Exercise) for function in functions)


def evaluate(exercise_id: str, answer: object, seed: int = 0) -> Report:
    """Call an answer on random cases and report what is right and what is wrong.

    Parameters
    ----------
    exercise_id
        For example "backward_propagation".
    answer
        The student's function.
    seed
        The seed of the random cases. The same seed gives the same cases, so that repeated checks
        agree.

    Returns
    -------
    Report
        What is right and what is wrong, and the points.

    Raises
    ------
    UnknownExercise
        If there is no such exercise; the message lists the known ids.
    MarkedByPerson
        If a person marks the exercise, so that there is nothing to call.
    """
    if find(exercise_id).manual:
        raise MarkedByPerson(f"{exercise_id} is marked by a person; there is nothing to call")
    return _the_judge().evaluate(exercise_id, answer, seed)
