"""Conversion of the nodes of a graph to and from messages.

Any object of a student's code with `data`, `parents` and `operation` counts as a node. Messages
from a student's process are validated as in `messages`.
"""

from collections.abc import Sequence
from typing import Any

from ..graph import Node, connected, is_node, read, written
from .channel import InvalidMessage, packed, unpacked


def nodes_sent(argument: Any) -> list[Any]:
    """Return the nodes of an argument in the order in which they are sent, or an empty list."""
    if is_node(argument):
        # The indices of an exercise's nodes do not reveal the order of the computation.
        return sorted(connected([argument]), key=lambda node: getattr(node, "place", 0))
    if isinstance(argument, (list, tuple)) and all(map(is_node, argument)):
        return list(argument)
    return []


def _packed_graph(nodes: Sequence[Any]) -> list[list[Any]]:
    return [
        [operation, parents, packed(data), packed(grad)]
        for operation, parents, data, grad in written(nodes)
    ]


def _unpacked_graph(rows: Any) -> list[Node]:
    is_list = isinstance(rows, list)
    if not is_list or any(not isinstance(row, list) or len(row) != 4 for row in rows):
        raise InvalidMessage("a graph without valid rows")
    try:
        return read(
            [
                [operation, parents, unpacked(data), None if grad is None else unpacked(grad)]
                for operation, parents, data, grad in rows
            ]
        )
    except (TypeError, ValueError) as error:
        raise InvalidMessage(f"an invalid graph: {error}") from None


def packed_nodes(argument: Any) -> dict[str, Any] | None:
    """Return a node with its graph, or a list of nodes, as plain data; None for other values."""
    nodes = nodes_sent(argument)
    if not nodes:
        return None
    if isinstance(argument, (list, tuple)):
        return {"nodes": _packed_graph(nodes)}
    place = next(place for place, node in enumerate(nodes) if node is argument)
    return {"node": place, "graph": _packed_graph(nodes)}


def holds_nodes(message: Any) -> bool:
    """Return whether a message has the format of `packed_nodes`."""
    return isinstance(message, dict) and ("node" in message or "nodes" in message)


def unpacked_nodes(message: dict[str, Any]) -> Any:
    """Return the `Node` or the list of nodes for a message from `packed_nodes`.

    Raises
    ------
    InvalidMessage
        If the message is invalid.
    """
    if "nodes" in message:
        return _unpacked_graph(message["nodes"])
    nodes, place = _unpacked_graph(message.get("graph")), message["node"]
    if type(place) is not int or not 0 <= place < len(nodes):
        raise InvalidMessage("a node that is not in its graph")
    return nodes[place]
