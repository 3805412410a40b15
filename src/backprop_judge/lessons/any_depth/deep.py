"""Networks of any depth, and their derivatives by the complex step."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from backprop.differentiate import apart, gradient, together
from backprop.network import sigmoid

from ...exercise import drawn_until
from ...mistakes.unit_errors import gradients_of_weights

Layers = Sequence[tuple[np.ndarray, np.ndarray]]  # the weights and the biases of each


def _open(z: np.ndarray) -> np.ndarray:
    return np.where(np.real(z) > 0, z, 0.0)


UNITS: dict[str, Callable[[np.ndarray], np.ndarray]] = {"relu": _open, "sigmoid": sigmoid}


def log_of_sum(z: np.ndarray) -> np.ndarray:
    """Return the logarithm of the sum of the exponentials along the last axis but one, kept."""
    largest = np.max(np.real(z), axis=-2, keepdims=True)
    return largest + np.log(np.sum(np.exp(z - largest), axis=-2, keepdims=True))


def loss_of_each(z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the cross-entropy of the softmax of z with the targets, (..., 1, m)."""
    return np.sum(Y, axis=-2, keepdims=True) * log_of_sum(z) - np.sum(Y * z, axis=-2, keepdims=True)


def shares(z: np.ndarray) -> np.ndarray:
    """Return the slopes of `log_of_sum`, which are positive and add up to 1, (..., n, m)."""
    found = gradient(lambda z: log_of_sum(z)[..., 0, 0], apart(z), copies=np.ndim(z) - 1)[0]
    return together(found)


def error_at_top(P: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the derivative of the loss by the pre-activations whose shares are P (n, m)."""
    # Where a share is rounded to 0, its logarithm is very negative instead of -infinity.
    z, Y = apart(np.log(np.maximum(P, 1e-300))), apart(Y)
    return together(gradient(lambda z: loss_of_each(z, Y)[..., 0, 0], z, copies=1)[0])


def forward_values(layers: Layers, kind: str, X: np.ndarray) -> Iterator[tuple]:
    """Yield what each layer receives and its pre-activations, from the inputs upwards."""
    for place, (W, b) in enumerate(layers):
        z = W @ X + b
        yield X, z
        X = UNITS[kind](z) if place < len(layers) - 1 else z


def activations_of(layers: Layers, kind: str, X: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the inputs and the activations of each layer, those of the last as shares."""
    values = list(forward_values(layers, kind, X))
    yield from (seen for seen, _ in values)
    yield shares(values[-1][1])


def errors_of(
    Y: np.ndarray, activations: Sequence[np.ndarray], layers: Layers, kind: str
) -> list[np.ndarray]:
    """Return the derivative of the loss by the pre-activations of each layer, (n, m)."""
    found = []
    for place, (W, b) in enumerate(layers):
        z = apart(W @ activations[place] + b)
        loss = partial(_loss_from, layers[place + 1 :], kind, apart(Y))
        found.append(together(gradient(loss, z, copies=1)[0]))
    return found


def _loss_from(above: Layers, kind: str, Y: np.ndarray, z: np.ndarray) -> np.ndarray:
    for W, b in above:
        z = W @ UNITS[kind](z) + b
    return loss_of_each(z, Y)[..., 0, 0]


def gradients_of(errors: Sequence[np.ndarray], inputs: Sequence[np.ndarray]) -> list[tuple]:
    """Return the pair (dW, db) of each layer from its errors and what it receives."""
    return [
        (gradients_of_weights(delta, seen).sum(axis=0), delta.sum(axis=1, keepdims=True))
        for delta, seen in zip(errors, inputs)
    ]


def draw_layers(rng: np.random.Generator, sizes: Sequence[int]) -> list[tuple]:
    """Return layers of these sizes, the inputs first, with weights of fitting size."""
    return [
        (rng.standard_normal((n, k)) * np.sqrt(2 / k), 0.4 * rng.standard_normal((n, 1)))
        for k, n in pairwise(sizes)
    ]


def draw_targets(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Return targets (n, m): in each column a 1 and zeros."""
    return np.eye(n)[rng.integers(n, size=m)].T


def draw_network(
    rng: np.random.Generator, sizes: Sequence[int], m: int, kind: str
) -> tuple[np.ndarray, list[tuple]]:
    """Return inputs (n, m) and layers, in which each hidden layer has units of both sorts."""

    def draw() -> tuple[np.ndarray, list[tuple]]:
        return rng.standard_normal((sizes[0], m)), draw_layers(rng, sizes)

    def is_telling(drawn: tuple[np.ndarray, list[tuple]]) -> bool:
        X, layers = drawn
        values = [z for _, z in forward_values(layers, kind, X)]
        several = all(np.ptp(np.sign(z)) for z in values[:-1])
        # No output is sure: then the errors are neither tiny nor all alike.
        return several and np.max(np.abs(values[-1])) < 6

    return drawn_until(is_telling, draw)
