"""The pictures of lesson 6: digits, what a network makes of them, and how it learns."""

import base64
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from types import TracebackType
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from . import style
from .cache import UNSEEN, drawn_once
from .show import picture_of
from .style import BACKWARD, FORWARD, FORWARD_TINT, GREY, INK, LINE, LINES

SIDE, DIGITS, ACROSS = 8, 10, 10
MOST_PICTURES = 60


def read(out_y: ArrayLike) -> np.ndarray:
    """Return what a network takes each picture for: the digit with the largest output.

    Parameters
    ----------
    out_y
        Outputs (10, m), one column for each picture.

    Returns
    -------
    ndarray
        The digits (m,).
    """
    return np.array(
        [sorted(enumerate(column), key=_output)[-1][0] for column in np.transpose(out_y)]
    )


def _output(numbered: tuple[int, float]) -> float:
    return numbered[1]


def digits(X: ArrayLike, labels: ArrayLike, read: ArrayLike | None = None) -> None:
    """Show pictures of digits with their labels, and what a network takes them for.

    Parameters
    ----------
    X
        (64, m) pixels from 0 to 1, at most 60 pictures.
    labels
        (m,) the digits that they are.
    read
        (m,) the digits that a network takes them for, or None.

    Raises
    ------
    ValueError
        If there is no picture, or more than 60.
    """
    X, labels = np.asarray(X, dtype=float), np.asarray(labels, dtype=int)
    m = X.shape[1]
    if not 1 <= m <= MOST_PICTURES:
        raise ValueError(f"from 1 to {MOST_PICTURES} pictures can be shown at once, not {m}")
    shown = f"{m} handwritten digits of 8 by 8 pixels. Their labels: {_listed(labels)}."
    if read is not None:
        read = np.asarray(read, dtype=int)
        wrong = [f"{is_} as {as_}" for is_, as_ in zip(labels, read) if is_ != as_]
        told = f"{len(wrong)} of them wrongly, marked by a cross: {', '.join(wrong)}"
        shown += f" The network reads {told if wrong else 'all of them right'}."
    _digits(X, labels, read, shown)


