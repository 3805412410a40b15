"""Mistakes of lesson 4, on training."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from backprop.differentiate import gradient
from backprop.network import cross_entropy, forward, half_squared_error

from ...mistakes import WrongValues, error_pattern, explained_gradient, mistake, wrong_values
from ...mistakes.networks import RIGHT, BackwardPath, Part
from . import exercises

# --- one step -------------------------------------------------------------------------------------

mistake(
    "uphill",
    "The step goes up the gradient.",
    "the step goes up the gradient; the loss falls in the other direction",
    "In which direction does the gradient point: where the loss grows or where it falls?",
)
mistake(
    "step-twice",
    "The step is taken twice.",
    "the step is taken twice",
    "How often does your function subtract?",
)
mistake(
    "missing-rate",
    "The learning rate is left out.",
    "the learning rate is left out",
    "How long is your step, and who decides that?",
)
mistake(
    "divided-by-rate",
    "The step is divided by the learning rate.",
    "the step is divided by the learning rate",
    "Should a larger rate make the step longer or shorter?",
)
mistake(
    "only-the-step",
    "Only the step is returned.",
    "this is the step alone; asked for is where the step leads",
    "From where does the step start?",
)


@wrong_values(exercises.update_parameters)
def instead_of_update_parameters(compute: Callable, *arguments: np.ndarray | float) -> WrongValues:
    *arrays, rate = arguments
    names = ("W1", "b1", "W2", "b2")
    found: dict[str, list] = {}
    for name, old, new in zip(names, arrays, compute(*arguments)):
        way = new - old
        found[name] = [
            ("uphill", old - way),
            ("missing-rate", old + way / rate),
            (("missing-rate", "uphill"), old - way / rate),
            ("step-twice", old + 2 * way),
            ("not-updated", old),
            ("only-the-step", way),
            ("only-the-step", -way),
            ("divided-by-rate", old + way / rate**2),
        ]
    return found


# --- many steps -----------------------------------------------------------------------------------

mistake(
    "updated-from-new",
    "One layer is updated from the network in which the other has moved.",
    "one layer is updated from gradients of a network in which the other has already moved",
    "At which parameters are the four gradients of one step computed?",
)
mistake(
    "loss-after-step",
    "The loss is taken after the step.",
    "each loss is taken after the step; asked for is the loss before it",
    "At which parameters do you compute the loss: those before or those after the update?",
)
mistake(
    "only-last-loss",
    "Only the last loss is returned.",
    "only one loss is returned; asked for is the loss before each step",
    "Where do you keep the losses of the earlier steps?",
)
mistake(
    "one-step-only",
    "It ends after the first step.",
    "it ends after the first step",
    "How far is the line with `return` moved in? Does it belong to the loop?",
)
mistake(
    "stale-gradient",
    "All steps use the gradient of the start.",
    "every step uses the gradient of the start; the gradient changes as the parameters move",
    "Which lines must be computed anew in every step?",
)
mistake(
    "one-step-less",
    "It makes one step too few.",
    "one step too few",
    "How often does your loop run when `steps` is 1?",
)
mistake(
    "one-step-more",
    "It makes one step too many.",
    "one step too many",
    "How often does your loop run when `steps` is 1?",
    "How many losses has your list when `steps` is 1?",
)


@wrong_values(exercises.train)
def instead_of_train(
    compute: Callable,
    X: np.ndarray,
    Y: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    learning_rate: float,
    steps: int,
) -> WrongValues:
    start = X, Y, W1, b1, W2, b2
    names = ("W1", "b1", "W2", "b2", "losses")
    found: dict[str, list] = {name: [] for name in names}

    def trained(rate, steps):
        return [np.asarray(value) for value in compute(*start, rate, steps)]

    for code, rate in (
        ("uphill", -learning_rate),
        ("averaged", learning_rate / X.shape[1]),
        ("doubled", 2 * learning_rate),
        ("missing-rate", 1.0),
        ("not-updated", 0.0),
    ):
        for name, value in zip(names, trained(rate, steps)):
            found[name].append((code, value))
    counts = {"one-step-less": steps - 1, "one-step-more": steps + 1, "one-step-only": 1}
    for code, count in counts.items():
        for name, value in zip(names, trained(learning_rate, count)):
            found[name].append((code, value))
    for code, way in (
        ("missing-output-slope", _down_cross_entropy),
        ("updated-from-new", _layer_by_layer),
        ("updated-from-new", _layer_by_layer_from_above),
        ("updated-W2", _through_new_W2),
        ("stale-gradient", _Stale()),
    ):
        for name, value in zip(names, _trained_otherwise(way, *start, learning_rate, steps)):
            found[name].append((code, value))
    longer = trained(learning_rate, steps + 1)[-1]
    found["losses"] += [
        ("loss-after-step", longer[1:]),
        ("loss-after-step", longer[1:-1]),
        ("only-last-loss", longer[-1]),
        ("only-last-loss", longer[-2]),
        ("averaged", longer[:-1] / X.shape[1]),
    ]
    return found


def _trained_otherwise(way, X, Y, W1, b1, W2, b2, learning_rate, steps):
    """What training gives if each step goes another way than down the gradient."""
    arrays, losses = (W1, b1, W2, b2), []
    for _ in range(steps):
        losses.append(half_squared_error(forward(arrays, X).out_y, Y))
        arrays = way(arrays, X, Y, -learning_rate)
    return *arrays, np.array(losses)


def _slopes(arrays, X, Y, loss):
    return gradient(lambda *moved: loss(forward(moved, X).out_y, Y), *arrays)


def _down_cross_entropy(arrays, X, Y, distance):
    inside = np.clip(Y, 0, 1)
    slopes = _slopes(arrays, X, inside, cross_entropy)
    return tuple(array + distance * slope for array, slope in zip(arrays, slopes))


def _layer_by_layer(arrays, X, Y, distance, order=((0, 1), (2, 3))):
    arrays = list(arrays)
    for places in order:
        slopes = _slopes(arrays, X, Y, half_squared_error)
        for place in places:
            arrays[place] = arrays[place] + distance * slopes[place]
    return tuple(arrays)


def _layer_by_layer_from_above(arrays, X, Y, distance):
    return _layer_by_layer(arrays, X, Y, distance, order=((2, 3), (0, 1)))


def _through_new_W2(arrays, X, Y, distance):
    """Move the second layer, and send the old error back through its new weights."""
    activations = forward(arrays, X)
    slopes = _slopes(arrays, X, Y, half_squared_error)
    W2, b2 = (array + distance * slope for array, slope in zip(arrays[2:], slopes[2:]))
    path = BackwardPath(X, Y, activations.out_h, activations.out_y, W2)
    way = (RIGHT, "W2", "sigmoid")
    dW1 = path.weights("X", way).sum(axis=0)
    db1 = path.error(way).sum(axis=1, keepdims=True)
    return arrays[0] + distance * dW1, arrays[1] + distance * db1, W2, b2


mistake(
    "first-loss-right",
    "The losses are other ones after the first step.",
    "the first loss is right, the later ones are not",
    "Are the parameters right that come back? If not, mend the step first: the losses follow them.",
)


@error_pattern(exercises.train)
def find_another_gradient(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Where one step is taken, it shows along which gradient."""
    if name == "losses":
        first = all(
            np.isclose(came[0], wanted[0], rtol=1e-9) for came, wanted in zip(values, right)
        )
        return Part(("first-loss-right",)) if first else None
    place = 2 + ("W1", "b1", "W2", "b2").index(name)
    short = [number for number, case in enumerate(cases) if case[-1] == 1]
    slopes = [(cases[number][place] - values[number]) / cases[number][-2] for number in short]
    return explained_gradient(_paths(tuple(cases[number] for number in short)), f"d{name}", slopes)


