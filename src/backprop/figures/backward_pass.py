"""Pictures of lesson 3: errors and gradients on their way back through the network."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from numpy.typing import ArrayLike

from ..differentiate import derivative, gradient
from ..network import Parameters, forward, half_squared_error, sigmoid
from . import style, wording
from .cache import UNSEEN, drawn_once
from .style import BACKWARD, BACKWARD_TINT, FORWARD, GREY, INK, Point

# A backward pass to be looked at: takes X, Y, out_h, out_y, W2, returns dW1, db1, dW2, db2.
Rule: TypeAlias = Callable[..., Sequence[np.ndarray]]

NAMES = ("dW1", "db1", "dW2", "db2")

# --------------------------------------------------------------------------- drawing


def _arrow(
    axes: Axes,
    start: Point,
    end: Point,
    color: str = INK,
    width: float = 1.4,
    dashed: bool = False,
    bend: float = 0.0,
    radius: float = 0.0,
) -> None:
    """Draw an arrow between two places, or between circles of a radius around them."""
    style.edge(
        axes, start, end, (radius, radius), mutation_scale=13, color=color, linewidth=width,
        linestyle=(0, (4, 3)) if dashed else "-", connectionstyle=f"arc3,rad={bend}", zorder=1,
    )  # fmt: skip


def _node(
    axes: Axes, at: Point, radius: float, text: str, color: str = INK, fill: str = "white"
) -> None:
    style.circle(axes, at, radius, color=color, fill=fill, width=1.8)
    style.words(axes, at, text, color, 12, zorder=4)


def _box(
    axes: Axes,
    at: Point,
    text: str,
    color: str = INK,
    width: float = 1.3,
    height: float = 0.7,
    size: float = 13,
) -> None:
    x, y = at
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, facecolor="white", edgecolor=color,
            linewidth=1.8, boxstyle="round,pad=0.02,rounding_size=0.12", zorder=2,
        )
    )  # fmt: skip
    style.words(axes, at, text, color, size, zorder=4)


def _wish(slope: float) -> str:
    """Return the arrow that says where a weight with this gradient wants to go."""
    return "\N{UPWARDS ARROW}" if slope < 0 else "\N{DOWNWARDS ARROW}"


def _gradients(
    parameters: Parameters,
    X: np.ndarray,
    Y: np.ndarray,
    loss: Callable[..., Any] = half_squared_error,
) -> Parameters:
    """Return the derivative of a loss with respect to each parameter, measured."""
    slopes = gradient(lambda *p: loss(forward(Parameters(*p), X).out_y, Y), *parameters)
    return Parameters(*slopes)


# ------------------------------------------------------------------- the two sweeps


@drawn_once
def two_sweeps() -> tuple[Figure, str]:
    """Show the arrays of the network in order: forward in the upper row, backward below."""
    figure, axes = style.canvas(9, 4.3, (-0.9, 11.9), (-4.05, 1.35), equal=True)
    forwards = ("X", "net_h", "out_h", "net_y", "out_y", "C")
    place = {name: 2.2 * step for step, name in enumerate(forwards)}
    for name, x in place.items():
        _box(axes, (x, 0), name, FORWARD if name != "C" else INK)
    steps = ("W1, b1", "sigmoid", "W2, b2", "sigmoid", "Y")
    for (start, end), text in zip(pairwise(forwards), steps):
        _arrow(axes, (place[start] + 0.7, 0), (place[end] - 0.7, 0), FORWARD)
        style.label(axes, ((place[start] + place[end]) / 2, 0.58), text, FORWARD)

    for name, above in (("delta_y", "net_y"), ("delta_h", "net_h")):
        _box(axes, (place[above], -1.75), name, BACKWARD, width=1.5)
    _arrow(axes, (place["C"], -0.4), (place["net_y"] + 0.8, -1.75), BACKWARD, 2.2, bend=-0.35)
    _arrow(axes, (place["net_y"] - 0.8, -1.75), (place["net_h"] + 0.8, -1.75), BACKWARD, 2.2)
    style.label(
        axes, ((place["net_h"] + place["net_y"]) / 2, -1.45), "through W2", BACKWARD, va="bottom"
    )
    for delta, below, source in (("net_y", "dW2, db2", "out_h"), ("net_h", "dW1, db1", "X")):
        _box(axes, (place[delta], -3.5), below, BACKWARD, width=1.9)
        _arrow(axes, (place[delta], -2.15), (place[delta], -3.1), BACKWARD, 2.2)
        _arrow(axes, (place[source], -0.4), (place[delta] - 0.98, -3.4), FORWARD, dashed=True)
    style.label(axes, (5.5, 1.1), "forward: values, from left to right", FORWARD, 12)
    style.label(axes, (9.2, -3.0), "backward: errors,\nfrom right to left", BACKWARD, 12)
    style.label(axes, (4.75, -2.75), "kept from\nthe forward pass", FORWARD)
    return figure, (
        "Two rows. Forward, from left to right: X, net_h, out_h, net_y, out_y and the loss C, "
        "by way of W1 and b1, the sigmoid, W2 and b2, the sigmoid, and the targets Y. Backward, "
        "from right to left: C gives the error delta_y, delta_y goes through W2 and gives "
        "delta_h. delta_y together with the kept out_h gives dW2 and db2; delta_h together with "
        "the kept X gives dW1 and db1."
    )


# --------------------------------------------------------------- one example, 2-2-1

_INPUTS = ((0.0, 1.5), (0.0, -1.5))
_HIDDEN = ((4.9, 1.5), (4.9, -1.5))
_OUTPUT = ((9.7, 0.0),)
_RADIUS = 0.55
_XLIM = (-0.7, 13.2)
_LOSS = 12.3


def _on_edge(name: str, entry: tuple[int, int], source: Point, target: Point) -> Point:
    """Return where the label of an edge stands, so that labels of crossing edges keep apart."""
    crossing = name == "W1" and entry[0] != entry[1]
    return tuple(np.array(source) + (0.27 if crossing else 0.49) * (np.array(target) - source))


def _edges() -> Iterator[tuple[str, tuple[int, int], tuple[float, float], tuple[float, float]]]:
    """Yield name, entry, position of the source, of the target, for every weight of 2-2-1."""
    for j, i in np.ndindex(2, 2):
        yield "W1", (j, i), _INPUTS[i], _HIDDEN[j]
    for j in range(2):
        yield "W2", (0, j), _HIDDEN[j], _OUTPUT[0]


def _check_sizes(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> None:
    sizes = [np.shape(array) for array in (*parameters, x, y)]
    if sizes != [(2, 2), (2, 1), (1, 2), (1, 1), (2, 1), (1, 1)]:
        raise ValueError(f"the drawing is made for 2-2-1 and one example; the shapes are {sizes}")


@drawn_once
def forward_values(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> tuple[Figure, str]:
    """Draw a 2-2-1 network with the values of one forward pass.

    Parameters
    ----------
    parameters
        `Parameters` of a 2-2-1 network.
    x, y
        One example, (2, 1), and its target, (1, 1).

    Raises
    ------
    ValueError
        For other sizes.
    """
    _check_sizes(parameters, x, y)
    values = forward(parameters, x)
    loss = half_squared_error(values.out_y, y)
    figure, axes = style.canvas(9, 4.3, _XLIM, (-3.05, 2.7), equal=True)
    for name, entry, source, target in _edges():
        _arrow(axes, source, target, radius=_RADIUS, color=FORWARD)
        weight = getattr(parameters, name)[entry]
        at = _on_edge(name, entry, source, target)
        text = f"{name}[{entry[0]}, {entry[1]}] = {wording.number(weight, 1)}"
        style.label(axes, at, text, FORWARD)
    for i, at in enumerate(_INPUTS):
        _node(axes, at, _RADIUS, wording.number(x[i, 0], 2), FORWARD)
        style.label(axes, (at[0], at[1] + (0.85 if i == 0 else -0.85)), f"x[{i}]")
    units = [("h", j, at) for j, at in enumerate(_HIDDEN)] + [("y", 0, _OUTPUT[0])]
    for layer, unit, at in units:
        out, net = (
            getattr(values, f"out_{layer}")[unit, 0],
            getattr(values, f"net_{layer}")[unit, 0],
        )
        bias = (parameters.b1 if layer == "h" else parameters.b2)[unit, 0]
        _node(axes, at, _RADIUS, wording.number(out), FORWARD)
        style.label(axes, (at[0], at[1] + 0.85), f"out_{layer}[{unit}]")
        style.label(axes, (at[0], at[1] - 0.85), f"net_{layer}[{unit}] = {wording.number(net)}")
        number = "1" if layer == "h" else "2"
        style.label(
            axes, (at[0], at[1] - 1.3), f"b{number}[{unit}] = {wording.number(bias, 1)}", FORWARD
        )
    _arrow(axes, (_OUTPUT[0][0] + _RADIUS, 0), (_LOSS - 0.8, 0), INK)
    _box(axes, (_LOSS, 0), wording.number(loss), INK, width=1.5, size=12)
    style.label(axes, (_LOSS, 0.85), "loss C")
    style.label(axes, (_LOSS, -0.85), f"target y = {wording.number(y[0, 0], 0)}")
    return figure, (
        f"A network of two inputs, two hidden units and one output. The inputs are "
        f"{x[0, 0]:.2f} and {x[1, 0]:.2f}; the hidden activations {values.out_h[0, 0]:.3f} and "
        f"{values.out_h[1, 0]:.3f}; the output {values.out_y[0, 0]:.3f}. The target is "
        f"{y[0, 0]:.0f}, so the loss is {loss:.3f}."
    )


@drawn_once
def backward_values(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> tuple[Figure, str]:
    """Draw the same network with the error of every unit and the gradient of every weight.

    The numbers are derivatives of the loss, measured by `differentiate`. For a single
    example the error of a unit equals the derivative with respect to its bias.

    Parameters
    ----------
    parameters
        `Parameters` of a 2-2-1 network.
    x, y
        One example, (2, 1), and its target, (1, 1).

    Raises
    ------
    ValueError
        For other sizes.
    """
    _check_sizes(parameters, x, y)
    values, slopes = forward(parameters, x), _gradients(parameters, x, y)
    loss = half_squared_error(values.out_y, y)
    largest = max(np.max(np.abs(slopes.W1)), np.max(np.abs(slopes.W2)))
    figure, axes = style.canvas(9, 4.5, _XLIM, (-3.05, 3.3), equal=True)
    for name, entry, source, target in _edges():
        slope = getattr(slopes, name)[entry]
        width = 0.8 + 4 * abs(slope) / largest
        _arrow(axes, target, source, radius=_RADIUS + 0.06, color=BACKWARD, width=width)
        at = _on_edge(name, entry, source, target)
        text = f"d{name}[{entry[0]}, {entry[1]}] = {wording.number(slope)} {_wish(slope)}"
        style.label(axes, at, text, BACKWARD)
    for i, at in enumerate(_INPUTS):
        _node(axes, at, _RADIUS, wording.number(x[i, 0], 2), FORWARD)
        style.label(axes, (at[0], at[1] + (0.85 if i == 0 else -0.85)), f"x[{i}]")
    units = [("h", j, at) for j, at in enumerate(_HIDDEN)] + [("y", 0, _OUTPUT[0])]
    for layer, unit, at in units:
        delta = (slopes.b1 if layer == "h" else slopes.b2)[unit, 0]
        out = getattr(values, f"out_{layer}")[unit, 0]
        number = "1" if layer == "h" else "2"
        _node(axes, at, _RADIUS + 0.06, wording.number(delta), BACKWARD, BACKWARD_TINT)
        style.label(axes, (at[0], at[1] + 0.9), f"delta_{layer}[{unit}]", BACKWARD)
        below = at[0] + (-0.3 if layer == "h" else 0.35)  # room for the labels of W2
        activation = f"out_{layer}[{unit}] = {wording.number(out)}"
        style.label(axes, (below, at[1] - 0.9), activation, FORWARD)
        bias = f"db{number}[{unit}] = {wording.number(delta)} {_wish(delta)}"
        style.label(axes, (below, at[1] - 1.33), bias, BACKWARD)
    _arrow(axes, (_LOSS - 0.8, 0), (_OUTPUT[0][0] + _RADIUS + 0.06, 0), BACKWARD, 2.5)
    _box(axes, (_LOSS, 0), wording.number(loss), INK, width=1.5, size=12)
    style.label(axes, (_LOSS, 0.85), "loss C")
    legend = "\N{UPWARDS ARROW} wants to grow     \N{DOWNWARDS ARROW} wants to shrink"
    style.label(axes, (5.9, 3.05), legend, BACKWARD, 12)
    (a, b), (c, d) = slopes.W1
    return figure, (
        f"The same network, its arrows turned round, from the loss back to the inputs. The "
        f"error of the output unit is {slopes.b2[0, 0]:.3f}, the errors of the hidden units are "
        f"{slopes.b1[0, 0]:.3f} and {slopes.b1[1, 0]:.3f}. Gradients: dW2 = {slopes.W2[0, 0]:.3f} "
        f"and {slopes.W2[0, 1]:.3f}; dW1 = {a:.3f} and {b:.3f} into the first hidden unit, {c:.3f} "
        f"and {d:.3f} into the second. A weight with a negative gradient wants to grow, one with "
        f"a positive gradient wants to shrink."
    )


# -------------------------------------------------------------- errors of the units


@drawn_once
def saturated_output() -> tuple[Figure, str]:
    """Draw, for target 0, the distance from the target and the error delta_y of an output unit."""
    net = np.linspace(-8, 8, 321)
    out = sigmoid(net)
    delta = _delta_for_target_0(net)
    figure = style.figure(8, 3.9)
    axes = figure.add_subplot()
    axes.plot(net, out, "--", color=FORWARD, linewidth=2)
    axes.plot(net, delta, color=BACKWARD, linewidth=2.5)
    text = "distance from\nthe target,\nout_y \N{MINUS SIGN} 0"
    axes.text(1.9, 0.62, text, color=FORWARD, fontsize=12, va="center")
    axes.text(2.6, 0.12, "error delta_y", color=BACKWARD, fontsize=12, va="bottom")
    for activation in (0.5, 0.7, 0.999):
        at = np.log(activation / (1 - activation))
        error = float(_delta_for_target_0(at))
        axes.plot([at, at], [error, activation], ":", color=GREY, linewidth=1.4)
        axes.plot(at, activation, "o", color=FORWARD, markersize=7)
        axes.plot(at, error, "s", color=BACKWARD, markersize=7)
        for height, text, color, right, up in (
            (activation, f"out_y = {activation:g}", FORWARD, activation == 0.999, -0.05),
            (error, f"{error:.3f}", BACKWARD, activation != 0.5, 0.06),
        ):
            side = "left" if right else "right"
            lift = up if right or height < 0.2 else 0
            across = at + (0.2 if right else -0.2)
            axes.text(across, height + lift, text, color=color, ha=side, va="center", fontsize=11)
    axes.set_xlabel("net_y, the pre-activation of the output unit", fontsize=11)
    axes.set_ylim(-0.04, 1.08)
    return figure, (
        "For target 0, over the pre-activation: the distance out_y - 0 climbs from 0 to 1, but "
        "the error delta_y climbs only to 0.148, where out_y is two thirds, and falls back to 0. "
        "At out_y = 0.5, 0.7 and 0.999 the error is 0.125, 0.147 and 0.001."
    )


def _delta_for_target_0(net: ArrayLike) -> np.ndarray:
    return derivative(lambda z: sigmoid(z) ** 2 / 2, net)


@drawn_once
def paths_back(weights: Sequence[float], deltas: Sequence[float], out: float) -> tuple[Figure, str]:
    """Draw one hidden unit that feeds two outputs, and what flows back along both edges.

    Parameters
    ----------
    weights
        The two weights from the hidden unit to the outputs.
    deltas
        The errors of the two output units.
    out
        The activation of the hidden unit, between 0 and 1.

    Raises
    ------
    ValueError
        If there are not two weights and two errors.
    """
    if len(weights) != 2 or len(deltas) != 2:
        raise ValueError(f"two paths need two weights and two errors, not {weights} and {deltas}")
    arriving = [float(w * delta) for w, delta in zip(weights, deltas)]
    total, slope = sum(arriving), float(derivative(sigmoid, np.log(out / (1 - out))))
    figure, axes = style.canvas(9, 3.9, (-3.6, 8.6), (-2.6, 2.6), equal=True)
    hidden, outputs = (0.0, 0.0), ((6.2, 1.5), (6.2, -1.5))
    for k, at in enumerate(outputs):
        _arrow(axes, at, hidden, radius=0.66, color=BACKWARD, width=2)
        _node(axes, at, 0.6, wording.number(deltas[k], 2), BACKWARD, BACKWARD_TINT)
        style.label(axes, (at[0] + 0.8, at[1]), f"delta_y[{k}]", BACKWARD, ha="left")
        middle = (at[0] * 0.56, at[1] * 0.56)
        w, arrives = wording.number(weights[k], 0), wording.number(arriving[k], 2)
        product = f"{w} \N{MULTIPLICATION SIGN} {wording.number(deltas[k], 2)} = {arrives}"
        text = f"W2[{k}, j] = {w}\n{product}"
        style.label(axes, middle, text, BACKWARD)
    _node(axes, hidden, 0.66, wording.number(total * slope, 4), BACKWARD, BACKWARD_TINT)
    style.label(axes, (0, 1.05), "delta_h[j]", BACKWARD)
    style.label(
        axes, (-0.85, 0.45), f"sum of the paths: {wording.number(total, 2)}", BACKWARD, ha="right"
    )
    style.label(axes, (-0.85, 0), f"slope of unit j: {wording.number(slope)}", FORWARD, ha="right")
    style.label(
        axes, (-0.85, -0.45), f"product: {wording.number(total * slope, 4)}", BACKWARD, ha="right"
    )
    style.label(axes, (0, -1.05), f"out_h[j] = {wording.number(out)}", FORWARD)
    return figure, (
        f"A hidden unit j feeds two output units. Their errors {deltas[0]:.2f} and {deltas[1]:.2f} "
        f"flow back through the weights {weights[0]:.0f} and {weights[1]:.0f} and arrive as "
        f"{arriving[0]:.2f} and {arriving[1]:.2f}. The sum {total:.2f} times the slope "
        f"{slope:.3f} of unit j gives its error, {total * slope:.4f}."
    )


# ------------------------------------------------------------ gradients of one layer


def _tint(value: float, largest: float) -> Any:
    """Return a background between white and blue (positive) or orange (negative)."""
    if largest == 0:
        return "white"
    share = 0.55 * min(abs(value) / largest, 1)
    end = np.array([0.0, 0.45, 0.70]) if value > 0 else np.array([0.90, 0.50, 0.10])
    return tuple(1 - share * (1 - end))


def _grid(
    axes: Axes,
    corner: tuple[float, float],
    numbers: np.ndarray,
    largest: float,
    cell: tuple[float, float] = (1.5, 0.85),
    digits: int = 3,
) -> None:
    """Draw a matrix of numbers; `corner` is its upper left corner."""
    for (row, column), value in np.ndenumerate(numbers):
        x, y = corner[0] + column * cell[0], corner[1] - (row + 1) * cell[1]
        shade = _tint(value, largest)
        axes.add_patch(Rectangle((x, y), *cell, facecolor=shade, edgecolor=INK, linewidth=1))
        middle = (x + cell[0] / 2, y + cell[1] / 2)
        style.words(axes, middle, wording.number(value, digits), size=10.5)


@drawn_once
def multiplication_tables(
    parameters: Parameters, x: np.ndarray, y: np.ndarray
) -> tuple[Figure, str]:
    """Draw dW2 and dW1 of one example as multiplication tables: errors times inputs.

    Parameters
    ----------
    parameters
        `Parameters` of a 2-2-1 network.
    x, y
        One example, (2, 1), and its target, (1, 1).

    Raises
    ------
    ValueError
        For other sizes.
    """
    _check_sizes(parameters, x, y)
    slopes, out_h = _gradients(parameters, x, y), forward(parameters, x).out_h
    figure, axes = style.canvas(9, 3.3, (-2.3, 10.5), (-2.5, 2.0), equal=True)
    tables = (
        (0.0, "dW2", slopes.W2, slopes.b2, "delta_y", out_h, "out_h"),
        (7.0, "dW1", slopes.W1, slopes.b1, "delta_h", x, "x"),
    )
    for left, name, table, deltas, delta, inputs, source in tables:
        style.words(axes, (left + 1.5, 1.75), name, size=13)
        for i in range(2):
            style.words(
                axes,
                (left + 0.75 + 1.5 * i, 0.8),
                f"{source}[{i}]\n{wording.number(inputs[i, 0])}",
                FORWARD,
            )
        for row in range(len(deltas)):
            text = f"{delta}[{row}]\n{wording.number(deltas[row, 0])}"
            style.words(axes, (left - 0.95, -0.5 - 1.0 * row), text, BACKWARD)
        _grid(axes, (left, 0.0), table, np.max(np.abs(table)), cell=(1.5, 1.0))
    return figure, (
        "Two multiplication tables: each entry is the error at the left of its row times the "
        f"input above its column. dW2: error {slopes.b2[0, 0]:.3f}, inputs {out_h[0, 0]:.3f} and "
        f"{out_h[1, 0]:.3f}, entries {slopes.W2[0, 0]:.3f} and {slopes.W2[0, 1]:.3f}. dW1: errors "
        f"{slopes.b1[0, 0]:.3f} and {slopes.b1[1, 0]:.3f}, inputs {x[0, 0]:.3f} and {x[1, 0]:.3f}, "
        f"first row {slopes.W1[0, 0]:.3f} and {slopes.W1[0, 1]:.3f}, second row "
        f"{slopes.W1[1, 0]:.3f} and {slopes.W1[1, 1]:.3f}."
    )


@drawn_once
def sum_over_examples(parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> tuple[Figure, str]:
    """Draw the dW1 and db1 of each of four examples, and their sums.

    Parameters
    ----------
    parameters
        `Parameters` of a 2-2-1 network.
    X, Y
        Four examples, (2, 4), and their targets, (1, 4).

    Raises
    ------
    ValueError
        If there are not four examples of two inputs.
    """
    if np.shape(X) != (2, 4):
        raise ValueError(f"the picture is made for four examples of two inputs, not {np.shape(X)}")
    parts = [_gradients(parameters, X[:, [e]], Y[:, [e]]) for e in range(4)]
    tables = [np.hstack([part.W1, part.b1]) for part in parts]
    total = sum(tables, np.zeros_like(tables[0]))
    largest = max(np.max(np.abs(table)) for table in (*tables, total))
    figure, axes = style.canvas(9, 3.7, (-0.2, 23.1), (-7.1, 2.2), equal=True)
    for place, table in enumerate((*tables, total)):
        left, top = (6.0 * place, 0) if place < 4 else (9.0, -4.6)
        head = f"example {place},  x = ({X[0, place % 4]:.0f}, {X[1, place % 4]:.0f})"
        if place < 4:
            style.words(axes, (left + 2.45, top + 1.6), head)
        for start, name in ((1.6, "dW1"), (4.1, "db1")):
            style.words(axes, (left + start, top + 0.5), name, GREY)
        _grid(axes, (left, top), table[:, :2], largest, cell=(1.6, 1.1))
        _grid(axes, (left + 3.3, top), table[:, 2:], largest, cell=(1.6, 1.1))
        if 0 < place < 4:
            style.words(axes, (left - 0.55, top - 1.1), "+", size=15)
    style.words(axes, (8.3, -5.7), "=", size=15)
    style.words(axes, (7.6, -5.7), "the sum over the examples", ha="right")
    rows = "; ".join(", ".join(f"{value:.3f}" for value in row) for row in total)
    return figure, (
        "The dW1 (two by two) and db1 (two by one) of each of the four examples, added to their "
        "sum. In example 0, whose inputs are both 0, dW1 is zero everywhere and db1 is not. The "
        f"rows of the sum, dW1 and then db1: {rows}."
    )


# ------------------------------------------------------------------ numerical slopes


@drawn_once
def error_against_step(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> tuple[Figure, str]:
    """Draw the relative error of one-sided and central differences against the step h.

    Parameters
    ----------
    parameters
        `Parameters` of a network; all of them are moved, one after the other.
    x, y
        One example, (n_x, 1), and its target, (n_y, 1).
    """
    steps, one_sided, central = step_errors(parameters, x, y)
    figure = style.figure(8, 4.3)
    axes = figure.add_subplot()
    axes.loglog(steps, one_sided, "s-", color=BACKWARD, markersize=4, linewidth=1.5)
    axes.loglog(steps, central, "o-", color=FORWARD, markersize=4, linewidth=1.5)
    axes.text(3e-4, 1e-3, "one-sided", color=BACKWARD, fontsize=12, ha="right")
    axes.text(1.5e-3, 2e-9, "central", color=FORWARD, fontsize=12, ha="left")
    axes.text(
        6e-13, 4e-9, "to the left rounding grows:\nit is divided by h", color=GREY, fontsize=11
    )
    axes.axvline(1e-5, color=GREY, linestyle=":", linewidth=1.5)
    axes.text(1.2e-5, 0.6, "h = 1e-5", color=GREY, fontsize=11, va="top")
    axes.set_xlabel("step h", fontsize=11)
    axes.set_ylabel("relative error of the gradient", fontsize=11)
    axes.set_ylim(1e-12, 2)
    axes.grid(linewidth=0.7)
    return figure, (
        "Relative error of the gradient against the step h, both on logarithmic scales. From large "
        "to small steps both errors first fall, the one-sided as h and the central as h squared, "
        "and then rise again, because rounding is divided by h. The one-sided difference is best "
        "near h = 1e-8 or 1e-7 and the central one near h = 1e-5, where its error is below one "
        "part in a hundred million."
    )


def step_errors(
    parameters: Parameters, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measure a gradient by one-sided and by central differences with many steps h.

    Parameters
    ----------
    parameters
        `Parameters` of a network.
    x, y
        One example, (n_x, 1), and its target, (n_y, 1).

    Returns
    -------
    steps : ndarray
        The steps h, (23,).
    one_sided, central : ndarray
        The relative error at each, (23,): the length of the difference between the measured
        gradient and the exact one, divided by the length of the exact one.
    """
    ends = np.cumsum([array.size for array in parameters])
    point = np.concatenate([array.ravel() for array in parameters])
    directions = np.eye(len(point))

    def losses(points: np.ndarray) -> np.ndarray:
        parts = np.split(points, ends[:-1], axis=-1)
        arrays = (part.reshape(-1, *array.shape) for part, array in zip(parts, parameters))
        return half_squared_error(forward(Parameters(*arrays), x).out_y, y)

    def relative_error(slopes: np.ndarray) -> float:
        return float(np.linalg.norm(slopes - exact) / np.linalg.norm(exact))

    (exact,) = gradient(losses, point)
    steps = 10.0 ** -np.arange(1, 12.25, 0.5)
    here = losses(point)
    one_sided, central = [], []
    for h in steps:
        above, below = losses(point + h * directions), losses(point - h * directions)
        one_sided.append(relative_error((above - here) / h))
        central.append(relative_error((above - below) / (2 * h)))
    return steps, np.array(one_sided), np.array(central)


