"""The values of known mistakes: derivatives of altered operations, or along some paths only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from backprop.differentiate import derivative
from backprop.network import sigmoid

from ...mistakes.slopes import UNITS, parabola
from .operations import OPERATIONS, Graph, Operation, Path, rule_of

Details = Mapping[str, object]
Slope = Callable[[np.ndarray], Any]
Values = list[list[np.ndarray]]  # for each call one array for each input

# --- wrong slopes ---------------------------------------------------------------------------------


def _bent(name: str, slope: Slope) -> Operation:
    """Return an operation with the same values and another slope."""

    def operation(x: np.ndarray) -> Any:
        at = np.real(x)
        return OPERATIONS[name](at) + 1j * np.imag(x) * slope(at)

    return operation


def _of_unit(unit: str) -> Slope:
    return lambda x: UNITS[unit][1](np.real(sigmoid(x)))


# For each operation: codes, details, and the slope at the input.
SLOPES: dict[str, list[tuple[str, Details, Slope]]] = {
    "sigmoid": [
        ("rule-without-slope", {}, np.ones_like),
        ("slope-of-activation", {}, _of_unit("slope-of-activation")),
        ("formula-at-z", {}, lambda x: derivative(parabola, x)),
        ("half-of-slope", {"which": "the output"}, _of_unit("activation")),
        ("half-of-slope", {"which": "one minus the output"}, _of_unit("complement")),
        ("tanh-slope", {}, _of_unit("tanh-slope")),
        ("slope-twice", {}, _of_unit("twice")),
        ("sigmoid-for-slope", {}, _of_unit("sigmoid again")),
    ],
    "relu": [
        ("rule-without-slope", {}, np.ones_like),
        ("relu-rule", {"which": "the input itself"}, np.copy),
        ("relu-rule", {"which": "the output"}, lambda x: np.where(x > 0, x, 0)),
        ("relu-rule", {"which": "the inverted mask"}, lambda x: np.where(x > 0, 0.0, 1.0)),
        ("relu-rule", {"which": "the sign of the input"}, np.sign),
    ],
    "log": [
        ("rule-without-slope", {}, np.ones_like),
        ("log-rule", {"which": "the input"}, np.copy),
        ("log-rule", {"which": "the output"}, np.log),
        ("log-rule", {"which": "one divided by the output"}, lambda x: 1 / np.log(x)),
        ("log-rule", {"which": "the exponential of the input"}, np.exp),
        ("log-rule", {"which": "the second derivative"}, lambda x: -(x**-2)),
        ("log-rule", {"which": "the right slope with the wrong sign"}, lambda x: -(x**-1)),
    ],
    "exp": [
        ("rule-without-slope", {}, np.ones_like),
        ("exp-rule", {"which": "the input"}, np.copy),
        ("exp-rule", {"which": "the exponential of the output"}, lambda x: np.exp(np.exp(x))),
        ("exp-rule", {"which": "one divided by the input"}, lambda x: 1 / x),
        ("exp-rule", {"which": "input times output"}, lambda x: x * np.exp(x)),
        (
            "exp-rule",
            {"which": "the input times the exponential of the input minus one, as for a power"},
            lambda x: x * np.exp(x - 1),
        ),
    ],
}


def _own_factor(a: np.ndarray, b: np.ndarray) -> Any:
    """Multiply two arrays, with each factor as its own slope."""
    moved = np.imag(a) * np.real(a) + np.imag(b) * np.real(b)
    return np.real(a) * np.real(b) + 1j * moved


def _altered() -> Iterator[tuple[str, str, Details, Operation]]:
    """Yield operation, code and details of a mistake, and the altered operation."""
    for name, several in SLOPES.items():
        for code, details, slope in several:
            yield name, code, details, _bent(name, slope)
    yield "multiply", "multiply-rule", {}, _own_factor
    yield "multiply", "rule-of-another", {"which": "add"}, _with_slopes_of("multiply", "add")
    yield "add", "rule-of-another", {"which": "multiply"}, _with_slopes_of("add", "multiply")
    mean = _with_slopes_of("sum", "mean")
    yield "sum", "mean-for-sum", {}, mean


def _with_slopes_of(name: str, other: str) -> Operation:
    function: Operation = np.mean if other == "mean" else OPERATIONS[other]

    def operation(*given: np.ndarray) -> Any:
        values = OPERATIONS[name](*map(np.real, given))
        return values + 1j * np.imag(function(*given))

    return operation


ALTERED = tuple(_altered())


# --- one rule -------------------------------------------------------------------------------------


def rule_mistakes(name: str, calls: Sequence[tuple]) -> Iterator[tuple[str, Details, Values]]:
    """Yield code, details and values of each mistake in a rule, with the values of all calls."""
    for operation, code, details, altered in ALTERED:
        if operation == name:
            yield code, details, [rule_of(altered, inputs, up) for _, inputs, _, up in calls]
    right = [rule_of(OPERATIONS[name], inputs, up) for _, inputs, _, up in calls]
    alone = [rule_of(OPERATIONS[name], inputs, np.ones_like(up)) for _, inputs, _, up in calls]
    if not all(np.allclose(*pair) for pair in zip(right[0], alone[0])):
        yield "upstream-missing", {}, alone
    yield "sign-flipped", {}, [[-one for one in several] for several in right]
    if len(right[0]) == 2:
        yield "operands-exchanged", {}, [several[::-1] for several in right]
    if name == "sum":
        yield "sum-rule", {}, [[np.asarray(up)] for *_, up in calls]
        filled = [[np.full(inputs[0].shape, up / inputs[0].size)] for _, inputs, _, up in calls]
        yield "mean-for-sum", {}, filled
    if name == "relu":
        masks = [[np.where(up > 0, up, 0.0)] for *_, up in calls]
        yield "relu-rule", {"which": "the sign of `upstream`"}, masks
    if name == "matmul":
        yield from _transposed(calls, right)


def _transposed(calls: Sequence[tuple], right: Values) -> Iterator[tuple[str, Details, Values]]:
    """Yield products with wrong transposes or a wrong order, for one or both inputs."""
    turns: list[Callable[[np.ndarray], np.ndarray]] = [np.asarray, np.transpose]
    ways: list[list[list[np.ndarray]]] = [[], []]  # for each input, each way, each call
    for slot in (0, 1):
        for first, second, turned in product(turns, turns, (False, True)):
            ways[slot].append(
                [
                    second(other) @ first(up) if turned else first(up) @ second(other)
                    for _, inputs, _, up in calls
                    for other in [inputs[1 - slot]]
                ]
            )
        own = [several[slot] for several in right]
        ways[slot] = [one for one in ways[slot] if not np.allclose(one[0], own[0])]
        ways[slot] += [[one.T for one in own], own]  # the right value comes last
    for place, (one, two) in enumerate(product(*ways)):
        if place < len(ways[0]) * len(ways[1]) - 1:
            yield "matmul-rule", {}, [list(pair) for pair in zip(one, two)]


# --- a whole graph --------------------------------------------------------------------------------


@dataclass(frozen=True)
class GraphMistake:
    """A mistake in an engine, and the values it gives for the nodes of a graph.

    Attributes
    ----------
    code, details
        The code of the mistake, and the values for its message.
    value
        A function that takes a graph, the place of a node, and the gradients that an earlier
        backward pass left in the nodes.
    """

    code: str
    value: Callable[[Graph, int, Sequence[Any]], np.ndarray]
    details: Details = field(default_factory=dict)


def graph_mistakes(_: Sequence[str]) -> Iterator[GraphMistake]:
    """Yield the mistakes in an engine."""
    for keep in (0, -1):
        for slot in (-1, 0):
            yield GraphMistake("gradient-overwritten", _surviving(keep, slot))
    for code, sequence in VISITS:
        yield GraphMistake(code, _by_visits(sequence))
    for others, last in ((True, False), (True, True), (False, True)):
        yield GraphMistake("leftover-gradient", _with_stale(others, last))
    for name, code, details, altered in ALTERED:
        yield GraphMistake(code, _with_operation(name, altered), details)
    yield GraphMistake("sign-flipped", lambda graph, place, _: -graph.gradient(place))


def _with_operation(
    name: str, altered: Operation
) -> Callable[[Graph, int, Sequence[Any]], np.ndarray]:
    return lambda graph, place, _: graph.gradient(place, {name: altered})


def _with_stale(others: bool, last: bool) -> Callable[[Graph, int, Sequence[Any]], np.ndarray]:
    """Add leftover gradients of an earlier pass: at the last node, the other nodes, or both."""

    def value(graph: Graph, place: int, stale: Sequence[Any]) -> np.ndarray:
        if not any(one is not None for one in stale):
            return graph.gradient(place)
        added = list(stale) if others else [None] * len(stale)
        added[graph.last] = stale[graph.last] if last else None
        return graph.gradient(place, added=added)

    return value


def _surviving(keep: int, slot: int) -> Callable[[Graph, int, Sequence[Any]], np.ndarray]:
    """Keep only one use of each value: in its first or last child, at the first or last slot."""

    def value(graph: Graph, place: int, _: Sequence[Any]) -> np.ndarray:
        kept = {}
        for node in range(graph.last):
            edges = graph.consumers(node)
            if edges:
                child = edges[keep][0]
                kept[node] = [edge for edge in edges if edge[0] == child][slot]

        def weight(start: int, path: Path) -> float:
            nodes = [start, *(child for child, _ in path)]
            return float(all(kept[node] == edge for node, edge in zip(nodes, path)))

        return graph.weighted(place, weight)

    return value


# --- backward passes in another order -------------------------------------------------------------


def _by_visits(
    sequence: Callable[[Graph], list[int]],
) -> Callable[[Graph, int, Sequence[Any]], np.ndarray]:
    """Weight each path by the number of times that a sequence of visits follows it.

    Each visit passes on the gradient that the node has so far. The sequence therefore follows a
    path once for each way to find its nodes, starting at the result, as a subsequence.
    """

    def value(graph: Graph, place: int, _: Sequence[Any]) -> np.ndarray:
        visits = sequence(graph)

        def weight(start: int, path: Path) -> float:
            ways = [1] + [0] * len(path)
            nodes = [child for child, _ in reversed(path)]
            for visited in visits:
                for at in reversed(range(len(nodes))):
                    if nodes[at] == visited:
                        ways[at + 1] += ways[at]
            return float(ways[-1])

        return graph.weighted(place, weight)

    return value


def _forwards(graph: Graph) -> list[int]:
    return list(range(graph.last + 1))


def _paths_down(graph: Graph, most: int = 2000) -> list[int]:
    """Return the nodes in depth-first order, with a repeated visit on each path."""
    met, waiting = list[int](), [graph.last]
    while waiting and len(met) < most:
        place = waiting.pop()
        met.append(place)
        waiting += graph.parents[place][::-1]
    return met


def _rows_down(graph: Graph, most: int = 2000) -> list[int]:
    """Return the nodes in breadth-first order, with a repeated visit on each path."""
    met = [graph.last]
    for place in met:
        if len(met) < most:
            met += graph.parents[place]
    return met


def _after_parents(graph: Graph) -> list[int]:
    """Return the reversed post-order of a depth-first search that does not mark nodes."""
    met, waiting = list[int](), [graph.last]
    while waiting and len(met) < 2000:
        place = waiting.pop()
        met.append(place)
        waiting += graph.parents[place]
    return met


def _once(sequence: Callable[[Graph], list[int]]) -> Callable[[Graph], list[int]]:
    return lambda graph: list(dict.fromkeys(sequence(graph)))


VISITS: tuple[tuple[str, Callable[[Graph], list[int]]], ...] = (
    ("parents-first", _forwards),
    ("visited-twice", _paths_down),
    ("visited-twice", _after_parents),
    ("visited-twice", _rows_down),
    ("handed-on-too-early", _once(_paths_down)),
    ("handed-on-too-early", _once(_after_parents)),
    ("handed-on-too-early", _once(_rows_down)),
)
