"""Runs code that reads or displays submissions in a process with limited time and memory."""

import contextlib
import json
import math
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing.util import Finalize
from typing import IO, Any

from .processes import bound_memory
from .texts import shown

try:
    import resource
except ModuleNotFoundError:  # Windows, where only the wall-clock limit applies
    resource = None  # type: ignore[assignment]

SECONDS = 10  # CPU time until the next item
BACKSTOP = 20  # wall-clock limit as a multiple of the CPU time, for busy machines and slow disks
MEMORY = 320 * 2**20  # bytes in addition to the memory that the process uses after its imports

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); import {0}; {0}.serve()"


class Exceeded(Exception):
    """A computation takes too much time or memory; the message says which."""


class Bounded:
    """A helper process with limits, which is restarted when it ends.

    It starts when it is first needed, and serves one caller at a time.

    Parameters
    ----------
    seconds
        Limit of CPU time from one item to the next.
    memory
        Limit of additional memory, in bytes.
    doing
        What the process does, as the subject of an error message: "reading it".
    """

    def __init__(
        self, seconds: int = SECONDS, memory: int = MEMORY, doing: str = "reading it"
    ) -> None:
        self._seconds, self._memory, self._doing = seconds, memory, doing
        self._process: subprocess.Popen[bytes] | None = None
        self._at_exit: Finalize | None = None
        self._lock = threading.RLock()

    def each(self, function: Callable[..., Iterator[Any]], *arguments: object) -> Iterator[Any]:
        """Call a generator function of a module in the process, and yield its items.

        Raises
        ------
        Exceeded
            If the next item exceeds the limits; the items before it have been yielded.
        """
        with self._lock:
            is_at_rest = False
            try:
                yield from self._items(function, arguments)
                is_at_rest = True
            except (EOFError, OSError, pickle.UnpicklingError):
                raise Exceeded(self._why_ended()) from None
            finally:
                if not is_at_rest:
                    self.close()

    def _items(self, function: Callable[..., Iterator[Any]], arguments: object) -> Iterator[Any]:
        process = self._running()
        assert process.stdin and process.stdout
        process.stdin.write(pickle.dumps((function, arguments)))
        process.stdin.flush()
        while True:
            kind, item = self._received(process, process.stdout)
            if kind == "end":
                return
            if kind == "exceeded":
                raise Exceeded(item)
            yield item

    def _received(self, process: "subprocess.Popen[bytes]", replies: IO[bytes]) -> tuple[str, Any]:
        alarm = threading.Timer(BACKSTOP * self._seconds, process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            return pickle.load(replies)
        finally:
            alarm.cancel()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.close()
            start = _START.format(__name__)
            limits = [str(self._seconds), str(self._memory), self._doing]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", start, json.dumps(sys.path), *limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
            # `atexit` handlers do not run in the workers of a pool.
            self._at_exit = Finalize(None, self.close, exitpriority=1)
        return self._process

    def _why_ended(self) -> str:
        code = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):  # it runs, but sent invalid data
                code = self._process.wait(timeout=self._seconds)
        if code == -getattr(signal, "SIGXCPU", 0):
            return f"{self._doing} takes more than {self._seconds} seconds of CPU time"
        if code == -getattr(signal, "SIGKILL", 0):
            seconds = BACKSTOP * self._seconds
            return f"{self._doing} takes more than {seconds} seconds, or all available memory"
        return f"the process that was {self._doing} has ended (exit code {code})"

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if self._at_exit is not None:
            self._at_exit.cancel()
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # closing flushes data that cannot be sent
                pipe and pipe.close()


READER = Bounded()


class BoundedForThreads:
    """Like `Bounded`, with one process for each thread that uses it at the same time."""

    def __init__(self, seconds: int, memory: int, doing: str) -> None:
        self._limits = (seconds, memory, doing)
        self._free: deque[Bounded] = deque()

    def each(self, function: Callable[..., Iterator[Any]], *arguments: object) -> Iterator[Any]:
        """See `Bounded.each`."""
        try:
            process = self._free.pop()
        except IndexError:
            process = Bounded(*self._limits)
        yield from process.each(function, *arguments)
        # Not reached if the caller stops early; then `Bounded.each` has closed the process.
        self._free.append(process)

    def close(self) -> None:
        """End the processes that are not in use."""
        while self._free:
            self._free.pop().close()


def is_bounded() -> bool:
    """Return whether this process was started by `Bounded`."""
    return _Server.is_here


def reason_for(error: Exception) -> str:
    """Return a message for an unexpected exception that a file has caused."""
    if isinstance(error, MemoryError):
        return "reading it takes more memory than is allowed"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    said = shown(error)[:200]
    return f"it cannot be read ({type(error).__name__}{': ' if said else ''}{said})"


# --- in the helper process ------------------------------------------------------------


def serve() -> None:
    """Read requests from stdin until it is closed, and write the replies to stdout."""
    (seconds, memory), doing = map(int, sys.argv[2:4]), sys.argv[4]
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # so that nothing else is written to the reply pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process ends this one
    threading.Thread(target=_end_with_who_asks, args=(requests.fileno(),), daemon=True).start()
    _Server.is_here = True
    server = _Server(seconds, doing, replies)
    is_bound = False
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            function, arguments = pickle.load(requests)
            if not is_bound:  # unpickling the request has imported what the function needs
                bound_memory(memory)
                _bind("RLIMIT_CORE", 0)
                is_bound = True
            server.answer(function, arguments)


def _end_with_who_asks(requests: int) -> None:
    """Exit immediately when the other end of the pipe is closed."""
    if hasattr(select, "poll"):  # not on Windows
        closed = select.poll()
        closed.register(requests, 0)  # a hang-up is always reported
        closed.poll()
        os._exit(1)


class _Server:
    is_here = False

    def __init__(self, seconds: int, doing: str, replies: IO[bytes]) -> None:
        self._seconds, self._doing, self._replies = seconds, doing, replies

    def answer(self, function: Callable[..., Iterator[Any]], arguments: Any) -> None:
        self._bind_time()
        try:
            for item in function(*arguments):
                self._send("item", item)
                self._bind_time()
        except MemoryError:
            self._send("exceeded", f"{self._doing} takes more memory than is allowed")
        except Exception as error:  # a hostile file can cause any type of exception
            self._send("exceeded", reason_for(error))
        else:
            self._send("end", "")

    def _send(self, kind: str, item: object) -> None:
        self._replies.write(pickle.dumps((kind, item)))
        self._replies.flush()

    def _bind_time(self) -> None:
        _bind("RLIMIT_CPU", math.ceil(time.process_time()) + self._seconds)


def _bind(name: str, most: int) -> None:
    if resource is None:
        return
    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):  # some systems do not support this limit
        resource.setrlimit(kind, (most, hard))
