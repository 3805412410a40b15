"""A Linux control group around one sandbox, if this process may create one.

Version 2 is used if it has the memory controller, otherwise version 1. Every group gets the same
share of the processor, however many processes it contains. Its memory limit includes the memory
that the kernel allocates for it. If no group can be created, `backprop.sandbox.usage` limits the
memory from inside the sandbox.
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
ATTEMPTS = 300  # to remove a group; if all fail, the next `make grade` removes it
_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")

# File names: memory in use, memory limit, number of processes killed for lack of memory.
_VERSION_1 = "memory.usage_in_bytes", "memory.limit_in_bytes", "memory.oom_control"
_VERSION_2 = "memory.current", "memory.max", "memory.events"

# Joins the groups before "--", then replaces itself with the command after it.
_ENTER = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"'

_numbers = itertools.count()


class ControlGroup:
    """The control group of one sandbox; create it with `make`.

    Parameters
    ----------
    folders
        The folders of the group, the one of the memory controller first.
    files
        The names of the memory files, as in `_VERSION_2`.
    """

    def __init__(self, folders: Sequence[Path], files: tuple[str, str, str]) -> None:
        self._folders = list(folders)
        self._used, self._limit, self._events = (folders[0] / name for name in files)
        self._ended = self._count_ended()

    @classmethod
    def make(cls, root: Path = _ROOT, own: Path = _OWN) -> Self | None:
        """Return a new group, or None if this process may not create one.

        Parameters
        ----------
        root
            The mount point of the control groups.
        own
            The file that lists the groups of this process.
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
        """Return a command that joins the group and then runs the given command."""
        return ["/bin/sh", "-c", _ENTER, "sh", *map(str, self._folders), "--", *command]

    def allow(self, more: int) -> None:
        """Set the memory limit to the current use plus `more` bytes."""
        self._limit.write_text(str(int(self._used.read_text()) + more))

    def ended_some(self) -> bool:
        """Return whether the kernel killed a process for lack of memory since the last call."""
        before, self._ended = self._ended, self._count_ended()
        return self._ended > before

    def remove(self) -> None:
        """Remove the group; its processes must have ended or be about to end."""
        for folder in self._folders:
            for _ in range(ATTEMPTS):
                try:
                    folder.rmdir()
                    break
                except OSError:  # the kernel has not removed all processes yet
                    time.sleep(0.01)

    def _count_ended(self) -> int:
        found = re.search(r"^oom_kill (\d+)$", self._events.read_text(), re.MULTILINE)
        return int(found[1]) if found else 0


def _own_groups(own: Path) -> dict[str, str]:
    """Return the group of this process, by controller; the key "" is version 2."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return {}
    fields = (line.split(":", 2) for line in lines)
    return {name: path for _, names, path in fields for name in names.split(",")}


def _new_group(mounted: Path, path: str, name: str, needed: str) -> Path | None:
    """Create a group inside the group of this process, or inside one of its parents.

    Parameters
    ----------
    mounted
        The mount point of the controller.
    path
        The group of this process.
    name
        The name of the new group.
    needed
        A file that the new group must contain: it shows that the controller is active there.
    """
    for parent in _from_inside(mounted, path):
        folder = parent / name
        try:
            _remove_old(parent)
            folder.mkdir()
        except OSError:
            continue  # the folder is missing, or belongs to another user
        if os.access(folder / needed, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK):
            return folder
        folder.rmdir()
    return None


def _from_inside(mounted: Path, path: str) -> Iterator[Path]:
    # A container may have its own group as the root, although /proc gives the path on the host.
    own = mounted / path.lstrip("/")
    for folder in (own, *own.parents):
        if folder == mounted or mounted in folder.parents:
            yield folder


def _remove_old(parent: Path) -> None:
    """Remove the groups of `make grade` processes that were killed."""
    for folder in parent.glob(f"{PREFIX}*-*"):
        process = folder.name[len(PREFIX) :].split("-")[0]
        if process.isdigit() and not os.path.exists(f"/proc/{process}"):
            with contextlib.suppress(OSError):  # a process still runs in it
                folder.rmdir()
