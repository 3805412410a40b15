"""The figures of lesson 2: units, layers, arrays of examples, XOR in the plane."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ..network import Parameters, forward, half_squared_error, layer, sigmoid
from . import parts, style
from .cache import Drawing, drawn_once, show_alike
from .networks import NETWORK_221, RADIUS, circle, column, edges, entries, signed_edge, with_numbers
from .parts import SMALL, examples, ground, label, mark, note, share, words
from .style import BACKWARD, FORWARD, FORWARD_TINT, GREY, INK, Arrays, Look, Numbers
from .wording import both, bracketed, counted, listed, short

NORMAL, LARGE = 11.5, 13

# ---------------------------------------------------------------- units, layers, networks


@drawn_once
def overview(parameters: Parameters, X: np.ndarray) -> Drawing:
    """Show the network between its inputs X (n_x, m) and its outputs, with examples in columns."""
    out_y, weights = forward(parameters, X).out_y, entries(parameters._asdict())
    n_x, m = X.shape
    n_h, n_y = len(parameters.W1), len(parameters.W2)
    figure, axes = style.sheet(8.4, 2.9)
    layers = (n_x, 3.2, "inputs"), (n_h, 4.5, "hidden units"), (n_y, 5.7, "output")
    columns = [column(n, across, 1.35, 1.1) for n, across, _ in layers]
    for name, start, end, _ in edges(columns):
        signed_edge(axes, start, end, (0.24, 0.24), weights[name])
    for places, name, (_, across, text) in zip(columns, "xho", layers):
        words(axes, (across, 0.3), text, GREY, SMALL)
        for i, place in enumerate(places):
            circle(axes, place, f"{name}[{i}]", 0.24, "white")
    end = _block(axes, 0.35, 1.35 + n_x * CELL[1] / 2, X)
    cell = 0.52, CELL[1]
    parts.table(axes, (6.15, 1.35 + CELL[1] / 2), out_y, cell, "{:.2f}".format)
    for across, text in (
        ((0.35 + end) / 2, f"X: {m} examples, one a column"), (3.85, "W1, b1"), (5.1, "W2, b2"),
        (6.15 + 0.26 * m, f"out_y: {m} outputs"),
    ):  # fmt: skip
        words(axes, (across, 2.35), text, size=NORMAL)
    return figure, (
        f"A network with {n_x} inputs, {n_h} hidden units and {n_y} output unit. On the left "
        f"is X, a table with {m} columns, one for each example; on the right are the outputs that "
        f"the network gives for these columns: {listed(out_y[0], '.2f')}."
    )


@drawn_once
def one_unit(inputs: Numbers, weights: Numbers, bias: float) -> Drawing:
    """Show one unit with its numbers: products on the edges, their sum, the activation.

    A ValueError is raised unless there are as many weights as inputs.
    """
    inputs, weights = np.asarray(inputs, dtype=float), np.asarray(weights, dtype=float)
    parts.refuse_other_shapes([weights], [inputs.shape], "as many weights as inputs")
    summands = np.append(inputs * weights, bias)
    net = float(summands.sum())
    out = float(sigmoid(net))
    figure, axes = style.sheet(8.0, 2.9)
    centre, end = (4.3, 1.5), (6.6, 1.5)
    *places, place = column(len(inputs) + 1, 1.0, 1.5, 1.0)
    for i, (at, w, x) in enumerate(zip(places, weights, inputs)):
        signed_edge(axes, at, centre, (RADIUS, 0.5), w)
        text = f"w[{i}] = {short(w)}:  {short(w)} · {short(x)} = {short(w * x)}"
        label(axes, share(at, centre, 0.46), text, size=SMALL)
        circle(axes, at, f"x[{i}]\n{short(x)}", fill="white")
    signed_edge(axes, place, centre, (RADIUS, 0.5), bias)
    label(axes, share(place, centre, 0.46), f"b = {short(bias)}", size=SMALL)
    circle(axes, place, "bias", fill="white", linestyle="--")
    signed_edge(axes, centre, end, (0.5, 0.5))
    words(axes, (5.45, 1.72), "sigmoid", size=SMALL)
    circle(axes, centre, f"net\n{short(net)}", 0.5)
    circle(axes, end, f"out\n{out:.4f}", 0.5)
    sums = " ".join(f"{'plus' if one >= 0 else 'minus'} {abs(one):g}" for one in summands)
    return figure, (
        f"One unit with inputs {both(inputs)}, weights {both(weights)} and bias {bias:g}. "
        f"The products and the bias are added: {sums} gives net {net:g}. The sigmoid turns it into "
        f"the activation out = {out:.4f}."
    )


@drawn_once
def one_layer(W1: np.ndarray, b1: np.ndarray, x: np.ndarray) -> Drawing:
    """Show a layer of units for one example (n_x, 1), with every number on it.

    More than 3 units or inputs raise a ValueError.
    """
    figure, (net,), (out,) = with_numbers([(W1, b1)], x)
    units = "; ".join(
        f"unit h[{j}] has the weights {both(W1[j])}, the bias {b1[j, 0]:g}, "
        f"net {net[j, 0]:.4g} and out {out[j, 0]:.4f}"
        for j in range(len(W1))
    )
    return figure, f"A layer of {len(W1)} units over the inputs {both(x[:, 0])}: {units}."


@drawn_once
def network(parameters: Parameters, X: np.ndarray) -> Drawing:
    """Show a network with its weights on the edges and the numbers of every example at the units.

    More than 3 units in a layer or more than 4 examples raise a ValueError.
    """
    W1, b1, W2, b2 = parameters
    figure, _, outs = with_numbers([(W1, b1), (W2, b2)], X)
    rows = "; ".join(
        f"out of {name}[{i}]: {listed(row, '.3f')}"
        for name, array in zip("ho", outs)
        for i, row in enumerate(array)
    )
    m = X.shape[1]
    return figure, (
        f"A network with {W1.shape[1]} inputs, {len(W1)} hidden units and {len(W2)} output unit, "
        f"and what its units compute for {counted(m, 'example')}. {rows}."
    )


# -------------------------------------------------------------------- blocks of numbers

CELL = 0.46, 0.36  # width and height of one number, in inches

Entries: TypeAlias = Collection[tuple[int, int]]


@drawn_once
def product_blocks(
    W1: np.ndarray, X: np.ndarray, b1: np.ndarray, unit: int, example: int
) -> Drawing:
    """Show W1 @ X + b1 as blocks of numbers, and how one entry is computed.

    The shapes are W1 (n_h, n_x), X (n_x, m) and b1 (n_h, 1). The entry is that of a unit and an
    example, counted from 0; if it does not exist, an IndexError is raised.
    """
    net = layer(W1, b1, X)
    n_h, n_x, m = *W1.shape, X.shape[1]
    figure, axes = style.sheet(8.4, 2.75)
    left, top, units, inputs, each = 0.35, 1.95, f"{n_h} units", f"{n_x} inputs", f"{m} examples"
    for name, array, marked, across, down, sign in (
        ("W1", W1, [(unit, i) for i in range(n_x)], inputs, units, "@"),
        ("X", X, [(i, example) for i in range(n_x)], each, inputs, "+"),
        ("b1", b1, [(unit, 0)], "1", units, "="),
        ("net_h", net, [(unit, example)], each, units, ""),
    ):
        right = _titled(axes, left, top, array, marked, (f"{name} {array.shape}", across, down))
        words(axes, (right + 0.2, top - n_h * CELL[1] / 2), sign, size=LARGE)
        left = right + 0.63
    entry, bias = short(net[unit, example]), bracketed(short(b1[unit, 0]))
    terms = " + ".join(
        f"{bracketed(short(w))}·{bracketed(short(x))}" for w, x in zip(W1[unit], X[:, example])
    )
    said = f"unit {unit}, example {example}:   {terms} + {bias} = {entry}"
    words(axes, (4.2, 0.35), said, size=NORMAL)
    return figure, (
        f"Four blocks of numbers: W1 {W1.shape} times X {X.shape} plus b1 {b1.shape} gives net_h "
        f"{net.shape}. Marked: row {unit} of W1 and of b1 and column {example} of X, "
        f"which make up one entry of net_h, {net[unit, example]:g}."
    )


@drawn_once
def bias_shapes(b: np.ndarray) -> Drawing:
    """Show how biases of shape (n, 1) and (n,) are added to n units and n examples."""
    n = len(b)
    figure, axes = style.sheet(7.6, 2.6)
    columns = np.repeat([b], n, axis=0)
    for left, array, marked, shape, meaning in (
        (1.0, columns.T, [(0, j) for j in range(n)], f"({n}, 1)", "unit"),
        (4.9, columns, [(i, 0) for i in range(n)], f"({n},)", "example"),
    ):
        said = f"b of shape {shape}", f"{n} examples", f"{n} units"
        right = _titled(axes, left, 1.75, array, marked, said)
        words(axes, ((left + right) / 2, 0.3), f"a bias for each {meaning}", size=NORMAL)
    return figure, (
        f"Two tables with {n} rows for units and {n} columns for examples: what each entry gets "
        f"from the biases {both(b)}. With b of shape ({n}, 1) every entry of "
        f"the first row gets {b[0]:g}: a bias for each unit. With b of shape ({n},) every entry of "
        f"the first column gets {b[0]:g}: a bias for each example, which is wrong."
    )


@drawn_once
def rows_and_columns(W1: np.ndarray, X: np.ndarray, b1: np.ndarray, example: int) -> Drawing:
    """Show the same layer twice, with examples in columns and with examples in rows.

    The arguments W1 (n_h, n_x), X (n_x, m) and b1 (n_h, 1) have examples in columns. One example,
    counted from 0, is marked; if it does not exist, an IndexError is raised.
    """
    net = layer(W1, b1, X)
    n_h, n_x = W1.shape
    figure, axes = style.sheet(8.4, 5.05)
    x, h = [(i, example) for i in range(n_x)], [(i, example) for i in range(n_h)]
    columns = ("W1", W1, ()), ("X", X, x), ("b1", b1, ()), ("net_h", net, h)
    rows = [(name, array.T, [at[::-1] for at in marked]) for name, array, marked in columns]
    rows[:2] = rows[1::-1]
    for up, title, middle, blocks in ((4.8, "columns", 3.6, columns), (2.7, "rows", 1.15, rows)):
        words(axes, (0.35, up), f"examples in {title}", size=NORMAL, weight="bold", ha="left")
        left = 0.35
        for (name, array, marked), sign in zip(blocks, ("@", "+", "=", "")):
            top = middle + len(array) * CELL[1] / 2
            right = _block(axes, left, top, array, marked)
            words(axes, ((left + right) / 2, top + 0.2), f"{name} {array.shape}", size=SMALL)
            words(axes, (right + 0.27, middle), sign, size=LARGE)
            left = right + 0.54
    return figure, (
        f"The same layer twice. Above, with examples in columns: W1 {W1.shape} times X {X.shape} "
        f"plus b1 {b1.shape} is net_h {net.shape}. Below, with examples in rows: X {X.T.shape} "
        f"times W1 {W1.T.shape} plus b1 {b1.T.shape} is net_h {net.T.shape}. Example {example} "
        f"is marked, a column above and a row below; its pre-activations are "
        f"{listed(net[:, example])} in both."
    )


def _block(axes: Axes, left: float, top: float, array: np.ndarray, marked: Entries = ()) -> float:
    """Draw an array; return the position of its right edge."""
    parts.table(axes, (left, top), array, CELL, partial(short, form="g"), marked=marked)
    return left + array.shape[1] * CELL[0]


def _titled(
    axes: Axes, left: float, top: float, array: np.ndarray, marked: Entries, said: Sequence[str]
) -> float:
    """Draw an array, labelled with its name, columns and rows; return its right edge."""
    title, across, down = said
    right = _block(axes, left, top, array, marked)
    middle = (left + right) / 2
    words(axes, (middle, top + 0.58), title, size=NORMAL, weight="bold")
    words(axes, (middle, top + 0.2), across, GREY, SMALL)
    words(axes, (left - 0.13, top - len(array) * CELL[1] / 2), down, GREY, SMALL, rotation=90)
    return right


# ----------------------------------------------------------------- curves, planes, bars

POINTS: Look = {"inside": BACKWARD, "ms": 11, "mew": 1.5}


@drawn_once
def sigmoid_curve(marks: Numbers) -> Drawing:
    """Show the sigmoid from -8 to 8 with marked pre-activations."""
    figure, axes = style.plot(7.2, 3.3, xlabel="pre-activation net", ylabel="activation out")
    z = np.linspace(-8, 8, 401)
    axes.plot(z, sigmoid(z), color=FORWARD)
    for level, line in ((0, "-"), (0.5, ":"), (1, "-")):
        axes.axhline(level, color=GREY, linewidth=0.8, linestyle=line)
    dot: Look = {"color": BACKWARD, "markersize": 7}
    for z in marks:
        offset, align = ((10, -5), "left") if z >= 0 else ((-10, -2), "right")
        at, text = (z, float(sigmoid(z))), f"sigmoid({short(z)}) = {sigmoid(z):.4f}"
        mark(axes, at, text, offset, dot, ha=align, bbox=ground(1))
    axes.set(xlim=(-8, 8), ylim=(-0.06, 1.06), yticks=(0, 0.25, 0.5, 0.75, 1))
    points = ", ".join(f"sigmoid({z:g}) = {sigmoid(z):.4f}" for z in marks)
    return figure, (
        "The sigmoid is a curve in the form of an S. It rises from almost 0 at net = -8 through "
        f"0.5 at net = 0 to almost 1 at net = 8. Marked points: {points}."
    )


@drawn_once
def xor_plane(X: np.ndarray, Y: np.ndarray) -> Drawing:
    """Show examples X (2, m) as points of the plane, marked by their targets Y (1, m), 0 or 1."""
    figure, axes = style.plot(6.0, 4.0)
    examples(axes, X, Y, **POINTS)
    for x, y in zip(X.T, Y[0]):
        text = f"({short(x[0])}, {short(x[1])}) → {short(y)}"
        note(axes, x, text, (0, 11), ha="center")
    _plane(axes, "x[0]", "x[1]")
    figure.legend(loc="outside right center")
    points = ", ".join(f"({x[0]:g}, {x[1]:g}) has target {y:g}" for x, y in zip(X.T, Y[0]))
    return figure, (
        f"The plane of the two inputs with {X.shape[1]} points: {points}. Equal targets are in "
        "opposite corners of a square."
    )


@drawn_once
def decision_regions(parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> Drawing:
    """Show where each unit is above one half, in the plane of the inputs and in the hidden space.

    X (2, m) are examples, Y (1, m) their targets. A ValueError is raised unless the network is
    2-2-1.
    """
    W1, b1, W2, b2 = parameters
    parts.refuse_other_shapes(parameters, NETWORK_221, "a 2-2-1 network")
    figure, panels = style.panels(8.0, 8.2, 2, 2)
    side = np.linspace(-0.5, 1.5, 201)
    points, out_h = parts.grid(side), forward(parameters, X).out_h
    everywhere, second_layer = forward(parameters, points), sigmoid(layer(W2, b2, points))
    inputs = X, "in the plane of the inputs", ("x[0]", "x[1]")
    hidden = out_h, "in the hidden space", ("activation of h[0]", "activation of h[1]")
    for axes, unit, values, (places, where, names) in zip(
        panels,
        ("hidden unit h[0]", "hidden unit h[1]", "output unit", "output unit"),
        (*everywhere.out_h, second_layer[0], everywhere.out_y[0]),
        (inputs, inputs, hidden, inputs),
    ):
        _region(axes, side, values)
        examples(axes, places, Y, **POINTS)
        _plane(axes, *names)
        axes.set_title(f"{unit} {where}")
    _name_examples(panels[2], X, out_h)
    above = Patch(facecolor=FORWARD_TINT, edgecolor=INK, hatch="//", linewidth=0)
    marks, names = panels[2].get_legend_handles_labels()
    names = [*names, "the unit is above 0.5"]
    figure.legend([*marks, above], names, loc="outside lower center", ncols=3)
    landing = ", ".join(
        f"({x[0]:g}, {x[1]:g}) at ({h[0]:.2f}, {h[1]:.2f})" for x, h in zip(X.T, out_h.T)
    )
    lines = " and ".join(f"{w[0]:g} x[0] + {w[1]:g} x[1] = {-b[0]:g}" for w, b in zip(W1, b1))
    return figure, (
        "Four square panels; in each the hatched region is where a unit is above 0.5, and its "
        f"border is a line. In the plane of the inputs the borders of the two hidden units are the "
        f"lines {lines}; the output unit is above 0.5 in the strip between them, which holds the "
        f"two points with target 1. In the hidden space the examples have other places: {landing}; "
        "there one line divides the targets."
    )


def errors(outputs: Arrays, Y: np.ndarray, names: Sequence[str]) -> None:
    """Show the distances between outputs and targets for several networks and all examples.

    Each network has outputs (1, m) and a name; the targets are Y (1, m).
    """
    losses = [f"{half_squared_error(out_y, Y):.4f}" for out_y in outputs]
    said = "; ".join(
        f"{name} gives {listed(out_y[0], '.3f')} and has the loss {loss}"
        for name, out_y, loss in zip(names, outputs, losses)
    )
    titles = [f"{name}: C = {loss}" for name, loss in zip(names, losses)]
    heights = np.vstack([Y, *outputs])

    def draw() -> Figure:
        targets, *rows = heights
        figure, panels = style.panels(7.8, 3.3, 1, len(rows), sharey=True)
        places = np.arange(len(targets))
        square: Look = {"color": "white", "markeredgecolor": INK, "markersize": 10}
        for axes, out_y, title in zip(panels, rows, titles):
            lines: Look = {"color": BACKWARD, "linewidth": 2, "linestyles": "--"}
            axes.vlines(places, out_y, targets, label="out_y − Y", **lines)
            axes.plot(places, targets, "s", label="target Y", **square)
            axes.plot(places, out_y, "o", color=FORWARD, markersize=6, label="output out_y")
            axes.set(xticks=places, ylim=(-0.12, 1.12), xlim=(-0.5, len(places) - 0.5))
            axes.set(xlabel="example", title=title)
        panels[-1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return figure

    show_alike(draw, f"Targets {listed(Y[0])} beside the outputs of each network: {said}.")


@drawn_once
def single_units(counts: Mapping[int, int]) -> Drawing:
    """Show how many single units get a given number of XOR's examples right.

    `counts` maps the number of examples to the number of units.
    """
    figure, axes = style.plot(7.2, 2.9, ylabel="single units")
    counts = dict(sorted(counts.items()))
    rights, heights = list(counts), list(counts.values())
    bars = axes.bar(rights, heights, width=0.6, color=FORWARD_TINT, edgecolor=FORWARD)
    axes.bar_label(bars, fmt="{:,.0f}", padding=4)
    axes.set(xlabel="examples of XOR that the unit gets right", xticks=rights)
    axes.set_ylim(0, 1.18 * max(heights))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    said = ", ".join(f"{count:,} units get {right} right" for right, count in counts.items())
    return figure, f"A bar for each number of examples that a single unit can get right: {said}."


def _region(axes: Axes, side: np.ndarray, values: np.ndarray) -> None:
    """Hatch where values on the grid side x side are above one half."""
    table = np.reshape(values, (len(side), len(side)))
    colors, hatches = ["white", FORWARD_TINT], [None, "//"]
    axes.contourf(side, side, table, levels=[-0.01, 0.5, 1.01], colors=colors, hatches=hatches)
    axes.contour(side, side, table, levels=[0.5], colors=[FORWARD], linewidths=2)


def _plane(axes: Axes, across: str, up: str) -> None:
    style.framed(axes).set(xlabel=across, ylabel=up, aspect="equal")
    axes.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=(0, 1), yticks=(0, 1))


def _name_examples(axes: Axes, X: np.ndarray, places: np.ndarray) -> None:
    """Label each point with its examples; points that overlap share a label."""
    found: dict[Any, list[str]] = {}
    for x, place in zip(X.T, places.T):
        found.setdefault(tuple(np.round(place, 1).tolist()), []).append(f"({x[0]:g}, {x[1]:g})")
    for place, names in found.items():
        note(axes, place, " and ".join(names), (0, -19), ha="center", bbox=ground())
