"""The colours and sizes of the pictures, and the empty figures that they begin with."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

Point: TypeAlias = tuple[float, float]
Numbers: TypeAlias = Sequence[float]
Arrays: TypeAlias = Sequence[np.ndarray]
Texts: TypeAlias = Mapping[str, str]  # of numbers, by the names of quantities
Look: TypeAlias = dict[str, Any]  # how something is drawn, as matplotlib names it

# Colours that colour-blind readers tell apart (Okabe and Ito, darkened for text). Each also has a
# line style, a marker, a hatch or a place of its own.
FORWARD = "#0b5c94"  # values and what is computed from them; positive weights
BACKWARD = "#a8430a"  # gradients and errors; negative weights; what is wrong
PURPLE = "#7a4b8c"
INK = "#222222"
GREY = "#5f5f5f"  # remarks and thin lines
LINE = "#d9d9d9"  # grids and backgrounds
PALE = "#f2f2f2"  # units and boxes
PAPER = "white"  # the sheet that everything is drawn on
FORWARD_TINT, BACKWARD_TINT = "#cfe5f5", "#fce8da"
MARKED = "#ffe3a3"  # entries of an array that are spoken of
LINES: tuple[tuple[str, Any], ...] = (
    (FORWARD, "-"), (BACKWARD, "--"), (INK, "-."), (PURPLE, ":"), (GREY, (0, (6, 1))),
)  # fmt: skip

ROUND = 0.1  # inches; the radius of the corners of the sheet

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


def panels(
    width: float, height: float, rows: int = 1, columns: int = 1, **more: Any
) -> tuple[Figure, list[Axes]]:
    """Return a figure, sized in inches, that makes room for its labels, and its axes.

    The axes are in reading order; `more` is what `Figure.subplots` takes.
    """
    board = Figure(figsize=(width, height), layout="constrained")
    return board, list(board.subplots(rows, columns, squeeze=False, **more).flat)


def plot(width: float, height: float, **labels: Any) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes; `labels` is what `Axes.set` takes."""
    board, (axes,) = panels(width, height)
    axes.set(**labels)
    return board, axes


def canvas(
    width: float, height: float, across: Point, up: Point, *, equal: bool = False
) -> tuple[Figure, Axes]:
    """Return a figure, and unseen axes with the least and the largest coordinate both ways.

    With `equal` a unit is as long in both directions.
    """
    board, axes = plot(width, height, xlim=across, ylim=up, aspect="equal" if equal else "auto")
    axes.axis("off")
    return board, axes


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure without margins, and unseen axes whose coordinates are inches."""
    board = Figure(figsize=(width, height))
    axes = board.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    return board, axes


def put_on_paper(figure: Figure) -> None:
    """Make the ground of a figure transparent, and lay a sheet with round corners behind it.

    No colour of a text can be read both on the white page of a light theme and on the nearly black
    one of a dark theme. On this sheet every colour is read as it is meant, in both.
    """
    figure.set_facecolor("none")
    width, height = figure.get_size_inches()
    look: Look = {"facecolor": PAPER, "edgecolor": "none", "zorder": -100}
    corners = f"round,pad=0,rounding_size={ROUND}"
    place = figure.dpi_scale_trans
    figure.add_artist(FancyBboxPatch((0, 0), width, height, corners, transform=place, **look))


def framed(axes: Axes) -> Axes:
    """Draw all four edges of axes, as an image or a map needs them; return the axes."""
    axes.spines[:].set_visible(True)
    return axes
