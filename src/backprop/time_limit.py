"""Stops code that takes too long, by the CPU time that it uses.

CPU time does not depend on what else the machine does. Code that sleeps or waits uses none, so
that the clock on the wall is looked at as well, with many times as long a limit.
"""

import contextlib
import ctypes
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from . import browser

BACKSTOP = 10  # code may take so many times its CPU time by the clock
SOON_SECONDS = 0.2  # after which code of this module is looked at again that was not to be stopped
AGAIN_SECONDS = 5  # after which code that goes on all the same is stopped once more


class TookTooLong(BaseException):
    """Raised in code that goes beyond its limit. No `except Exception` catches it.

    Attributes
    ----------
    limit
        What `time_limit` gave to the block whose limit was passed: the block that raised this, or
        one around it, to which it must be passed on.
    """

    limit: "Limit | None" = None


class _Limits(threading.local):
    """The limits of one thread, the outermost first: no inner one outlasts an outer one."""

    def __init__(self) -> None:
        self.several: list[Limit] = []


_of_this_thread = _Limits()


@contextlib.contextmanager
def time_limit(seconds: float, backstop: float | None = None) -> Iterator["Limit"]:
    """Raise `TookTooLong` in a block that uses more CPU time, or takes much longer by the clock.

    A block that catches it and goes on gets it again, some seconds later. CPU time is that
    of the thread that runs the block, on systems that tell it; else that of the process. It works
    in every thread, but outside of the main thread, and on Windows, code in C is stopped only when
    it returns to Python, as in the page of a browser. If no thread can be started, there is no
    limit.

    Parameters
    ----------
    seconds
        CPU seconds.
    backstop
        How many times as long the block may take by the clock; by default `BACKSTOP`.

    Yields
    ------
    Limit
        The limit of this block, which tells its `TookTooLong` from that of a block around it.

    Raises
    ------
    TookTooLong
        If the limit of this block or of one around it is passed; the message says which it was.
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
        except TookTooLong:  # from another thread, which did not know yet that the block is left
            continue


def _has_timer() -> bool:
    main = threading.current_thread() is threading.main_thread()
    return main and hasattr(signal, "setitimer")


class Limit:
    """One block's limit: the CPU time and the time on the wall at which it has to be done."""

    def __init__(self, seconds: float, backstop: float, clock: Callable[[], float]) -> None:
        self._seconds, self._wall_seconds = seconds, seconds * backstop
        self._clock = clock
        self._cpu_end = clock() + self._seconds
        self._wall_end = time.monotonic() + self._wall_seconds

    def left(self) -> tuple[float, float]:
        """Return the CPU seconds that are left, and the seconds on the wall."""
        return self._cpu_end - self._clock(), self._wall_end - time.monotonic()

    def passed(self) -> str:
        """Say what has been passed, or return ""."""
        cpu, wall = self.left()
        if cpu <= 0:
            return f"used more than {self._seconds:g} seconds of CPU time"
        return f"took more than {self._wall_seconds:g} seconds by the clock" if wall <= 0 else ""


def _passed(several: list[Limit]) -> Limit | None:
    return next((limit for limit in several if limit.passed()), None)


def _left(several: list[Limit]) -> tuple[float, float]:
    """Return what is left until the first of several limits: of CPU time, and on the wall."""
    cpu, wall = zip(*(limit.left() for limit in several))
    return max(min(cpu), 1e-3), max(min(wall), 1e-3)  # a timer set to 0 would never go off


class _Timer:
    """Watches the main thread by the system's timer, whose signal also ends a sleep.

    It is the timer of the clock: CPU time never passes faster, and what systems tell of it when a
    signal is due is less exact than what they tell when asked.
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
            self._set()  # for the limits around this one, which have gone on meanwhile
        else:
            signal.setitimer(signal.ITIMER_REAL, *timer)

    def _set(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, min(_left(self._several)), AGAIN_SECONDS)

    def _look(self, number: int, frame: FrameType | None) -> None:
        if _passed(self._several):
            if not _sets_or_lifts_limits(frame):
                raise TookTooLong  # the timer goes off again after AGAIN_SECONDS
            # Not at once: this must have ended before it is called again, however slow it is.
            signal.setitimer(signal.ITIMER_REAL, SOON_SECONDS, AGAIN_SECONDS)
        elif self._several:
            self._set()


class _Page:
    """Watches code in the page of a browser, from within.

    The innermost limit looks for all of them.
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
    """Whether code of this module was interrupted, which has to come to its end."""
    return frame is not None and frame.f_code.co_filename in (__file__, contextlib.__file__)


class _Watcher:
    """Watches a thread from another one, which has the interpreter raise an exception there."""

    def __init__(self, several: list[Limit], limit: Limit) -> None:
        self._several, self._thread = [*several, limit], threading.get_ident()
        self._done, self._lock = threading.Event(), threading.Lock()
        self._raised = False

    @staticmethod
    def clock() -> Callable[[], float]:
        """Return what tells the CPU time of this thread to any other."""
        if not hasattr(time, "pthread_getcpuclockid"):
            return time.process_time
        clock = time.pthread_getcpuclockid(threading.get_ident())
        return lambda: time.clock_gettime(clock)

    def start(self) -> None:
        with contextlib.suppress(RuntimeError):  # where no thread can be started
            threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        with self._lock:
            self._done.set()
            if self._raised:
                self._raise(None)  # it may still be on its way

    def _watch(self) -> None:
        with contextlib.suppress(OSError):  # the thread has ended, and its clock with it
            # CPU time never passes faster than the time on the wall.
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