@drawn_once
def _digits(
    X: np.ndarray, labels: np.ndarray, read: np.ndarray | None, description: str
) -> tuple[Figure, str]:
    m = X.shape[1]
    across = min(m, ACROSS)
    rows = -(-m // across)
    figure = style.figure(0.93 * across + 0.2, (1.18 if read is None else 1.4) * rows)
    panels = figure.subplots(rows, across, squeeze=False).ravel()
    for axes in panels:
        axes.axis("off")
    for j, axes in enumerate(panels[:m]):
        axes.imshow(X[:, j].reshape(SIDE, SIDE), cmap="Greys", vmin=0, vmax=1)
        wrong = read is not None and read[j] != labels[j]
        color = BACKWARD if wrong else INK
        said = f"{labels[j]}" if read is None else f"is {labels[j]}\nread {read[j]}"
        axes.set_title(said + (" ✗" if wrong else ""), fontsize=11, color=color)
        axes.add_patch(
            Rectangle((-0.5, -0.5), SIDE, SIDE, fill=False, ec=color, linewidth=3 if wrong else 1)
        )
    return figure, description


def one_digit_through(x: ArrayLike, outputs: ArrayLike, n_h: int) -> None:
    """Show one picture, the network that reads it, and its ten outputs.

    Parameters
    ----------
    x
        (64, 1) pixels from 0 to 1.
    outputs
        (10, 1) activations of the output units.
    n_h
        The number of hidden units.
    """
    outputs = np.ravel(outputs).astype(float)
    best = int(np.argsort(outputs)[-1])
    values = [f"{value:.2f}" for value in outputs]
    told = ", ".join(f"{digit}: {value}" for digit, value in enumerate(values))
    _one_digit_through(
        np.ravel(x).astype(float),
        outputs,
        values,
        best,
        int(n_h),
        f"One picture of 8 by 8 pixels goes as 64 inputs into a network with {n_h} hidden units "
        f"and 10 outputs, one for each digit; some of its units are drawn. Its outputs are {told}; "
        f"the largest belongs to the digit {best}.",
    )


@drawn_once
def _one_digit_through(
    x: np.ndarray, outputs: np.ndarray, values: Sequence[str], best: int, n_h: int, description: str
) -> tuple[Figure, str]:
    figure = style.figure(9.5, 3.6)
    picture, network, bars = figure.subplots(1, 3, width_ratios=(3.3, 3.6, 2.7))
    picture.imshow(x.reshape(SIDE, SIDE), cmap="Greys", vmin=0, vmax=1)
    for place, value in enumerate(x):
        row, column = divmod(place, SIDE)
        color = "white" if value > 0.5 else INK
        picture.text(column, row, f"{16 * value:.0f}", ha="center", va="center", fontsize=10,
                     color=color)  # fmt: skip
    picture.set_title("64 pixels, in 16ths", fontsize=11)
    picture.axis("off")
    network.set_xlim(-0.6, 2.6)
    network.set_ylim(-2.2, 10.6)
    network.axis("off")
    layers = [np.linspace(0.2, 8.8, count) for count in (9, 7, DIGITS)]
    for layer in (0, 1):
        for low in layers[layer]:
            for high in layers[layer + 1]:
                network.plot([layer, layer + 1], [low, high], color=LINE, linewidth=0.5)
    for layer, ups in enumerate(layers):
        network.plot(np.full(len(ups), layer), ups, "o", ms=9, color="white", mec=INK)
    for layer, (above, below) in enumerate(
        (("64\ninputs", "X"), (f"{n_h} hidden\nunits", "out_h"), ("10\noutputs", "out_y"))
    ):
        network.text(layer, 9.5, above, ha="center", fontsize=11)
        network.text(layer, -0.9, below, ha="center", fontsize=10, family="monospace")
    for layer, said in ((0.5, "W1, b1"), (1.5, "W2, b2")):
        network.text(layer, -1.9, said, ha="center", fontsize=10, family="monospace")
    places = np.arange(DIGITS)
    drawn = bars.barh(places, outputs, color=[FORWARD_TINT] * DIGITS, edgecolor=INK)
    drawn[best].set_facecolor(FORWARD)
    drawn[best].set_hatch("//")
    for place, (value, text) in enumerate(zip(outputs, values)):
        bars.text(value + 0.03, place, text, va="center", fontsize=10)
    bars.set_xlim(0, 1.25)
    bars.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    bars.invert_yaxis()  # row 0 of out_y stands at the top
    bars.set_yticks(places, [str(digit) for digit in places])
    bars.set_ylabel("digit", fontsize=11)
    bars.set_xlabel("output", fontsize=11)
    bars.set_title("the largest is the answer", fontsize=11)
    return figure, description


@drawn_once
def epochs_in_batches(epochs: Sequence[Sequence]) -> tuple[Figure, str]:
    """Show how the examples of several epochs are dealt into batches, one row an epoch.

    Parameters
    ----------
    epochs
        For each epoch a list of arrays, the numbers of the examples in each batch.
    """
    epochs = [[[int(number) for number in batch] for batch in batches] for batches in epochs]
    figure = style.figure(9, 0.85 * len(epochs) + 0.5)
    axes = figure.subplots()
    for row, batches in enumerate(epochs):
        across = 0.0
        for place, batch in enumerate(batches):
            color, _ = LINES[place % len(LINES)]
            for number in batch:
                axes.add_patch(
                    Rectangle((across, -row), 0.92, 0.6, fc="white", ec=color, linewidth=2)
                )
                axes.text(across + 0.46, 0.3 - row, str(number), ha="center", va="center",
                          fontsize=11)  # fmt: skip
                across += 1
            across += 0.6
        axes.text(-0.4, 0.3 - row, f"epoch {row + 1}", ha="right", va="center", fontsize=11)
    longest = max(sum(map(len, one)) + 0.6 * len(one) for one in epochs)
    axes.set_xlim(-2.2, longest)
    axes.set_ylim(-len(epochs) + 0.8, 0.8)
    axes.axis("off")
    told = "; ".join(
        f"epoch {row + 1}: {' | '.join(_listed(batch) for batch in batches)}"
        for row, batches in enumerate(epochs)
    )
    return figure, f"The numbers of the examples in their batches, one row an epoch. {told}."


def what_units_see(W1: ArrayLike, across: int = 10) -> None:
    """Show the weights into each hidden unit as a picture of 8 by 8 pixels.

    Parameters
    ----------
    W1
        (n_h, 64).
    across
        How many pictures stand side by side.
    """
    W1 = np.asarray(W1, dtype=float)
    largest = f"{np.max(np.abs(W1)):.1f}"
    edge = np.ones((SIDE, SIDE), dtype=bool)
    edge[1:-1, 1:-1] = False
    inner, outer = (np.mean(np.abs(W1[:, part.ravel()])) for part in (~edge, edge))
    _what_units_see(
        W1,
        int(across),
        largest,
        f"The weights into each of {len(W1)} hidden units as pictures of 8 by 8 pixels, orange "
        f"where ink raises the unit and purple where ink lowers it, from -{largest} to {largest}. "
        f"Without its sign a weight from the border is {outer:.2f} on average, one from inside "
        f"{inner:.2f}.",
    )


@drawn_once(tolerance=UNSEEN)
def _what_units_see(
    W1: np.ndarray, across: int, largest: str, description: str
) -> tuple[Figure, str]:
    rows = -(-len(W1) // across)
    figure = style.figure(9.5, 0.92 * rows + 0.3)
    panels = figure.subplots(rows, across, squeeze=False)
    most = np.max(np.abs(W1))
    for axes in panels.ravel():
        axes.axis("off")
    for unit, axes in zip(range(len(W1)), panels.ravel()):
        seen = axes.imshow(W1[unit].reshape(SIDE, SIDE), cmap="PuOr_r", vmin=-most, vmax=most)
    bar = figure.colorbar(seen, ax=panels, shrink=0.9, aspect=16, ticks=[-most, 0, most])
    bar.ax.set_yticklabels([f"-{largest}", "0", largest], fontsize=10)
    bar.set_label("weight", fontsize=11)
    return figure, description


def confusions(labels: ArrayLike, read: ArrayLike) -> None:
    """Show how often each digit is read as each other: a table of ten rows and columns.

    Parameters
    ----------
    labels
        (m,) the digits that the pictures are, one for each row of the table.
    read
        (m,) the digits that a network takes them for, one for each column.
    """
    labels, read = np.asarray(labels, dtype=int), np.asarray(read, dtype=int)
    counts = np.zeros((DIGITS, DIGITS), dtype=int)
    for is_, as_ in zip(labels, read):
        counts[is_, as_] += 1
    right, total = int(np.trace(counts)), len(labels)
    off = counts - np.diag(np.diag(counts))
    ranked = sorted(np.argwhere(off), key=lambda place: -off[tuple(place)])[:3]
    most = ", ".join(f"{i} read as {j} ({off[i, j]})" for i, j in ranked if off[i, j])
    _confusions(
        counts,
        f"A table of {total} pictures: a row for what a picture is, a column for what it is read "
        f"as. {right} stand on the diagonal and are right, {total - right} beside it are wrong. "
        f"{f'The most frequent of them: {most}.' if most else ''}".strip(),
    )


@drawn_once
def _confusions(counts: np.ndarray, description: str) -> tuple[Figure, str]:
    figure = style.figure(5.6, 5.2)
    axes = style.framed(figure.subplots())
    shade = np.where(np.eye(DIGITS) > 0, 0.25, np.minimum(1, counts / max(4, counts.max() / 8)))
    axes.imshow(np.where(counts > 0, shade, 0), cmap="Oranges", vmin=0, vmax=1.6)
    for (i, j), count in np.ndenumerate(counts):
        if count:
            axes.text(
                j, i, str(count), ha="center", va="center", fontsize=11,
                weight="normal" if i == j else "bold",
            )  # fmt: skip
    axes.set_xticks(range(DIGITS))
    axes.set_yticks(range(DIGITS))
    axes.set_xlabel("read as", fontsize=11)
    axes.set_ylabel("is", fontsize=11)
    axes.tick_params(labelsize=11)
    return figure, description


def curves(histories: Mapping[str, np.ndarray]) -> None:
    """Show the loss and the share of right pictures over the epochs of one or more trainings.

    Parameters
    ----------
    histories
        For each label an array (3, epochs + 1): the loss, the share right of the pictures trained
        on, and the share right of the held-out ones.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not histories:
        raise ValueError("there is no history of a training to draw; give at least one")
    histories = {label: np.asarray(one, dtype=float) for label, one in histories.items()}
    told = [
        f"{label}: after {one.shape[1] - 1} epochs the loss is {one[0, -1]:,.0f}, "
        f"{100 * one[1, -1]:.1f} % of the pictures trained on are right and "
        f"{100 * one[2, -1]:.1f} % of those held out"
        for label, one in histories.items()
    ]
    words = f"Left the loss over the epochs, right the share of right pictures. {'; '.join(told)}."
    _curves(histories, words)


@drawn_once(tolerance=UNSEEN)
def _curves(histories: Mapping[str, np.ndarray], description: str) -> tuple[Figure, str]:
    return _figure_of_curves(histories), description


def _figure_of_curves(histories: Mapping[str, np.ndarray], epochs: int | None = None) -> Figure:
    figure = style.figure(9.5, 3.7)
    left, right = figure.subplots(1, 2)
    thin = {"linewidth": 1.5}
    for place, (label, (losses, seen, unseen)) in enumerate(histories.items()):
        color, line = LINES[place % len(LINES)]
        done = np.arange(len(losses))
        left.plot(done, losses, color=color, linestyle=line, label=label, **thin)
        if len(histories) == 1:
            right.plot(100 * seen, color=BACKWARD, linestyle="--", label="trained on", **thin)
            right.plot(100 * unseen, color=color, linestyle=line, label="held out", **thin)
        else:
            right.plot(done, 100 * unseen, color=color, linestyle=line, label=label, **thin)
    left.set_yscale("log")
    left.set_ylabel("loss C, on a logarithmic axis", fontsize=11)
    right.set_ylabel("right, in %", fontsize=11)
    right.set_ylim(0, 102)
    right.axhline(93, color=GREY, linewidth=0.8)
    last = epochs or max(1, *(one.shape[1] - 1 for one in histories.values()))
    right.text(last, 91, "93 %", fontsize=10, color=GREY, va="top", ha="right")
    if len(histories) > 1:
        right.set_title("held-out pictures", fontsize=11)
    right.legend(fontsize=11, frameon=False, loc="lower right")
    for axes in (left, right):
        axes.set_xlabel("epochs", fontsize=11)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        axes.set_xlim(0, last)
    return figure


class LiveTraining:
    """Shows the loss and the shares of right pictures while a network trains.

    When it ends, the curves stay, and nothing that changes from run to run. Interrupted from
    the keyboard or by the stop button, it ends the same way: what was computed is kept.

    Parameters
    ----------
    epochs
        How many epochs the training has.

    Examples
    --------
    ::

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
        """What was added: (3, epochs + 1), or fewer columns if it was interrupted."""
        return np.array(self._rows, dtype=float).reshape(-1, 3).T

    def __enter__(self) -> "LiveTraining":
        from IPython.display import display

        self._handle = display(self._still(), raw=True, display_id=True)
        self._drawn = time.monotonic()
        return self

    def epochs(self) -> Iterator[int]:
        """Yield the numbers of the epochs from 1 on, and move the progress bar."""
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no thread of its own
        numbers = range(1, self._epochs + 1)
        yield from tqdm(numbers, unit="epoch", file=self, ascii=False, ncols=70, leave=True)

    def add(self, loss: float, seen: float, unseen: float) -> None:
        """Add a moment of the training, and show it.

        Parameters
        ----------
        loss
            The loss.
        seen, unseen
            The share right of the pictures trained on, and of those held out, from 0 to 1.
        """
        self._rows.append((float(loss), float(seen), float(unseen)))
        self._refresh()

    def write(self, text: str) -> None:
        """Take what the progress bar writes."""
        self._bar = text.strip("\r\n") or self._bar
        self._refresh()

    def flush(self) -> None:
        """Do nothing: whatever is written is shown at its time."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
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


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers)
