"""Other mistakes that several lessons share: another variable, no derivative, other labels."""

from ..registry import mistake

mistake(
    "other-value",
    "Another value is returned instead.",
    "these are the numbers of `{which}`",
    "Which of your variables do you return in this position, and how is it computed?",
)
mistake(
    "wrong-variable",
    "The derivative is taken with respect to another variable.",
    "another variable is used instead of the right one{instead}",
    "Which variable changes a little, and which are held fixed? Which unit does each number in "
    "your formula belong to?",
    "In a product of two numbers, the derivative with respect to one of them is the other one.",
    "The slope of a sigmoid is computed from the activation of the same unit, not from the "
    "pre-activation.",
)
mistake(
    "not-differentiated",
    "The value itself is returned instead of its derivative.",
    "this is the value itself; the exercise asks for its derivative",
    "Do you want to know how large it is, or how fast it changes?",
)
mistake(
    "missing-bias",
    "A bias is left out.",
    "a bias is left out",
    "What does a unit compute when all of its inputs are zero?",
)
mistake(
    "not-updated",
    "It is returned unchanged.",
    "this has not changed since the start",
    "Which of the arrays does your function change?",
    "In a loop, each iteration must start from the result of the one before. What does yours start "
    "from?",
)
mistake(
    "inverted",
    "The labels are swapped.",
    "0 and 1 are swapped",
    "Which label belongs to an output near 1?",
)
mistake(
    "plus-minus-one",
    "The labels are -1 and 1.",
    "the labels are -1 and 1; the exercise asks for 0 and 1",
    "Which two numbers does Y contain?",
)
