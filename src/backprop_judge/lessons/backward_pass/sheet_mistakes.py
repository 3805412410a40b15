"""What the mistakes in the sheet of `by_hand` are called."""

from ...mistakes import mistake, own_words
from . import exercises

mistake(
    "inputs-exchanged",
    "The inputs of a unit are exchanged.",
    "the two numbers that enter this unit are exchanged",
    "Which number does each weight of this unit multiply?",
)
mistake(
    "wrong-weight",
    "The error comes back through another weight.",
    "the error comes back through another weight than `{which}`",
    "Through which weight did this hidden unit reach the output on the way forward?",
)
mistake(
    "other-slope",
    "The slope of another unit is used.",
    "the slope of another unit is used; it belongs at `{which}`",
    "Through which sigmoid does the pre-activation of this unit pass?",
)
mistake(
    "other-error",
    "The error of another unit is used.",
    "the error of another unit is used; this cell needs `{which}`",
    "To which unit does this weight lead, or to which unit does this bias belong?",
)
mistake(
    "input-in-bias",
    "The gradient of a bias is multiplied by a value.",
    "the error of the unit is multiplied by something here; a bias has no input",
    "By how much does the pre-activation of a unit grow when its bias grows by 0.1?",
)

for _code, _message, *_hints in (
    (
        "follows",
        "follows from a wrong number before it; correct that one first, then compute this again",
    ),
    (
        "rounded",
        "close, but not close enough: keep at least three decimals in every cell that you use",
    ),
    (
        "wrong-value",
        "{said}; compute it again from the cells before it",
        "Which cells of the sheet enter this one, and which weight lies between?",
    ),
    (
        "wrong-return",
        "{said}",
        "Each cell is one number, without quotation marks and brackets, such as `-0.5`.",
    ),
    ("other-value", "this is the number of `{which}`"),
    (
        "transposed",
        "the two indices are exchanged: the first is the unit that the weight leads to",
        "`W1[1, 0]` leads to hidden unit 1 and comes from input 0.",
    ),
    (
        "missing-sigmoid",
        "a sigmoid is missing: this is a pre-activation, and the cell needs an activation",
        "What does a unit send on: `net` or `out`?",
    ),
    (
        "sign-of-exponent",
        "this is the sigmoid of the pre-activation with the other sign",
        "Is the sigmoid of a negative number larger or smaller than one half?",
    ),
    (
        "missing-input",
        "the value that the weight carries is left out: it counts as 1 here",
        "By what does this weight multiply on the way forward?",
    ),
    (
        "wrong-input",
        "the error is not multiplied by `{input}`, which this weight carries, but by another value",
        "What does this weight multiply on the way forward?",
    ),
    (
        "missing-error",
        "the error of the output does not enter",
        "Which array of the backward pass depends on the target?",
    ),
    (
        "not-squared",
        "the difference between output and target is not squared",
        "What does the loss do with the difference before it halves it?",
    ),
    (
        "sign-flipped",
        "the sign is wrong",
        "Which two numbers give the difference, and which of them is subtracted?",
    ),
):
    own_words(exercises.by_hand, _code, _message, *_hints)

mistake(
    "cells-empty",
    "Cells of a sheet are still empty.",
    "still empty: {count} of {wanted} cells",
)
