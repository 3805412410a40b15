"""One small example of an exercise, worked out: what a refused answer gives, step by step.

An exercise has one or two such examples, the same for everybody, with numbers that can be followed
on paper. They are called together with the other cases; a report shows the first that went wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.calling import Oddity, Reply
from backprop.network import LossOfOneArray
from backprop.worked import Example, Layer, Step, Value

from .comparing import fault_of, truth_of
from .exercise import Exercise
from .form import by_name
from .writing import apart

EXAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {}
BETWEEN: dict[str, Callable[..., Sequence["Between"]]] = {}
BACKWARDS: set[str] = set()  # where the values arise from the output to the input
LIKE = 1e-9  # relative: two numbers that differ by less are written alike
MOST_ENTRIES = 30  # of one value; more cannot be followed


@dataclass(frozen=True)
class Between:
    """One value on the way to the returned ones.

    Attributes
    ----------
    words
        What it is.
    value
        The value.
    seen_in, as_seen
        The returned value in which it can be seen, and what is seen there; or "" and None.
    drawn
        Whether it is drawn at the units of its layer.
    """

    words: str
    value: np.ndarray
    seen_in: str = ""
    as_seen: np.ndarray | None = None
    drawn: bool = False


def small_examples(exercise: Exercise, *examples: tuple[Any, ...]) -> None:
    """Enter the small examples of an exercise, each the arguments of a call."""
    EXAMPLES[exercise.id] = examples


def between(*exercises: Exercise, backwards: bool = False) -> Callable[[Callable], Callable]:
    """Enter the decorated function as what gives the values on the way of some exercises.

    It takes the arguments of a call and returns `Between`s in the order in which they arise, which
    may be from the output of a network to its inputs.
    """

    def enter(function: Callable) -> Callable:
        for exercise in exercises:
            BETWEEN[exercise.id] = function
            if backwards:
                BACKWARDS.add(exercise.id)
        return function

    return enter


def worked_example(
    exercise: Exercise, cases: Sequence[tuple], replies: Sequence[Reply]
) -> Example | None:
    """Return the first small example that an answer got wrong, or None if it got all right.

    Parameters
    ----------
    exercise
        The exercise.
    cases
        The cases that the answer was called with; the small examples stand before the last one.
    replies
        What came back for each case.
    """
    count = len(EXAMPLES.get(exercise.id, ()))
    for place in range(len(cases) - 1 - count, len(cases) - 1):
        case, reply, truth = cases[place], replies[place], truth_of(exercise, cases[place])
        received = _received(exercise, reply)
        wrong = [name for name in truth if fault_of(exercise, received.get(name), truth[name])]
        if wrong:
            return Example(
                call=_call(exercise, case),
                values=tuple(
                    _value(name, truth[name], received.get(name), name in wrong) for name in truth
                ),
                said=_said(reply),
                **_way(exercise, case, received),
            )
    return None


def _received(exercise: Exercise, reply: Reply) -> Mapping[str, Any]:
    return {} if reply.values is None or reply.crash else by_name(exercise, reply)


def _said(reply: Reply) -> str:
    """Say why no values came."""
    if reply.crash:
        about = f": {reply.crash.message}" if reply.crash.message else ""
        return f"nothing came back: {reply.crash.type}{about}"
    return ""


def _value(name: str, want: np.ndarray, got: Any, wrong: bool) -> Value:
    if got is None or isinstance(got, Oddity):
        came: Any = "nothing" if got is None else got.description
        return Value(name, _entries(want, None), came, wrong)
    got = np.asarray(got, dtype=float)
    if got.size > MOST_ENTRIES:
        return Value(name, _entries(want, None), f"an array of shape {got.shape}", wrong)
    if got.shape != want.shape:
        return Value(name, _entries(want, None), _entries(got, None), wrong, str(got.shape))
    return Value(name, _entries(want, got), _entries(got, want), wrong)


def _entries(numbers: np.ndarray, others: np.ndarray | None) -> Any:
    """Return the entries as texts, row by row, with as many digits as tell them from the others."""
    numbers = np.asarray(numbers, dtype=float)
    flat = numbers.ravel()
    beside = [None] * flat.size if others is None else list(np.ravel(others))
    texts = [
        apart(number, None if other is None or _alike(number, other) else other)[0]
        for number, other in zip(flat, beside)
    ]
    if numbers.ndim == 0:
        return ((texts[0],),)
    if numbers.ndim == 1:
        return (tuple(texts),)
    if numbers.ndim == 2:
        width = numbers.shape[1]
        return tuple(tuple(texts[row * width : (row + 1) * width]) for row in range(len(numbers)))
    return f"an array of shape {numbers.shape}"


def _alike(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=LIKE, atol=LIKE**2))


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
    """Return the steps up to the first that the received values contradict, and its drawing."""
    steps: list[Step] = []
    layers: list[Layer] = []
    for one in BETWEEN[exercise.id](*case) if exercise.id in BETWEEN else ():
        contradicted = one.seen_in in received and bool(
            fault_of(exercise, received[one.seen_in], np.asarray(one.as_seen, dtype=float))
        )
        entries = _entries(one.value, None)
        steps.append(Step(one.words, entries, one.seen_in if contradicted else ""))
        if one.drawn and one.value.shape[1:] == (1,):
            layers.append(Layer(one.words, tuple(line[0] for line in entries), contradicted))
        if contradicted:
            break
    marked = layers and layers[-1].marked
    if exercise.id in BACKWARDS:
        layers.reverse()
    return {"steps": tuple(steps), "layers": tuple(layers) if marked else ()}