# --------------------------------------------------------- is it a gradient of something


def slopes_of_slopes(rule: Rule, X: np.ndarray, Y: np.ndarray, parameters: Parameters) -> None:
    """Draw how each entry of a rule's answer changes with each parameter, and its asymmetry.

    Parameters
    ----------
    rule
        Takes X, Y, out_h, out_y, W2 and returns dW1, db1, dW2, db2.
    X, Y
        Examples (n_x, m) and targets (n_y, m).
    parameters
        `Parameters` of the network at which to look.

    Raises
    ------
    ValueError
        If the rule returns arrays of other shapes than the parameters.
    """
    matrix = second_slopes(rule, X, Y, parameters)
    share = f"the matrix differs from its transpose by {asymmetry(matrix):.0%}"
    _matrix(matrix, [array.size for array in parameters], share)


@drawn_once(tolerance=UNSEEN)
def _matrix(matrix: np.ndarray, sizes: Sequence[int], share: str) -> tuple[Figure, str]:
    """Draw slopes whose rows and columns are the entries of arrays of these sizes."""
    labels, edges = [], [0]
    for name, size in zip(NAMES, sizes):
        edges.append(edges[-1] + size)
        labels.append(((edges[-2] + edges[-1]) / 2 - 0.5, name))
    figure = style.figure(8.4, 3.9)
    largest = np.max(np.abs(matrix))
    panels = (
        (matrix, "slopes of the answer"),
        (np.abs(matrix - matrix.T), "difference across the diagonal"),
    )
    for axes, (values, title) in zip(figure.subplots(1, 2), panels):
        style.framed(axes)
        signed = values is matrix
        image = axes.imshow(
            values, cmap="PuOr" if signed else "Greys", vmin=-largest if signed else 0, vmax=largest
        )
        figure.colorbar(image, ax=axes, shrink=0.75).ax.tick_params(labelsize=10)
        axes.set_title(title, fontsize=12)
        axes.set_xticks([at for at, _ in labels], [name.removeprefix("d") for _, name in labels])
        axes.set_yticks([at for at, _ in labels], [name for _, name in labels])
        axes.tick_params(labelsize=11, length=0)
        for edge in edges[1:-1]:
            axes.axhline(edge - 0.5, color=INK, linewidth=0.8)
            axes.axvline(edge - 0.5, color=INK, linewidth=0.8)
    figure.supxlabel(share, fontsize=12)
    return figure, (
        f"A matrix with one row for each entry of the answer and one column for each parameter, "
        f"{len(matrix)} by {len(matrix)}, and beside it the difference between entries that face "
        f"each other across the diagonal. {share.capitalize()}."
    )


