"""Building blocks of the figures: text, arrows, boxes, tables, points of two classes.

A place is (x, y) in the coordinates of the axes; `more` is passed on to matplotlib.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import cycle, product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle
from numpy.typing import ArrayLike

from .style import GREY, INK, LINES, MARKED, PAPER, Look, Point

SMALL = 10.5  # font size of secondary labels


def words(
    axes: Axes, at: Point, text: str, color: str = INK, size: float = 11, **more: Any
) -> None:
    """Write a text centred at a place."""
    usual: Look = {"ha": "center", "va": "center"}
    axes.text(*at, text, color=color, fontsize=size, **(usual | more))


def ground(pad: float = 1.5) -> Look:
    """Return the look of a box behind a text, which hides lines; `pad` is its margin in points."""
    return {"facecolor": PAPER, "edgecolor": "none", "pad": pad}


def label(
    axes: Axes, at: Point, text: str, color: str = INK, size: float = 11, **more: Any
) -> None:
    """Write a text as `words` does, with a background in the colour of the sheet."""
    usual: Look = {"bbox": ground(), "zorder": 3}
    words(axes, at, text, color, size, **(usual | more))


def note(axes: Axes, at: Point, text: str, offset: Point, **more: Any) -> None:
    """Write a text at an offset, in points, from a place."""
    axes.annotate(text, at, offset, textcoords="offset points", **more)


def mark(axes: Axes, at: Point, text: str, offset: Point, dot: Look, **more: Any) -> None:
    """Draw a dot, styled as for `Axes.plot`, with a text at an offset in points."""
    look: Look = {"marker": "o", "color": INK} | dot
    axes.plot(*at, **look)
    note(axes, at, text, offset, **more)


def share(start: Point, end: Point, part: float) -> Point:
    """Return the place at the fraction `part` of the way from a start to an end."""
    (x0, y0), (x1, y1) = start, end
    return x0 + part * (x1 - x0), y0 + part * (y1 - y0)


def arrow(
    axes: Axes, start: Point, end: Point, color: str = INK, width: float = 1.5, **more: Any
) -> None:
    """Draw an arrow between two places, slightly shortened at both ends."""
    look = {"arrowstyle": "-|>", "color": color, "linewidth": width} | more
    axes.annotate("", end, start, size=10, arrowprops=look)


def rectangle(axes: Axes, at: Point, size: Point, **more: Any) -> None:
    """Draw a rectangle; `at` is its lower left corner."""
    axes.add_patch(Rectangle(at, *size, **more))


def box(axes: Axes, at: Point, size: Point, round_by: tuple[float, float], **more: Any) -> None:
    """Draw a box with round corners around a place; `round_by` is (margin, corner radius)."""
    pad, radius = round_by
    corner = at[0] - size[0] / 2, at[1] - size[1] / 2
    corners = f"round,pad={pad},rounding_size={radius}"
    axes.add_patch(FancyBboxPatch(corner, *size, boxstyle=corners, **more))


def table(
    axes: Axes, corner: Point, array: np.ndarray, cell: Point, write: Callable[[Any], str], *,
    marked: Collection[tuple[int, ...]] = (), fills: np.ndarray | None = None,
    widths: Point = (0.7, 1.8), size: float = SMALL,
) -> None:  # fmt: skip
    """Draw a matrix with its numbers; marked entries are shaded, bold and framed.

    `corner` is the upper left corner, `cell` the width and height of an entry, and `write` a
    function that formats an entry. `fills` are colours (rows, columns, 3); `widths` are the line
    widths around a plain and around a marked entry.
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
    axes: Axes, places: np.ndarray, Y: np.ndarray, inside: str = "white", **more: Any
) -> None:
    """Draw examples (2, m) as points: circles for target 0 in Y (1, m), triangles for target 1.

    `inside` is the fill colour of the triangles.
    """
    look: Look = {"mec": INK, "mew": 1.8, "ms": 9.5, "zorder": 5} | more
    for target, marker, color in ((0, "o", "white"), (1, "^", inside)):
        here = places[:, Y[0] == target]
        axes.plot(*here, marker, color=color, label=f"target {target}", **look)


def grid(side: np.ndarray) -> np.ndarray:
    """Return the points (2, n * n) of a square grid with the coordinates `side` (n,)."""
    return np.array([axis.ravel() for axis in np.meshgrid(side, side)])


def name_parts(axes: Axes, parts: Mapping[str, int], line: str) -> None:
    """Label the rows and columns of an image with array names, and draw lines between the arrays.

    `parts` maps the name of each array to its number of entries; `line` is the line style.
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
    """Draw curves with distinct looks; `curves` maps labels to (heights,) or (places, heights)."""
    for (name, curve), look in zip(curves.items(), looks_of_lines()):
        axes.plot(*curve, linewidth=width, label=name, **look)


def looks_of_lines() -> Iterator[Look]:
    """Yield the looks of curves: first `LINES`, then other combinations of colours and styles.

    The first 150 looks differ from each other in colour, line style or marker.
    """
    for marker, shift in product(("", "o", "^", "s", "D", "v"), range(len(LINES))):
        for place, (color, _) in enumerate(LINES):
            _, line = LINES[(place + shift) % len(LINES)]
            more: Look = {"marker": marker, "markersize": 4, "markevery": 0.1} if marker else {}
            yield {"color": color, "linestyle": line} | more
    yield from cycle([{"color": GREY, "linestyle": "-"}])


def heights_above(level: float, heights: ArrayLike, what: str = "loss") -> np.ndarray:
    """Return how far losses are above a level; raise a ValueError if one is not above it."""
    heights = np.asarray(heights, dtype=float)
    if heights.min() <= level:
        raise ValueError(f"every {what} must lie above {level:g}; the lowest is {heights.min():g}")
    return heights - level


def refuse_nothing(given: Mapping, what: str) -> None:
    """Raise a ValueError if a figure is given nothing to show."""
    if not given:
        raise ValueError(f"there is no {what} to draw; give at least one")


def refuse_other_shapes(arrays: Sequence, wanted: Sequence[tuple[int, ...]], what: str) -> None:
    """Raise a ValueError unless the arrays have the shapes that a drawing is made for."""
    shapes = [np.shape(array) for array in arrays]
    if shapes != wanted:
        raise ValueError(
            f"the drawing is made for {what}, with the shapes {wanted}; these are {shapes}"
        )
