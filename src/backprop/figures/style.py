"""Colours and sizes of the figures, and functions that create empty figures."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

Point: TypeAlias = tuple[float, float]
Numbers: TypeAlias = Sequence[float]
Arrays: TypeAlias = Sequence[np.ndarray]
Texts: TypeAlias = Mapping[str, str]  # formatted numbers, by the names of quantities
Look: TypeAlias = dict[str, Any]  # keyword arguments of matplotlib

# Colours that colour-blind readers can distinguish (Okabe and Ito, darkened for text). No meaning
# depends on colour alone: line styles, markers, hatches or positions differ as well.
FORWARD = "#0b5c94"  # values and what is computed from them; positive weights
BACKWARD = "#a8430a"  # gradients and errors; negative weights; what is wrong
PURPLE = "#7a4b8c"
INK = "#222222"
GREY = "#5f5f5f"  # remarks and thin lines
LINE = "#d9d9d9"  # grids and backgrounds
PALE = "#f2f2f2"  # units and boxes
PAPER = "white"  # the background of every figure
FORWARD_TINT, BACKWARD_TINT = "#cfe5f5", "#fce8da"
MARKED = "#ffe3a3"  # highlighted entries of an array
LINES: tuple[tuple[str, Any], ...] = (
    (FORWARD, "-"), (BACKWARD, "--"), (INK, "-."), (PURPLE, ":"), (GREY, (0, (6, 1))),
)  # fmt: skip

ROUND = 0.1  # inches; the radius of the corners of the sheet

# Default settings of matplotlib for all figures.
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
    """Return a figure, sized in inches, with a constrained layout, and its axes.

    The axes are in reading order; `more` is passed on to `Figure.subplots`.
    """
    board = Figure(figsize=(width, height), layout="constrained")
    return board, list(board.subplots(rows, columns, squeeze=False, **more).flat)


def plot(width: float, height: float, **labels: Any) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes; `labels` is passed on to `Axes.set`."""
    board, (axes,) = panels(width, height)
    axes.set(**labels)
    return board, axes


def canvas(
    width: float, height: float, across: Point, up: Point, *, equal: bool = False
) -> tuple[Figure, Axes]:
    """Return a figure and hidden axes; `across` and `up` are the limits of the coordinates.

    With `equal`, units have the same length in both directions.
    """
    board, axes = plot(width, height, xlim=across, ylim=up, aspect="equal" if equal else "auto")
    axes.axis("off")
    return board, axes


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure without margins, and hidden axes whose coordinates are inches."""
    board = Figure(figsize=(width, height))
    axes = board.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    return board, axes


def put_on_paper(figure: Figure) -> None:
    """Make the background of a figure transparent, and draw a white sheet behind its content.

    No text colour is readable on both the white page of a light theme and the nearly black page of
    a dark theme. On the sheet, all colours look the same in both themes.
    """
    figure.set_facecolor("none")
    width, height = figure.get_size_inches()
    look: Look = {"facecolor": PAPER, "edgecolor": "none", "zorder": -100}
    corners = f"round,pad=0,rounding_size={ROUND}"
    place = figure.dpi_scale_trans
    figure.add_artist(FancyBboxPatch((0, 0), width, height, corners, transform=place, **look))


def framed(axes: Axes) -> Axes:
    """Show all four edges of the axes, for images and maps; return the axes."""
    axes.spines[:].set_visible(True)
    return axes
