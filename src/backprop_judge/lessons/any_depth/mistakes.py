"""Mistakes of lesson 7, in one unit and one layer, and in the start."""

from collections.abc import Callable

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import sigmoid

from ...mistakes import WrongValues, mistake, own_words, wrong_values
from ...mistakes.slopes import parabola
from . import exercises
from .deep import log_of_sum, loss_of_each

# --- the slope of a ReLU unit --------------------------------------------------------------------

mistake(
    "one-at-zero",
    "The slope of ReLU at 0 is 1.",
    "right except where z is 0: this course takes the slope 0 there, as most programs do",
    "Which comparison is true where z is 0, and which is not?",
)
mistake(
    "half-at-zero",
    "The slope of ReLU at 0 is one half.",
    "right except where z is 0: one half lies between the two sides, but this course takes 0 "
    "there, as most programs do",
)
mistake(
    "nan-at-zero",
    "The slope of ReLU at 0 is nan.",
    "right except where z is 0: there 0 is divided by 0",
    "Do you need a division to tell positive numbers from others?",
)
mistake(
    "rectifier-itself",
    "ReLU itself is returned.",
    "this is the activation, the larger one of z and 0; the exercise asks for its slope",
    "How much does the activation grow when z grows from 3 to 3.1?",
)
mistake(
    "sides-exchanged",
    "The two sides of ReLU are exchanged.",
    "the slope is 1 where z is negative; ReLU is flat there",
    "Draw the larger one of z and 0. On which side does it rise?",
)
mistake(
    "sign-for-step",
    "The slope of ReLU is -1 on its flat side.",
    "the slope is -1 where z is negative; ReLU is flat there, and its slope is 0",
    "Draw the larger one of z and 0. Does it fall anywhere?",
)
mistake(
    "sigmoid-on-relu",
    "The slope of the sigmoid is used for ReLU.",
    "this is the slope of the sigmoid; the unit is a ReLU unit",
    "Which function does the unit apply, and how steep is it where z is positive?",
)


@wrong_values(exercises.relu_slope)
def instead_of_relu_slope(compute: Callable, z: np.ndarray) -> WrongValues:
    """Return what may be taken for the slope of ReLU."""
    right, at_zero = compute(z), z == 0
    return {
        "slope": [
            ("one-at-zero", np.where(at_zero, 1.0, right)),
            ("half-at-zero", np.where(at_zero, 0.5, right)),
            ("nan-at-zero", np.where(at_zero, np.nan, right)),
            ("rectifier-itself", right * z),
            ("sides-exchanged", (z < 0).astype(float)),
            ("sides-exchanged", 1 - right),
            ("sign-for-step", np.sign(z)),
            ("sign-for-step", np.where(at_zero, 1.0, np.sign(z))),
            ("sigmoid-on-relu", derivative(sigmoid, z)),
        ]
    }


# --- softmax ------------------------------------------------------------------------------------

mistake(
    "not-shifted",
    "The exponentials of softmax overflow.",
    "right until a pre-activation is about 700 or more: its exponential is larger than any number "
    "that a computer can store, and infinity divided by infinity is nan",
    "What happens to the result of a column if the same number is subtracted from all its entries?",
    "Which number, subtracted from a column, makes its largest entry 0?",
)
mistake(
    "one-shift-for-all",
    "One number is subtracted from all columns of softmax.",
    "right until the columns differ much: the largest entry of all columns is subtracted from each "
    "of them, and in a column that lies far below it all exponentials become 0",
    "Each column has a largest entry of its own. Along which axis do you look for it?",
)
mistake(
    "wrong-softmax-axis",
    "The probabilities of softmax add up to 1 along the wrong axis.",
    "the probabilities add up to 1 over the examples; they must add up to 1 over the units of "
    "one example, along a column",
    "Which entries of P belong to one picture, and along which axis do they lie?",
    "With examples in columns, the units are counted by the last axis but one.",
)
mistake(
    "axis-from-the-front",
    "The axis of softmax is counted from the front.",
    "right for a matrix; with more axes in front, the probabilities add up to 1 along the first "
    "axis",
    "Which axis counts the units in an array of shape (2, 4, 3), counted from the end?",
)
mistake(
    "one-total",
    "All probabilities of softmax together add up to 1.",
    "all entries together add up to 1; each column has to add up to 1 by itself",
    "How many sums do you need for three examples?",
)
mistake(
    "not-divided",
    "The exponentials of softmax are not divided by their sum.",
    "these are exponentials; they are not divided by their sum, so a column does not add up to 1",
    "What does one column of the result add up to?",
)
mistake(
    "no-exponential",
    "Softmax has no exponentials.",
    "each entry is divided by the sum of its column, without an exponential, so the result "
    "can be negative",
    "What happens if the entries of a column are -1 and 1?",
)
mistake(
    "sigmoid-for-softmax",
    "The sigmoid is used instead of softmax.",
    "this is the sigmoid of each entry by itself; the probabilities of a column depend on one "
    "another",
    "If one entry of a column grows, what happens to the probabilities of the others?",
)
mistake(
    "logarithm-of-softmax",
    "The logarithm of softmax is returned.",
    "these are the logarithms of the probabilities",
    "Between which two numbers does a probability lie?",
)


