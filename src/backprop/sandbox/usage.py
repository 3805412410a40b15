"""What the processes of a notebook take of the machine, as /proc tells it, on Linux only."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass

SOCKET_BYTES = 212_992  # the most that waits in one socket; in a pipe it is less
_LOWEST = 19  # priority

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Process:
    """A process in the sandbox.

    Attributes
    ----------
    id, parent
        As the kernel numbers them.
    resident
        Bytes of memory that it has in use, those included that it shares with others.
    """

    id: int
    parent: int
    resident: int


def others() -> list[Process]:
    """Return the processes of the sandbox beside this one and the first, which is bubblewrap."""
    numbers = (int(name) for name in os.listdir("/proc") if name.isdigit())
    found = (_process(number) for number in numbers if number not in (1, os.getpid()))
    return [one for one in found if one is not None]


def _process(number: int) -> Process | None:
    try:
        with open(f"/proc/{number}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:  # it is gone
        return None
    return Process(number, int(fields[1]), int(fields[21]) * _PAGE)


def own_memory(processes: Iterable[int]) -> int:
    """Return the bytes of memory that these processes hold and that are in no file.

    What several of them share counts once, as far as no other process has it too.
    """
    return sum(map(_own_memory, processes))


def _own_memory(number: int) -> int:
    try:
        with open(f"/proc/{number}/smaps_rollup") as file:
            lines = [line.split() for line in file]
    except OSError:  # it is gone
        return 0
    return 1024 * sum(int(line[1]) for line in lines if line[0] in ("Pss_Anon:", "Pss_Shmem:"))


def takes_more(most: int, processes: Iterable[Process], base: int) -> bool:
    """Tell whether processes take more memory than they may, what waits in their sockets included.

    Parameters
    ----------
    most
        Bytes.
    processes
        All that this process has started.
    base
        The `own_memory` of this process before it started them.
    """
    several = list(processes)
    waiting = SOCKET_BYTES * sum(_open_files(one.id) for one in several)
    if waiting + sum(one.resident for one in several) <= most:  # quicker to find out
        return False
    return waiting + own_memory([os.getpid(), *(one.id for one in several)]) - base > most


def _open_files(number: int) -> int:
    try:
        return len(os.listdir(f"/proc/{number}/fd"))
    except OSError:  # it is gone
        return 0


class Background:
    """Gives what a notebook starts the lowest priority, so that other notebooks keep their share.

    Parameters
    ----------
    child
        The process whose child is the notebook's own, which keeps its priority.
    """

    def __init__(self, child: int) -> None:
        self._child = child
        self._threads: set[int] = set()

    def include(self, processes: Iterable[Process]) -> None:
        """Lower the priority of those that are new."""
        for one in processes:
            if one.id == self._child:
                continue
            main = one.id if one.parent == self._child else None
            for thread in _threads(one.id) - self._threads - {main}:
                self._threads.add(thread)
                with contextlib.suppress(OSError):  # it is gone
                    os.setpriority(os.PRIO_PROCESS, thread, _LOWEST)


def _threads(number: int) -> set[int]:
    try:
        return set(map(int, os.listdir(f"/proc/{number}/task")))
    except OSError:  # it is gone
        return set()