@lru_cache(maxsize=32)
def _paths(cases):
    return [_path(*case) for case in cases]


def _path(X, Y, W1, b1, W2, b2, *_):
    activations = forward((W1, b1, W2, b2), X)
    return BackwardPath(X, Y, activations.out_h, activations.out_y, W2)


class _Stale:
    """Go on along the gradient that was found at the start of each training."""

    def __init__(self):
        self.slopes = None

    def __call__(self, arrays, X, Y, distance):
        if self.slopes is None:
            self.slopes = _slopes(arrays, X, Y, half_squared_error)
        return tuple(array + distance * slope for array, slope in zip(arrays, self.slopes))


# --- predictions ----------------------------------------------------------------------------------

mistake(
    "not-thresholded",
    "The outputs are returned in place of labels.",
    "these are the outputs; a label is 0 or 1",
    "From which output on is the label 1?",
)
mistake(
    "wrong-threshold",
    "The threshold is wrong.",
    "these labels do not tell which outputs are above one half: the threshold is wrong",
    "Between which two numbers do the outputs lie, and what is half-way?",
    "What do you compare with the threshold: an activation or a pre-activation?",
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
    labels = np.asarray(compute(X, W1, b1, W2, b2), dtype=float)
    out_y = forward((W1, b1, W2, b2), X).out_y
    return {
        "labels": [
            ("not-thresholded", out_y),
            ("inverted", 1 - labels),
            ("wrong-threshold", np.ones_like(labels)),
            ("wrong-threshold", np.zeros_like(labels)),
            ("plus-minus-one", 2 * labels - 1),
            ("missing-bias", compute(X, W1, 0 * b1, W2, 0 * b2)),
            ("missing-bias", compute(X, W1, b1, W2, 0 * b2)),
            ("wrong-threshold", compute(X, W1, b1, W2, b2 - 0.5)),
        ]
    }
