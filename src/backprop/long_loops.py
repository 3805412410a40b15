"""A long loop with a progress bar that can be stopped without losing its results."""

import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import escape
from types import FrameType
from typing import Any, TypeVar

from .notebook import shell

Item = TypeVar("Item")

SECONDS = 0.2  # a shorter loop shows no bar; also the interval between updates of the bar


def stoppable(items: Iterable[Item], *, unit: str) -> Iterator[Item]:
    """Yield items under a progress bar; the stop button ends the loop after the current item.

    The first interruption raises nothing: the current item is finished, the loop ends, and a
    sentence says how many items were done. So at least one item is always complete. A second
    interruption raises an ordinary KeyboardInterrupt.

    When the loop ends, one line remains, which is the same in every run.

    Parameters
    ----------
    items
        The items, an iterable of finite length.
    unit
        The name of one item, "group".

    Yields
    ------
    Item
        One item after the other.
    """
    items = list(items)
    done, whole = 0, f"{len(items):,} {unit}{'' if len(items) == 1 else 's'}"
    line = _Line(f"{whole}, one after the other")
    button = _StopButton()
    try:
        with button, line.bar(len(items), unit) as bar:
            for item in items:
                yield item
                done += 1
                bar.update()
                if button.pressed:
                    break
    finally:
        kept = f"Stopped after {done:,} of {whole}; what was computed is kept."
        line.end(kept if done < len(items) else "")


class _StopButton:
    """Context manager that records the first interruption instead of raising it."""

    def __init__(self) -> None:
        self.pressed = False
        self._before: Any = None

    def __enter__(self) -> "_StopButton":
        with suppress(ValueError):  # only the main thread can handle signals
            self._before = signal.signal(signal.SIGINT, self._press)
        return self

    def _press(self, number: int, frame: FrameType | None) -> None:
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True

    def __exit__(self, *error: object) -> None:
        # A loop that an error has left can be closed much later, when another handler is set.
        if self._before is not None and signal.getsignal(signal.SIGINT) == self._press:
            signal.signal(signal.SIGINT, self._before)


class _Line:
    """One line of a cell's output, which is updated: a text, a progress bar, a final text."""

    def __init__(self, text: str) -> None:
        self._text, self._handle = text, None
        if shell() is not None:
            from IPython.display import display

            self._handle = display(_shown("p", text), raw=True, display_id=True)

    def bar(self, total: int, unit: str) -> Any:
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # starts no monitor thread
        return tqdm(
            total=total, unit=unit, file=self, ascii=False, ncols=70, leave=False,
            delay=SECONDS, mininterval=SECONDS,
        )  # fmt: skip

    def write(self, text: str) -> None:
        """Show the text that the progress bar writes."""
        text = text.strip("\r\n ")
        if text:
            self._update(_shown("pre", text))

    def flush(self) -> None:
        """Do nothing, since text is shown at once."""

    def end(self, said: str) -> None:
        self._update(_shown("p", said or self._text))

    def _update(self, data: dict[str, str]) -> None:
        if self._handle is not None:
            self._handle.update(data, raw=True)


def _shown(tag: str, text: str) -> dict[str, str]:
    page = f'<{tag} style="margin: 0; padding: .3em">{escape(text)}</{tag}>'
    return {"text/html": page, "text/plain": text}
