"""CPU time of process trees, memory limits of processes, and blocking of Ctrl-C."""

import contextlib
import signal
import sys
from collections.abc import Iterator

import psutil

JUDGE_MEMORY = 256 * 2**20  # bytes that a judging process may allocate after its start

_COMPUTING = {psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP}


def use_of(pid: int) -> tuple[float, bool]:
    """Return the CPU time of a process and its descendants, and whether any of them is running.

    Returns
    -------
    tuple[float, bool]
        The CPU seconds so far, 0 for a process that has ended. Descendants that ended and were not
        waited for are not counted. Processes that wait for a processor or a disk count as running.
    """
    used, computes = 0.0, False
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            with contextlib.suppress(psutil.Error):  # it has ended meanwhile
                used += sum(process.cpu_times()[:4])  # own time, and that of children that ended
                computes = computes or process.status() in _COMPUTING
    return used, computes


@contextlib.contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Block Ctrl-C in this block, and permanently in processes started in it.

    Does nothing on Windows, which has no signal masks.
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
    """Limit this process to so many additional bytes; beyond them it raises `MemoryError`.

    On Linux only. Child processes inherit the limit, unless started within `unbound_memory`.
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
    """Lift the limit of `bound_memory` in this block, to start a process with other limits."""
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
