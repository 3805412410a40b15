"""A control group of the kernel around one sandbox, where this process may make one.

Version 2 is used where it holds the memory controller, else version 1. The group gets the same
share of the processor as any other, whatever runs in it, and its memory has a limit that counts
what the kernel holds for it too. Where no group can be made, `backprop.sandbox.usage` does what
can be done from within.
"""

import contextlib
import itertools
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

PREFIX = "backprop-"
ATTEMPTS = 300  # to remove a group; what is left after that, the next grader removes
_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")

# Names of files: the memory in use, its limit, the count of processes ended for lack of it.
_VERSION_1 = "memory.usage_in_bytes", "memory.limit_in_bytes", "memory.oom_control"
_VERSION_2 = "memory.current", "memory.max", "memory.events"

# Enters some groups, then becomes the command that follows.
_ENTER = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"'

_numbers = itertools.count()


class ControlGroup:
    """The control group of one sandbox; `make` makes it.

    Parameters
    ----------
    folders
        Of the group, that of its memory first.
    files
        The names of the files for memory.
    """

    def __init__(self, folders: Sequence[Path], files: tuple[str, str, str]) -> None:
        self._folders = list(folders)
        self._used, self._limit, self._events = (folders[0] / name for name in files)
        self._ended = self._count_ended()

    @classmethod
    def make(cls, root: Path = _ROOT, own: Path = _OWN) -> Self | None:
        """Return a new group, or None where this process may not make one.

        Parameters
        ----------
        root
            Where control groups are mounted.
        own
            The file that names the groups of this process.
        """
        name = f"{PREFIX}{os.getpid()}-{next(_numbers)}"
        at = _own_groups(own)
        folder = _new_group(root, at.get("", "/"), name, _VERSION_2[1])
        if folder is not None:
            return cls([folder], _VERSION_2)
        folder = _new_group(root / "memory", at.get("memory", "/"), name, _VERSION_1[1])
        if folder is None:
            return None
        processor = _new_group(root / "cpu", at.get("cpu", "/"), name, "cpu.shares")
        return cls([folder, *([processor] if processor else [])], _VERSION_1)

    def entering(self, command: Sequence[str]) -> list[str]:
        """Return a command that enters the group and then becomes the given one."""
        return ["/bin/sh", "-c", _ENTER, "sh", *map(str, self._folders), "--", *command]

    def allow(self, more: int) -> None:
        """Set the limit: so many bytes of memory more than the group takes now."""
        self._limit.write_text(str(int(self._used.read_text()) + more))

    def ended_some(self) -> bool:
        """Tell whether the kernel has ended a process for its memory since this was last asked."""
        before, self._ended = self._ended, self._count_ended()
        return self._ended > before

    def remove(self) -> None:
        """Remove the group, whose processes have ended or are about to."""
        for folder in self._folders:
            for _ in range(ATTEMPTS):
                try:
                    folder.rmdir()
                    break
                except OSError:  # the kernel has not taken all of them out yet
                    time.sleep(0.01)

    def _count_ended(self) -> int:
        found = re.search(r"^oom_kill (\d+)$", self._events.read_text(), re.MULTILINE)
        return int(found[1]) if found else 0


def _own_groups(own: Path) -> dict[str, str]:
    """Return the group that this process is in, by controller; "" stands for version 2."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return {}
    fields = (line.split(":", 2) for line in lines)
    return {name: path for _, names, path in fields for name in names.split(",")}


def _new_group(mounted: Path, path: str, name: str, needed: str) -> Path | None:
    """Make a group below that of this process, or below one around it.

    Parameters
    ----------
    mounted
        Where the controller is mounted.
    path
        The group of this process.
    name
        Of the new group.
    needed
        A file that the new group must have: then the controller counts what is in it.
    """
    for parent in _from_inside(mounted, path):
        folder = parent / name
        try:
            _remove_old(parent)
            folder.mkdir()
        except OSError:
            continue  # not there, or not this user's
        if os.access(folder / needed, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK):
            return folder
        folder.rmdir()
    return None


def _from_inside(mounted: Path, path: str) -> Iterator[Path]:
    # A container may see its own group as the root, and still be told its path outside.
    own = mounted / path.lstrip("/")
    for folder in (own, *own.parents):
        if folder == mounted or mounted in folder.parents:
            yield folder


def _remove_old(parent: Path) -> None:
    """Remove the groups of graders that were killed."""
    for folder in parent.glob(f"{PREFIX}*-*"):
        process = folder.name[len(PREFIX) :].split("-")[0]
        if process.isdigit() and not os.path.exists(f"/proc/{process}"):
            with contextlib.suppress(OSError):  # something still runs in it
                folder.rmdir()
