"""Lesson 1: the chain rule for one weight, then for a two-layer chain of scalars.

z1 = w1 x + b1,  a1 = sigmoid(z1),  z2 = w2 a1 + b2,  a2 = sigmoid(z2),
C = 1/2 (a2 - y)^2
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import sigmoid

from ...exercise import Draw, Number, drawn_until, exercise, manual_exercise

LESSON = "01_chain_rule"

# The smallest expected derivative. An answer that measures derivatives with a nudge, as the lesson
# does, would lose too many digits of smaller ones.
LEAST = 0.005


def _drawn_numbers(rng: np.random.Generator, count: int) -> tuple[float, ...]:
    """Draw numbers from N(0, 1), as plain floats."""
    return tuple(float(number) for number in rng.standard_normal(count))


def _numbers(count: int, times: int = 4) -> Draw:
    """Draw `times` cases of `count` numbers."""

    def cases(rng: np.random.Generator) -> Iterator[tuple]:
        for _ in range(times):
            yield _drawn_numbers(rng, count)

    return cases


def _where_measurable(
    derivatives: Callable[..., Any],
    draw: Callable[[], tuple],
    times: int = 4,
) -> Iterator[tuple]:
    """Draw `times` cases whose derivatives are all at least LEAST in absolute value."""

    def telling(numbers: tuple) -> bool:
        return bool(np.min(np.abs(derivatives(*numbers))) >= LEAST)

    for _ in range(times):
        yield drawn_until(telling, draw)


def _slope_and_other_activation(rng: np.random.Generator) -> Iterator[tuple]:
    def draw() -> tuple[float, float]:
        return float(rng.normal(0, 2)), float(rng.uniform(0.05, 0.95))

    yield from _where_measurable(sigmoid_slope.specification, draw)
    yield 0.0, draw()[1]


@exercise(
    LESSON,
    points=1,
    returns={"slope_at_z": "a number", "slope_at_a": "a number"},
    cases=_slope_and_other_activation,
)
def sigmoid_slope(z: float, a: float) -> tuple[Number, Number]:
    """Return the slope of a unit with pre-activation z, and of another with activation a."""
    # The slope at activation a is the reciprocal of the slope of the inverse function at a.
    return derivative(sigmoid, z), 1 / derivative(_inverse_sigmoid, a)


def _inverse_sigmoid(a: np.ndarray) -> np.ndarray:
    return np.log(a / (1 - a))


def _networks(rng: np.random.Generator) -> Iterator[tuple]:
    # Pre-activations of both signs, so that a ReLU unit differs from a unit that is always off.
    for sign in (1, -1, 1, -1):

        def draw(sign: int = sign) -> tuple[float, ...]:
            return drawn_until(
                lambda numbers: _is_moderate(numbers) and sign * _z1(numbers) > 0,
                lambda: _drawn_numbers(rng, 6),
            )

        yield from _where_measurable(local_derivatives.specification, draw, times=1)


def _z1(numbers: tuple[float, ...]) -> float:
    x, _, w1, b1, _, _ = numbers
    return w1 * x + b1


def _is_moderate(numbers: tuple[float, ...]) -> bool:
    """Return whether a sigmoid without parentheses, a known mistake, keeps enough digits."""
    *_, w2, b2 = numbers
    return bool(w2 * (1 + np.exp(-_z1(numbers))) + b2 < 15)


@exercise(
    LESSON,
    points=3,
    returns={
        "dz1_dw1": "a number",
        "da1_dz1": "a number",
        "dz2_dw2": "a number",
        "dz2_da1": "a number",
        "da2_dz2": "a number",
        "dC_da2": "a number",
    },
    cases=_networks,
)
def local_derivatives(
    x: float, y: float, w1: float, b1: float, w2: float, b2: float
) -> tuple[Number, ...]:
    """Return the six local derivatives along x -> z1 -> a1 -> z2 -> a2 -> C."""
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)
    return (
        derivative(lambda w: w * x + b1, w1),
        derivative(sigmoid, z1),
        derivative(lambda w: w * a1 + b2, w2),
        derivative(lambda a: w2 * a + b2, a1),
        derivative(sigmoid, z2),
        derivative(lambda a: (a - y) ** 2 / 2, a2),
    )


def _chains(rng: np.random.Generator) -> Iterator[tuple]:
    for numbers in _numbers(6)(rng):
        yield tuple(float(slope) for slope in local_derivatives.specification(*numbers))


@exercise(
    LESSON,
    points=2,
    returns={
        "dC_dw2": "a number",
        "dC_db2": "a number",
        "dC_dw1": "a number",
        "dC_db1": "a number",
    },
    cases=_chains,
)
def chain(
    dz1_dw1: float, da1_dz1: float, dz2_dw2: float, dz2_da1: float, da2_dz2: float, dC_da2: float
) -> tuple[Number, ...]:
    """Return the derivatives of C with respect to the four parameters, from the local ones."""

    # A chain of linear functions with these local derivatives has the same derivatives.
    def loss(w2: np.ndarray, b2: np.ndarray, w1: np.ndarray, b1: np.ndarray) -> np.ndarray:
        a1 = da1_dz1 * (dz1_dw1 * w1 + b1)
        a2 = da2_dz2 * (dz2_dw2 * w2 + b2 + dz2_da1 * a1)
        return dC_da2 * a2

    return gradient(loss, 0.0, 0.0, 0.0, 0.0)


def _forks(rng: np.random.Generator) -> Iterator[tuple]:
    # Derivatives of both signs, so that a lost sign differs from a flipped one.
    for sign in (1, -1, 1, -1):

        def draw(sign: int = sign) -> tuple[float, ...]:
            return drawn_until(
                lambda numbers: bool(sign * two_paths.specification(*numbers) > 0),
                lambda: _drawn_numbers(rng, 5),
            )

        yield from _where_measurable(two_paths.specification, draw, times=1)


@exercise(LESSON, points=1, returns={"dC_da": "a number"}, cases=_forks)
def two_paths(a: float, u0: float, u1: float, y0: float, y1: float) -> Number:
    """Return dC/da for a unit that affects the loss along two paths.

    p0 = sigmoid(u0 a),  p1 = sigmoid(u1 a),  C = 1/2 (p0 - y0)^2 + 1/2 (p1 - y1)^2
    """
    return derivative(
        lambda a: (sigmoid(u0 * a) - y0) ** 2 / 2 + (sigmoid(u1 * a) - y1) ** 2 / 2, a
    )


derivation = manual_exercise("derivation", LESSON, points=3)
