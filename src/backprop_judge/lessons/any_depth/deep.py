"""Networks of any depth, differentiated with the complex-step method."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from backprop.differentiate import apart, gradient, together
from backprop.network import sigmoid

from ...exercise import drawn_until
from ...mistakes.unit_errors import gradients_of_weights

Layers = Sequence[tuple[np.ndarray, np.ndarray]]  # the weights and biases of each layer


def _open(z: np.ndarray) -> np.ndarray:
    return np.where(np.real(z) > 0, z, 0.0)


UNITS: dict[str, Callable[[np.ndarray], np.ndarray]] = {"relu": _open, "sigmoid": sigmoid}


def log_of_sum(z: np.ndarray) -> np.ndarray:
    """Return log-sum-exp over the second-to-last axis, which is kept with length 1."""
    largest = np.max(np.real(z), axis=-2, keepdims=True)
    return largest + np.log(np.sum(np.exp(z - largest), axis=-2, keepdims=True))


def loss_of_each(z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the cross-entropy of softmax(z) and the targets for each example, (..., 1, m)."""
    return np.sum(Y, axis=-2, keepdims=True) * log_of_sum(z) - np.sum(Y * z, axis=-2, keepdims=True)


def shares(z: np.ndarray) -> np.ndarray:
    """Return the softmax of z (..., n, m), computed as the gradient of `log_of_sum`."""
    found = gradient(lambda z: log_of_sum(z)[..., 0, 0], apart(z), copies=np.ndim(z) - 1)[0]
    return together(found)


def error_at_top(P: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the derivative of the loss with respect to z, where P (n, m) is softmax(z)."""
    # Clip probabilities that were rounded to 0, so that their logarithm is finite.
    z, Y = apart(np.log(np.maximum(P, 1e-300))), apart(Y)
    return together(gradient(lambda z: loss_of_each(z, Y)[..., 0, 0], z, copies=1)[0])


def forward_values(layers: Layers, kind: str, X: np.ndarray) -> Iterator[tuple]:
    """Yield the inputs and the pre-activations of each layer, starting at layer 0."""
    for place, (W, b) in enumerate(layers):
        z = W @ X + b
        yield X, z
        X = UNITS[kind](z) if place < len(layers) - 1 else z


def activations_of(layers: Layers, kind: str, X: np.ndarray) -> Iterator[np.ndarray]:
    """Yield X, then the activations of each layer; the last layer applies softmax."""
    values = list(forward_values(layers, kind, X))
    yield from (seen for seen, _ in values)
    yield shares(values[-1][1])


def errors_of(
    Y: np.ndarray, activations: Sequence[np.ndarray], layers: Layers, kind: str
) -> list[np.ndarray]:
    """Return the derivative of the loss with respect to the pre-activations of each layer."""
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
    """Return the pair (dW, db) of each layer, given its errors and its inputs."""
    return [
        (gradients_of_weights(delta, seen).sum(axis=0), delta.sum(axis=1, keepdims=True))
        for delta, seen in zip(errors, inputs)
    ]


def draw_layers(rng: np.random.Generator, sizes: Sequence[int]) -> list[tuple]:
    """Return random layers with He-scaled weights; `sizes` begins with the number of inputs."""
    return [
        (rng.standard_normal((n, k)) * np.sqrt(2 / k), 0.4 * rng.standard_normal((n, 1)))
        for k, n in pairwise(sizes)
    ]


def draw_targets(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    """Return random one-hot targets (n, m), one column for each example."""
    return np.eye(n)[rng.integers(n, size=m)].T


def draw_network(
    rng: np.random.Generator, sizes: Sequence[int], m: int, kind: str
) -> tuple[np.ndarray, list[tuple]]:
    """Return random inputs (n, m) and layers.

    Each hidden layer has pre-activations of both signs.
    """

    def draw() -> tuple[np.ndarray, list[tuple]]:
        return rng.standard_normal((sizes[0], m)), draw_layers(rng, sizes)

    def is_telling(drawn: tuple[np.ndarray, list[tuple]]) -> bool:
        X, layers = drawn
        values = [z for _, z in forward_values(layers, kind, X)]
        several = all(np.ptp(np.sign(z)) for z in values[:-1])
        # Saturated outputs would make the errors tiny or nearly equal.
        return several and np.max(np.abs(values[-1])) < 6

    return drawn_until(is_telling, draw)
