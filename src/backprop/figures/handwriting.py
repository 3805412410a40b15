"""The figures of lesson 6: digits, the network that reads them, and its training."""

import base64
import time
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import cycle, pairwise, product
from operator import itemgetter
from typing import Any

import numpy as np
from matplotlib import colormaps, rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from . import style
from .cache import Drawing, drawn_once, show_alike
from .parts import lines, rectangle, refuse_nothing, words
from .show import picture_of
from .style import BACKWARD, FORWARD, FORWARD_TINT, GREY, INK, LINE, LINES, Look
from .wording import MINUS, counted, listed

SIDE, DIGITS, ACROSS = 8, 10, 10
MOST_PICTURES = 60
PIXELS = colormaps["Greys"]  # from 0 (paper) to 1 (ink)
# Blue for positive weights, orange for negative ones, as in all figures of the course.
SIGNED = LinearSegmentedColormap.from_list("signed", [BACKWARD, "white", FORWARD])

# ------------------------------------------------- digits, and the network that reads them


def read(out_y: ArrayLike) -> np.ndarray:
    """Return the digit with the largest output for each picture, (m,), given outputs (10, m)."""
    columns = np.transpose(out_y)
    return np.array([sorted(enumerate(column), key=itemgetter(1))[-1][0] for column in columns])


