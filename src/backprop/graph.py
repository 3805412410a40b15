"""The nodes that a check of lesson 8 passes to an answer, and their form as plain data.

A node is one value of a computation, together with the nodes from which it was computed. This
module computes no values, no gradients and no order of the nodes.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

MOST_NODES = 1000


class Node:
    """One value of a computation.

    Parameters
    ----------
    data
        The value, an array.
    parents
        The nodes from which this one was computed, in order.
    operation
        The name of the operation that computed this node, or "" for an input.

    Attributes
    ----------
    grad
        The gradient of the result with respect to this node, an array with the shape of `data`, or
        None.
    """

    def __init__(self, data: Any, parents: Sequence["Node"] = (), operation: str = "") -> None:
        self.data = np.asarray(data, dtype=float)
        self.parents = tuple(parents)
        self.operation = operation
        self.grad: Any = None
        self.place: int | None = 0  # index in the graph, in no particular order; None in copies

    def __repr__(self) -> str:
        parents = [parent.place for parent in self.parents]
        return f"Node({self.place}: {self.data.tolist()}, {self.operation!r} of {parents})"

    def __copy__(self) -> "Node":
        """Copy the node without its place, since a copy is no node of the graph."""
        copy = Node(self.data, self.parents, self.operation)
        copy.grad, copy.place = self.grad, None
        return copy

    def __deepcopy__(self, memo: dict[int, Any]) -> "Node":
        """Copy the graph of the node without its places.

        There is no recursion, so that the graph can be deep.
        """
        several = connected([self])
        for one in several:
            memo.setdefault(id(one), Node.__new__(Node))
        for one in several:
            copy = memo[id(one)]
            if "data" in vars(copy):
                continue  # already copied with another node of the graph
            copy.data, copy.operation, copy.place = one.data.copy(), one.operation, None
            copy.grad = None if one.grad is None else np.array(one.grad)
            copy.parents = tuple(memo[id(parent)] for parent in one.parents)
        return memo[id(self)]


def connected(nodes: Sequence[Any]) -> list[Any]:
    """Return the given nodes and all their ancestors, each once.

    Parameters
    ----------
    nodes
        Objects with an attribute `parents`.
    """
    met = {id(node): node for node in nodes}
    waiting = list(nodes)
    while waiting:
        for parent in getattr(waiting.pop(), "parents", ()):
            if id(parent) not in met:
                met[id(parent)] = parent
                waiting.append(parent)
    return list(met.values())


def is_node(value: Any) -> bool:
    """Return whether a value has the attributes of a node; its class does not matter."""
    return all(hasattr(value, name) for name in ("data", "parents", "operation"))


def written(nodes: Sequence[Any]) -> list[list[Any]]:
    """Return a row for each node: its operation, the indices of its parents, data and gradient.

    Parameters
    ----------
    nodes
        The nodes of a graph, including all parents.

    Raises
    ------
    TypeError
        If an object in the graph is not a node, or if there are more than `MOST_NODES` nodes.
    """
    if len(nodes) > MOST_NODES:
        raise TypeError(f"a graph of {len(nodes):,} nodes; at most {MOST_NODES:,} can be sent")
    places = {id(node): place for place, node in enumerate(nodes)}
    rows = []
    for node in nodes:
        if not (is_node(node) and all(id(parent) in places for parent in node.parents)):
            raise TypeError("each node needs `data`, `operation` and `parents` in the graph")
        grad = getattr(node, "grad", None)
        rows.append(
            [
                str(node.operation),
                [places[id(parent)] for parent in node.parents],
                np.asarray(node.data, dtype=float),
                None if grad is None else np.asarray(grad, dtype=float),
            ]
        )
    return rows


def read(rows: Sequence[Any]) -> list[Node]:
    """Return the nodes for rows that `written` returned, as `Node` objects.

    Raises
    ------
    ValueError
        If the rows do not have the format of `written`.
    """
    nodes = [Node(0.0) for _ in rows]
    for place, (node, row) in enumerate(zip(nodes, rows)):
        if not (isinstance(row, (list, tuple)) and len(row) == 4 and isinstance(row[0], str)):
            raise ValueError("a node must have four parts")
        operation, parents, data, grad = row
        if not all(type(one) is int and 0 <= one < len(nodes) for one in parents):
            raise ValueError("a parent is not in the graph")
        node.operation, node.place = operation, place
        node.parents = tuple(nodes[one] for one in parents)
        node.data = np.asarray(data, dtype=float)
        node.grad = None if grad is None else np.asarray(grad, dtype=float)
    return nodes


def keep_places(original: Any, copied: Any) -> None:
    """Give the nodes of a copied graph the places of the original nodes.

    Parameters
    ----------
    original, copied
        A node, a list of nodes or anything else, and its deep copy.
    """
    several = original if isinstance(original, (list, tuple)) else [original]
    if set(map(type, several)) == {Node}:
        copies = copied if isinstance(copied, (list, tuple)) else [copied]
        for one, copy in zip(connected(several), connected(copies), strict=True):
            copy.place = one.place


def place_of(node: Node) -> float:
    """Return the index of a node in its graph, or nan for a copy made by an answer."""
    place = vars(node).get("place")
    return float(place) if type(place) is int else math.nan
