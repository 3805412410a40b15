"""Answers that people gave to the exercises of the lesson `forward_pass`."""

import numpy as np

from ..answer import public_right as right
from ..answer import public_wrong as wrong


@wrong("sigmoid", "sign-of-exponent")
def sign_sigmoid(z):
    """The exponent has the wrong sign."""
    return 1 / (1 + np.exp(np.clip(z, -500, 500)))


@wrong("loss", "averaged", "doubled", "scaled")
def mean_loss(out_y, Y):
    """The mean of the squares: divided by all entries, and the half is missing."""
    return np.mean((out_y - Y) ** 2)


@wrong("loss", "averaged")
def half_mean_loss(out_y, Y):
    """Divided by the number of examples."""
    m = Y.shape[1]
    C = 1 / (2 * m) * np.sum(np.square(out_y - Y))
    return C


@wrong("loss", "wrong-loss")
def bce_sign(out_y, Y):
    """A cross-entropy with one sign wrong: another loss, and no loss at all."""
    return np.sum(-Y * np.log(out_y) + (1 - Y) * np.log(1 - out_y))


@wrong("loss", "wrong-loss")
def categorical(out_y, Y):
    """The cross-entropy of a softmax: only the targets' part."""
    return -np.sum(Y * np.log(out_y + 1e-8))


@wrong("loss", "wrong-loss")
def norm_loss(out_y, Y):
    """Half the norm, not half its square."""
    return 0.5 * np.linalg.norm(out_y - Y)


@wrong("loss", "averaged")
def len_loss(out_y, Y):
    """Divided by len(Y), the number of outputs."""
    return 1 / len(Y) * 0.5 * np.sum((out_y - Y) ** 2)


@wrong("forward_propagation", "missing-sigmoid")
def linear_out(X, W1, b1, W2, b2):
    """No sigmoid in the output layer."""
    A1 = 1 / (1 + np.exp(-(np.dot(W1, X) + b1)))
    A2 = np.dot(W2, A1) + b2
    return A1, A2


@wrong("forward_propagation", "other-activation")
def softmax(X, W1, b1, W2, b2):
    """A softmax in the output layer."""
    A1 = 1 / (1 + np.exp(-(np.dot(W1, X) + b1)))
    e = np.exp(np.dot(W2, A1) + b2)
    return A1, e / e.sum(axis=0)


@wrong("forward_propagation", "subtracted-bias")
def minus_bias(X, W1, b1, W2, b2):
    """The minus does not reach the bias: it is subtracted."""
    A1 = 1 / (1 + np.exp(-np.dot(W1, X) + b1))
    A2 = 1 / (1 + np.exp(-np.dot(W2, A1) + b2))
    return A1, A2


@wrong("forward_propagation", "wrong-return")
def cache(X, W1, b1, W2, b2):
    """Returns A2 and a cache."""
    Z1 = np.dot(W1, X) + b1
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = np.dot(W2, A1) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


@wrong("forward_propagation", "sigmoid-twice")
def b1_twice(X, W1, b1, W2, b2):
    """The hidden activations go through the sigmoid twice."""
    s = lambda v: 1 / (1 + np.exp(-v))
    A1 = s(W1 @ X + b1)
    return A1, s(W2 @ s(A1) + b2)


@wrong("rows_to_columns", "reshaped")
def reshapes_the_rows(X, W1, b1, W2, b2):
    """Reshaped, not transposed."""
    flip = lambda v: v.reshape(v.shape[1], v.shape[0])
    return flip(X), flip(W1), flip(b1), flip(W2), flip(b2)


@wrong("rows_to_columns", "unchanged")
def no_bias(X, W1, b1, W2, b2):
    """The biases stay rows."""
    return X.T, W1.T, b1, W2.T, b2


@right("sigmoid")
def sigmoid_tanh(z):
    """By tanh."""
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


@right("sigmoid")
def sigmoid_clip500(z):
    """Clipped at 500."""
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


@right("sigmoid")
def sigmoid_reciprocal(z):
    """Reciprocal, silenced."""
    with np.errstate(over="ignore"):
        return np.reciprocal(np.exp(-z) + 1.0)


@right("sigmoid")
def sigmoid_float128(z):
    """Float128 does not overflow at 1000."""
    return 1 / (1 + np.exp(-z.astype(np.longdouble)))


@right("loss")
def loss_loop(out_y, Y):
    """A loop over pairs."""
    total = 0
    for t, o in zip(Y.flatten(), out_y.flatten()):
        total += 0.5 * (t - o) ** 2
    return total


@right("loss")
def loss_mean_size(out_y, Y):
    """Mean times size."""
    return np.square(np.subtract(Y, out_y)).mean() * Y.size / 2


@right("loss")
def loss_array(out_y, Y):
    """0-d array."""
    return np.array(0.5 * np.sum((out_y - Y) ** 2))


@wrong("loss", "axis-too-many")
def loss_11(out_y, Y):
    """A (1, 1) array instead of a number."""
    return 0.5 * np.sum((out_y - Y) ** 2, keepdims=True)


@wrong("shapes", "transposed")
def rows_weights(n_x, n_h, n_y, m):
    """Weights in rows' layout."""
    return {
        "X": (n_x, m),
        "W1": (n_x, n_h),
        "b1": (n_h, 1),
        "net_h": (n_h, m),
        "out_h": (n_h, m),
        "W2": (n_h, n_y),
        "b2": (n_y, 1),
        "net_y": (n_y, m),
        "out_y": (n_y, m),
        "Y": (n_y, m),
    }


@wrong("shapes", "other-sizes")
def b2_hidden(n_x, n_h, n_y, m):
    """B2 has the size of the hidden layer."""
    return {
        "X": (n_x, m),
        "W1": (n_h, n_x),
        "b1": (n_h, 1),
        "net_h": (n_h, m),
        "out_h": (n_h, m),
        "W2": (n_y, n_h),
        "b2": (n_h, 1),
        "net_y": (n_y, m),
        "out_y": (n_y, m),
        "Y": (n_y, m),
    }
