"""Small examples of lesson 2, with what the units compute on the way."""

import numpy as np

from backprop.network import forward

from ...worked import Between, between, small_examples
from . import exercises

X = np.array([[0.5, -1.0], [2.0, -0.4], [1.5, 0.8], [-0.7, 0.1]])  # (n_x, m)
W1 = np.array([[0.3, -0.2, 0.5, 1.0], [-0.6, 0.4, 0.1, 0.2], [0.7, 0.9, -0.3, -0.1]])
b1 = np.array([[0.1], [-0.5], [0.4]])
W2 = np.array([[0.6, -1.1, 0.8]])
b2 = np.array([[-0.2]])

small_examples(exercises.sigmoid, (np.array([[0.5, -2.0, 3.0], [-0.1, 1.2, -4.0]]),))
small_examples(exercises.shapes, (4, 3, 1, 2))
small_examples(exercises.forward_propagation, (X, W1, b1, W2, b2))
small_examples(
    exercises.loss, (np.array([[0.7, 0.4, 0.2], [0.3, 0.9, 0.6]]), np.array([[1, 0, 0], [0.5, 1, 0]]))
)
small_examples(exercises.rows_to_columns, (X.T, W1.T, b1.T, W2.T, b2.T))


@between(exercises.forward_propagation)
def on_the_way_forward(
    X: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray
) -> list[Between]:
    """Return the pre-activations and activations of both layers."""
    net_h, out_h, net_y, out_y = forward((W1, b1, W2, b2), X)
    return [
        Between("pre-activations of the hidden units", net_h),
        Between("activations of the hidden units", out_h, "out_h", out_h),
        Between("pre-activations of the output units", net_y),
        Between("activations of the output units", out_y, "out_y", out_y),
    ]
