"""Answers to lesson 3: right ones in many styles, wrong ones with their codes."""

import functools
import math
import sys
import warnings
from collections import namedtuple
from operator import mul

import numpy as np

from backprop import or_stand_in
from backprop.exercises import find

from .answer import right, wrong
from .parts import (
    backward,
    errors,
    forward,
    half_squares,
    hidden_error,
    no_slope,
    output_error,
    products,
    sigmoid,
    slope,
    slope_again,
    tanh_slope,
)


def logit(a):
    """The pre-activation of a sigmoid unit, from its activation."""
    return np.log(a / (1 - a))


# ================================================================ right: backward_propagation


@right("backward_propagation")
def as_in_the_textbook(X, Y, out_h, out_y, W2):
    """Writes the four matrix products down."""
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    delta_h = W2.T @ delta_y * out_h * (1 - out_h)
    dW1 = delta_h @ X.T
    db1 = np.sum(delta_h, axis=1, keepdims=True)
    dW2 = delta_y @ out_h.T
    db2 = np.sum(delta_y, axis=1, keepdims=True)
    return dW1, db1, dW2, db2


@right("backward_propagation")
def triple_loops(X, Y, out_h, out_y, W2):
    """Knows no matrices: loops over examples, units and inputs, on float64 scalars."""
    (n_x, m), (n_y, n_h) = X.shape, W2.shape
    dW1, db1 = np.zeros((n_h, n_x)), np.zeros((n_h, 1))
    dW2, db2 = np.zeros((n_y, n_h)), np.zeros((n_y, 1))
    for e in range(m):
        delta_y = [(out_y[k, e] - Y[k, e]) * out_y[k, e] * (1 - out_y[k, e]) for k in range(n_y)]
        for k in range(n_y):
            db2[k, 0] += delta_y[k]
            for j in range(n_h):
                dW2[k, j] += delta_y[k] * out_h[j, e]
        for j in range(n_h):
            back = 0.0
            for k in range(n_y):
                back += W2[k, j] * delta_y[k]
            delta_h = back * out_h[j, e] * (1 - out_h[j, e])
            db1[j, 0] += delta_h
            for i in range(n_x):
                dW1[j, i] += delta_h * X[i, e]
    return dW1, db1, dW2, db2


@right("backward_propagation")
def with_einsum(X, Y, out_h, out_y, W2):
    """Names every axis and lets einsum do the rest."""
    dy = np.einsum("ke,ke,ke->ke", out_y - Y, out_y, 1 - out_y)
    dh = np.einsum("kj,ke,je,je->je", W2, dy, out_h, 1 - out_h)
    dW1, dW2 = np.einsum("je,ie->ji", dh, X), np.einsum("ke,je->kj", dy, out_h)
    return dW1, np.einsum("je->j", dh)[:, None], dW2, np.einsum("ke->k", dy)[:, None]


@right("backward_propagation")
def outer_products(X, Y, out_h, out_y, W2):
    """Sums one outer product per example."""
    n_h, n_y = len(out_h), len(out_y)
    dW1, db1 = np.zeros((n_h, len(X))), np.zeros(n_h)
    dW2, db2 = np.zeros((n_y, n_h)), np.zeros(n_y)
    for x, y, h, o in zip(X.T, Y.T, out_h.T, out_y.T):
        d = (o - y) * o * (1 - o)
        dh = W2.T.dot(d) * h * (1 - h)
        dW1 += np.outer(dh, x)
        db1 += dh
        dW2 += np.outer(d, h)
        db2 += d
    return dW1, db1.reshape(n_h, 1), dW2, db2.reshape(n_y, 1)


@right("backward_propagation")
def rows_inside(X, Y, out_h, out_y, W2):
    """Thinks with examples in rows, and transposes on the way in and out."""
    x, y, h, o, w2 = X.T, Y.T, out_h.T, out_y.T, W2.T
    d2 = (o - y) * o * (1 - o)
    d1 = d2.dot(w2.T) * h * (1 - h)
    return x.T.dot(d1).T, d1.sum(0)[None].T, h.T.dot(d2).T, d2.sum(0)[None].T


@right("backward_propagation")
def recursion_over_layers(X, Y, out_h, out_y, W2):
    """Goes down one layer a call, for networks of any depth."""

    def back(delta, inputs, weights=None, *below):
        here = delta @ inputs.T, delta.sum(axis=1, keepdims=True)
        if weights is None:
            return here
        return back(weights.T @ delta * inputs * (1 - inputs), *below) + here

    return back((out_y - Y) * out_y * (1 - out_y), out_h, W2, X)


@right("backward_propagation", built=True)
def method_of_a_class():
    """Has a class for the network and hands over a bound method."""

    class Network:
        def slope(self, a):
            return a * (1 - a)

        def layer(self, delta, inputs):
            return np.dot(delta, inputs.T), delta.sum(axis=1)[:, np.newaxis]

        def backward(self, X, Y, out_h, out_y, W2):
            delta_y = (out_y - Y) * self.slope(out_y)
            delta_h = np.dot(W2.T, delta_y) * self.slope(out_h)
            return self.layer(delta_h, X) + self.layer(delta_y, out_h)

    return Network().backward


@right("backward_propagation", built=True)
def callable_object():
    """Hands over an object that can be called."""

    class Backward:
        def __init__(self, slope):
            self.slope = slope

        def __call__(self, X, Y, out_h, out_y, W2):
            self.delta = (out_y - Y) * self.slope(out_y)
            dW2, db2 = self.delta @ out_h.T, self.delta.sum(1, keepdims=True)
            self.delta = (W2.T @ self.delta) * self.slope(out_h)
            return self.delta @ X.T, self.delta.sum(1, keepdims=True), dW2, db2

    return Backward(lambda a: a - a * a)


@right("backward_propagation", built=True)
def partially_applied():
    """Fills in the slope with functools.partial."""

    def general(slope, X, Y, out_h, out_y, W2):
        return backward(X, Y, out_h, out_y, W2, hidden=slope, output=slope)

    return functools.partial(general, lambda a: a * (1 - a))


@right("backward_propagation", built=True)
def one_lambda():
    """Writes it as one expression."""
    return lambda X, Y, H, O, W: (  # noqa: E741
        lambda d: (lambda e: (e @ X.T, e.sum(1)[:, None], d @ H.T, d.sum(1)[:, None]))(
            W.T @ d * H * (1 - H)
        )
    )((O - Y) * O * (1 - O))


@right("backward_propagation")
def a_generator_inside(X, Y, out_h, out_y, W2):
    """Yields the gradients from the last layer down and turns them round at the end."""

    def gradients():
        delta = (out_y - Y) * out_y * (1 - out_y)
        yield from (delta.sum(axis=1, keepdims=True), delta @ out_h.T)
        delta = W2.T @ delta * out_h * (1 - out_h)
        yield from (delta.sum(axis=1, keepdims=True), delta @ X.T)

    return tuple(gradients())[::-1]


@right("backward_propagation")
def any_arguments(*args, **kwargs):
    """Takes whatever comes and unpacks it."""
    X, Y, out_h, out_y, W2 = args
    delta_y = kwargs.get("factor", 1) * (out_y - Y) * out_y * (1 - out_y)
    delta_h = W2.T @ delta_y * out_h * (1 - out_h)
    db1, db2 = delta_h.sum(1, keepdims=True), delta_y.sum(1, keepdims=True)
    return delta_h @ X.T, db1, delta_y @ out_h.T, db2


@right("backward_propagation")
def arguments_with_defaults(inputs, targets, hidden, outputs=None, weights=None, scale=1.0):
    """Renames the arguments, gives them defaults and adds one of its own."""
    delta = scale * (outputs - targets) * outputs * (1 - outputs)
    hidden_delta = np.matmul(weights.transpose(), delta) * hidden * (1 - hidden)
    gradients = []
    for error, source in ((hidden_delta, inputs), (delta, hidden)):
        gradients += [np.matmul(error, source.transpose()), np.expand_dims(error.sum(axis=-1), -1)]
    return tuple(gradients)


@right("backward_propagation")
def helper_closures(X, Y, out_h, out_y, W2):
    """Defines small functions that see the arguments around them."""
    error_of_outputs = lambda: (out_y - Y) * slope(out_y)  # noqa: E731
    error_of_hidden = lambda: W2.T @ error_of_outputs() * slope(out_h)  # noqa: E731

    def slope(a):
        return a * (1 - a)

    def weights_and_bias(error, source):
        ones = np.ones((source.shape[1], 1))
        return error @ source.T, error @ ones

    dW1, db1 = weights_and_bias(error_of_hidden(), X)
    dW2, db2 = weights_and_bias(error_of_outputs(), out_h)
    return dW1, db1, dW2, db2


@right("backward_propagation")
def returns_a_list(X, Y, out_h, out_y, W2):
    """Returns a list instead of a tuple."""
    delta_y = np.multiply(np.subtract(out_y, Y), np.multiply(out_y, np.subtract(1, out_y)))
    delta_h = np.multiply(np.dot(np.transpose(W2), delta_y), out_h - np.square(out_h))
    grads = {"W1": delta_h, "b1": delta_h, "W2": delta_y, "b2": delta_y}
    grads["W1"] = np.dot(delta_h, X.T)
    grads["W2"] = np.dot(delta_y, out_h.T)
    grads["b1"] = grads["b1"].sum(axis=1, keepdims=True)
    grads["b2"] = grads["b2"].sum(axis=1, keepdims=True)
    return [grads[name] for name in ("W1", "b1", "W2", "b2")]


@right("backward_propagation")
def returns_a_namedtuple(X, Y, out_h, out_y, W2):
    """Gives the four gradients names; it unpacks like any tuple."""
    Gradients = namedtuple("Gradients", "dW1 db1 dW2 db2")
    return Gradients(*backward(X, Y, out_h, out_y, W2))


@right("backward_propagation")
def fortran_order(X, Y, out_h, out_y, W2):
    """Returns arrays in Fortran order."""
    return tuple(np.asfortranarray(d) for d in backward(X, Y, out_h, out_y, W2))


@right("backward_propagation")
def strided_views(X, Y, out_h, out_y, W2):
    """Returns every other entry of larger arrays, from the back."""
    views = []
    for d in backward(X, Y, out_h, out_y, W2):
        room = np.full((2 * d.shape[0], 3 * d.shape[1]), np.nan)
        room[::-2, ::-3] = d
        views.append(room[::-2, ::-3])
    return views


@right("backward_propagation")
def read_only_arrays(X, Y, out_h, out_y, W2):
    """Locks what it returns against writing."""
    gradients = backward(X, Y, out_h, out_y, W2)
    for d in gradients:
        d.setflags(write=False)
    return gradients


