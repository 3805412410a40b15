"""Right answers, in styles as different as people."""

import functools
import math
import warnings
from collections import OrderedDict, defaultdict, namedtuple
from operator import mul

import numpy as np

from backprop import programs
from backprop.exercises import find
from backprop.network import draw_parameters

from .answer import right
from .parts import backward, down, forward, half_squares, logit, sigmoid

# ---------------------------------------------------------------- backward_propagation


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
    """Returns a list in place of a tuple."""
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


# ---------------------------------------------------------------- find_the_bug


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


# ---------------------------------------------------------------- sigmoid_slope


@right("sigmoid_slope")
def slope_with_math(z, a):
    """Uses math only."""
    s = 1 / (1 + math.exp(-z))
    return s * (1 - s), a * (1 - a)


@right("sigmoid_slope")
def slope_in_other_forms(z, a):
    """Knows other forms of the two formulas."""
    return 1 / (4 * np.cosh(z / 2) ** 2), np.float64(0.25) - (a - 0.5) ** 2


@right("sigmoid_slope")
def slope_by_inversion(z, a):
    """Goes back to the pre-activation for the second, in 0-d arrays."""
    z = np.array([z, math.log(a / (1 - a))])
    slopes = np.exp(-z) / (1 + np.exp(-z)) ** 2
    return np.array(slopes[0]), np.array(slopes[1])


# ---------------------------------------------------------------- local_derivatives


@right("local_derivatives")
def local_with_math(x, y, w1, b1, w2, b2):
    """Computes forward, then writes the six down."""
    a1 = 1 / (1 + math.exp(-(w1 * x + b1)))
    a2 = 1 / (1 + math.exp(-(w2 * a1 + b2)))
    return x, a1 * (1 - a1), a1, w2, a2 * (1 - a2), a2 - y


@right("local_derivatives")
def local_with_helpers(x, y, w1, b1, w2, b2):
    """Has a function for each local derivative and returns a list."""

    def unit(w, b, source):
        a = 0.5 * (1 + np.tanh((w * source + b) / 2))
        return a, a - a**2

    a1, slope1 = unit(w1, b1, x)
    a2, slope2 = unit(w2, b2, a1)
    return [np.float64(x), slope1, a1, w2, slope2, -(y - a2)]


@right("local_derivatives")
def local_numerically(x, y, w1, b1, w2, b2):
    """Takes central differences of each link."""

    def d(f, at, h=1e-5):
        return (f(at + h) - f(at - h)) / (2 * h)

    z1 = w1 * x + b1
    a1 = float(sigmoid(z1))
    z2 = w2 * a1 + b2
    links = (
        (lambda w: w * x + b1, w1),
        (sigmoid, z1),
        (lambda w: w * a1 + b2, w2),
        (lambda a: w2 * a + b2, a1),
        (sigmoid, z2),
        (lambda a: (a - y) ** 2 / 2, float(sigmoid(z2))),
    )
    return tuple(d(f, at) for f, at in links)


# ---------------------------------------------------------------- chain