def second_slopes(rule: Rule, X: np.ndarray, Y: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return how each entry of a rule's answer changes with each parameter, by central differences.

    Parameters
    ----------
    rule, X, Y, parameters
        As for `slopes_of_slopes`.

    Returns
    -------
    ndarray
        A row for each entry of the answer, a column for each parameter.

    Raises
    ------
    ValueError
        If the rule returns arrays of other shapes than the parameters.
    """
    sizes = [array.size for array in parameters]
    ends = np.cumsum(sizes)[:-1]

    def answer(flat: np.ndarray) -> np.ndarray:
        arrays = [p.reshape(q.shape) for p, q in zip(np.split(flat, ends), parameters)]
        values = forward(Parameters(*arrays), X)
        parts = rule(X, Y, values.out_h, values.out_y, arrays[2])
        shapes = [np.shape(part) for part in parts]
        if shapes != [np.shape(array) for array in parameters]:
            raise ValueError(
                f"the rule returns arrays of shapes {shapes}, not those of the parameters"
            )
        return np.concatenate([np.ravel(part) for part in parts])

    here = np.concatenate([array.ravel() for array in parameters])
    columns = [
        (answer(here + step) - answer(here - step)) / 2e-5 for step in 1e-5 * np.eye(len(here))
    ]
    return np.stack(columns, axis=1)


def asymmetry(matrix: np.ndarray) -> float:
    """Return how much a square matrix differs from its transpose, relative to its size."""
    return float(np.linalg.norm(matrix - matrix.T) / np.linalg.norm(matrix))


# --------------------------------------------------------------- tests that say little


@drawn_once
def what_passes(verdicts: Mapping[str, Mapping[str, bool]]) -> tuple[Figure, str]:
    """Draw which spoiled answer passes which test.

    Parameters
    ----------
    verdicts
        For each test, by name, a dict from the name of an answer to whether the answer passes it.
        All tests judge the same answers.

    Raises
    ------
    ValueError
        If the tests judge different answers.
    """
    tests = list(verdicts)
    answers = list(verdicts[tests[0]])
    if any(list(judged) != answers for judged in verdicts.values()):
        raise ValueError("every test must judge the same answers in the same order")
    figure = style.figure(9, 1.3 + 0.36 * len(answers))
    axes = figure.add_subplot()
    for row, answer in enumerate(answers):
        for column, test in enumerate(tests):
            passes = verdicts[test][answer]
            shade = BACKWARD_TINT if passes else "white"
            axes.add_patch(Rectangle((column, row), 1, 1, facecolor=shade, edgecolor=GREY))
            color = BACKWARD if passes else GREY
            axes.text(column + 0.5, row + 0.5, "passes" if passes else "caught", ha="center",
                      va="center", fontsize=11, color=color)  # fmt: skip
    axes.set(xlim=(0, len(tests)), ylim=(len(answers), 0))
    axes.set_xticks(np.arange(len(tests)) + 0.5, [test.replace(", ", ",\n") for test in tests])
    axes.set_yticks(np.arange(len(answers)) + 0.5, answers)
    axes.xaxis.tick_top()
    axes.tick_params(labelsize=11, length=0)
    axes.spines[:].set_visible(False)
    counts = "; ".join(f"{test}: {sum(verdicts[test].values())}" for test in tests)
    return figure, (
        f"A table of {len(answers)} wrong answers and {len(tests)} tests. How many of the wrong "
        f"answers pass each test: {counts}."
    )
