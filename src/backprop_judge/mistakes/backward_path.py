"""The backward path through a network with altered parts, and the gradients that it gives."""

from collections.abc import Sequence
from functools import cache, cached_property, lru_cache

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import pre_activation, sigmoid

from .parts import Part, merged
from .slopes import UNITS, parabola
from .unit_errors import (
    BACK_PARTS,
    OUTPUT_PARTS,
    RIGHT,
    error_below,
    errors_at_hidden,
    errors_at_output,
    gradients_of_weights,
    hidden_part,
    one_error_at_output,
    weights_back,
)

# The path to an error: an index in OUTPUT_PARTS and, for hidden units, names of weights and unit.
Way = tuple[int] | tuple[int, str, str]


RIGHT_WAYS: dict[str, Way] = {"db2": (RIGHT,), "db1": (RIGHT, "W2", "sigmoid")}


@cache
def part_of(way: Way) -> Part:
    """Return the mistakes on the path to an error."""
    above = OUTPUT_PARTS[way[0]]
    if len(way) == 1:
        return above
    _, back, unit = way
    return merged((above, BACK_PARTS[back], hidden_part(unit)))


class BackwardPath:
    """Gradients of altered networks with the arguments of one case."""

    def __init__(
        self, X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
    ):
        self.X, self.Y, self.out_h, self.out_y, self.W2 = X, Y, out_h, out_y, W2
        self.error = cache(self._error)
        self.weights = cache(self._weights)
        # The places are nearly always the same ones; few of the large results are kept.
        self._every_error_at_hidden = lru_cache(maxsize=2)(self._every_error)

    @cached_property
    def at_output(self) -> np.ndarray:
        """The errors of the output units (K, n_y, m), one for each of OUTPUT_PARTS."""
        return errors_at_output(self.out_y, self.Y)

    def _error(self, way: Way) -> np.ndarray:
        """Return the error (n, m) for one path."""
        if len(way) == 1:
            return one_error_at_output(way[0], self.out_y, self.Y)
        place, back, unit = way
        delta, weights = self.error((place,)), self._back(place, back)
        if unit in UNITS:
            return error_below(delta, self.out_h, weights, UNITS[unit][1](self.out_h))
        return self._below(delta[None], weights)[unit][0]

    def _below(self, deltas: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
        return errors_at_hidden(deltas, self.out_h, weights)

    def _back(self, place: int, name: str) -> np.ndarray:
        # "step" is the gradient of W2 with the same error of the output units.
        return self.step(place) if name == "step" else weights_back(self.W2)[name]

    def step(self, place: int) -> np.ndarray:
        """Return the gradient of W2 with one of the errors of the output units, (n_y, n_h)."""
        return self.weights("out_h", (place,)).sum(axis=0)

    def right(self, name: str) -> np.ndarray:
        """Return the right gradient, "dW1", "db1", "dW2" or "db2"."""
        way = (RIGHT,) if name.endswith("2") else (RIGHT, "W2", "sigmoid")
        if name.startswith("db"):
            return self.error(way).sum(axis=1, keepdims=True)
        return self.weights("out_h" if name == "dW2" else "X", way).sum(axis=0)

    def every_error_at_hidden(self, places: Sequence[int]) -> tuple[list[Way], np.ndarray]:
        """Return all paths from some errors of the output units to the hidden units.

        Parameters
        ----------
        places
            Indices in OUTPUT_PARTS.

        Returns
        -------
        ways : list
            The path to each error.
        errors : ndarray
            The errors of the hidden units, (K, n_h, m).
        """
        return self._every_error_at_hidden(tuple(places))

    def _every_error(self, places: tuple[int, ...]) -> tuple[list[Way], np.ndarray]:
        ways: list[Way] = []
        errors: list[np.ndarray] = []
        deltas = self.at_output[list(places)]
        steps = gradients_of_weights(deltas, self.out_h).sum(axis=-3)
        for back, weights in {**weights_back(self.W2), "step": steps}.items():
            for unit, found in self._below(deltas, weights).items():
                ways += [(place, back, unit) for place in places]
                errors += list(found)
        return ways, np.array(errors)

    def inputs(self, name: str) -> np.ndarray:
        """Return the inputs (k, m) with this name that a layer may use."""
        if name == "net_h":
            return pre_activation(self.out_h)
        if name == "ones":
            return np.ones_like(self.out_h)
        if name.startswith("slope of "):
            return derivative(parabola, self.inputs(name.removeprefix("slope of ")))
        return getattr(self, name)

    def _weights(self, inputs: str, way: Way) -> np.ndarray:
        """Return the gradients of the weights for each example, (m, n, k), with these inputs."""
        seen = np.ones_like(self.X) if (inputs, len(way)) == ("ones", 3) else self.inputs(inputs)
        return gradients_of_weights(self.error(way), seen)

    def product_of_sums(self, inputs: str, way: Way) -> np.ndarray:
        """Return the product (n, k) of errors and inputs, both summed over the examples first."""
        total = self.error(way).sum(axis=1, keepdims=True)
        return gradients_of_weights(total, self.inputs(inputs).sum(axis=1, keepdims=True))[0]


@lru_cache(maxsize=32)
def paths_of(cases: tuple[tuple, ...]) -> list[BackwardPath]:
    """Return the `BackwardPath` of each case, cached for the submissions of a class."""
    return [BackwardPath(*case) for case in cases]


def products_entry_by_entry(case: tuple) -> dict[str, list[np.ndarray]]:
    """Return each gradient as computed with `*` instead of `@`, if all sizes are equal.

    The entry [j, i] of such a product is the contribution of example i to the gradient of the
    weight to unit j from unit i. It is taken from the gradients of each example.
    """
    path = BackwardPath(*case)
    at_output = path.error((RIGHT,))
    at_hidden = path.error((RIGHT, "W2", "sigmoid"))
    # In an elementwise backward step, hidden unit j only gets the term with W2[e, j] for example e.
    X, _, out_h, _, W2 = case
    alone = gradient(
        lambda net: np.sum(at_output * W2.T * sigmoid(net), axis=(-2, -1)), pre_activation(out_h)
    )[0]
    everywhere = {
        "dW2": [_diagonal(gradients_of_weights(at_output, out_h))],
        "dW1": [_diagonal(gradients_of_weights(error, X)) for error in (at_hidden, alone)],
        "db1": [alone.sum(axis=1, keepdims=True)],
    }
    everywhere["dW1"].append(gradients_of_weights(alone, X).sum(axis=0))
    return everywhere


def _diagonal(gradients: np.ndarray) -> np.ndarray:
    """Return the entries [i, j, j] of gradients (m, n, k) of each example, as an array (n, m)."""
    return np.einsum("ijj->ji", gradients)
