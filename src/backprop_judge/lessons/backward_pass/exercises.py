"""Lesson 3: the gradient of the loss with respect to every weight and bias."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np

from backprop.differentiate import apart, gradient, together
from backprop.network import (
    Activations,
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
from .sheet import BEFORE
from .sheet_verdict import judge_sheet

Pass = tuple[np.ndarray, np.ndarray, Activations, Parameters]  # X, Y and the network

LESSON = "03_backward_pass"

GRADIENTS = {"dW1": "(n_h, n_x)", "db1": "(n_h, 1)", "dW2": "(n_y, n_h)", "db2": "(n_y, 1)"}
BACKWARDS = ("dW2", "db2", "dW1", "db1")
ERRORS: dict[str, Any] = {"xor": XOR, "steep": len(SIZES)}
PLACES: dict[str, Any] = {"xor": XOR, "equal_sizes": len(SIZES), "steep": len(SIZES) + 1}

# Every gradient has an entry at least this large. In smaller gradients, the rounding error of a
# difference could be as large as the effect of a mistake.
LEAST = 0.01
# The limit is larger in the first network, so that clipping changes every gradient.
LEAST_AT_FIRST = 0.06


def loss_near(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> Callable[..., np.ndarray]:
    """Return the loss of a network as a function of small changes of its parameters.

    The arguments are those of `backward_propagation`. They do not contain W1, b1 and b2, but these
    affect the loss only through the pre-activations, which follow from the activations.

    Parameters
    ----------
    X, Y, out_h, out_y, W2
        Arrays of shapes (n_x, m), (n_y, m), (n_h, m), (n_y, m) and (n_y, n_h).

    Returns
    -------
    Callable
        A function that takes changes of W1, b1, W2 and b2, and returns the loss.
    """
    net_h, net_y = pre_activation(out_h), pre_activation(out_y)

    def loss(dW1: np.ndarray, db1: np.ndarray, dW2: np.ndarray, db2: np.ndarray) -> np.ndarray:
        moved_h = sigmoid(net_h + layer(dW1, db1, X))
        moved_y = sigmoid(net_y + layer(W2 + dW2, db2, moved_h) - layer(W2, 0 * db2, out_h))
        return half_squared_error(moved_y, Y)

    return loss


def _no_change(X: np.ndarray, W2: np.ndarray) -> tuple[np.ndarray, ...]:
    n_y, n_h = W2.shape
    return tuple(np.zeros(shape) for shape in ((n_h, len(X)), (n_h, 1), (n_y, n_h), (n_y, 1)))


def _slopes(arrays: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    plain = (np.asarray(array, float) for array in arrays)
    return tuple(map(np.copy, _slopes_before(*((one.shape, one.tobytes()) for one in plain))))


@lru_cache(maxsize=32)
def _slopes_before(*written: tuple[tuple[int, ...], bytes]) -> tuple[np.ndarray, ...]:
    """Return the gradients; cached, because choosing and judging a case both need them."""
    X, Y, out_h, out_y, W2 = (np.frombuffer(data).reshape(shape) for shape, data in written)
    return gradient(loss_near(X, Y, out_h, out_y, W2), *_no_change(X, W2))


# A fixed network with large gradients and saturated units. It reveals answers that clip gradients
# or activations.
STEEP_SIZES = (2, 4, 3, 200)
STEEP_SEED = 5
LARGE = 6.0  # every gradient has an entry at least this large
FARTHEST = 14.0  # the largest pre-activation of each layer; its activation is 1e-6 from 0 or 1
FLAT = 1e-4  # each layer has an activation within this distance of 0, and one of 1
MODERATE = 0.01  # the smallest distance of an activation from 0 and 1 in the other networks


@cache
def _steep_pass() -> Pass:
    rng = np.random.default_rng(STEEP_SEED)
    return drawn_until(_is_steep, partial(_draw_steep_pass, rng, *STEEP_SIZES))


def _draw_steep_pass(rng: np.random.Generator, n_x: int, n_h: int, n_y: int, m: int) -> Pass:
    X, Y = rng.uniform(-2, 5, size=(n_x, m)), rng.uniform(0.05, 0.2, size=(n_y, m))
    W1, b1, W2, b2 = draw_parameters(rng, n_x, n_h, n_y)
    W1, b1 = _stretched(W1, b1, X)
    W2, b2 = _stretched(W2, b2, sigmoid(layer(W1, b1, X)))
    parameters = Parameters(W1, b1, W2, b2)
    return X, Y, forward(parameters, X), parameters


def _stretched(W: np.ndarray, b: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    factor = FARTHEST / np.max(np.abs(layer(W, b, inputs)))
    return factor * W, factor * b


def _is_steep(drawn: Pass) -> bool:
    X, Y, (_, out_h, _, out_y), (_, _, W2, _) = drawn
    if any(max(np.min(out), np.min(1 - out)) > FLAT for out in (out_h, out_y)):
        return False
    return min(np.max(np.abs(slope)) for slope in _slopes((X, Y, out_h, out_y, W2))) >= LARGE


def _passes(rng: np.random.Generator) -> Iterator[Pass]:
    for sizes in SIZES:
        yield drawn_until(_is_ordinary, partial(_draw_pass, rng, *sizes))
    yield _steep_pass()


def _draw_pass(rng: np.random.Generator, n_x: int, n_h: int, n_y: int, m: int) -> Pass:
    X, Y = draw_examples(rng, n_x, n_y, m)
    parameters = draw_parameters(rng, n_x, n_h, n_y)
    return X, Y, forward(parameters, X), parameters


def _is_ordinary(drawn: Pass) -> bool:
    """Return whether no activation is near 0 or 1, and outputs are both too high and too low.

    With both kinds of outputs, a lost sign changes the result. Clipped activations change the
    result only in `_steep_pass`.
    """
    _, Y, (_, out_h, _, out_y), _ = drawn
    if any(np.min(out) < MODERATE or np.max(out) > 1 - MODERATE for out in (out_h, out_y)):
        return False
    return bool(np.any(out_y > Y) and np.any(out_y < Y))


def _output_layers(rng: np.random.Generator) -> Iterator[tuple]:
    for _, Y, activations, _ in _passes(rng):
        yield activations.out_y, Y


@exercise(LESSON, points=2, returns={"delta_y": "(n_y, m)"}, cases=_output_layers, **ERRORS)
def output_error(out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return dC/dnet_y, the error of each output unit."""
    # The loss of an example does not depend on the others, so each is differentiated separately.
    net_y, Y = map(apart, np.broadcast_arrays(pre_activation(out_y), Y))
    (delta_y,) = gradient(lambda net: half_squared_error(sigmoid(net), Y), net_y, copies=1)
    return together(delta_y)


