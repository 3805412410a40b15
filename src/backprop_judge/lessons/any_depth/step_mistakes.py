"""Mistakes of lesson 7 in the update steps of momentum and Adam."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...mistakes import Instead, WrongValues, mistake, wrong_values
from . import exercises
from .exercises import BETAS, SMALL

mistake(
    "velocity-sign",
    "The weights or the velocity move in the wrong direction.",
    "the weights move against the velocity, or the velocity points along the gradient: the "
    "formulas have one minus sign, in front of the learning rate",
    "Take a velocity of 0. In which direction should w move?",
)
mistake(
    "old-velocity",
    "The weights move by the velocity from before the step.",
    "the old velocity is added to the weights; it should be the new one",
    "Which of the two formulas comes first?",
)
mistake(
    "share-of-gradient",
    "The gradient is multiplied by one minus beta.",
    "the gradient is multiplied by one minus beta; in this exercise it is multiplied by the "
    "learning rate only",
    "Which factors does the formula of the exercise have?",
)
mistake(
    "rate-outside",
    "The learning rate multiplies the velocity.",
    "the velocity adds up gradients without the learning rate, which is applied only when the "
    "weights move; in this exercise the learning rate is part of the velocity",
    "Which of the two formulas contains the learning rate?",
)
mistake(
    "no-velocity",
    "The velocity is left out.",
    "this is a step of plain gradient descent: beta v is missing",
    "Which part of the previous step is kept in this one?",
)


@wrong_values(exercises.momentum_step)
def instead_of_momentum_step(
    compute: Callable,
    w: np.ndarray,
    dw: np.ndarray,
    v: np.ndarray,
    learning_rate: float,
    beta: float,
) -> WrongValues:
    """Return the values of known mistakes for the weights and the velocity."""
    _, new_v = compute(w, dw, v, learning_rate, beta)
    up, plain, kept = beta * v + learning_rate * dw, -learning_rate * dw, beta * v
    shared, outside = kept + (1 - beta) * plain, kept + dw
    mean = kept + (1 - beta) * dw
    return {
        "w": [
            ("velocity-sign", w - new_v),
            ("velocity-sign", w + up),
            ("velocity-sign", w - kept + plain),
            ("old-velocity", w + v),
            ("share-of-gradient", w + shared),
            ("share-of-gradient", w - learning_rate * mean),
            ("rate-outside", w - learning_rate * outside),
            ("no-velocity", w + plain),
            ("not-updated", w),
        ],
        "v": [
            ("velocity-sign", up),
            ("velocity-sign", -new_v),
            ("share-of-gradient", shared),
            ("share-of-gradient", mean),
            ("rate-outside", outside),
            ("no-velocity", plain),
            ("not-updated", v),
        ],
    }


mistake(
    "not-corrected",
    "The running means of Adam are not bias-corrected.",
    "a running mean is used without correction; both begin at 0 and are too small at first, so "
    "divide each by 1 minus its beta to the power t",
    "How large is v after the first step, compared with the gradient?",
)
mistake(
    "steps-from-zero",
    "The steps of Adam are counted from 0.",
    "the exponent is off by one: `t` is 1 in the first step, and the exponent is `t`",
    "What is 1 minus beta to the power 0?",
)
mistake(
    "correction-kept",
    "The corrected means of Adam are returned.",
    "these are the corrected means; return the running means themselves, which the next step needs",
    "Which arrays does the next step need?",
)
mistake(
    "root-left-out",
    "The square root in the step of Adam is left out.",
    "the step is divided by the mean of the squares; it should be divided by the square root of "
    "that mean",
    "If all gradients are multiplied by 10, what happens to the mean of their squares?",
)
mistake(
    "betas-exchanged",
    "The two betas of Adam are exchanged.",
    "0.9 and 0.999 are exchanged",
    "Which of the two means should remember longer?",
)
mistake(
    "gradient-not-squared",
    "The gradient is not squared in the second mean of Adam.",
    "the second mean is a mean of gradients; it should be a mean of their squares",
    "The step is divided by the root of this mean. Can the mean be negative?",
)
mistake(
    "sum-for-mean",
    "The means of Adam are sums.",
    "the gradient is added without a factor; in a running mean it is multiplied by one minus beta",
    "What do the two factors of a running mean add up to?",
)
mistake(
    "adam-uphill",
    "The step of Adam goes uphill.",
    "the step goes in the direction of the gradient; it should go in the opposite direction",
    "In which direction should w move where the gradient is positive?",
)


def _mean(before: np.ndarray, now: np.ndarray, keep: float) -> np.ndarray:
    return keep * before + (1 - keep) * now


@wrong_values(exercises.adam_step)
def instead_of_adam_step(
    compute: Callable,
    w: np.ndarray,
    dw: np.ndarray,
    v: np.ndarray,
    s: np.ndarray,
    t: int,
    learning_rate: float,
) -> WrongValues:
    """Return the values of known mistakes for the weights and the two running means."""
    with np.errstate(all="ignore"):
        new_w, new_v, new_s = compute(w, dw, v, s, t, learning_rate)
        keep, keep_s = BETAS
        scale, scale_s = 1 - keep**t, 1 - keep_s**t

        def step(v: np.ndarray, s: np.ndarray, by: float = scale, by_s: float = scale_s) -> Any:
            return w - learning_rate * (v / by) / (np.sqrt(s / by_s) + SMALL)

        crossed = _mean(v, dw, keep_s), _mean(s, dw**2, keep)
        summed = keep * v + dw, keep_s * s + dw**2
        moved: Instead = [
            ("not-corrected", step(new_v, new_s, 1, 1)),
            ("not-corrected", step(new_v, new_s, scale, 1)),
            ("not-corrected", step(new_v, new_s, 1, scale_s)),
            ("steps-from-zero", step(new_v, new_s, 1 - keep ** (t - 1), 1 - keep_s ** (t - 1))),
            ("steps-from-zero", step(new_v, new_s, 1 - keep ** (t + 1), 1 - keep_s ** (t + 1))),
            ("root-left-out", w - learning_rate * (new_v / scale) / (new_s / scale_s + SMALL)),
            ("betas-exchanged", step(*crossed)),
            ("betas-exchanged", step(*crossed, scale_s, scale)),
            ("gradient-not-squared", step(new_v, _mean(s, dw, keep_s))),
            ("sum-for-mean", step(*summed)),
            ("adam-uphill", 2 * w - new_w),
            ("not-updated", w),
        ]
        return {
            "w": moved,
            "v": [
                ("correction-kept", new_v / scale),
                ("betas-exchanged", crossed[0]),
                ("sum-for-mean", summed[0]),
                ("not-updated", v),
            ],
            "s": [
                ("correction-kept", new_s / scale_s),
                ("betas-exchanged", crossed[1]),
                ("gradient-not-squared", _mean(s, dw, keep_s)),
                ("sum-for-mean", summed[1]),
                ("not-updated", s),
            ],
        }
