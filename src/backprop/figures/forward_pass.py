"""The pictures of lesson 2: units, layers, columns, XOR in the plane."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..network import Parameters, forward, half_squared_error, layer, sigmoid
from . import style
from .cache import UNSEEN, drawn_once
from .style import BACKWARD, FORWARD, FORWARD_TINT, GREY, INK, MARKED, Point

PAPER = "white"
SMALL, NORMAL, LARGE = 10.5, 11.5, 13

CELL = 0.46, 0.36  # width and height of one number in a block, in inches
RADIUS = 0.34  # of a unit, in inches


@drawn_once
def overview(parameters: Parameters, X: np.ndarray) -> tuple[Figure, str]:
    """Show the lesson in one picture: examples go in as columns, outputs come out as columns.

    Parameters
    ----------
    parameters
        `Parameters` of a network with n_h hidden units and one output unit.
    X
        (n_x, m) the examples.
    """
    out_y = forward(parameters, X).out_y
    n_x, m = X.shape
    n_h, n_y = len(parameters.W1), len(parameters.W2)
    figure, ax = _sheet(8.4, 2.9)
    _block(ax, 0.35, 1.35 + n_x * CELL[1] / 2, X)
    _words(ax, 0.35 + m * CELL[0] / 2, 2.35, f"X: {m} examples, one a column", size=NORMAL)
    centres = [_places(n, x, 1.35, 1.1) for n, x in ((n_x, 3.2), (n_h, 4.5), (n_y, 5.7))]
    for left, right, W in zip(centres, centres[1:], (parameters.W1, parameters.W2)):
        for (i, j), weight in np.ndenumerate(W):
            _edge(ax, left[j], right[i], 0.24, 0.24, weight)
    for column, name in zip(centres, "xhy"):
        for i, place in enumerate(column):
            _circle(ax, place, f"${name}_{i + 1}$", 0.24)
    _words(ax, 3.85, 2.35, "W1, b1", size=NORMAL)
    _words(ax, 5.1, 2.35, "W2, b2", size=NORMAL)
    width = 0.52
    _block(ax, 6.15, 1.35 + CELL[1] / 2, out_y, form="{:.2f}", width=width)
    _words(ax, 6.15 + m * width / 2, 2.35, f"out_y: {m} outputs", size=NORMAL)
    for x, text in ((3.2, "inputs"), (4.5, "hidden units"), (5.7, "output")):
        _words(ax, x, 0.3, text, colour=GREY)
    values = ", ".join(f"{value:.2f}" for value in out_y[0])
    return figure, (
        f"A network with {n_x} inputs, {n_h} hidden units and {n_y} output unit. On the left "
        f"stands X, a table with {m} columns, one for each example; on the right the outputs that "
        f"the network gives for these columns: {values}."
    )


@drawn_once
def one_unit(inputs: Sequence[float], weights: Sequence[float], bias: float) -> tuple[Figure, str]:
    """Show one unit with its numbers: products on the edges, their sum, the activation.

    Parameters
    ----------
    inputs, weights
        n_x numbers each.
    bias
        A number.

    Raises
    ------
    ValueError
        If there are not as many weights as inputs.
    """
    inputs, weights = np.asarray(inputs, dtype=float), np.asarray(weights, dtype=float)
    if inputs.shape != weights.shape:
        raise ValueError(f"{inputs.size} inputs need as many weights; there are {weights.size}")
    products = inputs * weights
    net = float(products.sum() + bias)
    out = float(sigmoid(net))
    figure, ax = _sheet(8.0, 2.9)
    places = _places(len(inputs) + 1, 1.0, 1.5, 1.0)
    centre, end = (4.3, 1.5), (6.6, 1.5)
    for j, (place, x, w, product) in enumerate(zip(places, inputs, weights, products), start=1):
        _edge(ax, place, centre, RADIUS, 0.5, w)
        label = f"$w_{j}$ = {_number(w)}:  {_number(w)} · {_number(x)} = {_number(product)}"
        _label(ax, place, centre, label, 0.46)
        _circle(ax, place, f"$x_{j}$\n{_number(x)}")
    _edge(ax, places[-1], centre, RADIUS, 0.5, bias)
    _label(ax, places[-1], centre, f"$b$ = {_number(bias)}", 0.46)
    _circle(ax, places[-1], "bias", dashed=True)
    _edge(ax, centre, end, 0.5, 0.5)
    _words(ax, 5.45, 1.72, "sigmoid")
    _circle(ax, centre, f"net\n{_number(net)}", 0.5, FORWARD_TINT)
    _circle(ax, end, f"out\n{out:.4f}", 0.5, FORWARD_TINT)
    sums = " ".join(f"{'plus' if p >= 0 else 'minus'} {abs(p):g}" for p in (*products, bias))
    return figure, (
        f"One unit with inputs {_listed(inputs)}, weights {_listed(weights)} and bias {bias:g}. "
        f"The products and the bias are added: {sums} gives net {net:g}. The sigmoid turns it into "
        f"the activation out = {out:.4f}."
    )


@drawn_once
def sigmoid_curve(marks: Sequence[float]) -> tuple[Figure, str]:
    """Show the sigmoid from -8 to 8 with some points marked.

    Parameters
    ----------
    marks
        The pre-activations to mark, numbers between -8 and 8.
    """
    figure = style.figure(7.2, 3.3)
    ax = figure.subplots()
    z = np.linspace(-8, 8, 401)
    ax.plot(z, sigmoid(z), color=FORWARD, linewidth=2)
    for level, line in ((0, "-"), (0.5, ":"), (1, "-")):
        ax.axhline(level, color=GREY, linewidth=0.8, linestyle=line)
    for mark in marks:
        a = float(sigmoid(mark))
        ax.plot([mark], [a], "o", color=BACKWARD, markersize=7)
        ax.annotate(
            f"sigmoid({_number(mark)}) = {a:.4f}",
            (mark, a),
            xytext=(10, -5) if mark >= 0 else (-10, -2),
            textcoords="offset points",
            ha="left" if mark >= 0 else "right",
            fontsize=SMALL,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
        )
    ax.set(xlim=(-8, 8), ylim=(-0.06, 1.06), yticks=(0, 0.25, 0.5, 0.75, 1))
    ax.set_xlabel("pre-activation net", fontsize=NORMAL)
    ax.set_ylabel("activation out", fontsize=NORMAL)
    ax.tick_params(labelsize=SMALL)
    points = ", ".join(f"sigmoid({mark:g}) = {sigmoid(mark):.4f}" for mark in marks)
    return figure, (
        "The sigmoid is a curve in the form of an S. It rises from almost 0 at net = -8 through "
        f"0.5 at net = 0 to almost 1 at net = 8. Marked points: {points}."
    )


@drawn_once
def one_layer(W1: np.ndarray, b1: np.ndarray, x: np.ndarray) -> tuple[Figure, str]:
    """Show a layer of units for one example, with every number on it.

    Parameters
    ----------
    W1, b1
        Weights (n_h, n_x) and biases (n_h, 1) of at most 3 units with at most 3 inputs.
    x
        The example (n_x, 1).

    Raises
    ------
    ValueError
        If there are more units or inputs.
    """
    figure, net, out = _drawing([(W1, b1)], x)
    units = "; ".join(
        f"unit h{i + 1} has the weights {_listed(W1[i])}, the bias {b1[i, 0]:g}, "
        f"net {net[0][i, 0]:.4g} and out {out[0][i, 0]:.4f}"
        for i in range(len(W1))
    )
    return figure, f"A layer of {len(W1)} units over the inputs {_listed(x[:, 0])}: {units}."


@drawn_once
def network(parameters: Parameters, X: np.ndarray) -> tuple[Figure, str]:
    """Show a network with its weights on the edges and the numbers of every example at the units.

    Parameters
    ----------
    parameters
        `Parameters` with at most 3 units in a layer.
    X
        The examples (n_x, m), at most 4.

    Raises
    ------
    ValueError
        If there are more units or examples.
    """
    W1, b1, W2, b2 = parameters
    figure, _, out = _drawing([(W1, b1), (W2, b2)], X)
    rows = [
        f"out of {name}{i + 1}: {', '.join(f'{value:.3f}' for value in row)}"
        for name, array in zip("hy", out)
        for i, row in enumerate(array)
    ]
    m = X.shape[1]
    return figure, (
        f"A network with {W1.shape[1]} inputs, {len(W1)} hidden units and {len(W2)} output unit, "
        f"and what its units compute for {m} {'example' if m == 1 else 'examples'}. "
        + "; ".join(rows)
        + "."
    )


@drawn_once
def product_blocks(
    W1: np.ndarray, X: np.ndarray, b1: np.ndarray, unit: int, example: int
) -> tuple[Figure, str]:
    """Show W1 @ X + b1 as blocks of numbers, and what goes into one entry.

    Parameters
    ----------
    W1, b1
        Weights (n_h, n_x) and biases (n_h, 1).
    X
        The examples (n_x, m).
    unit, example
        The row and the column of the entry that is marked, from 0.

    Raises
    ------
    IndexError
        If there is no such entry.
    """
    net = layer(W1, b1, X)
    n_h, n_x, m = *W1.shape, X.shape[1]
    figure, ax = _sheet(8.4, 2.75)
    top = 1.95
    left = 0.35
    for name, array, rows, columns, across in (
        ("W1", W1, [unit], range(n_x), f"{n_x} inputs"),
        ("X", X, range(n_x), [example], f"{m} examples"),
        ("b1", b1, [unit], [0], "1"),
        ("net_h", net, [unit], [example], f"{m} examples"),
    ):
        width = array.shape[1] * CELL[0]
        _block(ax, left, top, array, marked=[(i, j) for i in rows for j in columns])
        _words(
            ax, left + width / 2, top + 0.58, f"{name} {array.shape}", size=NORMAL, weight="bold"
        )
        _words(ax, left + width / 2, top + 0.2, across, colour=GREY)
        down = f"{n_x} inputs" if name == "X" else f"{n_h} units"
        _words(ax, left - 0.13, top - len(array) * CELL[1] / 2, down, colour=GREY, turn=90)
        sign = {"W1": "@", "X": "+", "b1": "="}.get(name)
        if sign:
            _words(ax, left + width + 0.2, top - n_h * CELL[1] / 2, sign, size=LARGE)
        left += width + 0.63
    sum_ = " + ".join(f"{_bracketed(w)}·{_bracketed(x)}" for w, x in zip(W1[unit], X[:, example]))
    value = f"{sum_} + {_bracketed(b1[unit, 0])} = {_number(net[unit, example])}"
    _words(ax, 4.2, 0.35, f"unit {unit + 1}, example {example + 1}:   {value}", size=NORMAL)
    return figure, (
        f"Four blocks of numbers: W1 {W1.shape} times X {X.shape} plus b1 {b1.shape} gives net_h "
        f"{net.shape}. Marked: row {unit + 1} of W1 and of b1 and column {example + 1} of X meet "
        f"in one entry of net_h, {net[unit, example]:g}."
    )


@drawn_once
def bias_shapes(b: np.ndarray) -> tuple[Figure, str]:
    """Show what b (n, 1) and b (n,) add to a table with n units and n examples.

    Parameters
    ----------
    b
        (n,) the bias of each unit.
    """
    n = len(b)
    figure, ax = _sheet(7.6, 2.6)
    tables = np.repeat(np.reshape(b, (n, 1)), n, axis=1), np.repeat([b], n, axis=0)
    words = (
        (f"b of shape ({n}, 1)", "a bias for each unit"),
        (f"b of shape ({n},)", "a bias for each example"),
    )
    for left, table, (shape, meaning), down in zip((1.0, 4.9), tables, words, (True, False)):
        marked = [(0, j) for j in range(n)] if down else [(i, 0) for i in range(n)]
        _block(ax, left, 1.75, table, marked=marked)
        middle = left + n * CELL[0] / 2
        _words(ax, middle, 2.3, shape, size=NORMAL, weight="bold")
        _words(ax, middle, 1.95, f"{n} examples", colour=GREY)
        _words(ax, left - 0.13, 1.75 - n * CELL[1] / 2, f"{n} units", colour=GREY, turn=90)
        _words(ax, middle, 0.3, meaning, size=NORMAL)
    return figure, (
        f"Two tables with {n} rows for units and {n} columns for examples: what each entry gets "
        f"from the biases {_listed(b)}. With b of shape ({n}, 1) every entry of the first row gets "
        f"{b[0]:g}: a bias for each unit. With b of shape ({n},) every entry of the first column "
        f"gets {b[0]:g}: a bias for each example, which is wrong."
    )


@drawn_once
def xor_plane(X: np.ndarray, Y: np.ndarray) -> tuple[Figure, str]:
    """Show the examples as points of the plane, marked by their targets.

    Parameters
    ----------
    X
        The examples (2, m).
    Y
        Their targets (1, m), zeros and ones.
    """
    figure = style.figure(6.0, 4.0)
    ax = figure.subplots()
    _points(ax, X, Y)
    for j in range(X.shape[1]):
        text = f"({_number(X[0, j])}, {_number(X[1, j])}) → {_number(Y[0, j])}"
        ax.annotate(
            text, (X[0, j], X[1, j]), xytext=(0, 11), textcoords="offset points", ha="center",
            fontsize=SMALL,
        )  # fmt: skip
    _plane(ax, "$x_1$", "$x_2$")
    figure.legend(loc="outside right center", fontsize=NORMAL, frameon=False)
    points = ", ".join(
        f"({X[0, j]:g}, {X[1, j]:g}) has target {Y[0, j]:g}" for j in range(X.shape[1])
    )
    return figure, (
        f"The plane of the two inputs with {X.shape[1]} points: {points}. Equal targets stand in "
        "opposite corners of a square."
    )


@drawn_once
def decision_regions(parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> tuple[Figure, str]:
    """Show where each unit of a 2-2-1 network is above one half, and the hidden space.

    Parameters
    ----------
    parameters
        `Parameters` with W1 (2, 2) and W2 (1, 2).
    X, Y
        Examples (2, m) and targets (1, m).

    Raises
    ------
    ValueError
        If the network is not of this size.
    """
    shapes = parameters.W1.shape, parameters.W2.shape
    if shapes != ((2, 2), (1, 2)):
        raise ValueError(f"W1 and W2 must be (2, 2) and (1, 2) to be drawn; they are {shapes}")
    figure = style.figure(8.0, 8.2)
    axes = figure.subplots(2, 2)
    side = np.linspace(-0.5, 1.5, 201)
    grid = np.stack([axis.ravel() for axis in np.meshgrid(side, side)])
    everywhere = forward(parameters, grid)
    here = forward(parameters, X)
    for ax, values, name in (
        (axes[0, 0], everywhere.out_h[0], "hidden unit h1"),
        (axes[0, 1], everywhere.out_h[1], "hidden unit h2"),
        (axes[1, 1], everywhere.out_y[0], "output unit"),
    ):
        _region(ax, side, values)
        _points(ax, X, Y)
        _plane(ax, "$x_1$", "$x_2$")
        ax.set_title(f"{name} in the plane of the inputs", fontsize=NORMAL)
    hidden = axes[1, 0]
    _region(hidden, side, sigmoid(layer(parameters.W2, parameters.b2, grid))[0])
    _points(hidden, here.out_h, Y)
    _plane(hidden, "activation of h1", "activation of h2")
    hidden.set_title("output unit in the hidden space", fontsize=NORMAL)
    for place, names in _meeting(X, here.out_h).items():
        hidden.annotate(
            " and ".join(names), place, xytext=(0, -19), textcoords="offset points",
            ha="center", fontsize=SMALL, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    marks, names = hidden.get_legend_handles_labels()
    above = Rectangle((0, 0), 1, 1, facecolor=FORWARD_TINT, edgecolor=INK, hatch="//", linewidth=0)
    figure.legend(
        [*marks, above], [*names, "the unit is above 0.5"], loc="outside lower center", ncols=3,
        fontsize=NORMAL, frameon=False,
    )  # fmt: skip
    landing = ", ".join(
        f"({X[0, j]:g}, {X[1, j]:g}) at ({here.out_h[0, j]:.2f}, {here.out_h[1, j]:.2f})"
        for j in range(X.shape[1])
    )
    lines = " and ".join(_line(parameters.W1[i], parameters.b1[i, 0]) for i in range(2))
    return figure, (
        "Four square panels; in each the hatched region is where a unit is above 0.5, and its "
        f"border is a line. In the plane of the inputs the borders of the two hidden units are the "
        f"lines {lines}; the output unit is above 0.5 in the strip between them, which holds the "
        f"two points with target 1. In the hidden space the examples stand elsewhere: {landing}; "
        "there one line divides the targets."
    )


def errors(outputs: Sequence[np.ndarray], Y: np.ndarray, names: Sequence[str]) -> None:
    """Show how far the outputs of some networks are from the targets, example by example.

    Parameters
    ----------
    outputs
        The outputs (1, m) of each network.
    Y
        The targets (1, m).
    names
        A name for each network.
    """
    losses = [float(half_squared_error(out_y, Y)) for out_y in outputs]
    said = "; ".join(
        f"{name} gives {', '.join(f'{out:.3f}' for out in out_y[0])} and has the loss {loss:.4f}"
        for name, out_y, loss in zip(names, outputs, losses)
    )
    targets = ", ".join(f"{value:g}" for value in Y[0])
    _errors(
        np.vstack([Y[0], *(out_y[0] for out_y in outputs)]),
        [f"{name}: C = {loss:.4f}" for name, loss in zip(names, losses)],
        f"Targets {targets} beside the outputs of each network: {said}.",
    )


@drawn_once(tolerance=UNSEEN)
def _errors(heights: np.ndarray, titles: Sequence[str], description: str) -> tuple[Figure, str]:
    """Draw errors from `heights`: a row of targets, and a row of outputs for each title."""
    targets, *outputs = heights
    figure = style.figure(7.8, 3.3)
    axes = figure.subplots(1, len(outputs), sharey=True)
    places = np.arange(1, len(targets) + 1)
    for ax, out, title in zip(axes, outputs, titles):
        ax.vlines(places, out, targets, color=BACKWARD, linewidth=2, label="out_y − Y")
        ax.plot(
            places, targets, "s", color=PAPER, markeredgecolor=INK, markersize=10, label="target Y"
        )
        ax.plot(places, out, "o", color=FORWARD, markersize=6, label="output out_y")
        ax.set(xticks=places, ylim=(-0.12, 1.12), xlim=(0.5, len(places) + 0.5))
        ax.set_xlabel("example", fontsize=NORMAL)
        ax.set_title(title, fontsize=NORMAL)
        ax.tick_params(labelsize=SMALL)
    axes[-1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=SMALL, frameon=False)
    return figure, description


@drawn_once
def rows_and_columns(
    W1: np.ndarray, X: np.ndarray, b1: np.ndarray, example: int
) -> tuple[Figure, str]:
    """Show the same layer twice, with examples in columns and with examples in rows.

    Parameters
    ----------
    W1, X, b1
        The arrays with examples in columns: (n_h, n_x), (n_x, m) and (n_h, 1).
    example
        The number of the example that is marked, from 0.

    Raises
    ------
    IndexError
        If there is no such example.
    """
    net = layer(W1, b1, X)
    n_h, n_x = W1.shape
    figure, ax = _sheet(8.4, 5.05)
    column = [(i, example) for i in range(n_x)], [(i, example) for i in range(n_h)]
    row = [(example, i) for i in range(n_x)], [(example, i) for i in range(n_h)]
    _words(ax, 0.35, 4.8, "examples in columns", size=NORMAL, weight="bold", align="left")
    _words(ax, 0.35, 2.7, "examples in rows", size=NORMAL, weight="bold", align="left")
    _equation(
        ax,
        3.6,
        [("W1", W1, ()), ("X", X, column[0]), ("b1", b1, ()), ("net_h", net, column[1])],
        "@+=",
    )
    _equation(
        ax,
        1.15,
        [("X", X.T, row[0]), ("W1", W1.T, ()), ("b1", b1.T, ()), ("net_h", net.T, row[1])],
        "@+=",
    )
    values = ", ".join(f"{value:g}" for value in net[:, example])
    return figure, (
        f"The same layer twice. Above, with examples in columns: W1 {W1.shape} times X {X.shape} "
        f"plus b1 {b1.shape} is net_h {net.shape}. Below, with examples in rows: X {X.T.shape} "
        f"times W1 {W1.T.shape} plus b1 {b1.T.shape} is net_h {net.T.shape}. Example {example + 1} "
        f"is marked, a column above and a row below; its pre-activations are {values} in both."
    )


@drawn_once
def single_units(counts: Mapping[int, int]) -> tuple[Figure, str]:
    """Show how many single units get how many of the four XOR examples right.

    Parameters
    ----------
    counts
        A dict: the number of examples right, from 0 to 4, to the number of units.
    """
    figure = style.figure(7.2, 2.9)
    ax = figure.subplots()
    rights = sorted(counts)
    heights = [counts[right] for right in rights]
    ax.bar(rights, heights, color=FORWARD_TINT, edgecolor=FORWARD, width=0.6)
    for right in rights:
        ax.annotate(f"{counts[right]:,}", (right, counts[right]), xytext=(0, 4),
                    textcoords="offset points", ha="center", fontsize=NORMAL)  # fmt: skip
    ax.set(xticks=rights, ylim=(0, 1.18 * max(counts.values())))
    ax.set_xlabel("examples of XOR that the unit gets right", fontsize=NORMAL)
    ax.set_ylabel("single units", fontsize=NORMAL)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.tick_params(labelsize=SMALL)
    bars = ", ".join(f"{counts[right]:,} units get {right} right" for right in rights)
    return figure, f"A bar for each number of examples that a single unit can get right: {bars}."


# ---- parts of the drawings -------------------------------------------------------------


def _sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a white figure and axes whose coordinates are inches."""
    figure = Figure(figsize=(width, height), facecolor=PAPER)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return figure, ax