def _hidden_layers(rng: np.random.Generator) -> Iterator[tuple]:
    for _, Y, activations, parameters in _passes(rng):
        delta_y = output_error.specification(activations.out_y, Y)
        yield delta_y, activations.out_h, parameters.W2


@exercise(LESSON, points=2, returns={"delta_h": "(n_h, m)"}, cases=_hidden_layers, **ERRORS)
def hidden_error(delta_y: np.ndarray, out_h: np.ndarray, W2: np.ndarray) -> np.ndarray:
    """Return dC/dnet_h, the error of each hidden unit."""
    net_h, above = apart(pre_activation(out_h)), apart(delta_y)
    no_bias = np.zeros((len(W2), 1))

    # delta_y is the derivative of the loss with respect to net_y, so to first order the loss
    # changes like the sum of delta_y times net_y.
    def loss(net_h: np.ndarray) -> np.ndarray:
        return np.sum(above * layer(W2, no_bias, sigmoid(net_h)), axis=(-2, -1))

    (delta_h,) = gradient(loss, net_h, copies=1)
    return together(delta_h)


def _once(rng: np.random.Generator) -> Iterator[tuple]:
    yield ()


@exercise(
    LESSON,
    points=2,
    returns=dict.fromkeys(BEFORE, "a number with three decimals"),
    form="dict",
    cases=_once,
    trial=judge_sheet,
    sheet=True,
)
def by_hand() -> dict[str, float]:
    """Return the numbers of one example in the forward and backward pass."""
    raise NotImplementedError("students compute these numbers by hand")


def _backward_passes(rng: np.random.Generator) -> Iterator[tuple]:
    # All sizes are equal in the last random network, so that an elementwise product used for a
    # matrix product runs, and its values can be recognized.
    for place, sizes in enumerate((*SIZES, (3, 3, 3, 3))):
        telling = partial(_shows_slips, LEAST if place else LEAST_AT_FIRST)
        X, Y, activations, parameters = drawn_until(telling, partial(_draw_pass, rng, *sizes))
        yield X, Y, activations.out_h, activations.out_y, parameters.W2
    X, Y, activations, parameters = _steep_pass()
    yield X, Y, activations.out_h, activations.out_y, parameters.W2


def _shows_slips(least: float, drawn: Pass) -> bool:
    """Return whether a lost sign changes the result, and every gradient is large enough."""
    X, Y, (_, out_h, _, out_y), (_, _, W2, _) = drawn
    if not _is_ordinary(drawn):
        return False
    return min(np.max(np.abs(slope)) for slope in _slopes((X, Y, out_h, out_y, W2))) >= least


@exercise(LESSON, points=6, returns=GRADIENTS, order=BACKWARDS, cases=_backward_passes, **PLACES)
def backward_propagation(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return the gradient of the loss with respect to W1, b1, W2 and b2."""
    return _slopes((X, Y, out_h, out_y, W2))


ENOUGH = 0.05  # so that differences with any sensible step have enough digits


def _functions(rng: np.random.Generator) -> Iterator[tuple]:
    # The arrays include a tall and a wide one, so that a loop over too few columns is detected.
    for sizes, name in zip(SIZES, ("W1", "W2", "W2", "b2")):
        yield drawn_until(_changes_enough, partial(_draw_function, rng, name, *sizes))


def _draw_function(
    rng: np.random.Generator, name: str, *sizes: int
) -> tuple[LossOfOneArray, np.ndarray]:
    X, Y, _, parameters = _draw_pass(rng, *sizes)
    return LossOfOneArray(name, parameters, X, Y), getattr(parameters, name)


def _changes_enough(drawn: tuple[LossOfOneArray, np.ndarray]) -> bool:
    """Return whether f changes enough with x, one entry at a time and all entries at once."""
    f, x = drawn
    (slopes,) = gradient(f.complex_value, x)
    return min(np.max(np.abs(slopes)), abs(np.sum(slopes))) >= ENOUGH


@exercise(
    LESSON,
    points=2,
    returns={"gradient": "the shape of x"},
    cases=_functions,
    # With a sensible step, the error of a central difference is at most 1e-8 (1e-7 on machines with
    # poor rounding), and the error of a one-sided difference is at least 1e-6.
    tolerance=2e-7,
)
def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Return the derivative of f with respect to each entry of x."""
    complex_f = getattr(f, "complex_value", f)
    return gradient(lambda moved: np.array([complex_f(one) for one in moved]), x)[0]


@exercise(LESSON, points=3, returns=GRADIENTS, order=BACKWARDS, cases=_backward_passes, **PLACES)
def find_the_bug(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return the gradient that the posted program is meant to compute."""
    return backward_propagation.specification(X, Y, out_h, out_y, W2)


explain_the_bug = manual_exercise("explain_the_bug", LESSON, points=2)
