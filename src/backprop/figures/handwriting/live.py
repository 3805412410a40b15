"""The curves of lesson 6, at the end of a training and while it runs."""

import base64
import time
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .. import style
from ..cache import show_alike
from ..parts import lines, words
from ..show import picture_of
from ..style import GREY


def curves(histories: Mapping[str, np.ndarray]) -> None:
    """Show the loss and the share of right pictures over the epochs of one or more trainings.

    For each label, at least one, there is an array (3, epochs + 1): the loss, the share right of
    the pictures trained on, and the share right of the held-out ones.
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
    show_alike(lambda: _figure_of_curves(histories), words)


@rc_context(style.STYLE)
def _figure_of_curves(histories: Mapping[str, np.ndarray], epochs: int | None = None) -> Figure:
    figure, (left, right) = style.panels(9.5, 3.7, 1, 2)
    lines(left, {label: one[:1] for label, one in histories.items()}, width=1.5)
    unseen = {label: 100 * one[2:] for label, one in histories.items()}
    if len(histories) == 1:
        ((_, seen, held_out),) = histories.values()
        unseen = {"held out": [100 * held_out], "trained on": [100 * seen]}
    lines(right, unseen, width=1.5)
    left.set(yscale="log", ylabel="loss C, on a logarithmic axis")
    right.set(ylabel="right, in %", ylim=(0, 102))
    if len(histories) > 1:
        right.set_title("held-out pictures", fontsize=11)
    right.axhline(93, color=GREY, linewidth=0.8)
    last = epochs or max(1, *(one.shape[1] - 1 for one in histories.values()))
    words(right, (last, 91), "93 %", GREY, 10, va="top", ha="right")
    right.legend(loc="lower right", reverse=len(histories) == 1)
    for axes in (left, right):
        axes.set(xlabel="epochs", xlim=(0, last))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    return figure


class LiveTraining:
    """Shows the loss and the shares of right pictures while a network trains for some epochs.

    When it ends, the curves stay, and nothing that changes from run to run. Interrupted from
    the keyboard or by the stop button, it ends the same way: what was computed is kept::

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

        `seen` and `unseen` are the shares right of the pictures trained on and held out, 0 to 1.
        """
        self._rows.append((float(loss), float(seen), float(unseen)))
        self._refresh()

    def write(self, text: str) -> None:
        """Take what the progress bar writes."""
        self._bar = text.strip("\r\n") or self._bar
        self._refresh()

    def flush(self) -> None:
        """Do nothing: whatever is written is shown at its time."""

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
