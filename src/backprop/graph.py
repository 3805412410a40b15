"""The nodes that a check of lesson 8 hands to an answer, and how they are written as plain data.

A node is one value of a computation that remembers what it was computed from. Nothing here
computes: neither the value of a node, nor a gradient, nor an order.
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
        Its value, an array.
    parents
        The nodes that it was computed from, in order.
    operation
        The name of the operation that computed it, "" if it was given.

    Attributes
    ----------
    grad
        The gradient of the result with respect to it, an array of the shape of `data`, or None.
    """

    def __init__(self, data: Any, parents: Sequence["Node"] = (), operation: str = "") -> None:
        self.data = np.asarray(data, dtype=float)
        self.parents = tuple(parents)
        self.operation = operation
        self.grad: Any = None
        self.place = 0  # its number in the graph, in no particular order

    def __repr__(self) -> str:
        parents = [parent.place for parent in self.parents]
        return f"Node({self.place}: {self.data.tolist()}, {self.operation!r} of {parents})"

    def __deepcopy__(self, memo: dict[int, Any]) -> "Node":
        """Copy the whole graph that the node belongs to, however deep it is."""
        several = connected([self])
        for one in several:
            memo.setdefault(id(one), Node.__new__(Node))
        for one in several:
            copy = memo[id(one)]
            if "data" in vars(copy):
                continue  # copied before, with another node of the graph
            copy.data, copy.operation, copy.place = one.data.copy(), one.operation, one.place
            copy.grad = None if one.grad is None else np.array(one.grad)
            copy.parents = tuple(memo[id(parent)] for parent in one.parents)
        return memo[id(self)]


def connected(nodes: Sequence[Any]) -> list[Any]:
    """Return some nodes and all that they were computed from, as they are met.

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
    """Whether a value has what the nodes of a graph have, of whatever class it is."""
    return all(hasattr(value, name) for name in ("data", "parents", "operation"))


def written(nodes: Sequence[Any]) -> list[list[Any]]:
    """Return a row for each node: its operation, the places of its parents, data and gradient.

    Parameters
    ----------
    nodes
        The nodes of a graph, each with all its parents among them.

    Raises
    ------
    TypeError
        If something in the graph is no node, or there are more than `MOST_NODES`.
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
    """Return the nodes that `written` was given, as `Node`s.

    Raises
    ------
    ValueError
        If the rows are not as `written` gives them.
    """
    nodes = [Node(0.0) for _ in rows]
    for place, (node, row) in enumerate(zip(nodes, rows)):
        if not (isinstance(row, (list, tuple)) and len(row) == 4 and isinstance(row[0], str)):
            raise ValueError("a node without its four parts")
        operation, parents, data, grad = row
        if not all(type(one) is int and 0 <= one < len(nodes) for one in parents):
            raise ValueError("a parent that is not in the graph")
        node.operation, node.place = operation, place
        node.parents = tuple(nodes[one] for one in parents)
        node.data = np.asarray(data, dtype=float)
        node.grad = None if grad is None else np.asarray(grad, dtype=float)
    return nodes


def place_of(node: Node) -> float:
    """Return the number of a node in its graph, whatever an answer has done to it."""
    place = vars(node).get("place")
    return float(place) if type(place) is int else math.nan
