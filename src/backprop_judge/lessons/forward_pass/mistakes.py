"""Mistakes of lesson 2, on the forward pass."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np

from backprop.differentiate import derivative
from backprop.network import layer, sigmoid

from ...mistakes import (
    WrongValues,
    consequence,
    error_pattern,
    mistake,
    own_words,
    wrong_values,
)
from ...mistakes.forms import EXACT
from ...mistakes.networks import Part, merged
from . import exercises

# --- units and layers -----------------------------------------------------------------------------

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
    "How many layers does the network have, and how many sigmoids does your code apply?",
)
mistake(
    "sigmoid-twice",
    "The sigmoid is applied twice.",
    "the sigmoid is applied twice",
    "What has already been through the sigmoid?",
)
mistake(
    "subtracted-bias",
    "The bias is subtracted.",
    "a bias is subtracted; it is added",
    "What does a positive bias do to the pre-activation?",
)


mistake(
    "other-activation",
    "Another function stands in the place of the sigmoid.",
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
    "one minus the activation stands where the activation belongs: a sigmoid falls where it rises",
    "What should come out of a sigmoid for a large positive pre-activation?",
    "Look at the sign of the exponent.",
)
for _exercise in (exercises.sigmoid, exercises.forward_propagation):
    own_words(
        _exercise,
        "parentheses",
        "one plus an exponential stands where the sigmoid belongs: either parentheses around the "
        "denominator are missing, or nothing is divided by it",
        "Which operation does Python do first, a division or an addition?",
    )
    own_words(
        _exercise,
        "integer-step",
        "whole numbers only: either the values are rounded, or a step function stands where the "
        "sigmoid belongs, or an array of integers has swallowed the digits",
        "Between which two numbers do the values of a sigmoid lie?",
    )
    own_words(_exercise, "doubled", "a factor 2 is too much", "Where does your factor 2 come from?")
    own_words(
        _exercise,
        "scaled",
        "multiplied by {factor}",
        "Where does your factor come from?",
    )


def _same(z):
    return z


def _softmax(axis):
    def softmax(z):
        grown = np.exp(z - np.max(z, axis=axis, keepdims=True))
        return grown / np.sum(grown, axis=axis, keepdims=True)

    return softmax


def _twice(z):
    return sigmoid(sigmoid(z))


def _other(which: str) -> Part:
    return Part(("other-activation",), {"which": which})


# What stands for the sigmoid of a layer; the first are met most often.
UNITS: list[tuple[Part, Callable[[np.ndarray], np.ndarray]]] = [
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
    found = [(part, unit(z)) for part, unit in UNITS if "missing-sigmoid" not in part.codes]
    return {"a": [*found, ("not-the-activation", np.array(z))]}


MODERATE = 20  # below it no exponential is too large for a formula with parentheses missing


@error_pattern(exercises.sigmoid)
def find_the_side(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Many ways to avoid an overflow are right on one side of 0, or up to a limit."""
    z, came, wanted = (
        np.concatenate([np.ravel(one) for one in several])
        for several in ([case[0] for case in cases], values, right)
    )
    inside = (np.abs(z) <= MODERATE) & (z != 0)
    for part, unit in UNITS:
        if "softmax" not in str(part.details.get("which")) and "missing-sigmoid" not in part.codes:
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


def _cut_off(came, wanted):
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


def _one_for_all(biases):
    """Yield what stands where one number serves as the bias of all units."""
    for which, number in (
        ("the sum of the biases of a layer", biases.sum()),
        ("the mean of the biases of a layer", biases.mean()),
        ("the bias of its first unit", biases[0, 0]),
        ("the bias of its last unit", biases[-1, 0]),
    ):
        yield Part(("one-bias",), {"which": which}), np.full_like(biases, number)


