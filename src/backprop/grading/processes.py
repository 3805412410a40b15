"""What the processes of a notebook have used."""

import contextlib

import psutil


def cpu_seconds_of(pid: int) -> float:
    """Return the CPU seconds that a process and everything below it have used so far.

    Returns 0 for a process that has ended. What ended without anybody waiting for it is missing.
    """
    used = 0.0
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            with contextlib.suppress(psutil.Error):  # it has ended meanwhile
                used += sum(process.cpu_times()[:4])  # its own, and of its children that ended
    return used