@right("backward_propagation")
def other_floats(X, Y, out_h, out_y, W2):
    """Returns big-endian and long double arrays."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1.astype(">f8"), db1.astype(np.longdouble), dW2, db2.astype(">f8")


@right("backward_propagation")
def prints_and_warns(X, Y, out_h, out_y, W2):
    """Prints shapes, warns, and divides by zero on the side."""
    print("shapes", X.shape, Y.shape, "\N{GREEK SMALL LETTER DELTA}")
    warnings.warn("I am not sure about the sign", RuntimeWarning, stacklevel=2)
    relative = (out_y - Y) / np.zeros_like(Y)
    print("relative error", relative.max())
    return backward(X, Y, out_h, out_y, W2)


@right("backward_propagation")
def changes_numpy_settings(X, Y, out_h, out_y, W2):
    """Sets how numpy treats errors and prints, and the filter of warnings."""
    np.seterr(all="raise")
    warnings.simplefilter("ignore")
    with np.printoptions(precision=3):
        print(W2)
    return backward(X, Y, out_h, out_y, W2)


@right("backward_propagation")
def with_tensordot(X, Y, out_h, out_y, W2):
    """Contracts axes with tensordot and inner."""
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    delta_h = np.tensordot(W2, delta_y, axes=([0], [0])) * out_h * (1 - out_h)
    ones = np.ones((1, X.shape[1]))
    dW1 = np.tensordot(delta_h, X, axes=([1], [1]))
    return dW1, np.inner(delta_h, ones), np.inner(delta_y, out_h), np.inner(delta_y, ones)


@right("backward_propagation")
def list_comprehensions(X, Y, out_h, out_y, W2):
    """Works on lists of lists and makes arrays at the end."""
    x, y, h, o, w = (array.tolist() for array in (X, Y, out_h, out_y, W2))
    d = [[(a - t) * a * (1 - a) for a, t in zip(*rows)] for rows in zip(o, y)]
    back = [[sum(c * e for c, e in zip(col, errs)) for errs in zip(*d)] for col in zip(*w)]
    dh = [[b * a * (1 - a) for b, a in zip(*rows)] for rows in zip(back, h)]

    def weights(deltas, sources):
        return np.array([[sum(map(mul, row, src)) for src in sources] for row in deltas])

    def biases(deltas):
        return np.array([[math.fsum(row)] for row in deltas])

    return weights(dh, x), biases(dh), weights(d, h), biases(d)


def _loss_near(X, Y, out_h, out_y, W2):
    """The loss as a function of small changes of W1, b1, W2 and b2."""

    def loss(W1, b1, dW2, b2):
        hidden = sigmoid(logit(out_h) + W1 @ X + b1)
        output = sigmoid(logit(out_y) + W2 @ (hidden - out_h) + dW2 @ hidden + b2)
        return ((output - Y) ** 2).sum() / 2

    n_y, n_h = W2.shape
    return loss, [np.zeros(shape) for shape in ((n_h, len(X)), (n_h, 1), (n_y, n_h), (n_y, 1))]


@right("backward_propagation")
def complex_step(X, Y, out_h, out_y, W2):
    """Knows no backward pass: takes the complex step for each weight."""
    loss, changes = _loss_near(X, Y, out_h, out_y, W2)
    changes = [change.astype(complex) for change in changes]
    gradients = []
    for change in changes:
        gradient = np.empty(change.shape)
        for place in np.ndindex(change.shape):
            change[place] = 1e-30j
            gradient[place] = loss(*changes).imag / 1e-30
            change[place] = 0
        gradients.append(gradient)
    return gradients


@right("backward_propagation")
def central_differences(X, Y, out_h, out_y, W2):
    """Moves each weight up and down a little and looks at the loss."""
    loss, changes = _loss_near(X, Y, out_h, out_y, W2)
    gradients = [np.empty(change.shape) for change in changes]
    for change, gradient in zip(changes, gradients):
        for place in np.ndindex(change.shape):
            change[place] = 1e-5
            up = loss(*changes)
            change[place] = -1e-5
            gradient[place] = (up - loss(*changes)) / 2e-5
            change[place] = 0
    return gradients


@right("backward_propagation")
def bias_as_a_weight(X, Y, out_h, out_y, W2):
    """Adds an input that is always one, and cuts the bias off as the last column."""

    def with_one(a):
        return np.vstack([a, np.ones(a.shape[1])])

    delta_y = (out_y - Y) * out_y * (1 - out_y)
    bare = np.hstack([W2, np.zeros((len(W2), 1))]).T @ delta_y
    delta_h = (bare * with_one(out_h) * (1 - with_one(out_h)))[:-1]
    G1, G2 = delta_h @ with_one(X).T, delta_y @ with_one(out_h).T
    return G1[:, :-1], G1[:, -1:], G2[:, :-1], G2[:, -1:]


@right("backward_propagation")
def kronecker_products(X, Y, out_h, out_y, W2):
    """Writes each matrix product as one Kronecker product times a vector."""

    def times_transposed(A, B):
        long = np.kron(B, np.eye(len(A))) @ A.ravel(order="F")
        return long.reshape(len(A), len(B), order="F")

    delta_y = (out_y - Y) * out_y * (1 - out_y)
    delta_h = times_transposed(W2.T, delta_y.T) * out_h * (1 - out_h)
    one = np.ones((1, X.shape[1]))
    pairs = (delta_h, X), (delta_h, one), (delta_y, out_h), (delta_y, one)
    return tuple(times_transposed(*pair) for pair in pairs)


@right("backward_propagation")
def jacobians_per_example(X, Y, out_h, out_y, W2):
    """Multiplies the Jacobians of each example, diagonal ones too."""
    totals = [0.0, 0.0, 0.0, 0.0]
    for e in range(X.shape[1]):
        to_net_y = (out_y[:, e] - Y[:, e]) @ np.diag(out_y[:, e] * (1 - out_y[:, e]))
        to_net_h = to_net_y @ W2 @ np.diag(out_h[:, e] * (1 - out_h[:, e]))
        parts = (
            np.outer(to_net_h, X[:, e]),
            to_net_h[:, None],
            np.outer(to_net_y, out_h[:, e]),
            to_net_y[:, None],
        )
        totals = [total + part for total, part in zip(totals, parts)]
    return tuple(totals)


@right("backward_propagation")
def stacked_small_matrices(X, Y, out_h, out_y, W2):
    """Gives each example its own small matrix on a leading axis, then sums them."""
    x, y, h, o = (np.moveaxis(a, 1, 0)[..., np.newaxis] for a in (X, Y, out_h, out_y))
    d2 = (o - y) * o * (1 - o)
    d1 = np.swapaxes(W2, 0, 1)[np.newaxis] @ d2 * h * (1 - h)
    each = d1 @ np.swapaxes(x, 1, 2), d1, d2 @ np.swapaxes(h, 1, 2), d2
    return tuple(np.add.reduce(array, axis=0) for array in each)


@right("backward_propagation")
def vectorised_scalars(X, Y, out_h, out_y, W2):
    """Writes the slope for one number and lets np.vectorize spread it."""
    slope = np.vectorize(lambda a: a * (1.0 - a), otypes=[float])
    back = np.vectorize(lambda d, s: d * s)
    delta_y = back(out_y - Y, slope(out_y))
    delta_h = back(W2.T @ delta_y, slope(out_h))
    sums = (np.apply_along_axis(sum, 1, delta)[:, None] for delta in (delta_h, delta_y))
    return delta_h @ X.T, next(sums), delta_y @ out_h.T, next(sums)


@right("backward_propagation")
def pullbacks(X, Y, out_h, out_y, W2):
    """Pairs each step forward with the function that carries errors back, as libraries do."""

    def affine(inputs, weights):
        def pull(error):
            return weights.T @ error, error @ inputs.T, error.sum(axis=1, keepdims=True)

        return pull

    def activation(a):
        return lambda error: error * a * (1 - a)

    error = activation(out_y)(out_y - Y)
    error, dW2, db2 = affine(out_h, W2)(error)
    _, dW1, db1 = affine(X, np.zeros((len(out_h), len(X))))(activation(out_h)(error))
    return dW1, db1, dW2, db2


@right("backward_propagation")
def examples_in_random_order(X, Y, out_h, out_y, W2):
    """Shuffles the examples, so that the sums round differently each time."""
    order = np.random.default_rng().permutation(X.shape[1])
    return backward(X[:, order], Y[:, order], out_h[:, order], out_y[:, order], W2)


@right("backward_propagation")
def halves_joined(X, Y, out_h, out_y, W2):
    """Splits the examples in two, recursively, and adds what comes back."""
    m = X.shape[1]
    if m == 1:
        return backward(X, Y, out_h, out_y, W2)
    first, second = (
        halves_joined(X[:, part], Y[:, part], out_h[:, part], out_y[:, part], W2)
        for part in (slice(None, m // 2), slice(m // 2, None))
    )
    return tuple(map(np.add, first, second))


@right("backward_propagation")
def own_copies(X, Y, out_h, out_y, W2):
    """Works in place throughout, on copies."""
    X, delta_y, delta_h = X.copy(), out_y.copy(), np.empty_like(out_h)
    delta_y -= Y
    delta_y *= out_y
    delta_y *= 1 - out_y
    np.matmul(W2.T, delta_y, out=delta_h)
    np.multiply(delta_h, out_h, out=delta_h)
    delta_h *= 1 - out_h
    del Y, out_y
    db1, db2 = delta_h.sum(1, keepdims=True), delta_y.sum(1, keepdims=True)
    return delta_h @ X.T, db1, delta_y @ out_h.T, db2


def _timed(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


@right("backward_propagation")
@_timed
def decorated(X, Y, out_h, out_y, W2):
    """Decorates its function."""
    return tuple(functools.reduce(np.add, parts) for parts in zip(*(
        backward(X[:, [e]], Y[:, [e]], out_h[:, [e]], out_y[:, [e]], W2) for e in range(X.shape[1])
    )))  # fmt: skip


# ================================================================ right: find_the_bug


@right("find_the_bug")
def repaired(X, Y, out_h, out_y, W2):
    """Puts slopes, transposes and sums back."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    dW2 = np.dot(dy, out_h.T)
    dh = np.dot(W2.T, dy) * out_h * (1 - out_h)
    db1, db2 = np.sum(dh, axis=1, keepdims=True), np.sum(dy, axis=1, keepdims=True)
    return np.dot(dh, X.T), db1, dW2, db2


@right("find_the_bug")
def repaired_with_lists(X, Y, out_h, out_y, W2):
    """Writes it anew instead of mending it."""
    errors_y = out_y * (1 - out_y) * (out_y - Y)
    errors_h = out_h * (1 - out_h) * sum(np.outer(W2[k], errors_y[k]) for k in range(len(W2)))
    dW1, dW2 = (np.array([[e @ s for s in source] for e in errors])
                for errors, source in ((errors_h, X), (errors_y, out_h)))  # fmt: skip
    return [dW1, errors_h.sum(1).reshape(-1, 1), dW2, errors_y.sum(1).reshape(-1, 1)]


# ================================================================ right: output_error, hidden_error


@right("output_error")
def output_error_in_one_line(out_y, Y):
    """Error times slope."""
    return (out_y - Y) * out_y * (1 - out_y)


@right("output_error")
def output_error_in_loops(out_y, Y):
    """Fills a Fortran-ordered array entry by entry."""
    delta = np.zeros(out_y.shape, order="F")
    for place, a in np.ndenumerate(out_y):
        delta[place] = (a - Y[place]) * a * (1 - a)
    return delta


@right("output_error")
def output_error_by_complex_step(out_y, Y):
    """Differentiates the loss of each output by the complex step."""
    out = sigmoid(logit(out_y) + 1e-30j)
    return (0.5 * (out - Y) ** 2).imag / 1e-30


@right("hidden_error")
def hidden_error_in_one_line(delta_y, out_h, W2):
    """Errors back through the weights, times slope."""
    return np.dot(W2.T, delta_y) * out_h * (1 - out_h)


@right("hidden_error")
def hidden_error_in_loops(delta_y, out_h, W2):
    """Sums over output units by hand."""
    delta_h = np.zeros_like(out_h)
    for j, e in np.ndindex(out_h.shape):
        for k in range(W2.shape[0]):
            delta_h[j, e] += delta_y[k, e] * W2[k, j]
        delta_h[j, e] *= out_h[j, e] * (1 - out_h[j, e])
    return delta_h


@right("hidden_error")
def hidden_error_by_broadcasting(delta_y, out_h, W2):
    """Multiplies in three dimensions and sums over the outputs."""
    return (W2[:, :, None] * delta_y[:, None, :] * (out_h - out_h**2)).sum(axis=0)


# ================================================================ right: numerical_gradient


@right("numerical_gradient")
def differences_on_copies(f, x):
    """Moves one entry of two copies at a time."""
    h, gradient = 1e-5, np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        gradient[place] = (f(up) - f(down)) / (2 * h)
    return gradient


@right("numerical_gradient")
def differences_in_place(f, x, step=1e-6):
    """Moves the entries of x itself and puts them back by adding the step again."""
    gradient = np.zeros_like(x)
    steps = np.nditer(x, flags=["multi_index"])
    for _ in steps:
        i = steps.multi_index
        x[i] += step
        above = f(x)
        x[i] -= 2 * step
        below = f(x)
        x[i] += step
        gradient[i] = (above - below) / (2 * step)
    return gradient


@right("numerical_gradient")
def differences_along_unit_vectors(f, x):
    """Adds and takes away the rows of an identity matrix."""
    units = 1e-5 * np.eye(x.size).reshape(-1, *x.shape)
    return np.array([f(x + u) - f(x - u) for u in units]).reshape(x.shape) / 2e-5


@right("numerical_gradient")
def five_points(f, x):
    """Takes the five-point formula with a wide step."""
    h, slopes = 1e-3, []
    for i in range(x.size):
        e = np.where(np.arange(x.size) == i, h, 0.0).reshape(x.shape)
        slopes.append((f(x - 2 * e) - 8 * f(x - e) + 8 * f(x + e) - f(x + 2 * e)) / (12 * h))
    return np.reshape(slopes, x.shape)


# ================================================================ by_hand


@right("by_hand")
def sheet_typed_in():
    """Every number rounded to three decimals, with what was rounded before."""
    return {
        "net_h[0]": -0.5, "net_h[1]": 1.75, "out_h[0]": 0.378, "out_h[1]": 0.852,
        "net_y[0]": -1.3, "out_y[0]": 0.214, "C": 0.309,
        "delta_y[0]": -0.132, "dW2[0, 0]": -0.05, "dW2[0, 1]": -0.112, "db2[0]": -0.132,
        "delta_h[0]": -0.062, "delta_h[1]": 0.05, "db1[0]": -0.062, "db1[1]": 0.05,
        "dW1[0, 0]": -0.186, "dW1[0, 1]": 0.093, "dW1[1, 0]": 0.15, "dW1[1, 1]": -0.075,
    }  # fmt: skip


PAPER_W1, PAPER_b1 = np.array([[-0.5, -2.0], [1.5, 0.5]]), np.array([[-2.0], [-2.0]])
PAPER_W2, PAPER_b2 = np.array([[2.0, -3.0]]), np.array([[0.5]])
PAPER_x, PAPER_y = np.array([[3.0], [-1.5]]), np.array([[1.0]])


@right("by_hand")
def sheet_computed_with_numpy():
    """Computes the arrays and writes all their digits into the sheet."""
    net_h = PAPER_W1 @ PAPER_x + PAPER_b1
    out_h = sigmoid(net_h)
    net_y = PAPER_W2 @ out_h + PAPER_b2
    out_y = sigmoid(net_y)
    delta_h, delta_y = errors(PAPER_y, out_h, out_y, PAPER_W2)
    dW1, db1, dW2, db2 = products(PAPER_x, out_h, delta_h, delta_y)
    sheet = {"C": np.sum((out_y - PAPER_y) ** 2) / 2}
    for name, array in {
        "net_h": net_h, "out_h": out_h, "net_y": net_y, "out_y": out_y, "delta_y": delta_y,
        "db2": db2, "delta_h": delta_h, "db1": db1,
    }.items():  # fmt: skip
        sheet |= {f"{name}[{place}]": value for place, value in enumerate(array[:, 0])}
    for name, array in {"dW2": dW2, "dW1": dW1}.items():
        sheet |= {f"{name}[{j}, {i}]": array[j, i] for j, i in np.ndindex(array.shape)}
    return sheet


@right("by_hand")
def sheet_with_floats_and_more_digits():
    """Knows no arrays: plain numbers, in another order than the sheet."""
    out = [1 / (1 + math.exp(0.5)), 1 / (1 + math.exp(-1.75))]
    net_y = 2 * out[0] - 3 * out[1] + 0.5
    out_y = 1 / (1 + math.exp(-net_y))
    error = (out_y - 1) * out_y * (1 - out_y)
    below = [w * error * a * (1 - a) for w, a in zip((2, -3), out)]
    return {
        **{f"dW1[{j}, {i}]": below[j] * x for j in (0, 1) for i, x in enumerate((3, -1.5))},
        **{f"dW2[0, {j}]": error * a for j, a in enumerate(out)},
        **{f"{name}[{j}]": below[j] for name in ("delta_h", "db1") for j in (0, 1)},
        **{f"{name}[0]": error for name in ("delta_y", "db2")},
        **{f"out_h[{j}]": a for j, a in enumerate(out)},
        "net_h[0]": -0.5, "net_h[1]": 1.75, "net_y[0]": net_y, "out_y[0]": out_y,
        "C": (out_y - 1) ** 2 / 2,
    }  # fmt: skip


def _sheet(**cells):
    """Return the sheet as typed in, with other numbers in some cells: dW1_0_1 is dW1[0, 1]."""
    sheet = sheet_typed_in()
    for name, value in cells.items():
        array, *entry = name.split("_") if name.startswith("d") and name[1] in "Wb" else (name,)
        if not entry and name[-1].isdigit():
            array, _, place = name.rpartition("_")
            entry = [place]
        cell = f"{array}[{', '.join(entry)}]" if entry else array
        assert cell in sheet, cell
        sheet[cell] = value
    return sheet


@wrong("by_hand", "missing-output-slope", "follows")
def sheet_without_the_output_slope():
    """Takes the difference to the target for the error of the output, and goes on with it."""
    return _sheet(
        delta_y_0=-0.786, dW2_0_0=-0.297, dW2_0_1=-0.67, db2_0=-0.786,
        delta_h_0=-0.37, delta_h_1=0.297, db1_0=-0.37, db1_1=0.297,
        dW1_0_0=-1.11, dW1_0_1=0.555, dW1_1_0=0.891, dW1_1_1=-0.446,
    )  # fmt: skip


@wrong("by_hand", "missing-hidden-slope", "follows")
def sheet_without_the_hidden_slopes():
    """Sends the error back through the weights, and forgets the sigmoids of the hidden units."""
    return _sheet(
        delta_h_0=-0.264, delta_h_1=0.396, db1_0=-0.264, db1_1=0.396,
        dW1_0_0=-0.792, dW1_0_1=0.396, dW1_1_0=1.188, dW1_1_1=-0.594,
    )  # fmt: skip


