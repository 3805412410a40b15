"""Mistakes of the other exercises: what an answer returns if it computes another thing.

One function an exercise. It takes `compute`, which gives the right values for any
arguments, and the arguments of a case; it returns for each name a list of
(codes, value). Where a name has no entry of its own, only the forms that any value
can take are tried.
"""

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import (
    cross_entropy,
    forward,
    half_squared_error,
    layer,
    pre_activation,
    sigmoid,
)

from .networks import UNITS, BackwardPath, codes_of_unit, error_below

ALTERED = {}


def altered(exercise_id):
    """Enter a function as the mistakes of an exercise."""

    def enter(function):
        ALTERED[exercise_id] = function
        return function

    return enter


def parabola(u):
    """A function whose slope at u is the sigmoid's where u is the activation."""
    return u**2 / 2 - u**3 / 3


@altered("sigmoid_slope")
def instead_of_sigmoid_slope(compute, z, a):
    return {
        "slope_at_z": [
            (("wrong-variable",), derivative(parabola, z)),
            (("slope-of-activation",), derivative(sigmoid, sigmoid(z))),
            (("tanh-slope",), derivative(np.tanh, z)),
            (("tanh-slope",), 1 / derivative(np.arctanh, sigmoid(z))),
            (("not-differentiated",), sigmoid(z)),
        ],
        "slope_at_a": [
            (("slope-of-activation",), derivative(sigmoid, a)),
            (("tanh-slope",), 1 / derivative(np.arctanh, a)),
            (("not-differentiated",), np.float64(a)),
        ],
    }


@altered("local_derivatives")
def instead_of_local_derivatives(compute, x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)

    names = ("dz1_dw1", "da1_dz1", "dz2_dw2", "dz2_da1", "da2_dz2", "dC_da2")
    right = compute(x, y, w1, b1, w2, b2)
    biases = ((0.0, 0.0), (0.0, b2), (b1, 0.0))
    without = [compute(x, y, w1, one, w2, two) for one, two in biases]

    def unit(z, a):
        return [
            (("wrong-variable",), derivative(parabola, z)),
            (("slope-of-activation",), derivative(sigmoid, a)),
            (("tanh-slope",), derivative(lambda u: np.tanh(u), np.arctanh(a))),
            (("not-differentiated",), a),
        ]

    found = {
        "dz1_dw1": [(("wrong-variable",), np.float64(w1)), (("not-differentiated",), z1)],
        "da1_dz1": unit(z1, a1),
        "dz2_dw2": [
            (("wrong-variable",), np.float64(w2)),
            (("wrong-input",), z1),
            (("not-differentiated",), z2),
        ],
        "dz2_da1": [(("wrong-variable",), a1), (("not-differentiated",), z2)],
        "da2_dz2": unit(z2, a2),
        "dC_da2": [(("not-differentiated",), (a2 - y) ** 2 / 2)],
    }
    for place, name in enumerate(names):
        changed = [other[place] for other in without if other[place] != right[place]]
        found[name] += [(("missing-bias",), value) for value in changed]
    return found


@altered("chain")
def instead_of_chain(compute, *links):
    names = ("dC_dw2", "dC_db2", "dC_dw1", "dC_db1")
    found = {name: [] for name in names}

    def enter(code, changed):
        for name, value in zip(names, compute(*changed)):
            found[name].append(((code,), value))

    for place in range(len(links)):
        enter("missing-factor", (*links[:place], 1.0, *links[place + 1 :]))
    dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2 = links
    enter("wrong-variable", (dz1_dw1, da1_dz1, dz2_da1, dz2_dw2, da2_dz2, dC_da2))
    enter("wrong-variable", (dz1_dw1, da1_dz1, dz2_dw2, dz2_dw2, da2_dz2, dC_da2))
    right = dict(zip(names, compute(*links)))
    for weight, bias in (("dC_dw2", "dC_db2"), ("dC_dw1", "dC_db1")):
        found[bias].append((("wrong-variable",), right[weight]))
    return found


@altered("two_paths")
def instead_of_two_paths(compute, a, u1, u2, y1, y2):
    def share(u, y, unit=sigmoid):
        return derivative(lambda a: (unit(u * a) - y) ** 2 / 2, a)

    def straight(u):
        p = sigmoid(u * a)
        return lambda net: p + (net - u * a)

    def tanh_line(u):
        p = sigmoid(u * a)
        return lambda net: p + derivative(np.tanh, np.arctanh(p)) * (net - u * a)

    def at_unit(u, y):
        return derivative(lambda net: (sigmoid(net) - y) ** 2 / 2, u * a)

    first, second = share(u1, y1), share(u2, y2)
    by_weights = [
        derivative(lambda u, y=y: (sigmoid(u * a) - y) ** 2 / 2, u) for u, y in ((u1, y1), (u2, y2))
    ]
    return {
        "dC_da": [
            (("one-path",), first),
            (("one-path",), second),
            (("averaged",), (first + second) / 2),
            (("product-of-paths",), first * second),
            (("difference-of-paths",), first - second),
            (("missing-factor",), at_unit(u1, y1) + at_unit(u2, y2)),
            (("wrong-variable",), sum(by_weights)),
            (("missing-output-slope",), share(u1, y1, straight(u1)) + share(u2, y2, straight(u2))),
            (("tanh-slope",), share(u1, y1, tanh_line(u1)) + share(u2, y2, tanh_line(u2))),
        ]
    }


