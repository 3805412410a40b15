"""One entry of a matrix product, with the numbers that make it (lesson 1)."""

from typing import TypeAlias

import numpy as np

from .. import style
from ..cache import Drawing, drawn_once
from ..parts import table, words
from ..style import BACKWARD, Look
from ..wording import bracketed

# An array to be drawn: its name, its numbers, what a row is, what a column is.
Table: TypeAlias = tuple[str, np.ndarray, str, str]

# The width of an entry and the space between two arrays, where an entry is 1 high.
CELL, GAP = 1.25, 1.9

# Which axis of the left and of the right array a line is taken from.
ALONG = {"rows": (0, 0), "columns": (1, 1), "row and column": (0, 1)}


@drawn_once
def one_entry(
    left: Table, right: Table, result: Table, entry: tuple[int, int], along: str
) -> Drawing:
    """Show which numbers of two arrays meet in the entry [i, j] of a third.

    Each array comes as (name, array of two axes, what a row is, what a column is), for example
    ("D", D, "unit", "example"). Along "rows", row i of left meets row j of right; along "columns",
    column i meets column j; along "row and column", row i of left meets column j of right. Another
    word, or lines that differ in length, raise a ValueError.
    """
    if along not in ALONG:
        raise ValueError(f"along is 'rows', 'columns' or 'row and column', not {along!r}")
    axis = ALONG[along]
    arrays = [np.asarray(array, dtype=float) for _, array, *_ in (left, right, result)]
    lines = [np.take(array, at, axis) for array, at, axis in zip(arrays, entry, axis)]
    if len(lines[0]) != len(lines[1]):
        sizes = f"{len(lines[0])} and {len(lines[1])}"
        raise ValueError(f"the lines of {left[0]} and {right[0]} have {sizes} numbers")
    height = max(len(array) for array in arrays)
    wide = sum(array.shape[1] * CELL for array in arrays) + 2 * GAP
    figure, axes = style.canvas(9, 3.3, (-1.2, wide + 0.1), (-height - 1.25, 1.5))
    marks = [
        {at for at in np.ndindex(array.shape) if at[line] == here}
        for array, line, here in zip(arrays, axis, entry)
    ]
    across = 0.0
    look: Look = {"widths": (0.8, 2.4), "size": 12}
    for (name, _, row, column), array, marked in zip(
        (left, right, result), arrays, [*marks, {entry}]
    ):
        words(axes, (across + array.shape[1] * CELL / 2, 1.15), f"{name}  {array.shape}", size=13)
        for j in range(array.shape[1]):
            words(axes, (across + (j + 0.5) * CELL, 0.35), f"{column}\n{j}")
        for i in range(len(array)):
            words(axes, (across - 0.12, -i - 0.5), f"{row} {i}", ha="right")
        table(axes, (across, 0), array, (CELL, 1), "{:zg}".format, marked=marked, **look)
        across += array.shape[1] * CELL + GAP
    terms = " + ".join(
        " · ".join(bracketed(f"{value:zg}") for value in pair) for pair in zip(*lines)
    )
    whole = f"{result[0]}[{entry[0]}, {entry[1]}] = {terms} = {lines[0] @ lines[1]:zg}"
    words(axes, (wide / 2, -height - 0.8), whole, BACKWARD, 13)
    kinds = [("row", "column")[one] for one in axis]
    return figure, (
        f"Three arrays side by side, {left[0]} {arrays[0].shape}, {right[0]} {arrays[1].shape} and "
        f"{result[0]} {arrays[2].shape}. Marked are {kinds[0]} {entry[0]} of {left[0]}, {kinds[1]} "
        f"{entry[1]} of {right[0]} and the entry they make: {whole}."
    )