def _drawing(
    layers: Sequence[tuple[np.ndarray, np.ndarray]], X: np.ndarray
) -> tuple[Figure, list[np.ndarray], list[np.ndarray]]:
    """Draw inputs and layers [(W, b), ...] with their numbers; return figure, nets, outs."""
    sizes = [len(X), *(len(W) for W, _ in layers)]
    one = X.shape[1] == 1
    if max(sizes) > 3 or X.shape[1] > 4:
        raise ValueError(
            "the drawing has room for 3 units in a layer and for 4 examples; there are "
            f"{max(sizes)} and {X.shape[1]}"
        )
    step = 1.5 if one else 1.25
    height = step * (max(sizes) - 1) + 2.1
    figure, ax = _sheet(2.4 + 3.0 * len(layers), height)
    places = [_places(n, 0.95 + 3.0 * k, height / 2, step) for k, n in enumerate(sizes)]
    nets: list[np.ndarray] = []
    outs: list[np.ndarray] = []
    for W, b in layers:
        nets.append(layer(W, b, outs[-1] if outs else X))
        outs.append(sigmoid(nets[-1]))
    for k, (W, _) in enumerate(layers):
        share = 0.27 if sizes[k] <= sizes[k + 1] else 0.4
        for (i, j), weight in np.ndenumerate(W):
            _edge(ax, places[k][j], places[k + 1][i], RADIUS, RADIUS, weight)
        for (i, j), weight in np.ndenumerate(W):
            _label(ax, places[k][j], places[k + 1][i], _number(weight), share)
    for j, place in enumerate(places[0]):
        _circle(ax, place, f"$x_{j + 1}$")
        _beside(ax, place, height / 2, [_row("", X[j], "{:g}")])
    for k, (net, out) in enumerate(zip(nets, outs)):
        for i, place in enumerate(places[k + 1]):
            _circle(ax, place, f"${'hy'[k]}_{i + 1}$", fill=FORWARD_TINT)
            bias = f"b = {_number(layers[k][1][i, 0])}"
            net_form, out_form = ("{:.4g}", "{:.4f}") if one else ("{:.1f}", "{:.3f}")
            rows = [bias, _row("net ", net[i], net_form), _row("out ", out[i], out_form)]
            _beside(ax, place, height / 2, rows)
    return figure, nets, outs


