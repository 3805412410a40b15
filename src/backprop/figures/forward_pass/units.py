"""Units, layers and networks of lesson 2, with their numbers on them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...network import Parameters, forward, layer, sigmoid
from .. import style
from ..cache import Drawing, drawn_once
from ..parts import column, edge, edges, ground, label, node, share, table, words
from ..style import BACKWARD, FORWARD, FORWARD_TINT, GREY, Look, Point
from ..wording import listed, short
from .arrays import CELL, NORMAL, SMALL, block

RADIUS = 0.34  # of a unit, in inches


@drawn_once
def overview(parameters: Parameters, X: np.ndarray) -> Drawing:
    """Show the lesson in one picture: examples X (n_x, m) go in as columns, outputs come out so."""
    out_y = forward(parameters, X).out_y
    n_x, m = X.shape
    n_h, n_y = len(parameters.W1), len(parameters.W2)
    figure, axes = style.sheet(8.4, 2.9)
    columns = [column(n, x, 1.35, 1.1) for n, x in ((n_x, 3.2), (n_h, 4.5), (n_y, 5.7))]
    for name, entry, start, end, _ in edges(columns):
        _edge(axes, start, end, (0.24, 0.24), getattr(parameters, name)[entry])
    for places, name in zip(columns, "xhy"):
        for i, place in enumerate(places):
            _unit(axes, place, f"${name}_{i + 1}$", 0.24, "white")
    end = block(axes, 0.35, 1.35 + n_x * CELL[1] / 2, X)
    table(axes, (6.15, 1.35 + CELL[1] / 2), out_y, (0.52, CELL[1]), "{:.2f}".format)
    words(axes, ((0.35 + end) / 2, 2.35), f"X: {m} examples, one a column", size=NORMAL)
    words(axes, (3.85, 2.35), "W1, b1", size=NORMAL)
    words(axes, (5.1, 2.35), "W2, b2", size=NORMAL)
    words(axes, (6.15 + 0.26 * m, 2.35), f"out_y: {m} outputs", size=NORMAL)
    for across, text in ((3.2, "inputs"), (4.5, "hidden units"), (5.7, "output")):
        words(axes, (across, 0.3), text, GREY, SMALL)
    return figure, (
        f"A network with {n_x} inputs, {n_h} hidden units and {n_y} output unit. On the left "
        f"stands X, a table with {m} columns, one for each example; on the right the outputs that "
        f"the network gives for these columns: {listed(out_y[0], '.2f')}."
    )


@drawn_once
def one_unit(inputs: Sequence[float], weights: Sequence[float], bias: float) -> Drawing:
    """Show one unit with its numbers: products on the edges, their sum, the activation.

    There are as many weights as inputs, or it is a ValueError.
    """
    inputs, weights = np.asarray(inputs, dtype=float), np.asarray(weights, dtype=float)
    if inputs.shape != weights.shape:
        raise ValueError(f"{inputs.size} inputs need as many weights; there are {weights.size}")
    products = inputs * weights
    net = float(products.sum() + bias)
    out = float(sigmoid(net))
    figure, axes = style.sheet(8.0, 2.9)
    places = column(len(inputs) + 1, 1.0, 1.5, 1.0)
    centre, end = (4.3, 1.5), (6.6, 1.5)
    for j, (place, x, w, product) in enumerate(zip(places, inputs, weights, products), start=1):
        text = f"$w_{j}$ = {short(w)}:  {short(w)} · {short(x)} = {short(product)}"
        _edge(axes, place, centre, (RADIUS, 0.5), w)
        label(axes, share(place, centre, 0.46), text, size=SMALL)
        _unit(axes, place, f"$x_{j}$\n{short(x)}", fill="white")
    _edge(axes, places[-1], centre, (RADIUS, 0.5), bias)
    label(axes, share(places[-1], centre, 0.46), f"$b$ = {short(bias)}", size=SMALL)
    _unit(axes, places[-1], "bias", fill="white", linestyle="--")
    _edge(axes, centre, end, (0.5, 0.5))
    words(axes, (5.45, 1.72), "sigmoid", size=SMALL)
    _unit(axes, centre, f"net\n{short(net)}", 0.5)
    _unit(axes, end, f"out\n{out:.4f}", 0.5)
    sums = " ".join(f"{'plus' if p >= 0 else 'minus'} {abs(p):g}" for p in (*products, bias))
    return figure, (
        f"One unit with inputs {_and(inputs)}, weights {_and(weights)} and bias {bias:g}. "
        f"The products and the bias are added: {sums} gives net {net:g}. The sigmoid turns it into "
        f"the activation out = {out:.4f}."
    )


@drawn_once
def one_layer(W1: np.ndarray, b1: np.ndarray, x: np.ndarray) -> Drawing:
    """Show a layer of units for one example (n_x, 1), with every number on it.

    More than 3 units or inputs raise a ValueError.
    """
    figure, (net,), (out,) = _drawing([(W1, b1)], x)
    units = "; ".join(
        f"unit h{i + 1} has the weights {_and(W1[i])}, the bias {b1[i, 0]:g}, "
        f"net {net[i, 0]:.4g} and out {out[i, 0]:.4f}"
        for i in range(len(W1))
    )
    return figure, f"A layer of {len(W1)} units over the inputs {_and(x[:, 0])}: {units}."


@drawn_once
def network(parameters: Parameters, X: np.ndarray) -> Drawing:
    """Show a network with its weights on the edges and the numbers of every example at the units.

    More than 3 units in a layer or more than 4 examples raise a ValueError.
    """
    W1, b1, W2, b2 = parameters
    figure, _, outs = _drawing([(W1, b1), (W2, b2)], X)
    rows = [
        f"out of {name}{i + 1}: {listed(row, '.3f')}"
        for name, array in zip("hy", outs)
        for i, row in enumerate(array)
    ]
    m = X.shape[1]
    return figure, (
        f"A network with {W1.shape[1]} inputs, {len(W1)} hidden units and {len(W2)} output unit, "
        f"and what its units compute for {m} {'example' if m == 1 else 'examples'}. "
        f"{'; '.join(rows)}."
    )


def _drawing(
    layers: Sequence[tuple[np.ndarray, np.ndarray]], X: np.ndarray
) -> tuple[Figure, list[np.ndarray], list[np.ndarray]]:
    """Draw inputs and layers [(W, b), ...] with their numbers; return figure, nets, outs."""
    sizes, m = [len(X), *(len(W) for W, _ in layers)], X.shape[1]
    if max(sizes) > 3 or m > 4:
        raise ValueError(
            "the drawing has room for 3 units in a layer and for 4 examples; there are "
            f"{max(sizes)} and {m}"
        )
    step = 1.5 if m == 1 else 1.25
    net_form, out_form = (".4g", ".4f") if m == 1 else (".1f", ".3f")
    height = step * (max(sizes) - 1) + 2.1
    figure, axes = style.sheet(2.4 + 3.0 * len(layers), height)
    places = [column(n, 0.95 + 3.0 * k, height / 2, step) for k, n in enumerate(sizes)]
    for j, place in enumerate(places[0]):
        _unit(axes, place, f"$x_{j + 1}$", fill="white")
        _beside(axes, place, height / 2, [_row("", X[j], "g")])
    nets, outs = [], [X]
    for k, (W, b) in enumerate(layers):
        nets.append(layer(W, b, outs[-1]))
        outs.append(sigmoid(nets[-1]))
        part = 0.27 if sizes[k] <= sizes[k + 1] else 0.4
        for _, entry, start, end, at in edges(places[k : k + 2], part, part):
            _edge(axes, start, end, (RADIUS, RADIUS), W[entry])
            label(axes, at, short(W[entry]), size=SMALL)
        for i, place in enumerate(places[k + 1]):
            _unit(axes, place, f"${'hy'[k]}_{i + 1}$")
            net, out = _row("net ", nets[k][i], net_form), _row("out ", outs[k + 1][i], out_form)
            _beside(axes, place, height / 2, [f"b = {short(b[i, 0])}", net, out])
    return figure, nets, outs[1:]


def _row(name: str, values: np.ndarray, form: str) -> str:
    """Return the numbers of a unit, one an example, as a line of text."""
    width = 1 if name == "" else 5 if len(values) > 1 else 0
    return name + " ".join(f"{short(value, form):>{width}}" for value in values)


def _beside(axes: Axes, place: Point, middle: float, rows: Sequence[str]) -> None:
    """Write lines of text above a unit of the upper half, else beneath it."""
    x, y = place
    up = y > middle + 0.1
    first = y + RADIUS + 0.12 + 0.19 * (len(rows) - 1) if up else y - RADIUS - 0.13
    look: Look = {"size": 10, "bbox": ground(0.4), "family": "DejaVu Sans Mono", "zorder": 6}
    for line, text in enumerate(rows):
        label(axes, (x, first - 0.19 * line), text, **look)


def _unit(
    axes: Axes, at: Point, text: str, radius: float = RADIUS, fill: str = FORWARD_TINT, **more: Any
) -> None:
    node(axes, at, radius, text, facecolor=fill, size=SMALL, zorder=4, **more)


def _edge(axes: Axes, start: Point, end: Point, radii: Point, weight: float = 1.0) -> None:
    """Draw an arrow between two circles; that of a negative weight is orange and dashed."""
    color, line = (FORWARD, "-") if weight >= 0 else (BACKWARD, (0, (5, 2)))
    look: Look = {"mutation_scale": 11, "linewidth": 1.4, "linestyle": line, "zorder": 2}
    edge(axes, start, end, (radii[0], radii[1] + 0.02), color=color, **look)


def _and(values: Sequence[float] | np.ndarray) -> str:
    return listed(values, between=" and ")
