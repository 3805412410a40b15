"""Mistakes of lesson 2, in units and layers."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np

from backprop.differentiate import derivative
from backprop.network import layer, sigmoid

from ...exercise import Number, Values
from ...mistakes import (
    Instead,
    Part,
    WrongValues,
    consequence,
    error_pattern,
    mistake,
    own_words,
    wrong_values,
)
from ...mistakes.forms import EXACT
from ...mistakes.parts import merged
from . import exercises

Unit = Callable[[np.ndarray], np.ndarray]  # from pre-activations to activations

mistake(
    "sign-of-exponent",
    "The exponent has the wrong sign.",
    "this falls where the sigmoid rises: look at the sign of the exponent",
    "What should come out for a large positive z?",
)
mistake(
    "tanh-activation",
    "The hyperbolic tangent is used.",
    "this is the hyperbolic tangent; the units of this network are sigmoids",
    "Between which two numbers do the values of a sigmoid lie?",
)
mistake(
    "not-the-activation",
    "Another quantity of the unit is returned.",
    "this is not the activation but another quantity of the same unit",
    "What do you return: the pre-activation, the activation, or its slope?",
)
mistake(
    "missing-sigmoid",
    "A layer lacks its sigmoid.",
    "a layer has no sigmoid: its pre-activations are passed on as they are",
    "How many layers does the network have, and how many times does your code apply a sigmoid?",
)
mistake(
    "sigmoid-twice",
    "The sigmoid is applied twice.",
    "the sigmoid is applied twice",
    "To which arrays has the sigmoid been applied already?",
)
mistake(
    "subtracted-bias",
    "The bias is subtracted.",
    "a bias is subtracted; it is added",
    "What does a positive bias do to the pre-activation?",
)


mistake(
    "other-activation",
    "Another function is used instead of the sigmoid.",
    "these are the values of {which}; the units of this network are sigmoids",
    "Between which two numbers do the values of a sigmoid lie, and what is its value at 0?",
)
mistake(
    "wrong-for-negative",
    "It is right on one side of 0 only.",
    "right where z is {right}, wrong where it is {wrong}",
    "Try your function on 1 and on -1 by hand: which line computes what?",
)
mistake(
    "bias-outside",
    "The bias is added after the sigmoid.",
    "a bias is added to the activation; it belongs to the pre-activation",
    "What does a unit add up before its sigmoid is applied?",
)
own_words(
    exercises.sigmoid,
    "sign-of-exponent",
    "one minus the sigmoid: it falls where the sigmoid rises",
    "What should come out for a large positive z?",
    "Look at the sign of the exponent.",
)
own_words(
    exercises.forward_propagation,
    "sign-of-exponent",
    "one minus the activation is used instead of the activation: this falls where a sigmoid rises",
    "What should come out of a sigmoid for a large positive pre-activation?",
    "Look at the sign of the exponent.",
)
for _exercise in (exercises.sigmoid, exercises.forward_propagation):
    own_words(
        _exercise,
        "parentheses",
        "one plus an exponential is used instead of the sigmoid: either parentheses around the "
        "denominator are missing, or nothing is divided by it",
        "Which operation does Python do first, a division or an addition?",
    )
    own_words(
        _exercise,
        "integer-step",
        "whole numbers only: either the values are rounded, or a step function is used instead of "
        "the sigmoid, or an array of integers cannot hold the digits",
        "Between which two numbers do the values of a sigmoid lie?",
    )
    own_words(
        _exercise, "doubled", "too large by a factor of 2", "Where does your factor 2 come from?"
    )
    own_words(
        _exercise,
        "scaled",
        "multiplied by {factor}",
        "Where does your factor come from?",
    )


def _same(z: np.ndarray) -> np.ndarray:
    return z


def _softmax(axis: int | None) -> Unit:
    def softmax(z: np.ndarray) -> np.ndarray:
        grown = np.exp(z - np.max(z, axis=axis, keepdims=True))
        return grown / np.sum(grown, axis=axis, keepdims=True)

    return softmax


def _twice(z: np.ndarray) -> np.ndarray:
    return sigmoid(sigmoid(z))


def _other(which: str) -> Part:
    return Part(("other-activation",), {"which": which})


# What stands for the sigmoid of a layer; the most frequent ones come first.
UNITS: list[tuple[Part, Unit]] = [
    (Part(("missing-sigmoid",)), _same),
    (Part(("tanh-activation",)), np.tanh),
    (_other("a rectifier"), lambda z: np.maximum(z, 0)),
    (_other("a softmax over the units"), _softmax(0)),
    (_other("a softmax over the examples"), _softmax(1)),
    (_other("a softmax over all units and examples"), _softmax(None)),
    (Part(("sign-of-exponent",)), lambda z: sigmoid(-z)),
    (Part(("parentheses",)), lambda z: 1 + np.exp(-z)),
    (Part(("sigmoid-twice",)), _twice),
    (Part(("not-the-activation",)), lambda z: derivative(sigmoid, z)),
    (_other("a leaky rectifier"), lambda z: np.where(z > 0, z, 0.01 * z)),
    (_other("a leaky rectifier"), lambda z: np.where(z > 0, z, 0.1 * z)),
    (_other("a function that goes from -1 to 1"), lambda z: 2 * sigmoid(z) - 1),
    (_other("an exponential alone"), np.exp),
    (_other("an exponential alone"), lambda z: np.exp(-z)),
    (_other("a softplus, the integral of the sigmoid"), lambda z: np.logaddexp(0, z)),
    (_other("a sigmoid of the size of z, without its sign"), lambda z: sigmoid(np.abs(z))),
    (_other("a sigmoid of twice the number that it is given"), lambda z: sigmoid(2 * z)),
    (_other("the square of a sigmoid"), lambda z: sigmoid(z) ** 2),
    (_other("straight lines, a hard sigmoid"), lambda z: np.clip(0.2 * z + 0.5, 0, 1)),
    (
        _other("one divided by one minus an exponential, a sign in the denominator"),
        lambda z: 1 / (1 - np.exp(-z)),
    ),
]


@wrong_values(exercises.sigmoid)
def instead_of_sigmoid(compute: Callable, z: np.ndarray) -> WrongValues:
    """Return what may stand for the activations."""
    found: Instead = [
        (part, unit(z)) for part, unit in UNITS if "missing-sigmoid" not in part.codes
    ]
    return {"a": [*found, ("not-the-activation", np.array(z))]}


MODERATE = 20  # below it no exponential is too large for a formula with parentheses missing


@error_pattern(exercises.sigmoid)
def find_the_side(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find another function in the place of the sigmoid, or the side of 0 that is wrong.

    Many ways to avoid an overflow are right on one side of 0, or up to a limit.
    """
    z, came, wanted = (
        np.concatenate([np.ravel(one) for one in several])
        for several in ([case[0] for case in cases], values, right)
    )
    inside = (np.abs(z) <= MODERATE) & (z != 0)
    for part, unit in UNITS:
        if "softmax" in str(part.details.get("which")) or "missing-sigmoid" in part.codes:
            continue
        if np.allclose(came[inside], unit(z[inside]), rtol=EXACT, atol=0):
            return part
    if not np.all(np.isfinite(came)):
        return None
    cut = _cut_off(came, wanted)
    if cut:
        return cut
    wrong = np.abs(came - wanted) > EXACT
    for side, other, there in (("negative", "positive", z < 0), ("positive", "negative", z > 0)):
        if np.all(wrong <= there) and np.any(wrong):
            return Part(("wrong-for-negative",), {"right": f"0 or {other}", "wrong": side})
    return None


