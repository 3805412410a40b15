"""Digits of lesson 6, the network that reads them, and how often it is wrong."""

from collections.abc import Sequence
from itertools import cycle, pairwise, product
from operator import itemgetter

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from .. import style
from ..cache import Drawing, drawn_once, show_alike
from ..parts import rectangle, words
from ..style import BACKWARD, FORWARD, FORWARD_TINT, INK, LINE, LINES, Look
from ..wording import listed

SIDE, DIGITS, ACROSS = 8, 10, 10
MOST_PICTURES = 60


def read(out_y: ArrayLike) -> np.ndarray:
    """Return what each picture is taken for, (m,): the digit with the largest output of (10, m)."""
    columns = np.transpose(out_y)
    return np.array([sorted(enumerate(column), key=itemgetter(1))[-1][0] for column in columns])


@drawn_once
def digits(X: ArrayLike, labels: ArrayLike, read: ArrayLike | None = None) -> Drawing:
    """Show pictures of digits with their labels (m,), and what a network takes them for (m,).

    X (64, m) are pixels from 0 to 1, of 1 to 60 pictures, or it is a ValueError.
    """
    X, labels = np.asarray(X, dtype=float), np.asarray(labels, dtype=int)
    m = X.shape[1]
    if not 1 <= m <= MOST_PICTURES:
        raise ValueError(f"from 1 to {MOST_PICTURES} pictures can be shown at once, not {m}")
    across = min(m, ACROSS)
    rows = -(-m // across)
    size = 0.93 * across + 0.2, (1.18 if read is None else 1.4) * rows
    figure, panels = style.panels(*size, rows, across)
    for axes in panels[m:]:
        axes.axis("off")
    wrong, taken = [], labels if read is None else np.asarray(read, dtype=int)
    for axes, x, is_, as_ in zip(panels, X.T, labels, taken):
        _pixels(axes, x)
        said, color, width = f"{is_}" if read is None else f"is {is_}\nread {as_}", INK, 1
        if is_ != as_:
            wrong.append(f"{is_} as {as_}")
            said, color, width = f"{said} ✗", BACKWARD, 3
        axes.set_title(said, fontsize=11, color=color)
        rectangle(axes, (-0.5, -0.5), (SIDE, SIDE), fill=False, ec=color, linewidth=width)
    shown = f"{m} handwritten digits of 8 by 8 pixels. Their labels: {listed(labels, 'd')}."
    if read is not None:
        told = f"{len(wrong)} of them wrongly, marked by a cross: {', '.join(wrong)}"
        shown += f" The network reads {told if wrong else 'all of them right'}."
    return figure, shown


def _pixels(axes: Axes, x: np.ndarray) -> None:
    axes.imshow(x.reshape(SIDE, SIDE), cmap="Greys", vmin=0, vmax=1)
    axes.axis("off")


@drawn_once
def one_digit_through(x: ArrayLike, outputs: ArrayLike, n_h: int) -> Drawing:
    """Show one picture, the network with n_h hidden units that reads it, and its ten outputs.

    The picture is x (64, 1), pixels from 0 to 1; the outputs are (10, 1).
    """
    x, outputs = np.ravel(x).astype(float), np.ravel(outputs).astype(float)
    best = int(np.argsort(outputs)[-1])
    values = [f"{value:.2f}" for value in outputs]
    figure, (picture, network, bars) = style.panels(9.5, 3.6, 1, 3, width_ratios=(3.3, 3.6, 2.7))
    _pixels(picture, x)
    picture.set_title("64 pixels, in 16ths", fontsize=11)
    for place, value in enumerate(x):
        row, column = divmod(place, SIDE)
        color = "white" if value > 0.5 else INK
        words(picture, (column, row), f"{16 * value:.0f}", color, 10)
    _draw_network(network, n_h)
    drawn = bars.barh(range(DIGITS), outputs, color=FORWARD_TINT, edgecolor=INK)
    drawn[best].set(facecolor=FORWARD, hatch="//")
    bars.bar_label(drawn, values, padding=4, fontsize=10)
    bars.set(xlim=(0, 1.25), ylabel="digit", xlabel="output", yticks=range(DIGITS))
    bars.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    bars.invert_yaxis()  # row 0 of out_y stands at the top
    bars.set_title("the largest is the answer", fontsize=11)
    told = ", ".join(f"{digit}: {value}" for digit, value in enumerate(values))
    return figure, (
        f"One picture of 8 by 8 pixels goes as 64 inputs into a network with {n_h} hidden units "
        f"and 10 outputs, one for each digit; some of its units are drawn. Its outputs are {told}; "
        f"the largest belongs to the digit {best}."
    )


def _draw_network(axes: Axes, n_h: int) -> None:
    """Draw some units of a network that reads digits."""
    axes.set(xlim=(-0.6, 2.6), ylim=(-2.2, 10.6))
    axes.axis("off")
    layers = [np.linspace(0.2, 8.8, count) for count in (9, 7, DIGITS)]
    for layer, (lower, upper) in enumerate(pairwise(layers)):
        for low, high in product(lower, upper):
            axes.plot([layer, layer + 1], [low, high], color=LINE, linewidth=0.5)
    for layer, ups in enumerate(layers):
        axes.plot(np.full(len(ups), layer), ups, "o", ms=9, color="white", mec=INK)
    for layer, text in enumerate(("64\ninputs", f"{n_h} hidden\nunits", "10\noutputs")):
        words(axes, (layer, 9.5), text, va="baseline")
    for across, up, text in (
        (0, -0.9, "X"), (0.5, -1.9, "W1, b1"), (1, -0.9, "out_h"), (1.5, -1.9, "W2, b2"),
        (2, -0.9, "out_y"),
    ):  # fmt: skip
        words(axes, (across, up), text, size=10, family="monospace", va="baseline")


@drawn_once
def epochs_in_batches(epochs: Sequence[Sequence]) -> Drawing:
    """Show how the examples of several epochs are dealt into batches, one row an epoch.

    An epoch is a list of its batches, and these are arrays of the numbers of their examples.
    """
    epochs = [[[int(number) for number in batch] for batch in batches] for batches in epochs]
    longest = max(sum(map(len, one)) + 0.6 * len(one) for one in epochs)
    size = 9, 0.85 * len(epochs) + 0.5
    figure, axes = style.canvas(*size, (-2.2, longest), (-len(epochs) + 0.8, 0.8))
    for row, batches in enumerate(epochs):
        across = 0.0
        for batch, (color, _) in zip(batches, cycle(LINES)):
            look: Look = {"fc": "white", "ec": color, "linewidth": 2}
            for number in batch:
                rectangle(axes, (across, -row), (0.92, 0.6), **look)
                words(axes, (across + 0.46, 0.3 - row), str(number))
                across += 1
            across += 0.6
        words(axes, (-0.4, 0.3 - row), f"epoch {row + 1}", ha="right")
    told = "; ".join(
        f"epoch {row + 1}: {' | '.join(listed(batch) for batch in batches)}"
        for row, batches in enumerate(epochs)
    )
    return figure, f"The numbers of the examples in their batches, one row an epoch. {told}."


def what_units_see(W1: ArrayLike) -> None:
    """Show the weights W1 (n_h, 64) into each hidden unit as a picture of 8 by 8 pixels."""
    W1 = np.asarray(W1, dtype=float)
    largest = f"{np.max(np.abs(W1)):.1f}"

    def draw() -> Figure:
        rows = -(-len(W1) // ACROSS)
        figure, panels = style.panels(9.5, 0.92 * rows + 0.3, rows, ACROSS)
        most = np.max(np.abs(W1))
        for axes in panels:
            axes.axis("off")
        for weights, axes in zip(W1, panels):
            seen = axes.imshow(weights.reshape(SIDE, SIDE), cmap="PuOr_r", vmin=-most, vmax=most)
        bar = figure.colorbar(seen, ax=panels, shrink=0.9, aspect=16, ticks=[-most, 0, most])
        bar.ax.set_yticklabels([f"-{largest}", "0", largest])
        bar.set_label("weight")
        return figure

    border = np.ones((SIDE, SIDE), dtype=bool)
    border[1:-1, 1:-1] = False
    inner, outer = (np.mean(np.abs(W1[:, part.ravel()])) for part in (~border, border))
    show_alike(
        draw,
        f"The weights into each of {len(W1)} hidden units as pictures of 8 by 8 pixels, orange "
        f"where ink raises the unit and purple where ink lowers it, from -{largest} to {largest}. "
        f"Without its sign a weight from the border is {outer:.2f} on average, one from inside "
        f"{inner:.2f}.",
    )


@drawn_once
def confusions(labels: ArrayLike, read: ArrayLike) -> Drawing:
    """Show how often each digit is read as each other: a table of ten rows and columns.

    `labels` (m,) are the digits that the pictures are, a row for each; `read` (m,) are those that a
    network takes them for, a column for each.
    """
    counts = np.zeros((DIGITS, DIGITS), dtype=int)
    np.add.at(counts, (np.asarray(labels, dtype=int), np.asarray(read, dtype=int)), 1)
    right, total = int(np.trace(counts)), counts.sum()
    off = counts - np.diag(np.diag(counts))
    ranked = sorted(np.argwhere(off), key=lambda place: -off[tuple(place)])[:3]
    most = ", ".join(f"{i} read as {j} ({off[i, j]})" for i, j in ranked)
    numbers = range(DIGITS)
    names: Look = {"xlabel": "read as", "ylabel": "is", "xticks": numbers, "yticks": numbers}
    figure, axes = style.plot(5.6, 5.2)
    shade = np.where(np.eye(DIGITS) > 0, 0.25, np.minimum(1, counts / max(4, counts.max() / 8)))
    axes.imshow(np.where(counts > 0, shade, 0), cmap="Oranges", vmin=0, vmax=1.6)
    for i, j in np.argwhere(counts):
        words(axes, (j, i), str(counts[i, j]), weight="normal" if i == j else "bold")
    style.framed(axes).set(**names)
    axes.tick_params(labelsize=11)
    return figure, (
        f"A table of {total} pictures: a row for what a picture is, a column for what it is read "
        f"as. {right} stand on the diagonal and are right, {total - right} beside it are wrong."
        f"{f' The most frequent of them: {most}.' if most else ''}"
    )