def _row(name: str, values: np.ndarray, form: str) -> str:
    """Return the numbers of a unit, one an example, as a line of text."""
    texts = [form.format(value).replace("-", "−") for value in values]
    width = 1 if name == "" else 5 if len(texts) > 1 else 0
    return name + " ".join(f"{text:>{width}}" for text in texts)


def _beside(ax: Axes, place: Point, middle: float, rows: Sequence[str]) -> None:
    """Write lines of text above a unit of the upper half, else beneath it."""
    x, y = place
    up = y > middle + 0.1
    first = y + RADIUS + 0.12 + 0.19 * (len(rows) - 1) if up else y - RADIUS - 0.13
    for line, text in enumerate(rows):
        ax.text(x, first - 0.19 * line, text, ha="center", va="center", fontsize=10,
                family="DejaVu Sans Mono", color=INK, zorder=6,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.4})  # fmt: skip


def _places(n: int, x: float, middle: float, step: float) -> list[Point]:
    return [(x, middle + step * ((n - 1) / 2 - i)) for i in range(n)]


def _circle(
    ax: Axes,
    place: Point,
    text: str,
    radius: float = RADIUS,
    fill: str = PAPER,
    dashed: bool = False,
) -> None:
    line = "--" if dashed else "-"
    style.circle(ax, place, radius, color=INK, fill=fill, linestyle=line, zorder=4)
    _words(ax, *place, text, zorder=5)


