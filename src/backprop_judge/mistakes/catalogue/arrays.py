"""Mistakes in how an array is arranged, summed or scaled, and in its digits."""

from ..registry import mistake

mistake(
    "transposed",
    "It is transposed.",
    "transposed: rows and columns are exchanged",
    "What should a row of this array belong to, and what a column?",
    "If it is a product, write the shapes of the factors side by side: which sizes should remain?",
    "Each value has the shape that the exercise gives for it; a gradient has the same shape as its "
    "parameter.",
)
mistake(
    "bias-not-summed",
    "The gradient of a bias is not summed over the examples.",
    "one column for each example: the gradient of a bias sums over the examples",
    "How many biases does the layer have, and how many numbers do you return?",
    "All examples share the same bias, so each example contributes to the same number.",
    "The gradient of a bias is the sum of the errors of its unit over all examples.",
)
mistake(
    "bias-flat",
    "A bias is one-dimensional.",
    "one-dimensional: it must be a column, of shape (n, 1)",
    "How many sizes does the shape of a column have?",
    "If it comes from a sum: a sum over an axis removes the axis, unless you tell it to keep the "
    "axis with length one.",
)
mistake(
    "bias-from-weights",
    "The gradient of a bias is a sum over the gradients of the weights.",
    "the gradients of the weights of each unit are added up; the gradient of a bias does not "
    "contain the inputs",
    "What is a bias multiplied by in the forward pass?",
)
mistake(
    "one-bias",
    "One number is used for all biases of a layer.",
    "one sum over all units and examples; each unit has its own bias",
    "How many biases does the layer have?",
)
mistake(
    "bias-wrong-axis",
    "The gradient of a bias is summed over the units.",
    "summed over the units; a bias belongs to one unit, so sum over the examples",
    "Which axis counts the units, and which the examples?",
    "Each example is a column, so moving along a row goes through the examples.",
)
mistake(
    "sign-flipped",
    "The sign is reversed.",
    "the sign is reversed",
    "If the output is above its target, should the derivative be positive or negative?",
    "The derivative of half the square of a difference is the difference: output minus target.",
)
mistake(
    "averaged",
    "It is divided by the number of examples.",
    "divided by {divisor}: the loss of this course is a sum, not an average",
    "Is the loss of this course a sum or a mean over the examples?",
    "The loss is a sum, so its gradient is a sum as well. Nothing is divided by a count.",
)
mistake(
    "doubled",
    "It is twice as large as it should be.",
    "an extra factor of 2: the loss has the factor one half, which cancels the 2 from the "
    "derivative of the square",
    "Where is the factor one half of the loss in your function? What is the derivative of half a "
    "square?",
    "The loss has the factor one half so that no factor is left in its derivative.",
)
mistake(
    "scaled",
    "It is the right value times a constant.",
    "every entry is multiplied by {factor}",
    "Which constant do you multiply with, and where does it come from?",
    "The result needs no extra constant: a gradient contains only the constants of the loss, and "
    "the learning rate belongs in the update.",
)
mistake(
    "normalized",
    "It is divided by its own length.",
    "divided by its own length: the squares of the entries add up to 1",
    "The exercise asks for the gradient itself. Its length shows how steep the loss is.",
)
mistake(
    "other-multiples",
    "It is a multiple, with a different factor in each call.",
    "a multiple of the right value, with a different factor in each call, such as {factors}",
    "Which number in your function multiplies or divides everything, and how is it computed?",
)
mistake(
    "examples-dropped",
    "Only one of the examples counts.",
    "only one of the examples is counted; the loss sums over all of them",
    "How many of the columns take part in your sum?",
    "In a loop over the examples, look at what is added up and what is overwritten.",
)
mistake(
    "first-left-out",
    "The first example is not counted.",
    "the first example is left out; the loss sums over all of them",
    "With which number does your loop or your slice begin?",
)
mistake(
    "last-left-out",
    "The last example is not counted.",
    "the last example is left out; the loss sums over all of them",
    "With which number does your loop or your slice end?",
)
mistake(
    "examples-not-summed",
    "The gradients of the examples are not summed.",
    "one matrix for each example; the gradient is their sum",
    "How many numbers should this gradient have for each weight?",
)
mistake(
    "times-count",
    "It is multiplied by a count.",
    "multiplied by {divisor}",
    "The loss is a sum, so its gradient is a sum as well. Where is it multiplied by a count?",
)
mistake(
    "clipped",
    "Large entries are cut off.",
    "entries larger than {limit} are cut off at {limit}",
    "Which operation limits the numbers? A gradient can be of any size.",
)
mistake(
    "shortened",
    "Gradients longer than a limit are shortened.",
    "right if the length of {which} is at most {limit}; if it is longer, it is shortened to this "
    "length",
    "Which operation limits the length of your gradient, and what for? A gradient can be of any "
    "length.",
)
mistake(
    "signs-only",
    "Only the signs are left.",
    "only the signs of the right numbers: each entry is 1, -1 or 0",
    "Which operation turns a number into its sign? The size of a gradient matters as well.",
)
mistake(
    "axis-too-many",
    "There is an extra axis.",
    "the array has extra axes of length one",
    "How many axes should the array have?",
)
mistake(
    "summed-up",
    "Everything is summed to one number.",
    "summed up to one number; each weight has its own gradient",
    "How many weights does the layer have?",
)
mistake(
    "sums-multiplied",
    "The sums over the examples are multiplied.",
    "errors and inputs are summed over the examples before they are multiplied; each example's "
    "error belongs to its own input",
    "Is a sum of products the same as the product of the sums?",
)
mistake(
    "flattened",
    "An axis is missing.",
    "the right values, but an axis is missing",
    "How many axes should the array have?",
)
mistake(
    "squeezed",
    "An axis of length one is missing.",
    "the right values, but an axis is missing where its length is 1",
    "Which operation removes axes? How many axes should the array have for a network with one "
    "output?",
)
mistake(
    "reshaped",
    "It is reshaped where it should be transposed.",
    "reshaped, not transposed: the shape is right, but the numbers are in the wrong places",
    "Where does the first row go when you transpose, and where when you reshape?",
)
mistake(
    "all-ones",
    "It is one everywhere.",
    "every entry is 1",
    "A 1 can be one link of a chain. Which other links lie between this parameter and the loss?",
)
mistake(
    "integer-step",
    "Values are converted to integers.",
    "all values are integers: an array of integers, or a division that drops the remainder, loses "
    "the decimals",
    "What type are the entries of the array that you write into? And how do you divide?",
)
mistake(
    "all-zero",
    "It is zero everywhere.",
    "every entry is zero{shape}",
    "Is this array ever filled after it is made?",
    "Which of your operations could turn numbers into 0, such as one that drops decimals?",
)
mistake(
    "empty",
    "It is empty.",
    "it is empty: its length is 0",
    "Which line adds something to it, and does your function reach that line?",
)
mistake(
    "not-finite",
    "It contains nan or infinity.",
    "there is {bad} among the values; all must be finite",
    "Which of your operations divides, or takes an exponential of a large number?",
)
mistake(
    "follows",
    "It is wrong only because of another value.",
    "right for the `{source}` that you return, and wrong only because of it",
)
mistake(
    "rounded",
    "It is rounded.",
    "rounded to {rounding}; return the full precision",
    "Where do you round or change the type of the numbers?",
    "Round when you print, not when you compute.",
)