own_words(
    exercises.forward_propagation,
    "one-bias",
    "one number, {which}, serves as the bias of all units of a layer; each has its own",
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
    found: dict[str, list] = {"out_h": [], "out_y": []}

    def enter(parts, hidden=sigmoid, output=sigmoid, b1=b1, b2=b2, above=(0, 0)):
        out_h = hidden(layer(W1, b1, X)) + above[0]
        below, part = parts
        if below.codes:
            found["out_h"].append((below, out_h))
        both = merged((below, part))
        found["out_y"].append((both, output(layer(W2, b2, out_h)) + above[1]))

    right = Part()
    for name, value in zip(exercises.forward_propagation.returns, compute(X, W1, b1, W2, b2)):
        for one in (value[:, :1], value[:, -1:], value[:, 0], value[:, -1]):
            found[name].append((Part(("examples-dropped",)), one))
    for part, unit in UNITS:
        enter((part, right), hidden=unit)
        enter((right, part), output=unit)
        enter((part, part), hidden=unit, output=unit)
    for code, factor in (("missing-bias", 0), ("subtracted-bias", -1)):
        part = Part((code,))
        enter((part, right), b1=factor * b1)
        enter((right, part), b2=factor * b2)
        enter((part, part), b1=factor * b1, b2=factor * b2)
        for other, unit in UNITS[:4]:
            enter((part, merged((part, other))), output=unit, b1=factor * b1, b2=factor * b2)
            enter((merged((part, other)),) * 2, unit, unit, factor * b1, factor * b2)
            enter((merged((part, other)), part), unit, sigmoid, factor * b1, factor * b2)
    for (part, one), (_, two) in zip(_one_for_all(b1), _one_for_all(b2)):
        enter((part, right), b1=one)
        enter((right, part), b2=two)
        enter((part, part), b1=one, b2=two)
    part = Part(("bias-outside",))
    enter((part, right), b1=0 * b1, above=(b1, 0))
    enter((right, part), b2=0 * b2, above=(0, b2))
    enter((part, part), b1=0 * b1, b2=0 * b2, above=(b1, b2))
    for (one, below), (two, above) in product(UNITS[:9], repeat=2):
        if one is not two:
            enter((one, two), hidden=below, output=above)
    return found


@consequence(exercises.forward_propagation)
def output_of_hidden(case: tuple, received: Mapping[str, np.ndarray]) -> dict:
    _, W1, _, W2, b2 = case
    out_h = np.asarray(received["out_h"], dtype=float)
    if out_h.ndim != 2 or len(out_h) != len(W1):
        return {}
    return {"out_y": ("out_h", sigmoid(layer(W2, b2, out_h)))}


# --- shapes ---------------------------------------------------------------------------------------

mistake(
    "bias-per-example",
    "A bias has one column for each example.",
    "one column for each example; a layer has one bias for each unit, whatever the examples",
    "Does the number of biases grow when you add examples?",
)


mistake(
    "other-sizes",
    "A size counts something else.",
    "these are the sizes {came}",
    "What does a row of this array belong to, and what a column?",
)


@wrong_values(exercises.shapes)
def instead_of_shapes(compute: Callable, *sizes: int) -> WrongValues:
    m = sizes[-1]
    counts = dict(zip((*exercises.shapes.parameters, "1"), (*sizes, 1)))
    found: dict[str, list] = {}
    for name, size in compute(*sizes).items():
        found[name] = [("transposed", np.array(size[::-1]))]
        if size[-1] == 1:
            found[name].append(("bias-flat", np.array(size[:1])))
            found[name].append(("bias-per-example", np.array([size[0], m])))
        # All sizes of some cases differ, so that each can be told by its number.
        for one, other in list(product(counts, repeat=2))[:-1]:
            part = Part(("other-sizes",), {"came": f"({one}, {other})"})
            found[name].append((part, np.array([counts[one], counts[other]])))
    return found


# --- the loss -------------------------------------------------------------------------------------

mistake(
    "wrong-loss",
    "It is another loss.",
    "this is {which}; asked for is half the sum of the squared differences",
    "What is done to each difference before the sum, and what after it?",
)
mistake(
    "not-squared",
    "The differences are not squared.",
    "the differences are added up without being squared, so that they cancel",
    "What does your function return for two outputs, one too large and one too small by the same "
    "amount?",
)
mistake(
    "square-of-sum",
    "The sum is squared.",
    "the sum is squared; asked for is the sum of the squares",
    "Which comes first, the square or the sum?",
)
mistake(
    "not-summed",
    "It is not summed to one number.",
    "not summed to one number: the loss adds up all output units and all examples",
    "How many numbers is the loss of a network?",
)


own_words(
    exercises.forward_propagation,
    "examples-dropped",
    "the activations of one example alone; asked for are those of all examples, one column each",
    "In a loop over the examples, look at what is kept and what is overwritten, and where `return` "
    "stands.",
)
own_words(
    exercises.loss,
    "all-zero",
    "it is 0 in every call",
    "Which of your operations could turn numbers into 0, such as a division that drops the rest?",
)
own_words(
    exercises.loss,
    "doubled",
    "a factor 2 is too much: the loss of this course is half of the sum",
    "Which factor stands before the sum?",
)
own_words(
    exercises.loss,
    "scaled",
    "multiplied by {factor}",
    "Which factor stands before the sum, and with which is the sum multiplied besides?",
)
own_words(
    exercises.loss,
    "averaged",
    "divided by {divisor}: the loss of this course is a sum, and no average",
    "Is the loss of this course a sum or a mean?",
)
own_words(
    exercises.loss,
    "sign-flipped",
    "the sign is turned round: it is negative",
    "Can a loss be negative?",
)
own_words(
    exercises.loss,
    "axis-too-many",
    "one number is asked for, and not an array with one entry",
    "What does your sum keep?",
)
own_words(
    exercises.loss,
    "one-output",
    "only the {which} output unit is counted; the loss sums over all of them",
    "How many of the rows take part in your sum?",
)
own_words(
    exercises.loss,
    "examples-dropped",
    "only one of the examples is counted; the loss sums over all of them",
    "How many of the columns take part in your sum?",
    "In a loop, look at what is added up and what is overwritten, and where `return` stands.",
)

# What people add to an output before they take its logarithm.
BESIDE_ZERO = (0.0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3)


def other_losses(out_y: np.ndarray, Y: np.ndarray) -> list[tuple[Part, np.ndarray]]:
    """Return what stands for the loss of a network, one number each, besides multiples of it."""
    off = out_y - Y
    n_y, m = Y.shape
    found = []

    def enter(which, value):
        found.append((Part(("wrong-loss",), {"which": which}), np.asarray(value)))

    for beside in BESIDE_ZERO:
        on = Y * np.log(out_y + beside)
        rest = (1 - Y) * np.log(np.maximum(1 - out_y, 1e-300) + beside)
        enter("the cross-entropy", -np.sum(on + rest))
        enter("the cross-entropy with a sign turned round", np.sum(rest - on))
        enter("the part of the cross-entropy with the targets alone", -np.sum(on))
        enter("the part of the cross-entropy with `1 - Y` alone", -np.sum(rest))
    size = np.abs(off)
    enter("the sum of the absolute differences", np.sum(size))
    enter("half the sum of the absolute differences", np.sum(size) / 2)
    enter("the largest difference", np.max(size))
    norm = np.sqrt(np.sum(off**2))
    enter("the root of the sum of the squares", norm)
    enter("half the root of the sum of the squares", norm / 2)
    root = "the root of the mean of the squares"
    for count in (m * n_y, m, n_y):
        enter(root, norm / np.sqrt(count))
        enter(f"half {root}", norm / np.sqrt(count) / 2)
        enter("the root of the loss", norm / np.sqrt(2))
    for axis, which in ((0, "examples"), (1, "outputs")):
        norms = np.sum(np.sqrt(np.sum(off**2, axis=axis)))
        enter(f"the sum of the roots of the squared errors of all {which}", norms)
        enter(f"half the sum of the roots of the squared errors of all {which}", norms / 2)
    enter("the sum of the third powers of the differences", np.sum(off**3))
    enter("the sum of the fourth powers of the differences", np.sum(off**4))
    enter("the sum of half the squares of the outputs", np.sum(out_y**2) / 2)
    found += [
        (Part(("not-squared",)), np.sum(off)),
        (Part(("not-squared",)), np.sum(off) / 2),
        (Part(("square-of-sum",)), np.sum(off) ** 2 / 2),
        (Part(("square-of-sum",)), np.sum(np.sum(off, axis=0) ** 2) / 2),
        (Part(("square-of-sum",)), np.sum(np.sum(off, axis=1) ** 2) / 2),
        (Part(("examples-dropped",)), np.sum(off[:, 0] ** 2) / 2),
        (Part(("examples-dropped",)), np.sum(off[:, -1] ** 2) / 2),
        (Part(("one-output",), {"which": "first"}), np.sum(off[0] ** 2) / 2),
        (Part(("one-output",), {"which": "last"}), np.sum(off[-1] ** 2) / 2),
        (Part(("first-left-out",)), np.sum(off[:, 1:] ** 2) / 2),
        (Part(("last-left-out",)), np.sum(off[:, :-1] ** 2) / 2),
    ]
    return found


@wrong_values(exercises.loss)
def instead_of_loss(compute: Callable, out_y: np.ndarray, Y: np.ndarray) -> WrongValues:
    off = out_y - Y
    half = off**2 / 2
    each = [np.sum(half, axis=axis, keepdims=kept) for axis in (0, 1) for kept in (False, True)]
    unsummed = [half, *each, off @ off.T / 2, off.T @ off / 2]
    on, rest = np.log(out_y), np.log(1 - out_y)
    unsummed_entropy = [
        -(Y * on + (1 - Y) * rest),
        -(Y @ on.T + (1 - Y) @ rest.T),
        -(on @ Y.T + rest @ (1 - Y).T),
        -(Y.T @ on + (1 - Y).T @ rest),
    ]
    part = Part(("wrong-loss", "not-summed"), {"which": "the cross-entropy"})
    return {
        "C": [
            *other_losses(out_y, Y),
            *(("not-summed", value) for value in unsummed),
            *((part, value) for value in unsummed_entropy),
        ]
    }


# --- the layout -----------------------------------------------------------------------------------

mistake(
    "unchanged",
    "It is returned as it was given.",
    "this is the array as it was given: rows and columns are not exchanged",
    "Which of the arrays does your function change?",
)
mistake(
    "rotated",
    "It is rotated.",
    "the array is rotated by a quarter turn; its rows should become columns, in the same order",
    "Where does the first row go when you transpose, and where when you rotate?",
)
own_words(exercises.rows_to_columns, "doubled", "a factor 2 is too much", "Where does it come from?")
own_words(
    exercises.rows_to_columns,
    "reshaped",
    "reshaped, not transposed: the shape is right, but the numbers stand in other places",
    "Where does the first row go when you transpose, and where when you reshape?",
)


@wrong_values(exercises.rows_to_columns)
def instead_of_rows_to_columns(compute: Callable, *arrays: np.ndarray) -> WrongValues:
    found = {}
    for name, array in zip(exercises.rows_to_columns.returns, arrays):
        found[name] = [
            ("unchanged", array),
            ("rotated", np.rot90(array)),
            ("rotated", np.rot90(array, -1)),
        ]
    return found
