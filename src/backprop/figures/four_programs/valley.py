"""The valley of lesson 5: four numbers over very many steps, a map, the way that is walked."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from .. import style
from ..cache import UNSEEN, Drawing, drawn_once
from ..parts import ground, heights_above, note
from ..style import BACKWARD, FORWARD, INK, PURPLE, Look


def valley(
    steps: Sequence[float],
    losses: Sequence[float],
    gradients: Sequence[float],
    largest: Sequence[float],
    smallest: Sequence[float],
    level: float,
) -> None:
    """Show what four numbers of a network do over very many steps.

    Parameters
    ----------
    steps
        The numbers of steps made, ascending from 1 or more.
    losses
        The loss at each of them; drawn is its distance from `level`.
    gradients
        The length of the gradient.
    largest
        The largest weight or bias, without its sign.
    smallest
        The smallest curvature; only where it is positive is it drawn.
    level
        The number that the loss approaches.

    Raises
    ------
    ValueError
        If a loss is not above the level.
    """
    above = heights_above(level, losses)
    steps, smallest = np.asarray(steps, dtype=float), np.asarray(smallest, dtype=float)
    curved = np.where(smallest > 0, smallest, np.nan)
    began = np.flatnonzero(~(smallest > 0))
    since = steps[began[-1] + 1] if len(began) and began[-1] + 1 < len(steps) else steps[0]
    _valley(
        steps,
        np.log10(np.array([above, gradients, largest, curved])),
        f"{level:g}",
        f"Four panels over the steps, up to {steps[-1]:,.0f}, on logarithmic axes. The loss is "
        f"{above[-1]:.1e} above {level:g} at the end and falls on a straight line. The length of "
        f"the gradient ends at {gradients[-1]:.1e}, also on a straight line. The largest weight "
        f"grows on, to {largest[-1]:.1f}. The smallest curvature is positive from step "
        f"{since:,.0f} on, and falls to {smallest[-1]:.1e}.",
    )


@drawn_once(tolerance=UNSEEN)
def _valley(steps: np.ndarray, digits: np.ndarray, level: str, description: str) -> Drawing:
    """Draw the four curves, of which the logarithms are given."""
    figure = style.figure(9.5, 5.6)
    panels = list(figure.subplots(2, 2).flat)
    titles = (
        f"loss minus {level}", "length of the gradient", "largest weight or bias",
        "smallest curvature",
    )  # fmt: skip
    colors = FORWARD, BACKWARD, INK, PURPLE
    for axes, title, color, curve in zip(panels, titles, colors, digits):
        axes.loglog(steps, 10**curve, color=color)
        axes.set(title=title, xlim=(steps[0], steps[-1]))
    for axes in panels[2:]:
        axes.set_xlabel("steps of the program")
    ticks = [tick for tick in (1, 2, 5, 10, 20, 50) if tick <= 1.2 * 10 ** np.max(digits[2])]
    panels[2].set_yticks(ticks, [str(tick) for tick in ticks])
    panels[2].minorticks_off()
    return figure, description


def landscape(
    across: ArrayLike,
    up: ArrayLike,
    heights: ArrayLike,
    walk: ArrayLike,
    marks: Mapping[str, int],
    level: float,
) -> None:
    """Show the loss in a plane, as lines of equal height, with a path in it.

    Parameters
    ----------
    across, up
        The coordinates of the grid, (k,) and (l,).
    heights
        The loss at each point of the grid, (l, k).
    walk
        The coordinates of the path, (steps, 2).
    marks
        For each text the place in the path that it is written at.
    level
        The loss that the valley approaches; the colours show the logarithm of the distance from it.

    Raises
    ------
    ValueError
        If a height is not above the level.
    """
    above, walk = heights_above(level, heights, "height"), np.asarray(walk, dtype=float)
    (first, second), (last, end) = walk[0], walk[-1]
    _landscape(
        np.asarray(across, dtype=float),
        np.asarray(up, dtype=float),
        np.log10(above),
        walk,
        dict(marks),
        f"{level:g}",
        f"How far the loss is above {level:g}, in the plane of the two leading directions of the "
        f"path: from {above.min():.1e} to {above.max():.2f}, one line for each "
        f"power of ten. The path begins at ({first:.1f}, {second:.1f}) on high ground and "
        f"runs to ({last:.1f}, {end:.1f}), across one line after the other, down a "
        "valley that nothing closes.",
    )


@drawn_once(tolerance=UNSEEN)
def _landscape(
    across: np.ndarray,
    up: np.ndarray,
    digits: np.ndarray,
    walk: np.ndarray,
    marks: Mapping[str, int],
    level: str,
    description: str,
) -> Drawing:
    labels: Look = {"xlabel": "along the first direction", "ylabel": "along the second direction"}
    figure, axes = style.plot(9, 4.8, **labels)
    powers = np.arange(np.floor(digits.min()), np.ceil(digits.max()) + 1)
    steps = np.linspace(powers[0], powers[-1], 4 * (len(powers) - 1) + 1)
    filled = style.framed(axes).contourf(across, up, digits, steps, cmap="cividis")
    lines = axes.contour(across, up, digits, powers, colors="white", linewidths=0.8, linestyles="-")
    if len(powers) > 2:  # the innermost line leaves no room for its number
        axes.clabel(lines, powers[2:], fmt=_power_of_ten, fontsize=11, colors="white")
    axes.plot(*walk.T, color="white", linewidth=4)
    axes.plot(*walk.T, color=BACKWARD)
    for number, (said, place) in enumerate(marks.items()):
        axes.plot(*walk[place], "o", color="white", markeredgecolor=INK, markersize=9)
        offset = (0, -20 if number == 1 else 12)
        note(axes, walk[place], said, offset, ha="center", fontsize=10, bbox=ground())
    bar = figure.colorbar(filled, ax=axes, ticks=powers)
    bar.ax.set_yticklabels([_power_of_ten(power) for power in powers])
    bar.set_label(f"sum of squares minus {level}")
    return figure, description


def _power_of_ten(power: float) -> str:
    return f"$10^{{{power:.0f}}}$"


def along_the_path(
    lengths: Sequence[float], losses: Sequence[float], marks: Mapping[str, int], level: float
) -> None:
    """Show the loss over the length of the path that has been walked.

    Parameters
    ----------
    lengths
        How far the parameters have moved, ascending from 0.
    losses
        The loss at each point.
    marks
        For each text the place in the path that it is written at.
    level
        The loss that is approached; the distance from it is drawn on a logarithmic axis.

    Raises
    ------
    ValueError
        If a loss is not above the level.
    """
    above = heights_above(level, losses)
    seen = [
        f"{said}: length {lengths[at]:.1f}, loss {losses[at]:.5f}" for said, at in marks.items()
    ]
    _along_the_path(
        np.asarray(lengths, dtype=float),
        np.log10(above),
        dict(marks),
        f"{level:g}",
        f"How far the loss is above {level:g}, on a logarithmic axis, over the length of the path. "
        f"The loss falls all the way, from {losses[0]:.3f} to {losses[-1]:.5f}, in the end on a "
        f"straight line. {'; '.join(seen)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _along_the_path(
    lengths: np.ndarray, digits: np.ndarray, marks: Mapping[str, int], level: str, description: str
) -> Drawing:
    """Draw the curve, of which the logarithms are given."""
    figure, axes = style.plot(8, 3.7, xlabel="length of the path walked")
    axes.set_ylabel(f"sum of squares minus {level}")
    axes.semilogy(lengths, 10**digits, color=FORWARD)
    for said, place in marks.items():
        at = lengths[place], 10 ** digits[place]
        offset, side = ((-8, -3), "right") if place == len(lengths) - 1 else ((8, 3), "left")
        axes.plot(*at, "o", color=BACKWARD, markersize=7)
        note(axes, at, said, offset, ha=side, fontsize=10)
    return figure, description
