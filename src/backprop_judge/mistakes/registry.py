"""The registries of mistakes: their messages and hints, and the values that identify them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from ..exercise import Exercise
from .parts import Part

# The code of a mistake, the codes of several, or codes with details.
Named = str | tuple[str, ...] | Part
# Mistakes and the values that they give instead of one right value.
Instead = list[tuple[Named, Any]]
# The same for each returned name.
WrongValues = Mapping[str, Sequence[tuple[Named, Any]]]
# A function of the cases, the returned name, and the received and the right value for each case.
Pattern = Callable[[Sequence[tuple], str, Sequence[np.ndarray], Sequence[np.ndarray]], Named | None]
Function = TypeVar("Function", bound=Callable)

CATALOGUE: dict[str, "Mistake"] = {}
WRONG_VALUES: dict[str, Callable[..., WrongValues]] = {}
ERROR_PATTERNS: dict[str, list[Pattern]] = {}
ANY_SHAPE: set[Pattern] = set()  # the patterns that accept values of a wrong shape as well
CONSEQUENCES: dict[str, Callable[..., Mapping[str, tuple[str, Any]]]] = {}
# The message and the hints by exercise and code.
OWN_WORDS: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}


@dataclass(frozen=True)
class Mistake:
    """One entry of the catalogue.

    Attributes
    ----------
    code
        The identifier of the mistake in findings and tests, "missing-bias".
    name
        A sentence that describes the mistake.
    message
        The message for the student. It may contain placeholders in braces for the details of a
        case.
    hints
        Up to three hints without code, from a question to the formula in words.
    """

    code: str
    name: str
    message: str
    hints: tuple[str, ...] = ()


def mistake(code: str, name: str, message: str, *hints: str) -> None:
    """Add one `Mistake` to the catalogue.

    Parameters
    ----------
    code, name, message, *hints
        See `Mistake`.

    Raises
    ------
    ValueError
        If the code is not a string or already exists.
    """
    if not isinstance(code, str) or code in CATALOGUE:
        raise ValueError(f"the code of a mistake must be a new string, not {code!r}")
    CATALOGUE[code] = Mistake(code, name, message, hints)


def own_words(exercise: Exercise, code: str, message: str, *hints: str) -> None:
    """Override the message of a mistake for one exercise.

    Parameters
    ----------
    exercise
        The exercise.
    code
        The mistake.
    message, hints
        The message and the hints instead of those in the catalogue. Without hints, none are shown.

    Raises
    ------
    ValueError
        If the exercise already overrides this message.
    """
    if (exercise.id, code) in OWN_WORDS:
        raise ValueError(f"{exercise.id} overrides the message of {code!r} twice")
    OWN_WORDS[exercise.id, code] = message, hints


def mistake_in(exercise: Exercise | None, code: str) -> Mistake:
    """Return a mistake with the message for an exercise, or with that of the catalogue.

    Parameters
    ----------
    exercise
        The exercise, or None for the message of the catalogue.
    code
        The mistake.

    Raises
    ------
    KeyError
        If no mistake has this code.
    """
    entry = CATALOGUE[code]
    if exercise is None or (exercise.id, code) not in OWN_WORDS:
        return entry
    message, hints = OWN_WORDS[exercise.id, code]
    return replace(entry, message=message, hints=hints)


def wrong_values(exercise: Exercise) -> Callable[[Function], Function]:
    """Register the decorated function, which returns the values that mistakes give.

    The function takes the specification of the exercise and the arguments of a case. For each
    returned name it returns a list of pairs: first the code of a mistake, a tuple of codes or a
    `Part`, then the value. For names without an entry, only the general forms are tried.

    Parameters
    ----------
    exercise
        The exercise.

    Returns
    -------
    Callable
        A decorator that returns the function.
    """

    def enter(function: Function) -> Function:
        WRONG_VALUES[exercise.id] = function
        return function

    return enter


def consequence(exercise: Exercise) -> Callable[[Function], Function]:
    """Register the decorated function, which computes values from other values of the same answer.

    The function takes the arguments of a case and the received values by name. For some of the
    returned names it returns the name of the value on which this one depends, and the value that
    follows from it.

    Parameters
    ----------
    exercise
        The exercise.

    Returns
    -------
    Callable
        A decorator that returns the function.
    """

    def enter(function: Function) -> Function:
        CONSEQUENCES[exercise.id] = function
        return function

    return enter


def error_pattern(*exercises: Exercise, any_shape: bool = False) -> Callable[[Function], Function]:
    """Register the decorated function, which identifies a mistake from the errors of the values.

    The values of some mistakes cannot be computed in advance: the error of a difference quotient
    depends on the step in the student's code. The function takes the cases, the returned name, and
    for each case the received and the right value, which have the same shape. It returns the codes
    of the mistakes, a `Part` with their details, or None.

    Parameters
    ----------
    *exercises
        The exercises; each may have several such functions.
    any_shape
        Whether the function accepts values of a wrong shape as well.

    Returns
    -------
    Callable
        A decorator that returns the function.
    """

    def enter(function: Function) -> Function:
        for exercise in exercises:
            ERROR_PATTERNS.setdefault(exercise.id, []).append(function)
        if any_shape:
            ANY_SHAPE.add(function)
        return function

    return enter
