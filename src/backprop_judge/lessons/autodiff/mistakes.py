"""Mistakes of lesson 8: in the rules, in the order, in the sweep back."""

from collections.abc import Callable

import numpy as np

from ...mistakes import Part, WrongValues, mistake, own_words, wrong_values
from . import exercises

# --- the rules ------------------------------------------------------------------------------------

mistake(
    "rule-missing",
    "A rule is still to be written.",
    "these rules return nothing yet; the others are judged by themselves",
    "Which of the eight operations does your function not know yet?",
)
mistake(
    "rule-without-slope",
    "What comes from above is handed on unchanged.",
    "the gradient of the output is handed on as it is; this operation has a slope of its own",
    "If the input grows a little, by how much does the output grow?",
    "Multiply what comes from above by the slope of the operation, entry by entry.",
)
mistake(
    "upstream-missing",
    "What comes from above is left out.",
    "this is the slope of the operation alone; what comes from above is missing",
    "How does the output change with the input, and how does the result change with the output?",
    "The chain rule multiplies the two: the gradient of the output and the slope of the operation.",
)
mistake(
    "relu-rule",
    "The rule of the rectifier uses another array.",
    "{which} stands where the slope of the rectifier belongs",
    "For which inputs does the output follow the input, and which number tells?",
    "The slope is 1 where the input is positive and 0 where it is negative.",
)
mistake(
    "log-rule",
    "The rule of the logarithm uses another slope.",
    "{which} stands where the slope of the logarithm belongs",
    "Is the logarithm steeper near 0 or far from it?",
)
mistake(
    "exp-rule",
    "The rule of the exponential uses another slope.",
    "{which} stands where the slope of the exponential belongs",
    "Which function is its own derivative?",
)
mistake(
    "multiply-rule",
    "Each factor gets itself for its slope.",
    "each factor is multiplied by itself; the slope with respect to one factor is the other one",
    "If one factor grows by a little, by how much does the product grow?",
)
mistake(
    "rule-of-another",
    "The rule of another operation stands here.",
    "this is the rule of `{which}`",
    "Which operation has computed the output?",
)
mistake(
    "operands-exchanged",
    "The gradients of the two inputs are exchanged.",
    "the gradient of the first input comes second; keep the order of the inputs",
    "To which of the inputs does each of the two arrays belong?",
)
mistake(
    "sum-rule",
    "The gradient of a sum is not spread over the entries.",
    "one number comes back; every entry of the input took part in the sum, so each has a gradient",
    "If one entry grows by a little, by how much does the sum grow?",
    "The gradient has the shape of the input.",
)
mistake(
    "mean-for-sum",
    "The gradient is that of a mean.",
    "divided by the number of entries: this is the rule of a mean, the operation is a sum",
    "If one entry grows by 0.1, by how much does the sum grow?",
)
mistake(
    "matmul-rule",
    "The rule of the matrix product has a transpose or an order wrong.",
    "a product of the right two arrays, with a transpose or the order of the factors wrong",
    "Take A of shape (2, 3) and B of shape (3, 4). Which shape has the gradient of the output, and "
    "which product of it with one of the factors has the shape of the other factor?",
    "Write down the shapes of both factors and of the result; one of them must be transposed.",
)
for _code in ("slope-of-activation", "formula-at-z", "sigmoid-for-slope"):
    own_words(
        exercises.local_rules,
        _code,
        {
            "slope-of-activation": "the sigmoid is applied once more to its output inside the "
            "slope; the output has been through it already",
            "formula-at-z": "the formula for the slope is given the input; written like that it "
            "takes the output",
            "sigmoid-for-slope": "the sigmoid of the output stands where the slope belongs",
        }[_code],
        "Which of `inputs` and `output` does your formula for the slope expect?",
    )
own_words(
    exercises.local_rules,
    "sign-flipped",
    "the sign is turned round",
    "If the input grows a little, does the output grow or fall?",
)

# --- the sum that undoes a broadcast --------------------------------------------------------------

mistake(
    "broadcast-not-summed",
    "A broadcast axis is not summed.",
    "{which} the shape {wanted} is asked for, and {came} came: what was broadcast served several "
    "entries, and their gradients are to be summed",
    "How many numbers does the array hold, and how many gradients do you return?",
    "Each entry of the array was used several times, and each use adds to its gradient.",
)
mistake(
    "broadcast-axis-lost",
    "The axis that was summed is gone.",
    "{which} the right numbers in the shape {came}; {wanted} is asked for. A sum over an axis "
    "removes the axis, unless it is told to keep it with length 1",
    "Which axes of the array have the length 1?",
)
mistake(
    "broadcast-averaged",
    "The mean is taken over a broadcast axis.",
    "the mean over the axis stands where its sum belongs",
    "If the array grows by 0.1, how many entries of the result grow by 0.1?",
)
mistake(
    "broadcast-one-kept",
    "One of the gradients along a broadcast axis is kept.",
    "only the {which} along the broadcast axis is kept; all of them are to be summed",
    "How many entries of the result did one entry of the array serve?",
)