@altered("sigmoid")
def instead_of_sigmoid(compute, z):
    return {
        "a": [
            (("sign-of-exponent",), sigmoid(-z)),
            (("tanh-activation",), np.tanh(z)),
            (("not-the-activation",), derivative(sigmoid, z)),
            (("not-the-activation",), np.array(z)),
        ]
    }


@altered("shapes")
def instead_of_shapes(compute, *sizes):
    m = sizes[-1]
    found = {}
    for name, size in compute(*sizes).items():
        found[name] = [(("transposed",), np.array(size[::-1]))]
        if size[-1] == 1:
            found[name].append((("bias-flat",), np.array(size[:1])))
            found[name].append((("bias-per-example",), np.array([size[0], m])))
    return found


def _same(z):
    return z


@altered("forward_propagation")
def instead_of_forward_propagation(compute, X, W1, b1, W2, b2):
    activations = forward((W1, b1, W2, b2), X)
    found = {"out_h": [], "out_y": []}

    def enter(code, hidden=sigmoid, output=sigmoid, b1=b1, b2=b2):
        out_h = hidden(layer(W1, b1, X))
        found["out_h"].append(((code,), out_h))
        found["out_y"].append(((code,), output(layer(W2, b2, out_h))))

    enter("missing-sigmoid", hidden=_same)
    enter("missing-sigmoid", output=_same)
    enter("missing-sigmoid", hidden=_same, output=_same)
    enter("tanh-activation", hidden=np.tanh)
    enter("tanh-activation", output=np.tanh)
    enter("tanh-activation", hidden=np.tanh, output=np.tanh)
    enter("missing-bias", b1=0 * b1)
    enter("missing-bias", b2=0 * b2)
    enter("missing-bias", b1=0 * b1, b2=0 * b2)
    enter("subtracted-bias", b1=-b1, b2=-b2)
    enter("subtracted-bias", b1=-b1)
    enter("subtracted-bias", b2=-b2)
    enter("sigmoid-twice", output=lambda z: sigmoid(sigmoid(z)))
    enter("sigmoid-twice", hidden=lambda z: sigmoid(sigmoid(z)))
    enter("not-the-activation", hidden=lambda z: derivative(sigmoid, z))
    found["out_h"].append((("not-the-activation",), activations.net_h))
    return found


@altered("loss")
def instead_of_loss(compute, out_y, Y):
    inside = np.clip(out_y, 1e-12, 1 - 1e-12)
    return {
        "C": [
            (("wrong-loss",), cross_entropy(inside, Y)),
            (("wrong-loss",), np.sum(np.abs(out_y - Y)) / 2),
            (("wrong-loss",), np.sum(np.abs(out_y - Y))),
            (("wrong-loss",), np.sqrt(np.sum((out_y - Y) ** 2))),
            (("not-squared",), np.sum(out_y - Y)),
            (("not-squared",), np.sum(out_y - Y) / 2),
            (("not-summed",), (out_y - Y) ** 2 / 2),
            (("not-summed",), (out_y - Y) ** 2),
            (("not-summed",), np.sum((out_y - Y) ** 2, axis=0) / 2),
            (("not-summed",), np.sum((out_y - Y) ** 2, axis=0, keepdims=True) / 2),
            (("not-summed",), np.sum((out_y - Y) ** 2, axis=1) / 2),
            (("not-summed",), np.sum((out_y - Y) ** 2, axis=1, keepdims=True) / 2),
            (("square-of-sum",), np.sum(out_y - Y) ** 2 / 2),
        ]
    }


@altered("hidden_error")
def instead_of_hidden_error(compute, delta_y, out_h, W2):
    found = []
    for unit in UNITS:
        codes = codes_of_unit(unit, "missing-hidden-slope")
        found.append((codes, error_below(delta_y, out_h, W2, unit)))
        found.append(((*codes, "missing-W2"), error_below(delta_y, out_h, np.ones_like(W2), unit)))
    return {"delta_h": [(codes, value) for codes, value in found if codes]}


