"""Mistakes of lesson 8 in the rules, the order and the backward pass."""

from collections.abc import Callable

import numpy as np

from ...mistakes import Part, WrongValues, mistake, own_words, wrong_values
from . import exercises

# --- the rules ------------------------------------------------------------------------------------

mistake(
    "rule-missing",
    "A rule is still to be written.",
    "nothing is returned for these operations; the others are judged separately",
    "Which of the eight operations does your function not know yet?",
)
mistake(
    "rule-without-slope",
    "`upstream` is returned unchanged.",
    "the gradient of the output is passed on unchanged; the slope of the operation is missing",
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
    "The rule of ReLU uses the wrong slope.",
    "{which} is used as the slope of ReLU",
    "For which inputs does the output grow with the input?",
    "The slope is 1 where the input is positive and 0 where it is negative.",
)
mistake(
    "log-rule",
    "The rule of the logarithm uses the wrong slope.",
    "{which} is used as the slope of the logarithm",
    "Is the logarithm steeper near 0 or far from it?",
)
mistake(
    "exp-rule",
    "The rule of the exponential uses the wrong slope.",
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
    "Which operation computed the output?",
)
mistake(
    "operands-exchanged",
    "The gradients of the two inputs are exchanged.",
    "you return the gradient of the first input second; keep the order of the inputs",
    "To which of the inputs does each of the two arrays belong?",
)
mistake(
    "sum-rule",
    "The gradient of a sum is not spread over the entries.",
    "you return one number; every entry of the input is part of the sum, so each has a gradient",
    "If one entry grows by a little, by how much does the sum grow?",
    "The gradient has the shape of the input.",
)
mistake(
    "mean-for-sum",
    "The gradient is that of a mean.",
    "your gradient is divided by the number of entries: this is the rule of a mean, not of a sum",
    "If one entry grows by 0.1, by how much does the sum grow?",
)
mistake(
    "matmul-rule",
    "The rule of the matrix product has a wrong transpose or order.",
    "you multiply the right two arrays, but a transpose or the order of the factors is wrong",
    "Take A of shape (2, 3) and B of shape (3, 4). What is the shape of the gradient of the "
    "output, and which product of it with one of the factors has the shape of the other factor?",
    "Write down the shapes of both factors and of the result; one of them must be transposed.",
)
for _code in ("slope-of-activation", "formula-at-z", "sigmoid-for-slope", "half-of-slope"):
    own_words(
        exercises.local_rules,
        _code,
        {
            "slope-of-activation": "inside the slope, the sigmoid is applied to the output again; "
            "the output is already the sigmoid of the input",
            "formula-at-z": "the formula for the slope is applied to the input; in this form it "
            "needs the output",
            "sigmoid-for-slope": "the sigmoid of the output is used as the slope",
            "half-of-slope": "{which} is used as the slope; it is only one of the two factors",
        }[_code],
        "Which of `inputs` and `output` does your formula for the slope expect?",
    )
own_words(
    exercises.local_rules,
    "sign-flipped",
    "every entry has the opposite sign",
    "If the input grows a little, does the output rise or fall?",
)

# --- the sum over broadcast axes ------------------------------------------------------------------

mistake(
    "broadcast-not-summed",
    "A broadcast axis is not summed.",
    "{which} the shape should be {wanted}, and you return {came}: each entry of the array was "
    "used several times, and the gradients of these uses must be summed",
    "How many numbers does the array contain, and how many gradients do you return?",
    "Each entry of the array was used several times, and each use adds to its gradient.",
)
mistake(
    "broadcast-axis-lost",
    "The numbers are right, but the shape is wrong.",
    "{which} the numbers are right, but their shape is {came} instead of {wanted}. A sum over an "
    "axis removes the axis, unless you keep it with length 1",
    "Which axes of the array have the length 1?",
)
mistake(
    "broadcast-averaged",
    "The gradient is averaged over a broadcast axis.",
    "you return the mean over the broadcast axes instead of the sum",
    "If the array grows by 0.1, how many entries of the result grow by 0.1?",
)
mistake(
    "broadcast-one-kept",
    "Only one of the gradients along a broadcast axis is kept.",
    "only the {which} gradient along the broadcast axes is kept; all of them must be summed",
    "How many entries of the result use one entry of the array?",
)


@wrong_values(exercises.unbroadcast)
def instead_of_unbroadcast(
    compute: Callable, gradient: np.ndarray, shape: tuple[int, ...]
) -> WrongValues:
    """Return the values of known mistakes for the summed gradient."""
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
    """Keep the first or the last entry along the axes that should be summed."""
    for _ in gone:
        gradient = gradient[which]
    for axis in short:
        gradient = np.take(gradient, [which], axis=axis)
    return gradient


def _front_summed(
    gradient: np.ndarray, gone: tuple[int, ...], words: dict[str, str]
) -> tuple[Part, np.ndarray]:
    """Return the gradient with only the leading axes summed, not those of length 1."""
    front = gradient.sum(axis=gone)
    return _part("broadcast-not-summed", **words | {"came": str(front.shape)}), front


for _code, _message in {
    "doubled": "every entry is too large by a factor of 2",
    "scaled": "every entry is multiplied by {factor}",
    "averaged": "your sum is divided by {divisor}; the gradients should only be summed",
    "times-count": "your sum is multiplied by {divisor}",
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
    "a node is in your list {seen}; each node should be in it once",
    "What does your function do when several paths lead to the same node?",
    "Remember the nodes that you have met, and skip them the next time.",
)
mistake(
    "nodes-missing",
    "Some nodes are left out.",
    "your list has {came}; the last node and all nodes it depends on are {count}",
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

# --- the backward pass ----------------------------------------------------------------------------

mistake(
    "gradient-overwritten",
    "A gradient is overwritten instead of added to.",
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
    "At which node does the backward pass begin? Is `return` inside the loop?",
)
mistake(
    "handed-on-too-early",
    "A node passes its gradient on before it is complete.",
    "a node passes its gradient on before all of its children have added to it",
    "When is the gradient of a node complete?",
    "Go through the order in reverse: then all children of a node are visited before it.",
)
mistake(
    "leftover-gradient",
    "New gradients are added to those of an earlier call.",
    "the nodes still have the gradients of an earlier call, and the new ones are added to them",
    "What is in the gradient of each node when your loop begins?",
)
mistake(
    "unused-is-zero",
    "An array that is not used has no gradient.",
    "you return `None` for an array that the result does not depend on; its gradient is an array "
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
    "The backward pass does not begin with 1.",
    "all gradients of a graph are multiplied by the same number, in “{of}” by {factor}",
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
        "With which number does the backward pass begin at the result?",
    )  # fmt: skip
    own_words(
        _exercise, "all-zero", "every gradient is zero",
        "With which number does the backward pass begin at the result?",
    )  # fmt: skip
