"""Mistakes on the way back through a network: in slopes, weights and inputs."""

from ..registry import mistake

mistake(
    "missing-output-slope",
    "The slope of the output unit is left out.",
    "{except_}the slope of the output unit is missing{meaning}",
    "How does the activation of the output unit change when its pre-activation changes a little?",
    "Between the loss and the pre-activation stand two links: loss to activation, and activation "
    "to pre-activation.",
    "The error of an output unit is the difference to its target times the slope of its sigmoid "
    "there.",
)
mistake(
    "missing-hidden-slope",
    "The slope of the hidden units is left out.",
    "{except_}the slope of the hidden units is missing",
    "What lies between the activation of a hidden unit and its pre-activation?",
    "The error that arrives at an activation must pass the sigmoid to reach the pre-activation.",
    "The error of a hidden unit is what arrives from the units above times the slope of its own "
    "sigmoid.",
)
mistake(
    "slope-of-activation",
    "The sigmoid is applied a second time inside its slope.",
    "the slope of the sigmoid is taken at the activation; it belongs at the pre-activation",
    "Does your slope expect a pre-activation or an activation, and which do you give it?",
    "An activation has already been through the sigmoid. Putting it through once more gives the "
    "slope at another place.",
    "Written with the activation, the slope of the sigmoid is the activation times one minus the "
    "activation.",
)
mistake(
    "tanh-slope",
    "The slope of the hyperbolic tangent is used on a sigmoid unit.",
    "the slope is one minus the square of the activation: either that of a tanh unit, where this "
    "network has sigmoids, or parentheses are missing",
    "Which function does the unit apply, and what is the slope of that function?",
    "The slope of tanh is one minus the square of the activation; the sigmoid has another one.",
    "The slope of a sigmoid is the activation times one minus the activation.",
)
mistake(
    "half-of-slope",
    "Only one of the two factors of the slope is used.",
    "{which} is used instead of the slope of the unit",
    "Where the activation is nearly 1, is the sigmoid steep or flat? And where it is nearly 0?",
    "Written with the activation, the slope of a sigmoid is a product of two factors.",
)
mistake(
    "sign-in-slope",
    "A sign inside the slope is wrong.",
    "a sign inside the slope of the unit is wrong: it contains one plus the activation",
    "Where the activation is nearly 1, is the sigmoid steep or flat?",
)
mistake(
    "relu-slope",
    "The slope of a rectifier is used on a sigmoid unit.",
    "the slope is that of a rectifier: 1 where the pre-activation is positive, else 0; the units "
    "of this network are sigmoids",
    "Which function does the unit apply, and what is the slope of that function?",
)
mistake(
    "slope-twice",
    "The slope is multiplied in twice.",
    "the slope of the unit is multiplied in twice",
    "How many links lie between the pre-activation and the activation of a unit?",
)
mistake(
    "formula-at-z",
    "The formula for the slope is given the pre-activation.",
    "the formula for the slope is applied to the pre-activation; it belongs to the activation",
    "The slope of a sigmoid can be written with its activation. Which number do you put in?",
)
mistake(
    "sigmoid-for-slope",
    "The sigmoid of the activation is used instead of the slope.",
    "the sigmoid of the activation is used instead of the slope of the unit",
    "How fast does the activation change when the pre-activation changes a little?",
)
mistake(
    "slope-times-z",
    "The slope is multiplied by the pre-activation.",
    "the slope is multiplied by the pre-activation; it is only taken there",
    "What does it mean that a slope is taken at z?",
)
mistake(
    "W2-reshaped",
    "W2 is reshaped where it should be transposed.",
    "the error comes back through a `W2` that is reshaped, not transposed: its numbers stand in "
    "other places",
    "Where does the first row go when you transpose, and where when you reshape?",
)
mistake(
    "gradient-for-W2",
    "The error comes back through the gradient of W2.",
    "the error comes back through the gradient `dW2`; it comes back through the weights `W2`",
    "Through which numbers did the hidden activations reach the output on the way forward?",
)
mistake(
    "one-output",
    "Only one output sends its error back.",
    "only the {which} output unit sends its error back; each of them does",
    "Along how many paths does one hidden unit act on the loss?",
)
mistake(
    "weights-as-shares",
    "The weights on the way back are divided by their sum.",
    "the error comes back through weights that are divided by the sum of their row in `W2`; it "
    "comes back through the weights as they are",
    "How strongly does the output answer to a hidden unit: by its weight, or by its share in all "
    "weights?",
)
mistake(
    "missing-W2",
    "The error reaches the hidden layer without the weights between.",
    "the error comes back to the hidden units without passing the weights `W2`",
    "Through which weight does a hidden unit act on an output unit?",
    "A hidden unit that acts strongly on a wrong output has a large share in its error.",
    "What arrives at a hidden unit is the sum of the output errors, each times the weight that "
    "leads from this hidden unit to that output.",
)
mistake(
    "updated-W2",
    "W2 is changed before the hidden error is computed.",
    "the error comes back through a `W2` that was already updated",
    "At which weights was the loss computed whose gradient you want?",
    "All gradients belong to the same network. Compute all of them, then update.",
)
mistake(
    "wrong-input",
    "A gradient of weights is built from another layer's input.",
    "built from the wrong input: a gradient of weights combines the error of the layer with what "
    "this layer receives, `{input}`",
    "Which array does this layer multiply with its weights on the way forward?",
    "The gradient of one weight is the error of the unit it leads to, times the number it "
    "multiplies.",
)
mistake(
    "slope-for-input",
    "The formula for the slope is applied to the input of the layer.",
    "the formula for the slope is applied to `{input}`, which the layer receives; it enters as it "
    "is",
    "How does the pre-activation of a unit change with one of its weights?",
)
mistake(
    "missing-input",
    "The input of the layer is left out.",
    "the input of the layer is left out: every weight of a unit gets the same number",
    "How does the pre-activation of a unit change with one of its weights?",
    "The gradient of one weight is the error of the unit it leads to, times the number it "
    "multiplies.",
)
