"""Curves and a matrix of lesson 3: saturation, the error of differences, slopes of slopes."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ...differentiate import derivative
from ...network import Parameters, sigmoid
from .. import style
from ..cache import Drawing, drawn_once, show_alike
from ..parts import name_parts, words
from ..style import BACKWARD, FORWARD, GREY, Look
from ..wording import MINUS
from .measured import Rule, asymmetry, second_slopes, step_errors


@drawn_once
def saturated_output() -> Drawing:
    """Draw, for target 0, the distance from the target and the error delta_y of an output unit."""
    net = np.linspace(-8, 8, 321)
    labels: Look = {"xlabel": "net_y, the pre-activation of the output unit", "ylim": (-0.04, 1.08)}
    figure, axes = style.plot(8, 3.9, **labels)
    axes.plot(net, sigmoid(net), "--", color=FORWARD)
    axes.plot(net, _delta_for_target_0(net), color=BACKWARD, linewidth=2.5)
    text = f"distance from\nthe target,\nout_y {MINUS} 0"
    words(axes, (1.9, 0.62), text, FORWARD, 12, ha="left")
    words(axes, (2.6, 0.12), "error delta_y", BACKWARD, 12, ha="left", va="bottom")
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
            away, side = (0.2, "left") if right else (-0.2, "right")
            lift = up if right or height < 0.2 else 0
            words(axes, (at + away, height + lift), text, color, ha=side)
    return figure, (
        "For target 0, over the pre-activation: the distance out_y - 0 climbs from 0 to 1, but "
        "the error delta_y climbs only to 0.148, where out_y is two thirds, and falls back to 0. "
        "At out_y = 0.5, 0.7 and 0.999 the error is 0.125, 0.147 and 0.001."
    )


def _delta_for_target_0(net: ArrayLike) -> np.ndarray:
    return derivative(lambda z: sigmoid(z) ** 2 / 2, net)


@drawn_once
def error_against_step(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw the relative error of one-sided and central differences against the step h.

    All parameters are moved, one after the other, for one example x (n_x, 1) with target y.
    """
    steps, one_sided, central = step_errors(parameters, x, y)
    figure, axes = style.plot(8, 4.3, xlabel="step h", ylabel="relative error of the gradient")
    axes.loglog(steps, one_sided, "s-", color=BACKWARD, markersize=4, linewidth=1.5)
    axes.loglog(steps, central, "o-", color=FORWARD, markersize=4, linewidth=1.5)
    axes.axvline(1e-5, color=GREY, linestyle=":", linewidth=1.5)
    rounding = "to the left rounding grows:\nit is divided by h"
    words(axes, (3e-4, 1e-3), "one-sided", BACKWARD, 12, ha="right", va="baseline")
    words(axes, (1.5e-3, 2e-9), "central", FORWARD, 12, ha="left", va="baseline")
    words(axes, (6e-13, 4e-9), rounding, GREY, ha="left", va="baseline")
    words(axes, (1.2e-5, 0.6), "h = 1e-5", GREY, ha="left", va="top")
    axes.set_ylim(1e-12, 2)
    axes.grid()
    return figure, (
        "Relative error of the gradient against the step h, both on logarithmic scales. From large "
        "to small steps both errors first fall, the one-sided as h and the central as h squared, "
        "and then rise again, because rounding is divided by h. The one-sided difference is best "
        "near h = 1e-8 or 1e-7 and the central one near h = 1e-5, where its error is below one "
        "part in a hundred million."
    )


def slopes_of_slopes(rule: Rule, X: np.ndarray, Y: np.ndarray, parameters: Parameters) -> None:
    """Draw how each entry of a rule's answer changes with each parameter, and its asymmetry.

    The rule takes X (n_x, m), Y (n_y, m), out_h, out_y, W2 and returns dW1, db1, dW2, db2, of the
    shapes of the parameters at which to look, or it is a ValueError.
    """
    matrix = second_slopes(rule, X, Y, parameters)
    share = f"the matrix differs from its transpose by {asymmetry(matrix):.0%}"
    sizes = {name: getattr(parameters, name).size for name in Parameters._fields}

    def draw() -> Figure:
        figure, panels = style.panels(8.4, 3.9, 1, 2)
        most = np.max(np.abs(matrix))
        for axes, values, title, colors, least in zip(
            panels,
            (matrix, np.abs(matrix - matrix.T)),
            ("slopes of the answer", "difference across the diagonal"),
            ("PuOr", "Greys"),
            (-most, 0),
        ):
            image = style.framed(axes).imshow(values, cmap=colors, vmin=least, vmax=most)
            figure.colorbar(image, ax=axes, shrink=0.75)
            axes.set_title(title)
            name_parts(axes, sizes, "-")
            axes.set_yticks(axes.get_yticks(), [f"d{name}" for name in sizes])
            axes.tick_params(labelsize=11)
        figure.supxlabel(share, fontsize=12)
        return figure

    show_alike(
        draw,
        f"A matrix with one row for each entry of the answer and one column for each parameter, "
        f"{len(matrix)} by {len(matrix)}, and beside it the difference between entries that face "
        f"each other across the diagonal. {share.capitalize()}.",
    )
