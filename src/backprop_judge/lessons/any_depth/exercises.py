"""Lesson 7: a list of layers, softmax, initialization, momentum and Adam."""

from collections.abc import Iterator, Sequence

import numpy as np

from backprop.differentiate import derivative

from ...exercise import exercise
from . import judging
from .deep import (
    UNITS,
    activations_of,
    draw_network,
    draw_targets,
    error_at_top,
    errors_of,
    gradients_of,
    shares,
)

LESSON = "07_any_depth"

# --- one unit, one layer ------------------------------------------------------------------------


def _places(rng: np.random.Generator) -> Iterator[tuple]:
    for shape in ((3, 4), (5, 2), (2, 3, 2), (1, 1)):
        z = 2 * rng.standard_normal(shape)
        z.flat[:: 3 if z.size > 1 else 2] = 0.0
        if z.size > 1:
            z.flat[1], z.flat[2] = abs(z.flat[1]) + 0.1, -abs(z.flat[2]) - 0.1
        yield (z,)


@exercise(
    LESSON, points=1, returns={"slope": "the shape of z"}, cases=_places, light=True, quiet=True
)
def relu_slope(z: np.ndarray) -> np.ndarray:
    """Return the slope of ReLU at z; at 0 the slope is 0."""
    return derivative(UNITS["relu"], z)


def _logits(rng: np.random.Generator) -> Iterator[tuple]:
    # An answer may normalize along any axis; only the second-to-last one is right.
    for shape in ((4, 3), (3, 5), (2, 4, 3), (5, 1), (2, 3, 4, 5)):
        yield (1.5 * rng.standard_normal(shape),)
    large = rng.standard_normal((3, 4))
    large[:, 0] += 1000.0
    large[:, 1] -= 1000.0
    large[:, 2] = 900.0, -900.0, 0.0
    yield (large,)


@exercise(LESSON, points=2, returns={"P": "the shape of z"}, cases=_logits, quiet=True)
def softmax(z: np.ndarray) -> np.ndarray:
    """Return the probabilities of each example, a column of z (..., n, m); they add up to 1."""
    return shares(z)


def _shares_and_targets(rng: np.random.Generator) -> Iterator[tuple]:
    for n, m in ((4, 6), (3, 5), (10, 3), (5, 1)):
        yield shares(1.5 * rng.standard_normal((n, m))), draw_targets(rng, n, m)


