"""Walks, losses and decisions of lesson 4."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .. import style
from ..cache import UNSEEN, Drawing, drawn_once
from ..parts import examples, heights_above, lines, note, words
from ..style import BACKWARD, FORWARD, INK

# The square of inputs over which a decision is drawn, and the points along its side.
LOW, HIGH, SIDE = -0.5, 1.5, 61


def walks_on_a_slope(
    loss: Callable[[np.ndarray], np.ndarray], walks: Mapping[float, Sequence]
) -> None:
    """Show the loss over one weight, and on it the stops of several walks, one panel each.

    Parameters
    ----------
    loss
        Takes weights, an array, and returns the loss of each.
    walks
        For each learning rate the weights that it visits, in order, from the start.
    """
    visited = np.concatenate([np.asarray(walk, dtype=float) for walk in walks.values()])
    room = 0.12 * np.ptp(visited) + 0.1
    weights = np.linspace(visited.min() - room, visited.max() + room, 161)
    losses = [loss(np.asarray(walk, dtype=float)) for walk in walks.values()]
    seen = [
        f"with the rate {rate:g} the weight goes from {walk[0]:.2f} to {walk[-1]:.2f} and the "
        f"loss from {heights[0]:.2f} to {heights[-1]:.2f}"
        for (rate, walk), heights in zip(walks.items(), losses)
    ]
    lengths = [len(walk) for walk in walks.values()]
    _walks(
        np.concatenate([weights, visited]),
        np.concatenate([loss(weights), *losses]),
        np.cumsum([len(weights), *lengths]).tolist(),
        [f"learning rate {rate:g}" for rate in walks],
        f"The loss over one weight is a bowl. {len(walks)} walks on it, "
        f"{lengths[-1] - 1} steps each: {'; '.join(seen)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _walks(
    across: np.ndarray, up: np.ndarray, ends: Sequence[int], titles: Sequence[str], description: str
) -> Drawing:
    """Draw a curve and walks on it, which stand in the arrays one after the other."""
    figure = style.figure(9.5, 3.7)
    panels = figure.subplots(1, len(titles), sharey=True, sharex=True, squeeze=False)[0]
    bowl, *walks = zip(np.split(across, ends[:-1]), np.split(up, ends[:-1]))
    for axes, title, (weights, losses) in zip(panels, titles, walks):
        axes.plot(*bowl, color=FORWARD, linewidth=1.5)
        axes.plot(weights, losses, "o--", color=BACKWARD, linewidth=1, markersize=6)
        note(axes, (weights[0], losses[0]), "start", (9, -3))
        # Away from the curve: up and inwards where the walk climbs, else down and outwards.
        climbs = losses[-1] > losses[0]
        offset, ha, va = ((-8, 12), "right", "bottom") if climbs else ((9, -6), "left", "top")
        note(axes, (weights[-1], losses[-1]), f"step {len(weights) - 1}", offset, ha=ha, va=va)
        axes.set(title=title, xlabel="weight w")
    highest = up[ends[0] :].max()
    panels[0].set(ylabel="loss C", ylim=(-0.16 * highest, 1.2 * highest))
    return figure, description


def loss_curves(histories: Mapping[str, Sequence[float]]) -> None:
    """Show the history of the loss of one or several trainings.

    Parameters
    ----------
    histories
        For each label the loss before each step, a sequence of numbers.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not histories:
        raise ValueError("there is no history of a loss to draw; give at least one")
    histories = {label: np.asarray(losses, float) for label, losses in histories.items()}
    seen = [
        f"{label}: from {losses[0]:.3f} to {losses[-1]:.3f} in {len(losses):,} steps"
        for label, losses in histories.items()
    ]
    _loss_curves(histories, f"The loss over the steps of training. {'; '.join(seen)}.")


@drawn_once(tolerance=UNSEEN)
def _loss_curves(histories: Mapping[str, np.ndarray], description: str) -> Drawing:
    figure, axes = style.plot(8, 3.8, xlabel="steps made", ylabel="loss C before the step")
    lines(axes, {label: [losses] for label, losses in histories.items()}, width=1.5)
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure, description


def grid() -> np.ndarray:
    """Return the inputs (2, 3721) of a square grid from -0.5 to 1.5, for `decisions`."""
    side = np.linspace(LOW, HIGH, SIDE)
    return np.array([axis.ravel() for axis in np.meshgrid(side, side)])