def _edge(
    ax: Axes, start: Point, end: Point, from_radius: float, to_radius: float, weight: float = 1.0
) -> None:
    """Draw an arrow between two circles; a negative weight is orange and dashed."""
    style.edge(
        ax, start, end, (from_radius, to_radius + 0.02), mutation_scale=11, linewidth=1.4,
        color=FORWARD if weight >= 0 else BACKWARD, linestyle="-" if weight >= 0 else (0, (5, 2)),
        zorder=2,
    )  # fmt: skip


def _label(ax: Axes, start: Point, end: Point, text: str, share: float) -> None:
    """Write on an edge, at a share of its length from the start."""
    (x0, y0), (x1, y1) = start, end
    _words(ax, x0 + share * (x1 - x0), y0 + share * (y1 - y0), text, zorder=3, paper=True)


def _words(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    size: float = SMALL,
    colour: str = INK,
    turn: float = 0,
    weight: str = "normal",
    align: str = "center",
    zorder: float = 3,
    paper: bool = False,
) -> None:
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.2} if paper else None
    ax.text(x, y, text, ha=align, va="center", fontsize=size, color=colour, rotation=turn,
            fontweight=weight, zorder=zorder, bbox=box)  # fmt: skip


def _block(
    ax: Axes,
    left: float,
    top: float,
    array: np.ndarray,
    marked: Sequence[tuple[int, int]] = (),
    form: str = "{:g}",
    width: float = CELL[0],
) -> None:
    """Draw a table of numbers; marked entries are shaded, bold and framed."""
    height = CELL[1]
    for (i, j), value in np.ndenumerate(array):
        chosen = (i, j) in set(marked)
        ax.add_patch(
            Rectangle(
                (left + j * width, top - (i + 1) * height),
                width,
                height,
                facecolor=MARKED if chosen else PAPER,
                edgecolor=INK,
                linewidth=1.8 if chosen else 0.7,
                zorder=3 if chosen else 2,
            )
        )
        text = form.format(value).replace("-", "−")
        _words(ax, left + (j + 0.5) * width, top - (i + 0.5) * height, text,
               weight="bold" if chosen else "normal", zorder=4)  # fmt: skip


