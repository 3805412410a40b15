"""Where mistakes are entered: their names and hints, and the numbers that prove them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from ..exercise import Exercise
from .parts import Part

# The code of a mistake, the codes of several, or these with their details.
Named = str | tuple[str, ...] | Part
# What may stand for one value: mistakes, and the values that they give.
Instead = list[tuple[Named, Any]]
# The same for each returned name.
WrongValues = Mapping[str, Sequence[tuple[Named, Any]]]
# Takes the cases, the returned name, and for each case the received and the right value.
Pattern = Callable[[Sequence[tuple], str, Sequence[np.ndarray], Sequence[np.ndarray]], Named | None]
Function = TypeVar("Function", bound=Callable)

CATALOGUE: dict[str, "Mistake"] = {}
WRONG_VALUES: dict[str, Callable[..., WrongValues]] = {}
ERROR_PATTERNS: dict[str, list[Pattern]] = {}
ANY_SHAPE: set[Pattern] = set()  # those that take values of a wrong shape as well
CONSEQUENCES: dict[str, Callable[..., Mapping[str, tuple[str, Any]]]] = {}
# For an exercise and a code: the message and the hints.
OWN_WORDS: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}


@dataclass(frozen=True)
class Mistake:
    """One entry of the catalogue.

    Attributes
    ----------
    code
        The name by which findings and tests refer to it, "missing-bias".
    name
        What people do, as a sentence.
    message
        What was seen in the numbers. It may hold places in braces, filled in from the details
        of a case.
    hints
        Up to three, from a question to the formula in words; none holds code.
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
        If the code is in use already, or no text.
    """
    if not isinstance(code, str) or code in CATALOGUE:
        raise ValueError(f"the code of a mistake is a text that is not yet in use, not {code!r}")
    CATALOGUE[code] = Mistake(code, name, message, hints)


def own_words(exercise: Exercise, code: str, message: str, *hints: str) -> None:
    """Give a mistake of the catalogue another message in one exercise.

    Parameters
    ----------
    exercise
        The exercise.
    code
        The mistake.
    message, hints
        In place of those in the catalogue; without hints none are shown.

    Raises
    ------
    ValueError
        If the exercise has words of its own for it already.
    """
    if (exercise.id, code) in OWN_WORDS:
        raise ValueError(f"{exercise.id} has two messages of its own for {code!r}")
    OWN_WORDS[exercise.id, code] = message, hints


def mistake_in(exercise: Exercise | None, code: str) -> Mistake:
    """Return a mistake in the words of an exercise, or else in those of the catalogue.

    Parameters
    ----------
    exercise
        The exercise, or None for the words of the catalogue.
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
    """Enter the decorated function: it says which values the mistakes of an exercise give.

    The function takes the specification of the exercise and the arguments of a case. It returns
    for each returned name a list of pairs: the code of a mistake, a tuple of codes or a `Part`,
    and the value. Where a name has no entry, only the forms that any value can take are tried.

    Parameters
    ----------
    exercise
        The exercise.

    Returns
    -------
    Callable
        Takes the function and returns it.
    """

    def enter(function: Function) -> Function:
        WRONG_VALUES[exercise.id] = function
        return function

    return enter


def consequence(exercise: Exercise) -> Callable[[Function], Function]:
    """Enter the decorated function: it says what is right for other values of the same answer.

    The function takes the arguments of a case and the received values by name. It returns for some
    of the returned names the name of the value that it is computed from, and its right value.

    Parameters
    ----------
    exercise
        The exercise.

    Returns
    -------
    Callable
        Takes the function and returns it.
    """

    def enter(function: Function) -> Function:
        CONSEQUENCES[exercise.id] = function
        return function

    return enter


def error_pattern(*exercises: Exercise, any_shape: bool = False) -> Callable[[Function], Function]:
    """Enter the decorated function: it finds a mistake in the errors of the values.

    Some mistakes give values that are not known beforehand: the error of a difference
    quotient depends on a step that only the student knows. The function takes the cases,
    the returned name, and for each case the received and the right value, both of one shape. It
    returns the codes of the mistakes, or a `Part` with their details, or None.

    Parameters
    ----------
    *exercises
        The exercises; each may have several such functions.
    any_shape
        Whether the function gets values of a wrong shape as well.

    Returns
    -------
    Callable
        Takes the function and returns it.
    """

    def enter(function: Function) -> Function:
        for exercise in exercises:
            ERROR_PATTERNS.setdefault(exercise.id, []).append(function)
        if any_shape:
            ANY_SHAPE.add(function)
        return function

    return enter
