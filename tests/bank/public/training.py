"""Answers that people gave to the exercises of the lesson `training`."""

import copy

import numpy as np

from ..answer import public_right as right
from ..answer import public_wrong as wrong


def sig(v):
    return 1 / (1 + np.exp(-v))


@wrong("update_parameters", "mutates-input")
def inplace(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Changes the caller's arrays."""
    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2
    return W1, b1, W2, b2


@wrong("update_parameters", "uphill")
def bias_added(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """The biases go uphill."""
    return (
        W1 - learning_rate * dW1,
        b1 + learning_rate * db1,
        W2 - learning_rate * dW2,
        b2 + learning_rate * db2,
    )


@wrong("update_parameters", "one-bias")
def single_bias(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Every bias of a layer moves by the sum of their gradients."""
    return (
        W1 - learning_rate * dW1,
        b1 - learning_rate * np.sum(db1),
        W2 - learning_rate * dW2,
        b2 - learning_rate * np.sum(db2),
    )


@right("train")
def train_right(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """The template itself is right."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "formula-at-z")
def slope_at_z(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """The formula a(1 - a) is given pre-activations."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * z2 * (1 - z2)
        pass
        d1 = (W2.T @ d2) * z1 * (1 - z1)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "slope-of-activation")
def slope_again(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """The sigmoid is applied again inside the slopes."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * sig(y) * (1 - sig(y))
        pass
        d1 = (W2.T @ d2) * sig(h) * (1 - sig(h))
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "gradient-for-W2")
def back_through_dW2(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """The error goes back through the gradient dW2."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        pass
        d1 = ((d2 @ h.T).T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "averaged", "doubled")
def mse_losses(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes the mean squared error."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(np.mean((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "wrong-loss")
def bce_losses(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes the cross-entropy."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(-np.sum(Y * np.log(y) + (1 - Y) * np.log(1 - y)))
        d2 = (y - Y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "sign-flipped", "uphill")
def minus_then_plus(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Target minus output, and subtracted: uphill."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (Y - y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "sums-not-reset")
def not_reset(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """The gradient sums are not reset between steps."""
    sig = lambda v: 1 / (1 + np.exp(-v))
    losses = []
    gW1, gb1, gW2, gb2 = (
        np.zeros(W1.shape),
        np.zeros(b1.shape),
        np.zeros(W2.shape),
        np.zeros(b2.shape),
    )
    for _ in range(steps):
        h = sig(W1 @ X + b1)
        y = sig(W2 @ h + b2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        d1 = (W2.T @ d2) * h * (1 - h)
        gW1 += d1 @ X.T
        gb1 += d1.sum(1, keepdims=True)
        gW2 += d2 @ h.T
        gb2 += d2.sum(1, keepdims=True)
        W1, b1 = W1 - learning_rate * gW1, b1 - learning_rate * gb1
        W2, b2 = W2 - learning_rate * gW2, b2 - learning_rate * gb2
    return W1, b1, W2, b2, losses


@wrong("train", "momentum")
def momentum(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Momentum in W2."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        vW = 0.9 * (vW if losses[1:] else 0) + d2 @ h.T
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * vW
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "rate-changes")
def decay(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """The learning rate shrinks."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
        learning_rate *= 0.9
    return W1, b1, W2, b2, losses


@wrong("train", "fewer-steps", "fewer-losses")
def early_stop(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Stops early when the loss is small."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)

        if losses[-1] < 0.4:
            break
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "doubled")
def doubled(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Factor 2."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = 2 * (y - Y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "wrong-return", "wrong-shape")
def losses_2d(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Each loss is a (1, 1) array."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2, axis=(0, 1), keepdims=True))
        d2 = (y - Y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("predict", "all-ones")
def broken_sigmoid(X, W1, b1, W2, b2):
    """Parentheses missing in the sigmoid: all outputs are above 1."""
    s = lambda v: 1 / 1 + np.exp(-v)
    return (s(W2 @ s(W1 @ X + b1) + b2) >= 0.5) * 1


@wrong("predict", "wrong-return")
def list_predict(X, W1, b1, W2, b2):
    """Nested lists."""
    s = lambda v: 1 / (1 + np.exp(-v))
    y = s(W2 @ s(W1 @ X + b1) + b2)
    return [[1 if v > 0.5 else 0 for v in row] for row in y]


@wrong("predict", "one-output")
def first_output(X, W1, b1, W2, b2):
    """Only the first output unit gets labels (Coursera's Y_prediction = zeros((1, m)))."""
    s = lambda v: 1 / (1 + np.exp(-v))
    y = s(W2 @ s(W1 @ X + b1) + b2)
    labels = np.zeros((1, X.shape[1]))
    for e in range(X.shape[1]):
        labels[0, e] = 1 if y[0, e] > 0.5 else 0
    return labels


@wrong("predict", "tanh-activation")
def tanh_predict(X, W1, b1, W2, b2):
    """Tanh in the hidden layer."""
    s = lambda v: 1 / (1 + np.exp(-v))
    return np.round(s(W2 @ np.tanh(W1 @ X + b1) + b2))


@right("update_parameters")
def update_deepcopy(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate=1.2):
    """Deep copies (Coursera)."""
    W1, b1, W2, b2 = (copy.deepcopy(v) for v in (W1, b1, W2, b2))
    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2
    return W1, b1, W2, b2


@right("predict")
def predict_heaviside(X, W1, b1, W2, b2):
    """Heaviside of the pre-activation."""
    z = W2 @ (1 / (1 + np.exp(-(W1 @ X + b1)))) + b2
    return np.heaviside(z, 0.0)


@right("predict")
def predict_floor(X, W1, b1, W2, b2):
    """Floor(y + 1/2)."""
    y = 1 / (1 + np.exp(-(W2 @ (1 / (1 + np.exp(-(W1 @ X + b1)))) + b2)))
    return np.floor(y + 0.5)


@wrong("train", "some-losses")
def losses_every_second(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes every second loss; the weights are right."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        losses = losses if _ % 2 == 0 else losses[:-1]
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "some-losses")
def losses_not_last(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Does not note the last loss; the weights are right."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        losses = losses if _ < steps - 1 else losses[:-1]
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@wrong("train", "one-loss-more")
def losses_and_final(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Notes the final loss as well; the weights are right."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append(0.5 * np.sum((y - Y) ** 2))
        d2 = (y - Y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    losses.append(0.5 * np.sum((sig(W2 @ sig(W1 @ X + b1) + b2) - Y) ** 2))
    return W1, b1, W2, b2, losses


@wrong("train", "wrong-return", "wrong-shape")
def loss_nested(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Each loss is a list of one number."""
    W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    losses = []
    for _ in range(steps):
        z1 = W1 @ X + b1
        h = sig(z1)
        z2 = W2 @ h + b2
        y = sig(z2)
        losses.append([0.5 * np.sum((y - Y) ** 2)])
        d2 = (y - Y) * y * (1 - y)
        pass
        d1 = (W2.T @ d2) * h * (1 - h)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ h.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses
