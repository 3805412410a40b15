"""Lesson 2: the two-layer network computes."""

from functools import partial

import numpy as np

from backprop.network import Parameters, draw_parameters, forward, half_squared_error
from backprop.network import sigmoid as specified_sigmoid

from ...exercise import drawn_until, exercise

LESSON = "02_forward_pass"

# (n_x, n_h, n_y, m): all different, so that a transposed or swapped array shows;
# then the sizes of XOR, which is what the lessons work on.
SIZES = ((3, 5, 2, 7), (4, 2, 3, 6), (2, 2, 1, 4), (3, 4, 2, 1))
XOR = 2
STEEP = (3, 4, 2, 12)


def draw_examples(
    rng: np.random.Generator, n_x: int, n_y: int, m: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs X (n_x, m) from N(0, 1) and targets Y (n_y, m) from (0, 1)."""
    return rng.standard_normal((n_x, m)), rng.uniform(0.05, 0.95, size=(n_y, m))


def _pre_activations(rng):
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
    """The activation of each entry of z, for |z| up to 1000, without a warning."""
    return specified_sigmoid(z)


def _sizes(rng):
    for place in range(3):
        # None is a size of XOR, so that whoever writes its shapes down has none of them right.
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
    """The shape of every array of the network, by name."""
    rng = np.random.default_rng(0)
    X, Y = draw_examples(rng, n_x, n_y, m)
    parameters = draw_parameters(rng, n_x, n_h, n_y)
    arrays = {"X": X, "Y": Y, **parameters._asdict(), **forward(parameters, X)._asdict()}
    return {name: arrays[name].shape for name in shapes.returns}


# The activations of one case come as near to 0 and 1 as at these pre-activations, those of the others
# do not: whoever cuts them off is seen there, and only there.
FARTHEST = 20.7
MODERATE = 4.5


def _networks(rng):
    for n_x, n_h, n_y, m in SIZES:
        yield _drawn(rng, (n_x, n_h, n_y, m))


def _drawn(rng, sizes):
    n_x, n_h, n_y, m = sizes
    X, _ = draw_examples(rng, n_x, n_y, m)
    return (X, *draw_parameters(rng, n_x, n_h, n_y))


def _moderate_and_steep_networks(rng):
    for sizes in SIZES:
        yield drawn_until(_is_moderate, partial(_drawn, rng, sizes))
    yield drawn_until(_reaches_both_ends, lambda: _stretched(*_drawn(rng, STEEP)))


def _is_moderate(case):
    net_h, _, net_y, _ = forward(case[1:], case[0])
    return max(np.max(np.abs(net_h)), np.max(np.abs(net_y))) < MODERATE


def _stretched(X, W1, b1, W2, b2):
    """Multiply weights and biases so that the largest pre-activation of each layer is FARTHEST."""
    high = FARTHEST / np.max(np.abs(forward(Parameters(W1, b1, W2, b2), X).net_h))
    W1, b1 = W1 * high, b1 * high
    high = FARTHEST / np.max(np.abs(forward(Parameters(W1, b1, W2, b2), X).net_y))
    return X, W1, b1, W2 * high, b2 * high


def _reaches_both_ends(case):
    """Whether both layers come near to 0 and to 1, and the outputs between as well."""
    net_h, _, net_y, _ = forward(case[1:], case[0])
    nearest = min(min(np.max(net), -np.min(net)) for net in (net_h, net_y))
    return nearest > 0.9 * FARTHEST and np.min(np.abs(net_y)) < 2


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
    """The activations of both layers for all examples."""
    activations = forward(Parameters(W1, b1, W2, b2), X)
    return activations.out_h, activations.out_y


def _outputs(rng):
    for _, _, n_y, m in SIZES:
        yield rng.uniform(size=(n_y, m)), rng.uniform(size=(n_y, m))


@exercise(LESSON, points=1, returns={"C": "a number"}, cases=_outputs)
def loss(out_y: np.ndarray, Y: np.ndarray) -> float:
    """Half the squared error, summed over output units and examples."""
    return half_squared_error(out_y, Y)


def _row_networks(rng):
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
    """The arrays of a network with examples in rows, X (m, n_x), W1 (n_x, n_h),
    b1 (1, n_h), W2 (n_h, n_y), b2 (1, n_y), for the same network with examples in columns."""
    return tuple(
        np.array([[array[j, i] for j in range(len(array))] for i in range(len(array[0]))])
        for array in map(np.asarray, (X, W1, b1, W2, b2))
    )
