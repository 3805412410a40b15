"""The eight operations, the graphs built from them, and their complex-step derivatives.

This module contains no derivative rules. The graph is computed again with one value moved by an
imaginary step, and the imaginary part of the result gives the derivative. For the derivative along
one path, the step is propagated only along that path.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backprop.differentiate import STEP
from backprop.network import sigmoid

Operation = Callable[..., Any]
Edge = tuple[int, int]  # the place of a node, and the number of one of its parents
Path = tuple[Edge, ...]  # from a node to the result; the first edge leads away from the node


def _relu(x: np.ndarray) -> np.ndarray:
    return np.where(np.real(x) > 0, x, 0)


OPERATIONS: dict[str, Operation] = {
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: a * b,
    "matmul": lambda a, b: a @ b,
    "sum": np.sum,
    "sigmoid": sigmoid,
    "relu": _relu,
    "log": np.log,
    "exp": np.exp,
}


def slopes(function: Callable[[np.ndarray], Any], at: np.ndarray) -> np.ndarray:
    """Return the derivative of a scalar function of one array with respect to each entry."""
    found = np.zeros(np.shape(at))
    for entry in np.ndindex(found.shape):
        moved = np.array(at, dtype=complex)
        moved[entry] += 1j * STEP
        found[entry] = np.imag(function(moved)) / STEP
    return found


def rule_of(
    operation: Operation, inputs: Sequence[np.ndarray], upstream: np.ndarray
) -> list[np.ndarray]:
    """Return the gradient of the sum of upstream times output with respect to each input."""

    def with_one(place: int) -> Callable[[np.ndarray], Any]:
        def total(moved: np.ndarray) -> Any:
            given = [moved if at == place else one for at, one in enumerate(inputs)]
            return np.sum(upstream * operation(*given))

        return total

    return [slopes(with_one(place), one) for place, one in enumerate(inputs)]


class Graph:
    """A computation as lists indexed by the place of a node, parents before children.

    Parameters
    ----------
    order
        Nodes with `operation`, `parents` and `data`; the last node is the result.
    """

    def __init__(self, order: Sequence[Any]) -> None:
        places = {id(node): place for place, node in enumerate(order)}
        self.operations = [str(node.operation) for node in order]
        self.parents = [[places[id(parent)] for parent in node.parents] for node in order]
        self.data = [np.asarray(node.data, dtype=float) for node in order]
        self.last = len(order) - 1

    def consumers(self, place: int) -> list[Edge]:
        """Return the edges from a node to its children, in the order of the nodes."""
        return [
            (child, slot)
            for child, parents in enumerate(self.parents)
            for slot, parent in enumerate(parents)
            if parent == place
        ]

    def gradient(
        self,
        place: int,
        altered: Mapping[str, Operation] | None = None,
        path: Path | None = None,
        added: Sequence[Any] = (),
    ) -> np.ndarray:
        """Return the derivative of the result with respect to the value of a node.

        Parameters
        ----------
        place
            The place of the node.
        altered
            Operations that replace those with the same names.
        path
            The only path along which a change of the node reaches the result; None for all paths.
        added
            For each node an array or None. The result is increased by the sum of each array
            multiplied by the value of its node.
        """
        known = OPERATIONS | dict(altered or {})

        def result(moved: np.ndarray) -> Any:
            values: list[Any] = list(self.data)
            values[place] = moved
            for child in range(place + 1, self.last + 1):
                given = [
                    values[parent] if path is None or (child, slot) in path else self.data[parent]
                    for slot, parent in enumerate(self.parents[child])
                ]
                if any(map(np.iscomplexobj, given)):
                    values[child] = known[self.operations[child]](*given)
            more = [
                np.sum(one * np.asarray(value))
                for one, value in zip(added, values)
                if one is not None
            ]
            return np.sum(values[self.last]) + sum(more)

        return slopes(result, self.data[place])

    def paths(self, place: int, most: int = 500) -> list[Path]:
        """Return at most `most` paths from a node to the result."""
        found: list[Path] = []
        waiting: list[tuple[int, Path]] = [(place, ())]
        while waiting and len(found) < most:
            at, path = waiting.pop()
            if at == self.last:
                found.append(path)
            waiting += [(edge[0], (*path, edge)) for edge in self.consumers(at)]
        return found

    def weighted(self, place: int, weight: Callable[[int, Path], float]) -> np.ndarray:
        """Return the sum of the derivatives along all paths, each multiplied by `weight`."""
        total = np.zeros(self.data[place].shape)
        for path in self.paths(place):
            times = weight(place, path)
            if times:
                total = total + times * self.gradient(place, path=path)
        return total


class Made:
    """A node of a graph that an exercise generates; see `Graph`."""

    def __init__(self, data: Any, parents: Sequence[Any] = (), operation: str = "") -> None:
        self.data, self.parents, self.operation = data, tuple(parents), operation


def nodes_of(program: Sequence[Any], arrays: Sequence[Any], make: Callable[..., Any]) -> list[Any]:
    """Return the nodes of a program: first its arrays, then its steps.

    Parameters
    ----------
    program
        For each step, the name of its operation and the places of its inputs.
    arrays
        The values of the first nodes.
    make
        A function that takes data, parents and operation, and returns a node.
    """
    nodes = [make(np.asarray(array, dtype=float)) for array in arrays]
    for operation, places in program:
        parents = [nodes[place] for place in places]
        data = OPERATIONS[operation](*(one.data for one in parents))
        nodes.append(make(data, parents, operation))
    return nodes


def needed(program: Sequence[Any], arrays: Sequence[Any]) -> Iterator[int]:
    """Yield the places of the nodes that the result of a program depends on."""
    several = [[] for _ in arrays] + [list(places) for _, places in program]
    waiting, met = [len(several) - 1], set[int]()
    while waiting:
        place = waiting.pop()
        if place not in met:
            met.add(place)
            waiting += several[place]
    yield from sorted(met)
