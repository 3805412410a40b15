"""Curves, planes and bars of lesson 2."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...network import Parameters, forward, half_squared_error, layer, sigmoid
from .. import style
from ..cache import Drawing, drawn_once, show_alike
from ..parts import examples, grid, ground, note
from ..style import BACKWARD, FORWARD, FORWARD_TINT, GREY, INK, Look
from ..wording import listed, short

POINTS: Look = {"inside": BACKWARD, "ms": 11, "mew": 1.5}


@drawn_once
def sigmoid_curve(marks: Sequence[float]) -> Drawing:
    """Show the sigmoid from -8 to 8 with some pre-activations marked."""
    figure, axes = style.plot(7.2, 3.3, xlabel="pre-activation net", ylabel="activation out")
    z = np.linspace(-8, 8, 401)
    axes.plot(z, sigmoid(z), color=FORWARD)
    for level, line in ((0, "-"), (0.5, ":"), (1, "-")):
        axes.axhline(level, color=GREY, linewidth=0.8, linestyle=line)
    for mark in marks:
        a = float(sigmoid(mark))
        axes.plot(mark, a, "o", color=BACKWARD, markersize=7)
        text = f"sigmoid({short(mark)}) = {a:.4f}"
        offset, align = ((10, -5), "left") if mark >= 0 else ((-10, -2), "right")
        note(axes, (mark, a), text, offset, ha=align, bbox=ground(1))
    axes.set(xlim=(-8, 8), ylim=(-0.06, 1.06), yticks=(0, 0.25, 0.5, 0.75, 1))
    points = ", ".join(f"sigmoid({mark:g}) = {sigmoid(mark):.4f}" for mark in marks)
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
    _plane(axes, "$x_1$", "$x_2$")
    figure.legend(loc="outside right center")
    points = ", ".join(f"({x[0]:g}, {x[1]:g}) has target {y:g}" for x, y in zip(X.T, Y[0]))
    return figure, (
        f"The plane of the two inputs with {X.shape[1]} points: {points}. Equal targets stand in "
        "opposite corners of a square."
    )


@drawn_once
def decision_regions(parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> Drawing:
    """Show where each unit is above one half, and the hidden space.

    The network is 2-2-1, or it is a ValueError; X (2, m) are examples, Y (1, m) their targets.
    """
    W1, b1, W2, b2 = parameters
    if (W1.shape, W2.shape) != ((2, 2), (1, 2)):
        raise ValueError(
            f"W1 and W2 must be (2, 2) and (1, 2) to be drawn; they are {W1.shape, W2.shape}"
        )
    figure, (first, second, hidden, output) = style.panels(8.0, 8.2, 2, 2)
    side = np.linspace(-0.5, 1.5, 201)
    points, out_h = grid(side), forward(parameters, X).out_h
    everywhere, second_layer = forward(parameters, points), sigmoid(layer(W2, b2, points))
    inputs, space = ("$x_1$", "$x_2$"), ("activation of h1", "activation of h2")
    for axes, values, places, names, title in (
        (first, everywhere.out_h[0], X, inputs, "hidden unit h1 in the plane of the inputs"),
        (second, everywhere.out_h[1], X, inputs, "hidden unit h2 in the plane of the inputs"),
        (output, everywhere.out_y, X, inputs, "output unit in the plane of the inputs"),
        (hidden, second_layer, out_h, space, "output unit in the hidden space"),
    ):
        _region(axes, side, values)
        examples(axes, places, Y, **POINTS)
        _plane(axes, *names)
        axes.set_title(title)
    _name_examples(hidden, X, out_h)
    above = Patch(facecolor=FORWARD_TINT, edgecolor=INK, hatch="//", linewidth=0)
    marks, names = hidden.get_legend_handles_labels()
    names = [*names, "the unit is above 0.5"]
    figure.legend([*marks, above], names, loc="outside lower center", ncols=3)
    landing = ", ".join(
        f"({x[0]:g}, {x[1]:g}) at ({h[0]:.2f}, {h[1]:.2f})" for x, h in zip(X.T, out_h.T)
    )
    lines = " and ".join(f"{w[0]:g} x1 + {w[1]:g} x2 = {-b[0]:g}" for w, b in zip(W1, b1))
    return figure, (
        "Four square panels; in each the hatched region is where a unit is above 0.5, and its "
        f"border is a line. In the plane of the inputs the borders of the two hidden units are the "
        f"lines {lines}; the output unit is above 0.5 in the strip between them, which holds the "
        f"two points with target 1. In the hidden space the examples stand elsewhere: {landing}; "
        "there one line divides the targets."
    )


def errors(outputs: Sequence[np.ndarray], Y: np.ndarray, names: Sequence[str]) -> None:
    """Show how far the outputs of some networks are from the targets, example by example.

    There are outputs (1, m) and a name for each network; the targets are Y (1, m).
    """
    losses = [float(half_squared_error(out_y, Y)) for out_y in outputs]
    said = "; ".join(
        f"{name} gives {listed(out_y[0], '.3f')} and has the loss {loss:.4f}"
        for name, out_y, loss in zip(names, outputs, losses)
    )
    titles = [f"{name}: C = {loss:.4f}" for name, loss in zip(names, losses)]
    heights = np.vstack([Y, *outputs])

    def draw() -> Figure:
        targets, *rows = heights
        figure, panels = style.panels(7.8, 3.3, 1, len(rows), sharey=True)
        places = np.arange(1, len(targets) + 1)
        square: Look = {"color": "white", "markeredgecolor": INK, "markersize": 10}
        for axes, out_y, title in zip(panels, rows, titles):
            axes.vlines(places, out_y, targets, color=BACKWARD, linewidth=2, label="out_y − Y")
            axes.plot(places, targets, "s", label="target Y", **square)
            axes.plot(places, out_y, "o", color=FORWARD, markersize=6, label="output out_y")
            axes.set(xticks=places, ylim=(-0.12, 1.12), xlim=(0.5, len(places) + 0.5))
            axes.set(xlabel="example", title=title)
        panels[-1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return figure

    show_alike(draw, f"Targets {listed(Y[0])} beside the outputs of each network: {said}.")


@drawn_once
def single_units(counts: Mapping[int, int]) -> Drawing:
    """Show how many single units, the values, get how many of XOR's examples right, the keys."""
    labels: Look = {"xlabel": "examples of XOR that the unit gets right", "ylabel": "single units"}
    figure, axes = style.plot(7.2, 2.9, **labels)
    rights = sorted(counts)
    heights = [counts[right] for right in rights]
    bars = axes.bar(rights, heights, color=FORWARD_TINT, edgecolor=FORWARD, width=0.6)
    axes.bar_label(bars, fmt="{:,.0f}", padding=4)
    axes.set(xticks=rights, ylim=(0, 1.18 * max(heights)))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    said = ", ".join(f"{counts[right]:,} units get {right} right" for right in rights)
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
    """Write under each point which examples meet in it, to the width of a point."""
    found: dict[Any, list[str]] = {}
    for x, place in zip(X.T, places.T):
        found.setdefault(tuple(np.round(place, 1).tolist()), []).append(f"({x[0]:g}, {x[1]:g})")
    for place, names in found.items():
        note(axes, place, " and ".join(names), (0, -19), ha="center", bbox=ground())
