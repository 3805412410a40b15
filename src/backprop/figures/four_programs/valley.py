"""The valley of lesson 5: four numbers over very many steps, a map, the way that is walked.

Its level is the number that the loss approaches. Drawn is the distance from it, on a logarithmic
axis; a loss that is not above it raises a ValueError.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from .. import style
from ..cache import show_alike
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
    """Show what four numbers of a network do over very many steps, ascending from 1 or more.

    They are the loss, the length of the gradient, the largest weight or bias without its sign, and
    the smallest curvature, which is drawn only where it is positive.
    """
    above = heights_above(level, losses)
    steps, smallest = np.asarray(steps, dtype=float), np.asarray(smallest, dtype=float)
    curved = np.where(smallest > 0, smallest, np.nan)
    digits = np.log10(np.array([above, gradients, largest, curved]))
    titles = (
        f"loss minus {level:g}", "length of the gradient", "largest weight or bias",
        "smallest curvature",
    )  # fmt: skip

    def draw() -> Figure:
        figure, panels = style.panels(9.5, 5.6, 2, 2)
        colors = FORWARD, BACKWARD, INK, PURPLE
        for axes, title, color, curve in zip(panels, titles, colors, digits):
            axes.loglog(steps, 10**curve, color=color)
            axes.set(title=title, xlim=(steps[0], steps[-1]))
        for axes in panels[2:]:
            axes.set_xlabel("steps of the program")
        ticks = [tick for tick in (1, 2, 5, 10, 20, 50) if tick <= 1.2 * 10 ** np.max(digits[2])]
        panels[2].set_yticks(ticks, [str(tick) for tick in ticks])
        panels[2].minorticks_off()
        return figure

    began = np.flatnonzero(~(smallest > 0))
    since = steps[began[-1] + 1] if len(began) and began[-1] + 1 < len(steps) else steps[0]
    show_alike(
        draw,
        f"Four panels over the steps, up to {steps[-1]:,.0f}, on logarithmic axes. The loss is "
        f"{above[-1]:.1e} above {level:g} at the end and falls on a straight line. The length of "
        f"the gradient ends at {gradients[-1]:.1e}, also on a straight line. The largest weight "
        f"grows on, to {largest[-1]:.1f}. The smallest curvature is positive from step "
        f"{since:,.0f} on, and falls to {smallest[-1]:.1e}.",
    )


def landscape(
    across: ArrayLike,
    up: ArrayLike,
    heights: ArrayLike,
    walk: ArrayLike,
    marks: Mapping[str, int],
    level: float,
) -> None:
    """Show the loss in a plane, as lines of equal height, with a path in it.

    `heights` (l, k) are those of the grid with the coordinates across (k,) and up (l,). The walk
    (steps, 2) is the path, and `marks` says for each text the place in it where it is written.
    """
    above, walk = heights_above(level, heights, "height"), np.asarray(walk, dtype=float)
    grid = np.asarray(across, dtype=float), np.asarray(up, dtype=float)
    digits, minus_level = np.log10(above), f"sum of squares minus {level:g}"

    def draw() -> Figure:
        names = ("along the first direction", "along the second direction")
        figure, axes = style.plot(9, 4.8, xlabel=names[0], ylabel=names[1])
        powers = np.arange(np.floor(digits.min()), np.ceil(digits.max()) + 1)
        steps = np.linspace(powers[0], powers[-1], 4 * (len(powers) - 1) + 1)
        filled = style.framed(axes).contourf(*grid, digits, steps, cmap="cividis")
        thin: Look = {"colors": "white", "linewidths": 0.8, "linestyles": "-"}
        lines = axes.contour(*grid, digits, powers, **thin)
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
        bar.set_label(minus_level)
        return figure

    (first, second), (last, end) = walk[0], walk[-1]
    show_alike(
        draw,
        f"How far the loss is above {level:g}, in the plane of the two leading directions of the "
        f"path: from {above.min():.1e} to {above.max():.2f}, one line for each "
        f"power of ten. The path begins at ({first:.1f}, {second:.1f}) on high ground and "
        f"runs to ({last:.1f}, {end:.1f}), across one line after the other, down a "
        "valley that nothing closes.",
    )


def _power_of_ten(power: float) -> str:
    return f"$10^{{{power:.0f}}}$"


def along_the_path(
    lengths: Sequence[float], losses: Sequence[float], marks: Mapping[str, int], level: float
) -> None:
    """Show the loss over how far the parameters have moved, ascending from 0.

    `marks` says for each text the place in the path where it is written.
    """
    above = heights_above(level, losses)
    path = np.array([lengths, np.log10(above)], dtype=float)
    minus_level = f"sum of squares minus {level:g}"

    def draw() -> Figure:
        figure, axes = style.plot(8, 3.7, xlabel="length of the path walked", ylabel=minus_level)
        across, up = path[0], 10 ** path[1]
        axes.semilogy(across, up, color=FORWARD)
        for said, place in marks.items():
            offset, side = ((-8, -3), "right") if place == len(up) - 1 else ((8, 3), "left")
            at = across[place], up[place]
            axes.plot(*at, "o", color=BACKWARD, markersize=7)
            note(axes, at, said, offset, ha=side, fontsize=10)
        return figure

    seen = [
        f"{said}: length {lengths[at]:.1f}, loss {losses[at]:.5f}" for said, at in marks.items()
    ]
    show_alike(
        draw,
        f"How far the loss is above {level:g}, on a logarithmic axis, over the length of the path. "
        f"The loss falls all the way, from {losses[0]:.3f} to {losses[-1]:.5f}, in the end on a "
        f"straight line. {'; '.join(seen)}.",
    )