def _equation(
    ax: Axes,
    middle: float,
    blocks: Sequence[tuple[str, np.ndarray, Sequence[tuple[int, int]]]],
    signs: str,
) -> None:
    """Draw named blocks in a row, each centred on the same height, with signs between."""
    left = 0.35
    for (name, array, marked), sign in zip(blocks, [*signs, ""]):
        rows, columns = array.shape
        top = middle + rows * CELL[1] / 2
        _block(ax, left, top, array, marked)
        _words(ax, left + columns * CELL[0] / 2, top + 0.2, f"{name} {array.shape}")
        _words(ax, left + columns * CELL[0] + 0.27, middle, sign, size=LARGE)
        left += columns * CELL[0] + 0.54


def _region(ax: Axes, side: np.ndarray, values: np.ndarray) -> None:
    """Hatch where values, (n * n,) on the grid side x side, are above one half."""
    table = np.reshape(values, (len(side), len(side)))
    ax.contourf(
        side,
        side,
        table,
        levels=[-0.01, 0.5, 1.01],
        colors=[PAPER, FORWARD_TINT],
        hatches=[None, "//"],
    )
    ax.contour(side, side, table, levels=[0.5], colors=[FORWARD], linewidths=2)


def _points(ax: Axes, places: np.ndarray, Y: np.ndarray) -> None:
    for target, marker, fill in ((0, "o", PAPER), (1, "^", BACKWARD)):
        chosen = Y[0] == target
        ax.plot(
            places[0, chosen], places[1, chosen], marker, color=fill, markeredgecolor=INK,
            markeredgewidth=1.5, markersize=11, label=f"target {target}", linestyle="none",
            zorder=5,
        )  # fmt: skip


def _plane(ax: Axes, across: str, up: str) -> None:
    style.framed(ax)
    ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=(0, 1), yticks=(0, 1), aspect="equal")
    ax.set_xlabel(across, fontsize=NORMAL)
    ax.set_ylabel(up, fontsize=NORMAL)
    ax.tick_params(labelsize=SMALL)


def _meeting(X: np.ndarray, places: np.ndarray) -> dict[Any, list[str]]:
    """Return the places where examples land, rounded to a point's width, with their names."""
    found: dict[Any, list[str]] = {}
    for j in range(X.shape[1]):
        key = tuple(np.round(places[:, j], 1).tolist())
        found.setdefault(key, []).append(f"({X[0, j]:g}, {X[1, j]:g})")
    return found


def _line(weights: np.ndarray, bias: float) -> str:
    """Say where a unit with two inputs has net = 0, as "10 x1 + 10 x2 = 5"."""
    return f"{weights[0]:g} x1 + {weights[1]:g} x2 = {-bias:g}"


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _bracketed(value: float) -> str:
    return f"({_number(value)})" if value < 0 else _number(value)


def _listed(values: Sequence[float] | np.ndarray) -> str:
    return " and ".join(f"{value:g}" for value in values)