@altered("output_error")
def instead_of_output_error(compute, out_y, Y):
    nothing = np.full((1, Y.shape[1]), 0.5)
    path = BackwardPath(nothing, Y, nothing, out_y, np.zeros((len(Y), 1)))
    found = [
        (codes_of_unit(unit, "missing-output-slope"), path.error_at_output(unit)) for unit in UNITS
    ]
    found = [(codes, value) for codes, value in found if codes]
    found.append((("missing-error",), derivative(sigmoid, pre_activation(out_y))))
    found.append((("not-differentiated",), (out_y - Y) ** 2 / 2))
    slope_at_target = derivative(sigmoid, pre_activation(Y))
    found.append((("wrong-variable",), path.error_at_output("missing") * slope_at_target))
    return {"delta_y": found}


@altered("numerical_gradient")
def instead_of_numerical_gradient(compute, f, x):
    # All entries moved by the same step change f by the sum of its derivatives.
    together = np.full(x.shape, np.sum(compute(f, x)))
    return {"gradient": [(("all-entries-at-once",), together)]}


@altered("is_a_gradient")
def instead_of_is_a_gradient(compute, field, point):
    J = np.imag(field.complex_value(point + 1e-30j * np.eye(point.size))).T / 1e-30
    apart, asymmetry = J - J.T, compute(field, point)
    if asymmetry == 0:
        apart = np.zeros_like(J)
    largest, length = np.max(np.abs(J)), np.linalg.norm
    others = (
        length(apart) / length(J),
        np.sum(np.abs(apart)) / np.sum(np.abs(J)),
        length(apart, 2) / length(J, 2),
    )
    return {
        "asymmetry": [
            (("not-relative",), np.max(np.abs(apart))),
            *((("wrong-norm",), other) for other in others),
            (("signs-kept",), asymmetry * largest / np.max(J)),
            (("yes-or-no",), np.float64(asymmetry == 0)),
            (("yes-or-no",), np.float64(asymmetry > 0)),
        ]
    }


@altered("update_parameters")
def instead_of_update_parameters(compute, *arguments):
    *arrays, rate = arguments
    names = ("W1", "b1", "W2", "b2")
    found = {}
    for name, old, new in zip(names, arrays, compute(*arguments)):
        way = new - old
        found[name] = [
            (("uphill",), old - way),
            (("missing-rate",), old + way / rate),
            (("missing-rate", "uphill"), old - way / rate),
            (("step-twice",), old + 2 * way),
            (("not-updated",), old),
            (("only-the-step",), way),
            (("only-the-step",), -way),
            (("divided-by-rate",), old + way / rate**2),
        ]
    return found


@altered("predict")
def instead_of_predict(compute, X, W1, b1, W2, b2):
    labels = np.asarray(compute(X, W1, b1, W2, b2), dtype=float)
    out_y = forward((W1, b1, W2, b2), X).out_y
    return {
        "labels": [
            (("not-thresholded",), out_y),
            (("inverted",), 1 - labels),
            (("wrong-threshold",), np.ones_like(labels)),
            (("wrong-threshold",), np.zeros_like(labels)),
            (("plus-minus-one",), 2 * labels - 1),
            (("missing-bias",), compute(X, W1, 0 * b1, W2, 0 * b2)),
            (("missing-bias",), compute(X, W1, b1, W2, 0 * b2)),
            (("wrong-threshold",), compute(X, W1, b1, W2, b2 - 0.5)),
        ]
    }


@altered("one_hot")
def instead_of_one_hot(compute, labels):
    Y = compute(labels)
    rows = 1 + int(np.max(labels))
    own_row = np.any(Y > 0, axis=1, keepdims=True) & np.ones(Y.shape, dtype=bool)
    label_in_its_row = Y * np.asarray(labels, dtype=float)
    return {
        "Y": [
            (("rows-from-labels",), Y[:rows]),
            (("counted-from-one",), np.roll(Y, -1, axis=0)),
            (("counted-from-one",), np.roll(Y, 1, axis=0)),
            (("whole-rows",), own_row.astype(float)),
            (("not-one-hot",), label_in_its_row),
            (("not-one-hot",), np.broadcast_to(np.asarray(labels, dtype=float), Y.shape)),
            (("not-one-hot",), np.asarray(labels, dtype=float)),
            (("not-one-hot",), np.asarray(labels, dtype=float)[None]),
            (("inverted",), 1 - Y),
            (("plus-minus-one",), 2 * Y - 1),
        ]
    }


