"""The network of lesson 3 with values going forward and errors going back."""

from collections.abc import Sequence
from typing import SupportsFloat

import numpy as np
from matplotlib.axes import Axes

from ...differentiate import derivative
from ...network import Parameters, forward, half_squared_error, sigmoid
from .. import style
from ..cache import Drawing, drawn_once
from ..parts import EXAMPLE_221, box, edge, edges, label, node, refuse_other_shapes, words
from ..style import BACKWARD, BACKWARD_TINT, FORWARD, INK, Look, Point
from ..wording import TIMES, number, wish
from .measured import gradients

ARROW: Look = {"mutation_scale": 13, "linewidth": 1.4, "zorder": 1}
ONE_EXAMPLE = EXAMPLE_221, "2-2-1 and one example"  # what the drawings are made for


def _node(axes: Axes, at: Point, radius: float, text: str, color: str, fill: str = "white") -> None:
    look: Look = {"edgecolor": color, "facecolor": fill, "linewidth": 1.8}
    node(axes, at, radius, text, ink=color, size=12, **look)


def _box(
    axes: Axes, at: Point, text: str, color: str = INK, width: float = 1.3, size: float = 13
) -> None:
    look: Look = {"facecolor": "white", "edgecolor": color, "linewidth": 1.8, "zorder": 2}
    box(axes, at, (width, 0.7), (0.02, 0.12), **look)
    words(axes, at, text, color, size, zorder=4)


@drawn_once
def two_sweeps() -> Drawing:
    """Show the arrays of the network in order: forward in the upper row, backward below."""
    figure, axes = style.canvas(9, 4.3, (-0.9, 11.9), (-4.05, 1.35), equal=True)
    X, net_h, out_h, net_y, out_y, C = (2.2 * step for step in range(6))
    values: Look = {"color": FORWARD, **ARROW}
    back = {"color": BACKWARD, **ARROW, "linewidth": 2.2}
    kept = {**values, "linestyle": (0, (4, 3))}
    _box(axes, (C, 0), "C")
    for x, name, text in (
        (X, "X", "W1, b1"), (net_h, "net_h", "sigmoid"), (out_h, "out_h", "W2, b2"),
        (net_y, "net_y", "sigmoid"), (out_y, "out_y", "Y"),
    ):  # fmt: skip
        _box(axes, (x, 0), name, FORWARD)
        edge(axes, (x + 0.7, 0), (x + 1.5, 0), **values)
        label(axes, (x + 1.1, 0.58), text, FORWARD)
    edge(axes, (C, -0.4), (net_y + 0.8, -1.75), connectionstyle="arc3,rad=-0.35", **back)
    edge(axes, (net_y - 0.8, -1.75), (net_h + 0.8, -1.75), **back)
    for x, delta, slopes, source in (
        (net_y, "delta_y", "dW2, db2", out_h), (net_h, "delta_h", "dW1, db1", X),
    ):  # fmt: skip
        _box(axes, (x, -1.75), delta, BACKWARD, 1.5)
        _box(axes, (x, -3.5), slopes, BACKWARD, 1.9)
        edge(axes, (x, -2.15), (x, -3.1), **back)
        edge(axes, (source, -0.4), (x - 0.98, -3.4), **kept)
    label(axes, ((net_h + net_y) / 2, -1.45), "through W2", BACKWARD, va="bottom")
    label(axes, (5.5, 1.1), "forward: values, from left to right", FORWARD, 12)
    label(axes, (9.2, -3.0), "backward: errors,\nfrom right to left", BACKWARD, 12)
    label(axes, (4.75, -2.75), "kept from\nthe forward pass", FORWARD)
    return figure, (
        "Two rows. Forward, from left to right: X, net_h, out_h, net_y, out_y and the loss C, "
        "by way of W1 and b1, the sigmoid, W2 and b2, the sigmoid, and the targets Y. Backward, "
        "from right to left: C gives the error delta_y, delta_y goes through W2 and gives "
        "delta_h. delta_y together with the kept out_h gives dW2 and db2; delta_h together with "
        "the kept X gives dW1 and db1."
    )


# --------------------------------------------------------------- one example, 2-2-1

