"""The figures of lesson 3: errors and gradients in the backward pass."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..differentiate import derivative
from ..network import Parameters, forward, sigmoid
from . import style
from .cache import Drawing, drawn_once
from .measured import gradients, numbers_of, step_errors
from .networks import EXAMPLE_221, edge, edges, node, places_221, signed_edge
from .parts import box, label, refuse_other_shapes, table, words
from .style import BACKWARD, BACKWARD_TINT, FORWARD, GREY, INK, PURPLE, Look, Point
from .wording import MINUS, TIMES, both, listed, number, wish

# ---------------------------------------------------------------------------- networks

ARROW: Look = {"mutation_scale": 13, "linewidth": 1.4, "zorder": 1}
DASHED = (0, (4, 2))  # the backward pass
DASHES: Look = {"linewidth": 2, "linestyle": DASHED}
FRAME: Look = {"edgecolor": INK, "facecolor": "white", "linewidth": 1.8}
ONE_EXAMPLE = EXAMPLE_221, "2-2-1 and one example"  # the shapes that the drawings support


def _unit(axes: Axes, at: Point, radius: float, text: str, color: str, fill: str = "white") -> None:
    node(axes, at, radius, text, 12, color, **FRAME | {"edgecolor": color, "facecolor": fill})


def _box(
    axes: Axes, at: Point, text: str, color: str = INK, width: float = 1.3, size: float = 13
) -> None:
    box(axes, at, (width, 0.7), (0.02, 0.12), zorder=2, **FRAME | {"edgecolor": color})
    words(axes, at, text, color, size, zorder=4)


@drawn_once
def two_sweeps() -> Drawing:
    """Show the arrays of the network: the forward pass above, the backward pass below."""
    figure, axes = style.canvas(9, 4.3, (-0.9, 11.9), (-4.05, 1.35), equal=True)
    X, net_h, out_h, net_y, out_y, C = (2.2 * step for step in range(6))
    values: Look = {"color": FORWARD, **ARROW}
    back: Look = {"color": BACKWARD, **ARROW, "linewidth": 2.2, "linestyle": DASHED}
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
        edge(axes, (source, -0.4), (x - 0.98, -3.4), **values)
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


LOSS, OUTPUT, RADIUS = 12.3, 9.7, 0.55
LAYERS, UNITS = places_221((0.0, 4.9, OUTPUT), 1.5, -1.5)
EDGES = tuple(edges(LAYERS, 0.49))


def _one_example(
    parameters: Parameters,
    x: np.ndarray,
    y: np.ndarray,
    height: float,
    top: float,
    solved: bool = True,
) -> tuple[Figure, Axes, dict[str, float]]:
    """Draw the inputs and the loss of one example; return figure, axes and all its numbers.

    `height` is the height of the picture in inches, and `top` the coordinate of its upper edge. The
    value of the loss is written only if `solved` is true.
    """
    refuse_other_shapes((*parameters, x, y), *ONE_EXAMPLE)
    n = numbers_of(parameters, x, y)
    figure, axes = style.canvas(9, height, (-0.7, 13.2), (-3.05, top), equal=True)
    for i, ((across, up), lift) in enumerate(zip(LAYERS[0], (0.85, -0.85))):
        _unit(axes, (across, up), RADIUS, number(n[f"x[{i}]"], 2), FORWARD)
        label(axes, (across, up + lift), f"x[{i}]")
    _box(axes, (LOSS, 0), number(n["loss"]) if solved else "", width=1.5, size=12)
    label(axes, (LOSS, 0.85), "loss C")
    return figure, axes, n


@drawn_once
def forward_values(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw a 2-2-1 network with the values of the forward pass of one example.

    The example is x (2, 1) with target y (1, 1); other sizes raise a ValueError.
    """
    figure, axes, n = _one_example(parameters, x, y, 4.3, 2.7)
    _draw_way_forward(axes, n, y)
    for unit, _, (across, up) in UNITS:
        _unit(axes, (across, up), RADIUS, number(n[f"out_{unit}"]), FORWARD)
        label(axes, (across, up - 0.85), f"net_{unit} = {number(n[f'net_{unit}'])}")
    return figure, (
        f"A network of two inputs, two hidden units and one output. The inputs are "
        f"{x[0, 0]:.2f} and {x[1, 0]:.2f}; the hidden activations {n['out_h[0]']:.3f} and "
        f"{n['out_h[1]']:.3f}; the output {n['out_y[0]']:.3f}. The target is "
        f"{y[0, 0]:.0f}, so the loss is {n['loss']:.3f}."
    )


