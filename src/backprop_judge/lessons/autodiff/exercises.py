"""Lesson 8: an engine for automatic differentiation."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from backprop.graph import Node, connected

from ...exercise import drawn_until, exercise
from .operations import OPERATIONS, Graph, Made, nodes_of, rule_of, slopes
from .programs import named_programs
from .verdicts import judge_gradients, judge_order, judge_programs, judge_rules

LESSON = "08_autodiff"

SHAPES = ((3, 4), (2, 5))


# --- the rule of each operation -------------------------------------------------------------------


def _operations(rng: np.random.Generator) -> Iterator[tuple]:
    for place, shape in enumerate(SHAPES):
        for operation in OPERATIONS:
            inputs = _inputs(rng, operation, shape, 3 + place)
            output = np.asarray(OPERATIONS[operation](*inputs))
            yield operation, inputs, output, rng.standard_normal(output.shape)


def _inputs(
    rng: np.random.Generator, operation: str, shape: tuple[int, int], size: int
) -> list[np.ndarray]:
    """Return inputs for an operation; matrices are square, so that no transpose raises an error."""
    if operation == "matmul":
        return [rng.standard_normal((size, size)) for _ in range(2)]
    if operation in ("add", "multiply"):
        return [rng.standard_normal(shape) for _ in range(2)]
    if operation == "log":
        return [rng.uniform(0.3, 3.0, size=shape)]
    # Inputs on both sides of 0, but not close to it.
    signs = drawn_until(_both_signs, lambda: _signs(rng, shape))
    return [rng.uniform(0.2, 1.5, size=shape) * signs]


def _signs(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=shape)


def _both_signs(signs: np.ndarray) -> bool:
    return bool(3 <= np.sum(signs > 0) <= signs.size - 3)


@exercise(
    LESSON,
    points=3,
    returns={"gradients": "a list with one array for each input"},
    form="members",
    cases=_operations,
    properties=judge_rules,
    shared=True,
)
def local_rules(
    operation: str, inputs: Sequence[np.ndarray], output: np.ndarray, upstream: np.ndarray
) -> list[np.ndarray]:
    """Return the gradient with respect to each input, given the gradient of the output."""
    plain = [np.asarray(one, dtype=float) for one in inputs]
    return rule_of(OPERATIONS[operation], plain, upstream)


# --- the sum over broadcast axes ------------------------------------------------------------------


BROADCASTS = (
    ((3, 4), (3, 1)), ((3, 4), (1, 4)), ((3, 4), (3, 4)), ((2, 3), ()), ((5, 3), (3,)),
    ((2, 3, 4), (3, 1)), ((2, 5), (1, 1)), ((3, 1), (3, 1)),
)  # fmt: skip


def _broadcasts(rng: np.random.Generator) -> Iterator[tuple]:
    for large, shape in BROADCASTS:
        yield rng.standard_normal(large), shape


@exercise(LESSON, points=2, returns={"summed": "the given shape"}, cases=_broadcasts)
def unbroadcast(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the gradient with respect to an array of this shape, which was broadcast."""
    return slopes(lambda small: np.sum(gradient * small), np.zeros(tuple(shape)))


# --- an order in which parents come before children -----------------------------------------------


def _graphs(rng: np.random.Generator) -> Iterator[tuple]:
    chain = [[], [0], [1], [2], [3], [4]]
    diamond = [[], [0], [0], [1, 2], [3, 0]]
    ladder = [[], [0], [0], [1, 2], [3], [3], [4, 5], [6], [6], [7, 8]]
    twice = [[], [0, 0], [1, 0], [2, 2, 1]]
    several: tuple[list[list[int]], ...] = (chain, diamond, ladder, twice, [[]])
    for parents in (*several, _random_graph(rng, 14)):
        yield (drawn_until(_is_shuffled, partial(_last_node, rng, parents)),)