def decisions(outputs: Mapping[str, np.ndarray], X: np.ndarray, Y: np.ndarray) -> None:
    """Show the output of a network for every input of `grid`, one panel for each moment.

    Parameters
    ----------
    outputs
        For each title the outputs (1, 3721) of a network for the inputs of `grid`.
    X
        The examples (2, m), drawn as points.
    Y
        Their targets (1, m): a circle for 0, a triangle for 1.
    """
    outputs = {title: np.reshape(out, (SIDE, SIDE)) for title, out in outputs.items()}
    seen = [
        f"{title}: outputs from {out.min():.2f} to {out.max():.2f}, {_split(out)}"
        for title, out in outputs.items()
    ]
    _decisions(
        outputs,
        X,
        Y,
        "The output of the network for all inputs from -0.5 to 1.5; a black line where it is one "
        f"half, circles for the examples with target 0, triangles for target 1. {'; '.join(seen)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _decisions(
    outputs: Mapping[str, np.ndarray], X: np.ndarray, Y: np.ndarray, description: str
) -> Drawing:
    figure = style.figure(9.5, 8.4 / len(outputs) + 0.9)
    panels = figure.subplots(1, len(outputs), sharey=True, squeeze=False)[0]
    side = np.linspace(LOW, HIGH, SIDE)
    for axes, (title, out) in zip(panels, outputs.items()):
        filled = style.framed(axes).contourf(side, side, out, np.linspace(0, 1, 11), cmap="PuOr_r")
        if out.min() < 0.5 < out.max():
            axes.contour(side, side, out, [0.5], colors=INK, linewidths=2)
        examples(axes, X, Y)
        axes.set_title(title, fontsize=11)
        axes.set(xlabel="x1", xticks=[0, 1], yticks=[0, 1], aspect="equal")
    panels[0].set_ylabel("x2")
    bar = figure.colorbar(filled, ax=panels, ticks=[0, 0.5, 1], shrink=0.8, aspect=14)
    bar.set_label("out_y")
    return figure, description


def _split(out: np.ndarray) -> str:
    above = np.mean(out > 0.5)
    if above in (0, 1):
        return f"all {'above' if above else 'below'} one half, so there is no line"
    return f"{100 * above:.0f} % of the square above one half"


def close_look(
    steps: Sequence[float], losses: Sequence[float], seen_first: int, level: float
) -> None:
    """Show one history of the loss twice: as it is usually drawn, and as a distance from a level.

    Parameters
    ----------
    steps
        The number of steps made before each loss, ascending.
    losses
        The loss at each of them.
    seen_first
        How many steps the left panel shows.
    level
        The loss that is taken away on the right, where both axes are logarithmic.

    Raises
    ------
    ValueError
        If a loss is not above the level.
    """
    steps, losses = np.asarray(steps, dtype=float), np.asarray(losses, dtype=float)
    above = heights_above(level, losses)
    stop = losses[steps <= seen_first][-1]
    _close_look(
        steps,
        losses,
        np.log10(above),
        seen_first,
        f"{level:g}",
        f"Left, the loss over the first {seen_first:,} steps: it falls from {losses[0]:.3f} and "
        f"then seems to stand still at {stop:.3f}. Right, how far the loss is above {level:g}, on "
        f"logarithmic axes: after {seen_first:,} steps it is {stop - level:.1e}, after "
        f"{steps[-1]:,.0f} steps {above[-1]:.1e}, and the line keeps falling.",
    )


@drawn_once(tolerance=UNSEEN)
def _close_look(
    steps: np.ndarray,
    losses: np.ndarray,
    digits_above: np.ndarray,
    seen_first: int,
    level: str,
    description: str,
) -> Drawing:
    """Draw both panels; the logarithm of the distance is what the right one shows to scale."""
    above, first = 10 ** digits_above[1:], steps <= seen_first
    figure = style.figure(9.5, 3.8)
    left, right = figure.subplots(1, 2)
    left.plot(steps[first], losses[first], color=FORWARD)
    right.loglog(steps[1:], above, color=FORWARD)
    right.axvline(seen_first, color=BACKWARD, linestyle="--", linewidth=1.2)
    at, text = (seen_first * 0.9, above.min()), "the program\nstopped here"
    words(right, at, text, BACKWARD, ha="right", va="bottom")
    left.set(ylim=(0, 1.1 * losses.max()), title=f"the first {seen_first:,} steps")
    right.set_title("the same run, continued, both axes logarithmic")
    for axes, name in ((left, "loss C"), (right, f"loss C minus {level}")):
        axes.set(xlabel="steps of the program", ylabel=name)
    return figure, description