@wrong("by_hand", "missing-W2", "follows")
def sheet_without_the_weights_on_the_way_back():
    """Hands the error of the output to both hidden units as it is."""
    return _sheet(
        delta_h_0=-0.031, delta_h_1=-0.017, db1_0=-0.031, db1_1=-0.017,
        dW1_0_0=-0.093, dW1_0_1=0.046, dW1_1_0=-0.05, dW1_1_1=0.025,
    )  # fmt: skip


@wrong("by_hand", "sign-flipped", "follows")
def sheet_with_target_minus_output():
    """Takes the target minus the output."""
    return {
        name: -value if name.startswith("d") else value for name, value in sheet_typed_in().items()
    }


@wrong("by_hand", "wrong-input")
def sheet_with_the_inputs_exchanged_in_dW1():
    """Multiplies each error by the input of the other weight."""
    return _sheet(dW1_0_0=0.093, dW1_0_1=-0.186, dW1_1_0=-0.075, dW1_1_1=0.15)


@wrong("by_hand", "wrong-input")
def sheet_with_pre_activations_in_dW2():
    """Multiplies the error of the output by net_h, and not by out_h."""
    return _sheet(dW2_0_0=0.066, dW2_0_1=-0.231)


@wrong("by_hand", "transposed")
def sheet_with_rows_and_columns_exchanged():
    """Writes dW1[j, i] into the cell of dW1[i, j]."""
    return _sheet(dW1_0_1=0.15, dW1_1_0=0.093)


@wrong("by_hand", "missing-bias", "follows")
def sheet_without_a_bias():
    """Forgets the bias of one hidden unit, and makes no other slip."""
    return _sheet(net_h_0=1.5, out_h_0=0.818)


@wrong("by_hand", "missing-sigmoid")
def sheet_without_the_sigmoid_of_the_output():
    """Copies the pre-activation of the output."""
    return _sheet(out_y_0=-1.301)


@wrong("by_hand", "wrong-loss")
def sheet_without_the_half():
    """Squares the difference and leaves it at that."""
    return _sheet(C=0.618)


@wrong("by_hand", "input-in-bias")
def sheet_with_an_input_in_a_bias():
    """Multiplies the error by what the unit receives, for its bias too."""
    return _sheet(db2_0=-0.112)


@wrong("by_hand", "inputs-exchanged")
def sheet_with_the_inputs_of_a_unit_exchanged():
    """Multiplies each weight of a hidden unit by the other input."""
    return _sheet(net_h_0=-7.25)


@wrong("by_hand", "wrong-weight")
def sheet_with_the_other_weight_on_the_way_back():
    """Sends the error back to hidden unit 0 through the weight of hidden unit 1."""
    return _sheet(delta_h_0=0.093)


@wrong("by_hand", "other-slope")
def sheet_with_the_slope_of_the_other_unit():
    """Takes the slope of hidden unit 0 for hidden unit 1."""
    return _sheet(delta_h_1=0.093)


@wrong("by_hand", "other-error")
def sheet_with_the_error_of_the_other_unit():
    """Writes the error of hidden unit 1 into the bias of hidden unit 0."""
    return _sheet(db1_0=0.05)


@wrong("by_hand", "cells-empty")
def half_a_sheet():
    """Has filled in the way forward."""
    return _sheet(**dict.fromkeys(
        "delta_y_0 dW2_0_0 dW2_0_1 db2_0 delta_h_0 delta_h_1 db1_0 db1_1 "
        "dW1_0_0 dW1_0_1 dW1_1_0 dW1_1_1".split()
    ))  # fmt: skip


@wrong("by_hand", "rounded")
def sheet_with_one_decimal_too_few():
    """Rounds to two decimals on the way, so that the last cells are off."""
    return _sheet(dW1_0_0=-0.18, dW1_1_0=0.156)


@wrong("by_hand", "not-implemented")
def sheet_without_a_number():
    """Has deleted the line with raise, and filled nothing in."""
    return dict.fromkeys(sheet_typed_in())


@wrong("by_hand", "wrong-return")
def list_for_a_sheet():
    """Returns the numbers without their names."""
    return list(sheet_typed_in().values())


@wrong("by_hand", "wrong-return")
def sheet_with_numbers_in_quotes():
    """Writes numbers as texts."""
    return {name: str(value) for name, value in sheet_typed_in().items()}


# ================================================================ wrong: backward_propagation

backpropagation = functools.partial(wrong, "backward_propagation")

# ---------------------------------------------------------------- not there yet


@backpropagation("not-implemented")
def only_pass(X, Y, out_h, out_y, W2):
    """Has written nothing but pass."""
    pass


@backpropagation("not-implemented")
def only_dots(X, Y, out_h, out_y, W2):
    """Has written three dots."""
    ...


@backpropagation("not-implemented")
def still_the_stub(X, Y, out_h, out_y, W2):
    """Has left the line of the stub."""
    raise NotImplementedError()


@backpropagation("not-implemented")
def begun_but_not_finished(X, Y, out_h, out_y, W2):
    """Has written the output layer above the line of the stub."""
    delta_y = output_error(out_y, Y)
    dW2 = delta_y @ out_h.T
    raise NotImplementedError("the hidden layer is to do", dW2)


@backpropagation("not-implemented", built=True)
def no_function():
    """Has set the name to None."""
    return None


@backpropagation("not-implemented", built=True)
def dots_for_a_function():
    """Has set the name to three dots."""
    return ...


@backpropagation("not-implemented")
def calls_the_stand_in(X, Y, out_h, out_y, W2):
    """Lets the course's stand-in do the work."""
    return find("backward_propagation")(X, Y, out_h, out_y, W2)


@backpropagation("not-implemented")
def asks_for_the_stand_in(*arguments):
    """Asks the course for a stand-in while it is being judged."""
    return or_stand_in("backward_propagation", None)(*arguments)


@backpropagation("not-implemented", built=True)
def hands_the_stand_in_over():
    """Hands the stand-in over as the answer."""
    return find("backward_propagation")


@backpropagation("not-implemented")
def calls_the_twin_of_the_stand_in(*arguments):
    """Uses the stand-in of another exercise that returns the same."""
    return find("find_the_bug")(*arguments)


# ---------------------------------------------------------------- crashed


@backpropagation("crashed")
def forgets_a_transpose(X, Y, out_h, out_y, W2):
    """Multiplies by W2 where its transpose is needed."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, (W2 @ delta_y) * slope(out_h), delta_y)


@backpropagation("crashed")
def misspelt_name(X, Y, out_h, out_y, W2):
    """Uses a name that exists nowhere."""
    delta_y = (out_y - Y) * slope(out_y)
    return products(X, out_h, W2.T @ detla_y, delta_y)  # noqa: F821


@backpropagation("crashed")
def deleted_name(X, Y, out_h, out_y, W2):
    """Deletes a name and uses it again."""
    delta_y = output_error(out_y, Y)
    del out_h
    return products(X, out_h, delta_y, delta_y)  # noqa: F821


@backpropagation("crashed")
def index_too_far(X, Y, out_h, out_y, W2):
    """Counts from one to m."""
    total = 0
    for e in range(1, X.shape[1] + 1):
        total = total + np.outer(out_y[:, e] - Y[:, e], out_h[:, e])
    return backward(X, Y, out_h, out_y, W2)


@backpropagation("crashed", "hard-coded-size")
def assertion_fails(X, Y, out_h, out_y, W2):
    """Asserts sizes that only XOR has."""
    assert X.shape == (2, 4), "X must be 2 by 4"
    return backward(X, Y, out_h, out_y, W2)


@backpropagation("crashed")
def leaves_the_program(X, Y, out_h, out_y, W2):
    """Calls sys.exit."""
    sys.exit(0)


@backpropagation("crashed")
def interrupts(X, Y, out_h, out_y, W2):
    """Raises KeyboardInterrupt."""
    raise KeyboardInterrupt


@backpropagation("crashed")
def stops_a_generator(X, Y, out_h, out_y, W2):
    """Asks an exhausted iterator for more."""
    layers = iter([X, out_h])
    return tuple(next(layers) for _ in "ab"), next(layers)


@backpropagation("crashed")
def endless_recursion(X, Y, out_h, out_y, W2):
    """Calls itself with the same arguments."""
    return endless_recursion(X, Y, out_h, out_y, W2)


@backpropagation("crashed")
def exception_outside_the_family(X, Y, out_h, out_y, W2):
    """Raises a BaseException of its own."""

    class Farewell(BaseException):
        pass

    raise Farewell


@backpropagation("crashed")
def exception_without_words(X, Y, out_h, out_y, W2):
    """Raises an exception that cannot say what it is."""

    class Speechless(Exception):
        def __str__(self):
            raise self

        __repr__ = __str__

    raise Speechless


@backpropagation("crashed")
def exception_with_too_many_words(X, Y, out_h, out_y, W2):
    """Raises an exception with a message of a million letters."""
    raise ValueError("no" * 500_000)


@backpropagation("not-implemented", "crashed")
def to_do_without_words(X, Y, out_h, out_y, W2):
    """Raises a NotImplementedError that cannot say what it is."""

    class SpeechlessToDo(NotImplementedError):
        def __str__(self):
            raise ValueError

    raise SpeechlessToDo


# ---------------------------------------------------------------- wrong-signature


@backpropagation("wrong-signature")
def four_arguments(X, Y, out_h, out_y):
    """Has forgotten W2."""
    return products(X, out_h, out_h, out_y - Y)


@backpropagation("wrong-signature")
def six_arguments(X, Y, out_h, out_y, W1, W2):
    """Wants W1 too."""
    return backward(X, Y, out_h, out_y, W2)


@backpropagation("wrong-signature")
def no_arguments():
    """Takes nothing."""
    return ()


@backpropagation("wrong-signature")
def by_name_only(*, X, Y, out_h, out_y, W2):
    """Can only be called with names."""
    return backward(X, Y, out_h, out_y, W2)


@backpropagation("wrong-signature", built=True)
def method_without_self():
    """Has forgotten self in a method."""

    class Network:
        def backward(X, Y, out_h, out_y, W2):
            return backward(X, Y, out_h, out_y, W2)

    return Network().backward


@backpropagation("wrong-signature", built=True)
def result_for_a_function():
    """Has overwritten the function with its result."""
    return np.zeros((2, 2)), np.zeros((2, 1)), np.zeros((1, 2)), np.zeros((1, 1))


@backpropagation("wrong-signature", built=True)
def name_for_a_function():
    """Hands over the name in quotes."""
    return "backward_propagation"


# ---------------------------------------------------------------- wrong-return


@backpropagation("wrong-return")
def prints_instead(X, Y, out_h, out_y, W2):
    """Prints the gradients and returns nothing."""
    print(*backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def bare_return(X, Y, out_h, out_y, W2):
    """Ends with a return that returns nothing."""
    gradients = backward(X, Y, out_h, out_y, W2)
    del gradients
    return


@backpropagation("wrong-return")
def returns_a_dict(X, Y, out_h, out_y, W2):
    """Returns the gradients by name."""
    return dict(zip(("dW1", "db1", "dW2", "db2"), backward(X, Y, out_h, out_y, W2)))


@backpropagation("wrong-return")
def too_few(X, Y, out_h, out_y, W2):
    """Has forgotten db2."""
    return backward(X, Y, out_h, out_y, W2)[:3]


@backpropagation("wrong-return")
def too_many(X, Y, out_h, out_y, W2):
    """Returns the hidden error as well."""
    return *backward(X, Y, out_h, out_y, W2), errors(Y, out_h, out_y, W2)[0]


@backpropagation("wrong-return")
def only_one(X, Y, out_h, out_y, W2):
    """Returns dW1 alone."""
    return backward(X, Y, out_h, out_y, W2)[0]


@backpropagation("wrong-return")
def empty_tuple(X, Y, out_h, out_y, W2):
    """Returns a tuple of nothing."""
    return tuple(d for d in backward(X, Y, out_h, out_y, W2) if d is None)


@backpropagation("wrong-return")
def empty_list(X, Y, out_h, out_y, W2):
    """Collects gradients in a list and forgets to append."""
    gradients = []
    backward(X, Y, out_h, out_y, W2)
    return gradients


@backpropagation("wrong-return")
def pairs_by_layer(X, Y, out_h, out_y, W2):
    """Returns one pair per layer."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return (dW1, db1), (dW2, db2)


@backpropagation("wrong-return")
def joined_vector(X, Y, out_h, out_y, W2):
    """Returns one long vector."""
    return np.concatenate([d.ravel() for d in backward(X, Y, out_h, out_y, W2)])


@backpropagation("wrong-return")
def some_none(X, Y, out_h, out_y, W2):
    """Leaves the biases out with None."""
    dW1, _, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, None, dW2, None


