"""What the processes of a notebook have used, and what bounds those that read and judge it."""

import contextlib
import signal
import sys
from collections.abc import Iterator

import psutil

JUDGE_MEMORY = 256 * 2**20  # bytes that a process which judges takes, beyond what it begins with

_COMPUTING = {psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP}


def use_of(pid: int) -> tuple[float, bool]:
    """Return what a process and everything below it have used, and whether they are at work.

    Returns
    -------
    tuple[float, bool]
        The CPU seconds so far, 0 for a process that has ended; what ended without anybody waiting
        for it is missing. At work is who computes, waits for a processor, or for a disk.
    """
    used, computes = 0.0, False
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            with contextlib.suppress(psutil.Error):  # it has ended meanwhile
                used += sum(process.cpu_times()[:4])  # its own, and of its children that ended
                computes = computes or process.status() in _COMPUTING
    return used, computes


@contextlib.contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back: here until the end, in processes that are started meanwhile for good.

    Does nothing on Windows, which has no such mask.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def bound_memory(more: int) -> None:
    """Have this process fail with `MemoryError` where it would take so many bytes more.

    On Linux only. What it starts inherits the bound, except within `unbound_memory`.
    """
    if sys.platform != "linux":
        return
    import resource

    with open("/proc/self/statm") as file:
        size = int(file.read().split()[5]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = size + more if hard == resource.RLIM_INFINITY else min(hard, size + more)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


@contextlib.contextmanager
def unbound_memory() -> Iterator[None]:
    """Lift the bound of `bound_memory` for a while, for a process that has bounds of its own."""
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