def _cut_off(came: np.ndarray, wanted: np.ndarray) -> Part | None:
    """Say between which limits activations are kept, if that is what is wrong with them."""
    low, high = np.min(came), np.max(came)
    if not np.allclose(came, np.clip(wanted, low, high), rtol=0, atol=EXACT):
        return None
    limits = [
        f"{limit:.7g}"
        for limit, end in ((low, np.min(wanted)), (high, np.max(wanted)))
        if abs(limit - end) > EXACT
    ]
    return Part(("clipped",), {"limit": " and ".join(limits)})


own_words(
    exercises.forward_propagation,
    "wrong-at-the-ends",
    "right in other networks, but not in one whose activations come as near to 0 and to 1 as "
    "0.000000001: {said}",
    "Does your function change activations, or keep any number away from 0 or 1?",
)


@error_pattern(exercises.forward_propagation)
def find_limits(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find the limits between which activations are kept."""
    came, wanted = (np.concatenate([np.ravel(one) for one in all_]) for all_ in (values, right))
    return _cut_off(came, wanted)


own_words(
    exercises.forward_propagation,
    "clipped",
    "activations are cut off at {limit}; a sigmoid comes nearer to 0 and 1",
    "Which operation limits the numbers, and what for?",
)
own_words(
    exercises.sigmoid,
    "clipped",
    "values are cut off at {limit}; the sigmoid comes nearer to 0 and 1",
    "Which operation limits the numbers, and to what? Is the sigmoid of that limit 0 or 1 to all "
    "digits?",
)


def _one_for_all(biases: np.ndarray) -> Iterator[tuple[Part, np.ndarray]]:
    """Yield biases of which one number serves for all units, with the mistake."""
    for which, number in (
        ("the sum of the biases of a layer", biases.sum()),
        ("the mean of the biases of a layer", biases.mean()),
        ("the bias of its first unit", biases[0, 0]),
        ("the bias of its last unit", biases[-1, 0]),
    ):
        yield Part(("one-bias",), {"which": which}), np.full_like(biases, number)


own_words(
    exercises.forward_propagation,
    "examples-dropped",
    "the activations of one example alone; the exercise asks for those of all examples, one "
    "column each",
    "In a loop over the examples, look at what is kept and what is overwritten, and where `return` "
    "is.",
)
own_words(
    exercises.forward_propagation,
    "one-bias",
    "one number, {which}, is used as the bias of all units of a layer; each has its own",
    "How many biases does the layer have?",
)


@wrong_values(exercises.forward_propagation)
def instead_of_forward_propagation(
    compute: Callable,
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
) -> WrongValues:
    """Return what may stand for the activations of both layers."""
    found: dict[str, Instead] = {"out_h": [], "out_y": []}

    def enter(
        parts: tuple[Part, Part],
        hidden: Unit = sigmoid,
        output: Unit = sigmoid,
        b1: np.ndarray = b1,
        b2: np.ndarray = b2,
        above: tuple[Number, Number] = (0, 0),
    ) -> None:
        out_h = hidden(layer(W1, b1, X)) + above[0]
        below, part = parts
        if below.codes:
            found["out_h"].append((below, out_h))
        both = merged((below, part))
        found["out_y"].append((both, output(layer(W2, b2, out_h)) + above[1]))

    for name, value in zip(exercises.forward_propagation.returns, compute(X, W1, b1, W2, b2)):
        for one in (value[:, :1], value[:, -1:], value[:, 0], value[:, -1]):
            found[name].append((Part(("examples-dropped",)), one))
    for part, unit in UNITS:
        enter((part, Part()), hidden=unit)
        enter((Part(), part), output=unit)
        enter((part, part), hidden=unit, output=unit)
    _enter_biases(enter, b1, b2)
    for (one, below), (two, above) in product(UNITS[:9], repeat=2):
        if one is not two:
            enter((one, two), hidden=below, output=above)
    return found


def _enter_biases(enter: Callable[..., None], b1: np.ndarray, b2: np.ndarray) -> None:
    """Enter other biases than b1 and b2, some of them together with other units."""
    for code, factor in (("missing-bias", 0), ("subtracted-bias", -1)):
        part = Part((code,))
        enter((part, Part()), b1=factor * b1)
        enter((Part(), part), b2=factor * b2)
        enter((part, part), b1=factor * b1, b2=factor * b2)
        for other, unit in UNITS[:4]:
            both = merged((part, other))
            enter((part, both), output=unit, b1=factor * b1, b2=factor * b2)
            enter((both, both), unit, unit, factor * b1, factor * b2)
            enter((both, part), unit, sigmoid, factor * b1, factor * b2)
    for (part, one), (_, two) in zip(_one_for_all(b1), _one_for_all(b2)):
        enter((part, Part()), b1=one)
        enter((Part(), part), b2=two)
        enter((part, part), b1=one, b2=two)
    part = Part(("bias-outside",))
    enter((part, Part()), b1=0 * b1, above=(b1, 0))
    enter((Part(), part), b2=0 * b2, above=(0, b2))
    enter((part, part), b1=0 * b1, b2=0 * b2, above=(b1, b2))


@consequence(exercises.forward_propagation)
def output_of_hidden(case: tuple, received: Values) -> dict[str, tuple[str, np.ndarray]]:
    """Return the outputs that belong to the received hidden activations."""
    _, W1, _, W2, b2 = case
    out_h = np.asarray(received["out_h"], dtype=float)
    if out_h.ndim != 2 or len(out_h) != len(W1):
        return {}
    return {"out_y": ("out_h", sigmoid(layer(W2, b2, out_h)))}
