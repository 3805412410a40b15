"""Small examples of lesson 3, with the intermediate values of the backward pass.

With a single example, the gradient of a bias is the error of its unit, so that the returned
gradients show the errors that an answer has computed.
"""

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import (
    LossOfOneArray,
    Parameters,
    half_squared_error,
    layer,
    pre_activation,
    sigmoid,
)

from ...worked import Between, between, small_examples
from . import exercises

# Four inputs, three hidden units, two outputs, one example.
X = np.array([[1.2], [2.3], [-2.1], [1.6]])
Y = np.array([[0.45], [0.1]])
out_h = np.array([[0.3], [0.75], [0.65]])
out_y = np.array([[0.2], [0.6]])
W2 = np.array([[1.4, 0.7, -1.8], [1.1, 2.2, -0.8]])
# The same numbers of inputs and hidden units, one output, two examples.
X_2 = np.array([[1.1, 1.7], [2.4, -1.2], [1.8, 2.1], [-1.5, -1.9]])
Y_2 = np.array([[0.55, 0.4]])
out_h_2 = np.array([[0.45, 0.7], [0.15, 0.65], [0.6, 0.25]])
out_y_2 = np.array([[0.2, 0.9]])
W2_2 = np.array([[-1.6, -0.8, 2.3]])
# Two outputs, three examples.
out_y_3 = np.array([[0.7, 0.4, 0.25], [0.35, 0.9, 0.6]])
Y_3 = np.array([[0.95, 0.2, 0.1], [0.45, 0.85, 0.3]])
# The errors of two outputs for four examples.
delta_y = np.array([[-0.05, 0.12, 0.08, -0.2], [0.16, -0.14, 0.07, 0.11]])
out_h_4 = np.array([[0.45, 0.95, 0.25, 0.6], [0.9, 0.15, 0.55, 0.35], [0.65, 0.4, 0.85, 0.75]])

small_examples(exercises.output_error, (out_y_3, Y_3))
small_examples(exercises.hidden_error, (delta_y[:, :1], out_h, W2), (delta_y, out_h_4, W2))
for _exercise in (exercises.backward_propagation, exercises.find_the_bug):
    small_examples(_exercise, (X, Y, out_h, out_y, W2), (X_2, Y_2, out_h_2, out_y_2, W2_2))
_parameters = Parameters(
    np.array([[0.3, -0.25], [-0.6, 0.45], [0.7, 1.1]]), np.array([[0.1], [-0.55], [0.4]]),
    np.array([[0.65, -1.2, 0.8]]), np.array([[-0.2]]),
)  # fmt: skip
small_examples(
    exercises.numerical_gradient,
    (
        LossOfOneArray("b1", _parameters, np.array([[0.35], [-1.3]]), np.array([[0.9]])),
        _parameters.b1,
    ),
)


OUTPUT, HIDDEN = "output units", "hidden units"


def _error(at: str, errors: np.ndarray, bias: str) -> Between:
    """Return the errors of a layer; with one example they equal the gradient of the bias."""
    words, alone = f"error of the {at}", errors.shape[1] == 1
    return Between(words, errors, bias if alone else "", errors if alone else None, at, "error")


def _at_output(out_y: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the difference, the slope and the error of the output units, each (n_y, m)."""
    net_y = pre_activation(out_y)
    (difference,) = gradient(lambda out: half_squared_error(out, Y), out_y)
    (delta_y,) = gradient(lambda net: half_squared_error(sigmoid(net), Y), net_y)
    return difference, derivative(sigmoid, net_y), delta_y


def _at_hidden(
    delta_y: np.ndarray, out_h: np.ndarray, W2: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the arriving error, the slope and the error of the hidden units, each (n_h, m)."""
    net_h, no_bias = pre_activation(out_h), np.zeros((len(W2), 1))

    def loss(out: np.ndarray) -> np.ndarray:
        return np.sum(delta_y * layer(W2, no_bias, out), axis=(-2, -1))

    (arriving,) = gradient(loss, out_h)
    (delta_h,) = gradient(lambda net: loss(sigmoid(net)), net_h)
    return arriving, derivative(sigmoid, net_h), delta_h


@between(exercises.output_error)
def on_the_way_to_the_output_error(out_y: np.ndarray, Y: np.ndarray) -> list[Between]:
    """Return the difference, the slope and the error of the output units."""
    difference, slope, delta_y = _at_output(out_y, Y)
    return [
        Between("difference of the outputs to their targets", difference),
        Between("slope of the output units", slope),
        Between("error of the output units", delta_y, "delta_y", delta_y),
    ]


@between(exercises.hidden_error, drawn=True)
def on_the_way_to_the_hidden_error(
    delta_y: np.ndarray, out_h: np.ndarray, W2: np.ndarray
) -> list[Between]:
    """Return the error that comes back through W2, the slope and the error of the hidden units."""
    arriving, slope, delta_h = _at_hidden(delta_y, out_h, W2)
    return [
        Between("error of the output units, as given", delta_y, at=OUTPUT, label="error"),
        Between("error that comes back through `W2`", arriving, at=HIDDEN, label="comes back"),
        Between("slope of the hidden units", slope, at=HIDDEN, label="slope"),
        Between("error of the hidden units", delta_h, "delta_h", delta_h, HIDDEN, "error"),
    ]


@between(exercises.backward_propagation, exercises.find_the_bug, drawn=True)
def on_the_way_back(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> list[Between]:
    """Return all values between the loss and the errors of the hidden units."""
    difference, slope_y, delta_y = _at_output(out_y, Y)
    arriving, slope_h, delta_h = _at_hidden(delta_y, out_h, W2)
    return [
        Between(
            "difference of the outputs to their targets", difference, at=OUTPUT, label="difference"
        ),
        Between("slope of the output units", slope_y, at=OUTPUT, label="slope"),
        _error(OUTPUT, delta_y, "db2"),
        Between("error that comes back through `W2`", arriving, at=HIDDEN, label="comes back"),
        Between("slope of the hidden units", slope_h, at=HIDDEN, label="slope"),
        _error(HIDDEN, delta_h, "db1"),
    ]
