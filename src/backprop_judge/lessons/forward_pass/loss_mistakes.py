"""Mistakes of lesson 2, in the loss."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...mistakes import Instead, Part, WrongValues, mistake, own_words, wrong_values
from . import exercises

mistake(
    "wrong-loss",
    "It is another loss.",
    "this is {which}; the exercise asks for half the sum of the squared differences",
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
    "the sum is squared; the exercise asks for the sum of the squares",
    "Which comes first, the square or the sum?",
)
mistake(
    "not-summed",
    "It is not summed to one number.",
    "not summed to one number: the loss adds up all output units and all examples",
    "How many numbers is the loss of a network?",
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
    "too large by a factor of 2: the loss of this course is half of the sum",
    "Which factor is in front of the sum?",
)
own_words(
    exercises.loss,
    "scaled",
    "multiplied by {factor}",
    "Which factor is in front of the sum, and is the sum multiplied by anything else?",
)
own_words(
    exercises.loss,
    "averaged",
    "divided by {divisor}: the loss of this course is a sum, not an average",
    "Is the loss of this course a sum or a mean?",
)
own_words(
    exercises.loss,
    "sign-flipped",
    "the sign is wrong: it is negative",
    "Can a loss be negative?",
)
own_words(
    exercises.loss,
    "axis-too-many",
    "an array with one entry; the exercise asks for a number",
    "How many axes does your sum keep?",
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
    "In a loop, look at what is added up and what is overwritten, and where `return` is.",
)

# What people add to an output before they take its logarithm.
BESIDE_ZERO = (0.0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3)


def other_losses(out_y: np.ndarray, Y: np.ndarray) -> Instead:
    """Return what stands for the loss of a network, one number each, besides multiples of it.

    Parameters
    ----------
    out_y, Y
        Outputs and targets (n_y, m).
    """
    off = out_y - Y
    others = [*_cross_entropies(out_y, Y), *_sizes_of_differences(off)]
    others.append(("the sum of half the squares of the outputs", np.sum(out_y**2) / 2))
    return [
        *((Part(("wrong-loss",), {"which": which}), np.asarray(value)) for which, value in others),
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


def _cross_entropies(out_y: np.ndarray, Y: np.ndarray) -> Iterator[tuple[str, Any]]:
    """Yield the cross-entropy and its parts: what each is called, and its value."""
    for beside in BESIDE_ZERO:
        on = Y * np.log(out_y + beside)
        rest = (1 - Y) * np.log(np.maximum(1 - out_y, 1e-300) + beside)
        yield "the cross-entropy", -np.sum(on + rest)
        yield "the cross-entropy with a wrong sign", np.sum(rest - on)
        yield "the part of the cross-entropy with the targets alone", -np.sum(on)
        yield "the part of the cross-entropy with `1 - Y` alone", -np.sum(rest)


def _sizes_of_differences(off: np.ndarray) -> Iterator[tuple[str, Any]]:
    """Yield other measures of the differences (n_y, m): what each is called, and its value."""
    n_y, m = off.shape
    size = np.abs(off)
    yield "the sum of the absolute differences", np.sum(size)
    yield "half the sum of the absolute differences", np.sum(size) / 2
    yield "the largest difference", np.max(size)
    norm = np.sqrt(np.sum(off**2))
    yield "the root of the sum of the squares", norm
    yield "half the root of the sum of the squares", norm / 2
    root = "the root of the mean of the squares"
    for count in (m * n_y, m, n_y):
        yield root, norm / np.sqrt(count)
        yield f"half {root}", norm / np.sqrt(count) / 2
        yield "the root of the loss", norm / np.sqrt(2)
    for axis, which in ((0, "examples"), (1, "outputs")):
        norms = np.sum(np.sqrt(np.sum(off**2, axis=axis)))
        yield f"the sum of the roots of the squared errors of all {which}", norms
        yield f"half the sum of the roots of the squared errors of all {which}", norms / 2
    yield "the sum of the third powers of the differences", np.sum(off**3)
    yield "the sum of the fourth powers of the differences", np.sum(off**4)


@wrong_values(exercises.loss)
def instead_of_loss(compute: Callable, out_y: np.ndarray, Y: np.ndarray) -> WrongValues:
    """Return what may stand for the loss."""
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
