"""Mistakes of lesson 4: trainings of networks with the wrong units or without biases."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from backprop.differentiate import gradient
from backprop.network import cross_entropy, half_squared_error, layer, sigmoid

from ...mistakes import Part, error_pattern, own_words
from . import exercises
from .step_rules import same

Unit = Callable[[np.ndarray], np.ndarray]
Network = tuple[Unit, Unit, bool]  # hidden units, output units, whether biases are used


def _rectifier(z: np.ndarray) -> np.ndarray:
    return np.where(np.real(z) > 0, z, 0)


def _leaky(z: np.ndarray) -> np.ndarray:
    return np.where(np.real(z) > 0, z, 0.01 * z)


def _same_number(z: np.ndarray) -> np.ndarray:
    return z


HIDDEN: dict[str, Unit] = {
    "": sigmoid,
    "tanh units in the hidden layer": np.tanh,
    "ReLU units in the hidden layer": _rectifier,
    "leaky ReLU units in the hidden layer": _leaky,
    "no sigmoid in the hidden layer": _same_number,
}
OUTPUT: dict[str, Unit] = {"": sigmoid, "no sigmoid in the output layer": _same_number}


def _other_trainings() -> Iterator[tuple[Part, Network, bool, bool]]:
    """Yield the mistake, the network, and whether the loss is the cross-entropy and a mean."""
    for (below, hidden), (above, output) in product(HIDDEN.items(), OUTPUT.items()):
        for biased, entropy, averaged in product((True, False), (False, True), (False, True)):
            other = bool(below or above or not biased)
            if (other or (entropy and averaged)) and not (above and entropy):
                which = " and ".join(filter(None, (below, above, "" if biased else "no biases")))
                codes = ["other-network"] * other
                codes += ["missing-output-slope"] * entropy + ["averaged"] * averaged
                details: dict[str, object] = {
                    "which": which,
                    "of": "the step is ",
                    "divisor": "the number of examples",
                }
                yield Part(tuple(codes), details), (hidden, output, biased), entropy, averaged


own_words(
    exercises.train,
    "other-network",
    "right for the training of a network with {which}",
    "Which function should each unit apply, and which function does it apply in your code?",
)


def _outputs(network: Network, arrays: Sequence[np.ndarray], X: np.ndarray) -> np.ndarray:
    hidden, output, biased = network
    W1, b1, W2, b2 = arrays
    factor = 1.0 if biased else 0.0
    return output(layer(W2, factor * b2, hidden(layer(W1, factor * b1, X))))


@lru_cache(maxsize=512)
def _trained_as(
    case: tuple, network: Network, entropy: bool, averaged: bool
) -> tuple[np.ndarray, ...]:
    """Return the parameters of a trained network, and the losses before each step."""
    X, Y, *arrays, rate, steps = case
    rate = rate / X.shape[1] if averaged else rate
    loss = cross_entropy if entropy else half_squared_error
    losses = []
    for _ in range(steps):
        losses.append(half_squared_error(_outputs(network, arrays, X), Y))
        slopes = gradient(lambda *moved: loss(_outputs(network, moved, X), Y), *arrays)
        arrays = [array - rate * slope for array, slope in zip(arrays, slopes)]
    return *arrays, np.array(losses)


@error_pattern(exercises.train)
def find_another_network(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Compare with trainings of networks with the wrong units or without biases."""
    place = list(exercises.train.returns).index(name)
    # The cheapest cases first, because they rule out most candidates.
    numbers = sorted(
        range(len(cases)), key=lambda number: cases[number][0].size * cases[number][-1]
    )
    for part, *training in _other_trainings():
        if all(
            same(values[number], _trained_as(cases[number], *training)[place]) for number in numbers
        ):
            return part
    return None
