"""Mistakes of lesson 2, on the forward pass."""

from collections.abc import Callable

import numpy as np

from backprop.differentiate import derivative
from backprop.network import cross_entropy, forward, layer, sigmoid

from ...mistakes import WrongValues, mistake, wrong_values
from . import exercises

# --- units and layers -----------------------------------------------------------------------------

mistake(
    "sign-of-exponent",
    "The exponent has the wrong sign.",
    "this falls where the sigmoid rises: look at the sign of the exponent",
    "What should come out for a large positive z?",
)
mistake(
    "tanh-activation",
    "The hyperbolic tangent is used.",
    "this is the hyperbolic tangent; the units of this network are sigmoids",
    "Between which two numbers do the values of a sigmoid lie?",
)
mistake(
    "not-the-activation",
    "Another quantity of the unit is returned.",
    "this is not the activation but another quantity of the same unit",
    "What do you return: the pre-activation, the activation, or its slope?",
)
mistake(
    "missing-sigmoid",
    "A layer lacks its sigmoid.",
    "a layer has no sigmoid: its pre-activations are passed on as they are",
    "How many layers does the network have, and how many sigmoids does your code apply?",
)
mistake(
    "sigmoid-twice",
    "The sigmoid is applied twice.",
    "the sigmoid is applied twice",
    "What has already been through the sigmoid?",
)
mistake(
    "subtracted-bias",
    "The bias is subtracted.",
    "a bias is subtracted; it is added",
    "What does a positive bias do to the pre-activation?",
)


@wrong_values(exercises.sigmoid)
def instead_of_sigmoid(compute: Callable, z: np.ndarray) -> WrongValues:
    return {
        "a": [
            ("sign-of-exponent", sigmoid(-z)),
            ("tanh-activation", np.tanh(z)),
            ("not-the-activation", derivative(sigmoid, z)),
            ("not-the-activation", np.array(z)),
        ]
    }


def _same(z):
    return z


@wrong_values(exercises.forward_propagation)
def instead_of_forward_propagation(
    compute: Callable,
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
) -> WrongValues:
    activations = forward((W1, b1, W2, b2), X)
    found: dict[str, list] = {"out_h": [], "out_y": []}

    def enter(code, hidden=sigmoid, output=sigmoid, b1=b1, b2=b2):
        out_h = hidden(layer(W1, b1, X))
        found["out_h"].append((code, out_h))
        found["out_y"].append((code, output(layer(W2, b2, out_h))))

    enter("missing-sigmoid", hidden=_same)
    enter("missing-sigmoid", output=_same)
    enter("missing-sigmoid", hidden=_same, output=_same)
    enter("tanh-activation", hidden=np.tanh)
    enter("tanh-activation", output=np.tanh)
    enter("tanh-activation", hidden=np.tanh, output=np.tanh)
    enter("missing-bias", b1=0 * b1)
    enter("missing-bias", b2=0 * b2)
    enter("missing-bias", b1=0 * b1, b2=0 * b2)
    enter("subtracted-bias", b1=-b1, b2=-b2)
    enter("subtracted-bias", b1=-b1)
    enter("subtracted-bias", b2=-b2)
    enter("sigmoid-twice", output=lambda z: sigmoid(sigmoid(z)))
    enter("sigmoid-twice", hidden=lambda z: sigmoid(sigmoid(z)))
    enter("not-the-activation", hidden=lambda z: derivative(sigmoid, z))
    found["out_h"].append(("not-the-activation", activations.net_h))
    return found


# --- shapes ---------------------------------------------------------------------------------------

mistake(
    "bias-per-example",
    "A bias has one column for each example.",
    "one column for each example; a layer has one bias for each unit, whatever the examples",
    "Does the number of biases grow when you add examples?",
)


@wrong_values(exercises.shapes)
def instead_of_shapes(compute: Callable, *sizes: int) -> WrongValues:
    m = sizes[-1]
    found = {}
    for name, size in compute(*sizes).items():
        found[name] = [("transposed", np.array(size[::-1]))]
        if size[-1] == 1:
            found[name].append(("bias-flat", np.array(size[:1])))
            found[name].append(("bias-per-example", np.array([size[0], m])))
    return found


# --- the loss -------------------------------------------------------------------------------------

mistake(
    "wrong-loss",
    "It is another loss.",
    "this is another loss; asked for is half the sum of the squared differences",
    "What is done to each difference before the sum, and what after it?",
)
mistake(
    "not-squared",
    "The differences are not squared.",
    "the differences are added up without being squared, so that they cancel",
    "What does your function return for two outputs, one too large and one too small by the same "
    "amount?",
)
mistake(
    "square-of-sum",
    "The sum is squared.",
    "the sum is squared; asked for is the sum of the squares",
    "Which comes first, the square or the sum?",
)
mistake(
    "not-summed",
    "It is not summed to one number.",
    "not summed to one number: the loss adds up all output units and all examples",
    "How many numbers is the loss of a network?",
)


@wrong_values(exercises.loss)
def instead_of_loss(compute: Callable, out_y: np.ndarray, Y: np.ndarray) -> WrongValues:
    inside = np.clip(out_y, 1e-12, 1 - 1e-12)
    return {
        "C": [
            ("wrong-loss", cross_entropy(inside, Y)),
            ("wrong-loss", np.sum(np.abs(out_y - Y)) / 2),
            ("wrong-loss", np.sum(np.abs(out_y - Y))),
            ("wrong-loss", np.sqrt(np.sum((out_y - Y) ** 2))),
            ("not-squared", np.sum(out_y - Y)),
            ("not-squared", np.sum(out_y - Y) / 2),
            ("not-summed", (out_y - Y) ** 2 / 2),
            ("not-summed", (out_y - Y) ** 2),
            ("not-summed", np.sum((out_y - Y) ** 2, axis=0) / 2),
            ("not-summed", np.sum((out_y - Y) ** 2, axis=0, keepdims=True) / 2),
            ("not-summed", np.sum((out_y - Y) ** 2, axis=1) / 2),
            ("not-summed", np.sum((out_y - Y) ** 2, axis=1, keepdims=True) / 2),
            ("square-of-sum", np.sum(out_y - Y) ** 2 / 2),
        ]
    }
