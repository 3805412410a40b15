"""Mistakes of lesson 8: in the rules, in the order, in the sweep back."""

from collections.abc import Callable

import numpy as np

from ...mistakes import Part, WrongValues, mistake, own_words, wrong_values
from . import exercises

# --- the rules ------------------------------------------------------------------------------------

mistake(
    "rule-missing",
    "A rule is still to be written.",
    "nothing is returned for these operations; each of the others is judged by itself",
    "Which of the eight operations does your function not know yet?",
)
mistake(
    "rule-without-slope",
    "`upstream` is returned unchanged.",
    "the gradient of the output is passed on unchanged; this operation has a slope of its own",
    "If the input grows a little, by how much does the output grow?",
    "Multiply the gradient of the output by the slope of the operation, entry by entry.",
)
mistake(
    "upstream-missing",
    "The gradient of the output is left out.",
    "this would be right if every entry of `upstream` were 1; `upstream` is missing",
    "How does the output change with the input, and how does the result change with the output?",
    "The chain rule multiplies the two: the gradient of the output and the slope of the operation.",
)
mistake(
    "relu-rule",
    "The rule of ReLU uses another array.",
    "{which} is used as the slope of ReLU",
    "For which inputs does the output grow with the input?",
    "The slope is 1 where the input is positive and 0 where it is negative.",
)
mistake(
    "log-rule",
    "The rule of the logarithm uses another slope.",
    "{which} is used as the slope of the logarithm",
    "Is the logarithm steeper near 0 or far from it?",
)
mistake(
    "exp-rule",
    "The rule of the exponential uses another slope.",
    "{which} is used as the slope of the exponential",
    "Which function is its own derivative?",
)
mistake(
    "multiply-rule",
    "Each factor is used as its own slope.",
    "the gradient of each factor is `upstream` times this factor; the slope with respect to one "
    "factor is the other one",
    "If one factor grows by a little, by how much does the product grow?",
)
mistake(
    "rule-of-another",
    "The rule of another operation is used.",
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
    "one number is returned; every entry of the input is part of the sum, so each has a gradient",
    "If one entry grows by a little, by how much does the sum grow?",
    "The gradient has the shape of the input.",
)
mistake(
    "mean-for-sum",
    "The gradient is that of a mean.",
    "it is divided by the number of entries: this is the rule of a mean, not of a sum",
    "If one entry grows by 0.1, by how much does the sum grow?",
)
mistake(
    "matmul-rule",
    "The rule of the matrix product has a transpose or an order wrong.",
    "the product of the right two arrays, but a transpose or the order of the factors is wrong",
    "Take A of shape (2, 3) and B of shape (3, 4). What is the shape of the gradient of the "
    "output, and which product of it with one of the factors has the shape of the other factor?",
    "Write down the shapes of both factors and of the result; one of them must be transposed.",
)
for _code in ("slope-of-activation", "formula-at-z", "sigmoid-for-slope", "half-of-slope"):
    own_words(
        exercises.local_rules,
        _code,
        {
            "slope-of-activation": "the sigmoid is applied once more to its output inside the "
            "slope; the output has been through it already",
            "formula-at-z": "the formula for the slope is given the input; written like that it "
            "takes the output",
            "sigmoid-for-slope": "the sigmoid of the output is used as the slope",
            "half-of-slope": "{which} is used as the slope; it is one of two factors",
        }[_code],
        "Which of `inputs` and `output` does your formula for the slope expect?",
    )
own_words(
    exercises.local_rules,
    "sign-flipped",
    "every entry has the opposite sign",
    "If the input grows a little, does the output grow or fall?",
)

# --- the sum that undoes a broadcast --------------------------------------------------------------

