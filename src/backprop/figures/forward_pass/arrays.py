"""Arrays of lesson 2 as blocks of numbers: products, biases, rows and columns."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes

from ...network import layer
from .. import style
from ..cache import Drawing, drawn_once
from ..parts import table, words
from ..style import GREY
from ..wording import bracketed, listed, short

SMALL, NORMAL, LARGE = 10.5, 11.5, 13
CELL = 0.46, 0.36  # width and height of one number, in inches

Entries: TypeAlias = Collection[tuple[int, int]]


@drawn_once
def product_blocks(
    W1: np.ndarray, X: np.ndarray, b1: np.ndarray, unit: int, example: int
) -> Drawing:
    """Show W1 @ X + b1 as blocks of numbers, and what goes into one entry.

    It is that of a unit and an example, counted from 0, in the layer of W1 (n_h, n_x) and
    b1 (n_h, 1) over X (n_x, m). If there is no such entry it is an IndexError.
    """
    net = layer(W1, b1, X)
    n_h, n_x, m = *W1.shape, X.shape[1]
    figure, axes = style.sheet(8.4, 2.75)
    left, top = 0.35, 1.95
    for name, array, rows, columns, across, sign in (
        ("W1", W1, [unit], range(n_x), f"{n_x} inputs", "@"),
        ("X", X, range(n_x), [example], f"{m} examples", "+"),
        ("b1", b1, [unit], [0], "1", "="),
        ("net_h", net, [unit], [example], f"{m} examples", ""),
    ):
        down = f"{n_x} inputs" if name == "X" else f"{n_h} units"
        marked = [(i, j) for i in rows for j in columns]
        right = _titled(axes, left, top, array, marked, (f"{name} {array.shape}", across, down))
        words(axes, (right + 0.2, top - n_h * CELL[1] / 2), sign, size=LARGE)
        left = right + 0.63
    entry, bias = short(net[unit, example]), bracketed(short(b1[unit, 0]))
    terms = " + ".join(
        f"{bracketed(short(w))}·{bracketed(short(x))}" for w, x in zip(W1[unit], X[:, example])
    )
    said = f"unit {unit + 1}, example {example + 1}:   {terms} + {bias} = {entry}"
    words(axes, (4.2, 0.35), said, size=NORMAL)
    return figure, (
        f"Four blocks of numbers: W1 {W1.shape} times X {X.shape} plus b1 {b1.shape} gives net_h "
        f"{net.shape}. Marked: row {unit + 1} of W1 and of b1 and column {example + 1} of X meet "
        f"in one entry of net_h, {net[unit, example]:g}."
    )


@drawn_once
def bias_shapes(b: np.ndarray) -> Drawing:
    """Show what biases (n,) add to n units and n examples, with the shapes (n, 1) and (n,)."""
    n = len(b)
    figure, axes = style.sheet(7.6, 2.6)
    columns = np.repeat([b], n, axis=0)
    for left, array, marked, shape, meaning in (
        (1.0, columns.T, [(0, j) for j in range(n)], f"({n}, 1)", "unit"),
        (4.9, columns, [(i, 0) for i in range(n)], f"({n},)", "example"),
    ):
        said = f"b of shape {shape}", f"{n} examples", f"{n} units"
        right = _titled(axes, left, 1.75, array, marked, said)
        words(axes, ((left + right) / 2, 0.3), f"a bias for each {meaning}", size=NORMAL)
    return figure, (
        f"Two tables with {n} rows for units and {n} columns for examples: what each entry gets "
        f"from the biases {listed(b, between=' and ')}. With b of shape ({n}, 1) every entry of "
        f"the first row gets {b[0]:g}: a bias for each unit. With b of shape ({n},) every entry of "
        f"the first column gets {b[0]:g}: a bias for each example, which is wrong."
    )


@drawn_once
def rows_and_columns(W1: np.ndarray, X: np.ndarray, b1: np.ndarray, example: int) -> Drawing:
    """Show the same layer twice, with examples in columns and with examples in rows.

    The arrays, W1 (n_h, n_x), X (n_x, m) and b1 (n_h, 1), have them in columns. One example,
    counted from 0, is marked; if there is no such it is an IndexError.
    """
    net = layer(W1, b1, X)
    n_h, n_x = W1.shape
    figure, axes = style.sheet(8.4, 5.05)
    x, h = [(i, example) for i in range(n_x)], [(i, example) for i in range(n_h)]
    columns = ("W1", W1, ()), ("X", X, x), ("b1", b1, ()), ("net_h", net, h)
    rows = [(name, array.T, [at[::-1] for at in marked]) for name, array, marked in columns]
    rows[:2] = rows[1::-1]
    for up, title, middle, blocks in ((4.8, "columns", 3.6, columns), (2.7, "rows", 1.15, rows)):
        words(axes, (0.35, up), f"examples in {title}", size=NORMAL, weight="bold", ha="left")
        left = 0.35
        for (name, array, marked), sign in zip(blocks, ("@", "+", "=", "")):
            top = middle + len(array) * CELL[1] / 2
            right = block(axes, left, top, array, marked)
            words(axes, ((left + right) / 2, top + 0.2), f"{name} {array.shape}", size=SMALL)
            words(axes, (right + 0.27, middle), sign, size=LARGE)
            left = right + 0.54
    return figure, (
        f"The same layer twice. Above, with examples in columns: W1 {W1.shape} times X {X.shape} "
        f"plus b1 {b1.shape} is net_h {net.shape}. Below, with examples in rows: X {X.T.shape} "
        f"times W1 {W1.T.shape} plus b1 {b1.T.shape} is net_h {net.T.shape}. Example {example + 1} "
        f"is marked, a column above and a row below; its pre-activations are "
        f"{listed(net[:, example])} in both."
    )


def block(axes: Axes, left: float, top: float, array: np.ndarray, marked: Entries = ()) -> float:
    """Draw an array; return where its right edge is."""
    table(axes, (left, top), array, CELL, partial(short, form="g"), marked=marked)
    return left + array.shape[1] * CELL[0]


def _titled(
    axes: Axes, left: float, top: float, array: np.ndarray, marked: Entries, said: Sequence[str]
) -> float:
    """Draw an array with its name, and what its columns and rows are; return its right edge."""
    title, across, down = said
    right = block(axes, left, top, array, marked)
    middle = (left + right) / 2
    words(axes, (middle, top + 0.58), title, size=NORMAL, weight="bold")
    words(axes, (middle, top + 0.2), across, GREY, SMALL)
    words(axes, (left - 0.13, top - len(array) * CELL[1] / 2), down, GREY, SMALL, rotation=90)
    return right
