"""Mistakes of lesson 7 in the forward and backward pass through any number of layers."""

from ...mistakes import mistake, own_words
from . import exercises

LOOP = "How many layers are in the list, and how often does your loop run?"

# --- both ---------------------------------------------------------------------------------------

mistake(
    "layer-left-out",
    "A layer is left out: the loop is off by one.",
    "the list has one entry too few: a layer is left out",
    LOOP,
    "With which layer does your loop begin, and with which does it end?",
)
mistake(
    "other-count",
    "The list has the wrong length.",
    "your list contains {came}",
    LOOP,
)
mistake(
    "kind-ignored",
    "The kind of the units is ignored, or the two kinds are mixed up.",
    "the units of the inner layers are treated as the wrong kind, at least in some networks: "
    "`kind` says whether they are sigmoid or ReLU units",
    "Where does your function read `kind`?",
)
mistake(
    "W-turned",
    "A weight matrix is transposed where it should not be, or the other way round.",
    "your code runs only if each layer has as many units as inputs, and there `W` is used instead "
    "of its transpose, or the transpose instead of `W`",
    "Write down the shapes of `W` and of the array it is multiplied by. Which sizes must be equal?",
    "In the forward pass, the columns of `W` match the units below. In the backward pass, its rows "
    "match the units above.",
)

# --- forward ------------------------------------------------------------------------------------

mistake(
    "inputs-not-listed",
    "The list does not begin with the inputs.",
    "the list does not begin with `X`: the backward pass needs the inputs",
    "What is the first entry of the list, and what the second?",
)
mistake(
    "softmax-left-out",
    "The top layer has no softmax.",
    "the last array contains the pre-activations; the top layer should apply softmax to them",
    "What do the outputs for one example add up to?",
)
mistake(
    "kind-on-top",
    "The top layer is treated like the inner layers.",
    "the activation function of the inner layers is applied in the top layer as well; the top "
    "layer applies only softmax",
    "How does your loop know that it has reached the last layer?",
)
mistake(
    "softmax-everywhere",
    "Every layer has softmax.",
    "softmax is applied in every layer; only the top layer should apply it",
    "How does your loop know that it has reached the last layer?",
)
mistake(
    "no-unit-inside",
    "The inner layers pass on their pre-activations.",
    "the inner layers apply no activation function: they pass on their pre-activations",
    "What happens to a pre-activation before it goes on to the next layer?",
)
mistake(
    "pre-activations-listed",
    "The list contains pre-activations instead of activations.",
    "the list contains the pre-activations of the layers instead of their activations",
    "Which of the two does the next layer receive?",
)

# --- backward -----------------------------------------------------------------------------------

mistake(
    "layers-reversed",
    "The pairs are in the order of the backward pass.",
    "the pairs are in the order from the top layer to layer 0; the first pair should belong to "
    "layer 0",
    "In which order does your loop compute the pairs, and in which order should you return them?",
)
mistake(
    "pair-exchanged",
    "The two arrays of each pair are exchanged.",
    "each pair is (db, dW); it should be (dW, db)",
)
own_words(
    exercises.deep_backward,
    "missing-hidden-slope",
    "the slope of the units in the inner layers is missing",
    "What lies between the activation of a unit and its pre-activation?",
    "The error at an activation has to go back through the activation function to reach the "
    "pre-activation.",
)
own_words(
    exercises.deep_backward,
    "tanh-slope",
    "in a network of sigmoid units, your slope is one minus the square of the activation: that is "
    "the slope of tanh, or parentheses are missing",
    "What is the slope of the sigmoid, expressed by its activation?",
)
mistake(
    "mask-all-open",
    "The slope of the ReLU units is 1 everywhere.",
    "in a network of ReLU units, your slope is 1 everywhere, so that no error is stopped",
    "What is the activation of a unit that is switched off? What does your comparison give there?",
)
mistake(
    "mask-of-error",
    "The slope of the ReLU units is computed from the error.",
    "in a network of ReLU units, your code passes an error on where the error is positive; it "
    "should pass it on where the activation of the unit is positive",
    "Which array says whether a unit was switched on?",
)
mistake(
    "activation-for-mask",
    "The activation of a ReLU unit is used instead of its slope.",
    "in a network of ReLU units, the error is multiplied by the activation; it should be "
    "multiplied by the slope, which is 1 or 0",
    "How steep is ReLU where z is positive?",
)
mistake(
    "slope-of-other-layer",
    "The slope is taken from the activations of another layer.",
    "your code runs only if all layers have the same size, and there the slope is taken from the "
    "activations of another layer",
    "`activations[0]` is X. Which entry of the list is the output of layer 0?",
)
mistake(
    "gradient-for-weights",
    "The error goes back through the gradient of the weights.",
    "the error is multiplied by `dW`; it should be multiplied by the weights of the layer",
    "By which numbers were the activations multiplied in the forward pass?",
)
mistake(
    "weights-left-out",
    "Below the top layer all gradients are 0.",
    "below the top layer all gradients are 0: does an error arrive there? (Without the weights, "
    "each unit gets the sum of the errors above, and the errors of softmax add up to 0.)",
    "Through which weight does a unit affect a unit of the next layer?",
)
mistake(
    "weights-of-other-layer",
    "The error goes back through the weights of another layer.",
    "your code runs only if all layers have the same size, and there the error goes back through "
    "the weights of the layer below",
    "Which layer's weights connect these two layers?",
)
mistake(
    "own-activations",
    "dW is computed from the activations of the layer itself.",
    "computed from the outputs of the layer; it should be computed from its inputs",
    "`activations[0]` is X. Which entry of the list is the input of layer 0?",
)
mistake(
    "inputs-of-other-layer",
    "dW is computed from the inputs of another layer.",
    "computed from the inputs of the layer below; it should be computed from the inputs of this "
    "layer",
    "`activations[0]` is X. Which entry of the list is the input of layer 1?",
)
mistake(
    "updated-weights",
    "The weights are updated before the error goes back through them.",
    "the error goes back through weights that were already updated",
    "You want the gradient of a loss. With which weights was that loss computed?",
    "All gradients belong to the same network. Compute all of them before you update any weight.",
)
