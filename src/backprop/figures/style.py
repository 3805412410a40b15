"""The colours of the pictures, and the parts that several of them are drawn from."""

from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

Point: TypeAlias = tuple[float, float]

# Colours that colour-blind readers tell apart (Okabe and Ito, darkened for text). Each also has a
# line style, a marker, a hatch or a place of its own.
FORWARD = "#0b5c94"  # values and what is computed from them; positive weights
BACKWARD = "#a8430a"  # gradients and errors; negative weights; what is wrong
PURPLE = "#7a4b8c"
INK = "#222222"
GREY = "#5f5f5f"  # remarks and thin lines
LINE = "#d9d9d9"  # grids and what stands behind
PALE = "#f2f2f2"  # units and boxes
FORWARD_TINT, BACKWARD_TINT = "#cfe5f5", "#fce8da"
MARKED = "#ffe3a3"  # entries of an array that are spoken of
LINES: tuple[tuple[str, Any], ...] = (
    (FORWARD, "-"), (BACKWARD, "--"), (INK, "-."), (PURPLE, ":"), (GREY, (0, (6, 1))),
)  # fmt: skip

# What matplotlib draws with where a call does not say otherwise.
STYLE: Any = {
    "font.size": 11,
    "text.color": INK,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 11,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
}


def figure(width: float, height: float) -> Figure:
    """Return an empty white figure, sized in inches, that makes room for its labels."""
    return Figure(figsize=(width, height), facecolor="white", layout="constrained")


def canvas(
    width: float, height: float, across: Point, up: Point, *, equal: bool = False
) -> tuple[Figure, Axes]:
    """Return a figure to draw on without axes.

    Parameters
    ----------
    width, height
        Of the figure, in inches.
    across, up
        The least and the largest coordinate in both directions.
    equal
        Whether a unit is as long in both directions.

    Returns
    -------
    figure : Figure
        With one pair of axes.
    axes : Axes
        The axes, which are not seen.
    """
    board = figure(width, height)
    axes = board.subplots()
    axes.set(xlim=across, ylim=up)
    if equal:
        axes.set_aspect("equal")
    axes.axis("off")
    return board, axes


def framed(axes: Axes) -> Axes:
    """Draw all four edges of axes, as an image or a map needs them; return the axes."""
    axes.spines[:].set_visible(True)
    return axes


def arrow(axes: Axes, start: Point, end: Point, color: str = INK, width: float = 1.5) -> None:
    """Draw an arrow between two places, a little shorter at both ends."""
    look = {"arrowstyle": "-|>", "color": color, "linewidth": width}
    axes.annotate("", end, start, size=10, arrowprops=look)


def edge(
    axes: Axes, start: Point, end: Point, radii: tuple[float, float] = (0, 0), **more: Any
) -> None:
    """Draw an arrow from the rim of one circle to the rim of another.

    Parameters
    ----------
    axes
        Where to draw.
    start, end
        The middles of the circles.
    radii
        Their radii; 0 for a place without a circle.
    more
        What `matplotlib.patches.FancyArrowPatch` takes.
    """
    one, other = np.array(start, float), np.array(end, float)
    along = (other - one) / np.hypot(*(other - one))
    usual: dict[str, Any] = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(
        FancyArrowPatch(
            tuple(one + radii[0] * along), tuple(other - radii[1] * along), **(usual | more)
        )
    )


def circle(
    axes: Axes,
    at: Point,
    radius: float,
    *,
    color: str = INK,
    fill: str = "white",
    width: float = 1.3,
    **more: Any,
) -> None:
    """Draw the circle of a unit.

    Parameters
    ----------
    axes
        Where to draw.
    at, radius
        Its middle and its radius.
    color, width
        Of its rim.
    fill
        The colour inside.
    more
        What else `matplotlib.patches.Circle` takes.
    """
    more = {"zorder": 2} | more
    axes.add_patch(Circle(at, radius, facecolor=fill, edgecolor=color, linewidth=width, **more))


def words(
    axes: Axes, at: Point, text: str, color: str = INK, size: float = 11, **more: Any
) -> None:
    """Write centred at a place; `more` is what else `matplotlib.axes.Axes.text` takes."""
    usual: dict[str, Any] = {"ha": "center", "va": "center"}
    axes.text(*at, text, color=color, fontsize=size, **(usual | more))


def label(
    axes: Axes,
    at: Point,
    text: str,
    color: str = INK,
    size: float = 11,
    pad: float = 1.5,
    **more: Any,
) -> None:
    """Write as `words` does, on a white ground that is wider by `pad` points."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": pad}
    usual: dict[str, Any] = {"bbox": box, "zorder": 3}
    words(axes, at, text, color, size, **(usual | more))
