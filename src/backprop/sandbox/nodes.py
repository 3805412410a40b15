"""The nodes of a graph as messages can carry them, and back.

Read from a student's objects, they are whatever has `data`, `parents` and `operation`; what comes
back is believed in nothing, as in `messages`.
"""

from collections.abc import Sequence
from typing import Any

from ..graph import Node, connected, is_node, read, written
from .channel import Garbled, packed, unpacked


def nodes_sent(argument: Any) -> list[Any]:
    """Return the nodes of an argument in the order in which they are sent; of others none."""
    if is_node(argument):
        # Of the nodes of an exercise the order says nothing about which was computed first.
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
        raise Garbled("the rows of a graph were expected")
    try:
        return read(
            [
                [operation, parents, unpacked(data), None if grad is None else unpacked(grad)]
                for operation, parents, data, grad in rows
            ]
        )
    except (TypeError, ValueError) as error:
        raise Garbled(f"a graph was expected: {error}") from None


def packed_nodes(argument: Any) -> dict[str, Any] | None:
    """Return a node with its graph, or a list of nodes, as plain data; None for anything else."""
    nodes = nodes_sent(argument)
    if not nodes:
        return None
    if isinstance(argument, (list, tuple)):
        return {"nodes": _packed_graph(nodes)}
    place = next(place for place, node in enumerate(nodes) if node is argument)
    return {"node": place, "graph": _packed_graph(nodes)}


def holds_nodes(message: Any) -> bool:
    """Whether a message is one that `packed_nodes` makes."""
    return isinstance(message, dict) and ("node" in message or "nodes" in message)


def unpacked_nodes(message: dict[str, Any]) -> Any:
    """Return the `Node`, or the list of them, that `packed_nodes` was given.

    Raises
    ------
    Garbled
        If anything is not as expected.
    """
    if "nodes" in message:
        return _unpacked_graph(message["nodes"])
    nodes, place = _unpacked_graph(message.get("graph")), message["node"]
    if type(place) is not int or not 0 <= place < len(nodes):
        raise Garbled("a node that is not in its graph")
    return nodes[place]
