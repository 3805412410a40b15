"""Mistakes of lesson 7, in the forward and the backward pass through any number of layers."""

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
    "The list has another length.",
    "your list contains {came}",
    LOOP,
)
mistake(
    "kind-ignored",
    "The kind of the units is ignored, or taken for the other one.",
    "the units of the inner layers are treated as the wrong kind, at least in some networks: "
    "`kind` says whether they are sigmoid or ReLU units",
    "Where does your function read `kind`?",
)
mistake(
    "W-turned",
    "A matrix of weights is transposed, or is not where it should be.",
    "it runs only where a layer has as many units as inputs, and there `W` is used instead of its "
    "transpose, or the transpose instead of `W`",
    "Write down the shapes of `W` and of what it is multiplied with. Which sizes must meet?",
    "Forward, the columns of `W` meet the units below. Backward, its rows meet the units above.",
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
    "the last array is the pre-activations; the top layer applies softmax to them",
    "What do the outputs for one example add up to?",
)
mistake(
    "kind-on-top",
    "The top layer is treated like the inner layers.",
    "the unit of the inner layers is applied in the top layer as well; the top layer has only "
    "softmax",
    "How does your loop know that it has reached the last layer?",
)
mistake(
    "softmax-everywhere",
    "Every layer has softmax.",
    "softmax is applied in each layer; only the top layer has it",
    "How does your loop know that it has reached the last layer?",
)
mistake(
    "no-unit-inside",
    "The inner layers pass on their pre-activations.",
    "the inner layers apply no unit: what they pass on is their pre-activation",
    "What is done to a pre-activation before it goes on to the next layer?",
)
mistake(
    "pre-activations-listed",
    "Pre-activations are listed where activations are asked for.",
    "the list contains the pre-activations of the layers instead of their activations",
    "Which of the two does the next layer receive?",
)

# --- backward -----------------------------------------------------------------------------------

mistake(
    "layers-reversed",
    "The pairs are in the order of the backward pass.",
    "the pairs are in the order from the top layer to layer 0; the first pair should belong to "
    "layer 0",
    "In which order does your loop find the pairs, and in which are they asked for?",
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
    "The error that arrives at an activation has to pass the unit to reach the pre-activation.",
)
own_words(
    exercises.deep_backward,
    "tanh-slope",
    "in a network of sigmoids the slope is one minus the square of the activation: that is the "
    "slope of tanh, or parentheses are missing",
    "What is the slope of a sigmoid, written with its activation?",
)
mistake(
    "mask-all-open",
    "The slope of the ReLU units is 1 everywhere.",
    "in a network of ReLU units no error is stopped: the slope is 1 everywhere",
    "Which activation has a unit that is switched off? What does your comparison say there?",
)
mistake(
    "mask-of-error",
    "The slope of the ReLU units is found from the error.",
    "in a network of ReLU units an error passes where it is positive itself; it should pass where "
    "the activation of its unit is positive",
    "Which array says whether a unit was switched on?",
)
mistake(
    "activation-for-mask",
    "The activation of a ReLU unit is used instead of its slope.",
    "in a network of ReLU units the error is multiplied by the activation; it should be "
    "multiplied by the slope, which is 1 or 0",
    "How steep is ReLU where z is positive?",
)
mistake(
    "slope-of-other-layer",
    "The slope is taken from the activations of another layer.",
    "it runs only where all layers have the same size, and there the slope is taken from the "
    "activations of another layer",
    "`activations[0]` is X. Which entry of the list is what layer 0 sends out?",
)
mistake(
    "gradient-for-weights",
    "The error goes back through the gradient of the weights.",
    "the error goes back through `dW`; it has to go through the weights of the layer",
    "Through which numbers did the activations go forward?",
)
mistake(
    "weights-left-out",
    "Below the top layer all gradients are 0.",
    "below the top layer all gradients are 0: does an error arrive there? (Without the weights, "
    "each unit gets the sum of the errors above, and the errors of softmax add up to 0.)",
    "Through which weight does a unit act on a unit of the next layer?",
)
mistake(
    "weights-of-other-layer",
    "The error goes back through the weights of another layer.",
    "it runs only where all layers have the same size, and there the error goes back through the "
    "weights of the layer below",
    "Which layer's weights lie between these two layers?",
)
mistake(
    "own-activations",
    "dW is made of the activations of the layer itself.",
    "made of what the layer sends out; it should be made of what the layer receives",
    "`activations[0]` is X. Which entry of the list does layer 0 receive?",
)
mistake(
    "inputs-of-other-layer",
    "dW is made of what another layer receives.",
    "made of what the layer below receives; it should be made of what this layer receives",
    "`activations[0]` is X. Which entry of the list does layer 1 receive?",
)
mistake(
    "updated-weights",
    "The weights are changed before the error passes them.",
    "the error goes back through weights that were already changed",
    "At which weights was the loss computed whose gradient you want?",
    "All gradients belong to the same network. Find all of them, then update.",
)
