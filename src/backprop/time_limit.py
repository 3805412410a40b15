"""Stop code that uses too much CPU time.

CPU time does not depend on what else the machine does. Code that sleeps or waits uses none, so
there is also a limit on the elapsed time, which is several times as long.
"""

import contextlib
import ctypes
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from . import browser

BACKSTOP = 10  # the limit on the elapsed time, as a multiple of the limit on the CPU time
SOON_SECONDS = 0.2  # delay before the next attempt if code of this module was interrupted
AGAIN_SECONDS = 5  # delay before code that caught the exception is stopped again


class TookTooLong(BaseException):
    """Raised in code that exceeds its limit; `except Exception` does not catch it.

    Attributes
    ----------
    limit
        The `Limit` that was exceeded: that of the current block, or that of an enclosing block to
        which the exception must propagate.
    """

    limit: "Limit | None" = None


class _Limits(threading.local):
    """The limits of one thread, outermost first. An inner block cannot outlast an outer one."""

    def __init__(self) -> None:
        self.several: list[Limit] = []


_of_this_thread = _Limits()


@contextlib.contextmanager
def time_limit(seconds: float, backstop: float | None = None) -> Iterator["Limit"]:
    """Raise `TookTooLong` in a block that uses more CPU time, or much more elapsed time.

    If the block catches the exception and continues, it is raised again some seconds later. The CPU
    time is that of the thread where the system reports it, otherwise that of the process. The limit
    works in every thread. Outside of the main thread, on Windows and in a browser, code in C is
    stopped only when it returns to Python. If no thread can be started, there is no limit.

    Parameters
    ----------
    seconds
        The limit in CPU seconds.
    backstop
        The limit on the elapsed time, as a multiple of `seconds`; by default `BACKSTOP`.

    Yields
    ------
    Limit
        The limit of this block, which distinguishes its `TookTooLong` from that of an enclosing
        block.

    Raises
    ------
    TookTooLong
        If the limit of this block or of an enclosing block is exceeded; the message says which.
    """
    several = _of_this_thread.several
    watch = _Page if browser.HERE else _Timer if _has_timer() else _Watcher
    limit = Limit(seconds, BACKSTOP if backstop is None else backstop, watch.clock())
    watching = watch(several, limit)
    try:
        several.append(limit)
        watching.start()
        yield limit
    except TookTooLong as error:
        if error.limit is None:
            error.limit = _passed(several) or limit
            error.args = (error.limit.passed(),)
        raise
    finally:
        _leave(several, limit, watching)


def _leave(several: list["Limit"], limit: "Limit", watching: "_Timer | _Watcher | _Page") -> None:
    while True:
        try:
            if limit in several:
                several.remove(limit)
            watching.stop()
            return
        except TookTooLong:  # raised by a watcher thread after the block had ended
            continue


def _has_timer() -> bool:
    main = threading.current_thread() is threading.main_thread()
    return main and hasattr(signal, "setitimer")


class Limit:
    """The limit of one block: its deadlines in CPU time and in elapsed time."""

    def __init__(self, seconds: float, backstop: float, clock: Callable[[], float]) -> None:
        self._seconds, self._wall_seconds = seconds, seconds * backstop
        self._clock = clock
        self._cpu_end = clock() + self._seconds
        self._wall_end = time.monotonic() + self._wall_seconds

    def left(self) -> tuple[float, float]:
        """Return the CPU seconds and the elapsed seconds that are left."""
        return self._cpu_end - self._clock(), self._wall_end - time.monotonic()

    def passed(self) -> str:
        """Return which limit was exceeded, in words, or ""."""
        cpu, wall = self.left()
        if cpu <= 0:
            return f"used more than {self._seconds:g} seconds of CPU time"
        return f"took more than {self._wall_seconds:g} seconds of elapsed time" if wall <= 0 else ""


def _passed(several: list[Limit]) -> Limit | None:
    return next((limit for limit in several if limit.passed()), None)


def _left(several: list[Limit]) -> tuple[float, float]:
    """Return the smallest CPU time and elapsed time that several limits leave."""
    cpu, wall = zip(*(limit.left() for limit in several))
    return max(min(cpu), 1e-3), max(min(wall), 1e-3)  # setting a timer to 0 would disable it


