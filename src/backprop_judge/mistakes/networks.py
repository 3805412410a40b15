"""Mistakes of the backward path, as gradients of other networks than the asked one.

A slip in the backward pass computes the gradient of some other network: one whose
units are straight lines of another slope, whose weights on the way back are not W2,
whose layer sees another input. Here these networks are built and differentiated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import half_squared_error, layer, pre_activation, sigmoid

# What a unit does with its pre-activation: the codes of the mistake, and the slope of
# the line that stands for it at a point with activation `out`.
UNITS = {
    "sigmoid": lambda out: derivative(sigmoid, pre_activation(out)),
    "missing": lambda out: np.ones_like(out),
    "slope-of-activation": lambda out: derivative(sigmoid, out),
    "tanh-slope": lambda out: derivative(np.tanh, np.arctanh(np.clip(out, -1 + 1e-15, 1 - 1e-15))),
}


@dataclass(frozen=True)
class Candidate:
    """Values that an answer would have if it made certain mistakes.

    Attributes
    ----------
    codes
        The mistakes.
    value
        Gives the value for one case, from the place of that case.
    kind
        How the value is laid out, see `forms.arrangements`.
    """

    codes: tuple[str, ...]
    value: Callable[[int], np.ndarray]
    kind: str = "plain"


class BackwardPath:
    """Gradients of altered networks at the point of one case."""

    def __init__(self, X, Y, out_h, out_y, W2):
        self.X, self.Y, self.out_h, self.out_y, self.W2 = X, Y, out_h, out_y, W2
        self.error_at_output = lru_cache(None)(self._error_at_output)
        self.error_at_hidden = lru_cache(None)(self._error_at_hidden)
        self.weights = lru_cache(None)(self._weights)

    def _error_at_output(self, unit):
        """dC/dnet_y (n_y, m) where the output units are of this kind."""
        line = _line(pre_activation(self.out_y), self.out_y, unit)
        return gradient(
            lambda net: half_squared_error(line(net), self.Y), pre_activation(self.out_y)
        )[0]

    def _error_at_hidden(self, output_unit, hidden_unit, back):
        """dC/dnet_h (n_h, m) where the error goes back through the weights `back`."""
        back = f"step of {output_unit}" if back == "step" else back
        return error_below(
            self.error_at_output(output_unit), self.out_h, self._back(back), hidden_unit
        )

    def _back(self, name):
        if name == "W2":
            return self.W2
        if name == "ones":
            return np.ones_like(self.W2)
        # The step that W2 takes: its gradient, with the same kind of output unit.
        return self.weights("out_h", name.removeprefix("step of ")).sum(axis=0)

    def _weights(self, inputs, *error):
        """One gradient of the weights an example, (m, n, k), of a layer with these inputs."""
        delta = self.error_at_output(*error) if len(error) == 1 else self.error_at_hidden(*error)
        seen = {
            "X": self.X, "out_h": self.out_h, "net_h": pre_activation(self.out_h),
        }[inputs]  # fmt: skip
        return gradients_of_weights(delta, seen)


def _line(net, out, unit):
    """Return what a unit of this kind does near the pre-activation `net`."""
    if unit == "sigmoid":
        return sigmoid
    slope = UNITS[unit](out)
    return lambda moved: out + slope * (moved - net)


def error_below(
    delta: np.ndarray, out_h: np.ndarray, weights: np.ndarray, hidden_unit: str
) -> np.ndarray:
    """dC/dnet_h (n_h, m) where the layer above has error delta and these weights."""
    net_h = pre_activation(out_h)
    line = _line(net_h, out_h, hidden_unit)
    no_bias = np.zeros((len(weights), 1))
    return gradient(
        lambda net: np.sum(delta * layer(weights, no_bias, line(net)), axis=(-2, -1)), net_h
    )[0]


def gradients_of_weights(delta: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """One gradient of the weights an example, (m, n, k), from an error (n, m) and inputs (k, m)."""
    m, n, k = delta.shape[1], len(delta), len(inputs)
    alone = inputs.T[:, :, None]  # (m, k, 1): every example by itself
    errors = delta.T[:, :, None]  # (m, n, 1)

    def loss(W):
        return np.sum(errors * layer(W, np.zeros((n, 1)), alone), axis=(-3, -2, -1))

    return gradient(loss, np.zeros((m, n, k)))[0]


def codes_of_unit(unit: str, missing: str) -> tuple[str, ...]:
    """Return the codes of a kind of unit; `missing` is the code of a slope left out."""
    return {"sigmoid": (), "missing": (missing,)}.get(unit, (unit,))


@lru_cache(maxsize=8)
def backward_candidates(cases: tuple[tuple, ...]) -> dict[str, list[Candidate]]:
    """Return for each returned gradient its candidates, those with the fewest mistakes first."""
    paths = [BackwardPath(*case) for case in cases]
    found: dict[str, list[Candidate]] = {"dW1": [], "db1": [], "dW2": [], "db2": []}
    for output_unit in UNITS:
        codes = codes_of_unit(output_unit, "missing-output-slope")
        error: tuple[str, ...] = (output_unit,)
        found["db2"].append(_bias(paths, codes, error))
        for inputs, slip in (("out_h", ()), ("X", ("wrong-input",)), ("net_h", ("wrong-input",))):
            found["dW2"].append(_weights(paths, codes + slip, inputs, error))
        for hidden_unit in UNITS:
            for back, lost in (("W2", ()), ("ones", ("missing-W2",))):
                more = codes + codes_of_unit(hidden_unit, "missing-hidden-slope") + lost
                error = (output_unit, hidden_unit, back)
                found["db1"].append(_bias(paths, more, error))
                for inputs, slip in (("X", ()), ("out_h", ("wrong-input",))):
                    found["dW1"].append(_weights(paths, more + slip, inputs, error))
    for candidates in found.values():
        candidates.sort(key=lambda candidate: len(candidate.codes))
    return found


def _weights(paths, codes, inputs, error):
    return Candidate(codes, lambda place: paths[place].weights(inputs, *error), "weights")


def _bias(paths, codes, error):
    name = "error_at_output" if len(error) == 1 else "error_at_hidden"
    return Candidate(codes, lambda place: getattr(paths[place], name)(*error).T, "bias")


def products_entry_by_entry(case: tuple) -> dict[str, list[np.ndarray]]:
    """Where all sizes coincide: what `*` in place of a matrix product gives, by gradient.

    The entry [j, i] of such a product is the share of example i in the gradient of the
    weight from unit i to unit j, which is taken here from the gradients of each example.
    """
    path = BackwardPath(*case)
    at_output = path.error_at_output("sigmoid")
    at_hidden = path.error_at_hidden("sigmoid", "sigmoid", "W2")
    # The error sent back entry by entry: hidden unit k, example i, meets W2[i, k] alone.
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


def _diagonal(gradients):
    """From gradients (m, n, k) of each example the entries [i, j, j], laid out as (n, m)."""
    return np.einsum("ijj->ji", gradients)
