"""Mistakes of lesson 4 in predictions."""

from collections.abc import Callable, Sequence

import numpy as np

from backprop.network import (
    Parameters,
    forward,
    layer,
    pre_activation,
)

from ...mistakes import (
    Instead,
    Part,
    WrongValues,
    error_pattern,
    mistake,
    own_words,
    wrong_values,
)
from ..forward_pass.mistakes import UNITS
from . import exercises

mistake(
    "not-thresholded",
    "The outputs are returned instead of labels.",
    "these are the outputs; a label is 0 or 1",
    "How large must an output be for the label 1?",
)
mistake(
    "wrong-threshold",
    "The threshold is wrong.",
    "the label is 1 where the output is above a threshold between {low} and {high}; the exercise "
    "asks for one half",
    "Between which two numbers do the outputs lie, and which number is halfway between them?",
    "What do you compare with the threshold: an activation or a pre-activation?",
)
mistake(
    "moving-threshold",
    "The threshold is computed from the outputs.",
    "the threshold is the {which} of the outputs; the exercise asks for one half",
    "Should the label of one example depend on the other examples?",
)
mistake(
    "largest-output",
    "The largest output of each example is found.",
    "this shows which output of each example is the largest; the exercise asks for a label for "
    "each output",
    "How many labels does one example have if the network has three outputs?",
)
own_words(
    exercises.predict,
    "all-ones",
    "every label is 1, although many outputs are below one half",
    "Between which two numbers do your outputs lie? Print a few of them.",
    "How large must an output be for the label 1?",
)
own_words(
    exercises.predict,
    "all-zero",
    "every label is 0, although many outputs are above one half",
    "How large must an output be for the label 1?",
    "Which of your operations could turn numbers into 0, such as one that removes the decimals?",
)
for _code, _message in (
    ("doubled", "2 is used instead of 1"),
    ("scaled", "{factor} is used instead of 1"),
    ("sign-flipped", "-1 is used instead of 1"),
):
    own_words(exercises.predict, _code, _message, "Which two numbers occur in Y?")
own_words(
    exercises.predict,
    "one-output",
    "only the {which} output has labels; each output has its own labels",
    "How many outputs does the network have for each example?",
)
for _code, _message in (
    ("tanh-activation", "these are the labels of a network with tanh units instead of sigmoids"),
    ("missing-sigmoid", "these are the labels of a network whose hidden layer has no sigmoid"),
    (
        "sign-of-exponent",
        "these are the labels of a network whose hidden units fall where a sigmoid rises",
    ),
    ("sigmoid-twice", "these are the labels of a network that applies the sigmoid twice"),
    ("other-activation", "these are the labels of a network with {which} instead of the sigmoid"),
    (
        "parentheses",
        "these are the labels of a network whose hidden units are one plus an exponential",
    ),
):
    own_words(
        exercises.predict,
        _code,
        _message,
        "Are the outputs behind your labels right? Compare them with those of your "
        "`forward_propagation`.",
    )


@wrong_values(exercises.predict)
def instead_of_predict(
    compute: Callable,
    X: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
) -> WrongValues:
    """Return the values of known mistakes for the labels."""
    labels = np.asarray(compute(X, W1, b1, W2, b2), dtype=float)
    out_y = forward(Parameters(W1, b1, W2, b2), X).out_y
    net_h = layer(W1, b1, X)
    largest = np.argmax(out_y, axis=0)
    shares = np.exp(pre_activation(out_y))
    found: Instead = [
        ("not-thresholded", out_y),
        ("inverted", 1 - labels),
        ("plus-minus-one", 2 * labels - 1),
        (Part(("one-output",), {"which": "first"}), labels[:1]),
        (Part(("one-output",), {"which": "first"}), labels[0]),
        (Part(("one-output",), {"which": "last"}), labels[-1:]),
        ("largest-output", largest),
        ("largest-output", largest[None]),
        ("largest-output", np.eye(len(out_y))[:, largest]),
        (
            Part(("other-activation",), {"which": "a softmax over the outputs"}),
            shares / shares.sum(axis=0) > 0.5,
        ),
    ]
    for code, factor in (("missing-bias", 0), ("subtracted-bias", -1)):
        for first, second in ((factor, factor), (1, factor), (factor, 1)):
            found.append((code, compute(X, W1, first * b1, W2, second * b2)))
    for part, unit in UNITS:
        net_y = layer(W2, b2, unit(net_h))
        found.append((part, net_y > 0))
        if "sign-of-exponent" in part.codes:
            found.append((part, net_y < 0))  # in both layers
    for which, middle in (("mean", np.mean), ("median", np.median)):
        part = Part(("moving-threshold",), {"which": which})
        found += [(part, out_y > middle(out_y, axis=axis, keepdims=True)) for axis in (None, 0, 1)]
    return {"labels": [(part, np.asarray(value, dtype=float)) for part, value in found]}


@error_pattern(exercises.predict)
def find_the_threshold(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find a wrong threshold that separates the outputs with label 1 from those with label 0."""
    outputs = np.concatenate(
        [forward(Parameters(*case[1:]), case[0]).out_y.ravel() for case in cases]
    )
    labels = np.concatenate([np.ravel(value) for value in values])
    if set(labels) != {0.0, 1.0}:
        return None
    low, high = np.max(outputs[labels == 0]), np.min(outputs[labels == 1])
    if low >= high:
        return None
    return Part(("wrong-threshold",), {"low": f"{low:.4g}", "high": f"{high:.4g}"})
