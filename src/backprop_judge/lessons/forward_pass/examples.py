"""Small examples of lesson 2, with intermediate values."""

import numpy as np

from backprop.network import Parameters, forward

from ...worked import Between, between, small_examples
from . import exercises

# Four inputs, three hidden units, one output, two examples.
X = np.array([[1.7, -1.5], [-1.2, 1.8], [-1.9, 1.4], [-2.2, -1.1]])
W1 = np.array([[0.6, 0.9, -0.45, -0.1], [-0.95, 0.55, -0.75, -0.25], [0.35, -0.4, 0.7, 0.15]])
b1 = np.array([[0.8], [-0.2], [0.85]])
W2 = np.array([[1.3, -2.1, 1.6]])
b2 = np.array([[-0.65]])
out_y = np.array([[0.7, 0.4, 0.25], [0.35, 0.9, 0.6]])
Y = np.array([[0.95, 0.2, 0.1], [0.45, 0.85, 0.3]])

small_examples(exercises.sigmoid, (np.array([[0.6, -2.1, 3.2], [-0.1, 1.2, -4.3]]),))
small_examples(exercises.shapes, (4, 3, 1, 2))
small_examples(exercises.forward_propagation, (X, W1, b1, W2, b2))
small_examples(exercises.loss, (out_y, Y))
small_examples(exercises.rows_to_columns, (X.T, W1.T, b1.T, W2.T, b2.T))


@between(exercises.forward_propagation)
def on_the_way_forward(
    X: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> list[Between]:
    """Return the pre-activations and activations of both layers."""
    net_h, out_h, net_y, out_y = forward(Parameters(W1, b1, W2, b2), X)
    return [
        Between("pre-activations of the hidden units", net_h),
        Between("activations of the hidden units", out_h, "out_h", out_h),
        Between("pre-activations of the output units", net_y),
        Between("activations of the output units", out_y, "out_y", out_y),
    ]
