"""The exercises of the course; each is defined by a decorated specification.

A specification computes the expected return values from the arguments of an answer. It is slow and
computes derivatives numerically, so it does not show how a student should compute them. In a
notebook it also serves as a stand-in for a function that the student has not finished.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import numpy as np

from backprop import exercises
from backprop.differentiate import withheld
from backprop.exercises import StandInRefused
from backprop.report import Row

EXERCISES: dict[str, "Exercise"] = {}

Number = float | np.ndarray  # numpy returns some numbers as zero-dimensional arrays
Values = Mapping[str, Any]  # the values that an answer returned, by name
Truth = Mapping[str, np.ndarray]  # the expected values, by name
Draw = Callable[[np.random.Generator], Iterable[tuple]]  # draws the arguments of calls

# The exercise whose answer is currently being called, if any. Until it returns, only the stand-ins
# in its `may_use` can be called.
under_judgement: list["Exercise"] = []

Drawn = TypeVar("Drawn")
MOST_DRAWS = 10_000  # draws for one case; usually a few are enough


@dataclass(frozen=True)
class Fault:
    """A mistake that the properties of an answer reveal.

    Attributes
    ----------
    code
        The code of the mistake in the catalogue.
    where
        The returned value that is wrong, or "" for the whole answer.
    details
        The values of the placeholders in the message of the mistake.
    """

    code: str
    where: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


def _marked_by_a_person(*_: Any) -> NoReturn:
    raise TypeError("an exercise that a person marks has no cases and no specification")


@dataclass(frozen=True, eq=False)
class Exercise(exercises.Exercise):
    """One exercise with its judging data; see also `backprop.exercises.Exercise`.

    Attributes
    ----------
    returns
        The returned values: each name with a description of the shape.
    order
        The names of `returns` in the order in which mistakes propagate.
    form
        The form of the return value: "values" (one, or several in a tuple or list), "dict" (by
        name); or any number of values under one name: "list" (arrays with one axis), "arrays" (with
        any number of axes), "pairs" (of such arrays) or "members" (any objects, which the
        properties examine).
    cases
        A function that draws the arguments of the calls.
    specification
        A function that computes the expected values from these arguments.
    trial
        For exercises with many right answers: a function that takes the returned values and returns
        a message or a `Fault` for each name whose value is wrong.
    properties
        For exercises with many right answers to each case: a function that takes the cases and the
        received values of each, by name, and returns a list of `Fault` objects and the rows of the
        report.
    shared
        Whether each right row that the properties return earns a part of the points.
    where_it_runs
        For an answer that raises in some cases: a function that takes the other cases and their
        received values, by name, and returns a `Fault` that explains the exceptions, or None.
    anything
        Whether the trial accepts values of any kind: numbers, strings and tuples of numbers.
    sheet
        Whether the trial takes one number per name, some of which may still be None.
    picks
        The number of names of `returns` that a dict must contain, or 0 for all of them.
    tolerance
        The largest accepted error, relative to the largest entry of an array.
    absolute
        An absolute error that is accepted for entries of any size.
    quiet
        Whether a warning of numpy counts as a mistake.
    seconds
        The time limit of one call, if it is longer than the default.
    light
        Whether the cost of the specification is linear in the size of its arguments, so that it can
        stand in for large ones as well.
    may_use
        The ids of exercises whose stand-ins an answer may call.
    xor, equal_sizes, steep
        The index of the case with the sizes of XOR, of the case in which all sizes are equal, and
        of the case whose activations are close to 0 and 1; None if there is none.
    """

    returns: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    form: str = "values"
    cases: Draw = _marked_by_a_person
    specification: Callable[..., Any] = _marked_by_a_person
    trial: Callable[[Values], Mapping[str, str | Fault]] | None = None
    properties: (
        Callable[[Sequence[tuple], Sequence[Values]], tuple[list[Fault], list[Row]]] | None
    ) = None
    shared: bool = False
    where_it_runs: Callable[[Sequence[tuple], Sequence[Values]], Fault | None] | None = None
    anything: bool = False
    sheet: bool = False
    picks: int = 0
    tolerance: float = 4e-7
    absolute: float = 1e-11  # smaller than any real error
    quiet: bool = False
    seconds: float = 0
    light: bool = False
    may_use: frozenset[str] = frozenset()
    xor: int | None = None
    equal_sizes: int | None = None
    steep: int | None = None

    def _stand_in(self, *arguments: Any, **named: Any) -> Any:
        return self.specification(*arguments, **named)


class Case(tuple):
    """The arguments of one call; equal only to itself, so that it can be used as a cache key."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def exercise(
    lesson: str,
    points: float,
    returns: Mapping[str, str],
    cases: Draw,
    **details: Any,
) -> Callable[[Callable], Exercise]:
    """Convert the decorated specification to an exercise with the name of the function.

    Parameters
    ----------
    lesson
        The folder of the lesson, "03_backward_pass".
    points
        The points for a correct answer.
    returns, cases, **details
        See `Exercise`.

    Returns
    -------
    Callable
        A decorator that registers the exercise and returns it.

    Raises
    ------
    ValueError
        If another exercise has this name, or if the points are not positive.
    """

    def register(specification: Callable) -> Exercise:
        parameters = tuple(inspect.signature(specification).parameters)
        entry = Exercise(
            id=specification.__name__,
            lesson=lesson,
            points=float(points),
            parameters=parameters,
            returns=returns,
            order=details.pop("order", tuple(returns)),
            cases=cases,
            specification=_guarded(specification),
            **details,
        )
        return _add(entry)

    return register


def _guarded(specification: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a specification, so that an answer that is being judged cannot call it."""
    id = specification.__name__

    def guarded(*arguments: Any, **named: Any) -> Any:
        if under_judgement and id not in under_judgement[-1].may_use:
            raise StandInRefused(
                f"the stand-in for {id} computes values for the lesson only; it is not an answer "
                f"to {under_judgement[-1].id}"
            )
        with withheld(False):  # an answer may call the stand-in for another exercise
            return specification(*arguments, **named)

    guarded.__name__, guarded.__doc__ = id, specification.__doc__
    return guarded


def drawn_until(telling: Callable[[Drawn], bool], draw: Callable[[], Drawn]) -> Drawn:
    """Draw until a condition is true, and return the last draw.

    Cases are random. If a case hid a mistake, or if rounding errors in it were as large as the
    effect of a mistake, the points would depend on chance.

    Parameters
    ----------
    telling
        A function that returns whether a draw can be used.
    draw
        A function without arguments that draws.

    Raises
    ------
    RuntimeError
        If the condition is not true in any of `MOST_DRAWS` draws.
    """
    for _ in range(MOST_DRAWS):
        drawn = draw()
        if telling(drawn):
            return drawn
    raise RuntimeError(f"no draw of {draw} satisfies {telling} in {MOST_DRAWS:,} attempts")


def manual_exercise(id: str, lesson: str, points: float) -> Exercise:
    """Register an exercise that a person marks.

    Parameters
    ----------
    id, lesson, points
        See `Exercise`.

    Raises
    ------
    ValueError
        If another exercise has this id, or if the points are not positive.
    """
    return _add(Exercise(id=id, lesson=lesson, points=float(points), manual=True))


def _add(entry: Exercise) -> Exercise:
    if entry.id in EXERCISES:
        raise ValueError(f"two exercises are called {entry.id!r}; rename one of them")
    if not entry.points > 0:
        raise ValueError(f"the points of {entry.id} must be positive, not {entry.points:g}")
    EXERCISES[entry.id] = entry
    return entry
