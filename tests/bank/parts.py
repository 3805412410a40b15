"""The pieces that answers of the bank are put together from."""

import numpy as np


def sigmoid(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(z)))


# Slopes of a unit, from its activation: the right one, and what people put in its place.
def slope(a):
    return a * (1 - a)


def no_slope(a):
    return np.ones_like(a)


def slope_again(a):
    return sigmoid(a) * (1 - sigmoid(a))


def tanh_slope(a):
    return 1 - a**2


def output_error(out_y, Y, slope=slope):
    return (out_y - Y) * slope(out_y)


def hidden_error(delta_y, out_h, W2, slope=slope):
    return (W2.T @ delta_y) * slope(out_h)


def products(X, out_h, delta_h, delta_y):
    """Return dW1, db1, dW2, db2 from the errors of both layers."""
    return (
        delta_h @ X.T,
        delta_h.sum(axis=1, keepdims=True),
        delta_y @ out_h.T,
        delta_y.sum(axis=1, keepdims=True),
    )


def errors(Y, out_h, out_y, W2, hidden=slope, output=slope):
    """Return the errors of both layers, with other slopes where given."""
    delta_y = output_error(out_y, Y, output)
    return hidden_error(delta_y, out_h, W2, hidden), delta_y


def backward(X, Y, out_h, out_y, W2, hidden=slope, output=slope):
    return products(X, out_h, *errors(Y, out_h, out_y, W2, hidden, output))


def forward(X, W1, b1, W2, b2):
    out_h = sigmoid(W1 @ X + b1)
    return out_h, sigmoid(W2 @ out_h + b2)


def half_squares(out_y, Y):
    return np.sum((out_y - Y) ** 2) / 2


def down(parameters, gradients, rate):
    """Return the parameters after one step down the gradients."""
    return [p - rate * d for p, d in zip(parameters, gradients)]
