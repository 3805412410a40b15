"""The sheet of `by_hand`: the forward and backward pass of one example in a 2-2-1 network.

The right values of the cells are computed as derivatives of the loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from backprop.differentiate import gradient
from backprop.network import Parameters, half_squared_error, layer, pre_activation, sigmoid

Cells: TypeAlias = dict[str, float]


@dataclass(frozen=True, eq=False)
class Paper:
    """A 2-2-1 network with one example, from which all cells of a sheet follow.

    Attributes
    ----------
    parameters
        W1 (2, 2), b1 (2, 1), W2 (1, 2) and b2 (1, 1).
    x, y
        The inputs (2, 1) and the target (1, 1).
    """

    parameters: Parameters
    x: np.ndarray
    y: np.ndarray


PAPER = Paper(
    Parameters(
        W1=np.array([[-0.5, -2.0], [1.5, 0.5]]),
        b1=np.array([[-2.0], [-2.0]]),
        W2=np.array([[2.0, -3.0]]),
        b2=np.array([[0.5]]),
    ),
    x=np.array([[3.0], [-1.5]]),
    y=np.array([[1.0]]),
)

NET_H, OUT_H = ("net_h[0]", "net_h[1]"), ("out_h[0]", "out_h[1]")
DELTA_H, DB1 = ("delta_h[0]", "delta_h[1]"), ("db1[0]", "db1[1]")
DW2 = ("dW2[0, 0]", "dW2[0, 1]")
DW1 = tuple(f"dW1[{j}, {i}]" for j, i in np.ndindex(2, 2))
# For each cell, the cells that it is computed from; in the order of computation.
BEFORE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(NET_H, ()),
    **{out: (net,) for out, net in zip(OUT_H, NET_H)},
    "net_y[0]": OUT_H,
    "out_y[0]": ("net_y[0]",),
    "C": ("out_y[0]",),
    "delta_y[0]": ("out_y[0]",),
    **{name: ("delta_y[0]", out) for name, out in zip(DW2, OUT_H)},
    "db2[0]": ("delta_y[0]",),
    **{name: ("delta_y[0]", out) for name, out in zip(DELTA_H, OUT_H)},
    **{name: (DELTA_H[int(name[4])],) for name in DW1},
    **{name: (delta,) for name, delta in zip(DB1, DELTA_H)},
}


class Slopes(NamedTuple):
    """The gradients with respect to the weights, the biases and the inputs of a layer."""

    W: np.ndarray
    b: np.ndarray
    inputs: np.ndarray


def slopes_of_layer(W: np.ndarray, b: np.ndarray, inputs: np.ndarray, errors: np.ndarray) -> Slopes:
    """Return the gradients of sum(errors * pre-activations) of a layer."""

    def followed(W: np.ndarray, b: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        return np.sum(errors * layer(W, b, inputs), axis=(-2, -1))

    return Slopes(*gradient(followed, W, b, inputs))


def error_below(W2: np.ndarray, delta_y: np.ndarray, net_h: np.ndarray) -> np.ndarray:
    """Return the gradient of sum(delta_y * net_y) with respect to `net_h`."""
    no_bias = np.zeros((len(W2), 1))
    (errors,) = gradient(
        lambda net: np.sum(delta_y * layer(W2, no_bias, sigmoid(net)), axis=(-2, -1)), net_h
    )
    return errors


def column(cells: Cells, names: tuple[str, ...]) -> np.ndarray:
    """Return the numbers of the named cells as a column."""
    return np.array([[cells[name]] for name in names])


def cells_after(paper: Paper, cells: Cells) -> Cells:
    """Return the value of each cell, computed from the given numbers in the cells before it.

    Parameters
    ----------
    paper
        The network and its example.
    cells
        A number for every cell.
    """
    W1, b1, W2, b2 = paper.parameters
    out_h, out_y = column(cells, OUT_H), column(cells, ("out_y[0]",))
    delta_y, delta_h = column(cells, ("delta_y[0]",)), column(cells, DELTA_H)
    (error_y,) = gradient(
        lambda net: half_squared_error(sigmoid(net), paper.y), pre_activation(out_y)
    )
    above = slopes_of_layer(W2, b2, out_h, delta_y)
    below = slopes_of_layer(W1, b1, paper.x, delta_h)
    found = {
        NET_H: layer(W1, b1, paper.x),
        OUT_H: sigmoid(column(cells, NET_H)),
        ("net_y[0]",): layer(W2, b2, out_h),
        ("out_y[0]",): sigmoid(column(cells, ("net_y[0]",))),
        ("C",): half_squared_error(out_y, paper.y),
        ("delta_y[0]",): error_y,
        DW2: above.W,
        ("db2[0]",): above.b,
        DELTA_H: error_below(W2, delta_y, pre_activation(out_h)),
        DW1: below.W,
        DB1: below.b,
    }
    return {
        name: float(value)
        for names, values in found.items()
        for name, value in zip(names, np.ravel(values))
    }


@lru_cache(maxsize=1)
def right_cells(paper: Paper) -> Mapping[str, float]:
    """Return the right value of each cell."""
    cells = dict.fromkeys(BEFORE, 0.5)
    for _ in BEFORE:  # each iteration makes at least one more cell right
        cells = cells_after(paper, cells)
    return cells