@backpropagation("wrong-return")
def lists_of_lists(X, Y, out_h, out_y, W2):
    """Returns nested lists of text."""
    return [[[f"{v}" for v in row] for row in d] for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("wrong-return")
def one_text(X, Y, out_h, out_y, W2):
    """Returns the gradients as text."""
    return str(backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def yields(X, Y, out_h, out_y, W2):
    """Yields where it should return."""
    yield from backward(X, Y, out_h, out_y, W2)


@backpropagation("wrong-return")
def generator_expression(X, Y, out_h, out_y, W2):
    """Returns a generator over the right arrays."""
    return (d for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def endless_generator(X, Y, out_h, out_y, W2):
    """Returns an iterator that never ends."""
    return iter(float, 1.0)


@backpropagation("wrong-return")
def functions(X, Y, out_h, out_y, W2):
    """Returns functions that would compute the gradients."""
    return tuple(lambda d=d: d for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return", built=True)
def coroutine():
    """Has written async def."""

    async def backward_later(X, Y, out_h, out_y, W2):
        return backward(X, Y, out_h, out_y, W2)

    def answer(*arguments):
        later = backward_later(*arguments)
        later.close()
        return later

    return answer


class AlwaysEqual:
    """Equal to everything, and of every shape."""

    dtype, size, ndim = np.dtype(float), 1, 0

    def __eq__(self, other):
        return True

    __le__ = __ge__ = __eq__
    __hash__ = None

    def __getattr__(self, name):
        return self

    def __call__(self, *arguments, **named):
        return self

    def __float__(self):
        return 0.0

    def __len__(self):
        return 4

    def __iter__(self):
        return iter([self] * 4)

    def __getitem__(self, index):
        return self

    def __array__(self, dtype=None, copy=None):
        return np.zeros(())


@backpropagation("wrong-return")
def always_equal(X, Y, out_h, out_y, W2):
    """Returns one object whose == is always true."""
    return AlwaysEqual()


@backpropagation("wrong-return")
def four_always_equal(X, Y, out_h, out_y, W2):
    """Returns four objects whose == is always true."""
    return (AlwaysEqual(),) * 4


class LyingArray(np.ndarray):
    """An array that differs from nothing."""

    def __sub__(self, other):
        return np.zeros(self.shape)

    __rsub__ = __sub__

    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape)

    def __array_function__(self, function, types, args, kwargs):
        return True


@backpropagation("wrong-return")
def lying_subclass(X, Y, out_h, out_y, W2):
    """Returns arrays of a subclass that differs from nothing."""
    return tuple(np.zeros(d.shape).view(LyingArray) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def array_like(X, Y, out_h, out_y, W2):
    """Returns objects that become arrays only when numpy looks at them."""

    class Later:
        def __init__(self, d):
            self.d = d

        def __array__(self, dtype=None, copy=None):
            return self.d

    return tuple(Later(d) for d in backward(X, Y, out_h, out_y, W2))


@right("backward_propagation")
def old_matrices(X, Y, out_h, out_y, W2):
    """Returns np.matrix."""
    return tuple(np.asmatrix(d) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def masked_arrays(X, Y, out_h, out_y, W2):
    """Masks every entry, so that nothing is there to differ."""
    return tuple(np.ma.masked_all(d.shape) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def object_arrays(X, Y, out_h, out_y, W2):
    """Returns arrays of Python objects."""
    return tuple(d.astype(object) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def arrays_of_always_equal(X, Y, out_h, out_y, W2):
    """Fills object arrays with objects that equal everything."""
    gradients = [d.astype(object) for d in backward(X, Y, out_h, out_y, W2)]
    for d in gradients:
        for place in np.ndindex(d.shape):
            d[place] = AlwaysEqual()
    return gradients


@backpropagation("wrong-return")
def string_arrays(X, Y, out_h, out_y, W2):
    """Returns arrays of text."""
    return tuple(d.astype(str) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def complex_arrays(X, Y, out_h, out_y, W2):
    """Returns complex numbers, the imaginary parts all zero."""
    return tuple(d.astype(complex) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def dates(X, Y, out_h, out_y, W2):
    """Returns arrays of dates."""
    return tuple(d.astype("datetime64[s]") for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def records(X, Y, out_h, out_y, W2):
    """Returns arrays with a named field."""
    return tuple(d.view([("gradient", float)]) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("wrong-return")
def huge_broadcast_view(X, Y, out_h, out_y, W2):
    """Returns a view of one number that claims a million millions of entries."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return np.broadcast_to(0.0, (10**6, 10**6)), db1, dW2, db2


@backpropagation("wrong-return", "wrong-shape")
def many_dimensions(X, Y, out_h, out_y, W2):
    """Returns arrays of thirty axes without an entry."""
    return (np.zeros((2, 0) * 15),) * 4


@backpropagation("wrong-return")
def long_tuple(X, Y, out_h, out_y, W2):
    """Returns a hundred thousand arrays."""
    return backward(X, Y, out_h, out_y, W2) * 25_000


@backpropagation("wrong-return")
def numbers_without_end(X, Y, out_h, out_y, W2):
    """Returns integers that no float can hold."""
    return (10**400,) * 4


@backpropagation("summed-up", "one-bias")
def four_numbers(X, Y, out_h, out_y, W2):
    """Returns the sum of each gradient."""
    return tuple(float(d.sum()) for d in backward(X, Y, out_h, out_y, W2))


# ---------------------------------------------------------------- wrong-order


@backpropagation("wrong-order")
def last_layer_first(X, Y, out_h, out_y, W2):
    """Returns them in the order in which they were computed."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW2, db2, dW1, db1


@backpropagation("wrong-order")
def weights_then_biases(X, Y, out_h, out_y, W2):
    """Returns both weights, then both biases."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, dW2, db1, db2


@backpropagation("wrong-order")
def bias_before_weights(X, Y, out_h, out_y, W2):
    """Returns each bias before its weights."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return [db1, dW1, db2, dW2]


@backpropagation("wrong-order")
def backwards(*arrays):
    """Returns the tuple reversed."""
    return backward(*arrays)[::-1]


# ---------------------------------------------------------------- wrong-shape


@backpropagation("wrong-shape")
def one_row_too_many(*arrays):
    """Carries a row for a bias along in dW1."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return np.vstack([dW1, np.zeros((1, dW1.shape[1]))]), db1, dW2, db2


@backpropagation("examples-not-summed")
def examples_on_an_axis(X, Y, out_h, out_y, W2):
    """Keeps one matrix per example in both weight gradients."""
    dh, dy = errors(Y, out_h, out_y, W2)
    _, db1, _, db2 = products(X, out_h, dh, dy)
    return np.einsum("he,xe->hxe", dh, X), db1, np.einsum("ye,he->yhe", dy, out_h), db2


@backpropagation("flattened")
def weights_flattened(*arrays):
    """Flattens the weight gradients."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1.ravel(), db1, dW2.ravel(), db2


@backpropagation("axis-too-many")
def an_axis_too_many(*arrays):
    """Leaves a leading axis of one on everything."""
    return tuple(d[np.newaxis] for d in backward(*arrays))


@backpropagation("all-zero")
def shaped_like_the_inputs(X, Y, out_h, out_y, W2):
    """Believes that dW1 has the shape of X."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return np.zeros_like(X), db1, dW2, db2


# ---------------------------------------------------------------- transposed


@backpropagation("transposed")
def first_weights_transposed(X, Y, out_h, out_y, W2):
    """Writes inputs times errors for dW1."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    dh, _ = errors(Y, out_h, out_y, W2)
    return X @ dh.T, db1, dW2, db2


@backpropagation("transposed")
def second_weights_transposed(X, Y, out_h, out_y, W2):
    """Names the axes of dW2 the wrong way round in einsum."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, np.einsum("he,ye->hy", out_h, output_error(out_y, Y)), db2


@backpropagation("transposed")
def stays_in_rows(X, Y, out_h, out_y, W2):
    """Converts to rows and forgets to convert back."""
    x, y, h, o = X.T, Y.T, out_h.T, out_y.T
    d2 = (o - y) * o * (1 - o)
    d1 = d2.dot(W2) * h * (1 - h)
    return x.T.dot(d1), d1.sum(0, keepdims=True), h.T.dot(d2), d2.sum(0, keepdims=True)


@backpropagation("transposed")
def biases_in_a_row(*arrays):
    """Lays both biases down."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1, db1.T, dW2, db2.T


@backpropagation("transposed")
def loops_fill_the_other_way(X, Y, out_h, out_y, W2):
    """Swaps the two indices of dW1 in its loops."""
    dh, dy = errors(Y, out_h, out_y, W2)
    dW1 = np.zeros((X.shape[0], dh.shape[0]))
    for e in range(X.shape[1]):
        for i in range(X.shape[0]):
            for j in range(dh.shape[0]):
                dW1[i, j] += X[i, e] * dh[j, e]
    return dW1, *products(X, out_h, dh, dy)[1:]


# ---------------------------------------------------------------- biases


@backpropagation("bias-not-summed")
def errors_for_biases(X, Y, out_h, out_y, W2):
    """Takes the errors for the bias gradients, one column per example."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh, dy @ out_h.T, dy


@backpropagation("bias-not-summed")
def hidden_bias_not_summed(X, Y, out_h, out_y, W2):
    """Sums db2 and forgets to sum db1."""
    dW1, _, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, hidden_error(output_error(out_y, Y), out_h, W2), dW2, db2


@backpropagation("bias-not-summed")
def output_bias_not_summed(X, Y, out_h, out_y, W2):
    """Multiplies the error of the outputs by one and calls it db2."""
    dW1, db1, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2, output_error(out_y, Y) * 1


@backpropagation("bias-not-summed")
def biases_collected(X, Y, out_h, out_y, W2):
    """Appends the errors of each example as a column and never adds them."""
    dW1 = dW2 = 0
    columns_h, columns_y = [], []
    for e in range(X.shape[1]):
        one = slice(e, e + 1)
        a, b, c, d = backward(X[:, one], Y[:, one], out_h[:, one], out_y[:, one], W2)
        dW1, dW2 = dW1 + a, dW2 + c
        columns_h.append(b)
        columns_y.append(d)
    return dW1, np.hstack(columns_h), dW2, np.hstack(columns_y)


@backpropagation("bias-flat")
def sums_without_keepdims(X, Y, out_h, out_y, W2):
    """Forgets keepdims in both sums."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, np.sum(dh, axis=1), dy @ out_h.T, np.sum(dy, axis=1)


@backpropagation("bias-flat")
def one_bias_flat(X, Y, out_h, out_y, W2):
    """Keeps the axis in db2 and loses it in db1."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, np.einsum("he->h", dh), dy @ out_h.T, dy.sum(axis=1, keepdims=True)


@backpropagation("bias-flat")
def biases_as_lists(X, Y, out_h, out_y, W2):
    """Returns each bias as a list of numbers."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, [float(v) for v in db1[:, 0]], dW2, [float(v) for v in db2[:, 0]]


@backpropagation("bias-flat")
def output_bias_squeezed(*arrays):
    """Squeezes db2."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1, db1, dW2, db2[:, 0]


@backpropagation("bias-wrong-axis")
def sums_over_units(X, Y, out_h, out_y, W2):
    """Sums along axis 0 in both biases."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh.sum(axis=0, keepdims=True), dy @ out_h.T, dy.sum(axis=0, keepdims=True)


@backpropagation("bias-wrong-axis")
def sums_over_units_flat(X, Y, out_h, out_y, W2):
    """Sums db1 along axis 0 and loses the axis."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, sum(dh), dy @ out_h.T, dy.sum(axis=1, keepdims=True)


@backpropagation("bias-wrong-axis")
def output_bias_over_units(X, Y, out_h, out_y, W2):
    """Sums db2 over the output units, and stands it up."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh.sum(axis=1, keepdims=True), dy @ out_h.T, dy.sum(axis=0)[:, None]


@backpropagation("one-bias")
def sums_over_everything(X, Y, out_h, out_y, W2):
    """Names no axis, so that each bias becomes one number."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, np.sum(dh), dy @ out_h.T, np.sum(dy)


# ---------------------------------------------------------------- slopes


@backpropagation("missing-output-slope")
def cross_entropy_gradient(X, Y, out_h, out_y, W2):
    """Starts from the bare difference, as for the cross-entropy."""
    delta_y = out_y - Y
    delta_h = W2.T @ delta_y * out_h * (1 - out_h)
    db1, db2 = delta_h.sum(1, keepdims=True), delta_y.sum(1, keepdims=True)
    return delta_h @ X.T, db1, delta_y @ out_h.T, db2


@backpropagation("missing-output-slope")
def no_output_slope_in_loops(X, Y, out_h, out_y, W2):
    """Forgets the slope of the output unit, example by example."""
    total = [0, 0, 0, 0]
    for x, y, h, o in zip(X.T, Y.T, out_h.T, out_y.T):
        back = (o - y) @ W2 * h * (1 - h)
        parts = np.outer(back, x), back[:, None], np.outer(o - y, h), (o - y)[:, None]
        total = [t + p for t, p in zip(total, parts)]
    return total


@backpropagation("missing-output-slope")
def no_output_slope_in_second_weights(X, Y, out_h, out_y, W2):
    """Forgets the slope in dW2 only."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, (out_y - Y) @ out_h.T, db2


@backpropagation("missing-output-slope")
def no_output_slope_in_output_bias(X, Y, out_h, out_y, W2):
    """Forgets the slope in db2 only."""
    dW1, db1, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2, np.sum(out_y - Y, axis=1, keepdims=True)


@backpropagation("missing-output-slope")
def no_output_slope_in_output_layer(X, Y, out_h, out_y, W2):
    """Forgets the slope in the output layer and has it on the way back."""
    with_slope = backward(X, Y, out_h, out_y, W2)
    without = backward(X, Y, out_h, out_y, W2, output=no_slope)
    return *with_slope[:2], *without[2:]


@backpropagation("missing-output-slope")
def no_output_slope_on_the_way_back(X, Y, out_h, out_y, W2):
    """Sends the bare difference back, as the program first posted does."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    dh = np.dot(W2.T, out_y - Y) * out_h * (1 - out_h)
    return products(X, out_h, dh, dy)


@backpropagation("missing-output-slope")
def no_output_slope_in_hidden_bias(X, Y, out_h, out_y, W2):
    """Sends the bare difference back for db1 only."""
    dW1, _, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, backward(X, Y, out_h, out_y, W2, output=no_slope)[1], dW2, db2


@backpropagation("missing-hidden-slope")
def no_hidden_slope(X, Y, out_h, out_y, W2):
    """Forgets the slope of the hidden units."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    return products(X, out_h, W2.T @ dy, dy)


@backpropagation("missing-hidden-slope")
def no_hidden_slope_in_einsum(X, Y, out_h, out_y, W2):
    """Forgets the slope of the hidden units in a single einsum."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    dW1 = np.einsum("ye,yh,xe->hx", output_error(out_y, Y), W2, X)
    return dW1, db1, dW2, db2


@backpropagation("missing-hidden-slope")
def no_hidden_slope_in_bias(*arrays):
    """Forgets the slope in db1 only."""
    dW1, _, dW2, db2 = backward(*arrays)
    return dW1, backward(*arrays, hidden=no_slope)[1], dW2, db2


@backpropagation("missing-hidden-slope")
def slope_of_relu(X, Y, out_h, out_y, W2):
    """Uses the slope of a rectifier, which is one wherever out_h is above zero."""
    return backward(X, Y, out_h, out_y, W2, hidden=lambda a: (a > 0).astype(float))


@backpropagation("missing-hidden-slope")
def no_hidden_slope_in_loops(X, Y, out_h, out_y, W2):
    """Sums the errors back unit by unit and stops there."""
    delta_y = output_error(out_y, Y)
    delta_h = np.empty_like(out_h)
    for j in range(len(out_h)):
        for e in range(out_h.shape[1]):
            delta_h[j, e] = sum(W2[k, j] * delta_y[k, e] for k in range(len(W2)))
    return products(X, out_h, delta_h, delta_y)


@backpropagation("missing-output-slope", "missing-hidden-slope")
def no_slope_anywhere(*arrays):
    """Forgets both slopes."""
    return backward(*arrays, hidden=no_slope, output=no_slope)


@backpropagation("slope-of-activation")
def sigmoid_prime_of_activations(X, Y, out_h, out_y, W2):
    """Calls a sigmoid_prime meant for pre-activations with activations."""

    def sigmoid_prime(z):
        return sigmoid(z) * (1 - sigmoid(z))

    delta_y = (out_y - Y) * sigmoid_prime(out_y)
    delta_h = np.dot(W2.T, delta_y) * sigmoid_prime(out_h)
    return products(X, out_h, delta_h, delta_y)


@backpropagation("slope-of-activation")
def output_slope_of_activation(*arrays):
    """Applies the sigmoid again in the output layer only."""
    return backward(*arrays, output=slope_again)


@backpropagation("slope-of-activation")
def hidden_slope_of_activation(*arrays):
    """Applies the sigmoid again in the hidden layer, by another formula."""
    return backward(*arrays, hidden=lambda a: np.exp(-a) / (1 + np.exp(-a)) ** 2)


@backpropagation("slope-of-activation")
def slope_of_activation_in_first_weights(*arrays):
    """Applies the sigmoid again in dW1 only, number by number."""
    again = np.vectorize(lambda a: 1 / (2 + math.exp(a) + math.exp(-a)))
    return backward(*arrays, hidden=again)[0], *backward(*arrays)[1:]


@backpropagation("tanh-slope")
def tanh_slopes(X, Y, out_h, out_y, W2):
    """Copies the slope from a program with tanh units."""
    delta_y = (out_y - Y) * (1 - np.power(out_y, 2))
    delta_h = np.dot(W2.T, delta_y) * (1 - np.power(out_h, 2))
    return products(X, out_h, delta_h, delta_y)


@backpropagation("tanh-slope")
def tanh_slope_of_hidden_units(*arrays):
    """Has the slope of tanh in the hidden layer only."""
    return backward(*arrays, hidden=lambda a: (1 - a) * (1 + a))


@backpropagation("tanh-slope")
def tanh_slope_of_outputs(*arrays):
    """Has the slope of tanh in the output layer only."""
    return backward(*arrays, output=tanh_slope)


@backpropagation("tanh-slope")
def tanh_slope_in_hidden_bias(*arrays):
    """Has the slope of tanh in db1 only."""
    dW1, _, dW2, db2 = backward(*arrays)
    return dW1, backward(*arrays, hidden=tanh_slope)[1], dW2, db2


# ---------------------------------------------------------------- W2 on the way back


@backpropagation("missing-W2")
def errors_summed_back(X, Y, out_h, out_y, W2):
    """Adds the output errors up and forgets the weights."""
    delta_y = output_error(out_y, Y)
    delta_h = delta_y.sum(axis=0, keepdims=True) * slope(out_h)
    return products(X, out_h, delta_h, delta_y)


@backpropagation("missing-W2")
def ones_for_weights(X, Y, out_h, out_y, W2):
    """Puts a matrix of ones where W2 belongs."""
    return backward(X, Y, out_h, out_y, np.ones_like(W2))


@backpropagation("missing-W2")
def no_weights_in_loops(X, Y, out_h, out_y, W2):
    """Forgets W2 in the innermost line of its loops, for dW1 only."""
    dW1 = np.zeros((len(out_h), len(X)))
    delta_y = output_error(out_y, Y)
    for e in range(X.shape[1]):
        for j in range(len(out_h)):
            for k in range(len(Y)):
                dW1[j] += delta_y[k, e] * slope(out_h[j, e]) * X[:, e]
    return dW1, *backward(X, Y, out_h, out_y, W2)[1:]


def _after_a_step(Y, out_h, out_y, W2, rate):
    return W2 - rate * output_error(out_y, Y) @ out_h.T


@backpropagation("updated-W2")
def updates_before_going_back(X, Y, out_h, out_y, W2, learning_rate=0.1):
    """Changes W2 as soon as dW2 is known, then goes back through the new one."""
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    dW2 = delta_y @ out_h.T
    W2 = W2 - learning_rate * dW2
    delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
    return delta_h @ X.T, delta_h.sum(1, keepdims=True), dW2, delta_y.sum(1, keepdims=True)


@backpropagation("updated-W2")
def updates_by_half(X, Y, out_h, out_y, W2):
    """Goes back through a W2 that was moved with a rate of one half."""
    back = _after_a_step(Y, out_h, out_y, W2, 0.5)
    return backward(X, Y, out_h, out_y, back)


@backpropagation("updated-W2")
def updates_by_the_whole_gradient(X, Y, out_h, out_y, W2):
    """Goes back through W2 minus its whole gradient."""
    back = _after_a_step(Y, out_h, out_y, W2, 1)
    return backward(X, Y, out_h, out_y, back)


@backpropagation("updated-W2", "mutates-input")
def updates_in_place_before_going_back(X, Y, out_h, out_y, W2):
    """Changes W2 in place before it goes back through it."""
    delta_y = output_error(out_y, Y)
    W2 -= 0.9 * delta_y @ out_h.T
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


# ---------------------------------------------------------------- signs and factors


@backpropagation("sign-flipped")
def target_minus_output(X, Y, out_h, out_y, W2):
    """Takes target minus output and still calls it the gradient."""
    delta_y = (Y - out_y) * out_y * (1 - out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("sign-flipped")
def minus_in_return(*arrays):
    """Returns the step instead of the gradient."""
    return [-d for d in backward(*arrays)]


@backpropagation("sign-flipped")
def hidden_layer_uphill(X, Y, out_h, out_y, W2):
    """Flips the sign in the hidden layer only."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return products(X, out_h, -dh, dy)


@backpropagation("sign-flipped")
def output_bias_uphill(X, Y, out_h, out_y, W2):
    """Flips the sign of db2 only."""
    dW1, db1, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2, np.sum((Y - out_y) * slope(out_y), axis=1, keepdims=True)


@backpropagation("sign-flipped")
def slope_the_wrong_way_round(*arrays):
    """Writes a times (a minus one) for the hidden slope."""
    return backward(*arrays, hidden=lambda a: a * (a - 1))


@backpropagation("sign-flipped")
def second_weights_uphill(*arrays):
    """Flips the sign of dW2 only."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1, db1, 0 - dW2, db2


@backpropagation("averaged")
def divides_by_the_examples(X, Y, out_h, out_y, W2):
    """Divides all gradients by the number of examples."""
    m = X.shape[1]
    delta_y = output_error(out_y, Y)
    delta_h = hidden_error(delta_y, out_h, W2)
    dW1, db1 = 1 / m * delta_h @ X.T, 1 / m * delta_h.sum(1, keepdims=True)
    return dW1, db1, 1 / m * delta_y @ out_h.T, 1 / m * delta_y.sum(1, keepdims=True)


@backpropagation("averaged")
def mean_for_biases(X, Y, out_h, out_y, W2):
    """Takes the mean in both biases."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, np.mean(dh, axis=1, keepdims=True), dy @ out_h.T, dy.mean(1, keepdims=True)


@backpropagation("averaged")
def mean_for_weights(X, Y, out_h, out_y, W2):
    """Takes the mean of outer products in both weights."""
    dh, dy = errors(Y, out_h, out_y, W2)
    _, db1, _, db2 = products(X, out_h, dh, dy)
    dW1 = np.mean([np.outer(d, x) for d, x in zip(dh.T, X.T)], axis=0)
    dW2 = np.mean([np.outer(d, h) for d, h in zip(dy.T, out_h.T)], axis=0)
    return dW1, db1, dW2, db2


@backpropagation("averaged")
def mean_in_first_weights(X, Y, out_h, out_y, W2):
    """Divides dW1 only."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1 / len(X.T), db1, dW2, db2


@backpropagation("averaged", "scaled")
def mean_over_all_entries(X, Y, out_h, out_y, W2):
    """Divides by the number of outputs times examples."""
    return [d / Y.size for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("averaged", "scaled", "hard-coded-size")
def divides_by_len(X, Y, out_h, out_y, W2):
    """Divides by len(Y), which is the number of outputs, and one for XOR."""
    return [d / len(Y) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("doubled")
def gradient_of_plain_squares(X, Y, out_h, out_y, W2):
    """Differentiates the square without the half."""
    delta_y = 2 * (out_y - Y) * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("doubled")
def output_layer_doubled(X, Y, out_h, out_y, W2):
    """Has the factor two in the output layer only."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, 2 * dW2, 2 * db2


@backpropagation("doubled")
def added_twice(X, Y, out_h, out_y, W2):
    """Adds each example to dW1 twice."""
    dh, dy = errors(Y, out_h, out_y, W2)
    dW1 = sum(np.outer(d, x) for _ in range(2) for d, x in zip(dh.T, X.T))
    return dW1, *products(X, out_h, dh, dy)[1:]


@backpropagation("scaled")
def half_of_it(*arrays):
    """Keeps the half of the loss in the gradient."""
    return tuple(0.5 * d for d in backward(*arrays))


@backpropagation("scaled")
def step_for_gradient(X, Y, out_h, out_y, W2, learning_rate=0.01):
    """Multiplies by the learning rate already here."""
    return tuple(learning_rate * d for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("scaled")
def first_weights_tripled(*arrays):
    """Has dW1 three times too large."""
    dW1, *others = backward(*arrays)
    return 3 * dW1, *others


@backpropagation("scaled")
def steeper_sigmoid(*arrays):
    """Takes the slope of a sigmoid that is 1.7 times as steep, in the hidden layer."""
    return backward(*arrays, hidden=lambda a: 1.7 * slope(a))


@backpropagation("scaled")
def divides_by_four(X, Y, out_h, out_y, W2):
    """Divides by the four examples of XOR whatever comes, in loops."""
    gradients = backward(X, Y, out_h, out_y, W2)
    for d in gradients:
        for place in np.ndindex(d.shape):
            d[place] /= 4
    return gradients


# ---------------------------------------------------------------- inputs and products


@backpropagation("wrong-input")
def hidden_activations_for_inputs(X, Y, out_h, out_y, W2):
    """Builds dW1 from out_h instead of X."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ out_h.T, *products(X, out_h, dh, dy)[1:]


@backpropagation("wrong-input")
def inputs_for_hidden_activations(X, Y, out_h, out_y, W2):
    """Builds dW2 from X instead of out_h."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, output_error(out_y, Y) @ X.T, db2


@backpropagation("wrong-input")
def pre_activations_for_activations(X, Y, out_h, out_y, W2):
    """Builds dW2 from the pre-activations of the hidden units."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, output_error(out_y, Y) @ logit(out_h).T, db2


@backpropagation("wrong-input")
def wrong_input_in_loops(X, Y, out_h, out_y, W2):
    """Picks up h where x belongs, example by example."""
    dh, dy = errors(Y, out_h, out_y, W2)
    dW1 = sum(np.outer(d, h) for d, h in zip(dh.T, out_h.T))
    return dW1, *products(X, out_h, dh, dy)[1:]


@backpropagation("elementwise-product", "crashed")
def error_times_activations(X, Y, out_h, out_y, W2):
    """Multiplies errors and hidden activations entry by entry, as the program first posted."""
    dW1, db1, _, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, output_error(out_y, Y) * out_h, db2


@backpropagation("elementwise-product", "crashed", "hard-coded-size")
def weights_times_error(X, Y, out_h, out_y, W2):
    """Multiplies W2 and the errors entry by entry, which broadcasts for one output."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, (W2.T * delta_y) * slope(out_h), delta_y)


@backpropagation("elementwise-product", "crashed")
def untransposed_weights_times_error(X, Y, out_h, out_y, W2):
    """Multiplies W2 and the errors entry by entry without transposing."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, W2 * delta_y * slope(out_h), delta_y)


@backpropagation("elementwise-product", "crashed")
def hidden_error_times_inputs(X, Y, out_h, out_y, W2):
    """Multiplies the hidden error and the inputs entry by entry."""
    _, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return errors(Y, out_h, out_y, W2)[0] * X, db1, dW2, db2


# ---------------------------------------------------------------- sizes and examples


@backpropagation("hard-coded-size")
def arrays_for_xor(X, Y, out_h, out_y, W2):
    """Reserves two by two and one by two, and loops to two and four."""
    dW1, db1, dW2, db2 = np.zeros((2, 2)), np.zeros((2, 1)), np.zeros((1, 2)), np.zeros((1, 1))
    dh, dy = errors(Y, out_h, out_y, W2)
    for e in range(4):
        db2[0, 0] += dy[0, e]
        for j in range(2):
            dW2[0, j] += dy[0, e] * out_h[j, e]
            db1[j, 0] += dh[j, e]
            for i in range(2):
                dW1[j, i] += dh[j, e] * X[i, e]
    return dW1, db1, dW2, db2


@backpropagation("one-output")
def first_output_only(X, Y, out_h, out_y, W2):
    """Sends back the error of the first output unit only."""
    dy = output_error(out_y, Y)
    return products(X, out_h, np.outer(W2[0], dy[0]) * slope(out_h), dy)


@backpropagation("hard-coded-size")
def first_four_examples(X, Y, out_h, out_y, W2):
    """Uses four examples however many there are."""
    return backward(X[:, :4], Y[:, :4], out_h[:, :4], out_y[:, :4], W2)


@backpropagation("hard-coded-size", "crashed")
def reshapes_to_two_units(X, Y, out_h, out_y, W2):
    """Reshapes db1 to two units, which crashes on any other number."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1.reshape(2, 1), dW2, db2


@backpropagation("one-bias")
def one_number_for_the_output_bias(X, Y, out_h, out_y, W2):
    """Sums everything into one output bias, which is right for one output."""
    dW1, db1, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2, np.array([[output_error(out_y, Y).sum()]])


@backpropagation("constant")
def numbers_of_one_run(X, Y, out_h, out_y, W2):
    """Has copied the numbers of one run on XOR."""
    dW1 = np.array([[0.0123, -0.0311], [0.0042, 0.0158]])
    return dW1, np.array([[0.0212], [-0.0103]]), np.array([[0.11, 0.094]]), np.array([[0.17]])


@backpropagation("examples-dropped")
def first_example_only(X, Y, out_h, out_y, W2):
    """Looks at the first example only."""
    return backward(X[:, :1], Y[:, :1], out_h[:, :1], out_y[:, :1], W2)


@backpropagation("examples-dropped")
def last_example_only(X, Y, out_h, out_y, W2):
    """Assigns in its loop where it should add, so the last example remains."""
    for e in range(X.shape[1]):
        dy = (out_y[:, e] - Y[:, e]) * slope(out_y[:, e])
        dh = W2.T @ dy * slope(out_h[:, e])
        dW1, dW2 = np.outer(dh, X[:, e]), np.outer(dy, out_h[:, e])
        db1, db2 = dh.reshape(-1, 1), dy.reshape(-1, 1)
    return dW1, db1, dW2, db2


@backpropagation("examples-dropped")
def returns_inside_the_loop(X, Y, out_h, out_y, W2):
    """Has indented the return one level too far."""
    total = [np.zeros((len(out_h), len(X))), 0, np.zeros(W2.shape), 0]
    for e in range(X.shape[1]):
        one = X[:, [e]], Y[:, [e]], out_h[:, [e]], out_y[:, [e]]
        total = [t + d for t, d in zip(total, backward(*one, W2))]
        return total


@backpropagation("examples-dropped")
def biases_of_the_last_example(X, Y, out_h, out_y, W2):
    """Keeps the last column of the errors as bias gradients."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh[:, -1:], dy @ out_h.T, dy[:, -1:]


@backpropagation("last-left-out")
def stops_one_early(X, Y, out_h, out_y, W2):
    """Loops to m - 1."""
    end = X.shape[1] - 1
    return backward(X[:, :end], Y[:, :end], out_h[:, :end], out_y[:, :end], W2)


# ---------------------------------------------------------------- uses-globals

# What a notebook has lying about: the variables of its XOR network.
X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])
W1, b1 = np.array([[0.5, -0.3], [0.8, 0.2]]), np.array([[0.1], [-0.2]])
W2, b2 = np.array([[0.7, -0.4]]), np.array([[0.3]])
out_h, out_y = forward(X, W1, b1, W2, b2)


@backpropagation("uses-globals")
def weights_of_the_notebook(X, Y, out_h, out_y, weights):
    """Renames the last argument and goes on reading W2."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("uses-globals")
def inputs_of_the_notebook(inputs, Y, out_h, out_y, W2):
    """Renames the first argument and goes on reading X."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return np.dot(dh, X.T), dh.sum(1, keepdims=True), np.dot(dy, out_h.T), dy.sum(1, keepdims=True)


@backpropagation("uses-globals")
def targets_of_the_notebook(X, target, out_h, out_y, W2):
    """Renames the second argument and goes on reading Y."""
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("uses-globals")
def hidden_activations_of_the_notebook(X, Y, a1, a2, W2):
    """Renames both activations and goes on reading out_h."""
    delta_y = (a2 - Y) * a2 * (1 - a2)
    return products(X, out_h, hidden_error(delta_y, a1, W2), delta_y)


@backpropagation("uses-globals")
def everything_of_the_notebook(*arguments):
    """Ignores its arguments altogether."""
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
    db1, db2 = delta_h.sum(1, keepdims=True), delta_y.sum(1, keepdims=True)
    return delta_h @ X.T, db1, delta_y @ out_h.T, db2


# ---------------------------------------------------------------- mutates-input


@backpropagation("mutates-input")
def changes_the_inputs(X, Y, out_h, out_y, W2):
    """Sorts the inputs in place when it is done."""
    gradients = backward(X, Y, out_h, out_y, W2)
    X.sort()
    return gradients


@backpropagation("mutates-input")
def changes_the_targets(X, Y, out_h, out_y, W2):
    """Builds the output error inside Y."""
    Y -= out_y
    Y *= -slope(out_y)
    return products(X, out_h, hidden_error(Y, out_h, W2), Y.copy())


@backpropagation("mutates-input")
def changes_the_hidden_activations(X, Y, out_h, out_y, W2):
    """Builds the hidden error inside out_h."""
    delta_y = output_error(out_y, Y)
    dW2 = delta_y @ out_h.T
    out_h *= (1 - out_h) * (W2.T @ delta_y)
    return out_h @ X.T, out_h.sum(1, keepdims=True), dW2, delta_y.sum(1, keepdims=True)


@backpropagation("mutates-input")
def changes_the_outputs(X, Y, out_h, out_y, W2):
    """Writes the output error into out_y with out=."""
    slopes = slope(out_y)
    delta_y = np.subtract(out_y, Y, out=out_y)
    np.multiply(delta_y, slopes, out=delta_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("mutates-input")
def changes_the_weights(X, Y, out_h, out_y, W2):
    """Takes the step in W2 at once, after everything is computed."""
    gradients = backward(X, Y, out_h, out_y, W2)
    W2 -= 0.5 * gradients[2]
    return gradients


@backpropagation("mutates-input")
def changes_one_entry(X, Y, out_h, out_y, W2):
    """Sets a single input to zero, in the last case only."""
    gradients = backward(X, Y, out_h, out_y, W2)
    if X.shape == (2, 4):
        X[1, 3] = 0
    return gradients


@backpropagation("mutates-input")
def changes_a_shape(X, Y, out_h, out_y, W2):
    """Flattens the targets by setting their shape."""
    gradients = backward(X, Y, out_h, out_y, W2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Y.shape = -1
    return gradients


# ---------------------------------------------------------------- keeps-state


@backpropagation("keeps-state", built=True)
def running_total():
    """Adds to the gradients of the calls before."""
    totals = {}

    def answer(*arrays):
        gradients = backward(*arrays)
        sizes = arrays[0].shape
        totals[sizes] = [t + d for t, d in zip(totals.get(sizes, [0] * 4), gradients)]
        return totals[sizes]

    return answer


@backpropagation("keeps-state", built=True)
def momentum():
    """Smooths the gradients with those of earlier calls of the same shape."""
    memory = {}

    def answer(*arrays):
        gradients = backward(*arrays)
        before = memory.get(arrays[0].shape, gradients)
        memory[arrays[0].shape] = [0.9 * b + d for b, d in zip(before, gradients)]
        return [0.9 * b + 0.1 * d for b, d in zip(memory[arrays[0].shape], gradients)]

    return answer


@backpropagation("keeps-state", built=True)
def right_the_first_time():
    """Is right on the first calls and forgets the sign later."""
    calls = []

    def answer(*arrays):
        calls.append(1)
        return [d if len(calls) < 4 else -d for d in backward(*arrays)]

    return answer


@backpropagation("keeps-state", built=True)
def remembers_by_shape():
    """Stores its result and returns it again for arrays of the same shape."""
    stored = {}
    return lambda *arrays: stored.setdefault(arrays[0].shape, backward(*arrays))


@backpropagation("random")
def random_noise(X, Y, out_h, out_y, W2):
    """Adds a little random noise."""
    noise = np.random.default_rng().normal(0, 0.01, size=4)
    return [d + n for d, n in zip(backward(X, Y, out_h, out_y, W2), noise)]


@backpropagation("random")
def random_dropout(X, Y, out_h, out_y, W2):
    """Leaves hidden units out at random."""
    kept = np.random.default_rng().random(out_h.shape) * 2
    dh, dy = errors(Y, out_h, out_y, W2)
    return products(X, out_h, dh * kept, dy)


# ---------------------------------------------------------------- values without value


@backpropagation("all-zero")
def zeros(X, Y, out_h, out_y, W2):
    """Reserves the arrays and returns them as they are."""
    return tuple(np.zeros_like(d) for d in backward(X, Y, out_h, out_y, W2))


@backpropagation("all-zero")
def first_weights_zero(X, Y, out_h, out_y, W2):
    """Forgets to fill dW1."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1 * 0, db1, dW2, db2


@backpropagation("all-zero")
def biases_zero(X, Y, out_h, out_y, W2):
    """Has no bias in mind."""
    dW1, _, dW2, _ = backward(X, Y, out_h, out_y, W2)
    return dW1, np.zeros((len(out_h), 1)), dW2, np.zeros((len(out_y), 1))


@backpropagation("all-zero")
def output_compared_with_itself(X, Y, out_h, out_y, W2):
    """Subtracts the outputs from themselves."""
    return backward(X, out_y, out_h, out_y, W2)


@backpropagation("not-finite")
def nan_in_one_entry(X, Y, out_h, out_y, W2):
    """Has nan in one entry of dW2."""
    gradients = backward(X, Y, out_h, out_y, W2)
    gradients[2][-1, -1] = np.nan
    return gradients


@backpropagation("not-finite")
def divides_by_zero(X, Y, out_h, out_y, W2):
    """Divides by a sum that is zero."""
    return [d / (d - d).sum() for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("not-finite")
def infinite_biases(X, Y, out_h, out_y, W2):
    """Has overflowed in the biases."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, np.exp(1e4 + db1), dW2, -np.exp(1e4 + db2)


@backpropagation("not-finite")
def logarithm_of_negatives(X, Y, out_h, out_y, W2):
    """Takes a logarithm of negative numbers in the hidden error."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return products(X, out_h, np.log(-np.abs(dh)), dy)


@backpropagation("rounded")
def three_digits(X, Y, out_h, out_y, W2):
    """Rounds to three digits."""
    return [np.round(d, 3) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("rounded")
def half_precision(X, Y, out_h, out_y, W2):
    """Converts the gradients to float16."""
    return [d.astype(np.float16) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("rounded")
def single_precision(X, Y, out_h, out_y, W2):
    """Computes in float32."""
    return backward(*(a.astype(np.float32) for a in (X, Y, out_h, out_y, W2)))


@backpropagation("rounded")
def as_printed(X, Y, out_h, out_y, W2):
    """Passes dW1 through text with four digits."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return np.array([[float(f"{v:.4f}") for v in row] for row in dW1]), db1, dW2, db2


@backpropagation("integer-step", "rounded", "all-zero", "wrong-value")
def whole_numbers(X, Y, out_h, out_y, W2):
    """Fills arrays of integers, which cut the fractions off."""
    return [d.astype(int) for d in backward(X, Y, out_h, out_y, W2)]


# ---------------------------------------------------------------- outside the catalogue


@backpropagation("constant")
def random_numbers(X, Y, out_h, out_y, W2):
    """Returns random numbers of the right shapes, the same each time."""
    rng = np.random.default_rng(1)
    return [rng.standard_normal(d.shape) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("all-ones")
def constants(X, Y, out_h, out_y, W2):
    """Returns ones of the right shapes."""
    return [np.ones_like(d) for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("wrong-value")
def one_entry_off(X, Y, out_h, out_y, W2):
    """Is off by one millionth in one entry of db1."""
    gradients = backward(X, Y, out_h, out_y, W2)
    gradients[1][0, 0] += 1e-6 * np.abs(gradients[1]).max()
    return gradients


@backpropagation("sign-lost")
def absolute_difference(X, Y, out_h, out_y, W2):
    """Takes the absolute value of the difference."""
    delta_y = np.abs(out_y - Y) * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("square-for-difference")
def squared_difference(X, Y, out_h, out_y, W2):
    """Sends the squared difference back."""
    delta_y = (out_y - Y) ** 2 * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("label-for-output")
def labels_for_outputs(X, Y, out_h, out_y, W2):
    """Compares the targets with rounded outputs."""
    delta_y = (np.round(out_y) - Y) * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("formula-at-z")
def slope_from_pre_activations(*arrays):
    """Writes z times (1 - z) for the slope."""
    return backward(*arrays, hidden=lambda a: logit(a) * (1 - logit(a)))


@backpropagation("sign-in-slope")
def slope_with_a_plus(*arrays):
    """Writes a times (1 + a) for the slope."""
    return backward(*arrays, hidden=lambda a: a * (1 + a), output=lambda a: a * (1 + a))


@backpropagation("slope-twice")
def output_slope_twice(*arrays):
    """Multiplies by the output slope twice."""
    return backward(*arrays, output=lambda a: slope(a) ** 2)


@backpropagation("wrong-value")
def slope_of_the_wrong_layer(X, Y, out_h, out_y, W2):
    """Uses the mean slope of the outputs for the hidden units."""
    mean = slope(out_y).mean(axis=0, keepdims=True)
    delta_y = output_error(out_y, Y)
    return products(X, out_h, (W2.T @ delta_y) * mean, delta_y)


@backpropagation("wrong-value")
def units_upside_down(X, Y, out_h, out_y, W2):
    """Flips W2 instead of transposing it."""
    return backward(X, Y, out_h, out_y, W2[::-1, ::-1])


@backpropagation("wrong-value")
def examples_out_of_step(X, Y, out_h, out_y, W2):
    """Reverses the examples in X only."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return products(X[:, ::-1], out_h, dh, dy)


@backpropagation("sums-multiplied")
def product_of_sums(X, Y, out_h, out_y, W2):
    """Multiplies the sums over examples instead of summing the products."""
    dh, dy = errors(Y, out_h, out_y, W2)
    db1, db2 = dh.sum(1, keepdims=True), dy.sum(1, keepdims=True)
    return db1 @ X.sum(1, keepdims=True).T, db1, db2 @ out_h.sum(1, keepdims=True).T, db2


@backpropagation("clipped")
def clipped(*arrays):
    """Clips the gradients."""
    return [np.clip(d, -0.05, 0.05) for d in backward(*arrays)]


@backpropagation("normalized")
def normalised(*arrays):
    """Divides each gradient by its length."""
    return [d / np.linalg.norm(d) for d in backward(*arrays)]


@backpropagation("weight-decay")
def weight_decay(X, Y, out_h, out_y, W2):
    """Adds a penalty on the weights to dW2."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, dW2 + 0.01 * W2, db2


@backpropagation("wrong-value")
def coarse_differences(X, Y, out_h, out_y, W2):
    """Takes one-sided differences with a wide step for db2."""

    def loss(b):
        return half_squares(sigmoid(logit(out_y) + b), Y)

    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    units = np.eye(len(Y))[:, :, None]
    return dW1, db1, dW2, np.array([[(loss(1e-3 * u) - loss(0)) / 1e-3] for u in units])


@backpropagation("wrong-value")
def wrong_on_xor_only(X, Y, out_h, out_y, W2):
    """Is right on every shape except that of XOR, where the output slope is missing."""
    output = no_slope if W2.shape == (1, 2) else slope
    return backward(X, Y, out_h, out_y, W2, output=output)


@backpropagation("wrong-value")
def another_mistake_for_each_shape(X, Y, out_h, out_y, W2):
    """Makes another mistake on each shape, so that no single one explains it."""
    output = (slope_again, no_slope, tanh_slope)[len(Y) % 3]
    return backward(X, Y, out_h, out_y, W2, hidden=slope_again, output=output)


@backpropagation("crashed", "hard-coded-size")
def squeezes_a_single_example_away(X, Y, out_h, out_y, W2):
    """Squeezes, which is harmless until there is a single example."""
    return products(np.squeeze(X), np.squeeze(out_h), *errors(Y, out_h, out_y, W2))


# ---------------------------------------------------------------- two slips at once


@backpropagation("missing-output-slope", "averaged")
def mean_cross_entropy(X, Y, out_h, out_y, W2):
    """Forgets the output slope and averages."""
    return [d / X.shape[1] for d in backward(X, Y, out_h, out_y, W2, output=no_slope)]


@backpropagation("averaged", "doubled")
def mean_of_plain_squares(X, Y, out_h, out_y, W2):
    """Differentiates the mean of the squares without the half."""
    return [2 * d / X.shape[1] for d in backward(X, Y, out_h, out_y, W2)]


@backpropagation("sign-flipped", "missing-hidden-slope")
def uphill_without_hidden_slope(X, Y, out_h, out_y, W2):
    """Takes target minus output and forgets the hidden slope."""
    delta_y = (Y - out_y) * slope(out_y)
    return products(X, out_h, W2.T @ delta_y, delta_y)


@backpropagation("sign-flipped", "bias-flat")
def uphill_with_flat_biases(*arrays):
    """Flips the sign and flattens the biases."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return -dW1, -db1[:, 0], -dW2, -db2[:, 0]


@backpropagation("bias-not-summed", "missing-output-slope")
def cross_entropy_with_unsummed_biases(X, Y, out_h, out_y, W2):
    """Forgets the output slope and the sums of the biases."""
    dy = out_y - Y
    dh = hidden_error(dy, out_h, W2)
    return dh @ X.T, dh, dy @ out_h.T, dy


@backpropagation("transposed", "averaged")
def transposed_means(X, Y, out_h, out_y, W2):
    """Averages, and has both weight gradients transposed."""
    dW1, db1, dW2, db2 = (d / X.shape[1] for d in backward(X, Y, out_h, out_y, W2))
    return dW1.T, db1, dW2.T, db2


@backpropagation("missing-W2", "sign-flipped")
def no_weights_and_uphill(X, Y, out_h, out_y, W2):
    """Forgets W2 on the way back and flips the sign of dW2."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, np.ones_like(W2))
    return dW1, db1, -dW2, db2


@backpropagation("tanh-slope", "missing-output-slope")
def tanh_hidden_without_output_slope(*arrays):
    """Has the slope of tanh in the hidden layer and none in the output layer."""
    return backward(*arrays, hidden=tanh_slope, output=no_slope)


@backpropagation("slope-of-activation", "averaged")
def slope_of_activation_averaged(X, Y, out_h, out_y, W2):
    """Applies the sigmoid twice and averages."""
    gradients = backward(X, Y, out_h, out_y, W2, hidden=slope_again, output=slope_again)
    return [d / X.shape[1] for d in gradients]


@backpropagation("slope-of-activation", "tanh-slope")
def another_slope_in_each_layer(*arrays):
    """Has the slope of tanh in the output layer and applies the sigmoid twice in the hidden."""
    return backward(*arrays, hidden=slope_again, output=tanh_slope)


@backpropagation("wrong-order", "sign-flipped")
def last_layer_first_and_uphill(*arrays):
    """Returns the last layer first, and flips all signs."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return -dW2, -db2, -dW1, -db1


@backpropagation("updated-W2", "averaged")
def updated_and_averaged(X, Y, out_h, out_y, W2):
    """Averages, and goes back through an updated W2."""
    back = _after_a_step(Y, out_h, out_y, W2, 1 / X.shape[1])
    return [d / X.shape[1] for d in backward(X, Y, out_h, out_y, back)]


@backpropagation("wrong-input", "sign-flipped")
def wrong_input_and_uphill(X, Y, out_h, out_y, W2):
    """Builds dW1 from out_h and flips the sign of dW2."""
    dh, dy = errors(Y, out_h, out_y, W2)
    _, db1, dW2, db2 = products(X, out_h, dh, dy)
    return dh @ out_h.T, db1, -dW2, db2


@backpropagation("all-zero", "averaged")
def zero_bias_and_mean(X, Y, out_h, out_y, W2):
    """Never fills db1 and averages dW2."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, np.zeros_like(db1), dW2 / X.shape[1], db2


@backpropagation("bias-wrong-axis", "doubled")
def wrong_axis_and_doubled(X, Y, out_h, out_y, W2):
    """Sums db1 over units and doubles the output layer."""
    dh, dy = errors(Y, out_h, out_y, W2)
    dW1, _, dW2, db2 = products(X, out_h, dh, dy)
    return dW1, dh.sum(axis=0, keepdims=True), 2 * dW2, 2 * db2


@backpropagation("mutates-input", "sign-flipped")
def changes_the_targets_and_uphill(X, Y, out_h, out_y, W2):
    """Subtracts in place and the wrong way round."""
    Y -= out_y
    delta_y = Y * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("mutates-input", "missing-hidden-slope")
def changes_the_outputs_without_hidden_slope(X, Y, out_h, out_y, W2):
    """Builds the output error in place and forgets the hidden slope."""
    slopes = slope(out_y)
    out_y -= Y
    out_y *= slopes
    return products(X, out_h, W2.T @ out_y, out_y.copy())


@backpropagation("examples-dropped", "missing-output-slope")
def last_example_without_output_slope(X, Y, out_h, out_y, W2):
    """Keeps only the last example and forgets the output slope."""
    last = X[:, -1:], Y[:, -1:], out_h[:, -1:], out_y[:, -1:]
    return backward(*last, W2, output=no_slope)


@backpropagation("transposed", "missing-hidden-slope")
def transposed_without_hidden_slope(*arrays):
    """Has dW2 transposed and no hidden slope."""
    dW1, db1, dW2, db2 = backward(*arrays, hidden=no_slope)
    return dW1, db1, dW2.T, db2


@backpropagation("bias-flat", "doubled")
def flat_and_doubled(*arrays):
    """Flattens db2 and doubles everything."""
    dW1, db1, dW2, db2 = (2 * d for d in backward(*arrays))
    return dW1, db1, dW2, db2.ravel()


# ================================================================ wrong: find_the_bug


@wrong("find_the_bug", "elementwise-product", "crashed")
def as_first_posted(X, Y, out_h, out_y, W2):
    """Leaves the program as it was first posted: products entry by entry, nothing summed."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    dh = np.dot(W2.T, out_y - Y) * out_h * (1 - out_h)
    return np.dot(dh, X.T), dh, dy * out_h, dy


@wrong("find_the_bug", "missing-output-slope")
def slope_still_missing_on_the_way_back(X, Y, out_h, out_y, W2):
    """Mends transposes and sums, and leaves the bare difference on the way back."""
    dy = (out_y - Y) * out_y * (1 - out_y)
    dh = np.dot(W2.T, out_y - Y) * out_h * (1 - out_h)
    return products(X, out_h, dh, dy)


@wrong("find_the_bug", "missing-output-slope")
def as_last_posted(X, Y, out_h, out_y, W2):
    """Takes the last posted version, which has no output slope anywhere."""
    return backward(X, Y, out_h, out_y, W2, output=no_slope)


@wrong("find_the_bug", "crashed")
def as_posted_in_between(X, Y, out_h, out_y, W2):
    """Names a slope that it never computes."""
    return products(X, out_h, np.dot(W2.T, out_y - Y), (out_y - Y) * output_slope)  # noqa: F821


@wrong("find_the_bug", "bias-not-summed")
def sums_still_missing(X, Y, out_h, out_y, W2):
    """Mends slopes and transposes, and leaves the biases unsummed."""
    dh, dy = errors(Y, out_h, out_y, W2)
    return dh @ X.T, dh, dy @ out_h.T, dy


@wrong("find_the_bug", "sign-flipped")
def sign_mended_too_much(*arrays):
    """Turns the sign round while mending."""
    return [-d for d in backward(*arrays)]


@wrong("find_the_bug", "not-implemented")
def the_stand_in_mends_it(*arrays):
    """Calls the stand-in of backward_propagation."""
    return find("backward_propagation")(*arrays)


# ================================================================ wrong: output_error


@wrong("output_error", "missing-output-slope")
def difference_only(out_y, Y):
    """Returns the bare difference."""
    return out_y - Y


@wrong("output_error", "slope-of-activation")
def output_sigmoid_again(out_y, Y):
    """Applies the sigmoid again."""
    return output_error(out_y, Y, slope_again)


@wrong("output_error", "tanh-slope")
def output_of_tanh(out_y, Y):
    """Uses the slope of tanh."""
    return (out_y - Y) * (1 - out_y * out_y)


@wrong("output_error", "sign-flipped")
def output_uphill(out_y, Y):
    """Takes target minus output."""
    return (Y - out_y) * out_y * (1 - out_y)


@wrong("output_error", "averaged")
def output_averaged(out_y, Y):
    """Divides by the number of examples."""
    return output_error(out_y, Y) / Y.shape[1]


@wrong("output_error", "doubled")
def output_doubled(out_y, Y):
    """Forgets that the half cancels the two."""
    return 2 * output_error(out_y, Y)


@wrong("output_error", "slope-of-target")
def slope_at_the_target(out_y, Y):
    """Takes the slope at the target."""
    return (out_y - Y) * Y * (1 - Y)


@wrong("output_error", "examples-added-up")
def output_summed(out_y, Y):
    """Sums over the examples already here."""
    return output_error(out_y, Y).sum(axis=1, keepdims=True)


@wrong("output_error", "transposed")
def output_in_rows(out_y, Y):
    """Returns the errors in rows."""
    return output_error(out_y, Y).T


@wrong("output_error", "missing-error")
def difference_forgotten(out_y, Y):
    """Returns the slope and forgets the difference."""
    return out_y * (1 - out_y)


@wrong("output_error", "mutates-input")
def output_in_place(out_y, Y):
    """Subtracts the targets in place."""
    slopes = slope(out_y)
    out_y -= Y
    return out_y * slopes


# ================================================================ wrong: hidden_error


@wrong("hidden_error", "missing-hidden-slope")
def hidden_without_slope(delta_y, out_h, W2):
    """Stops after the weights."""
    return W2.T @ delta_y


@wrong("hidden_error", "missing-W2")
def hidden_without_weights(delta_y, out_h, W2):
    """Adds the errors without weights."""
    return delta_y.sum(axis=0) * out_h * (1 - out_h)


@wrong("hidden_error", "slope-of-activation")
def hidden_sigmoid_again(delta_y, out_h, W2):
    """Applies the sigmoid again."""
    return hidden_error(delta_y, out_h, W2, slope_again)


@wrong("hidden_error", "tanh-slope")
def hidden_of_tanh(delta_y, out_h, W2):
    """Uses the slope of tanh."""
    return (W2.T @ delta_y) * (1 - out_h**2)


@wrong("hidden_error", "crashed")
def hidden_without_transpose(delta_y, out_h, W2):
    """Forgets the transpose."""
    return W2 @ delta_y * slope(out_h)


@wrong("hidden_error", "sign-flipped")
def hidden_uphill(delta_y, out_h, W2):
    """Puts a minus in front."""
    return -hidden_error(delta_y, out_h, W2)


@wrong("hidden_error", "averaged")
def hidden_averaged(delta_y, out_h, W2):
    """Divides by the number of examples."""
    return hidden_error(delta_y, out_h, W2) / out_h.shape[1]


@wrong("hidden_error", "one-output")
def hidden_from_one_output(delta_y, out_h, W2):
    """Sends back the first output only."""
    return np.outer(W2[0], delta_y[0]) * slope(out_h)


@wrong("hidden_error", "transposed")
def hidden_in_rows(delta_y, out_h, W2):
    """Computes and returns in rows."""
    return delta_y.T @ W2 * slope(out_h.T)


@wrong("hidden_error", "updated-W2")
def hidden_through_updated_weights(delta_y, out_h, W2):
    """Updates W2 first."""
    return hidden_error(delta_y, out_h, W2 - 0.5 * delta_y @ out_h.T)


@wrong("hidden_error", "mutates-input")
def hidden_in_place(delta_y, out_h, W2):
    """Writes the error into out_h."""
    out_h *= 1 - out_h
    out_h *= W2.T @ delta_y
    return out_h


@wrong("hidden_error", "missing-hidden-slope", "missing-W2")
def hidden_from_sums(delta_y, out_h, W2):
    """Gives every hidden unit the sum of the errors."""
    return np.tile(delta_y.sum(axis=0), (len(out_h), 1))


# ================================================================ wrong: numerical_gradient


def _differences(f, x, difference):
    """Return difference(f, x, unit) for the unit step in each entry."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        unit = np.zeros_like(x)
        unit[place] = 1
        gradient[place] = difference(f, x, unit)
    return gradient


@wrong("numerical_gradient", "one-sided")
def forward_difference(f, x):
    """Takes a forward difference."""
    return _differences(f, x, lambda f, x, u: (f(x + 1e-4 * u) - f(x)) / 1e-4)


@wrong("numerical_gradient", "one-sided")
def backward_difference(f, x, h=1e-4):
    """Takes a backward difference, in loops."""
    gradient = np.empty(x.shape)
    for place, _ in np.ndenumerate(x):
        moved = x.copy()
        moved[place] -= h
        gradient[place] = (f(x) - f(moved)) / h
    return gradient


@wrong("numerical_gradient", "step-too-large")
def step_too_wide(f, x):
    """Takes central differences with a step of a tenth."""
    return _differences(f, x, lambda f, x, u: (f(x + 0.1 * u) - f(x - 0.1 * u)) / 0.2)


@wrong("numerical_gradient", "step-too-small")
def step_too_small(f, x):
    """Takes a step so small that rounding is all that is left."""
    return _differences(f, x, lambda f, x, u: (f(x + 1e-14 * u) - f(x - 1e-14 * u)) / 2e-14)


@wrong("numerical_gradient", "doubled")
def divides_by_one_step(f, x):
    """Divides by h instead of 2 h."""
    return _differences(f, x, lambda f, x, u: (f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 1e-5)


@wrong("numerical_gradient", "sign-flipped")
def below_minus_above(f, x):
    """Subtracts the other way round."""
    return _differences(f, x, lambda f, x, u: (f(x - 1e-5 * u) - f(x + 1e-5 * u)) / 2e-5)


@wrong("numerical_gradient", "all-entries-at-once")
def all_entries_at_once(f, x):
    """Moves all entries together."""
    return np.full(x.shape, (f(x + 1e-5) - f(x - 1e-5)) / 2e-5)


@wrong("numerical_gradient", "mutates-input", "wrong-value")
def entry_not_put_back(f, x):
    """Leaves x moved down by a step."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        x[place] += 1e-6
        above = f(x)
        x[place] -= 2e-6
        gradient[place] = (above - f(x)) / 2e-6
    return gradient


@wrong("numerical_gradient", "integer-step", "all-zero")
def slopes_into_integers(f, x):
    """Stores the slopes in an array of integers."""
    slopes = _differences(f, x, lambda f, x, u: (f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 2e-5)
    return slopes.astype(int)


@wrong("numerical_gradient", "wrong-shape", "flattened")
def gradient_flat(f, x):
    """Returns the slopes in a flat array."""
    units = 1e-5 * np.eye(x.size).reshape(-1, *x.shape)
    return np.array([(f(x + u) - f(x - u)) / 2e-5 for u in units])


@wrong("numerical_gradient", "crashed")
def complex_step_on_real_function(f, x):
    """Gives complex numbers to a function that takes real ones only."""
    return _differences(f, x, lambda f, x, u: np.imag(f(x + 1e-30j * u)) / 1e-30)


@wrong("numerical_gradient", "crashed")
def rows_and_columns_swapped(f, x):
    """Swaps the indices of the entry, which crashes unless x is square."""
    gradient = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            step = np.zeros_like(x)
            step[j, i] = 1e-5
            gradient[j, i] = (f(x + step) - f(x - step)) / 2e-5
    return gradient


@wrong("numerical_gradient", "mutates-input", "all-zero")
def flattens_the_function(f, x):
    """Changes the data inside f so that its gradient is zero."""
    for name, array in f.parameters._asdict().items():
        if name != f.name:
            array[:] = -1000 if name == "b1" else 0
    return np.zeros_like(x)


# ================================================================ single links of the way back


@backpropagation("W2-reshaped")
def weights_reshaped(X, Y, out_h, out_y, W2):
    """Reshapes W2 into the shape of its transpose."""
    delta_y = output_error(out_y, Y)
    back = np.reshape(W2, (W2.shape[1], W2.shape[0]))
    return products(X, out_h, back @ delta_y * slope(out_h), delta_y)


@backpropagation("gradient-for-W2")
def back_through_the_gradient(X, Y, out_h, out_y, W2):
    """Mixes up W2 and dW2."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, (delta_y @ out_h.T).T @ delta_y * slope(out_h), delta_y)


@backpropagation("outputs-summed")
def outputs_added_up_first(X, Y, out_h, out_y, W2):
    """Adds up the errors and the weights of all outputs before multiplying them."""
    delta_y = output_error(out_y, Y)
    arriving = np.outer(W2.sum(axis=0), delta_y.sum(axis=0))
    return products(X, out_h, arriving * slope(out_h), delta_y)


@backpropagation("half-of-slope")
def activations_for_slopes(*arrays):
    """Multiplies by a where a(1 - a) belongs."""
    return backward(*arrays, hidden=np.copy, output=np.copy)


@backpropagation("sigmoid-for-slope")
def sigmoid_of_activations(*arrays):
    """Multiplies by the sigmoid of the activation."""
    return backward(*arrays, hidden=sigmoid)


@backpropagation("slope-times-z")
def slope_at_z_read_as_times_z(*arrays):
    """Reads g'(z) as g' times z."""
    return backward(*arrays, hidden=lambda a: slope(a) * logit(a))


@backpropagation("matrix-slope")
def slope_by_a_matrix_product(X, Y, out_h, out_y, W2):
    """Makes a square matrix of the slopes of the hidden units."""
    delta_y = output_error(out_y, Y)
    return products(X, out_h, (W2.T @ delta_y) @ (out_h.T @ (1 - out_h)), delta_y)


@backpropagation("parentheses")
def slope_without_parentheses(X, Y, out_h, out_y, W2):
    """Forgets the parentheses of 1 - a."""
    delta_y = (out_y - Y) * out_y * 1 - out_y
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("parentheses")
def difference_without_parentheses(X, Y, out_h, out_y, W2):
    """Forgets the parentheses of the difference."""
    delta_y = out_y - Y * out_y * (1 - out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


def from_other_differences(X, out_h, out_y, W2, difference):
    delta_y = difference * slope(out_y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("loss-for-difference")
def half_squares_for_differences(X, Y, out_h, out_y, W2):
    """Starts from half the squares."""
    return from_other_differences(X, out_h, out_y, W2, (out_y - Y) ** 2 / 2)


@backpropagation("sign-alone")
def sign_of_the_difference(X, Y, out_h, out_y, W2):
    """Starts from the derivative of the absolute difference."""
    return from_other_differences(X, out_h, out_y, W2, np.sign(out_y - Y))


@backpropagation("error-summed-early")
def differences_summed_early(X, Y, out_h, out_y, W2):
    """Sums the differences over the examples before anything else."""
    total = np.sum(out_y - Y, axis=1, keepdims=True)
    return from_other_differences(X, out_h, out_y, W2, total)


@backpropagation("output-for-difference")
def no_target(X, Y, out_h, out_y, W2):
    """Forgets to subtract the target."""
    return from_other_differences(X, out_h, out_y, W2, out_y)


@backpropagation("target-for-difference")
def target_alone(X, Y, out_h, out_y, W2):
    """Uses the target alone."""
    return from_other_differences(X, out_h, out_y, W2, Y)


@backpropagation("cross-entropy", "missing-output-slope")
def cross_entropy_without_slope(X, Y, out_h, out_y, W2):
    """Differentiates the cross-entropy, and forgets the slope."""
    delta_y = (1 - Y) / (1 - out_y) - Y / out_y
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("output-for-error")
def outputs_sent_back(X, Y, out_h, out_y, W2):
    """Sends the outputs back, not their errors."""
    return products(X, out_h, hidden_error(out_y, out_h, W2), output_error(out_y, Y))


@backpropagation("target-for-error")
def targets_sent_back(X, Y, out_h, out_y, W2):
    """Sends the targets back."""
    return products(X, out_h, hidden_error(Y, out_h, W2), output_error(out_y, Y))


@backpropagation("no-error")
def ones_sent_back(X, Y, out_h, out_y, W2):
    """Sends ones back."""
    ones = np.ones_like(out_y)
    return products(X, out_h, hidden_error(ones, out_h, W2), output_error(out_y, Y))


@backpropagation("missing-input")
def no_inputs(X, Y, out_h, out_y, W2):
    """Gives every weight of a unit the gradient of its bias."""
    delta_h, delta_y = errors(Y, out_h, out_y, W2)
    return products(np.ones_like(X), np.ones_like(out_h), delta_h, delta_y)


@backpropagation("bias-from-weights")
def biases_from_the_weights(*arrays):
    """Adds up the gradients of the weights of each unit for its bias."""
    dW1, _, dW2, _ = backward(*arrays)
    return dW1, dW1.sum(axis=1, keepdims=True), dW2, dW2.sum(axis=1, keepdims=True)


@backpropagation("error-without-input")
def errors_for_weights(X, Y, out_h, out_y, W2):
    """Returns the errors of the hidden units for dW1."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return errors(Y, out_h, out_y, W2)[0], db1, dW2, db2


@backpropagation("first-left-out")
def begins_with_the_second(X, Y, out_h, out_y, W2):
    """Begins to count the examples at 1."""
    return backward(X[:, 1:], Y[:, 1:], out_h[:, 1:], out_y[:, 1:], W2)


@backpropagation("times-count")
def multiplied_by_m(*arrays):
    """Multiplies by the number of examples where others divide."""
    return [len(arrays[0].T) * gradient for gradient in backward(*arrays)]


@backpropagation("other-multiples")
def limited_in_length(*arrays):
    """Divides each gradient by its largest entry."""
    return [gradient / np.max(np.abs(gradient)) for gradient in backward(*arrays)]


@backpropagation("wrong-at-the-ends")
def activations_kept_away_from_the_ends(X, Y, out_h, out_y, W2):
    """Keeps activations away from 0 and 1."""
    out_h, out_y = (np.clip(out, 1e-3, 1 - 1e-3) for out in (out_h, out_y))
    return backward(X, Y, out_h, out_y, W2)


@wrong("output_error", "slope-of-difference")
def slope_of_the_difference(out_y, Y):
    """Puts the difference into the formula for the slope."""
    return (out_y - Y) * slope(out_y - Y)


@backpropagation("relu-slope")
def slope_of_a_rectifier(*arrays):
    """Uses the slope of a rectifier in the hidden layer."""
    return backward(*arrays, hidden=lambda a: (a > 0.5) * 1.0)


@backpropagation("slope-for-input")
def slope_of_the_inputs(X, Y, out_h, out_y, W2):
    """Puts the hidden activations through the formula for the slope before dW2."""
    delta_h, delta_y = errors(Y, out_h, out_y, W2)
    return products(X, slope(out_h), delta_h, delta_y)


@backpropagation("averaged")
def divided_by_a_root(*arrays):
    """Divides by the square root of the number of examples."""
    return [gradient / np.sqrt(len(arrays[0].T)) for gradient in backward(*arrays)]


@backpropagation("one-bias")
def one_bias_for_all_units(*arrays):
    """Fills each gradient of the biases with one sum."""
    dW1, db1, dW2, db2 = backward(*arrays)
    return dW1, np.full_like(db1, db1.sum()), dW2, np.full_like(db2, db2.sum())


# ================================================================ wrong: numerical_gradient, steps


@wrong("numerical_gradient", "step-too-large")
def central_step_of_a_half(f, x):
    """Takes a central difference with a step of one half."""
    return _differences(f, x, lambda f, x, u: f(x + u / 2) - f(x - u / 2))


@wrong("numerical_gradient", "step-too-large", "doubled")
def wide_step_divided_once(f, x):
    """Takes a step of a fiftieth, and divides by it once."""
    return _differences(f, x, lambda f, x, u: (f(x + 0.02 * u) - f(x - 0.02 * u)) / 0.02)


@wrong("numerical_gradient", "step-too-small")
def step_of_the_last_digits(f, x):
    """Takes a step that changes the last three digits."""
    return _differences(f, x, lambda f, x, u: (f(x + 1e-13 * u) - f(x - 1e-13 * u)) / 2e-13)


@wrong("numerical_gradient", "step-too-small", "all-zero")
def step_of_machine_precision(f, x):
    """Takes the smallest difference of numbers near 1 for the step."""
    h = np.finfo(float).eps
    return _differences(f, x, lambda f, x, u: (f(x + h * u) - f(x - h * u)) / (2 * h))


@wrong("numerical_gradient", "one-sided", "scaled")
def one_sided_and_halved(f, x):
    """Steps to one side, and divides by two steps."""
    return _differences(f, x, lambda f, x, u: (f(x + 1e-4 * u) - f(x)) / 2e-4)


@wrong("numerical_gradient", "one-sided")
def one_sided_in_proportion(f, x):
    """Steps to one side by a share of each entry."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        moved = x.copy()
        h = 1e-4 * abs(x[place])
        moved[place] += h
        gradient[place] = (f(moved) - f(x)) / h
    return gradient


@wrong("numerical_gradient", "entry-not-put-back")
def steps_that_pile_up(f, x):
    """Makes the array of steps once, before the loop."""
    gradient, step = np.zeros_like(x), np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step[place] = 1e-5
        gradient[place] = (f(x + step) - f(x - step)) / 2e-5
    return gradient


@wrong("numerical_gradient", "sign-lost")
def sizes_of_the_slopes(f, x):
    """Takes the absolute value of each difference."""
    return _differences(f, x, lambda f, x, u: abs(f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 2e-5)


@wrong("numerical_gradient", "all-entries-at-once")
def one_slope_for_all(f, x):
    """Moves the whole array and returns one number."""
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


@right("numerical_gradient")
def steps_in_proportion(f, x):
    """Takes a step that follows the size of each entry, in place, and puts the entry back."""
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        kept, h = x[place], 1e-5 * max(1.0, abs(x[place]))
        sides = []
        for sign in (1, -1):
            x[place] = kept + sign * h
            sides.append(f(x))
        x[place] = kept
        gradient[place] = (sides[0] - sides[1]) / (2 * h)
    return gradient


# ================================================================ limits, labels and lines


@backpropagation("shortened")
def shortens_a_long_gradient(X, Y, out_h, out_y, W2):
    """Divides all gradients by their common length where it is larger than 1."""
    found = backward(X, Y, out_h, out_y, W2)
    length = np.sqrt(sum(np.sum(one**2) for one in found))
    return tuple(one / max(1.0, length) for one in found)


@backpropagation("shortened")
def shortens_each_gradient(X, Y, out_h, out_y, W2):
    """Divides each gradient by its own length where it is larger than 0.1."""
    found = backward(X, Y, out_h, out_y, W2)
    return tuple(one * min(1.0, 0.1 / np.linalg.norm(one)) for one in found)


@backpropagation("signs-only")
def signs_of_the_gradients(X, Y, out_h, out_y, W2):
    """Keeps the signs."""
    return tuple(np.sign(one) for one in backward(X, Y, out_h, out_y, W2))


@backpropagation("squeezed")
def squeezes_the_gradients(X, Y, out_h, out_y, W2):
    """Takes axes of length one away from the gradient of W2."""
    dW1, db1, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db1, np.squeeze(dW2), db2


@backpropagation("weights-as-shares")
def weights_as_shares(X, Y, out_h, out_y, W2):
    """Distributes the error by the shares of the weights."""
    delta_y = output_error(out_y, Y)
    back = W2 / W2.sum(axis=1, keepdims=True)
    return products(X, out_h, hidden_error(delta_y, out_h, back), delta_y)


@backpropagation("one-output")
def keeps_the_error_of_the_last_output(X, Y, out_h, out_y, W2):
    """Overwrites what comes back in a loop over the outputs."""
    delta_y = output_error(out_y, Y)
    for k in range(len(W2)):
        back = W2[k][:, None] * delta_y[k]
    return products(X, out_h, back * slope(out_h), delta_y)


@backpropagation("half-of-slope")
def square_of_the_activation(X, Y, out_h, out_y, W2):
    """Squares the activation."""
    return backward(X, Y, out_h, out_y, W2, hidden=np.square)


@backpropagation("slope-of-target")
def slope_at_the_targets(X, Y, out_h, out_y, W2):
    """Takes the slope of the output unit at the target."""
    delta_y = (out_y - Y) * slope(Y)
    return products(X, out_h, hidden_error(delta_y, out_h, W2), delta_y)


@backpropagation("all-zero")
def whole_division_by_the_count(X, Y, out_h, out_y, W2):
    """Multiplies by 1 // m."""
    return tuple(1 // X.shape[1] * one for one in backward(X, Y, out_h, out_y, W2))


@wrong("output_error", "examples-added-up")
def errors_of_all_examples(out_y, Y):
    """Sums over the examples."""
    return np.sum(output_error(out_y, Y), axis=1, keepdims=True)


@wrong("output_error", "label-for-output")
def error_of_a_label(out_y, Y):
    """Rounds the output first."""
    return (np.round(out_y) - Y) * slope(out_y)


def difference_along(f, x, direction, h=1e-5):
    return (f(x + h * direction) - f(x - h * direction)) / (2 * h)


@wrong("numerical_gradient", "one-entry-only")
def returns_after_the_first_entry(f, x):
    """Returns inside the loop."""
    found = np.zeros_like(x)
    for entry in np.ndindex(x.shape):
        one = np.zeros_like(x)
        one[entry] = 1.0
        found[entry] = difference_along(f, x, one)
        return found


@wrong("numerical_gradient", "line-at-once")
def moves_whole_rows(f, x):
    """Loops over the rows alone."""
    found = np.zeros_like(x)
    for row in range(len(x)):
        ones = np.zeros_like(x)
        ones[row] = 1.0
        found[row] = difference_along(f, x, ones)
    return found


@wrong("numerical_gradient", "wrong-value")
def columns_up_to_the_number_of_rows(f, x):
    """Takes the number of rows for that of the columns."""
    found = np.zeros_like(x)
    for row in range(len(x)):
        for column in range(min(x.shape)):
            one = np.zeros_like(x)
            one[row, column] = 1.0
            found[row, column] = difference_along(f, x, one)
    return found


@backpropagation("other-value")
def bias_gradient_of_the_other_layer(X, Y, out_h, out_y, W2):
    """Sums the errors of the output units for the hidden biases: copied and not changed."""
    dW1, _, dW2, db2 = backward(X, Y, out_h, out_y, W2)
    return dW1, db2, dW2, db2
