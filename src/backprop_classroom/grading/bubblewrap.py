"""Tests whether bubblewrap works on this machine, and explains how to fix it if not."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .sandbox_files import beside_usr

SECONDS = 60  # wall-clock limit of a trial run, which takes a few milliseconds
_working: set[str] = set()  # programs whose trial run succeeded: a cache for later sandboxes

# Options to start a container with.
CONTAINER_OPTIONS = (
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined"
)
_README = 'README, "In a container"'
# Kernel settings: the value that forbids namespaces, and a value that allows them.
_SWITCHES = {
    "user.max_user_namespaces": ("0", "15000"),
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
}


@dataclass(frozen=True)
class Machine:
    """Facts about a machine that explain why bubblewrap fails on it.

    Attributes
    ----------
    in_container
        Whether this is a container.
    as_root
        Whether this process runs as root.
    settings
        The values of the kernel settings in `_SWITCHES`, without those that do not exist.
    """

    in_container: bool
    as_root: bool
    settings: dict[str, str]

    @classmethod
    def this(cls, root: Path = Path("/")) -> "Machine":
        """Return the facts about this machine, whose file system is mounted at `root`."""
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
    """Return the start of a bubblewrap command: the namespaces and capabilities of a sandbox."""
    command = [
        "bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv",
    ]  # fmt: skip
    # Root needs no user namespace. Inside, it switches to the user nobody, because resource
    # limits do not apply to root.
    capabilities = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return command + (capabilities if os.getuid() == 0 else ["--unshare-user"])


def why_no_sandbox() -> str:
    """Return a message that says what a sandbox lacks here and how to fix it, or ""."""
    found = trouble()
    return ": ".join(found) if found else ""


def trouble() -> tuple[str, str] | None:
    """Return what a sandbox lacks on this machine and how to fix it, or None."""
    if not sys.platform.startswith("linux"):
        where = "in WSL or " if sys.platform == "win32" else ""
        return (
            "bubblewrap, the sandbox for student code, exists on Linux only",
            f"grade {where}in the container that the Dockerfile builds ({_README})",
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
    """Run bubblewrap once, unless a trial run succeeded before; failures are not cached."""
    if program in _working:
        return None
    shown = ["--ro-bind", "/usr", "/usr", *beside_usr(), "--proc", "/proc", "--dev", "/dev"]
    try:
        done = subprocess.run(
            [program, *seal()[1:], *shown, "/bin/sh", "-c", ":"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap cannot be run ({error})", f"reinstall it; the program was {program}"
    if done.returncode == 0:
        _working.add(program)
        return None
    said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    said = said.removeprefix("bwrap: ").partition(". See <")[0]  # a link to Debian's documentation
    return f"bubblewrap does not work here ({said})", mending(said, Machine.this())


def mending(said: str, machine: Machine) -> str:
    """Return what to do if bubblewrap does not work.

    Parameters
    ----------
    said
        The error message of bubblewrap.
    machine
        The facts about the machine.
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
    return f"start the container {user}with {CONTAINER_OPTIONS}{host} ({_README})"


def _switched(name: str, value: str) -> str:
    said = f"the kernel setting {name} forbids it: sudo sysctl -w {name}={value}"
    kept = f"to make it permanent, put {name}={value} into a file in /etc/sysctl.d/"
    if name.startswith("kernel.apparmor"):
        kept = 'README, "Where bubblewrap is forbidden", has a profile that allows bwrap alone'
    return f"{said} ({kept})"
