"""What differs where Python runs in the page of a browser, and is made alike."""

import sys
import time
from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

HERE = sys.platform == "emscripten"
TOOL = 4  # of `sys.monitoring`: none of those that it names
_monitoring: Any = getattr(sys, "monitoring", None)  # since Python 3.12, which a page has


def keep_print_options(shell: Any) -> None:
    """Let `np.set_printoptions` hold for the cells that follow, as it does elsewhere.

    A page runs each cell in a context of its own, and numpy keeps these options in the context.

    Parameters
    ----------
    shell
        The shell of IPython that runs the cells.
    """
    kept: dict[str, Any] = {}

    def keep(result: Any = None) -> None:
        kept.update(np.get_printoptions())

    def restore(info: Any = None) -> None:
        if kept:
            np.set_printoptions(**kept)

    shell.events.register("post_run_cell", keep)
    shell.events.register("pre_run_cell", restore)


class Monitor:
    """Has a function called over and over while code runs: a page has neither timers nor threads.

    The function is called at each step of a loop and each call, and may raise. Code in C, such as
    one long computation of numpy, is not interrupted.

    Parameters
    ----------
    look
        Takes the name of the file whose code is running.
    """

    def __init__(self, look: Callable[[str], None]) -> None:
        self._look = look

    def start(self) -> None:
        """Begin; nothing else may be at it."""
        events = _monitoring.events
        _monitoring.use_tool_id(TOOL, "backprop")
        every = events.JUMP, events.PY_START, events.PY_RESUME
        for event in every:
            _monitoring.register_callback(TOOL, event, self._seen)
        _monitoring.set_events(TOOL, sum(every))

    def stop(self) -> None:
        """End it."""
        _monitoring.set_events(TOOL, 0)
        _monitoring.free_tool_id(TOOL)

    def _seen(self, code: CodeType, *where: int) -> None:
        self._look(code.co_filename)


def clock() -> Callable[[], float]:
    """Return what tells the time that code uses: in a page nothing else runs beside it."""
    return time.perf_counter
