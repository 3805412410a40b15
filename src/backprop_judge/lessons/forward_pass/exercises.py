"""Lesson 2: the forward pass of the two-layer network."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from backprop.network import Parameters, draw_parameters, forward, half_squared_error
from backprop.network import sigmoid as specified_sigmoid

from ...exercise import Number, drawn_until, exercise

Network = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # X, W1, b1, W2, b2

LESSON = "02_forward_pass"

# (n_x, n_h, n_y, m). All sizes of a network differ, so that transposed or swapped arrays are
# detected, except for the XOR network, which the lessons use.
SIZES = ((3, 5, 2, 7), (4, 2, 3, 6), (2, 2, 1, 4), (3, 4, 2, 1))
XOR = 2
STEEP = (3, 4, 2, 12)


def draw_examples(
    rng: np.random.Generator, n_x: int, n_y: int, m: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs X (n_x, m) from N(0, 1) and targets Y (n_y, m) from (0, 1)."""
    return rng.standard_normal((n_x, m)), rng.uniform(0.05, 0.95, size=(n_y, m))


def _pre_activations(rng: np.random.Generator) -> Iterator[tuple]:
    yield (3 * rng.standard_normal((3, 5)),)
    yield (rng.uniform(-20, 20, size=(8, 1)),)
    yield (np.array([[-1000.0, -750.0, -30.0, 0.0, 30.0, 750.0, 1000.0]]),)


@exercise(
    LESSON,
    points=1,
    returns={"a": "the shape of z"},
    cases=_pre_activations,
    quiet=True,
)
def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return the activation of each entry of z, for |z| up to 1000, without a warning."""
    return specified_sigmoid(z)


def _sizes(rng: np.random.Generator) -> Iterator[tuple]:
    for place in range(3):
        # No size occurs in XOR, so that the shapes of XOR are wrong for this network.
        drawn = tuple(int(size) for size in rng.permutation(np.arange(5, 15))[:4])
        yield SIZES[XOR] if place == XOR else drawn


@exercise(
    LESSON,
    points=1,
    returns={
        name: "a pair of sizes"
        for name in ("X", "W1", "b1", "net_h", "out_h", "W2", "b2", "net_y", "out_y", "Y")
    },
    form="dict",
    cases=_sizes,
    xor=XOR,
)
def shapes(n_x: int, n_h: int, n_y: int, m: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of every array of the network, by name."""
    rng = np.random.default_rng(0)
    X, Y = draw_examples(rng, n_x, n_y, m)
    parameters = draw_parameters(rng, n_x, n_h, n_y)
    arrays = {"X": X, "Y": Y, **parameters._asdict(), **forward(parameters, X)._asdict()}
    return {name: arrays[name].shape for name in shapes.returns}


# One network has pre-activations up to FARTHEST, whose activations are very close to 0 or 1; in
# the others they are below MODERATE. An answer that clips activations is wrong only in that one.
FARTHEST = 20.7
MODERATE = 4.5


def _networks(rng: np.random.Generator) -> Iterator[tuple]:
    for n_x, n_h, n_y, m in SIZES:
        yield _drawn(rng, (n_x, n_h, n_y, m))


def _drawn(rng: np.random.Generator, sizes: tuple[int, int, int, int]) -> Network:
    n_x, n_h, n_y, m = sizes
    X, _ = draw_examples(rng, n_x, n_y, m)
    return (X, *draw_parameters(rng, n_x, n_h, n_y))


def _moderate_and_steep_networks(rng: np.random.Generator) -> Iterator[tuple]:
    for sizes in SIZES:
        yield drawn_until(_is_moderate, partial(_drawn, rng, sizes))
    yield drawn_until(_reaches_both_ends, lambda: _stretched(*_drawn(rng, STEEP)))


def _is_moderate(case: Network) -> bool:
    X, *parameters = case
    net_h, _, net_y, _ = forward(Parameters(*parameters), X)
    return max(np.max(np.abs(net_h)), np.max(np.abs(net_y))) < MODERATE


def _stretched(
    X: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> Network:
    """Multiply weights and biases so that the largest pre-activation of each layer is FARTHEST."""
    high = FARTHEST / np.max(np.abs(forward(Parameters(W1, b1, W2, b2), X).net_h))
    W1, b1 = W1 * high, b1 * high
    high = FARTHEST / np.max(np.abs(forward(Parameters(W1, b1, W2, b2), X).net_y))
    return X, W1, b1, W2 * high, b2 * high


def _reaches_both_ends(case: Network) -> bool:
    """Return whether both layers have activations near 0 and 1, and one output is in between."""
    X, *parameters = case
    net_h, _, net_y, _ = forward(Parameters(*parameters), X)
    nearest = min(min(np.max(net), -np.min(net)) for net in (net_h, net_y))
    return nearest > 0.9 * FARTHEST and bool(np.min(np.abs(net_y)) < 2)


@exercise(
    LESSON,
    points=3,
    returns={"out_h": "(n_h, m)", "out_y": "(n_y, m)"},
    cases=_moderate_and_steep_networks,
    xor=XOR,
    steep=len(SIZES),
    may_use=frozenset({"sigmoid"}),
)
def forward_propagation(
    X: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the activations of both layers for all examples."""
    activations = forward(Parameters(W1, b1, W2, b2), X)
    return activations.out_h, activations.out_y


def _outputs(rng: np.random.Generator) -> Iterator[tuple]:
    for _, _, n_y, m in SIZES:
        yield rng.uniform(size=(n_y, m)), rng.uniform(size=(n_y, m))


@exercise(LESSON, points=1, returns={"C": "a number"}, cases=_outputs)
def loss(out_y: np.ndarray, Y: np.ndarray) -> Number:
    """Return half the squared error, summed over output units and examples."""
    return half_squared_error(out_y, Y)


def _row_networks(rng: np.random.Generator) -> Iterator[tuple]:
    for arguments in _networks(rng):
        yield tuple(np.ascontiguousarray(array.T) for array in arguments)


@exercise(
    LESSON,
    points=1,
    returns={
        "X": "(n_x, m)",
        "W1": "(n_h, n_x)",
        "b1": "(n_h, 1)",
        "W2": "(n_y, n_h)",
        "b2": "(n_y, 1)",
    },
    cases=_row_networks,
)
def rows_to_columns(
    X: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Convert the arrays of a network from examples in rows to examples in columns.

    Parameters
    ----------
    X, W1, b1, W2, b2
        Arrays of shapes (m, n_x), (n_x, n_h), (1, n_h), (n_h, n_y) and (1, n_y).
    """
    return tuple(
        np.array([[array[j, i] for j in range(len(array))] for i in range(len(array[0]))])
        for array in map(np.asarray, (X, W1, b1, W2, b2))
    )
