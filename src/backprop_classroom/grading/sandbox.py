"""Starts the bubblewrap sandbox in which student code runs.

The module `sandbox_files` defines which files the sandbox sees. The sandbox has no network, and
only folders in memory are writable.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backprop.sandbox.channel import AnswerTimeout, Channel, ConnectionClosed
from backprop.sandbox.messages import took_too_much
from backprop_judge import EXERCISES

from ..limits import LIMITS, Limits
from ..processes import unbound_memory, use_of
from .bubblewrap import seal, why_no_sandbox
from .control_group import ControlGroup
from .sandbox_files import (
    INNER_LIBRARIES,
    INNER_PACKAGE,
    files,
    font_lists,
    interpreter,
    library_folders,
    mounts,
    package_and_bytecode,
)

START_SECONDS = 600  # wall-clock time; the machine may be busy

# Garbage collection during the imports would take a tenth of their time.
_BOOT = (
    "import gc, sys; gc.disable(); sys.path[1:1] = sys.argv[2:]; "
    "from backprop.sandbox.zygote import main; main(int(sys.argv[1]))"
)


# The command that starts a sandbox, the file descriptors to pass to it, its scratch folder.
Start = tuple[list[str], list[int], str]


class NoSandbox(RuntimeError):
    """No sandbox can run on this machine; the message says what is missing."""


class SandboxFailed(RuntimeError):
    """The sandbox did not start, or failed while it was not running student code."""


class Sandbox:
    """A warm process that runs one notebook after another, each in a forked child process.

    Parameters
    ----------
    sealed
        Whether to use bubblewrap.
    limits
        The `Limits` of each notebook.
    hidden
        Folders that a sealed sandbox must not see, wherever they are.

    Raises
    ------
    NoSandbox
        If the sandbox should be sealed, but this machine does not allow it.
    SandboxFailed
        If it does not start.
    """

    def __init__(
        self, *, sealed: bool, limits: Limits = LIMITS, hidden: Sequence[str] = ()
    ) -> None:
        self.limits = limits
        self._cpu_seconds = self._cpu_seen = 0.0
        ours, theirs = socket.socketpair()
        self._control = ours
        self._channel = Channel(ours)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed with the sandbox
        start = _sealed if sealed else _unsealed
        command, descriptors, scratch = start(hidden)
        self._folder = None if sealed else Path(scratch).parent
        self._group = ControlGroup.make() if sealed else None
        command += [str(theirs.fileno()), *_search_path(sealed, scratch)]
        try:
            with unbound_memory():
                self._process = subprocess.Popen(
                    self._group.entering(command) if self._group else command,
                    pass_fds=[theirs.fileno(), *descriptors],
                    stdin=subprocess.DEVNULL,
                    stdout=self._said,
                    stderr=self._said,
                    env=_environment(scratch, sealed),
                    start_new_session=True,
                )
        finally:
            for descriptor in (*descriptors, theirs.detach()):
                os.close(descriptor)
        settings = {
            "do": "prepare",
            "sealed": sealed,
            "scratch": scratch,
            "limits": asdict(limits),
            "exercises": [
                {
                    "id": one.id, "lesson": one.lesson, "points": one.points,
                    "parameters": one.parameters, "manual": one.manual,
                }
                for one in EXERCISES.values()
            ],
        }  # fmt: skip
        try:
            self._control_message(settings, START_SECONDS)
        except SandboxFailed:
            self.close()
            raise

    def warm(self, converse: Callable[[Channel], None]) -> None:
        """Run trusted code in the warm process itself, before it forks.

        Parameters
        ----------
        converse
            Function that gets the `Channel` to the process and runs cells through it; see
            `Session`.
        """
        channel = self._hand_over("warm")
        converse(channel)
        channel.send({"do": "end"}, seconds=START_SECONDS)
        channel.close()
        self._answer(START_SECONDS)

    def open(self) -> Channel:
        """Start a process for one notebook; return the `Channel` to it.

        Raises
        ------
        SandboxFailed
            If bubblewrap does not work.
        """
        if self._group:
            # Slightly above the limit that is enforced, with a better message, inside the sandbox.
            self._group.allow(self.limits.memory * 5 // 4)
        channel = self._hand_over("open")
        try:
            first = channel.receive(START_SECONDS)
        except (ConnectionClosed, AnswerTimeout) as error:
            raise SandboxFailed(f"no notebook can be opened: {error}{self._last_words()}") from None
        if "open" not in first:
            raise SandboxFailed(f"no notebook can be opened: {first.get('failed')}")
        return channel

    def end(self, channel: Channel) -> str:
        """End the process of the open notebook; return why it had already ended, or ""."""
        channel.close()
        try:
            self._channel.send({"do": "kill"}, START_SECONDS)
        except ConnectionClosed:
            raise SandboxFailed(f"the sandbox has ended{self._last_words()}") from None
        why = str(self._answer(START_SECONDS).get("gone", ""))
        if not why and self._group and self._group.ended_some():
            return took_too_much(self.limits.memory)
        return why

    def use(self) -> tuple[float, bool]:
        """Return the CPU seconds used by all processes in the sandbox, and whether any runs now."""
        used, computes = use_of(self._process.pid)
        # The sum decreases if a process ends and is not waited for: its CPU time is then lost.
        self._cpu_seconds += max(0.0, used - self._cpu_seen)
        self._cpu_seen = used
        return self._cpu_seconds, computes

    def is_alive(self) -> bool:
        """Return whether the process of the sandbox is running."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the sandbox and everything in it."""
        self._control.close()  # the process exits when this connection closes
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()
        # The process removes the folder too, even if this one is killed, but not if it never
        # started.
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._group:
            self._group.remove()

    def _hand_over(self, what: str) -> Channel:
        ours, theirs = socket.socketpair()
        try:
            self._channel.send({"do": what}, START_SECONDS)
            socket.send_fds(self._control, [b"."], [theirs.fileno()])
        except OSError as error:
            raise SandboxFailed(f"the sandbox has ended ({error}){self._last_words()}") from None
        finally:
            theirs.close()
        return Channel(ours)

    def _control_message(self, message: dict[str, Any], seconds: float) -> Any:
        try:
            self._channel.send(message, seconds)
        except (ConnectionClosed, AnswerTimeout) as error:
            said = f"the sandbox does not start ({error}){self._last_words()}"
            raise SandboxFailed(said) from None
        return self._answer(seconds)

    def _answer(self, seconds: float) -> Any:
        try:
            return self._channel.receive(seconds)
        except (ConnectionClosed, AnswerTimeout) as error:
            said = f"the sandbox does not answer ({error}){self._last_words()}"
            raise SandboxFailed(said) from None

    def _last_words(self) -> str:
        try:
            self._said.seek(0)
            lines = self._said.read().decode(errors="replace").strip().splitlines()
        except ValueError:
            return ""
        return f": {lines[-1]}" if lines else ""