@exercise(LESSON, points=1, returns={"delta": "(n_y, m)"}, cases=_shares_and_targets)
def cross_entropy_error(P: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the derivative of the summed cross-entropy with respect to the softmax inputs."""
    return error_at_top(P, Y)


# --- networks of any depth ----------------------------------------------------------------------

# The layer sizes of each network, inputs first, the number of examples, and the kind of the units.
# In the last two networks all sizes are equal, so that answers which mix up layers run as well.
NETWORKS = (
    ((3, 5, 4, 2), 6, "relu"),
    ((4, 3, 5), 7, "sigmoid"),
    ((2, 6, 5, 4, 3), 5, "relu"),
    ((3, 4), 5, "sigmoid"),
    ((3, 6, 4, 5, 2), 1, "sigmoid"),
    ((4, 4, 4, 4), 4, "relu"),
    ((4, 4, 4, 4), 4, "sigmoid"),
)


def _inputs(rng: np.random.Generator) -> Iterator[tuple]:
    for sizes, m, kind in NETWORKS:
        X, layers = draw_network(rng, sizes, m, kind)
        yield X, layers, kind
    X, layers = draw_network(rng, (3, 5, 4), 5, "relu")
    W, b = layers[-1]
    yield X, [*layers[:-1], (2000 * W, b)], "relu"


@exercise(
    LESSON,
    points=2,
    returns={"activations": "a list of arrays: X, then the activations of each layer"},
    form="arrays",
    cases=_inputs,
    properties=judging.judge_activations,
    where_it_runs=judging.explain_activations,
    may_use=frozenset({"softmax"}),
)
def deep_forward(X: np.ndarray, layers: Sequence[tuple], kind: str) -> list[np.ndarray]:
    """Return X and the activations of each layer; the last layer applies softmax."""
    return list(activations_of(layers, kind, X))


def _passes(rng: np.random.Generator) -> Iterator[tuple]:
    for sizes, m, kind in NETWORKS:
        X, layers = draw_network(rng, sizes, m, kind)
        Y = draw_targets(rng, sizes[-1], m)
        yield Y, list(activations_of(layers, kind, X)), layers, kind


@exercise(
    LESSON,
    points=3,
    returns={"gradients": "a list of pairs (dW, db), one for each layer, layer 0 first"},
    form="pairs",
    cases=_passes,
    properties=judging.judge_gradients,
    where_it_runs=judging.explain_gradients,
    shared=True,
    may_use=frozenset({"relu_slope", "cross_entropy_error"}),
)
def deep_backward(
    Y: np.ndarray, activations: Sequence[np.ndarray], layers: Sequence[tuple], kind: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return for each layer the gradients of the summed cross-entropy for its W and b."""
    return gradients_of(errors_of(Y, activations, layers, kind), activations)


def _widths(rng: np.random.Generator) -> Iterator[tuple]:
    for n_in in judging.WIDTHS:
        yield (n_in,)


@exercise(
    LESSON,
    points=1,
    returns={"scale": "a number"},
    cases=_widths,
    properties=judging.judge_scales,
)
def initial_scale(n_in: int) -> float:
    """Return a scale for the weights of ReLU layers that keeps the size of the activations."""
    # Measured on networks, such that all layers together multiply the sizes by 1.
    up, down = judging.sizes_through_layers(n_in, 1.0)
    return float((up * down) ** (-0.5 / judging.DEPTH))


# --- steps --------------------------------------------------------------------------------------


def _momentum(rng: np.random.Generator) -> Iterator[tuple]:
    for shape in ((3, 4), (2, 1), (1, 5)):
        w, dw, v = (rng.standard_normal(shape) for _ in range(3))
        yield w, dw, v, float(rng.uniform(0.1, 0.5)), float(rng.uniform(0.6, 0.95))


@exercise(
    LESSON, points=1, returns={"w": "the shape of w", "v": "the shape of w"}, order=("v", "w"),
    cases=_momentum,
)  # fmt: skip
def momentum_step(
    w: np.ndarray, dw: np.ndarray, v: np.ndarray, learning_rate: float, beta: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights and the velocity after one step with momentum."""
    moved = beta * v - learning_rate * dw
    return w + moved, moved


BETAS, SMALL = (0.9, 0.999), 1e-8


def _adam(rng: np.random.Generator) -> Iterator[tuple]:
    for shape, t in (((3, 4), 1), ((2, 1), 2), ((1, 5), 7), ((2, 3), 40)):
        w, dw, v = (rng.standard_normal(shape) for _ in range(3))
        s = rng.uniform(0.2, 2.0, shape)
        # Before the first step, both running means are 0.
        v, s = (v, s) if t > 1 else (0 * v, 0 * s)
        yield w, dw, v, s, t, float(rng.uniform(0.05, 0.3))


@exercise(
    LESSON,
    points=1,
    returns={"w": "the shape of w", "v": "the shape of w", "s": "the shape of w"},
    order=("v", "s", "w"),
    cases=_adam,
)
def adam_step(
    w: np.ndarray, dw: np.ndarray, v: np.ndarray, s: np.ndarray, t: int, learning_rate: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the weights and both running means after step t of Adam, counted from 1."""
    keep, keep_s = BETAS
    v, s = v + (1 - keep) * (dw - v), s + (1 - keep_s) * (dw * dw - s)
    size = np.sqrt(s / (1 - keep_s**t)) + SMALL
    return w - learning_rate * v / (1 - keep**t) / size, v, s
