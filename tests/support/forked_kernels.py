"""Starts the kernels of nbval as forks of a process that has imported what all lessons import.

A kernel of its own needs nearly a second for these imports. The process that forks has imported
ipykernel, numpy and matplotlib, and nothing of the course, and no kernel has run in it. Everything
else is the same as in other kernels.

`nbval` alone, without tests/conftest.py, starts its kernels in the usual way; so do `make submit`
and the browser tests.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from pathlib import Path
from unittest import mock

LAUNCHED = ["-m", "ipykernel_launcher"]
TESTS = Path(__file__).parents[1]


@contextlib.contextmanager
def forked_kernels():
    """Let nbval fork its kernels in this block."""
    from jupyter_client.provisioning import local_provisioner
    from nbval import kernel

    forks, start = Forks(), kernel.start_new_kernel

    def start_forked(*arguments, **named):
        # Only for this call: other kernels of this process are not forked.
        with mock.patch.object(local_provisioner, "launch_kernel", forks.launch):
            return start(*arguments, **named)

    try:
        with mock.patch.object(kernel, "start_new_kernel", start_forked):
            yield
    finally:
        forks.close()


class Forks:
    """A process of which kernels are forked; it starts with the first kernel."""

    def __init__(self):
        self._process = None

    def launch(self, command, cwd, env, **_):
        """Start a kernel; return it with the interface of `subprocess.Popen`."""
        assert command[1:3] == LAUNCHED, command
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._line, line = context.Pipe()
            self._process = context.Process(target=_serve, args=(line,))
            self._process.start()
            line.close()  # so that the pipe is closed when the process ends
        return _Kernel(self.ask, self.ask("start", command[3:], cwd, env))

    def ask(self, *request):
        """Send a request to the process; return its answer."""
        self._line.send(request)
        return self._line.recv()

    def close(self):
        """End the process and the kernels that still run."""
        if self._process is not None:
            self._line.close()
            self._process.join()


class _Kernel:
    stdin = stdout = stderr = None

    def __init__(self, ask, pid):
        self._ask, self.pid, self._status = ask, pid, None

    def poll(self):
        if self._status is None:
            self._status = self._ask("poll", self.pid)
        return self._status

    def wait(self):
        if self._status is None:
            self._status = self._ask("wait", self.pid)
        return self._status

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)


def _serve(line):
    """Start kernels and wait for them, until the other end of the pipe is closed."""
    sys.path[:] = [one for one in sys.path if not Path(one).is_relative_to(TESTS)]
    prepare_to_import()
    _import_ahead()
    running = set()
    with contextlib.suppress(EOFError):
        while True:
            do, *details = line.recv()
            if do == "start":
                pid = _fork(line, *details)
                running.add(pid)
                line.send(pid)
                continue
            (pid,) = details
            ended, status = os.waitpid(pid, os.WNOHANG if do == "poll" else 0)
            running -= {ended}
            line.send(os.waitstatus_to_exitcode(status) if ended else None)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _fork(line, arguments, folder, environment):
    """Return the id of a new process that becomes a kernel, the leader of its own group."""
    pid = os.fork()
    if pid == 0:
        try:
            line.close()
            become_kernel(arguments, folder, environment)
        finally:
            os._exit(1)  # a kernel that ends in the usual way exits by itself
    os.setpgid(pid, pid)  # before jupyter_client asks for the group, to which it sends signals
    return pid


def prepare_to_import():
    """Set what ipykernel and matplotlib read when they are imported."""
    # The same value as in a kernel.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # without it, the debugger prints a warning


def become_kernel(arguments, folder, environment):
    """Run a kernel in this process, as its command does in a new one."""
    from ipykernel.kernelapp import IPKernelApp

    os.chdir(folder)
    os.environ.update(environment)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    IPKernelApp.launch_instance(arguments)


def _import_ahead():
    import ipykernel.debugger
    import ipykernel.kernelapp
    import ipykernel.zmqshell  # noqa: F401
    import matplotlib_inline.backend_inline  # noqa: F401
    import numpy.random  # noqa: F401
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # The first drawing imports more, and reads fonts.
    figure = Figure((1, 1))
    figure.subplots().set_title("a $x$")
    FigureCanvasAgg(figure).draw()
    gc.collect()
    gc.freeze()  # so that collecting garbage copies no memory in a kernel
