"""Lesson 3: the gradient of the loss with respect to every weight and bias."""

from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np

from backprop.differentiate import gradient
from backprop.network import (
    LossOfOneArray,
    Parameters,
    draw_parameters,
    forward,
    half_squared_error,
    layer,
    pre_activation,
    sigmoid,
)

from ...exercise import drawn_until, exercise, manual_exercise
from ..forward_pass.exercises import SIZES, XOR, draw_examples

LESSON = "03_backward_pass"

GRADIENTS = {"dW1": "(n_h, n_x)", "db1": "(n_h, 1)", "dW2": "(n_y, n_h)", "db2": "(n_y, 1)"}
BACKWARDS = ("dW2", "db2", "dW1", "db1")
ERRORS: dict[str, Any] = {"xor": XOR, "steep": len(SIZES)}
PLACES: dict[str, Any] = {"xor": XOR, "equal_sizes": len(SIZES), "steep": len(SIZES) + 1}

# The largest entry of no gradient is smaller than this: next to nothing, what rounding leaves
# of a difference would weigh as much as a slip.
LEAST = 0.01
# In the first network it is larger, so that it shows in every gradient if large entries are cut.
LEAST_AT_FIRST = 0.06


def loss_near(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> Callable:
    """Return the loss of a network as a function of small changes of its parameters.

    The arguments are those of `backward_propagation`: they fix everything except W1,
    b1 and b2, which only enter through the pre-activations, and those are known from
    the activations.
    """
    net_h, net_y = pre_activation(out_h), pre_activation(out_y)

    def loss(dW1, db1, dW2, db2):
        moved_h = sigmoid(net_h + layer(dW1, db1, X))
        moved_y = sigmoid(net_y + layer(W2 + dW2, db2, moved_h) - layer(W2, 0 * db2, out_h))
        return half_squared_error(moved_y, Y)

    return loss


def _no_change(X, W2):
    n_y, n_h = W2.shape
    return tuple(np.zeros(shape) for shape in ((n_h, len(X)), (n_h, 1), (n_y, n_h), (n_y, 1)))


def _slopes(arrays):
    plain = (np.asarray(array, float) for array in arrays)
    return tuple(map(np.copy, _slopes_before(*((one.shape, one.tobytes()) for one in plain))))


@lru_cache(maxsize=32)
def _slopes_before(*written):
    """Remember gradients: a case is looked at before its truth is asked for."""
    X, Y, out_h, out_y, W2 = (np.frombuffer(data).reshape(shape) for shape, data in written)
    return gradient(loss_near(X, Y, out_h, out_y, W2), *_no_change(X, W2))


# A network in which everything is large, the same for everybody: a limit on a gradient, or one
# that keeps activations away from 0 and 1, shows in it.
STEEP_SIZES = (2, 4, 3, 200)
STEEP_SEED = 5
LARGE = 6.0  # every gradient has an entry larger than this
FARTHEST = 14.0  # the largest pre-activation of each layer; its activation is 1e-6 from 0 or 1
FLAT = 1e-4  # at least so near to 0, and to 1, come activations of each layer


@cache
def _steep_pass():
    rng = np.random.default_rng(STEEP_SEED)
    return drawn_until(_is_steep, partial(_draw_steep_pass, rng, *STEEP_SIZES))


def _draw_steep_pass(rng, n_x, n_h, n_y, m):
    X, Y = rng.uniform(-2, 5, size=(n_x, m)), rng.uniform(0.05, 0.2, size=(n_y, m))
    W1, b1, W2, b2 = draw_parameters(rng, n_x, n_h, n_y)
    W1, b1 = _stretched(W1, b1, X)
    W2, b2 = _stretched(W2, b2, sigmoid(layer(W1, b1, X)))
    parameters = Parameters(W1, b1, W2, b2)
    return X, Y, forward(parameters, X), parameters


def _stretched(W, b, inputs):
    factor = FARTHEST / np.max(np.abs(layer(W, b, inputs)))
    return factor * W, factor * b


def _is_steep(drawn):
    X, Y, (_, out_h, _, out_y), (_, _, W2, _) = drawn
    if any(max(np.min(out), np.min(1 - out)) > FLAT for out in (out_h, out_y)):
        return False
    return min(np.max(np.abs(slope)) for slope in _slopes((X, Y, out_h, out_y, W2))) >= LARGE


def _passes(rng):
    for sizes in SIZES:
        yield drawn_until(_has_both_signs, partial(_draw_pass, rng, *sizes))
    yield _steep_pass()


def _draw_pass(rng, n_x, n_h, n_y, m):
    X, Y = draw_examples(rng, n_x, n_y, m)
    parameters = draw_parameters(rng, n_x, n_h, n_y)
    return X, Y, forward(parameters, X), parameters


def _has_both_signs(drawn):
    """Whether some outputs are too high and some too low, so that no sign can be left out."""
    _, Y, activations, _ = drawn
    return np.any(activations.out_y > Y) and np.any(activations.out_y < Y)


def _output_layers(rng):
    for _, Y, activations, _ in _passes(rng):
        yield activations.out_y, Y


@exercise(LESSON, points=2, returns={"delta_y": "(n_y, m)"}, cases=_output_layers, **ERRORS)
def output_error(out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """dC/dnet_y: how the loss answers to the pre-activation of each output unit."""
    net_y = pre_activation(out_y)
    (delta_y,) = gradient(lambda net: half_squared_error(sigmoid(net), Y), net_y)
    return delta_y


def _hidden_layers(rng):
    for _, Y, activations, parameters in _passes(rng):
        delta_y = output_error.specification(activations.out_y, Y)
        yield delta_y, activations.out_h, parameters.W2


@exercise(LESSON, points=2, returns={"delta_h": "(n_h, m)"}, cases=_hidden_layers, **ERRORS)
def hidden_error(delta_y: np.ndarray, out_h: np.ndarray, W2: np.ndarray) -> np.ndarray:
    """dC/dnet_h: how the loss answers to the pre-activation of each hidden unit."""
    net_h = pre_activation(out_h)
    no_bias = np.zeros((len(W2), 1))

    # delta_y says how much the loss grows with each net_y, so for small changes the
    # loss is the sum of delta_y times net_y.
    def loss(net_h):
        return np.sum(delta_y * layer(W2, no_bias, sigmoid(net_h)), axis=(-2, -1))

    (delta_h,) = gradient(loss, net_h)
    return delta_h


def _backward_passes(rng):
    # Last a network in which all sizes coincide: there a product entry by entry is as
    # legal as a matrix product, and shows what it gives.
    for place, sizes in enumerate((*SIZES, (3, 3, 3, 3))):
        telling = partial(_shows_slips, LEAST if place else LEAST_AT_FIRST)
        X, Y, activations, parameters = drawn_until(telling, partial(_draw_pass, rng, *sizes))
        yield X, Y, activations.out_h, activations.out_y, parameters.W2
    X, Y, activations, parameters = _steep_pass()
    yield X, Y, activations.out_h, activations.out_y, parameters.W2


def _shows_slips(least, drawn):
    """Whether no sign can be left out, and every gradient can be seen."""
    X, Y, (_, out_h, _, out_y), (_, _, W2, _) = drawn
    if not _has_both_signs(drawn):
        return False
    return min(np.max(np.abs(slope)) for slope in _slopes((X, Y, out_h, out_y, W2))) >= least


@exercise(LESSON, points=6, returns=GRADIENTS, order=BACKWARDS, cases=_backward_passes, **PLACES)
def backward_propagation(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> tuple[np.ndarray, ...]:
    """The gradient of the loss with respect to W1, b1, W2 and b2."""
    return _slopes((X, Y, out_h, out_y, W2))


ENOUGH = 0.05  # then differences with any sensible step have the digits that are asked for


def _functions(rng):
    # Among the arrays are a tall and a wide one, so that a loop over too few columns shows.
    for sizes, name in zip(SIZES, ("W1", "W2", "W2", "b2")):
        yield drawn_until(_changes_enough, partial(_draw_function, rng, name, *sizes))


def _draw_function(rng, name, *sizes):
    X, Y, _, parameters = _draw_pass(rng, *sizes)
    return LossOfOneArray(name, parameters, X, Y), getattr(parameters, name)


def _changes_enough(drawn):
    """Whether f changes enough with x to be measured, one entry at a time and all at once."""
    f, x = drawn
    (slopes,) = gradient(f.complex_value, x)
    return min(np.max(np.abs(slopes)), abs(np.sum(slopes))) >= ENOUGH


@exercise(
    LESSON,
    points=2,
    returns={"gradient": "the shape of x"},
    cases=_functions,
    # A central difference with a sensible step is off by 1e-8 or less, on a machine that rounds
    # badly by 1e-7; a one-sided difference with the same step by 1e-6 and more.
    tolerance=2e-7,
)
def numerical_gradient(f: Callable, x: np.ndarray) -> np.ndarray:
    """The derivative of f with respect to each entry of x."""
    complex_f = getattr(f, "complex_value", f)
    return gradient(lambda moved: np.array([complex_f(one) for one in moved]), x)[0]


@exercise(LESSON, points=3, returns=GRADIENTS, order=BACKWARDS, cases=_backward_passes, **PLACES)
def find_the_bug(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> tuple[np.ndarray, ...]:
    """The gradient that the posted program set out to compute."""
    return backward_propagation.specification(X, Y, out_h, out_y, W2)


explain_the_bug = manual_exercise("explain_the_bug", LESSON, points=2)