@right("chain")
def chain_in_products(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Multiplies along each path, starting at the loss."""
    dC_dz2 = dC_da2 * da2_dz2
    dC_dz1 = dC_dz2 * dz2_da1 * da1_dz1
    return dC_dz2 * dz2_dw2, dC_dz2, dC_dz1 * dz1_dw1, dC_dz1


@right("chain")
def chain_with_prod(*links):
    """Calls math.prod on slices of the arguments."""
    dz1_dw1, da1_dz1, dz2_dw2, *rest = links
    below = math.prod([da1_dz1, *rest])
    return [math.prod([dz2_dw2, *rest[1:]]), math.prod(rest[1:]), below * dz1_dw1, below]


@right("chain")
def chain_with_arrays(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Uses cumulative products, and returns float64 numbers."""
    to_z2, _, to_z1 = np.cumprod([dC_da2 * da2_dz2, dz2_da1, da1_dz1])
    return tuple(np.array([to_z2 * dz2_dw2, to_z2, to_z1 * dz1_dw1, to_z1]))


# ---------------------------------------------------------------- two_paths


@right("two_paths")
def both_paths(a, u1, u2, y1, y2):
    """Adds the two paths."""
    p1, p2 = 1 / (1 + math.exp(-u1 * a)), 1 / (1 + math.exp(-u2 * a))
    return (p1 - y1) * p1 * (1 - p1) * u1 + (p2 - y2) * p2 * (1 - p2) * u2


@right("two_paths")
def paths_as_a_dot_product(a, u1, u2, y1, y2):
    """Puts the two paths into arrays and takes the dot product."""
    u, y = np.array([u1, u2]), np.array([y1, y2])
    p = sigmoid(u * a)
    return ((p - y) * p * (1 - p)) @ u


@right("two_paths")
def paths_by_complex_step(a, u1, u2, y1, y2):
    """Differentiates the whole by the complex step, into a 0-d array."""
    a = a + 1e-40j
    C = sum((1 / (1 + np.exp(-u * a)) - y) ** 2 / 2 for u, y in ((u1, y1), (u2, y2)))
    return np.array(C.imag / 1e-40)


# ---------------------------------------------------------------- sigmoid


@right("sigmoid")
def sigmoid_by_masks(z):
    """Treats the two signs apart."""
    a = np.empty_like(z)
    positive = z >= 0
    a[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    a[~positive] = e / (1 + e)
    return a


@right("sigmoid")
def sigmoid_by_clipping(z):
    """Clips where the result no longer changes."""
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@right("sigmoid")
def sigmoid_by_errstate(z):
    """Silences numpy around the plain formula."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


@right("sigmoid")
def sigmoid_number_by_number(z):
    """Loops over all entries with math.exp."""

    def one(x):
        return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))

    return np.array([one(x) for x in z.flat]).reshape(z.shape)


@right("sigmoid")
def sigmoid_by_logaddexp(z):
    """Takes the logarithm first."""
    return np.exp(-np.logaddexp(0, -z))


@right("sigmoid", built=True)
def sigmoid_by_vectorize():
    """Hands over a np.vectorize object of a scalar function."""
    return np.vectorize(lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0)


# ---------------------------------------------------------------- shapes


@right("shapes")
def shapes_written_down(n_x, n_h, n_y, m):
    """Writes the ten pairs down, in another order."""
    return {
        "W1": (n_h, n_x), "b1": (n_h, 1), "W2": (n_y, n_h), "b2": (n_y, 1),
        "X": (n_x, m), "net_h": (n_h, m), "out_h": (n_h, m),
        "net_y": (n_y, m), "out_y": (n_y, m), "Y": (n_y, m),
    }  # fmt: skip


@right("shapes")
def shapes_of_real_arrays(n_x, n_h, n_y, m):
    """Builds the arrays and asks them, in an ordered dict with some names more."""
    X, W1, b1, W2, b2 = map(np.zeros, ((n_x, m), (n_h, n_x), (n_h, 1), (n_y, n_h), (n_y, 1)))
    out_h, out_y = forward(X, W1, b1, W2, b2)
    arrays = OrderedDict(X=X, W1=W1, b1=b1, net_h=out_h, out_h=out_h, W2=W2, b2=b2)
    arrays.update(net_y=out_y, out_y=out_y, Y=out_y, loss=np.zeros(()))
    return OrderedDict((name, array.shape) for name, array in arrays.items())


@right("shapes")
def shapes_as_lists(n_x, n_h, n_y, m):
    """Fills a defaultdict with lists."""
    sizes = defaultdict(list)
    for name in ("X", "net_h", "out_h", "net_y", "out_y", "Y"):
        sizes[name] = [{"X": n_x}.get(name, n_h if name.endswith("h") else n_y), m]
    for layer, (units, sources) in enumerate(((n_h, n_x), (n_y, n_h)), start=1):
        sizes[f"W{layer}"] += units, sources
        sizes[f"b{layer}"] += units, 1
    return sizes


@right("shapes")
def shapes_as_arrays(n_x, n_h, n_y, m):
    """Returns each pair of sizes as an array."""
    return {name: np.array(pair) for name, pair in shapes_written_down(n_x, n_h, n_y, m).items()}


# ---------------------------------------------------------------- forward_propagation


@right("forward_propagation")
def forward_in_matrices(X, W1, b1, W2, b2):
    """Writes the two layers down."""
    out_h = 1 / (1 + np.exp(-(W1 @ X + b1)))
    out_y = 1 / (1 + np.exp(-(W2 @ out_h + b2)))
    return out_h, out_y


@right("forward_propagation")
def forward_in_loops(X, W1, b1, W2, b2):
    """Loops over units and examples with math.exp."""

    def layer(W, b, inputs):
        out = np.zeros((len(W), inputs.shape[1]))
        for unit in range(out.shape[0]):
            for e in range(out.shape[1]):
                net = b[unit, 0]
                for source in range(len(inputs)):
                    net += W[unit, source] * inputs[source, e]
                out[unit, e] = 1 / (1 + math.exp(-net))
        return out

    out_h = layer(W1, b1, X)
    return out_h, layer(W2, b2, out_h)


@right("forward_propagation")
def forward_in_rows(X, W1, b1, W2, b2):
    """Computes in rows and returns transposed views in a list."""
    rows, outs = X.T, []
    for W, b in ((W1, b1), (W2, b2)):
        rows = sigmoid(rows @ W.T + b.ravel())
        outs.append(rows.T)
    return outs


@right("forward_propagation")
def forward_by_recursion(X, *parameters):
    """Feeds the rest of the parameters to itself."""
    W, b, *rest = parameters
    out = 0.5 + 0.5 * np.tanh((np.einsum("us,se->ue", W, X) + b) / 2)
    return (out, *forward_by_recursion(out, *rest)) if rest else (out,)


@right("forward_propagation")
def forward_example_by_example(X, W1, b1, W2, b2):
    """Sends one example at a time and stacks the columns."""
    b1, b2 = b1[:, 0], b2[:, 0]
    hidden = [sigmoid(W1 @ x + b1) for x in X.T]
    return np.column_stack(hidden), np.column_stack([sigmoid(W2 @ h + b2) for h in hidden])


# ---------------------------------------------------------------- loss


@right("loss")
def loss_by_sum(out_y, Y):
    """Sums half the squares."""
    return 0.5 * np.sum(np.square(Y - out_y))


@right("loss")
def loss_in_loops(out_y, Y):
    """Adds plain floats."""
    total = 0.0
    for a, y in zip(out_y.flat, Y.flat):
        total += float(a - y) ** 2
    return total / 2


@right("loss")
def loss_by_norm(out_y, Y):
    """Takes the Frobenius norm."""
    return np.linalg.norm(out_y - Y) ** 2 / 2


@right("loss")
def loss_by_dot_product(out_y, Y):
    """Takes the trace of a product, as a 0-d array."""
    error = out_y - Y
    return np.asarray(np.einsum("ke,ke->", error, error) / 2)


# ---------------------------------------------------------------- rows_to_columns


@right("rows_to_columns")
def every_array_transposed(*arrays):
    """Transposes all five."""
    return tuple(array.T for array in arrays)


@right("rows_to_columns")
def transposed_by_hand(X, W1, b1, W2, b2):
    """Fills new arrays entry by entry, and reshapes the biases."""
    out = []
    for array in (X, W1, W2):
        turned = np.empty(array.shape[::-1])
        for i, j in np.ndindex(array.shape):
            turned[j, i] = array[i, j]
        out.append(turned)
    return out[0], out[1], b1.reshape(-1, 1), out[2], b2.reshape(-1, 1)


@right("rows_to_columns")
def transposed_by_zip(X, W1, b1, W2, b2):
    """Uses zip(*rows) and einsum, in a list."""
    turned = [np.array(list(zip(*array))) for array in (X, W1, b1)]
    return turned + [np.einsum("ij->ji", W2), np.swapaxes(b2, 0, 1)]


# ---------------------------------------------------------------- output_error, hidden_error


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


# ---------------------------------------------------------------- numerical_gradient


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


# ---------------------------------------------------------------- update_parameters


@right("update_parameters")
def update_line_by_line(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    """Four lines."""
    W1 = W1 - learning_rate * dW1
    b1 = b1 - learning_rate * db1
    W2 = W2 - learning_rate * dW2
    b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


@right("update_parameters")
def update_in_one_line(*arrays):
    """Zips the first half with the second."""
    return [p - arrays[-1] * d for p, d in zip(arrays[:4], arrays[4:8])]


@right("update_parameters")
def update_on_copies(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate=0.1):
    """Subtracts in place, on copies."""
    parameters = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    for parameter, gradient in zip(parameters, (dW1, db1, dW2, db2)):
        np.subtract(parameter, np.multiply(learning_rate, gradient), out=parameter)
    return parameters


# ---------------------------------------------------------------- train


@right("train")
def train_all_by_itself(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Writes everything into one loop and appends plain floats."""
    losses = []
    for _ in range(steps):
        H = 1 / (1 + np.exp(-(W1 @ X + b1)))
        O = 1 / (1 + np.exp(-(W2 @ H + b2)))  # noqa: E741
        losses.append(float(((O - Y) ** 2).sum() / 2))
        d2 = (O - Y) * O * (1 - O)
        d1 = W2.T @ d2 * H * (1 - H)
        W1 = W1 - learning_rate * d1 @ X.T
        b1 = b1 - learning_rate * d1.sum(axis=1, keepdims=True)
        W2 = W2 - learning_rate * d2 @ H.T
        b2 = b2 - learning_rate * d2.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2, losses


@right("train")
def train_with_stand_ins(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Calls the stand-ins of the earlier exercises, as the lesson allows."""
    propagate, measure = find("forward_propagation"), find("loss")
    back, update = find("backward_propagation"), find("update_parameters")
    losses = np.zeros(steps)
    for step in range(steps):
        out_h, out_y = propagate(X, W1, b1, W2, b2)
        losses[step] = measure(out_y, Y)
        gradients = back(X, Y, out_h, out_y, W2)
        W1, b1, W2, b2 = update(W1, b1, W2, b2, *gradients, learning_rate)
    return W1, b1, W2, b2, losses


@right("train")
def train_in_rows(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Keeps its weights in rows, updates copies in place, returns a tuple of losses."""
    x, y, w1, c1, w2, c2 = (array.T.copy() for array in (X, Y, W1, b1, W2, b2))
    losses = ()
    while len(losses) < steps:
        h = sigmoid(x.dot(w1) + c1)
        o = sigmoid(h.dot(w2) + c2)
        losses += (np.sum((y - o) ** 2) / 2,)
        d2 = (y - o) * o * (1 - o)
        d1 = d2.dot(w2.T) * h * (1 - h)
        w2 += learning_rate * h.T.dot(d2)
        c2 += learning_rate * d2.sum(axis=0, keepdims=True)
        w1 += learning_rate * x.T.dot(d1)
        c1 += learning_rate * d1.sum(axis=0, keepdims=True)
    return w1.T, c1.T, w2.T, c2.T, losses


@right("train")
def train_by_recursion(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Takes one step and asks itself for the rest."""
    if steps == 0:
        return W1, b1, W2, b2, []
    out_h, out_y = forward(X, W1, b1, W2, b2)
    moved = down((W1, b1, W2, b2), backward(X, Y, out_h, out_y, W2), learning_rate)
    *parameters, losses = train_by_recursion(X, Y, *moved, learning_rate, steps - 1)
    return *parameters, [half_squares(out_y, Y), *losses]


@right("train", built=True)
def train_with_a_class():
    """Has a class that holds the parameters, made anew for each training."""

    class Network:
        def __init__(self, *parameters):
            self.parameters = list(parameters)

        def step(self, X, Y, rate):
            out_h, out_y = forward(X, *self.parameters)
            gradients = backward(X, Y, out_h, out_y, self.parameters[2])
            self.parameters = down(self.parameters, gradients, rate)
            return half_squares(out_y, Y)

        def fit(self, X, Y, rate, steps):
            return np.fromiter((self.step(X, Y, rate) for _ in range(steps)), dtype=float)

    def train(X, Y, W1, b1, W2, b2, learning_rate, steps):
        network = Network(W1, b1, W2, b2)
        losses = network.fit(X, Y, learning_rate, steps)
        return [*network.parameters, losses]

    return train


@right("train")
def train_numerically(X, Y, W1, b1, W2, b2, learning_rate, steps):
    """Knows no backward pass: takes the complex step over one long vector of parameters."""
    shapes = [p.shape for p in (W1, b1, W2, b2)]
    ends = np.cumsum([W1.size, b1.size, W2.size, b2.size])
    vector = np.concatenate([np.ravel(p) for p in (W1, b1, W2, b2)])

    def unpack(v):
        return [part.reshape(shape) for part, shape in zip(np.split(v, ends[:-1]), shapes)]

    def loss(v):
        return np.sum((forward(X, *unpack(v))[1] - Y) ** 2) / 2

    losses = []
    for _ in range(steps):
        losses.append(loss(vector))
        slope = [loss(vector + 1e-30j * unit).imag / 1e-30 for unit in np.eye(vector.size)]
        vector = vector - learning_rate * np.array(slope)
    return *unpack(vector), np.array(losses)


# ---------------------------------------------------------------- predict


@right("predict")
def predict_integers(X, W1, b1, W2, b2):
    """Turns the comparison into integers."""
    return (forward(X, W1, b1, W2, b2)[1] > 0.5).astype(int)


@right("predict")
def predict_booleans(X, W1, b1, W2, b2):
    """Returns the comparison itself."""
    return forward(X, W1, b1, W2, b2)[1] > 0.5


@right("predict")
def predict_floats(X, W1, b1, W2, b2):
    """Rounds the outputs, which leaves floats."""
    return np.round(forward(X, W1, b1, W2, b2)[1])


@right("predict")
def predict_small_integers(X, W1, b1, W2, b2):
    """Asks for the sign of the pre-activation, and stores bytes."""
    out_h = sigmoid(W1 @ X + b1)
    return np.where(W2 @ out_h + b2 > 0, 1, 0).astype(np.uint8)


@right("predict")
def predict_in_loops(X, W1, b1, W2, b2):
    """Loops over outputs and examples, with the stand-in of the forward pass."""
    _, out_y = find("forward_propagation")(X, W1, b1, W2, b2)
    labels = np.zeros(out_y.shape, dtype=int)
    for k in range(out_y.shape[0]):
        for e in range(out_y.shape[1]):
            if out_y[k, e] > 0.5:
                labels[k, e] = 1
    return labels


# ---------------------------------------------------------------- learning_rate


@right("learning_rate")
def three_rates():
    """Found them by trying."""
    return 0.01, 3.0, 60.0


@right("learning_rate", built=True)
def rates_as_numpy_numbers():
    """Returns a list of an integer and numpy numbers, from a function with a default."""
    return lambda rates=(0.03, 2, 100.0): [np.float32(rates[0]), rates[1], np.float64(rates[2])]


# ---------------------------------------------------------------- one_hot


@right("one_hot")
def one_hot_by_two_lists(labels):
    """Writes all ones at once, by their rows and columns, into whole numbers."""
    Y = np.zeros((10, labels.size), dtype=int)
    Y[labels, range(labels.size)] = 1
    return Y


@right("one_hot")
def one_hot_by_comparison(labels):
    """Compares a column of digits with a row of labels, which gives True and False."""
    return np.arange(10)[:, None] == labels


@right("one_hot")
def one_hot_in_a_loop(labels):
    """Loops over the pictures."""
    Y = np.zeros((10, len(labels)))
    for j in range(len(labels)):
        Y[labels[j], j] = 1.0
    return Y


@right("one_hot")
def one_hot_from_the_identity(labels):
    """Picks rows of the identity matrix and turns them into columns."""
    return np.eye(10)[labels].T


# ---------------------------------------------------------------- accuracy


@right("accuracy")
def accuracy_as_a_mean(out_y, labels):
    """Takes the mean of a comparison."""
    return (out_y.argmax(axis=0) == labels).mean()


@right("accuracy")
def accuracy_counted(out_y, labels):
    """Counts in a loop and divides, which gives a plain float."""
    right_ones = 0
    for j in range(len(labels)):
        if int(np.argmax(out_y[:, j])) == labels[j]:
            right_ones += 1
    return right_ones / len(labels)


@right("accuracy")
def accuracy_by_the_largest(out_y, labels):
    """Asks whether the output of the right digit is the largest of its column."""
    chosen = out_y[labels, np.arange(labels.size)]
    return np.count_nonzero(chosen == out_y.max(axis=0)) / labels.size


# ---------------------------------------------------------------- minibatches


@right("minibatches")
def batches_as_slices(m, size, rng):
    """Slices a permutation."""
    order = rng.permutation(m)
    return [order[i : i + size] for i in range(0, m, size)]


@right("minibatches")
def batches_by_shuffling_a_list(m, size, rng):
    """Shuffles a list of Python numbers and fills batch after batch."""
    numbers = list(range(m))
    rng.shuffle(numbers)
    batches = []
    while numbers:
        batches.append(numbers[:size])
        numbers = numbers[size:]
    return batches


@right("minibatches")
def batches_split_at_places(m, size, rng):
    """Sorts random numbers and splits their order, in a tuple."""
    return tuple(np.split(np.argsort(rng.random(m)), np.arange(size, m, size)))


@right("minibatches")
def small_batch_first(m, size, rng):
    """Deals what is left over first."""
    order = rng.choice(m, size=m, replace=False)
    rest = m % size
    batches = [order[:rest]] if rest else []
    return batches + [order[i : i + size] for i in range(rest, m, size)]


# ---------------------------------------------------------------- train_digits


@right("train_digits")
def train_digits_plainly(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes batches of 16 and the rate 0.2."""
    parameters = W1, b1, W2, b2
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 16):
            parameters = _step(X, Y, parameters, order[first : first + 16], 0.2)
    return parameters


@right("train_digits")
def train_digits_by_fours(X, Y, W1, b1, W2, b2, epochs, rng):
    """Takes a step after every four pictures."""
    parameters = W1, b1, W2, b2
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(X.shape[1]), X.shape[1] // 4):
            parameters = _step(X, Y, parameters, batch, 0.3)
    return parameters


@right("train_digits")
def train_digits_with_momentum(X, Y, W1, b1, W2, b2, epochs, rng):
    """Divides the gradient by the batch size, and keeps some of the last step."""
    parameters = [array.copy() for array in (W1, b1, W2, b2)]
    speeds = [np.zeros_like(array) for array in parameters]
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 20):
            batch = order[first : first + 20]
            out_h, out_y = forward(X[:, batch], *parameters)
            slopes = backward(X[:, batch], Y[:, batch], out_h, out_y, parameters[2])
            for array, speed, gradient in zip(parameters, speeds, slopes):
                speed *= 0.8
                speed -= 0.6 * gradient / len(batch)
                array += speed
    return parameters


@right("train_digits")
def train_digits_on_cross_entropy(X, Y, W1, b1, W2, b2, epochs, rng):
    """Leaves the output slope out, which descends the cross-entropy, with a falling rate."""
    parameters = W1, b1, W2, b2
    for epoch in range(epochs):
        order = rng.permutation(X.shape[1])
        for first in range(0, len(order), 16):
            batch = order[first : first + 16]
            out_h, out_y = forward(X[:, batch], *parameters)
            slopes = backward(
                X[:, batch], Y[:, batch], out_h, out_y, parameters[2], output=np.ones_like
            )
            parameters = down(parameters, slopes, 0.1 * 0.95**epoch)
    return parameters


@right("train_digits")
def train_digits_with_stand_ins(X, Y, W1, b1, W2, b2, epochs, rng):
    """Has its own backward pass only, and the stand-in for the batches."""
    parameters = W1, b1, W2, b2
    for _ in range(epochs):
        for batch in find("minibatches")(X.shape[1], 16, rng):
            parameters = _step(X, Y, parameters, batch, 0.2)
    return parameters


def _step(X, Y, parameters, batch, rate):
    out_h, out_y = forward(X[:, batch], *parameters)
    slopes = backward(X[:, batch], Y[:, batch], out_h, out_y, parameters[2])
    return down(parameters, slopes, rate)


# ---------------------------------------------------------------- which_loss


@right("which_loss")
def losses_typed_in():
    """Measured in other cells, and typed in."""
    return {
        "chapter": "half squared error",
        "notebook 2": "summed squares",
        "notebook 1": "mean cross-entropy",
        "thread 3": "summed cross-entropy",
        "thread 2": "none",
        "thread 1": "none",
    }


@right("which_loss")
def losses_measured():
    """Measures on a network of its own, by differences, and takes what is near enough."""
    rng = np.random.default_rng(3)
    X, Y = rng.standard_normal((2, 5)), rng.uniform(size=(3, 5))
    network = draw_parameters(rng, 2, 4, 3)

    def slope(loss, name):
        found = np.zeros(getattr(network, name).shape)
        for entry in np.ndindex(found.shape):
            sides = []
            for h in (1e-5, -1e-5):
                moved = getattr(network, name).copy()
                moved[entry] += h
                moved = network._replace(**{name: moved})
                sides.append(loss(forward(X, *moved)[1], Y))
            found[entry] = (sides[0] - sides[1]) / 2e-5
        return found

    answer = {}
    for name, program in programs.PROGRAMS.items():
        followed = programs.backward(program, network, X, Y)
        answer[name] = "none"
        for loss, value in programs.LOSSES.items():
            if all(
                np.allclose(getattr(followed, array), slope(value, array), atol=1e-6)
                for array in program.trained
            ):
                answer[name] = loss
    return answer


# ---------------------------------------------------------------- is_a_gradient


@right("is_a_gradient")
def jacobian_by_central_differences(field, point):
    """Fills the Jacobian entry by entry."""
    n, h = point.size, 1e-4
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            up, down = point.copy(), point.copy()
            up[j] += h
            down[j] -= h
            J[i, j] = (field(up)[i] - field(down)[i]) / (2 * h)
    return abs(J - J.T).max() / abs(J).max()


@right("is_a_gradient")
def jacobian_with_a_coarse_step(field, point):
    """Takes one-sided differences with a small step, and numbers of Python."""
    base = field(point)
    rows = [((field(point + 1e-7 * unit) - base) / 1e-7).tolist() for unit in np.eye(len(point))]
    pairs = [(i, j) for i in range(len(rows)) for j in range(len(rows))]
    return max(abs(rows[i][j] - rows[j][i]) for i, j in pairs) / max(
        abs(rows[i][j]) for i, j in pairs
    )


# ---------------------------------------------------------------- convert


@right("convert")
def convert_in_a_loop(W1, b1, W2, b2):
    """Goes through the layers, and makes a column of each bias."""
    converted = []
    for W, b in ((W1, b1), (W2, b2)):
        W = np.transpose(W)
        converted += [W, np.zeros((len(W), 1)) if b is None else b.reshape(-1, 1)]
    return converted


@right("convert")
def convert_weight_by_weight(W1, b1, W2, b2):
    """Copies every number to its new place."""

    def turned(array):
        return [[array[i, j] for i in range(len(array))] for j in range(len(array[0]))]

    def column(b, W):
        return np.array(turned(b)) if b is not None else np.zeros((W.shape[1], 1), dtype=int)

    return np.array(turned(W1)), column(b1, W1), np.array(turned(W2)), column(b2, W2)


# ---------------------------------------------------------------- coincidence


@right("coincidence")
def sizes_with_few_ones():
    """Takes no more ones than each slip needs, in lists."""
    return {
        "chapter": [3, 4, 2, 5],
        "bias-not-summed": [3, 4, 2, 1],
        "bias-wrong-axis": [3, 4, 1, 1],
        "transposed": [1, 1, 2, 5],
        "reshaped": [3, 1, 2, 5],
        "elementwise-product": [3, 4, 1, 5],
    }


@right("coincidence")
def sizes_of_xor_where_they_do():
    """Takes the sizes of XOR where they hide a slip, and numpy's whole numbers elsewhere."""
    xor = (2, 2, 1, 4)
    return {
        "chapter": xor,
        "bias-not-summed": np.array([2, 2, 1, 1]),
        "bias-wrong-axis": np.array([2, 2, 1, 1]),
        "transposed": (1.0, 1.0, 2.0, 4.0),
        "reshaped": xor,
        "elementwise-product": xor,
    }


# ---------------------------------------------------------------- stuck_start


@right("stuck_start")
def another_seed_and_more_room():
    """Takes another seed, and a fourth hidden unit."""
    return {"seed": np.int64(1), "hidden": 4}


@right("stuck_start")
def two_words():
    """Draws into columns, or from another distribution."""
    return {"layout": "columns", "initialiser": "uniform"}
