"""One right answer to every exercise that is checked automatically."""

import math

import numpy as np


def scalar_sigmoid(z):
    return 1 / (1 + math.exp(-z))


def sigmoid_slope(z, a):
    at_z = scalar_sigmoid(z)
    return at_z * (1 - at_z), a * (1 - a)


def local_derivatives(x, y, w1, b1, w2, b2):
    a1 = scalar_sigmoid(w1 * x + b1)
    a2 = scalar_sigmoid(w2 * a1 + b2)
    return x, a1 * (1 - a1), a1, w2, a2 * (1 - a2), a2 - y


def chain(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    at_z2 = dC_da2 * da2_dz2
    at_z1 = at_z2 * dz2_da1 * da1_dz1
    return at_z2 * dz2_dw2, at_z2, at_z1 * dz1_dw1, at_z1


def two_paths(a, u0, u1, y0, y1):
    p0, p1 = scalar_sigmoid(u0 * a), scalar_sigmoid(u1 * a)
    return (p0 - y0) * p0 * (1 - p0) * u0 + (p1 - y1) * p1 * (1 - p1) * u1


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def shapes(n_x, n_h, n_y, m):
    return {
        "X": (n_x, m),
        "W1": (n_h, n_x),
        "b1": (n_h, 1),
        "net_h": (n_h, m),
        "out_h": (n_h, m),
        "W2": (n_y, n_h),
        "b2": (n_y, 1),
        "net_y": (n_y, m),
        "out_y": (n_y, m),
        "Y": (n_y, m),
    }


def forward_propagation(X, W1, b1, W2, b2):
    out_h = sigmoid(W1 @ X + b1)
    return out_h, sigmoid(W2 @ out_h + b2)


def by_hand():
    return {
        "net_h[0]": -0.5, "net_h[1]": 1.75, "out_h[0]": 0.378, "out_h[1]": 0.852,
        "net_y[0]": -1.301, "out_y[0]": 0.214, "C": 0.309,
        "delta_y[0]": -0.132, "dW2[0, 0]": -0.05, "dW2[0, 1]": -0.113, "db2[0]": -0.132,
        "delta_h[0]": -0.062, "delta_h[1]": 0.05, "db1[0]": -0.062, "db1[1]": 0.05,
        "dW1[0, 0]": -0.186, "dW1[0, 1]": 0.093, "dW1[1, 0]": 0.15, "dW1[1, 1]": -0.075,
    }  # fmt: skip


def loss(out_y, Y):
    return np.sum((out_y - Y) ** 2) / 2


def rows_to_columns(X, W1, b1, W2, b2):
    return X.T, W1.T, b1.T, W2.T, b2.T


def output_error(out_y, Y):
    return (out_y - Y) * out_y * (1 - out_y)


def hidden_error(delta_y, out_h, W2):
    return (W2.T @ delta_y) * out_h * (1 - out_h)


def backward_propagation(X, Y, out_h, out_y, W2):
    delta_y = output_error(out_y, Y)
    delta_h = hidden_error(delta_y, out_h, W2)
    db1 = np.sum(delta_h, axis=1, keepdims=True)
    db2 = np.sum(delta_y, axis=1, keepdims=True)
    return delta_h @ X.T, db1, delta_y @ out_h.T, db2


def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for entry in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[entry] = h
        gradient[entry] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def find_the_bug(X, Y, out_h, out_y, W2):
    return backward_propagation(X, Y, out_h, out_y, W2)


def update_parameters(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    return (
        W1 - learning_rate * dW1,
        b1 - learning_rate * db1,
        W2 - learning_rate * dW2,
        b2 - learning_rate * db2,
    )


def train(X, Y, W1, b1, W2, b2, learning_rate, steps):
    losses = []
    for _ in range(steps):
        out_h, out_y = forward_propagation(X, W1, b1, W2, b2)
        losses.append(loss(out_y, Y))
        gradients = backward_propagation(X, Y, out_h, out_y, W2)
        W1, b1, W2, b2 = update_parameters(W1, b1, W2, b2, *gradients, learning_rate)
    return W1, b1, W2, b2, losses


def predict(X, W1, b1, W2, b2):
    _, out_y = forward_propagation(X, W1, b1, W2, b2)
    return (out_y > 0.5).astype(int)


def learning_rate():
    return 0.01, 0.5, 100.0


def one_hot(labels):
    return np.eye(10)[:, labels]


def minibatches(m, size, rng):
    order = rng.permutation(m)
    return np.split(order, range(size, m, size))


def accuracy(out_y, labels):
    return np.mean(np.argmax(out_y, axis=0) == labels)


def train_digits(X, Y, W1, b1, W2, b2, epochs, rng):
    for _ in range(epochs):
        for batch in minibatches(X.shape[1], 16, rng):
            out_h, out_y = forward_propagation(X[:, batch], W1, b1, W2, b2)
            gradients = backward_propagation(X[:, batch], Y[:, batch], out_h, out_y, W2)
            W1, b1, W2, b2 = update_parameters(W1, b1, W2, b2, *gradients, 0.2)
    return W1, b1, W2, b2


def which_loss():
    return {
        "thread 1": "none",
        "thread 2": "none",
        "thread 3": "summed cross-entropy",
        "notebook 1": "mean cross-entropy",
        "notebook 2": "summed squares",
        "chapter": "half squared error",
    }


def is_a_gradient(field, point):
    steps = 1e-5 * np.eye(len(point))
    J = np.array([(field(point + step) - field(point - step)) / 2e-5 for step in steps])
    return np.max(np.abs(J - J.T)) / np.max(np.abs(J))


def convert(W1, b1, W2, b2):
    b1 = np.zeros((1, W1.shape[1])) if b1 is None else b1
    b2 = np.zeros((1, W2.shape[1])) if b2 is None else b2
    return W1.T, b1.T, W2.T, b2.T


def coincidence():
    return {
        "chapter": (3, 5, 1, 4),
        "bias-not-summed": (3, 5, 2, 1),
        "bias-wrong-axis": (3, 5, 1, 1),
        "transposed": (1, 1, 2, 7),
        "reshaped": (3, 5, 1, 7),
        "elementwise-product": (3, 5, 1, 7),
    }


def stuck_start():
    return {"seed": 7, "layout": "columns"}


def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


def relu_slope(z):
    return (z > 0).astype(float)


def softmax(z):
    powers = np.exp(z - z.max(axis=-2, keepdims=True))
    return powers / powers.sum(axis=-2, keepdims=True)


def cross_entropy_error(P, Y):
    return P - Y


def momentum_step(w, dw, v, learning_rate, beta):
    v = beta * v - learning_rate * dw
    return w + v, v


def adam_step(w, dw, v, s, t, learning_rate):
    v, s = 0.9 * v + 0.1 * dw, 0.999 * s + 0.001 * dw**2
    size = np.sqrt(s / (1 - 0.999**t)) + 1e-8
    return w - learning_rate * v / (1 - 0.9**t) / size, v, s


def deep_forward(X, layers, kind):
    activations = [X]
    for place, (W, b) in enumerate(layers):
        z = W @ activations[-1] + b
        unit = softmax if place == len(layers) - 1 else UNITS[kind]
        activations.append(unit(z))
    return activations


UNITS = {"relu": lambda z: np.maximum(z, 0), "sigmoid": sigmoid}


def deep_backward(Y, activations, layers, kind):
    gradients, delta = [], activations[-1] - Y
    for place in reversed(range(len(layers))):
        a = activations[place]
        gradients.insert(0, (delta @ a.T, delta.sum(axis=1, keepdims=True)))
        if place:
            delta = (layers[place][0].T @ delta) * ((a > 0) if kind == "relu" else a * (1 - a))
    return gradients


def initial_scale(n_in):
    return math.sqrt(2 / n_in)
