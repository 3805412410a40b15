"""Small worked examples of an exercise, shown step by step for a wrong answer.

An exercise has one or two such examples. They are the same for all students, and their numbers can
be followed on paper. They are called together with the other cases; the report shows the first one
that the answer gets wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from backprop.calling import Oddity, Reply
from backprop.network import LossOfOneArray
from backprop.worked import Entries, Example, Layer, Step, Value

from .comparing import fault_of, lost_digits, truth_of
from .exercise import Exercise
from .form import by_name
from .writing import apart

EXAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {}
BETWEEN: dict[str, Callable[..., Sequence["Between"]]] = {}
DRAWN: set[str] = set()  # the exercises whose intermediate values are drawn
MOST_ENTRIES = 30  # entries of one value; more could not be followed


@dataclass(frozen=True)
class Between:
    """An intermediate value of a computation.

    Attributes
    ----------
    words
        A description of the value.
    value
        The value.
    seen_in, as_seen
        The returned value that shows this one, and its expected content; or "" and None.
    at, label
        The layer at whose units the value is drawn, and its label there.
    """

    words: str
    value: ArrayLike
    seen_in: str = ""
    as_seen: ArrayLike | None = None
    at: str = ""
    label: str = ""


def small_examples(exercise: Exercise, *examples: tuple[Any, ...]) -> None:
    """Register the small examples of an exercise; each consists of the arguments of a call."""
    EXAMPLES[exercise.id] = examples


def between(*exercises: Exercise, drawn: bool = False) -> Callable[[Callable], Callable]:
    """Register the decorated function, which returns the intermediate values of some exercises.

    The function takes the arguments of a call and returns `Between` objects in the order of the
    computation. With `drawn` they belong to a backward pass through `W2`, and they are drawn if
    there is one example.
    """

    def enter(function: Callable) -> Callable:
        for exercise in exercises:
            BETWEEN[exercise.id] = function
            if drawn:
                DRAWN.add(exercise.id)
        return function

    return enter


def worked_example(
    exercise: Exercise, cases: Sequence[tuple], replies: Sequence[Reply]
) -> Example | None:
    """Return the first small example that an answer gets wrong.

    The result is None if all are right, or if the answer was not called with them because an
    earlier call did not end.

    Parameters
    ----------
    exercise
        The exercise.
    cases
        The cases with which the answer was called; the small examples precede the last one.
    replies
        The reply for each case.
    """
    count = len(EXAMPLES.get(exercise.id, ()))
    for place in range(len(cases) - 1 - count, len(cases) - 1):
        case, reply, truth = cases[place], replies[place], truth_of(exercise, cases[place])
        if reply.crash and (reply.crash.endless or reply.crash.type == "DidNotRun"):
            return None
        received = _received(exercise, reply)
        wrong = [name for name in truth if _is_wrong(exercise, received.get(name), truth[name])]
        if wrong:
            return Example(
                call=_call(exercise, case),
                values=tuple(
                    _value(exercise, name, truth[name], received.get(name), name in wrong)
                    for name in truth
                ),
                said=_said(reply),
                **_way(exercise, case, received),
            )
    return None


def _received(exercise: Exercise, reply: Reply) -> Mapping[str, Any]:
    return {} if reply.values is None or reply.crash else by_name(exercise, reply)


def _is_wrong(exercise: Exercise, got: Any, want: np.ndarray) -> bool:
    if fault_of(exercise, got, want):
        return True
    return lost_digits(exercise, [(np.asarray(got, dtype=float), want)]) is not None


def _said(reply: Reply) -> str:
    """Return why the answer returned no values."""
    if reply.crash:
        parts = (reply.crash.type, reply.crash.detail, reply.crash.message)
        return f"Nothing was returned: {': '.join(part for part in parts if part)}"
    return f"Nothing was returned: {reply.mismatch}" if reply.mismatch else ""


def _value(exercise: Exercise, name: str, want: np.ndarray, got: Any, wrong: bool) -> Value:
    expected = _rows([apart(one, None)[0] for one in want.flat], want.shape)
    if got is None or isinstance(got, Oddity):
        came = "nothing" if got is None else got.description
        return Value(name, expected, came, wrong)
    got = np.asarray(got, dtype=float)
    if got.size > MOST_ENTRIES:
        return Value(name, expected, f"an array of shape {got.shape}", wrong)
    if got.shape != want.shape:
        return Value(name, expected, _entries(got), wrong, str(got.shape))
    if not wrong:
        return Value(name, expected, expected, wrong)
    # Entries that agree are written identically; others get enough digits to show the difference.
    pairs = [
        apart(one, other if differs else None)
        for one, other, differs in zip(want.flat, got.flat, _differing(exercise, got, want).flat)
    ]
    expected, came = (_rows(texts, want.shape) for texts in zip(*pairs))
    return Value(name, expected, came, wrong)


def _differing(exercise: Exercise, got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """Return which entries differ by more than the tolerance or, if none do, at all."""
    differing = ~np.isclose(got, want, rtol=exercise.tolerance, atol=exercise.absolute)
    return differing if differing.any() else got != want


def _entries(numbers: ArrayLike) -> Entries | str:
    """Return the formatted entries of an array, row by row."""
    numbers = np.asarray(numbers, dtype=float)
    return _rows([apart(number, None)[0] for number in numbers.flat], numbers.shape)


def _rows(texts: Sequence[str], shape: tuple[int, ...]) -> Entries | str:
    if len(shape) > 2 or not texts:
        return f"an array of shape {shape}"
    width = shape[-1] if shape else 1
    return tuple(tuple(texts[start : start + width]) for start in range(0, len(texts), width))


def _call(exercise: Exercise, case: tuple) -> str:
    """Write a call as lines of Python that can be copied and run."""
    lines = [f"{name} = {_written(value)}" for name, value in zip(exercise.parameters, case)]
    if any(isinstance(value, LossOfOneArray) for value in case):
        lines.insert(0, "from backprop.network import LossOfOneArray, Parameters")
    if any(isinstance(value, (np.ndarray, LossOfOneArray)) for value in case):
        lines.insert(0, "import numpy as np")
    return "\n".join([*lines, f"{exercise.id}({', '.join(exercise.parameters)})"])


def _written(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    if isinstance(value, LossOfOneArray):
        parameters = ", ".join(_written(array) for array in value.parameters)
        X, Y = _written(value.X), _written(value.Y)
        return f'LossOfOneArray("{value.name}", Parameters({parameters}), {X}, {Y})'
    return repr(value)


def _way(exercise: Exercise, case: tuple, received: Mapping[str, Any]) -> dict[str, Any]:
    """Return the steps up to the first one that the received values contradict, and a drawing."""
    steps: list[Step] = []
    units: dict[str, list[list[str]]] = {}  # by layer: for each unit, the lines drawn beside it
    disagrees = ""
    for one in BETWEEN[exercise.id](*case) if exercise.id in BETWEEN else ():
        seen = one.seen_in if one.seen_in in received else ""
        if seen and _is_wrong(exercise, received[seen], np.asarray(one.as_seen, dtype=float)):
            disagrees = seen
        steps.append(Step(one.words, _entries(one.value), seen, agrees=not disagrees))
        if one.at:
            column = [f"{one.label} {line[0]}" for line in steps[-1].entries]
            units.setdefault(one.at, [[] for _ in column])
            for lines, text in zip(units[one.at], column):
                lines.append(text)
        if disagrees:
            break
    if not disagrees or exercise.id not in DRAWN:
        return {"steps": tuple(steps)}
    given = dict(zip(exercise.parameters, case))
    if given["out_h"].shape[1] > 1:
        return {"steps": tuple(steps)}
    drawn_last = list(units)[-1]
    layers = [
        Layer(
            name, tuple(map(tuple, units.get(name, [[]] * count))), disagrees * (name == drawn_last)
        )
        for name, count in zip(("hidden units", "output units"), given["W2"].T.shape)
    ]
    return {"steps": tuple(steps), "layers": tuple(layers), "weights": _entries(given["W2"])}
