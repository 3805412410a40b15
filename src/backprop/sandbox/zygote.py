"""The zygote: a process with all libraries loaded, which forks a child for each notebook.

The judging process controls it over a socket. The requests "warm" and "open" are followed by the
socket of the notebook; "kill" ends the running child.
"""

import gc
import os
import select
import shutil
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .channel import Channel, ConnectionClosed
from .confinement import Confinement
from .messages import took_too_much
from .server import Server
from .system_calls import SystemCallFilter
from .usage import Background, others, own_memory, takes_more

if TYPE_CHECKING:
    from .shell import NotebookShell


def main(descriptor: int) -> None:
    """Serve the control socket until it is closed.

    Parameters
    ----------
    descriptor
        The file descriptor of the socket.
    """
    control = socket.socket(fileno=descriptor)
    warden = Zygote(control)
    try:
        warden.serve()
    except ConnectionClosed:
        pass
    finally:
        warden.clear_up()


class Zygote:
    """The process that forks the processes of the notebooks.

    Parameters
    ----------
    control
        The socket that carries the requests.
    """

    # All of these are set by the request "prepare".
    _shell: "NotebookShell"
    _walls: Confinement
    _filter: SystemCallFilter  # only in a sealed sandbox
    _base: int  # the memory of this process, in a sealed sandbox

    def __init__(self, control: socket.socket) -> None:
        self._control, self._channel = control, Channel(control)
        self._settings: dict[str, Any] = {}

    def serve(self) -> None:
        """Handle requests until the control socket is closed."""
        while True:
            request = self._channel.receive()
            if request["do"] == "prepare":
                self._prepare(request)
                gc.enable()  # it was disabled during the imports
                self._measure()
                self._channel.send({"ready": True})
            elif request["do"] == "warm":
                self._warm(self._notebook_channel())
                self._measure()
                self._channel.send({"warm": True})
            elif request["do"] == "open":
                self._channel.send({"gone": self._watch(self._open(self._notebook_channel()))})

    def _prepare(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._walls = Confinement(settings["scratch"], settings["limits"])
        os.chdir(settings["scratch"])
        sys.path.insert(0, "")  # as in Jupyter: a notebook may import modules that it has written
        if settings["sealed"]:
            self._walls.become_nobody()
            self._filter = SystemCallFilter()
        for name in ("IPYTHONDIR", "HOME"):
            os.environ[name] = settings["scratch"]
        import matplotlib.pyplot  # noqa: F401  most notebooks need it, and importing it is slow

        from .. import calling, time_limit
        from ..checking import watch_cells
        from ..exercises import use_judge
        from .judge import RemoteJudge
        from .shell import NotebookShell

        calling.MOST_SECONDS = settings["limits"]["call_seconds"]
        time_limit.BACKSTOP = settings["limits"]["backstop"]
        use_judge(RemoteJudge(settings["exercises"]))
        self._shell = NotebookShell.instance()
        watch_cells(self._shell)
        self._fresh_names()

    def _fresh_names(self) -> None:
        from ..checking import expect_answers

        self._shell.reset(new_session=True)
        self._shell.execution_count = 1
        self._shell.user_ns["__name__"] = "__main__"
        expect_answers(self._shell.user_ns)

    def _measure(self) -> None:
        self._base = own_memory([os.getpid()]) if self._settings["sealed"] else 0

    def _notebook_channel(self) -> Channel:
        # The descriptor is sent right after the request.
        select.select([self._control], [], [], 10)
        _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        return Channel(socket.socket(fileno=descriptors[0]))

    def _warm(self, channel: Channel) -> None:
        """Run a notebook here, so that all notebooks share its imports and cached figures."""
        with _as_it_was():
            Server(channel, self._shell).serve()
        channel.close()
        self._fresh_names()
        # Exclude the existing objects from garbage collection, which would copy their memory
        # in every child.
        gc.collect()
        gc.freeze()

    def _open(self, channel: Channel) -> tuple[int, int]:
        """Start a process for a notebook; return its id and a pipe that is closed at its end."""
        ended, held = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(ended)
                self._control.close()
                self._be_the_notebook(channel)
            except BaseException as error:
                _last_words(channel, error)
            finally:
                os._exit(0)
        os.close(held)
        channel.close()
        return child, ended

    def _be_the_notebook(self, channel: Channel) -> None:
        settings = self._settings
        if not settings["sealed"]:
            os.setpgid(0, 0)
            self._walls.set_limits(sealed=False)
            self._serve_notebook(channel)
            return
        self._walls.die_with_parent()
        self._walls.enter_own_namespaces()
        # The next child is the first process of the new namespace. When it ends, for any reason,
        # the kernel ends all other processes in the namespace.
        child = os.fork()
        if child == 0:
            try:
                os.setsid()  # so that a signal to its group reaches no other process
                self._walls.die_with_parent()
                self._walls.set_limits(sealed=True)  # reads /proc, which is hidden below
                self._walls.be_first_to_end()
                self._walls.own_descriptors(channel.fileno())
                self._walls.lay_out_folders()
                self._walls.give_up_privileges()
                self._filter.load()
                self._serve_notebook(channel)
            except BaseException as error:
                _last_words(channel, error)
            finally:
                os._exit(0)
        channel.close()
        os.waitpid(child, 0)

    def _serve_notebook(self, channel: Channel) -> None:
        os.chdir(self._settings["scratch"])
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        os.close(nowhere)
        channel.send({"open": True})
        Server(channel, self._shell).serve()

    def _watch(self, process: tuple[int, int]) -> str:
        """Wait for a notebook's process; end it on request or if it uses too much memory."""
        child, ended = process
        reason = ""
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        poll.register(self._control, select.POLLIN)
        sealed, most = self._settings["sealed"], self._settings["limits"]["memory"]
        background = Background(child)
        while True:
            events = dict(poll.poll(50))
            if ended in events:
                break
            if self._control.fileno() in events:
                try:
                    self._channel.receive()  # the only possible request is "kill"
                finally:  # also if the judging process has ended
                    self._end(child)
                break
            processes = others() if sealed else []
            background.include(processes)
            if takes_more(most, processes, self._base):
                reason = took_too_much(most)
                self._end(child)
                break
        os.close(ended)
        self._end(child)
        os.waitpid(child, 0)
        # The processes of the notebook end shortly after it, and some may have reset the signal
        # that ends them with their parent.
        while sealed and (living := others()):
            for one in living:
                _kill(os.kill, one.id)
            time.sleep(0.001)
        self._clean_scratch()
        return reason

    def _end(self, child: int) -> None:
        if not self._settings["sealed"]:
            _kill(os.killpg, child)
        _kill(os.kill, child)

    def clear_up(self) -> None:
        """Remove the folder of the sandbox if it is on the disk."""
        if self._settings and not self._settings["sealed"]:
            shutil.rmtree(os.path.dirname(self._settings["scratch"]), ignore_errors=True)

    def _clean_scratch(self) -> None:
        if self._settings["sealed"]:
            return  # the kernel removed it together with the child's mounts
        for entry in os.scandir(self._settings["scratch"]):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)


def _kill(how: Callable[[int, int], None], process: int) -> None:
    with suppress(OSError):  # the process has ended
        how(process, signal.SIGKILL)


def _last_words(channel: Channel, error: BaseException) -> None:
    with suppress(Exception):
        channel.send({"failed": f"{type(error).__name__}: {error}"}, seconds=1)


class _as_it_was:
    """Restore the settings of numpy, random and warnings that a notebook may change."""

    def __enter__(self) -> None:
        import random

        import numpy as np

        self._before = np.get_printoptions(), np.geterr(), np.random.get_state()
        self._random, self._filters = random.getstate(), list(warnings.filters)

    def __exit__(self, *_: object) -> None:
        import random

        import numpy as np

        options, errors, state = self._before
        np.set_printoptions(**options)
        np.seterr(**errors)
        np.random.set_state(state)
        random.setstate(self._random)
        warnings.filters[:] = self._filters  # type: ignore[index]  # it is a list


if __name__ == "__main__":
    main(int(sys.argv[1]))
