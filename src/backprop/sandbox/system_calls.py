"""The system calls that a notebook in a sandbox may make (Linux only).

The filter is an allow list. For every other call the kernel reports that the call does not exist,
so that programs fall back to older calls.
"""

import ctypes
import ctypes.util
import os

# The calls that Python, numpy, matplotlib, a shell and common programs need. Not included are calls
# that use rarely used parts of the kernel, access other processes, use resources of the whole
# machine (asynchronous input and output, file watches, message queues), or allocate memory that no
# limit counts.
ALLOWED = """
    _llseek access alarm arch_prctl arm_fadvise64_64 brk capget capset chdir chmod chown
    clock_getres clock_gettime clock_nanosleep close close_range copy_file_range creat dup dup2 dup3
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
    execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir fchmod
    fchmodat fchmodat2 fchown fchownat fdatasync fgetxattr flistxattr fork fstat fstat64
    fstatfs fsync ftruncate futex futex_requeue futex_wait futex_waitv futex_wake futimesat
    get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid geteuid getgid
    getgroups getitimer getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid
    getrlimit getrusage getsid gettid gettimeofday getuid getxattr ioprio_get kill
    lchown lgetxattr link linkat listxattr llistxattr lseek lstat lstat64 madvise membarrier
    map_shadow_stack mincore mkdir mkdirat mknod mknodat mlock mmap mmap2 mprotect mremap
    mseal msync munlock munmap
    nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2
    poll ppoll ppoll_time64 pread64 preadv preadv2 prlimit64 pselect6 pselect6_time64 pwrite64
    pwritev pwritev2 read readahead readlink readlinkat readv rename renameat renameat2
    restart_syscall riscv_flush_icache rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask
    rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
    sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
    sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_yield
    select sendfile set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid
    setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit
    setuid sigaltstack signalfd signalfd4 splice stat stat64 statfs statfs64 statx symlink
    symlinkat sync sync_file_range sysinfo tee tgkill time timer_create timer_delete
    timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime
    times tkill truncate umask uname unlink unlinkat utime utimensat utimensat_time64 utimes vfork
    wait4 waitid waitpid write writev
    accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg
    sendmmsg sendmsg sendto shutdown socketpair
""".split()

_NAMESPACES = 0x7E020080  # the flags of clone that create namespaces
# The allowed values of arguments, for calls with many functions.
_SOCKETS = (1, 2, 10, 16)  # address families: Unix, IPv4, IPv6, netlink
_PROCESS_OPTIONS = (1, 2, 3, 15, 16, 21, 23, 29, 30, 36, 37, 38, 39, 0x53564D41)  # of prctl
_LEVELS = (0, 6, 17, 41, 270)  # of setsockopt, in addition to SOL_SOCKET
_SOCKET_OPTIONS = (2, 5, 6, 9, 10, 13, 15, 16, 20, 21)
_FILE_COMMANDS = (0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 36, 1025, 1030, 1032, 1034)  # of fcntl
# Calls that report success without doing anything.
_BUFFERS = (7, 8)  # options of setsockopt: SO_SNDBUF and SO_RCVBUF, for more memory
_LOCKS = (6, 7, 37, 38)  # of fcntl: F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
_CONTROL_TERMINAL = 0x540E  # of ioctl: TIOCSCTTY

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NOT_EQUAL, _EQUAL, _MASKED_EQUAL = 1, 4, 7
_NOT_PERMITTED, _NO_SUCH_CALL = 1, 38  # EPERM, ENOSYS


class _Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    ]


class SystemCallFilter:
    """The filter, which is built once for all processes forked from this one."""

    def __init__(self) -> None:
        library = ctypes.CDLL(filter_library(), use_errno=True)
        library.seccomp_init.restype = ctypes.c_void_p
        library.seccomp_rule_add_array.argtypes = [
            ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p,
        ]  # fmt: skip
        library.seccomp_load.argtypes = [ctypes.c_void_p]
        self._library = library
        self._rules = library.seccomp_init(ctypes.c_uint32(_ERRNO | _NO_SUCH_CALL))
        for name in ALLOWED:
            self._rule(_ALLOW, name)
        self._allow_some("socket", 0, _SOCKETS)
        # clone3 is not allowed, so that the C library uses clone, whose flags can be filtered.
        self._rule(_ALLOW, "clone", (0, _MASKED_EQUAL, _NAMESPACES, 0))
        # PR_SET_DUMPABLE is not allowed, since the parent reads the memory usage from /proc.
        self._allow_some("prctl", 0, _PROCESS_OPTIONS)
        self._allow_some("setsockopt", 1, _LEVELS)
        of_socket = (1, _EQUAL, 1)
        self._allow_some("setsockopt", 2, _SOCKET_OPTIONS, of_socket)
        self._do_nothing("setsockopt", 2, _BUFFERS, of_socket)
        # A process can lock files that it may only read, such as libraries, and another notebook
        # could observe the lock. Within one notebook the locks are not needed.
        for name in ("fcntl", "fcntl64"):
            self._allow_some(name, 1, _FILE_COMMANDS)
            self._do_nothing(name, 1, _LOCKS)
        self._rule(_ERRNO, "flock")
        # The kernel may divide CPU time between sessions, so that many sessions would take it from
        # other notebooks. Programs in a terminal work without a session of their own.
        self._rule(_ERRNO, "setsid")
        self._rule(_ALLOW, "ioctl", (1, _NOT_EQUAL, _CONTROL_TERMINAL))
        self._do_nothing("ioctl", 1, (_CONTROL_TERMINAL,))
        for name in ("setxattr", "lsetxattr", "fsetxattr"):  # programs that copy files accept this
            self._rule(_ERRNO | _NOT_PERMITTED, name)

    def load(self) -> None:
        """Apply the filter to this process and its children.

        Raises
        ------
        OSError
            If the kernel rejects the filter.
        """
        _done(self._library.seccomp_load(self._rules), "seccomp_load")

    def _allow_some(
        self, name: str, argument: int, values: tuple[int, ...], *others: tuple[int, ...]
    ) -> None:
        for value in values:
            self._rule(_ALLOW, name, (argument, _EQUAL, value), *others)

    def _do_nothing(
        self, name: str, argument: int, values: tuple[int, ...], *others: tuple[int, ...]
    ) -> None:
        """Report success for a call without executing it."""
        for value in values:
            self._rule(_ERRNO, name, (argument, _EQUAL, value), *others)

    def _rule(self, action: int, name: str, *conditions: tuple[int, ...]) -> None:
        number = self._library.seccomp_syscall_resolve_name(name.encode())
        if number == -1:
            return  # unknown to libseccomp, and therefore not in use on this system
        comparisons = (_Comparison * len(conditions))(
            *(_Comparison(*condition) for condition in conditions)
        )
        result = self._library.seccomp_rule_add_array(
            self._rules, action, number, len(conditions), comparisons
        )
        _done(result, f"the rule for {name}")


def _done(result: int, what: str) -> None:
    if result != 0:
        raise OSError(-result, f"{what}: {os.strerror(-result)}")


def filter_library() -> str | None:
    """Return the name of libseccomp, or None where it is not installed."""
    # Try the usual name first, because `find_library` starts other programs.
    return _loadable("libseccomp.so.2") or ctypes.util.find_library("seccomp")


def _loadable(name: str) -> str | None:
    try:
        ctypes.CDLL(name)
    except OSError:
        return None
    return name
