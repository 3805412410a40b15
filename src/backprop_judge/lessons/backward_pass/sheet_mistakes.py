"""Messages for the mistakes in the sheet of `by_hand`."""

from ...mistakes import mistake, own_words
from . import exercises

mistake(
    "inputs-exchanged",
    "The inputs of a unit are exchanged.",
    "the two inputs of this unit are exchanged",
    "Which number does each weight of this unit multiply?",
)
mistake(
    "wrong-weight",
    "The error comes back through the wrong weight.",
    "the error should come back through `{which}`; you use another weight",
    "Through which weight does this hidden unit affect the output in the forward pass?",
)
mistake(
    "other-slope",
    "The slope of another unit is used.",
    "the slope of another unit is used; this cell needs the slope at `{which}`",
    "To which unit does this error belong, and what is the activation of that unit?",
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
    "the error of the unit is multiplied by another value; a bias has no input",
    "By how much does the pre-activation of a unit grow when its bias grows by 0.1?",
)

for _code, _message, *_hints in (
    (
        "follows",
        "follows from an earlier wrong number; correct that one first, then compute this one again",
    ),
    (
        "rounded",
        "close, but not close enough: keep at least three decimals in every cell that you use",
    ),
    (
        "wrong-value",
        "{said}; compute it again from the cells before it",
        "Which cells of the sheet do you need for this one, and which weight connects them?",
    ),
    (
        "wrong-return",
        "{said}",
        "Each cell contains one number without quotation marks or brackets, such as `-0.5`.",
    ),
    ("other-value", "this is the number for `{which}`"),
    (
        "transposed",
        "the two indices are exchanged: the first is the unit that the weight leads to",
        "`W1[1, 0]` leads to hidden unit 1 and comes from input 0.",
    ),
    (
        "missing-sigmoid",
        "a sigmoid is missing: this is a pre-activation, and the cell needs an activation",
        "Which number does a unit pass on: `net` or `out`?",
    ),
    (
        "sign-of-exponent",
        "this is the sigmoid of the pre-activation with the other sign",
        "Is the sigmoid of a negative number larger or smaller than one half?",
    ),
    (
        "missing-input",
        "the value that the weight multiplies is left out, as if it were 1",
        "Which value does this weight multiply in the forward pass?",
    ),
    (
        "wrong-input",
        "the error should be multiplied by `{input}`, the input of this weight; you use another "
        "value",
        "Which value does this weight multiply in the forward pass?",
    ),
    (
        "missing-error",
        "the error of the output unit is missing",
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
