"""Mistakes of lesson 7 in single units, single layers and the initialization."""

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
    "right except where z is 0: this course uses the slope 0 there, as most libraries do",
    "Which comparison is true where z is 0, and which is not?",
)
mistake(
    "half-at-zero",
    "The slope of ReLU at 0 is one half.",
    "right except where z is 0: one half lies between the slopes of the two sides, but this course "
    "uses 0 there, as most libraries do",
)
mistake(
    "nan-at-zero",
    "The slope of ReLU at 0 is nan.",
    "right except where z is 0: your code divides 0 by 0 there",
    "Do you need a division to tell positive numbers from others?",
)
mistake(
    "rectifier-itself",
    "ReLU itself is returned.",
    "this is the activation, the larger of z and 0; the exercise asks for its slope",
    "How much does the activation grow when z grows from 3 to 3.1?",
)
mistake(
    "sides-exchanged",
    "The two sides of ReLU are exchanged.",
    "the slope is 1 where z is negative; ReLU is flat there",
    "Draw the larger of z and 0. On which side does it rise?",
)
mistake(
    "sign-for-step",
    "The slope of ReLU is -1 on its flat side.",
    "the slope is -1 where z is negative; ReLU is flat there, and its slope is 0",
    "Draw the larger of z and 0. Does it fall anywhere?",
)
mistake(
    "sigmoid-on-relu",
    "The slope of the sigmoid is used for ReLU.",
    "this is the slope of the sigmoid; the unit is a ReLU unit",
    "Which function does the unit apply, and how steep is it where z is positive?",
)


@wrong_values(exercises.relu_slope)
def instead_of_relu_slope(compute: Callable, z: np.ndarray) -> WrongValues:
    """Return the values of known mistakes for the slope of ReLU."""
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
    "right unless the columns differ a lot: the largest entry of the whole array is subtracted "
    "from every column, and in a column far below it all exponentials become 0",
    "Each column has its own largest entry. Along which axis do you look for it?",
)
mistake(
    "wrong-softmax-axis",
    "The probabilities of softmax add up to 1 along the wrong axis.",
    "the probabilities add up to 1 over the examples; they must add up to 1 over the units of "
    "one example, along a column",
    "Which entries of P belong to one picture, and along which axis do they lie?",
    "With examples in columns, the units are along the second-to-last axis.",
)
mistake(
    "axis-from-the-front",
    "The axis of softmax is counted from the front.",
    "right for a matrix; with more axes in front, the probabilities add up to 1 along the first "
    "axis",
    "Along which axis are the units in an array of shape (2, 4, 3), counted from the end?",
)
mistake(
    "one-total",
    "All probabilities of softmax together add up to 1.",
    "all entries together add up to 1; each single column should add up to 1",
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
    "this is the sigmoid of each single entry; the probabilities of a column depend on all of its "
    "entries",
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
    """Return the values of known mistakes for the probabilities."""

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
    "The error of the top layer contains a slope that cancels.",
    "the difference is multiplied by P (1 - P); with softmax and cross-entropy, no slope is left "
    "in the error of the top layer",
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
    "The derivative belongs to the cross-entropy for sigmoid outputs.",
    "this is the derivative with respect to P of the cross-entropy for sigmoids, which has a "
    "second term with 1 - Y; here the loss has no such term, and the error is the derivative with "
    "respect to the pre-activations z",
    "How many terms does the loss of this lesson have for one output of one example?",
)
mistake(
    "target-left-out",
    "The error does not use the targets.",
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
HALF = "there is an extra factor of 2: cross-entropy contains no square that would give one"
own_words(exercises.cross_entropy_error, "doubled", HALF)
own_words(exercises.deep_backward, "doubled", HALF)


@wrong_values(exercises.cross_entropy_error)
def instead_of_cross_entropy_error(compute: Callable, P: np.ndarray, Y: np.ndarray) -> WrongValues:
    """Return the values of known mistakes for the error of the top layer."""
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


# --- the initialization -------------------------------------------------------------------------

LASTS = "By which factor does one layer multiply the size, and by which factor do ten layers?"
mistake(
    "no-scale",
    "The scale is not a positive number.",
    "a scale must be a positive finite number; you return {came}",
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
    "The scale ignores that ReLU sets half of the pre-activations to 0.",
    "with this scale the pre-activations keep their size, but ReLU sets half of them to 0: "
    "with n_in = {count}, ten layers multiply the activations by {came}",
    "What does ReLU do to the mean square of its pre-activations?",
    "It halves the mean square in each layer. Which number under the root compensates for that?",
)
mistake(
    "variance-for-scale",
    "The square of the scale is returned.",
    "this is the square of a scale that keeps the sizes: standard normal numbers are multiplied by "
    "the scale, and so their variance is multiplied by the square of the scale",
    "Is the number that you return a variance or a standard deviation?",
)
mistake(
    "same-for-all-widths",
    "The scale is the same for all widths.",
    "you return the same scale for every n_in; with n_in = {count}, ten layers multiply the "
    "activations by {came}",
    "A unit adds up n_in terms. What happens to its pre-activation if there are four times as "
    "many terms?",
)