def _random_graph(rng: np.random.Generator, count: int) -> list[list[int]]:
    """Return the parents of each node; the last node depends on many others."""
    parents: list[list[int]] = [[], [], []]
    while len(parents) < count:
        first = max(0, len(parents) - 5)
        parents.append([int(one) for one in rng.integers(first, len(parents), 2)])
    return parents


def _last_node(rng: np.random.Generator, parents: list[list[int]]) -> Node:
    nodes: list[Node] = []
    for several in parents:
        # Many nodes have the same value, so that nodes compared by value are confused.
        nodes.append(Node(rng.choice([-0.5, 0.5]), [nodes[one] for one in several], "add"))
    used = connected(nodes[-1:])
    for node, place in zip(used, rng.permutation(len(used))):
        node.place = int(place)
    return nodes[-1]


def _is_shuffled(last: Node) -> bool:
    """Return whether sorting the nodes by number would be a wrong answer."""
    nodes = connected([last])
    return len(nodes) == 1 or any(
        parent.place > node.place for node in nodes for parent in node.parents
    )


@exercise(
    LESSON,
    points=2,
    returns={"order": "a list of nodes"},
    form="members",
    cases=_graphs,
    properties=judge_order,
)
def topological_order(last: Any) -> list[Any]:
    """Return the last node and all nodes it depends on, parents before children."""
    waiting, placed = connected([last]), list[Any]()
    while waiting:
        known = set(map(id, placed))
        ready = [node for node in waiting if all(id(parent) in known for parent in node.parents)]
        if not ready:
            raise ValueError("a value depends on itself: this is no graph of a computation")
        placed += ready
        waiting = [node for node in waiting if all(node is not one for one in ready)]
    return placed


# --- the backward pass ----------------------------------------------------------------------------


def _given_late(nodes: Sequence[Node]) -> list[Node]:
    """Return an order in which each leaf comes right before the first node that uses it."""
    order: list[Node] = []
    for node in nodes:
        if node.parents:
            several = [*(parent for parent in node.parents if not parent.parents), node]
            order += [one for one in dict.fromkeys(several) if one not in order]
    return order


def _orders(rng: np.random.Generator) -> Iterator[tuple]:
    for name, program, arrays in named_programs(rng):
        if name == "an array that is not used":
            continue
        nodes = nodes_of(program, arrays, Node)
        if name in ("paths of different lengths", "lesson 7"):
            nodes = _given_late(nodes)
        for place, node in enumerate(nodes):
            node.place = place
        if name in ("a value used twice", "lesson 3"):
            for node in nodes:  # gradients left over from an earlier backward pass
                node.grad = rng.standard_normal(node.data.shape)
        yield (nodes,)


@exercise(
    LESSON,
    points=2,
    returns={"gradients": "a list with one array for each node"},
    form="members",
    cases=_orders,
    properties=judge_gradients,
    may_use=frozenset({"local_rules", "unbroadcast"}),
)
def backward(order: Sequence[Any]) -> list[np.ndarray]:
    """Set the gradient of each node of a graph, and return all of them."""
    graph = Graph(order)
    gradients = [graph.gradient(place) for place in range(len(graph.data))]
    for node, gradient in zip(order, gradients):
        if type(node) not in (Node, Made):  # a student's own class
            node.grad = gradient
    return gradients


# --- the whole engine -----------------------------------------------------------------------------


def _programs(rng: np.random.Generator) -> Iterator[tuple]:
    for _, program, arrays in named_programs(rng):
        yield program, arrays


@exercise(
    LESSON,
    points=3,
    returns={"gradients": "a list with one array for each given array"},
    form="members",
    cases=_programs,
    properties=judge_programs,
    shared=True,
    may_use=frozenset({"local_rules", "unbroadcast", "topological_order", "backward"}),
)
def engine_gradients(
    program: Sequence[tuple[str, Sequence[int]]], arrays: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Return the gradient of the result of a program with respect to each array."""
    graph = Graph(nodes_of(program, arrays, Made))
    return [graph.gradient(place) for place in range(len(arrays))]
