"""The resource usage of a notebook's processes, read from /proc (Linux only)."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass

SOCKET_BYTES = 212_992  # the maximum buffer of one socket; that of a pipe is smaller
_LOWEST = 19  # priority

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Process:
    """A process in the sandbox.

    Attributes
    ----------
    id, parent
        The process id and that of the parent.
    resident
        The resident memory in bytes, including memory shared with other processes.
    """

    id: int
    parent: int
    resident: int


def others() -> list[Process]:
    """Return the processes of the sandbox except this one and the first, which is bubblewrap."""
    numbers = (int(name) for name in os.listdir("/proc") if name.isdigit())
    found = (_process(number) for number in numbers if number not in (1, os.getpid()))
    return [one for one in found if one is not None]


def _process(number: int) -> Process | None:
    try:
        with open(f"/proc/{number}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:  # the process has ended
        return None
    return Process(number, int(fields[1]), int(fields[21]) * _PAGE)


def own_memory(processes: Iterable[int]) -> int:
    """Return the memory in bytes that these processes use and that no file backs.

    Memory that several of them share is counted once, unless other processes share it, too.
    """
    return sum(map(_own_memory, processes))


def _own_memory(number: int) -> int:
    try:
        with open(f"/proc/{number}/smaps_rollup") as file:
            lines = [line.split() for line in file]
    except OSError:  # the process has ended
        return 0
    return 1024 * sum(int(line[1]) for line in lines if line[0] in ("Pss_Anon:", "Pss_Shmem:"))


def takes_more(most: int, processes: Iterable[Process], base: int) -> bool:
    """Return whether processes exceed their memory limit, including their socket buffers.

    Parameters
    ----------
    most
        The limit in bytes.
    processes
        All processes that this one has started.
    base
        The `own_memory` of this process before it started them.
    """
    several = list(processes)
    waiting = SOCKET_BYTES * sum(_open_files(one.id) for one in several)
    if waiting + sum(one.resident for one in several) <= most:  # the faster test
        return False
    return waiting + own_memory([os.getpid(), *(one.id for one in several)]) - base > most


def _open_files(number: int) -> int:
    try:
        return len(os.listdir(f"/proc/{number}/fd"))
    except OSError:  # the process has ended
        return 0


class Background:
    """Give the processes that a notebook starts the lowest priority, to protect other notebooks.

    Parameters
    ----------
    child
        The parent of the notebook's main process, which keeps its priority.
    """

    def __init__(self, child: int) -> None:
        self._child = child
        self._threads: set[int] = set()

    def include(self, processes: Iterable[Process]) -> None:
        """Lower the priority of new processes and threads."""
        for one in processes:
            if one.id == self._child:
                continue
            main = one.id if one.parent == self._child else None
            for thread in _threads(one.id) - self._threads - {main}:
                self._threads.add(thread)
                with contextlib.suppress(OSError):  # the thread has ended
                    os.setpriority(os.PRIO_PROCESS, thread, _LOWEST)


def _threads(number: int) -> set[int]:
    try:
        return set(map(int, os.listdir(f"/proc/{number}/task")))
    except OSError:  # the process has ended
        return set()
