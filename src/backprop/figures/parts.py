"""What the pictures are drawn from: words, arrows, boxes, tables, points of two classes.

A place is (across, up) in the coordinates of the axes; `more` goes on to matplotlib.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import cycle, product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle
from numpy.typing import ArrayLike

from .style import GREY, INK, LINES, MARKED, PAPER, Look, Point

SMALL = 10.5  # letters beside those of the usual size


def words(
    axes: Axes, at: Point, text: str, color: str = INK, size: float = 11, **more: Any
) -> None:
    """Write centred at a place."""
    usual: Look = {"ha": "center", "va": "center"}
    axes.text(*at, text, color=color, fontsize=size, **(usual | more))


def ground(pad: float = 1.5) -> Look:
    """Return the box behind words on lines; it is wider than the words by `pad` points."""
    return {"facecolor": PAPER, "edgecolor": "none", "pad": pad}


def label(
    axes: Axes, at: Point, text: str, color: str = INK, size: float = 11, **more: Any
) -> None:
    """Write as `words` does, on the colour of the sheet."""
    usual: Look = {"bbox": ground(), "zorder": 3}
    words(axes, at, text, color, size, **(usual | more))


def note(axes: Axes, at: Point, text: str, offset: Point, **more: Any) -> None:
    """Write at an offset, in points, from a place."""
    axes.annotate(text, at, offset, textcoords="offset points", **more)


def mark(axes: Axes, at: Point, text: str, offset: Point, dot: Look, **more: Any) -> None:
    """Draw a dot, in a look that `Axes.plot` takes, and write at an offset, in points, from it."""
    look: Look = {"marker": "o", "color": INK} | dot
    axes.plot(*at, **look)
    note(axes, at, text, offset, **more)


def share(start: Point, end: Point, part: float) -> Point:
    """Return the place at a part of the way from a start to an end."""
    (x0, y0), (x1, y1) = start, end
    return x0 + part * (x1 - x0), y0 + part * (y1 - y0)


def arrow(
    axes: Axes, start: Point, end: Point, color: str = INK, width: float = 1.5, **more: Any
) -> None:
    """Draw an arrow between two places, a little shorter at both ends."""
    look = {"arrowstyle": "-|>", "color": color, "linewidth": width} | more
    axes.annotate("", end, start, size=10, arrowprops=look)


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
    axes: Axes, corner: Point, array: np.ndarray, cell: Point, write: Callable[[Any], str], *,
    marked: Collection[tuple[int, ...]] = (), fills: np.ndarray | None = None,
    widths: Point = (0.7, 1.8), size: float = SMALL,
) -> None:  # fmt: skip
    """Draw a matrix with its numbers; marked entries are shaded, bold and framed.

    `corner` is the upper left one, `cell` the width and height of an entry, `write` returns the
    text of one, `fills` are colours (rows, columns, 3), `widths` those of the lines around an
    entry and around a marked one.
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
    """Draw examples (2, m) as points: a circle where the target in Y (1, m) is 0, else a triangle.

    Triangles may have another colour inside.
    """
    look: Look = {"mec": INK, "mew": 1.8, "ms": 9.5, "zorder": 5} | more
    for target, marker, color in ((0, "o", "white"), (1, "^", inside)):
        here = places[:, Y[0] == target]
        axes.plot(*here, marker, color=color, label=f"target {target}", **look)


def grid(side: np.ndarray) -> np.ndarray:
    """Return the points (2, n * n) of a square with n places along its side."""
    return np.array([axis.ravel() for axis in np.meshgrid(side, side)])


def name_parts(axes: Axes, parts: Mapping[str, int], line: str) -> None:
    """Name the arrays whose entries are the rows and columns of an image, with lines between them.

    `parts` are the numbers of their entries by name, `line` is the style of the lines.
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
    """Draw curves, by label the heights or the places and the heights, each in its own look."""
    for (name, curve), look in zip(curves.items(), looks_of_lines()):
        axes.plot(*curve, linewidth=width, label=name, **look)


def looks_of_lines() -> Iterator[Look]:
    """Yield one look of a curve after the other: `LINES` first, then other combinations of them.

    The first 150 differ from each other in colour, in line style or in marker.
    """
    for marker, shift in product(("", "o", "^", "s", "D", "v"), range(len(LINES))):
        for place, (color, _) in enumerate(LINES):
            _, line = LINES[(place + shift) % len(LINES)]
            more: Look = {"marker": marker, "markersize": 4, "markevery": 0.1} if marker else {}
            yield {"color": color, "linestyle": line} | more
    yield from cycle([{"color": GREY, "linestyle": "-"}])


def heights_above(level: float, heights: ArrayLike, what: str = "loss") -> np.ndarray:
    """Return how far losses are above a level, which all of them must be."""
    heights = np.asarray(heights, dtype=float)
    if heights.min() <= level:
        raise ValueError(f"every {what} must lie above {level:g}; the lowest is {heights.min():g}")
    return heights - level


def refuse_nothing(given: Mapping, what: str) -> None:
    """Raise a ValueError unless there is at least one of what a picture shows."""
    if not given:
        raise ValueError(f"there is no {what} to draw; give at least one")


def refuse_other_shapes(arrays: Sequence, wanted: Sequence[tuple[int, ...]], what: str) -> None:
    """Raise a ValueError unless arrays have the shapes of what a drawing is made for."""
    shapes = [np.shape(array) for array in arrays]
    if shapes != wanted:
        raise ValueError(
            f"the drawing is made for {what}, with the shapes {wanted}; these are {shapes}"
        )
