"""Where mistakes are entered: their names and hints, and the numbers that prove them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


def error_pattern(*exercises: Exercise) -> Callable[[Function], Function]:
    """Enter the decorated function as what finds a mistake in the errors of the values.

    Some mistakes give no multiple of any value that is known beforehand: how far a difference
    quotient is off depends on a step that only the student knows. The function takes the cases,
    the returned name, and for each case what came and what is right, both of one shape; it returns
    the codes of the mistakes, or a `Part` with their details, or None. An exercise may have several.
    """

    def enter(function: Function) -> Function:
        for exercise in exercises:
            ERROR_PATTERNS.setdefault(exercise.id, []).append(function)
        return function

    return enter