INPUTS = ((0.0, 1.5), (0.0, -1.5))
HIDDEN = ((4.9, 1.5), (4.9, -1.5))
OUTPUT = ((9.7, 0.0),)
EDGES = tuple(edges((INPUTS, HIDDEN, OUTPUT), 0.49))
UNITS = (("h", "1", 0, HIDDEN[0]), ("h", "1", 1, HIDDEN[1]), ("y", "2", 0, OUTPUT[0]))
LOSS = 12.3
ACROSS = -0.7, 13.2
RADIUS = 0.55


def _draw_ends(axes: Axes, x: np.ndarray, loss: SupportsFloat) -> None:
    """Draw the inputs and the loss."""
    for i, (across, up) in enumerate(INPUTS):
        _node(axes, (across, up), RADIUS, number(x[i, 0], 2), FORWARD)
        label(axes, (across, up + (0.85 if i == 0 else -0.85)), f"x[{i}]")
    _box(axes, (LOSS, 0), number(loss), width=1.5, size=12)
    label(axes, (LOSS, 0.85), "loss C")


@drawn_once
def forward_values(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw a 2-2-1 network with the values of one forward pass.

    It is that of one example x (2, 1) with target y (1, 1); other sizes raise a ValueError.
    """
    refuse_other_shapes((*parameters, x, y), *ONE_EXAMPLE)
    values = forward(parameters, x)
    loss = half_squared_error(values.out_y, y)
    figure, axes = style.canvas(9, 4.3, ACROSS, (-3.05, 2.7), equal=True)
    for name, (i, j), source, target, at in EDGES:
        edge(axes, source, target, (RADIUS, RADIUS), color=FORWARD, **ARROW)
        weight = number(getattr(parameters, name)[i, j], 1)
        label(axes, at, f"{name}[{i}, {j}] = {weight}", FORWARD)
    _draw_ends(axes, x, loss)
    for layer, digit, unit, (across, up) in UNITS:
        out, net = (number(getattr(values, f"{kind}_{layer}")[unit, 0]) for kind in ("out", "net"))
        bias = number(getattr(parameters, f"b{digit}")[unit, 0], 1)
        _node(axes, (across, up), RADIUS, out, FORWARD)
        label(axes, (across, up + 0.85), f"out_{layer}[{unit}]")
        label(axes, (across, up - 0.85), f"net_{layer}[{unit}] = {net}")
        label(axes, (across, up - 1.3), f"b{digit}[{unit}] = {bias}", FORWARD)
    edge(axes, (OUTPUT[0][0] + RADIUS, 0), (LOSS - 0.8, 0), color=INK, **ARROW)
    label(axes, (LOSS, -0.85), f"target y = {number(y[0, 0], 0)}")
    return figure, (
        f"A network of two inputs, two hidden units and one output. The inputs are "
        f"{x[0, 0]:.2f} and {x[1, 0]:.2f}; the hidden activations {values.out_h[0, 0]:.3f} and "
        f"{values.out_h[1, 0]:.3f}; the output {values.out_y[0, 0]:.3f}. The target is "
        f"{y[0, 0]:.0f}, so the loss is {loss:.3f}."
    )


@drawn_once
def backward_values(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw the same network with the error of every unit and the gradient of every weight.

    The numbers are derivatives of the loss, measured by `differentiate`. For a single
    example the error of a unit equals the derivative with respect to its bias.
    """
    refuse_other_shapes((*parameters, x, y), *ONE_EXAMPLE)
    values, slopes = forward(parameters, x), gradients(parameters, x, y)
    largest = max(np.max(np.abs(slopes.W1)), np.max(np.abs(slopes.W2)))
    figure, axes = style.canvas(9, 4.5, ACROSS, (-3.05, 3.3), equal=True)
    back, radius = {"color": BACKWARD, **ARROW}, RADIUS + 0.06
    for name, (i, j), source, target, at in EDGES:
        slope = getattr(slopes, name)[i, j]
        back["linewidth"] = 0.8 + 4 * abs(slope) / largest
        edge(axes, target, source, (radius, radius), **back)
        label(axes, at, f"d{name}[{i}, {j}] = {number(slope)} {wish(slope)}", BACKWARD)
    _draw_ends(axes, x, half_squared_error(values.out_y, y))
    for layer, digit, unit, (across, up) in UNITS:
        delta = getattr(slopes, f"b{digit}")[unit, 0]
        out = number(getattr(values, f"out_{layer}")[unit, 0])
        bias = f"db{digit}[{unit}] = {number(delta)} {wish(delta)}"
        _node(axes, (across, up), radius, number(delta), BACKWARD, BACKWARD_TINT)
        label(axes, (across, up + 0.9), f"delta_{layer}[{unit}]", BACKWARD)
        below = across + (-0.3 if layer == "h" else 0.35)  # room for the labels of W2
        label(axes, (below, up - 0.9), f"out_{layer}[{unit}] = {out}", FORWARD)
        label(axes, (below, up - 1.33), bias, BACKWARD)
    edge(axes, (LOSS - 0.8, 0), (OUTPUT[0][0] + radius, 0), **back | {"linewidth": 2.5})
    legend = f"{wish(-1)} wants to grow     {wish(1)} wants to shrink"
    label(axes, (5.9, 3.05), legend, BACKWARD, 12)
    (a, b), (c, d) = slopes.W1
    return figure, (
        f"The same network, its arrows turned round, from the loss back to the inputs. The "
        f"error of the output unit is {slopes.b2[0, 0]:.3f}, the errors of the hidden units are "
        f"{slopes.b1[0, 0]:.3f} and {slopes.b1[1, 0]:.3f}. Gradients: dW2 = {slopes.W2[0, 0]:.3f} "
        f"and {slopes.W2[0, 1]:.3f}; dW1 = {a:.3f} and {b:.3f} into the first hidden unit, {c:.3f} "
        f"and {d:.3f} into the second. A weight with a negative gradient wants to grow, one with "
        f"a positive gradient wants to shrink."
    )


@drawn_once
def paths_back(weights: Sequence[float], deltas: Sequence[float], out: float) -> Drawing:
    """Draw one hidden unit that feeds two outputs, and what flows back along both edges.

    There are two weights and the errors of the two outputs, or it is a ValueError; `out` is the
    activation of the hidden unit.
    """
    if len(weights) != 2 or len(deltas) != 2:
        raise ValueError(f"two paths need two weights and two errors, not {weights} and {deltas}")
    arriving = [float(w * delta) for w, delta in zip(weights, deltas)]
    total, slope = sum(arriving), float(derivative(sigmoid, np.log(out / (1 - out))))
    figure, axes = style.canvas(9, 3.9, (-3.6, 8.6), (-2.6, 2.6), equal=True)
    back = {"color": BACKWARD, **ARROW, "linewidth": 2}
    for k, at in enumerate(((6.2, 1.5), (6.2, -1.5))):
        w, delta, arrives = number(weights[k], 0), number(deltas[k], 2), number(arriving[k], 2)
        edge(axes, at, (0, 0), (0.66, 0.66), **back)
        _node(axes, at, 0.6, delta, BACKWARD, BACKWARD_TINT)
        label(axes, (at[0] + 0.8, at[1]), f"delta_y[{k}]", BACKWARD, ha="left")
        text = f"W2[{k}, j] = {w}\n{w} {TIMES} {delta} = {arrives}"
        label(axes, (at[0] * 0.56, at[1] * 0.56), text, BACKWARD)
    product = number(total * slope, 4)
    _node(axes, (0, 0), 0.66, product, BACKWARD, BACKWARD_TINT)
    label(axes, (0, 1.05), "delta_h[j]", BACKWARD)
    label(axes, (0, -1.05), f"out_h[j] = {number(out)}", FORWARD)
    label(axes, (-0.85, 0.45), f"sum of the paths: {number(total, 2)}", BACKWARD, ha="right")
    label(axes, (-0.85, 0), f"slope of unit j: {number(slope)}", FORWARD, ha="right")
    label(axes, (-0.85, -0.45), f"product: {product}", BACKWARD, ha="right")
    return figure, (
        f"A hidden unit j feeds two output units. Their errors {deltas[0]:.2f} and {deltas[1]:.2f} "
        f"flow back through the weights {weights[0]:.0f} and {weights[1]:.0f} and arrive as "
        f"{arriving[0]:.2f} and {arriving[1]:.2f}. The sum {total:.2f} times the slope "
        f"{slope:.3f} of unit j gives its error, {total * slope:.4f}."
    )
