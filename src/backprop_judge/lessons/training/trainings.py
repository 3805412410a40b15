"""Trainings with steps other than those of plain gradient descent."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backprop.differentiate import gradient
from backprop.network import Parameters, cross_entropy, forward, half_squared_error

from ...mistakes.backward_path import BackwardPath
from ...mistakes.unit_errors import RIGHT
from . import exercises

# Functions of the parameters, X, Y and a distance that return the parameters after one step.
Step = Callable[[Parameters, np.ndarray, np.ndarray, float], Parameters]
Start = tuple[np.ndarray, np.ndarray, Parameters]  # X, Y and the network
Arrays = tuple[np.ndarray, ...]  # W1, b1, W2, b2 and losses


def walk(
    parameters: Parameters, X: np.ndarray, Y: np.ndarray, learning_rate: float, steps: int
) -> tuple[list[Parameters], np.ndarray]:
    """Return the parameters at each step and at the end, and the loss before each step."""
    path, losses = [parameters], []
    for _ in range(steps):
        loss, slopes = exercises.loss_and_gradient(path[-1], X, Y)
        losses.append(loss)
        path.append(exercises.moved(path[-1], slopes, -learning_rate))
    return path, np.array(losses)


def side_by_side(start: Start, rates: np.ndarray, steps: int) -> Arrays:
    """Train several networks, each with a separate learning rate for each parameter array.

    Parameters
    ----------
    start
        X, Y and the initial network, which all networks share.
    rates
        The learning rates, (K, 4, 1, 1).
    steps
        The number of steps.

    Returns
    -------
    tuple
        W1, b1, W2, b2 and the losses; the networks are along the first axis of each.
    """
    X, Y, first = start
    parameters = Parameters(*(np.broadcast_to(p, (len(rates), *p.shape)) for p in first))
    losses = []
    for _ in range(steps):
        loss, slopes = exercises.loss_and_gradient(parameters, X, Y)
        losses.append(loss)
        parameters = Parameters(
            *(p - rates[:, place] * d for place, (p, d) in enumerate(zip(parameters, slopes)))
        )
    return *parameters, np.transpose(losses)


def example_by_example(start: Start, learning_rate: float, steps: int) -> Arrays:
    """Train with an update after each example.

    Returns the parameters, the losses before each epoch, and the sums of the losses that the
    examples have right before their updates.
    """
    X, Y, parameters = start
    before, between = [], []
    for _ in range(steps):
        before.append(half_squared_error(forward(parameters, X).out_y, Y))
        total: Any = 0.0
        for e in range(X.shape[1]):
            one = slice(e, e + 1)
            loss, slopes = exercises.loss_and_gradient(parameters, X[:, one], Y[:, one])
            total += loss
            parameters = exercises.moved(parameters, slopes, -learning_rate)
        between.append(total)
    return *parameters, np.array(before), np.array(between)


def trained_otherwise(step: Step, start: Start, learning_rate: float, steps: int) -> Arrays:
    """Return the parameters and losses of a training with a custom step."""
    X, Y, parameters = start
    losses = []
    for _ in range(steps):
        losses.append(half_squared_error(forward(parameters, X).out_y, Y))
        parameters = step(parameters, X, Y, -learning_rate)
    return *parameters, np.array(losses)


def slopes_of(
    parameters: Sequence[np.ndarray],
    X: np.ndarray,
    Y: np.ndarray,
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray] = half_squared_error,
) -> tuple[np.ndarray, ...]:
    """Return the gradient of a loss of the outputs and targets, in the order of the parameters."""
    return gradient(lambda *moved: loss(forward(Parameters(*moved), X).out_y, Y), *parameters)


def down_cross_entropy(
    parameters: Parameters, X: np.ndarray, Y: np.ndarray, distance: float
) -> Parameters:
    """Take a step along the gradient of the cross-entropy."""
    inside = np.clip(Y, 0, 1)
    return exercises.moved(parameters, slopes_of(parameters, X, inside, cross_entropy), distance)


def layer_by_layer(
    parameters: Parameters,
    X: np.ndarray,
    Y: np.ndarray,
    distance: float,
    order: tuple[tuple[int, int], ...] = ((0, 1), (2, 3)),
) -> Parameters:
    """Update one layer, then the other with the gradient of the already updated network."""
    arrays = list(parameters)
    for places in order:
        slopes = slopes_of(arrays, X, Y)
        for place in places:
            arrays[place] = arrays[place] + distance * slopes[place]
    return Parameters(*arrays)


def layer_by_layer_from_above(
    parameters: Parameters, X: np.ndarray, Y: np.ndarray, distance: float
) -> Parameters:
    """Update layer by layer, beginning with the output layer."""
    return layer_by_layer(parameters, X, Y, distance, order=((2, 3), (0, 1)))


def through_new_W2(
    parameters: Parameters, X: np.ndarray, Y: np.ndarray, distance: float
) -> Parameters:
    """Update the second layer first, and send the old error back through its new weights."""
    activations = forward(parameters, X)
    W1, b1, *_ = parameters
    _, _, W2, b2 = exercises.moved(parameters, slopes_of(parameters, X, Y), distance)
    path = BackwardPath(X, Y, activations.out_h, activations.out_y, W2)
    way = (RIGHT, "W2", "sigmoid")
    dW1 = path.weights("X", way).sum(axis=0)
    db1 = path.error(way).sum(axis=1, keepdims=True)
    return Parameters(W1 + distance * dW1, b1 + distance * db1, W2, b2)


class Stale:
    """A step rule that keeps using the gradient of the first step."""

    def __init__(self) -> None:
        self.slopes: tuple[np.ndarray, ...] = ()

    def __call__(
        self, parameters: Parameters, X: np.ndarray, Y: np.ndarray, distance: float
    ) -> Parameters:
        """Take one step."""
        self.slopes = self.slopes or slopes_of(parameters, X, Y)
        return exercises.moved(parameters, self.slopes, distance)
