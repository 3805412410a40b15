"""Curves of lesson 1: a loss over one weight or pre-activation, the sigmoid, and their slopes."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ...differentiate import derivative
from ...network import sigmoid
from .. import style
from ..cache import Drawing, drawn_once, show_alike
from ..parts import note
from ..style import BACKWARD, FORWARD, GREY, INK
from .chain import number


def loss_curve(loss: Callable[[float], float], w: float, slope: float, name: str = "w") -> None:
    """Show the loss as a curve over one weight, with the tangent at its present value.

    `loss` takes and returns a float; `slope` is that of the loss at w, `name` that of the weight.
    """
    weights = np.linspace(w - 4, w + 4, 161)
    here = float(loss(w))
    near = np.array([w - 1.6, w, w + 1.6])
    curve = np.array([weights, [float(loss(float(weight))) for weight in weights]])
    tangent = np.array([near, here + slope * (near - w)])
    at_point, at_tangent = f"{name} = {w:g}, C = {here:.4f}", f"tangent, slope {number(slope)}"

    def draw() -> Figure:
        figure, axes = style.plot(7, 3.6, xlabel=f"weight {name}", ylabel="loss C")
        _with_grid(axes)
        axes.plot(*curve, color=FORWARD, label=f"loss $C$ for each {name}")
        axes.plot(*tangent, "--", color=BACKWARD, label=at_tangent)
        axes.plot(*tangent[:, 1], "o", color=INK, markersize=8)
        note(axes, tuple(tangent[:, 1]), at_point, (10, 12))
        axes.legend()
        return figure

    way = "falls" if slope < 0 else "rises"
    show_alike(
        draw,
        f"The loss C drawn over the weight {name}, from {w - 4:g} to {w + 4:g}. At "
        f"{name} = {w:g} the loss is {here:.4f}; its tangent there has the slope {number(slope)}, "
        f"so the loss {way} when the weight grows a little.",
    )


@drawn_once
def sigmoid_and_slope(points: Sequence[float]) -> Drawing:
    """Show the sigmoid with its tangents at pre-activations from -7 to 7, and its slope below."""
    figure, (above, below) = style.panels(7.5, 5.4, 2, sharex=True, height_ratios=(3, 2))
    z = np.linspace(-7, 7, 281)
    above.plot(z, sigmoid(z), color=FORWARD)
    below.plot(z, derivative(sigmoid, z), "--", color=BACKWARD)
    seen = []
    for point in points:
        a, slope = float(sigmoid(point)), float(derivative(sigmoid, point))
        near = np.array([point - 1.3, point + 1.3])
        above.plot(near, a + slope * (near - point), color=INK, linewidth=1.6)
        for axes, height, text, offset in (
            (above, a, f"z = {point:g}\na = {a:.4f}", (12, -30) if a > 0.3 else (-50, 14)),
            (below, slope, f"slope {slope:.4f}", (-72, 10) if point < -2 else (9, 4)),
        ):
            axes.plot(point, height, "o", color=INK)
            note(axes, (point, height), text, offset)
        seen.append(f"at z = {point:g} the activation is {a:.4f} and the slope {slope:.4f}")
    above.set(ylabel="activation a", ylim=(-0.1, 1.1))
    below.set(ylabel="slope da/dz", ylim=(-0.02, 0.32), xlabel="pre-activation z")
    _with_grid(above, below)
    return figure, (
        "Above, the sigmoid: an S-shaped curve that rises from 0 to 1. Below, its slope: a bump, "
        f"highest at z = 0, flat on both sides. In numbers, {'; '.join(seen)}."
    )


@drawn_once
def saturation(target: float, points: Mapping[str, float]) -> Drawing:
    """Show the loss of one sigmoid unit over its pre-activation, and how fast it moves.

    `points` are pre-activations z between -9 and 9 to be marked, by name.
    """

    def loss(z: ArrayLike) -> np.ndarray:
        return (sigmoid(z) - target) ** 2 / 2

    figure, (left, right) = style.panels(9, 3.9, 1, 2)
    z = np.linspace(-9, 9, 361)
    left.plot(z, loss(z), color=FORWARD)
    right.plot(z, derivative(loss, z), "--", color=BACKWARD)
    seen = []
    for (name, point), marker in zip(points.items(), "osD^"):
        C, slope = float(loss(point)), float(derivative(loss, point))
        for axes, height, offset in (
            (left, C, (-12, -40) if C > 0.4 else (12, 6)),
            (right, slope, (75, 10) if abs(slope) > 0.03 else (-10, 10)),
        ):
            leader = {"arrowstyle": "-", "color": GREY} if offset[0] > 50 else None
            axes.plot(point, height, marker, color=INK, markersize=8)
            text = f"{name}\n{number(height)}"
            note(axes, (point, height), text, offset, arrowprops=leader)
        seen.append(f"{name}, z = {number(point)}: C = {number(C)}, dC/dz = {number(slope)}")
    left.set(ylabel="loss C", ylim=(-0.03, 0.58))
    low, high = right.get_ylim()
    right.set(ylabel="dC/dz", ylim=(low, high + 0.2 * (high - low)))
    for axes in (left, right):
        axes.set(xlabel="pre-activation z", xticks=(-8, -4, 0, 4, 8))
    _with_grid(left, right)
    return figure, (
        f"Left, the loss of one unit with target {target:g} over its pre-activation z; right, the "
        f"derivative of that loss. {'; '.join(seen)}."
    )


def _with_grid(*several: Axes) -> None:
    for axes in several:
        axes.tick_params(labelsize=11)
        axes.grid()
