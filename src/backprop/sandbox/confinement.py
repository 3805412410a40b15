"""Shuts a process in before it runs student code, on Linux only.

See `backprop_classroom.grading.sandbox` for what starts it.
"""

import ctypes
import ctypes.util
import os
import resource
import signal
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
_READ_ONLY, _NO_SUID, _NO_DEVICES = 1, 2, 4
_SET_DUMPABLE, _SET_PARENT_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES, _DROP_CAPABILITY = 4, 1, 38, 24

NOBODY = 65534
_FAMILIES = {1, 2, 10, 16}  # of sockets: of this machine, internet 4 and 6, netlink

# Calls that no notebook needs: those that reach into the kernel's rarely used parts,
# into other processes, or keep memory where no limit counts it.
FORBIDDEN = """
    acct add_key bpf chroot clone3 delete_module fanotify_init finit_module fsconfig fsmount fsopen
    fspick init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl
    kcmp kexec_file_load kexec_load keyctl landlock_create_ruleset lookup_dcookie mbind memfd_create
    memfd_secret migrate_pages mount mount_setattr move_mount move_pages mq_open msgget
    name_to_handle_at nfsservctl open_by_handle_at open_tree perf_event_open personality
    pidfd_getfd pivot_root process_madvise process_vm_readv process_vm_writev ptrace quotactl
    quotactl_fd reboot request_key semget set_mempolicy setdomainname sethostname setns
    settimeofday shmget swapoff swapon syslog umount2 unshare userfaultfd vhangup
""".split()


class _Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    ]


class Confinement:
    """The walls around one process.

    Parameters
    ----------
    scratch
        The only folder that it may write to.
    limits
        A dict of the fields of `backprop_classroom.limits.Limits`.
    """

    _library: ctypes.CDLL  # both from `make_filter` on
    _rules: int

    def __init__(self, scratch: str | Path, limits: Mapping[str, Any]) -> None:
        self._scratch, self._limits = str(scratch), dict(limits)

    def become_nobody(self) -> None:
        """Give up root for good, if this process has it: its limits would bind nobody."""
        if os.getuid() == 0:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            # Without this, /proc/self would go on belonging to root.
            _done(_libc.prctl(_SET_DUMPABLE, 1, 0, 0, 0), "prctl")

    def enter_own_namespaces(self) -> None:
        """Leave the network, users, mounts and processes of the rest; children come after."""
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
        """Have the kernel end this process when the one that made it ends."""
        _done(_libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0), "prctl")

    def empty_folders(self) -> None:
        """Lay fresh, empty folders over everything that can be written, and over /proc."""
        flags = _NO_SUID | _NO_DEVICES
        size = self._limits["scratch"]
        _mount(self._scratch, flags, f"size={size},nr_inodes=4096,mode=700")
        _mount("/dev/shm", flags, f"size={size // 4},nr_inodes=256,mode=700")
        _mount("/proc", flags | _READ_ONLY, "size=4k,nr_inodes=2")

    def set_limits(self, sealed: bool) -> None:
        """Bound what this process and each of its children can take."""
        bounds = [
            ("RLIMIT_AS", _size_of_this_process() + self._limits["memory"]),
            ("RLIMIT_CPU", int(self._limits["submission_seconds"]) + 1),
            ("RLIMIT_FSIZE", self._limits["scratch"]),
            ("RLIMIT_NOFILE", self._limits["open_files"]),
            ("RLIMIT_CORE", 0),
            ("RLIMIT_MSGQUEUE", 0),
        ]
        if sealed:  # elsewhere this would count everything that the user runs
            bounds.append(("RLIMIT_NPROC", self._limits["processes"]))
        for name, most in bounds:
            if hasattr(resource, name):
                resource.setrlimit(getattr(resource, name), (most, most))

    def give_up_privileges(self) -> None:
        """Drop all capabilities, for this process and whatever it starts."""
        for capability in range(64):
            if _libc.prctl(_DROP_CAPABILITY, capability, 0, 0, 0) != 0:
                break  # the kernel has no more of them
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        _done(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
        _done(_libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")

    def make_filter(self) -> None:
        """Put the filter of system calls together, once for all processes forked from this one.

        It refuses what is in `FORBIDDEN`, and new namespaces.
        """
        library = ctypes.CDLL(filter_library(), use_errno=True)
        library.seccomp_init.restype = ctypes.c_void_p
        library.seccomp_rule_add_array.argtypes = [
            ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p,
        ]  # fmt: skip
        library.seccomp_load.argtypes = [ctypes.c_void_p]
        allow, refuse = 0x7FFF0000, 0x00050000
        equal, greater, masked_equal = 4, 6, 7
        permission, missing = 1, 38
        rules = library.seccomp_init(ctypes.c_uint32(allow))
        for name in FORBIDDEN:
            number = library.seccomp_syscall_resolve_name(name.encode())
            if number == -1:
                continue  # this kernel's headers do not know it, and no program here can
            # Without clone3, the C library falls back on clone, whose flags can be looked at.
            error = missing if name == "clone3" else permission
            library.seccomp_rule_add_array(rules, refuse | error, number, 0, None)
        clone = library.seccomp_syscall_resolve_name(b"clone")
        for flag in _NAMESPACES.values():
            comparison = (_Comparison * 1)(_Comparison(0, masked_equal, flag, flag))
            library.seccomp_rule_add_array(rules, refuse | permission, clone, 1, comparison)
        # Only sockets that a network namespace closes; there are others, as to a machine's host.
        socket = library.seccomp_syscall_resolve_name(b"socket")
        for family in set(range(64)) - _FAMILIES:
            comparison = (_Comparison * 1)(_Comparison(0, equal, family, 0))
            library.seccomp_rule_add_array(rules, refuse | permission, socket, 1, comparison)
        comparison = (_Comparison * 1)(_Comparison(0, greater, 63, 0))
        library.seccomp_rule_add_array(rules, refuse | permission, socket, 1, comparison)
        self._library, self._rules = library, rules

    def filter_system_calls(self) -> None:
        """Have the kernel apply the filter to this process and whatever it starts."""
        _done(self._library.seccomp_load(self._rules), "seccomp_load")


def filter_library() -> str | None:
    """Return the name of libseccomp, or None where it is not installed."""
    # Asked for by its usual name first: to look for it starts other programs.
    return _loadable("libseccomp.so.2") or ctypes.util.find_library("seccomp")


def _loadable(name: str) -> str | None:
    try:
        ctypes.CDLL(name)
    except OSError:
        return None
    return name


def _mount(place: str, flags: int, options: str) -> None:
    result = _libc.mount(b"tmpfs", place.encode(), b"tmpfs", flags, options.encode())
    _done(result, f"mount on {place}")


def _size_of_this_process() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # no /proc, as on macOS
        return 8 * 2**30


def _done(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno() or abs(result)
        raise OSError(number, f"{what}: {os.strerror(number)}")
