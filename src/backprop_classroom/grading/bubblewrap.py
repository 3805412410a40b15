"""Tests whether bubblewrap works on this machine, and says what to change if it does not."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .sandbox_files import beside_usr

SECONDS = 60  # by the clock, for a trial that takes some milliseconds
_working: set[str] = set()  # programs whose trial has succeeded; every sandbox asks

# What a container has to be started with.
CONTAINER_OPTIONS = (
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined"
)
_README = 'README, "In a container"'
# Files of Linux; a value other than the second means that the kernel allows namespaces.
_SWITCHES = {
    "user.max_user_namespaces": ("0", "15000"),
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
}


@dataclass(frozen=True)
class Machine:
    """What tells why bubblewrap fails here.

    Attributes
    ----------
    in_container
        Whether this is a container.
    as_root
        Whether this process runs as root.
    settings
        Of the kernel, by name; those that it does not have are missing.
    """

    in_container: bool
    as_root: bool
    settings: dict[str, str]

    @classmethod
    def this(cls, root: Path = Path("/")) -> "Machine":
        """Return what is known of this machine, whose files lie below `root`."""
        marks = (root / ".dockerenv", root / "run/.containerenv")
        in_container = (
            any(mark.exists() for mark in marks) or "KUBERNETES_SERVICE_HOST" in os.environ
        )
        settings = {}
        for name in _SWITCHES:
            try:
                settings[name] = (root / "proc/sys" / name.replace(".", "/")).read_text().strip()
            except OSError:
                continue
        return cls(in_container, os.getuid() == 0, settings)


def seal() -> list[str]:
    """Return the start of a command of bubblewrap: the namespaces and rights of a sandbox."""
    command = [
        "bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv",
    ]  # fmt: skip
    # Root needs no namespace of users to get in, and inside becomes nobody, which its
    # limits then bind.
    capabilities = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return command + (capabilities if os.getuid() == 0 else ["--unshare-user"])


def why_no_sandbox() -> str:
    """Say what this machine lacks for a sandbox and how to fix it, or return ""."""
    found = trouble()
    return ": ".join(found) if found else ""


def trouble() -> tuple[str, str] | None:
    """Return what this machine lacks for a sandbox, and how to fix it; or None."""
    if not sys.platform.startswith("linux"):
        where = "in WSL or " if sys.platform == "win32" else ""
        return (
            "bubblewrap, the sandbox for student code, exists on Linux only",
            f"grade {where}in the container that the Dockerfile makes ({_README})",
        )
    program = shutil.which("bwrap")
    if program is None:
        mending = "apt install bubblewrap (Debian, Ubuntu); dnf install bubblewrap (Fedora)"
        return "bubblewrap is not installed", mending
    from backprop.sandbox.system_calls import filter_library  # importable on Linux only

    if filter_library() is None:
        return "libseccomp is not installed", "apt install libseccomp2 (Debian, Ubuntu)"
    return _trouble_with(program)


def _trouble_with(program: str) -> tuple[str, str] | None:
    """Try it, unless it has worked before. What has failed may work the next time."""
    if program in _working:
        return None
    shown = ["--ro-bind", "/usr", "/usr", *beside_usr(), "--proc", "/proc", "--dev", "/dev"]
    try:
        done = subprocess.run(
            [program, *seal()[1:], *shown, "/bin/sh", "-c", ":"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap cannot be run ({error})", f"install it again; the program was {program}"
    if done.returncode == 0:
        _working.add(program)
        return None
    said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    said = said.removeprefix("bwrap: ").partition(". See <")[0]  # a page of Debian's
    return f"bubblewrap does not work here ({said})", mending(said, Machine.this())


def mending(said: str, machine: Machine) -> str:
    """Return what to do where bubblewrap does not work.

    Parameters
    ----------
    said
        What bubblewrap said.
    machine
        What is known of the machine.
    """
    if machine.in_container:
        return _of_container(machine)
    for name, (forbidding, allowing) in _SWITCHES.items():
        if machine.settings.get(name) == forbidding:
            return _switched(name, allowing)
    if "ENOSPC" in said or "No space left" in said:
        return _switched("user.max_user_namespaces", "15000")
    return (
        "this system forbids namespaces. If it is a container, start it with "
        f"{CONTAINER_OPTIONS}; otherwise ask the administrator to allow user namespaces for bwrap"
    )


def _of_container(machine: Machine) -> str:
    user = "as an ordinary user and " if machine.as_root else ""
    host = ""
    if machine.settings.get("kernel.apparmor_restrict_unprivileged_userns") == "1":
        host = "; on its host: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    return f"a container has to be started {user}with {CONTAINER_OPTIONS}{host} ({_README})"


def _switched(name: str, value: str) -> str:
    said = f"the kernel's setting {name} forbids it: sudo sysctl -w {name}={value}"
    kept = f"to keep it, put {name}={value} into a file in /etc/sysctl.d/"
    if name.startswith("kernel.apparmor"):
        kept = 'README, "Where bubblewrap is forbidden", has a profile that allows bwrap alone'
    return f"{said} ({kept})"
