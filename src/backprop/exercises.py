"""The exercises as a notebook sees them, and the judge, which knows what each must return.

The judge is a package of its own. In the sandbox, where student code runs while a class is
graded, that package is not there: another process judges, and `use_judge` says how it is asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

from .report import Report


class UnknownExercise(KeyError):
    """Raised for an id that no exercise has; the message lists those that there are."""

    def __str__(self) -> str:
        known = ", ".join(EXERCISES)
        return f"there is no exercise {self.args[0]!r}; the exercises are: {known}"


class MarkedByPerson(TypeError):
    """Raised where an exercise has no function to call, since a person marks it."""


class StandInRefused(NotImplementedError):
    """A stand-in was called by an answer that has to do this work itself."""


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise, as far as everybody may know it. Called, it stands in for the answer.

    Attributes
    ----------
    id
        The name of the student's function and of the cell that holds it.
    lesson
        The folder of the lesson it belongs to, "03_backward_pass".
    points
        What a right answer earns.
    parameters
        The names of the arguments, in order.
    manual
        Whether a person marks it; then there is nothing to call.
    """

    id: str
    lesson: str
    points: float
    parameters: tuple[str, ...] = ()
    manual: bool = False

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Do the work of the student's function, more slowly."""
        if self.manual:
            raise TypeError(f"{self.id} is marked by a person; it has no stand-in")
        return self._stand_in(*arguments, **named)

    def _stand_in(self, *arguments: Any, **named: Any) -> Any:
        raise NotImplementedError


class Judge(Protocol):
    """What judges answers: the package `backprop_judge`, or what asks another process."""

    @property
    def EXERCISES(self) -> Mapping[str, Exercise]:
        """Every exercise by its id."""

    def evaluate(self, exercise_id: str, answer: object, seed: int = 0) -> Report:
        """Call an answer on random cases and return the `Report`."""


# The package that knows the truth is a plug-in, found by its name: nothing here imports it.
JUDGE = "backprop_judge"

_judge: Judge | None = None


def use_judge(judge: Judge) -> None:
    """Have answers judged by this judge from now on.

    Parameters
    ----------
    judge
        In the sandbox, what asks the process that judges.
    """
    global _judge
    _judge = judge


def is_being_graded() -> bool:
    """Whether another process judges: this notebook runs because it was handed in."""
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
    """Return whether none of these functions is a stand-in, which would be slow."""
    return not any(isinstance(function, Exercise) for function in functions)


def evaluate(exercise_id: str, answer: object, seed: int = 0) -> Report:
    """Call an answer on random cases.

    Parameters
    ----------
    exercise_id
        For example "backward_propagation".
    answer
        The student's function.
    seed
        Cases are the same for the same seed, so that a check run twice says the same thing twice.

    Returns
    -------
    Report
        What is right and what is wrong, and the points.

    Raises
    ------
    UnknownExercise
        If there is no such exercise; the message lists the known ids.
    MarkedByPerson
        If there is nothing to call.
    """
    if find(exercise_id).manual:
        raise MarkedByPerson(f"{exercise_id} is marked by a person; there is nothing to call")
    return _the_judge().evaluate(exercise_id, answer, seed)
