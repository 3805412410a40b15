"""The exercises of the course: each is made of one decorated specification.

A specification computes what the answer must return, from the arguments the answer
gets. It is slow and takes its derivatives numerically, so it gives the truth without
showing how a student should compute it. It also serves in a notebook as a stand-in
for a function that the student has not finished.
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

Number = float | np.ndarray  # numpy gives some numbers as arrays without an axis
Values = Mapping[str, Any]  # by name: what an answer returned
Truth = Mapping[str, np.ndarray]  # by name: what it must return
Draw = Callable[[np.random.Generator], Iterable[tuple]]  # draws the arguments of calls

# The exercise whose answer is being called at this moment, if any. Meanwhile stand-ins compute
# only if its `may_use` names them.
under_judgement: list["Exercise"] = []

Drawn = TypeVar("Drawn")
MOST_DRAWS = 10_000  # of one case; a few are enough


@dataclass(frozen=True)
class Fault:
    """What the properties of an answer show to be wrong.

    Attributes
    ----------
    code
        The name of the mistake in the catalogue.
    where
        What it is about: a returned value, or "" for the whole answer.
    details
        What fills the places in the message of the mistake.
    """

    code: str
    where: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


def _marked_by_a_person(*_: Any) -> NoReturn:
    raise TypeError("an exercise that a person marks has no cases and no specification")


@dataclass(frozen=True, eq=False)
class Exercise(exercises.Exercise):
    """One exercise, with all that the judge knows of it; see also `backprop.exercises.Exercise`.

    Attributes
    ----------
    returns
        What comes back: each name with its shape in words.
    order
        The names of `returns` in the order in which mistakes arise.
    form
        How the values come back: "values" (one, or several in a tuple or list), "dict" (by
        name); or any number of them under one name: "list" (arrays with one axis), "arrays" (with
        any number of axes), "pairs" (of such arrays) or "members" (whatever they are: the
        properties look at them).
    cases
        Draws the arguments that an answer is called with.
    specification
        Computes the expected values from those arguments.
    trial
        For exercises with many right answers. Takes the returned values and returns a message for
        each name whose value is wrong, or a `Fault`.
    properties
        For exercises with many right answers to each case. Takes the cases and the received values
        of each, by name, and returns a list of `Fault`s and the rows of the report.
    shared
        Whether each right row that the properties return earns its share of the points.
    where_it_runs
        For an answer that raises in some cases: takes the cases in which it does not and what it
        returns there, by name, and returns a `Fault` that explains that, or None.
    anything
        Whether a trial says itself which kinds of value it takes: it is given numbers, texts,
        and tuples of numbers.
    sheet
        Whether a trial takes one number a name, of which some may still be None.
    picks
        How many of the names of `returns` a dict must hold, or 0 for all of them.
    tolerance
        Largest accepted error, relative to the largest entry of an array.
    absolute
        An absolute error that is accepted whatever the size of the entries.
    quiet
        Whether a warning of numpy counts as a mistake.
    seconds
        How long one call of an answer may take, where that is more than usual.
    light
        Whether its specification takes no more work than there are numbers in its arguments,
        so that it can stand in for large ones as well.
    may_use
        The ids of exercises whose stand-ins an answer may call.
    xor, equal_sizes, steep
        The places of the cases, if any, that have the sizes of XOR, of the one in which all sizes
        are the same, and of the one whose activations come near to 0 and 1.
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
    """The arguments of one call; equal only to itself, so that what follows from it is kept."""

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
    """Turn the decorated specification into the exercise of its name.

    Parameters
    ----------
    lesson
        The folder of the lesson, "03_backward_pass".
    points
        What a right answer earns.
    returns, cases, **details
        See `Exercise`.

    Returns
    -------
    Callable
        Takes the specification, enters the exercise and returns it.

    Raises
    ------
    ValueError
        If another exercise has this name, or it gives no points.
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
    """Refuse to compute a specification instead of an answer that is being judged."""
    id = specification.__name__

    def guarded(*arguments: Any, **named: Any) -> Any:
        if under_judgement and id not in under_judgement[-1].may_use:
            raise StandInRefused(
                f"the stand-in for {id} computes values for the lesson only; it is not an answer "
                f"to {under_judgement[-1].id}"
            )
        with withheld(False):  # an answer may call what stands in for another exercise
            return specification(*arguments, **named)

    guarded.__name__, guarded.__doc__ = id, specification.__doc__
    return guarded


def drawn_until(telling: Callable[[Drawn], bool], draw: Callable[[], Drawn]) -> Drawn:
    """Draw until a condition holds, and return what was drawn.

    Cases are drawn anew for every submission. If one happened to hide a slip, or if rounding
    weighed as much as a slip in it, the points would depend on chance.

    Parameters
    ----------
    telling
        Takes what was drawn and says whether it can be used.
    draw
        Takes nothing and draws.

    Raises
    ------
    RuntimeError
        If nothing telling comes in `MOST_DRAWS` attempts.
    """
    for _ in range(MOST_DRAWS):
        drawn = draw()
        if telling(drawn):
            return drawn
    raise RuntimeError(f"{telling} wants what {draw} does not give, in {MOST_DRAWS:,} attempts")


def manual_exercise(id: str, lesson: str, points: float) -> Exercise:
    """Enter an exercise that a person marks.

    Parameters
    ----------
    id, lesson, points
        See `Exercise`.

    Raises
    ------
    ValueError
        If another exercise has this id, or it gives no points.
    """
    return _add(Exercise(id=id, lesson=lesson, points=float(points), manual=True))


def _add(entry: Exercise) -> Exercise:
    if entry.id in EXERCISES:
        raise ValueError(f"two exercises are called {entry.id!r}; give one another name")
    if not entry.points > 0:
        raise ValueError(f"{entry.id} gives {entry.points:g} points; expected are more than 0")
    EXERCISES[entry.id] = entry
    return entry
