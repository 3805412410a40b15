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

# Every gradient has an entry at least this large. In smaller ones the rounding of a difference
# would weigh as much as a slip.
LEAST = 0.01
# In the first network it is larger, so that every gradient shows a limit on its entries.
LEAST_AT_FIRST = 0.06


def loss_near(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> Callable[..., np.ndarray]:
    """Return the loss of a network as a function of small changes of its parameters.

    The arguments are those of `backward_propagation`: they fix everything except W1,
    b1 and b2, which only enter through the pre-activations, and those are known from
    the activations.

    Parameters
    ----------
    X, Y, out_h, out_y, W2
        (n_x, m), (n_y, m), (n_h, m), (n_y, m) and (n_y, n_h).

    Returns
    -------
    Callable
        Takes changes of W1, b1, W2 and b2 and returns the loss.
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
    """Return the gradients, cached: they are needed to choose a case and again to judge it."""
    X, Y, out_h, out_y, W2 = (np.frombuffer(data).reshape(shape) for shape, data in written)
    return gradient(loss_near(X, Y, out_h, out_y, W2), *_no_change(X, W2))


# A network in which everything is large, the same for everybody: a limit on a gradient, or one
# that keeps activations away from 0 and 1, shows in it.
STEEP_SIZES = (2, 4, 3, 200)
STEEP_SEED = 5
LARGE = 6.0  # every gradient has an entry larger than this
FARTHEST = 14.0  # the largest pre-activation of each layer; its activation is 1e-6 from 0 or 1
FLAT = 1e-4  # each layer has activations at least this near to 0, and to 1
MODERATE = 0.01  # in the other networks no activation is nearer than this to 0 or 1


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
    """Whether no activation is near 0 or 1, and outputs are too high and too low.

    A lost sign then shows. That activations are kept away from the ends shows in `_steep_pass`
    alone, whatever is drawn.
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
    """Return dC/dnet_y, the derivative of the loss by the pre-activation of each output unit."""
    # No example changes the loss of another one, so each is differentiated by itself.
    net_y, Y = map(apart, np.broadcast_arrays(pre_activation(out_y), Y))
    (delta_y,) = gradient(lambda net: half_squared_error(sigmoid(net), Y), net_y, copies=1)
    return together(delta_y)


def _hidden_layers(rng: np.random.Generator) -> Iterator[tuple]:
    for _, Y, activations, parameters in _passes(rng):
        delta_y = output_error.specification(activations.out_y, Y)
        yield delta_y, activations.out_h, parameters.W2


@exercise(LESSON, points=2, returns={"delta_h": "(n_h, m)"}, cases=_hidden_layers, **ERRORS)
def hidden_error(delta_y: np.ndarray, out_h: np.ndarray, W2: np.ndarray) -> np.ndarray:
    """Return dC/dnet_h, the derivative of the loss by the pre-activation of each hidden unit."""
    net_h, above = apart(pre_activation(out_h)), apart(delta_y)
    no_bias = np.zeros((len(W2), 1))

    # delta_y says how much the loss grows with each net_y, so for small changes the
    # loss is the sum of delta_y times net_y.
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
    """Return the numbers of one example on their way forward and back."""
    raise NotImplementedError("pencil and paper give them")


def _backward_passes(rng: np.random.Generator) -> Iterator[tuple]:
    # In the last network all sizes coincide: there a product entry by entry is as
    # legal as a matrix product, and its values show.
    for place, sizes in enumerate((*SIZES, (3, 3, 3, 3))):
        telling = partial(_shows_slips, LEAST if place else LEAST_AT_FIRST)
        X, Y, activations, parameters = drawn_until(telling, partial(_draw_pass, rng, *sizes))
        yield X, Y, activations.out_h, activations.out_y, parameters.W2
    X, Y, activations, parameters = _steep_pass()
    yield X, Y, activations.out_h, activations.out_y, parameters.W2


def _shows_slips(least: float, drawn: Pass) -> bool:
    """Whether a lost sign shows, and every gradient is large enough."""
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
    # Among the arrays are a tall and a wide one, so that a loop over too few columns shows.
    for sizes, name in zip(SIZES, ("W1", "W2", "W2", "b2")):
        yield drawn_until(_changes_enough, partial(_draw_function, rng, name, *sizes))


def _draw_function(
    rng: np.random.Generator, name: str, *sizes: int
) -> tuple[LossOfOneArray, np.ndarray]:
    X, Y, _, parameters = _draw_pass(rng, *sizes)
    return LossOfOneArray(name, parameters, X, Y), getattr(parameters, name)


def _changes_enough(drawn: tuple[LossOfOneArray, np.ndarray]) -> bool:
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
def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Return the derivative of f with respect to each entry of x."""
    complex_f = getattr(f, "complex_value", f)
    return gradient(lambda moved: np.array([complex_f(one) for one in moved]), x)[0]


@exercise(LESSON, points=3, returns=GRADIENTS, order=BACKWARDS, cases=_backward_passes, **PLACES)
def find_the_bug(
    X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return the gradient that the posted program set out to compute."""
    return backward_propagation.specification(X, Y, out_h, out_y, W2)


explain_the_bug = manual_exercise("explain_the_bug", LESSON, points=2)
