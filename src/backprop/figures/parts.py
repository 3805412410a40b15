"""What the pictures are drawn from: words, arrows, units, boxes, tables, points of two classes.

A place is (across, up) in the coordinates of the axes; `more` goes on to matplotlib.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from numpy.typing import ArrayLike

from .style import INK, LINES, MARKED, PALE, Look, Point


def words(
    axes: Axes, at: Point, text: str, color: str = INK, size: float = 11, **more: Any
) -> None:
    """Write centred at a place."""
    usual: Look = {"ha": "center", "va": "center"}
    axes.text(*at, text, color=color, fontsize=size, **(usual | more))


def ground(pad: float = 1.5) -> Look:
    """Return the box behind words that stand on lines; it is wider than they by `pad` points."""
    return {"facecolor": "white", "edgecolor": "none", "pad": pad}


def label(
    axes: Axes,
    at: Point,
    text: str,
    color: str = INK,
    size: float = 11,
    pad: float = 1.5,
    **more: Any,
) -> None:
    """Write as `words` does, on a white ground."""
    usual: Look = {"bbox": ground(pad), "zorder": 3}
    words(axes, at, text, color, size, **(usual | more))


def note(axes: Axes, at: Point, text: str, offset: Point, **more: Any) -> None:
    """Write at an offset, in points, from a place."""
    axes.annotate(text, at, offset, textcoords="offset points", **more)


def share(start: Point, end: Point, part: float) -> Point:
    """Return the place at a part of the way from a start to an end."""
    (x0, y0), (x1, y1) = start, end
    return x0 + part * (x1 - x0), y0 + part * (y1 - y0)


def arrow(
    axes: Axes,
    start: Point,
    end: Point,
    color: str = INK,
    width: float = 1.5,
    tip: str = "-|>",
    **more: Any,
) -> None:
    """Draw an arrow between two places, a little shorter at both ends."""
    look = {"arrowstyle": tip, "color": color, "linewidth": width} | more
    axes.annotate("", end, start, size=10, arrowprops=look)


def edge(axes: Axes, start: Point, end: Point, radii: Point = (0, 0), **more: Any) -> None:
    """Draw an arrow from the rim of one circle to the rim of another, of these radii."""
    one, other = np.array(start, float), np.array(end, float)
    along = (other - one) / np.hypot(*(other - one))
    tail, head = one + radii[0] * along, other - radii[1] * along
    usual: Look = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(tuple(tail), tuple(head), **(usual | more)))


def node(
    axes: Axes,
    at: Point,
    radius: float,
    text: str,
    *,
    color: str = INK,
    fill: str = PALE,
    width: float = 1.3,
    size: float = 11,
    ink: str = INK,
    **more: Any,
) -> None:
    """Draw a unit: a circle with a text in it.

    Parameters
    ----------
    axes, at, radius, text
        Where, how large, and what it says.
    color, fill, width
        The colour of its rim, the colour inside, the width of the rim.
    size, ink
        Of the text.
    more
        What else `matplotlib.patches.Circle` takes.
    """
    more = {"zorder": 2} | more
    axes.add_patch(Circle(at, radius, facecolor=fill, edgecolor=color, linewidth=width, **more))
    words(axes, at, text, ink, size, zorder=more["zorder"] + 1)


def rectangle(axes: Axes, at: Point, size: Point, **more: Any) -> None:
    """Draw a rectangle; `at` is its lower left corner."""
    axes.add_patch(Rectangle(at, *size, **more))


def box(axes: Axes, at: Point, size: Point, round_by: tuple[float, float], **more: Any) -> None:
    """Draw a box with round corners around a place; `round_by` is its margin and their radius."""
    pad, radius = round_by
    corner = at[0] - size[0] / 2, at[1] - size[1] / 2
    corners = f"round,pad={pad},rounding_size={radius}"
    axes.add_patch(FancyBboxPatch(corner, *size, boxstyle=corners, **more))


def table(
    axes: Axes,
    corner: Point,
    array: np.ndarray,
    cell: Point,
    write: Callable[[Any], str] = str,
    *,
    marked: Collection[tuple[int, ...]] = (),
    fills: np.ndarray | None = None,
    widths: Point = (0.7, 1.8),
    size: float = 10.5,
) -> None:
    """Draw a matrix with its numbers; marked entries are shaded, bold and framed.

    Parameters
    ----------
    axes, corner
        Where to draw, and the upper left corner.
    array
        The matrix.
    cell
        The width and the height of an entry.
    write
        Returns the text of an entry.
    marked
        The entries that are spoken of.
    fills
        The colour of each entry, as an array of colours (rows, columns, 3).
    widths
        Of the lines around an entry and around a marked one.
    size
        Of the texts.
    """
    for (i, j), value in np.ndenumerate(array):
        chosen = (i, j) in marked
        at = corner[0] + j * cell[0], corner[1] - (i + 1) * cell[1]
        fill: Any = fills[i, j] if fills is not None else MARKED if chosen else "white"
        look: Look = {"linewidth": widths[chosen], "zorder": 3 if chosen else 2}
        rectangle(axes, at, cell, facecolor=fill, edgecolor=INK, **look)
        middle, weight = (at[0] + cell[0] / 2, at[1] + cell[1] / 2), "bold" if chosen else "normal"
        words(axes, middle, write(value), size=size, weight=weight, zorder=4)


def examples(
    axes: Axes,
    places: np.ndarray,
    Y: np.ndarray,
    fills: Sequence[str] = ("white", "white"),
    size: float = 9.5,
    width: float = 1.8,
) -> None:
    """Draw examples (2, m) as points: a circle where the target in Y (1, m) is 0, else a triangle.

    Parameters
    ----------
    axes
        Where to draw.
    places, Y
        The places of the points, and the targets.
    fills
        The colours inside of circles and triangles.
    size, width
        Of a point, and of the line around it.
    """
    look: Look = {"markeredgecolor": INK, "markeredgewidth": width, "markersize": size}
    for target, marker in enumerate("o^"):
        here = places[:, Y[0] == target]
        named = f"target {target}"
        axes.plot(*here, marker, color=fills[target], label=named, zorder=5, **look)


def name_parts(axes: Axes, parts: Mapping[str, int], line: str) -> None:
    """Name the arrays whose entries are the rows and columns of an image, with lines between them.

    Parameters
    ----------
    axes
        The axes of the image.
    parts
        The number of entries of each array, by its name, in their order.
    line
        The style of the lines.
    """
    sizes = np.array(list(parts.values()))
    ends = np.cumsum(sizes) - 0.5
    axes.set_xticks(ends - sizes / 2, list(parts))
    axes.set_yticks(ends - sizes / 2, list(parts))
    axes.tick_params(length=0)
    for end in ends[:-1]:
        axes.axhline(end, color=INK, linewidth=0.8, linestyle=line)
        axes.axvline(end, color=INK, linewidth=0.8, linestyle=line)


def lines(axes: Axes, curves: Mapping[str, Any], width: float = 2) -> None:
    """Draw curves in the colours and line styles of `LINES`.

    Parameters
    ----------
    axes
        Where to draw.
    curves
        For each label the heights, or the places and the heights.
    width
        Of the lines.
    """
    for (name, curve), (color, line) in zip(curves.items(), cycle(LINES)):
        axes.plot(*curve, color=color, linestyle=line, linewidth=width, label=name)


def heights_above(level: float, heights: ArrayLike, what: str = "loss") -> np.ndarray:
    """Return how far losses are above a level, which all of them must be."""
    heights = np.asarray(heights, dtype=float)
    if heights.min() <= level:
        raise ValueError(f"every {what} must lie above {level:g}; the lowest is {heights.min():g}")
    return heights - level