def _command(inside: bool) -> list[str]:
    """Return the command that starts the warm process."""
    return [interpreter(inside), "-I", "-S", "-B", "-X", "utf8", "-c", _BOOT]


def _search_path(sealed: bool, scratch: str) -> list[str]:
    """Return the folders to import from, as the sandbox sees them."""
    if sealed:
        return [INNER_PACKAGE, INNER_LIBRARIES]
    return [str(Path(scratch).parent / "library"), *library_folders()]


def _environment(scratch: str, sealed: bool) -> dict[str, str]:
    return {
        "HOME": scratch,
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "LD_LIBRARY_PATH": "/python/lib",
        "TMPDIR": scratch,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{scratch}/matplotlib" if sealed else str(Path(scratch).parent / "fonts"),
        # One thread each: there is one worker per core, and threads do not survive a fork.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # numpy 2 on Linux would request huge pages, which are expensive to copy after a fork.
        "NUMPY_MADVISE_HUGEPAGE": "0",
    }


def _unsealed(hidden: Sequence[str]) -> Start:
    """Create the files of the sandbox in a temporary folder; return its `Start`."""
    folder = Path(tempfile.mkdtemp(prefix="backprop-sandbox-"))
    for place, data in package_and_bytecode().items():
        path = folder / "library" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "scratch").mkdir()
    return _command(inside=False), [], str(folder / "scratch")


def _sealed(hidden: Sequence[str]) -> Start:
    """Return the `Start` of a bubblewrap sandbox.

    No files are created on disk: their contents are passed through file descriptors.
    """
    missing = why_no_sandbox()
    if missing:
        raise NoSandbox(missing)
    command = seal()
    inside, descriptors = files(INNER_PACKAGE, package_and_bytecode())
    command += mounts(hidden)
    command += [*inside, "--proc", "/proc", "--dev", "/dev"]
    command += ["--perms", "1777", "--tmpfs", "/scratch"]
    command += ["--perms", "1777", "--dir", "/scratch/matplotlib"]
    for file in font_lists():
        command += ["--ro-bind", str(file), f"/scratch/matplotlib/{file.name}"]
    for name, value in _environment("/scratch", sealed=True).items():
        command += ["--setenv", name, value]
    command += ["--remount-ro", "/", "--chdir", "/scratch", "--", *_command(inside=True)]
    return command, descriptors, "/scratch"