@wrong_values(exercises.unbroadcast)
def instead_of_unbroadcast(
    compute: Callable, gradient: np.ndarray, shape: tuple[int, ...]
) -> WrongValues:
    """Return what may stand for the summed gradient."""
    right = compute(gradient, shape)
    gone = tuple(range(gradient.ndim - len(shape)))
    short = tuple(axis for axis, size in enumerate(right.shape) if size == 1)
    words = {"which": "here", "wanted": str(shape), "came": str(gradient.shape)}
    lost = np.squeeze(right, axis=short)
    return {
        "summed": [
            (_part("broadcast-not-summed", **words), gradient),
            (_part("broadcast-axis-lost", **words | {"came": str(lost.shape)}), lost),
            ("broadcast-averaged", right * (right.size / max(1, gradient.size))),
            (_part("broadcast-one-kept", which="first"), _one(gradient, gone, short, 0)),
            (_part("broadcast-one-kept", which="last"), _one(gradient, gone, short, -1)),
            _front_summed(gradient, gone, words),
        ]
    }


def _part(code: str, **details: str) -> Part:
    return Part((code,), details)


def _one(
    gradient: np.ndarray, gone: tuple[int, ...], short: tuple[int, ...], which: int
) -> np.ndarray:
    """Keep the first or the last along the axes that are to be summed."""
    for _ in gone:
        gradient = gradient[which]
    for axis in short:
        gradient = np.take(gradient, [which], axis=axis)
    return gradient


def _front_summed(
    gradient: np.ndarray, gone: tuple[int, ...], words: dict[str, str]
) -> tuple[Part, np.ndarray]:
    """Return what comes if the axes in front are summed, and those of length 1 are not."""
    front = gradient.sum(axis=gone)
    return _part("broadcast-not-summed", **words | {"came": str(front.shape)}), front


# --- the order ------------------------------------------------------------------------------------

mistake(
    "visited-twice",
    "A node is visited more than once.",
    "a node that is reached on several paths is visited again on each of them",
    "What does your function do when it meets a node that it has met before?",
    "Remember the nodes that you have met, and pass them by.",
)
own_words(
    exercises.topological_order,
    "visited-twice",
    "a node stands in the list {seen}: it is reached on several paths, and listed on each of them",
    "What does your function do when it meets a node that it has met before?",
    "Remember the nodes that you have met, and pass them by.",
)
mistake(
    "nodes-missing",
    "Some nodes are left out.",
    "{came} nodes are in the list; the last one depends on others, and with itself that makes "
    "{count}",
    "Does your function look at all parents of a node, and at their parents? Is the last node "
    "itself in the list?",
)
mistake(
    "children-first",
    "Children come before their parents.",
    "each node stands before its parents: the order is turned round",
    "When is a node added to your list: before its parents, or after them?",
)
mistake(
    "child-before-parent",
    "A node comes before one of its parents.",
    "a node stands before one of its parents; where several paths of different lengths lead to a "
    "node, being near to the last one is not enough",
    "Which nodes must be in the list before a node may be added?",
    "A depth-first search adds a node when all of its parents have been added.",
)

# --- the sweep back -------------------------------------------------------------------------------

mistake(
    "gradient-overwritten",
    "A gradient is overwritten where it should be added to.",
    "where a value is used several times, only what one of the uses sends back is kept; the "
    "gradient of a value is the sum over all of its uses",
    "What stands in the gradient of a node when its second child sends something back?",
    "Along every path from the value to the result a change arrives, and the changes add up.",
)
mistake(
    "parents-first",
    "The sweep visits the parents before the children.",
    "only what the last node is computed from has a gradient; the sweep goes through the nodes "
    "from the first to the last, so the others hand on a gradient that is still 0",
    "At which node does the way back begin?",
)
mistake(
    "handed-on-too-early",
    "A node hands its gradient on before it is complete.",
    "a node hands its gradient on before all of its children have added to it",
    "When is the gradient of a node complete?",
    "Go through the order from its end: then all children of a node come before it.",
)
mistake(
    "leftover-gradient",
    "What an earlier sweep has left is added to.",
    "the gradients that an earlier sweep has left at the nodes are still there, and the new ones "
    "are added to them",
    "What stands in the gradient of each node when your sweep begins?",
)
mistake(
    "unused-is-zero",
    "An array that is not used has no gradient.",
    "nothing comes back for an array on which the result does not depend; its gradient is an array "
    "of zeros",
    "By how much does the result change if an array that is not used changes?",
)
for _exercise in (exercises.backward, exercises.engine_gradients):
    own_words(
        _exercise, "sign-flipped", "the sign is turned round",
        "With which number does the way back begin, at the result?",
    )  # fmt: skip
    own_words(
        _exercise, "all-zero", "every gradient is zero",
        "With which number does the way back begin, at the result?",
    )  # fmt: skip
