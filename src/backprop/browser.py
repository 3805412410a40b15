"""Replacements for features that are missing when Python runs in a browser."""

import sys
import time
from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

HERE = sys.platform == "emscripten"
TOOL = 4  # a tool id of `sys.monitoring` that has no predefined use
_monitoring: Any = getattr(sys, "monitoring", None)  # available since Python 3.12


def keep_print_options(shell: Any) -> None:
    """Keep the settings of `np.set_printoptions` for the following cells, as elsewhere.

    In a browser each cell runs in a separate context, and numpy stores these options in the
    context.

    Parameters
    ----------
    shell
        The IPython shell that runs the cells.
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
    """Call a function repeatedly while code runs, since a browser has neither timers nor threads.

    The function is called at each iteration of a loop and at each function call, and it may raise.
    Code in C, such as one long computation of numpy, is not interrupted.

    Parameters
    ----------
    look
        The function; it takes the name of the file whose code is running.
    """

    def __init__(self, look: Callable[[str], None]) -> None:
        self._look = look

    def start(self) -> None:
        """Start monitoring; no other monitor may be active."""
        events = _monitoring.events
        _monitoring.use_tool_id(TOOL, "backprop")
        every = events.JUMP, events.PY_START, events.PY_RESUME
        for event in every:
            _monitoring.register_callback(TOOL, event, self._seen)
        _monitoring.set_events(TOOL, sum(every))

    def stop(self) -> None:
        """Stop monitoring."""
        _monitoring.set_events(TOOL, 0)
        _monitoring.free_tool_id(TOOL)

    def _seen(self, code: CodeType, *where: int) -> None:
        self._look(code.co_filename)


def clock() -> Callable[[], float]:
    """Return a clock for the time that code uses; in a browser no other code runs meanwhile."""
    return time.perf_counter
