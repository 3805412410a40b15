"""What an answer of the bank is, and the decorators that enter one."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from backprop_judge.mistakes import CATALOGUE

RIGHT: list["Answer"] = []
WRONG: list["Answer"] = []

# Those that people gave in public, which the checker was not written for.
PUBLIC_RIGHT: list["Answer"] = []
PUBLIC_WRONG: list["Answer"] = []


@dataclass(frozen=True, eq=False)
class Answer:
    """One answer to one exercise.

    exercise -- the id of the exercise.
    name -- what the answer is called in a test's id.
    story -- what the person did.
    codes -- the codes of which a wrong answer must get one; empty if it is right, or if the
        catalogue has no name for the mistake yet.
    fresh -- returns what is handed to the checker, new each time if it keeps state.
    function -- the answer itself, or what builds it.
    """

    exercise: str
    name: str
    story: str
    codes: frozenset[str]
    fresh: Callable[[], object]
    function: Callable

    def __str__(self):
        return f"{self.exercise}-{self.name}"


def right(exercise, built=False):
    """Enter the decorated function, or what it builds, as a right answer."""
    return _enter(RIGHT, exercise, frozenset(), built)


def wrong(exercise, *codes, built=False):
    """Enter the decorated function, or what it builds, as a wrong answer.

    codes -- the code it must get; several if it holds several mistakes, or one that
        may be seen in several ways: any one of them will do.
    """
    if not codes:
        raise ValueError("a wrong answer needs a code")
    return _enter(WRONG, exercise, _known(codes), built)


def public_right(exercise, built=False):
    """Enter the decorated function, or what it builds, as a right answer given in public."""
    return _enter(PUBLIC_RIGHT, exercise, frozenset(), built)


def public_wrong(exercise, *codes, built=False):
    """Enter the decorated function, or what it builds, as a wrong answer given in public.

    codes -- as for `wrong`; none if the answer must be refused but has no name yet.
    """
    return _enter(PUBLIC_WRONG, exercise, _known(codes), built)


def _known(codes):
    unknown = set(codes) - set(CATALOGUE)
    if unknown:
        raise ValueError(f"unknown codes: {', '.join(sorted(unknown))}")
    return frozenset(codes)


def _enter(answers, exercise, codes, built):
    def register(function):
        fresh = function if built else lambda: function
        story = inspect.cleandoc(function.__doc__)
        answers.append(Answer(exercise, function.__name__, story, codes, fresh, function))
        return function

    return register