mistake(
    "broadcast-not-summed",
    "A broadcast axis is not summed.",
    "{which} the shape {wanted} is asked for, and you return {came}: each entry of the array was "
    "used several times, and the gradients of these uses are to be summed",
    "How many numbers does the array hold, and how many gradients do you return?",
    "Each entry of the array was used several times, and each use adds to its gradient.",
)
mistake(
    "broadcast-axis-lost",
    "The numbers are right, in another shape.",
    "{which} the numbers are right, but their shape is {came} instead of {wanted}. A sum over an "
    "axis removes the axis, unless you keep it with length 1",
    "Which axes of the array have the length 1?",
)
mistake(
    "broadcast-averaged",
    "The mean is taken over a broadcast axis.",
    "the mean over the broadcast axes is returned instead of the sum",
    "If the array grows by 0.1, how many entries of the result grow by 0.1?",
)
mistake(
    "broadcast-one-kept",
    "One of the gradients along a broadcast axis is kept.",
    "only the {which} along the broadcast axes is kept; all of them are to be summed",
    "How many entries of the result use one entry of the array?",
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


for _code, _message in {
    "doubled": "every entry is twice as large as it should be",
    "scaled": "every entry is multiplied by {factor}",
    "averaged": "it is divided by {divisor}; the gradients are to be summed",
    "times-count": "it is multiplied by {divisor}",
    "sign-flipped": "every entry has the opposite sign",
}.items():
    own_words(
        exercises.unbroadcast, _code, _message,
        "If one entry of the array grows by 0.1, which entries of the result grow by 0.1?",
    )  # fmt: skip

# --- the order ------------------------------------------------------------------------------------

mistake(
    "visited-twice",
    "A node is visited more than once.",
    "a node that is reached on several paths is visited again on each of them",
    "What does your function do when it meets a node that it has met before?",
    "Remember the nodes that you have met, and skip them the next time.",
)
own_words(
    exercises.topological_order,
    "visited-twice",
    "a node is in the list {seen}; each node belongs in it once",
    "What does your function do when several paths lead to the same node?",
    "Remember the nodes that you have met, and skip them the next time.",
)
mistake(
    "nodes-missing",
    "Some nodes are left out.",
    "your list has {came}; the last node and all that it depends on are {count}",
    "Does your function look at all parents of a node, and at their parents? Is the last node "
    "itself in the list?",
    "Two nodes with the same value are still two nodes: compare the nodes, not their values.",
)
mistake(
    "children-first",
    "Children come before their parents.",
    "each node comes before its parents: the list runs in the wrong direction",
    "When is a node added to your list: before its parents, or after them?",
)
mistake(
    "child-before-parent",
    "A node comes before one of its parents.",
    "a node comes before one of its parents",
    "Which nodes must be in the list before a node may be added?",
    "Add a node to the list only when all of its parents are in it. The number of arrows between a "
    "node and the last one does not give such an order.",
)

# --- the sweep back -------------------------------------------------------------------------------

mistake(
    "gradient-overwritten",
    "A gradient is overwritten where it should be added to.",
    "where a value is used several times, only the gradient from one of the uses is kept; the "
    "gradient of a value is the sum over all of its uses",
    "What is in the gradient of a node when its second child adds to it?",
    "A change of the value reaches the result along every path, and these changes add up.",
)
mistake(
    "parents-first",
    "Only the last node passes its gradient on.",
    "only the last node has passed a gradient on to its parents. Either the loop goes from the "
    "first node to the last, so that the other nodes pass on a gradient that is still 0, or it "
    "ends too early",
    "At which node does the way back begin? Is `return` inside the loop?",
)
mistake(
    "handed-on-too-early",
    "A node passes its gradient on before it is complete.",
    "a node passes its gradient on before all of its children have added to it",
    "When is the gradient of a node complete?",
    "Go through the order from its end: then all children of a node come before it.",
)
mistake(
    "leftover-gradient",
    "Gradients of an earlier call are added to.",
    "the nodes still have the gradients of an earlier call, and the new ones are added to them",
    "What is in the gradient of each node when your loop begins?",
)
mistake(
    "unused-is-zero",
    "An array that is not used has no gradient.",
    "`None` is returned for an array on which the result does not depend; its gradient is an array "
    "of zeros",
    "By how much does the result change if an array that is not used changes?",
)
mistake(
    "changed-in-place",
    "A gradient is changed in place.",
    "{said}; the networks of lessons 1, 3 and 7 are right",
    "Can two nodes have the same array as their gradient, and do you change an array in place?",
    "Add with a plus sign to a new array. An addition in place also changes the gradient of every "
    "other node that has the same array.",
)
mistake(
    "start-not-one",
    "The way back does not begin with 1.",
    "all gradients of a graph are multiplied by one number, in “{of}” by {factor}",
    "What is the derivative of the result with respect to itself?",
    "The gradient of the result is 1, whatever its value is.",
)
mistake(
    "nothing-passed-on",
    "Only the result has a gradient.",
    "the gradient of the result is 1, and all others are zero: it is not passed on",
    "Which nodes does your loop visit? Is the last one among them?",
)
for _exercise in (exercises.backward, exercises.engine_gradients):
    own_words(
        _exercise, "sign-flipped", "every entry has the opposite sign",
        "With which number does the way back begin, at the result?",
    )  # fmt: skip
    own_words(
        _exercise, "all-zero", "every gradient is zero",
        "With which number does the way back begin, at the result?",
    )  # fmt: skip
