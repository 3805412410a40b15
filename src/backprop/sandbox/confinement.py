"""Confine a process before it runs student code (Linux only).

`backprop_classroom.grading.sandbox` starts the process.
"""

import ctypes
import fcntl
import os
import resource
import signal
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

_NAMESPACES = {
    "mount": 0x00020000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
_READ_ONLY, _NO_SUID, _NO_DEVICES, _REMOUNT, _BIND = 1, 2, 4, 32, 4096
_SET_DUMPABLE, _SET_PARENT_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES, _DROP_CAPABILITY = 4, 1, 38, 24

NOBODY = 65534
DEVICES = ("null", "zero", "full", "random", "urandom")  # available devices besides terminals
TERMINALS = 16
_FIRST_TO_END = 1000  # the highest oom_score_adj


class Confinement:
    """The confinement of one process.

    Parameters
    ----------
    scratch
        The only folder to which the process may write.
    limits
        A dict of the fields of `backprop_classroom.limits.Limits`.
    """

    def __init__(self, scratch: str | Path, limits: Mapping[str, Any]) -> None:
        self._scratch, self._limits = str(scratch), dict(limits)

    def become_nobody(self) -> None:
        """Drop root permanently if this process runs as root, to which some limits do not apply."""
        if os.getuid() == 0:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            # Without this, /proc/self would still belong to root.
            _done(_libc.prctl(_SET_DUMPABLE, 1, 0, 0, 0), "prctl")

    def enter_own_namespaces(self) -> None:
        """Enter new namespaces for network, users, mounts, processes and others.

        The process namespace applies to the children only.
        """
        uid, gid = os.getuid(), os.getgid()
        _done(_libc.unshare(sum(_NAMESPACES.values())), "unshare")
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{NOBODY} {uid} 1"),
            ("gid_map", f"{NOBODY} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(line)

    def die_with_parent(self) -> None:
        """Make the kernel end this process when its parent ends."""
        _done(_libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0), "prctl")

    def own_descriptors(self, kept: int) -> None:
        """Stop sharing open files, with their positions and locks, with other notebooks.

        Regular files, such as fonts, are reopened; all other files are closed.

        Parameters
        ----------
        kept
            A descriptor to keep, in addition to standard input, output and error.
        """
        for name in os.listdir("/proc/self/fd"):
            number = int(name)
            if number <= 2 or number == kept:
                continue
            try:
                if stat.S_ISREG(os.fstat(number).st_mode):
                    _open_anew(number)
                else:
                    os.close(number)
            except OSError:
                continue  # the descriptor of the listing itself

    def lay_out_folders(self) -> None:
        """Mount private folders over everything that is writable, and an empty one over /proc.

        They are removed together with the process.
        """
        flags = _NO_SUID | _NO_DEVICES
        size = self._limits["scratch"]
        _mount(self._scratch, flags, f"size={size},nr_inodes=4096,mode=700")
        self._lay_out_devices(flags, size // 4)
        _mount("/proc", flags | _READ_ONLY, "size=4k,nr_inodes=2")

    def _lay_out_devices(self, flags: int, size: int) -> None:
        # Keep descriptors of the devices, since the new mount hides them.
        kept = {name: os.open(f"/dev/{name}", os.O_PATH) for name in DEVICES}
        _mount("/dev", _NO_SUID, "size=64k,nr_inodes=64,mode=755")
        for name, descriptor in kept.items():
            os.close(os.open(f"/dev/{name}", os.O_CREAT | os.O_WRONLY, 0o644))
            source = f"/proc/self/fd/{descriptor}".encode()
            place = f"/dev/{name}"
            _done(_libc.mount(source, place.encode(), None, _BIND, None), f"mount on {place}")
            os.close(descriptor)
        for place in ("/dev/shm", "/dev/pts"):
            os.mkdir(place)
        _mount("/dev/shm", flags, f"size={size},nr_inodes=256,mode=700")
        options = f"newinstance,ptmxmode=0666,mode=620,max={TERMINALS}"
        _mount("/dev/pts", _NO_SUID, options, kind="devpts")
        os.symlink("pts/ptmx", "/dev/ptmx")
        _done(_libc.mount(None, b"/dev", None, _REMOUNT | _READ_ONLY | _NO_SUID, None), "/dev")

    def be_first_to_end(self) -> None:
        """Make the kernel end this process first if the sandbox runs out of memory."""
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(_FIRST_TO_END))

    def set_limits(self, sealed: bool) -> None:
        """Limit the resources of this process and of each of its children."""
        bounds = [
            ("RLIMIT_AS", _size_of_this_process() + self._limits["memory"]),
            ("RLIMIT_CPU", int(self._limits["submission_seconds"]) + 1),
            ("RLIMIT_FSIZE", self._limits["scratch"]),
            ("RLIMIT_NOFILE", self._limits["open_files"]),
            ("RLIMIT_CORE", 0),
            ("RLIMIT_MSGQUEUE", 0),
        ]
        if sealed:  # otherwise this would count all processes of the user
            bounds.append(("RLIMIT_NPROC", self._limits["processes"]))
        for name, most in bounds:
            if hasattr(resource, name):
                resource.setrlimit(getattr(resource, name), (most, most))

    def give_up_privileges(self) -> None:
        """Drop all capabilities of this process and its children."""
        for capability in range(64):
            if _libc.prctl(_DROP_CAPABILITY, capability, 0, 0, 0) != 0:
                break  # the kernel has no further capabilities
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        _done(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
        _done(_libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")


def _open_anew(descriptor: int) -> None:
    mode = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
    own = os.open(f"/proc/self/fd/{descriptor}", mode)
    os.lseek(own, os.lseek(descriptor, 0, os.SEEK_CUR), os.SEEK_SET)
    os.dup2(own, descriptor, inheritable=False)
    os.close(own)


def _mount(place: str, flags: int, options: str, kind: str = "tmpfs") -> None:
    name = kind.encode()
    result = _libc.mount(name, place.encode(), name, flags, options.encode())
    _done(result, f"mount on {place}")


def _size_of_this_process() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # there is no /proc, as on macOS
        return 8 * 2**30


def _done(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno() or abs(result)
        raise OSError(number, f"{what}: {os.strerror(number)}")
