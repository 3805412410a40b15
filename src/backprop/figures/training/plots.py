"""Walks, losses and decisions of lesson 4."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .. import parts, style
from ..cache import show_alike
from ..parts import examples, heights_above, lines, note, words
from ..style import BACKWARD, FORWARD, INK

# The square of inputs over which a decision is drawn: places along its side.
SIDE = np.linspace(-0.5, 1.5, 61)


def walks_on_a_slope(
    loss: Callable[[np.ndarray], np.ndarray], walks: Mapping[float, Sequence]
) -> None:
    """Show the loss over one weight, and on it the stops of several walks, one panel each.

    `loss` takes an array of weights and returns the loss of each; a walk has the weights that a
    learning rate visits, in order, from the start.
    """
    visited = [np.asarray(walk, dtype=float) for walk in walks.values()]
    ends = np.concatenate(visited)
    room = 0.12 * np.ptp(ends) + 0.1
    weights = np.linspace(ends.min() - room, ends.max() + room, 161)
    bowl = np.array([weights, loss(weights)])
    losses = [loss(walk) for walk in visited]
    titles = [f"learning rate {rate:g}" for rate in walks]

    def draw() -> Figure:
        figure, panels = style.panels(9.5, 3.7, 1, len(titles), sharey=True, sharex=True)
        for axes, title, walk, heights in zip(panels, titles, visited, losses):
            axes.plot(*bowl, color=FORWARD, linewidth=1.5)
            axes.plot(walk, heights, "o--", color=BACKWARD, linewidth=1, markersize=6)
            note(axes, (walk[0], heights[0]), "start", (9, -3))
            # Away from the curve: up and inwards where the walk climbs, else down and outwards.
            climbs = heights[-1] > heights[0]
            offset, ha, va = ((-8, 12), "right", "bottom") if climbs else ((9, -6), "left", "top")
            note(axes, (walk[-1], heights[-1]), f"step {len(walk) - 1}", offset, ha=ha, va=va)
            axes.set(title=title, xlabel="weight w")
        highest = np.concatenate(losses).max()
        panels[0].set(ylabel="loss C", ylim=(-0.16 * highest, 1.2 * highest))
        return figure

    seen = [
        f"with the rate {rate:g} the weight goes from {walk[0]:.2f} to {walk[-1]:.2f} and the "
        f"loss from {heights[0]:.2f} to {heights[-1]:.2f}"
        for rate, walk, heights in zip(walks, visited, losses)
    ]
    show_alike(
        draw,
        f"The loss over one weight is a bowl. {len(walks)} walks on it, "
        f"{len(visited[-1]) - 1} steps each: {'; '.join(seen)}.",
    )


def loss_curves(histories: Mapping[str, Sequence[float]]) -> None:
    """Show the loss before each step of one or several trainings, at least one, by their labels."""
    if not histories:
        raise ValueError("there is no history of a loss to draw; give at least one")
    curves = {label: [np.asarray(losses, float)] for label, losses in histories.items()}

    def draw() -> Figure:
        figure, axes = style.plot(8, 3.8, xlabel="steps made", ylabel="loss C before the step")
        lines(axes, curves, width=1.5)
        axes.set_ylim(bottom=0)
        axes.legend()
        return figure

    seen = [
        f"{label}: from {losses[0]:.3f} to {losses[-1]:.3f} in {len(losses):,} steps"
        for label, losses in histories.items()
    ]
    show_alike(draw, f"The loss over the steps of training. {'; '.join(seen)}.")


def grid() -> np.ndarray:
    """Return the inputs (2, 3721) of a square grid from -0.5 to 1.5, for `decisions`."""
    return parts.grid(SIDE)


def decisions(outputs: Mapping[str, np.ndarray], X: np.ndarray, Y: np.ndarray) -> None:
    """Show the output of a network for every input of `grid`, one panel for each moment.

    There are outputs (1, 3721) for each title. The examples X (2, m) are points, a circle where
    the target in Y (1, m) is 0 and a triangle where it is 1.
    """
    outputs = {title: np.reshape(out, (len(SIDE),) * 2) for title, out in outputs.items()}

    def draw() -> Figure:
        figure, panels = style.panels(9.5, 8.4 / len(outputs) + 0.9, 1, len(outputs), sharey=True)
        for axes, (title, out) in zip(panels, outputs.items()):
            style.framed(axes)
            filled = axes.contourf(SIDE, SIDE, out, np.linspace(0, 1, 11), cmap="PuOr_r")
            if out.min() < 0.5 < out.max():
                axes.contour(SIDE, SIDE, out, [0.5], colors=INK, linewidths=2)
            examples(axes, X, Y)
            axes.set_title(title, fontsize=11)
            axes.set(xlabel="x1", xticks=[0, 1], yticks=[0, 1], aspect="equal")
        panels[0].set_ylabel("x2")
        bar = figure.colorbar(filled, ax=panels, ticks=[0, 0.5, 1], shrink=0.8, aspect=14)
        bar.set_label("out_y")
        return figure

    seen = [
        f"{title}: outputs from {out.min():.2f} to {out.max():.2f}, {_split(out)}"
        for title, out in outputs.items()
    ]
    show_alike(
        draw,
        "The output of the network for all inputs from -0.5 to 1.5; a black line where it is one "
        f"half, circles for the examples with target 0, triangles for target 1. {'; '.join(seen)}.",
    )


def _split(out: np.ndarray) -> str:
    above = np.mean(out > 0.5)
    if above in (0, 1):
        return f"all {'above' if above else 'below'} one half, so there is no line"
    return f"{100 * above:.0f} % of the square above one half"


def close_look(
    steps: Sequence[float], losses: Sequence[float], seen_first: int, level: float
) -> None:
    """Show one history of the loss twice: as it is usually drawn, and as a distance from a level.

    There is a loss for each number of steps made, which ascend, and each is above the level, or it
    is a ValueError. The left panel shows the first so many steps; both axes of the right one are
    logarithmic.
    """
    steps, losses = np.asarray(steps, dtype=float), np.asarray(losses, dtype=float)
    above = heights_above(level, losses)
    digits, minus_level = np.log10(above), f"loss C minus {level:g}"  # to scale on the right

    def draw() -> Figure:
        distances, first = 10 ** digits[1:], steps <= seen_first
        figure, (left, right) = style.panels(9.5, 3.8, 1, 2)
        left.plot(steps[first], losses[first], color=FORWARD)
        right.loglog(steps[1:], distances, color=FORWARD)
        right.axvline(seen_first, color=BACKWARD, linestyle="--", linewidth=1.2)
        at, text = (seen_first * 0.9, distances.min()), "the program\nstopped here"
        words(right, at, text, BACKWARD, ha="right", va="bottom")
        left.set(ylim=(0, 1.1 * losses.max()), title=f"the first {seen_first:,} steps")
        right.set_title("the same run, continued, both axes logarithmic")
        for axes, name in ((left, "loss C"), (right, minus_level)):
            axes.set(xlabel="steps of the program", ylabel=name)
        return figure

    stop = losses[steps <= seen_first][-1]
    show_alike(
        draw,
        f"Left, the loss over the first {seen_first:,} steps: it falls from {losses[0]:.3f} and "
        f"then seems to stand still at {stop:.3f}. Right, how far the loss is above {level:g}, on "
        f"logarithmic axes: after {seen_first:,} steps it is {stop - level:.1e}, after "
        f"{steps[-1]:,.0f} steps {above[-1]:.1e}, and the line keeps falling.",
    )