def _draw_way_forward(axes: Axes, n: dict[str, float], y: np.ndarray) -> None:
    """Draw weights, biases, the names of activations, and the target."""
    for name, source, target, at in EDGES:
        signed_edge(axes, source, target, (RADIUS, RADIUS), n[name])
        label(axes, at, f"{name} = {number(n[name], 1)}", FORWARD if n[name] >= 0 else BACKWARD)
    for unit, bias, (across, up) in UNITS:
        label(axes, (across, up + 0.85), f"out_{unit}")
        label(axes, (across, up - 1.3), f"{bias} = {number(n[bias], 1)}", FORWARD)
    edge(axes, (OUTPUT + RADIUS, 0), (LOSS - 0.8, 0), color=INK, **ARROW)
    label(axes, (LOSS, -0.85), f"target y = {number(y[0, 0], 0)}")


@drawn_once
def network_to_fill(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw a 2-2-1 network before the forward pass, with empty units.

    Arguments and exceptions are those of `forward_values`.
    """
    figure, axes, n = _one_example(parameters, x, y, 4.3, 2.7, solved=False)
    _draw_way_forward(axes, n, y)
    for unit, _, (across, up) in UNITS:
        _unit(axes, (across, up), RADIUS, "", FORWARD)
        label(axes, (across, up - 0.85), f"net_{unit} = ?")
    known = ", ".join(f"{name} = {n[name]:g}" for name, *_ in EDGES)
    biases = ", ".join(f"{bias} = {n[bias]:g}" for _, bias, _ in UNITS)
    return figure, (
        "A network of two inputs, two hidden units and one output; its units are empty. The "
        f"inputs are {x[0, 0]:g} and {x[1, 0]:g}, and the target is {y[0, 0]:g}. Weights: {known}. "
        f"Biases: {biases}."
    )


@drawn_once
def backward_values(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw the same network with the error of every unit and the gradient of every weight.

    The numbers are derivatives of the loss, computed by `differentiate`. For a single example, the
    error of a unit equals the derivative with respect to its bias.
    """
    figure, axes, n = _one_example(parameters, x, y, 4.5, 3.3)
    radius, largest = RADIUS + 0.06, max(abs(n[f"d{name}"]) for name, *_ in EDGES)
    for name, source, target, at in EDGES:
        slope = n[f"d{name}"]
        wide = 0.8 + 4 * abs(slope) / largest
        back: Look = ARROW | {"color": BACKWARD, "linewidth": wide, "linestyle": DASHED}
        edge(axes, target, source, (radius, radius), **back)
        label(axes, at, f"d{name} = {number(slope)} {wish(slope)}", BACKWARD)
    for unit, bias, (across, up) in UNITS:
        slope = n[f"d{bias}"]
        _unit(axes, (across, up), radius, number(slope), BACKWARD, BACKWARD_TINT)
        label(axes, (across, up + 0.9), f"delta_{unit}", BACKWARD)
        below = across + (-0.3 if unit[0] == "h" else 0.35)  # room for the labels of W2
        label(axes, (below, up - 0.9), f"out_{unit} = {number(n[f'out_{unit}'])}", FORWARD)
        label(axes, (below, up - 1.33), f"d{bias} = {number(slope)} {wish(slope)}", BACKWARD)
    edge(axes, (LOSS - 0.8, 0), (OUTPUT + radius, 0), **back | {"linewidth": 2.5})
    legend = f"the loss falls if the weight or bias  {wish(-1)} grows    {wish(1)} shrinks"
    label(axes, (5.9, 3.05), legend, BACKWARD, 12)
    t = {name: f"{value:.3f}" for name, value in n.items()}
    return figure, (
        f"The same network, with arrows from the loss back to the inputs. The "
        f"error of the output unit is {t['db2[0]']}, the errors of the hidden units are "
        f"{t['db1[0]']} and {t['db1[1]']}. Gradients: dW2 = {t['dW2[0, 0]']} and "
        f"{t['dW2[0, 1]']}; dW1 = {t['dW1[0, 0]']} and {t['dW1[0, 1]']} into hidden unit 0, "
        f"{t['dW1[1, 0]']} and {t['dW1[1, 1]']} into hidden unit 1. The loss falls if a weight "
        "with a negative gradient grows, or one with a positive gradient shrinks."
    )


@drawn_once
def paths_back(weights: Sequence[float], deltas: Sequence[float], out: float) -> Drawing:
    """Draw a hidden unit that feeds two outputs, and the errors that flow back along both edges.

    `weights` and `deltas` have two entries each, otherwise a ValueError is raised; `out` is the
    activation of the hidden unit.
    """
    refuse_other_shapes([weights, deltas], [(2,), (2,)], "two weights and two errors")
    arriving = [float(w * delta) for w, delta in zip(weights, deltas)]
    total, slope = sum(arriving), float(derivative(sigmoid, np.log(out / (1 - out))))
    figure, axes = style.canvas(9, 3.9, (-3.6, 8.6), (-2.6, 2.6), equal=True)
    for k, at in enumerate(((6.2, 1.5), (6.2, -1.5))):
        w, delta, arrives = number(weights[k], 0), number(deltas[k], 2), number(arriving[k], 2)
        edge(axes, at, (0, 0), (0.66, 0.66), color=BACKWARD, **ARROW | DASHES)
        _unit(axes, at, 0.6, delta, BACKWARD, BACKWARD_TINT)
        label(axes, (at[0] + 0.8, at[1]), f"delta_y[{k}]", BACKWARD, ha="left")
        text = f"W2[{k}, j] = {w}\n{w} {TIMES} {delta} = {arrives}"
        label(axes, (at[0] * 0.56, at[1] * 0.56), text, BACKWARD)
    product = number(total * slope, 4)
    _unit(axes, (0, 0), 0.66, product, BACKWARD, BACKWARD_TINT)
    label(axes, (0, 1.05), "delta_h[j]", BACKWARD)
    label(axes, (0, -1.05), f"out_h[j] = {number(out)}", FORWARD)
    label(axes, (-0.85, 0.45), f"sum of the paths: {number(total, 2)}", BACKWARD, ha="right")
    label(axes, (-0.85, 0), f"slope of unit j: {number(slope)}", FORWARD, ha="right")
    label(axes, (-0.85, -0.45), f"product: {product}", BACKWARD, ha="right")
    return figure, (
        f"A hidden unit j feeds two output units. Their errors {both(deltas, '.2f')} "
        f"flow back through the weights {both(weights, '.0f')} and arrive as "
        f"{both(arriving, '.2f')}. The sum {total:.2f} times the slope "
        f"{slope:.3f} of unit j gives its error, {total * slope:.4f}."
    )


# ------------------------------------------------------------------------------- curves


@drawn_once
def saturated_output() -> Drawing:
    """Draw the distance of an output unit from target 0, and its error delta_y."""

    def delta(net: ArrayLike) -> np.ndarray:
        return derivative(lambda z: sigmoid(z) ** 2 / 2, net)

    net = np.linspace(-8, 8, 321)
    figure, axes = style.plot(8, 3.9, xlabel="net_y, the pre-activation of the output unit")
    axes.set_ylim(-0.04, 1.08)
    axes.plot(net, sigmoid(net), color=FORWARD)
    axes.plot(net, delta(net), "--", color=BACKWARD, linewidth=2.5)
    text = f"distance from\nthe target,\nout_y {MINUS} 0"
    words(axes, (1.9, 0.62), text, FORWARD, 12, ha="left")
    words(axes, (2.6, 0.12), "error delta_y", BACKWARD, 12, ha="left", va="bottom")
    for activation in (0.5, 0.7, 0.999):
        at = np.log(activation / (1 - activation))
        error = float(delta(at))
        axes.plot([at, at], [error, activation], ":", color=GREY, linewidth=1.4)
        for height, marker, text, color, right, up in (
            (activation, "o", f"out_y = {activation:g}", FORWARD, activation == 0.999, -0.05),
            (error, "s", f"{error:.3f}", BACKWARD, activation != 0.5, 0.06),
        ):
            axes.plot(at, height, marker, color=color, markersize=7)
            away, side = (0.2, "left") if right else (-0.2, "right")
            lift = up if right or height < 0.2 else 0
            words(axes, (at + away, height + lift), text, color, ha=side)
    return figure, (
        "For target 0, over the pre-activation: the distance out_y - 0 climbs from 0 to 1, but "
        "the error delta_y climbs only to 0.148, where out_y is two thirds, and falls back to 0. "
        "At out_y = 0.5, 0.7 and 0.999 the error is 0.125, 0.147 and 0.001."
    )


@drawn_once
def error_against_step(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw the relative error of one-sided and central differences against the step h.

    The gradient is that of all parameters, for one example x (n_x, 1) with target y (n_y, 1).
    """
    steps, one_sided, central = step_errors(parameters, x, y)
    figure, axes = style.plot(8, 4.3, xlabel="step h", ylabel="relative error of the gradient")
    axes.loglog(steps, one_sided, "s-.", color=INK, markersize=4, linewidth=1.5)
    axes.loglog(steps, central, "o-", color=PURPLE, markersize=4, linewidth=1.5)
    axes.axvline(1e-5, color=GREY, linestyle=":", linewidth=1.5)
    rounding = "to the left rounding grows:\nit is divided by h"
    words(axes, (3e-4, 1e-3), "one-sided", INK, 12, ha="right", va="baseline")
    words(axes, (1.5e-3, 2e-9), "central", PURPLE, 12, ha="left", va="baseline")
    words(axes, (6e-13, 4e-9), rounding, GREY, ha="left", va="baseline")
    words(axes, (1.2e-5, 0.6), "h = 1e-5", GREY, ha="left", va="top")
    axes.set_ylim(1e-12, 2)
    axes.set_xticks(10.0 ** np.arange(-12, 0))
    axes.set_yticks(10.0 ** np.arange(-12, 1, 2))
    axes.minorticks_off()
    axes.grid()
    return figure, (
        "Relative error of the gradient against the step h, both on logarithmic scales. From large "
        "to small steps both errors first fall, the one-sided as h and the central as h squared, "
        "and then rise again, because rounding is divided by h. The one-sided difference is best "
        "near h = 1e-8 or 1e-7 and the central one near h = 1e-5, where its error is below one "
        "part in a hundred million."
    )


# ------------------------------------------------------------------------------- tables


def _table(axes: Axes, corner: Point, numbers: np.ndarray, largest: float, cell: Point) -> None:
    """Draw a matrix with positive numbers on blue and negative ones on orange, by magnitude."""
    dense = 0.55 * np.minimum(np.abs(numbers) / (largest or 1), 1)[..., None]
    ends = np.where(numbers[..., None] > 0, (0.0, 0.45, 0.70), (0.90, 0.50, 0.10))
    table(axes, corner, numbers, cell, number, fills=1 - dense * (1 - ends), widths=(1, 1))


@drawn_once
def multiplication_tables(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw dW2 and dW1 of one example as multiplication tables: errors times inputs.

    Arguments and exceptions are those of `forward_values`.
    """
    refuse_other_shapes((*parameters, x, y), *ONE_EXAMPLE)
    slopes, out_h = gradients(parameters, x, y), forward(parameters, x).out_h
    figure, axes = style.canvas(9, 3.3, (-2.3, 10.5), (-2.5, 2.0), equal=True)
    for left, name, array, deltas, delta, inputs, source in (
        (0.0, "dW2", slopes.W2, slopes.b2, "delta_y", out_h, "out_h"),
        (7.0, "dW1", slopes.W1, slopes.b1, "delta_h", x, "x"),
    ):
        words(axes, (left + 1.5, 1.75), name, size=13)
        for i, value in enumerate(inputs[:, 0]):
            words(axes, (left + 0.75 + 1.5 * i, 0.8), f"{source}[{i}]\n{number(value)}", FORWARD)
        for row, value in enumerate(deltas[:, 0]):
            words(axes, (left - 0.95, -0.5 - row), f"{delta}[{row}]\n{number(value)}", BACKWARD)
        _table(axes, (left, 0.0), array, np.max(np.abs(array)), (1.5, 1.0))
    inner, output, errors, outer, first, second = (
        both(row, ".3f")
        for row in (out_h[:, 0], slopes.W2[0], slopes.b1[:, 0], x[:, 0], *slopes.W1)
    )
    return figure, (
        "Two multiplication tables: each entry is the error at the left of its row times the "
        f"input above its column. dW2: error {slopes.b2[0, 0]:.3f}, inputs {inner}, entries "
        f"{output}. dW1: errors {errors}, inputs {outer}, first row {first}, second row {second}."
    )


@drawn_once
def sum_over_examples(parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> Drawing:
    """Draw dW1 and db1 of each of four examples, and their sums.

    The network is 2-2-1, X (2, 4) are the examples and Y (1, 4) the targets. Another shape of X
    raises a ValueError.
    """
    refuse_other_shapes([X], [(2, 4)], "four examples of two inputs")
    each = [gradients(parameters, X[:, [e]], Y[:, [e]]) for e in range(4)]
    tables = [np.hstack([one.W1, one.b1]) for one in each]
    total = sum(tables, np.zeros_like(tables[0]))
    largest = np.max(np.abs([*tables, total]))
    figure, axes = style.canvas(9, 3.7, (-0.2, 23.1), (-7.1, 2.2), equal=True)
    for place, array in enumerate((*tables, total)):
        left, top = (6.0 * place, 0) if place < 4 else (9.0, -4.6)
        words(axes, (left + 1.6, top + 0.5), "dW1", GREY)
        words(axes, (left + 4.1, top + 0.5), "db1", GREY)
        _table(axes, (left, top), array[:, :2], largest, (1.6, 1.1))
        _table(axes, (left + 3.3, top), array[:, 2:], largest, (1.6, 1.1))
    for place, (first, second) in enumerate(X.T):
        head = f"example {place},  x = ({first:.0f}, {second:.0f})"
        words(axes, (6.0 * place + 2.45, 1.6), head)
        words(axes, (6.0 * place - 0.55, -1.1), "+" if place else "", size=15)
    words(axes, (8.3, -5.7), "=", size=15)
    words(axes, (7.6, -5.7), "the sum over the examples", ha="right")
    rows = "; ".join(listed(row, ".3f") for row in total)
    return figure, (
        "The dW1 (two by two) and db1 (two by one) of each of the four examples, added to their "
        "sum. In example 0, whose inputs are both 0, dW1 is zero everywhere and db1 is not. The "
        f"rows of the sum, dW1 and then db1: {rows}."
    )
