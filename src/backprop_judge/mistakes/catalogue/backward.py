"""Mistakes in the backward pass: in slopes, weights and inputs."""

from ..registry import mistake

mistake(
    "missing-output-slope",
    "The slope of the output unit is left out.",
    "{except_}the slope of the output unit is missing{meaning}",
    "How does the activation of the output unit change when its pre-activation changes a little?",
    "There are two links between the loss and the pre-activation: from loss to activation, and "
    "from activation to pre-activation.",
    "The error of an output unit is the difference between output and target, times the slope of "
    "its sigmoid.",
)
mistake(
    "missing-hidden-slope",
    "The slope of the hidden units is left out.",
    "{except_}the slope of the hidden units is missing",
    "What lies between the activation of a hidden unit and its pre-activation?",
    "The error that arrives at an activation must pass the sigmoid to reach the pre-activation.",
    "The error of a hidden unit is the error that arrives from the units above, times the slope of "
    "its own sigmoid.",
)
mistake(
    "slope-of-activation",
    "The sigmoid is applied a second time inside its slope.",
    "the slope of the sigmoid is evaluated at the activation instead of the pre-activation",
    "Does your slope function expect a pre-activation or an activation, and which do you pass?",
    "An activation has already passed through the sigmoid. Applying the sigmoid again gives the "
    "slope at another point.",
    "Written with the activation, the slope of the sigmoid is the activation times one minus the "
    "activation.",
)
mistake(
    "tanh-slope",
    "The slope of the hyperbolic tangent is used on a sigmoid unit.",
    "the slope is one minus the square of the activation: either it is the slope of tanh, but this "
    "network has sigmoid units, or parentheses are missing",
    "Which function does the unit apply, and what is the slope of that function?",
    "The slope of tanh is one minus the square of the activation; the sigmoid has a different one.",
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
    "the slope is that of a rectifier (1 where the pre-activation is positive, otherwise 0), but "
    "this network has sigmoid units",
    "Which function does the unit apply, and what is the slope of that function?",
)
mistake(
    "slope-twice",
    "The slope is applied twice.",
    "the slope of the unit is applied twice",
    "How many links lie between the pre-activation and the activation of a unit?",
)
mistake(
    "formula-at-z",
    "The formula for the slope is applied to the pre-activation.",
    "the formula for the slope is applied to the pre-activation instead of the activation",
    "The slope of a sigmoid can be written with its activation. Which number do you insert?",
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
    "the slope is multiplied by the pre-activation; it should only be evaluated there",
    "What does it mean to evaluate a slope at z?",
)
mistake(
    "W2-reshaped",
    "W2 is reshaped where it should be transposed.",
    "the error comes back through a `W2` that is reshaped, not transposed: its numbers are in the "
    "wrong places",
    "Where does the first row go when you transpose, and where when you reshape?",
)
mistake(
    "gradient-for-W2",
    "The error comes back through the gradient of W2.",
    "the error comes back through the gradient `dW2` instead of the weights `W2`",
    "Through which numbers did the hidden activations reach the output in the forward pass?",
)
mistake(
    "one-output",
    "Only the error of one output is propagated back.",
    "only the error of the {which} output unit is propagated back; all of them must be",
    "Along how many paths does one hidden unit affect the loss?",
)
mistake(
    "weights-as-shares",
    "The weights in the backward pass are divided by their sum.",
    "the error comes back through weights that are divided by the sum of their row in `W2`; use "
    "the weights unchanged",
    "How strongly does the output depend on a hidden unit: by its weight, or by its share of all "
    "weights?",
)
mistake(
    "missing-W2",
    "The error reaches the hidden layer without the weights in between.",
    "the error comes back to the hidden units without the weights `W2`",
    "Through which weight does a hidden unit affect an output unit?",
    "A hidden unit with a large weight to a wrong output contributes much to the error.",
    "The error that arrives at a hidden unit is the sum of the output errors, each times the "
    "weight that leads from this hidden unit to that output.",
)
mistake(
    "updated-W2",
    "W2 is changed before the hidden error is computed.",
    "the error comes back through a `W2` that was already updated",
    "You want the gradient of a loss. With which weights was that loss computed?",
    "All gradients belong to the same network. Compute all of them, then update.",
)
mistake(
    "wrong-input",
    "A gradient of weights is computed from the input of another layer.",
    "computed from the wrong input: a gradient of weights combines the error of the layer with the "
    "input of this layer, `{input}`",
    "Which array does this layer multiply with its weights in the forward pass?",
    "The gradient of one weight is the error of the unit it leads to, times the number it "
    "multiplies.",
)
mistake(
    "slope-for-input",
    "The formula for the slope is applied to the input of the layer.",
    "the formula for the slope is applied to the input of the layer, `{input}`, which should be "
    "used unchanged",
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
