"""Where mistakes are entered: their names and hints, and the numbers that prove them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ..exercise import Exercise

# For each returned name: the code of a mistake, or of several, and the value that these give.
WrongValues = Mapping[str, Sequence[tuple[str | tuple[str, ...], object]]]
# Takes the cases, the returned name, and for each case what came and what is right.
Pattern = Callable[
    [Sequence[tuple], str, Sequence[np.ndarray], Sequence[np.ndarray]], tuple[str, ...] | None
]
Function = TypeVar("Function", bound=Callable)

CATALOGUE: dict[str, "Mistake"] = {}
WRONG_VALUES: dict[str, Callable[..., WrongValues]] = {}
ERROR_PATTERNS: dict[str, list[Pattern]] = {}
ANY_SHAPE: set[Pattern] = set()  # those that look at values of a wrong shape as well
CONSEQUENCES: dict[str, Callable[..., Mapping[str, tuple[str, object]]]] = {}
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

    Raises
    ------
    ValueError
        If the code is in use already, or no text.
    """
    if not isinstance(code, str) or code in CATALOGUE:
        raise ValueError(f"the code of a mistake is a text that is not yet in use, not {code!r}")
    CATALOGUE[code] = Mistake(code, name, message, hints)


def own_words(exercise: Exercise, code: str, message: str, *hints: str) -> None:
    """Let an exercise say a mistake of the catalogue in its own words.

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
    """Return a mistake as an exercise says it, or as the catalogue does."""
    entry = CATALOGUE[code]
    if exercise is None or (exercise.id, code) not in OWN_WORDS:
        return entry
    message, hints = OWN_WORDS[exercise.id, code]
    return replace(entry, message=message, hints=hints)


def wrong_values(exercise: Exercise) -> Callable[[Function], Function]:
    """Enter the decorated function as what says which values the mistakes of an exercise give.

    The function takes the specification of the exercise and the arguments of a case. It returns
    for each returned name a list of pairs: the code of a mistake, or a tuple of codes, and the
    value. Where a name has no entry, only the forms that any value can take are tried.
    """

    def enter(function: Function) -> Function:
        WRONG_VALUES[exercise.id] = function
        return function

    return enter


def consequence(exercise: Exercise) -> Callable[[Function], Function]:
    """Enter the decorated function as what is right for other values that an answer returned.

    The function takes the arguments of a case and the received values by name. It returns for some
    of the returned names the name of the value that it is computed from, and what comes of it.
    """

    def enter(function: Function) -> Function:
        CONSEQUENCES[exercise.id] = function
        return function

    return enter


def error_pattern(
    *exercises: Exercise, any_shape: bool = False
) -> Callable[[Function], Function]:
    """Enter the decorated function as what finds a mistake in the errors of the values.

    Some mistakes give no multiple of any value that is known beforehand: how far a difference
    quotient is off depends on a step that only the student knows. The function takes the cases,
    the returned name, and for each case what came and what is right, both of one shape; it returns
    the codes of the mistakes, or a `Part` with their details, or None. An exercise may have several.
    With `any_shape` the function gets values of a wrong shape as well.
    """

    def enter(function: Function) -> Function:
        for exercise in exercises:
            ERROR_PATTERNS.setdefault(exercise.id, []).append(function)
        if any_shape:
            ANY_SHAPE.add(function)
        return function

    return enter
