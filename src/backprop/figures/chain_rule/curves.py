"""Curves of lesson 1: a loss over one weight or pre-activation, the sigmoid, and their slopes."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ...differentiate import derivative
from ...network import sigmoid
from .. import style
from ..cache import UNSEEN, Drawing, drawn_once
from ..parts import note
from ..style import BACKWARD, FORWARD, GREY, INK
from .chain import number


def loss_curve(loss: Callable[[float], float], w: float, slope: float, name: str = "w") -> None:
    """Show the loss as a curve over one weight, with the tangent at its present value.

    Parameters
    ----------
    loss
        Takes the weight, a float, and returns the loss, a float.
    w
        The present weight.
    slope
        The slope of the loss there, a float.
    name
        What the weight is called.
    """
    weights = np.linspace(w - 4, w + 4, 161)
    losses = np.array([float(loss(float(weight))) for weight in weights])
    here = float(loss(w))
    near = np.array([w - 1.6, w + 1.6])
    way = "falls" if slope < 0 else "rises"
    _loss_curve(
        np.concatenate([weights, near, [w]]),
        np.concatenate([losses, here + slope * (near - w), [here]]),
        name,
        (f"{name} = {w:g}, C = {here:.4f}", f"tangent, slope {number(slope)}"),
        f"The loss C drawn over the weight {name}, from {w - 4:g} to {w + 4:g}. At "
        f"{name} = {w:g} the loss is {here:.4f}; its tangent there has the slope {number(slope)}, "
        f"so the loss {way} when the weight grows a little.",
    )


@drawn_once(tolerance=UNSEEN)
def _loss_curve(
    across: np.ndarray, up: np.ndarray, name: str, labels: Sequence[str], description: str
) -> Drawing:
    """Draw a curve, a tangent through two points, and one point, in this order in the arrays."""
    figure, axes = style.plot(7, 3.6, xlabel=f"weight {name}", ylabel="loss C")
    _with_grid(axes)
    (curve, tangent, point), (point_label, tangent_label) = zip(
        *(np.split(values, [-3, -1]) for values in (across, up))
    ), labels
    axes.plot(*curve, color=FORWARD, label=f"loss $C$ for each {name}")
    axes.plot(*tangent, "--", color=BACKWARD, label=tangent_label)
    axes.plot(*point, "o", color=INK, markersize=8)
    note(axes, (across[-1], up[-1]), point_label, (10, 12))
    axes.legend()
    return figure, description


@drawn_once
def sigmoid_and_slope(points: Sequence[float]) -> Drawing:
    """Show the sigmoid with its tangents at some points, and its slope below.

    Parameters
    ----------
    points
        Pre-activations z, floats between -7 and 7, each of which gets a tangent.
    """
    figure = style.figure(7.5, 5.4)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
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
            axes.plot([point], [height], "o", color=INK)
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

    Parameters
    ----------
    target
        What the activation should be, a float.
    points
        By name, pre-activations z between -9 and 9 to be marked.
    """

    def loss(z: ArrayLike) -> np.ndarray:
        return (sigmoid(z) - target) ** 2 / 2

    figure = style.figure(9, 3.9)
    left, right = figure.subplots(1, 2)
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
            axes.plot([point], [height], marker, color=INK, markersize=8)
            leader = {"arrowstyle": "-", "color": GREY} if offset[0] > 50 else None
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