@wrong_values(exercises.softmax)
def instead_of_softmax(compute: Callable, z: np.ndarray) -> WrongValues:
    """Return what may be taken for the probabilities."""

    def over(axis: int | None, shift: np.ndarray | float) -> np.ndarray:
        powers = np.exp(z - shift)
        return powers / np.sum(powers, axis=axis, keepdims=True)

    with np.errstate(all="ignore"):
        largest, of_each = np.max(z), np.max(z, axis=-2, keepdims=True)
        along = np.max(z, axis=-1, keepdims=True)
        return {
            "P": [
                ("not-shifted", over(-2, 0.0)),
                ("one-shift-for-all", over(-2, largest)),
                ("wrong-softmax-axis", np.swapaxes(compute(np.swapaxes(z, -1, -2)), -1, -2)),
                ("wrong-softmax-axis", over(-1, 0.0)),
                ("wrong-softmax-axis", over(-1, of_each)),
                ("wrong-softmax-axis", over(-1, largest)),
                ("wrong-softmax-axis", over(-2, along)),
                ("axis-from-the-front", over(0, np.max(z, axis=0, keepdims=True))),
                ("axis-from-the-front", over(0, 0.0)),
                ("axis-from-the-front", over(0, largest)),
                ("one-total", over(None, largest)),
                ("one-total", over(None, 0.0)),
                ("one-total", over(None, of_each)),
                ("not-divided", np.exp(z)),
                ("not-divided", np.exp(z - of_each)),
                ("not-divided", np.exp(z - largest)),
                ("no-exponential", z / np.sum(z, axis=-2, keepdims=True)),
                ("sigmoid-for-softmax", sigmoid(z)),
                ("logarithm-of-softmax", z - log_of_sum(z)),
            ]
        }


# --- the error at the top -----------------------------------------------------------------------

mistake(
    "slope-kept",
    "A slope is multiplied in where softmax and cross-entropy have cancelled it.",
    "the difference is multiplied by P (1 - P); with softmax and cross-entropy no slope is left in "
    "the error of the top layer",
    "The derivation in the text ends with a difference. Which slope is still in it?",
)
mistake(
    "loss-by-share",
    "The derivative is taken with respect to the probabilities.",
    "this is the derivative of the loss with respect to the probabilities P; the error is the "
    "derivative with respect to the pre-activations z",
    "Which step lies between z and P, and have you gone back through it?",
)
mistake(
    "loss-of-sigmoids",
    "The derivative is that of the cross-entropy of sigmoids.",
    "this is the derivative with respect to P of the cross-entropy for sigmoids, which has a "
    "second term with 1 - Y; here the loss has no such term, and the error is the derivative with "
    "respect to the pre-activations z",
    "How many terms has the loss of this lesson for one output of one example?",
)
mistake(
    "target-left-out",
    "The targets do not enter the error.",
    "these are the probabilities P alone; the targets are missing",
    "What should the error be where a probability is equal to its target?",
)
mistake(
    "loss-for-error",
    "The loss is returned instead of its derivative.",
    "these are the terms of the loss; the exercise asks for its derivative",
    "Do you want to know how large the loss is, or how fast it changes with z?",
)
SIGN = "If a probability is above its target, should the derivative be positive or negative?"
own_words(exercises.cross_entropy_error, "sign-flipped", "the sign is the wrong way round", SIGN)
own_words(exercises.deep_backward, "sign-flipped", "the sign is the wrong way round", SIGN)
HALF = (
    "too large by a factor of 2: cross-entropy has no square in it whose derivative would give one"
)
own_words(exercises.cross_entropy_error, "doubled", HALF)
own_words(exercises.deep_backward, "doubled", HALF)


@wrong_values(exercises.cross_entropy_error)
def instead_of_cross_entropy_error(compute: Callable, P: np.ndarray, Y: np.ndarray) -> WrongValues:
    """Return what may be taken for the error of the top layer."""
    right = compute(P, Y)
    by_share = gradient(lambda P: -np.sum(Y * np.log(P), axis=(-2, -1)), P)[0]
    by_output = gradient(
        lambda P: -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P), axis=(-2, -1)), P
    )[0]
    return {
        "delta": [
            ("slope-kept", right * derivative(parabola, P)),
            ("loss-by-share", by_share),
            ("loss-of-sigmoids", by_output),
            ("target-left-out", P),
            ("loss-for-error", -Y * np.log(P)),
            ("loss-for-error", np.sum(loss_of_each(np.log(P), Y))),
        ]
    }


# --- the start ----------------------------------------------------------------------------------

LASTS = "By which number is the size multiplied in one layer, and by which in ten?"
mistake(
    "no-scale",
    "A scale is not a positive number.",
    "a scale is a positive finite number; you return {came}",
)
mistake(
    "dies-out",
    "The scale is too small.",
    "the scale is too small: with n_in = {count}, ten layers multiply the activations by {came} "
    "and the gradients by {seen}; both should stay between one third and 3",
    LASTS,
)
mistake(
    "blows-up",
    "The scale is too large.",
    "the scale is too large: with n_in = {count}, ten layers multiply the activations by {came} "
    "and the gradients by {seen}; both should stay between one third and 3",
    LASTS,
)
mistake(
    "half-forgotten",
    "The scale leaves out that ReLU sets half of the pre-activations to 0.",
    "with this scale the pre-activations keep their size, but ReLU sets half of them to 0: "
    "with n_in = {count}, ten layers multiply the activations by {came}",
    "What does ReLU do to the mean of the squares of its pre-activations?",
    "It halves that mean, in each layer. Which number under the root makes up for it?",
)
mistake(
    "variance-for-scale",
    "The square of the scale is returned.",
    "this is the square of a scale that keeps the sizes: the numbers from the standard normal "
    "distribution are multiplied by the scale, and their squares by the square of it",
    "Is the number that you return a mean of squares, or the root of one?",
)
mistake(
    "same-for-all-widths",
    "The scale is the same for all widths.",
    "the same scale comes back for each n_in; with n_in = {count}, ten layers multiply the "
    "activations by {came}",
    "A unit adds up n_in terms. What happens to its pre-activation if there are four times as "
    "many?",
)