class _Timer:
    """Watch the main thread with a system timer, whose signal also interrupts a sleep.

    The timer measures elapsed time, because CPU time never passes faster, and CPU timers are less
    accurate than reading the CPU clock.
    """

    clock = staticmethod(lambda: time.thread_time)

    def __init__(self, several: list[Limit], limit: Limit) -> None:
        self._several = several

    def start(self) -> None:
        handler = signal.signal(signal.SIGALRM, self._look)
        self._before = handler, signal.setitimer(signal.ITIMER_REAL, 0)
        self._set()

    def stop(self) -> None:
        handler, timer = self._before
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if self._several:
            self._set()  # for the enclosing limits, which are still active
        else:
            signal.setitimer(signal.ITIMER_REAL, *timer)

    def _set(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, min(_left(self._several)), AGAIN_SECONDS)

    def _look(self, number: int, frame: FrameType | None) -> None:
        if _passed(self._several):
            if not _sets_or_lifts_limits(frame):
                raise TookTooLong  # the timer fires again after AGAIN_SECONDS
            # A delay, so that this handler has returned before the timer fires again.
            signal.setitimer(signal.ITIMER_REAL, SOON_SECONDS, AGAIN_SECONDS)
        elif self._several:
            self._set()


class _Page:
    """Watch code in a browser with callbacks from the interpreter.

    One monitor checks the limits of all blocks.
    """

    clock = staticmethod(browser.clock)
    _watching: "list[_Page]" = []  # noqa: RUF012

    def __init__(self, several: list[Limit], limit: Limit) -> None:
        self._several, self._quiet_until = several, 0.0
        self._monitor = browser.Monitor(self._look)

    def start(self) -> None:
        if not self._watching:
            self._monitor.start()
        self._watching.append(self)

    def stop(self) -> None:
        if self not in self._watching:
            return
        first = self._watching[0]
        self._watching.remove(self)
        if not self._watching:
            first._monitor.stop()

    def _look(self, file: str) -> None:
        if time.perf_counter() < self._quiet_until or file in (__file__, contextlib.__file__):
            return
        if _passed(self._several):
            self._quiet_until = time.perf_counter() + AGAIN_SECONDS
            raise TookTooLong


def _sets_or_lifts_limits(frame: FrameType | None) -> bool:
    """Return whether the interrupted code belongs to this module and has to be completed."""
    return frame is not None and frame.f_code.co_filename in (__file__, contextlib.__file__)


class _Watcher:
    """Watch a thread from another thread, which raises the exception in it asynchronously."""

    def __init__(self, several: list[Limit], limit: Limit) -> None:
        self._several, self._thread = [*several, limit], threading.get_ident()
        self._done, self._lock = threading.Event(), threading.Lock()
        self._raised = False

    @staticmethod
    def clock() -> Callable[[], float]:
        """Return a clock for the CPU time of this thread that other threads can read."""
        if not hasattr(time, "pthread_getcpuclockid"):
            return time.process_time
        clock = time.pthread_getcpuclockid(threading.get_ident())
        return lambda: time.clock_gettime(clock)

    def start(self) -> None:
        with contextlib.suppress(RuntimeError):  # no thread can be started
            threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        with self._lock:
            self._done.set()
            if self._raised:
                self._raise(None)  # cancel the exception if it is still pending

    def _watch(self) -> None:
        with contextlib.suppress(OSError):  # the thread and its clock no longer exist
            # CPU time never passes faster than elapsed time.
            while not self._done.wait(min(_left(self._several))):
                if _passed(self._several):
                    self._stop_thread()
                    self._done.wait(AGAIN_SECONDS)

    def _stop_thread(self) -> None:
        with self._lock:
            if not self._done.is_set():
                self._raised = True
                self._raise(TookTooLong)

    def _raise(self, kind: type | None) -> None:
        thread = ctypes.c_ulong(self._thread)
        error = None if kind is None else ctypes.py_object(kind)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, error)
