"""The warm process: has everything imported and drawn once, and a child for each notebook.

The process that judges talks to it over a socket: "warm" and "open" come with the line
that the notebook is served on, "kill" ends the child that is at work.
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

from .channel import Gone, Line
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
    except Gone:
        pass
    finally:
        warden.clear_up()


class Zygote:
    """The warm process itself.

    Parameters
    ----------
    control
        The socket over which it is told what to do.
    """

    _shell: "NotebookShell"  # both from "prepare" on
    _walls: Confinement
    _filter: SystemCallFilter  # of a sealed sandbox
    _base: int  # the memory of this process itself, in a sealed sandbox

    def __init__(self, control: socket.socket) -> None:
        self._control, self._line = control, Line(control)
        self._settings: dict[str, Any] = {}

    def serve(self) -> None:
        """Do what is asked until the control socket is closed."""
        while True:
            request = self._line.receive()
            if request["do"] == "prepare":
                self._prepare(request)
                self._measure()
                self._line.send({"ready": True})
            elif request["do"] == "warm":
                self._warm(self._notebook_line())
                self._measure()
                self._line.send({"warm": True})
            elif request["do"] == "open":
                self._line.send({"gone": self._watch(self._open(self._notebook_line()))})

    def _prepare(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._walls = Confinement(settings["scratch"], settings["limits"])
        os.chdir(settings["scratch"])
        sys.path.insert(0, "")  # as in Jupyter: a notebook may import what it has written
        if settings["sealed"]:
            self._walls.become_nobody()
            self._filter = SystemCallFilter()
        for name in ("IPYTHONDIR", "HOME"):
            os.environ[name] = settings["scratch"]
        import matplotlib.pyplot  # noqa: F401  most notebooks need it, and it takes its time

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

    def _notebook_line(self) -> Line:
        # Sent right after the request, so it is there or about to be.
        select.select([self._control], [], [], 10)
        _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        return Line(socket.socket(fileno=descriptors[0]))

    def _warm(self, line: Line) -> None:
        """Run a notebook here, so that what it imports and draws is there for all."""
        with _as_it_was():
            Server(line, self._shell).serve()
        line.close()
        self._fresh_names()
        # What is here stays: no child has to look through it for what it can throw away,
        # which would copy all of it.
        gc.collect()
        gc.freeze()

    def _open(self, line: Line) -> tuple[int, int]:
        """Start a process for a notebook; return its id and a descriptor that tells its end."""
        ended, held = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(ended)
                self._control.close()
                self._be_the_notebook(line)
            except BaseException as error:
                _last_words(line, error)
            finally:
                os._exit(0)
        os.close(held)
        line.close()
        return child, ended

    def _be_the_notebook(self, line: Line) -> None:
        settings = self._settings
        if not settings["sealed"]:
            os.setpgid(0, 0)
            self._walls.set_limits(sealed=False)
            self._serve_notebook(line)
            return
        self._walls.die_with_parent()
        self._walls.enter_own_namespaces()
        # The first child after this is the first process of the new namespace: when it
        # ends, for whatever reason, the kernel ends all others in it.
        child = os.fork()
        if child == 0:
            try:
                os.setsid()  # a signal to its own group reaches nobody else
                self._walls.die_with_parent()
                self._walls.set_limits(sealed=True)  # before /proc, which tells sizes, is gone
                self._walls.be_first_to_end()
                self._walls.own_descriptors(line.fileno())
                self._walls.lay_out_folders()
                self._walls.give_up_privileges()
                self._filter.load()
                self._serve_notebook(line)
            except BaseException as error:
                _last_words(line, error)
            finally:
                os._exit(0)
        line.close()
        os.waitpid(child, 0)

    def _serve_notebook(self, line: Line) -> None:
        os.chdir(self._settings["scratch"])
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        os.close(nowhere)
        line.send({"open": True})
        Server(line, self._shell).serve()

    def _watch(self, process: tuple[int, int]) -> str:
        """Wait for the end of a notebook's process; end it if told to, or if it takes too much."""
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
                    self._line.receive()  # "kill" is all that can come
                finally:  # also if the judging process is gone
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
        # What the notebook started ends with it, but not at the same instant; and it may
        # have asked the kernel to live on without its parent.
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
        """Remove the sandbox's own folder, if it has one on the disk."""
        if self._settings and not self._settings["sealed"]:
            shutil.rmtree(os.path.dirname(self._settings["scratch"]), ignore_errors=True)

    def _clean_scratch(self) -> None:
        if self._settings["sealed"]:
            return  # it was the child's own, and went with it
        for entry in os.scandir(self._settings["scratch"]):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)


def _kill(how: Callable[[int, int], None], process: int) -> None:
    with suppress(OSError):  # it is gone
        how(process, signal.SIGKILL)


def _last_words(line: Line, error: BaseException) -> None:
    with suppress(Exception):
        line.send({"failed": f"{type(error).__name__}: {error}"}, seconds=1)


class _as_it_was:
    """Puts back the settings of numpy, random and warnings that a notebook may change."""

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