@altered("accuracy")
def instead_of_accuracy(compute, out_y, labels):
    right, m = compute(out_y, labels), len(labels)
    sure = out_y > 0.5
    wanted = np.array([[digit == label for label in labels] for digit in range(len(out_y))])
    of_all = float(np.mean(labels == np.argsort(np.ravel(out_y))[-1]))
    return {
        "share": [
            (("share-wrong",), 1 - right),
            (("not-a-share",), right * m),
            (("not-a-share",), right * 100),
            (("not-a-share", "share-wrong"), (1 - right) * m),
            (("not-a-share", "share-wrong"), (1 - right) * 100),
            (("output-by-output",), np.mean(sure == wanted)),
            (("output-by-output",), np.mean(np.all(sure == wanted, axis=0))),
            (("output-by-output",), np.sum(sure & wanted) / m),
            (("output-by-output",), np.mean(sure & wanted)),
            (("averaged",), right / len(out_y)),
            (("largest-of-all",), of_all),
        ]
    }


@altered("train")
def instead_of_train(compute, X, Y, W1, b1, W2, b2, learning_rate, steps):
    start = X, Y, W1, b1, W2, b2
    names = ("W1", "b1", "W2", "b2", "losses")
    found = {name: [] for name in names}

    def trained(rate, steps):
        return [np.asarray(value) for value in compute(*start, rate, steps)]

    for code, rate in (
        ("uphill", -learning_rate),
        ("averaged", learning_rate / X.shape[1]),
        ("doubled", 2 * learning_rate),
        ("missing-rate", 1.0),
        ("not-updated", 0.0),
    ):
        for name, value in zip(names, trained(rate, steps)):
            found[name].append(((code,), value))
    counts = {"one-step-less": steps - 1, "one-step-more": steps + 1, "one-step-only": 1}
    for code, count in counts.items():
        for name, value in zip(names, trained(learning_rate, count)):
            found[name].append(((code,), value))
    for code, way in (
        ("missing-output-slope", _down_cross_entropy),
        ("updated-from-new", _layer_by_layer),
        ("updated-from-new", _layer_by_layer_from_above),
        ("updated-W2", _through_new_W2),
        ("stale-gradient", _Stale()),
    ):
        for name, value in zip(names, _trained_otherwise(way, *start, learning_rate, steps)):
            found[name].append(((code,), value))
    longer = trained(learning_rate, steps + 1)[-1]
    found["losses"] += [
        (("loss-after-step",), longer[1:]),
        (("loss-after-step",), longer[1:-1]),
        (("only-last-loss",), longer[-1]),
        (("only-last-loss",), longer[-2]),
        (("averaged",), longer[:-1] / X.shape[1]),
    ]
    return found


def _trained_otherwise(way, X, Y, W1, b1, W2, b2, learning_rate, steps):
    """What training gives if each step goes another way than down the gradient."""
    arrays, losses = (W1, b1, W2, b2), []
    for _ in range(steps):
        losses.append(half_squared_error(forward(arrays, X).out_y, Y))
        arrays = way(arrays, X, Y, -learning_rate)
    return *arrays, np.array(losses)


def _slopes(arrays, X, Y, loss):
    return gradient(lambda *moved: loss(forward(moved, X).out_y, Y), *arrays)


def _down_cross_entropy(arrays, X, Y, distance):
    inside = np.clip(Y, 0, 1)
    slopes = _slopes(arrays, X, inside, cross_entropy)
    return tuple(array + distance * slope for array, slope in zip(arrays, slopes))


def _layer_by_layer(arrays, X, Y, distance, order=((0, 1), (2, 3))):
    arrays = list(arrays)
    for places in order:
        slopes = _slopes(arrays, X, Y, half_squared_error)
        for place in places:
            arrays[place] = arrays[place] + distance * slopes[place]
    return tuple(arrays)


def _layer_by_layer_from_above(arrays, X, Y, distance):
    return _layer_by_layer(arrays, X, Y, distance, order=((2, 3), (0, 1)))


def _through_new_W2(arrays, X, Y, distance):
    """Move the second layer, and send the old error back through its new weights."""
    activations = forward(arrays, X)
    slopes = _slopes(arrays, X, Y, half_squared_error)
    W2, b2 = (array + distance * slope for array, slope in zip(arrays[2:], slopes[2:]))
    path = BackwardPath(X, Y, activations.out_h, activations.out_y, W2)
    dW1 = path.weights("X", "sigmoid", "sigmoid", "W2").sum(axis=0)
    db1 = path.error_at_hidden("sigmoid", "sigmoid", "W2").sum(axis=1, keepdims=True)
    return arrays[0] + distance * dW1, arrays[1] + distance * db1, W2, b2


class _Stale:
    """Go on along the gradient that was found at the start of each training."""

    def __init__(self):
        self.slopes = None

    def __call__(self, arrays, X, Y, distance):
        if self.slopes is None:
            self.slopes = _slopes(arrays, X, Y, half_squared_error)
        return tuple(array + distance * slope for array, slope in zip(arrays, self.slopes))