@drawn_once
def digits(X: ArrayLike, labels: ArrayLike, read: ArrayLike | None = None) -> Drawing:
    """Show pictures of digits with their labels (m,) and the digits that a network reads (m,).

    X (64, m) are the pixels, from 0 to 1, of 1 to 60 pictures; other numbers of pictures raise a
    ValueError.
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
    axes.imshow(x.reshape(SIDE, SIDE), cmap=PIXELS, vmin=0, vmax=1)
    axes.axis("off")


@drawn_once
def one_digit_through(x: ArrayLike, outputs: ArrayLike, n_h: int) -> Drawing:
    """Show a picture, the network with n_h hidden units that reads it, and its ten outputs.

    The picture is x (64, 1) with pixels from 0 to 1; the outputs are (10, 1).
    """
    x, outputs = np.ravel(x).astype(float), np.ravel(outputs).astype(float)
    best, values = int(np.argsort(outputs)[-1]), [f"{value:.2f}" for value in outputs]
    figure, (picture, network, bars) = style.panels(9.5, 3.6, 1, 3, width_ratios=(3.3, 3.6, 2.7))
    _pixels(picture, x)
    picture.set_title("64 pixels, in 16ths", fontsize=11)
    for (row, column), value in np.ndenumerate(x.reshape(SIDE, SIDE)):
        words(picture, (column, row), f"{16 * value:.0f}", _readable_on(value), 10)
    _draw_network(network, n_h)
    drawn = bars.barh(range(DIGITS), outputs, color=FORWARD_TINT, edgecolor=INK)
    drawn[best].set(facecolor=FORWARD, hatch="//")
    bars.bar_label(drawn, values, padding=4, fontsize=10)
    bars.set(xlim=(0, 1.25), ylabel="digit", xlabel="output", yticks=range(DIGITS))
    bars.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    bars.invert_yaxis()  # row 0 of out_y is at the top
    bars.set_title("the largest is the answer", fontsize=11)
    told = ", ".join(f"{digit}: {value}" for digit, value in enumerate(values))
    return figure, (
        f"One picture of 8 by 8 pixels goes as 64 inputs into a network with {n_h} hidden units "
        f"and 10 outputs, one for each digit; some of its units are drawn. Its outputs are {told}; "
        f"the largest belongs to the digit {best}."
    )


def _readable_on(value: float) -> str:
    """Return black or white, whichever has more contrast with a pixel from 0 to 1.

    The contrast is defined by the Web Content Accessibility Guidelines; on any grey, the better of
    the two has a contrast of at least 4.5.
    """
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in PIXELS(value)[:3]
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "black" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "white"


def _draw_network(axes: Axes, n_h: int) -> None:
    """Draw some units of a network that reads digits."""
    axes.set(xlim=(-0.6, 2.6), ylim=(-2.2, 10.6))
    axes.axis("off")
    layers = [np.linspace(0.2, 8.8, count) for count in (9, 7, DIGITS)]
    for layer, (lower, upper) in enumerate(pairwise(layers)):
        for ends in product(lower, upper):
            axes.plot([layer, layer + 1], ends, color=LINE, linewidth=0.5)
    titles = "64\ninputs", f"{n_h} hidden\nunits", "10\noutputs"
    for layer, (ups, title) in enumerate(zip(layers, titles)):
        axes.plot(np.full(len(ups), layer), ups, "o", ms=9, color="white", mec=INK)
        words(axes, (layer, 9.5), title, va="baseline")
    look: Look = {"size": 10, "family": "monospace", "va": "baseline"}
    for place, arrays in enumerate(("X", "W1, b1", "out_h", "W2, b2", "out_y")):
        words(axes, (place / 2, -1.9 if place % 2 else -0.9), arrays, **look)


@drawn_once
def epochs_in_batches(epochs: Sequence[Sequence]) -> Drawing:
    """Show how the examples of several epochs are divided into batches, one row for each epoch.

    An epoch is a list of batches; a batch is an array with the numbers of its examples.
    """
    epochs = [[[int(number) for number in batch] for batch in batches] for batches in epochs]
    longest = max(sum(map(len, one)) + 0.6 * len(one) for one in epochs)
    size, told = (9, 0.85 * len(epochs) + 0.5), []
    figure, axes = style.canvas(*size, (-2.2, longest), (-len(epochs) + 0.8, 0.8))
    for row, batches in enumerate(epochs):
        across, name = 0.0, f"epoch {row + 1}"
        for batch, (color, _) in zip(batches, cycle(LINES)):
            look: Look = {"fc": "white", "ec": color, "linewidth": 2}
            for number in batch:
                rectangle(axes, (across, -row), (0.92, 0.6), **look)
                words(axes, (across + 0.46, 0.3 - row), str(number))
                across += 1
            across += 0.6
        words(axes, (-0.4, 0.3 - row), name, ha="right")
        told.append(f"{name}: {' | '.join(map(listed, batches))}")
    return figure, (
        f"The numbers of the examples in their batches, one row an epoch. {'; '.join(told)}."
    )


def what_units_see(W1: ArrayLike) -> None:
    """Show the weights W1 (n_h, 64) into each hidden unit as a picture of 8 by 8 pixels."""
    W1 = np.reshape(np.asarray(W1, dtype=float), (-1, SIDE, SIDE))
    largest = f"{np.max(np.abs(W1)):.1f}"

    def draw() -> Figure:
        rows, most = -(-len(W1) // ACROSS), np.max(np.abs(W1))
        figure, panels = style.panels(9.5, 0.92 * rows + 0.3, rows, ACROSS)
        for axes in panels:
            axes.axis("off")
        for weights, axes in zip(W1, panels):
            seen = axes.imshow(weights, cmap=SIGNED, vmin=-most, vmax=most)
        bar = figure.colorbar(seen, ax=panels, shrink=0.9, aspect=16, ticks=[-most, 0, most])
        bar.ax.set_yticklabels([f"{MINUS}{largest}", "0", largest])
        bar.set_label("weight")
        return figure

    border = np.ones((SIDE, SIDE), dtype=bool)
    border[1:-1, 1:-1] = False
    inner, outer = (np.mean(np.abs(W1[:, part])) for part in (~border, border))
    show_alike(
        draw,
        f"The weights into each of {len(W1)} hidden units as pictures of 8 by 8 pixels, blue "
        f"where ink raises the unit and orange where ink lowers it, from {MINUS}{largest} to "
        f"{largest}. Without its sign a weight from the border is {outer:.2f} on average, one "
        f"from inside {inner:.2f}.",
    )


@drawn_once
def confusions(labels: ArrayLike, read: ArrayLike) -> Drawing:
    """Show the confusion matrix: how often each digit is read as each other digit.

    `labels` (m,) are the digits in the pictures, shown in rows; `read` (m,) are the digits that a
    network reads, shown in columns.
    """
    counts = np.zeros((DIGITS, DIGITS), dtype=int)
    np.add.at(counts, (np.asarray(labels, dtype=int), np.asarray(read, dtype=int)), 1)
    right, total = int(np.trace(counts)), counts.sum()
    off = counts - np.diag(np.diag(counts))
    ranked = sorted(np.argwhere(off), key=lambda place: -off[tuple(place)])[:3]
    most = ", ".join(f"{i} read as {j} ({off[i, j]})" for i, j in ranked)
    figure, axes = style.plot(5.6, 5.2)
    shade = np.where(np.eye(DIGITS) > 0, 0.25, np.minimum(1, counts / max(4, counts.max() / 8)))
    axes.imshow(np.where(counts > 0, shade, 0), cmap="Oranges", vmin=0, vmax=1.6)
    for i, j in np.argwhere(counts):
        words(axes, (j, i), str(counts[i, j]), weight="normal" if i == j else "bold")
    numbers = range(DIGITS)
    style.framed(axes).set(xlabel="read as", ylabel="is", xticks=numbers, yticks=numbers)
    axes.tick_params(labelsize=11)
    return figure, (
        f"A table of {total} pictures: a row for the digit that a picture shows, a column for the "
        f"digit that is read. {right} on the diagonal are right, {total - right} beside it are "
        "wrong."
        f"{f' The most frequent of them: {most}.' if most else ''}"
    )


# ---------------------------------------- curves, after a training and during it


def curves(histories: Mapping[str, np.ndarray]) -> None:
    """Show the loss and the share of right pictures over the epochs of one or more trainings.

    `histories` maps each label to an array (3, epochs + 1): the loss, the accuracy on the training
    pictures, and the accuracy on the held-out pictures.
    """
    refuse_nothing(histories, "history of a training")
    histories = {label: np.asarray(one, dtype=float) for label, one in histories.items()}
    told = [
        f"{label}: after {one.shape[1] - 1} epochs the loss is {one[0, -1]:,.0f}, "
        f"{100 * one[1, -1]:.1f} % of the pictures trained on are right and "
        f"{100 * one[2, -1]:.1f} % of those held out"
        for label, one in histories.items()
    ]
    if len(set(ended := [one.shape[1] - 1 for one in histories.values()])) > 1:
        told.append("They are not equally long, so their last values cannot be compared directly")
        histories = {
            f"{label}, {counted(count, 'epoch')}": one
            for (label, one), count in zip(histories.items(), ended)
        }
    words = (
        "Left the loss of the pictures trained on, right the share of right pictures, both over "
        f"the epochs. {'; '.join(told)}."
    )
    show_alike(lambda: _figure_of_curves(histories), words)


@rc_context(style.STYLE)
def _figure_of_curves(histories: Mapping[str, np.ndarray], epochs: int | None = None) -> Figure:
    rows = -(-len(histories) // 3)
    figure, (left, right) = style.panels(9.5, 3.5 + 0.25 * rows, 1, 2)
    losses = {label: one[:1] for label, one in histories.items()}
    unseen = {label: 100 * one[2:] for label, one in histories.items()}
    if len(histories) == 1:
        ((_, seen, held_out),) = histories.values()
        unseen = {"trained on": [100 * seen], "held out": [100 * held_out]}
    else:
        right.set_title("held-out pictures", fontsize=11)
    lines(left, losses, width=1.5)
    lines(right, unseen, width=1.5)
    left.set_title("pictures trained on", fontsize=11)
    left.set(yscale="log", ylabel="loss C, on a logarithmic axis")
    right.set(ylabel="right, in %", ylim=(0, 102))
    right.axhline(93, color=GREY, linewidth=0.8)
    last = epochs or max(1, *(one.shape[1] - 1 for one in histories.values()))
    words(right, (1.01 * last, 93), "93 %", GREY, 10, ha="left")
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(3, len(labels)))
    for axes in (left, right):
        axes.set(xlabel="epochs", xlim=(0, last))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    return figure


class LiveTraining:
    """Show the loss and the shares of right pictures during a training.

    After the training, only the curves stay, so that the output is the same in every run. If the
    training is interrupted from the keyboard or by the stop button, it ends in the same way, and
    the results so far are kept::

        with LiveTraining(20) as live:
            live.add(...)                  # before the first epoch
            for epoch in live.epochs():    # a progress bar
                ...
                live.add(loss, seen, unseen)
    """

    SECONDS = 0.3  # between two pictures

    def __init__(self, epochs: int) -> None:
        self._epochs = int(epochs)
        self._rows: list[tuple[float, float, float]] = []
        self._bar, self._drawn = "", 0.0
        self._handle: Any = None

    @property
    def history(self) -> np.ndarray:
        """The added numbers, (3, epochs + 1), with fewer columns after an interruption."""
        return np.array(self._rows, dtype=float).reshape(-1, 3).T

    def __enter__(self) -> "LiveTraining":
        from IPython.display import display

        self._handle = display(self._still(), raw=True, display_id=True)
        self._drawn = time.monotonic()
        return self

    def epochs(self) -> Iterator[int]:
        """Yield the numbers of the epochs, starting with 1, and update the progress bar."""
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # do not start a monitoring thread
        numbers = range(1, self._epochs + 1)
        yield from tqdm(numbers, unit="epoch", file=self, ascii=False, ncols=70, leave=True)

    def add(self, loss: float, seen: float, unseen: float) -> None:
        """Add the numbers of one epoch, and show them.

        `seen` and `unseen` are the accuracies on the training and held-out pictures, from 0 to 1.
        """
        self._rows.append((float(loss), float(seen), float(unseen)))
        self._refresh()

    def write(self, text: str) -> None:
        """Store the text of the progress bar."""
        self._bar = text.strip("\r\n") or self._bar
        self._refresh()

    def flush(self) -> None:
        """Do nothing; texts are shown immediately or with the next picture."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        stopped = kind is not None and issubclass(kind, KeyboardInterrupt)
        done = max(0, len(self._rows) - 1)
        if self._handle is not None:
            said = f"Stopped after {done} of {self._epochs} epochs; what was computed is kept."
            self._handle.update(self._still(said if stopped else ""), raw=True)
        if self._rows and (kind is None or stopped):
            curves({"this training": self.history})
        return stopped

    def _still(self, said: str = "") -> dict[str, str]:
        said = said or f"Training, {self._epochs} epochs:"
        return {"text/html": f"<p>{escape(said)}</p>", "text/plain": said}

    def _refresh(self) -> None:
        if self._handle is None or time.monotonic() - self._drawn < self.SECONDS:
            return
        shown = f"<pre>{escape(self._bar)}</pre>"
        if self._rows:
            figure = _figure_of_curves({"this training": self.history}, self._epochs)
            picture = base64.b64encode(picture_of(figure, "so far")).decode()
            shown += f'<img alt="The curves so far" src="data:image/png;base64,{picture}">'
        self._handle.update({"text/html": shown, "text/plain": self._bar}, raw=True)
        self._drawn = time.monotonic()
