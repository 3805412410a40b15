"""The training loops of the four texts in their own style, for the benchmark.

Each takes the number of steps and returns the outputs after the last step. Code that is missing in
a page is added, and errors that were pointed out in the thread are corrected. Nothing is made
faster or slower, except that a slope which the last version of the thread computes but never uses
is omitted.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forum_thread(steps):
    """Columns, biases, no output slope; a function for each part."""
    np.random.seed(42)
    X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    Y = np.array([[0, 1, 1, 0]])
    W1, b1 = np.random.randn(2, 2), np.zeros((2, 1))
    W2, b2 = np.random.randn(1, 2), np.zeros((1, 1))

    def forward_propagation(X, Y, W1, b1, W2, b2):
        net_h = np.dot(W1, X) + b1
        out_h = sigmoid(net_h)
        net_y = np.dot(W2, out_h) + b2
        out_y = sigmoid(net_y)
        return out_h, out_y

    def backward_propagation(X, Y, out_h, out_y, W2):
        l2_error = out_y - Y
        dW2 = np.dot(l2_error, out_h.T)
        db2 = np.sum(l2_error, axis=1, keepdims=True)
        dh = np.dot(W2.T, l2_error)
        l1_error = np.multiply(dh, out_h * (1 - out_h))
        dW1 = np.dot(l1_error, X.T)
        db1 = np.sum(l1_error, axis=1, keepdims=True)
        return dW1, db1, dW2, db2

    def update_parameters(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
        W1 = W1 - learning_rate * dW1
        W2 = W2 - learning_rate * dW2
        b1 = b1 - learning_rate * db1
        b2 = b2 - learning_rate * db2
        return W1, b1, W2, b2

    for _ in range(steps):
        A1, A2 = forward_propagation(X, Y, W1, b1, W2, b2)
        dW1, db1, dW2, db2 = backward_propagation(X, Y, A1, A2, W2)
        W1, b1, W2, b2 = update_parameters(W1, b1, W2, b2, dW1, db1, dW2, db2, 0.01)
    return forward_propagation(X, Y, W1, b1, W2, b2)[1]


def first_notebook(steps):
    """Columns, no biases, mean cross-entropy; the loss of every step is stored."""
    x = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    y = np.array([[0, 1, 1, 0]])
    m = x.shape[1]
    np.random.seed(2)
    w1, w2 = np.random.rand(2, 2), np.random.rand(1, 2)
    losses = []

    def forward_prop(w1, w2, x):
        z1 = np.dot(w1, x)
        a1 = sigmoid(z1)
        z2 = np.dot(w2, a1)
        a2 = sigmoid(z2)
        return z1, a1, z2, a2

    def back_prop(m, w1, w2, z1, a1, z2, a2, y):
        dz2 = a2 - y
        dw2 = np.dot(dz2, a1.T) / m
        dz1 = np.dot(w2.T, dz2) * a1 * (1 - a1)
        dw1 = np.dot(dz1, x.T) / m
        dw1 = np.reshape(dw1, w1.shape)
        dw2 = np.reshape(dw2, w2.shape)
        return dz2, dw2, dz1, dw1

    def binary_cross_entropy_loss(y, a2):
        m = len(y)
        return -(1 / m) * np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2))

    for _ in range(steps):
        z1, a1, z2, a2 = forward_prop(w1, w2, x)
        losses.append(binary_cross_entropy_loss(y, a2))
        _, dw2, _, dw1 = back_prop(m, w1, w2, z1, a1, z2, a2, y)
        w2 = w2 - 0.9 * dw2
        w1 = w1 - 0.9 * dw1
    return forward_prop(w1, w2, x)[3]


def second_notebook(steps):
    """Rows, biases, sum of squares; a variable for every derivative."""

    def sigmoid_derivative(x):
        return sigmoid(x) * (1 - sigmoid(x))

    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([[0], [1], [1], [0]])
    np.random.seed(42)
    W1, b1 = np.random.randn(2, 2), np.zeros((1, 2))
    W2, b2 = np.random.randn(2, 1), np.zeros((1, 1))
    for _ in range(steps):
        z1 = X @ W1 + b1
        a1 = sigmoid(z1)
        z2 = a1 @ W2 + b2
        a2 = sigmoid(z2)
        np.mean((y - a2) ** 2)
        d_loss_a2 = 2 * (a2 - y)
        d_loss_z2 = d_loss_a2 * sigmoid_derivative(z2)
        d_loss_W2 = a1.T @ d_loss_z2
        d_loss_b2 = np.sum(d_loss_z2, axis=0, keepdims=True)
        d_loss_a1 = d_loss_z2 @ W2.T
        d_loss_z1 = d_loss_a1 * sigmoid_derivative(z1)
        d_loss_W1 = X.T @ d_loss_z1
        d_loss_b1 = np.sum(d_loss_z1, axis=0, keepdims=True)
        W2 -= 0.1 * d_loss_W2
        b2 -= 0.1 * d_loss_b2
        W1 -= 0.1 * d_loss_W1
        b1 -= 0.1 * d_loss_b1
    return sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2)


def chapter(steps):
    """Rows, a third input instead of biases, four hidden units, half squared error."""

    def derv_sigmoid(x):
        return x * (1 - x)

    x = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    y = np.array([[0, 1, 1, 0]]).T
    np.random.seed(1)
    weight1, weight2 = np.random.random((3, 4)), np.random.random((4, 1))
    a0 = x
    for _ in range(steps):
        z1 = np.dot(a0, weight1)
        a1 = sigmoid(z1)
        z2 = np.dot(a1, weight2)
        a2 = sigmoid(z2)
        k2 = (a2 - y) * derv_sigmoid(a2)
        dC_dw2 = np.dot(a1.T, k2)
        t1 = np.dot(k2, weight2.T) * derv_sigmoid(a1)
        dC_dw1 = np.dot(a0.T, t1)
        weight2 = weight2 - 1 * dC_dw2
        weight1 = weight1 - 1 * dC_dw1
    return sigmoid(np.dot(sigmoid(np.dot(a0, weight1)), weight2))
