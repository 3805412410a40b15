"""Runs notebooks as `make submit` does, in kernels that start immediately.

A new kernel needs three seconds of CPU time for a notebook, nearly all of them for imports and for
drawing the pictures of the lesson. Here, a kernel is a fork of a process in which the lesson has
already run. Everything else is the same as for students: jupyter_client starts it, nbclient sends
the cells, ipykernel runs them, and the judge runs in the same process as the answers.
"""

import contextlib
import multiprocessing
import os

from forked_kernels import LAUNCHED, become_kernel, prepare_to_import

from backprop_classroom.grading.sandbox_files import library_names
from backprop_classroom.submissions.running import run

FORK = multiprocessing.get_context("fork")


class WarmKernels:
    """A process in which a notebook has already run, and from which kernels are forked.

    warm_up -- the sources of the code cells of that notebook.
    """

    def __init__(self, warm_up):
        context = multiprocessing.get_context("spawn")
        self._line, line = context.Pipe()
        self._process = context.Process(target=_serve, args=(line, warm_up))
        self._process.start()
        line.close()  # so that the pipe is closed when the process ends

    def run(self, data, **details):
        """Return the result of `running.run` for a notebook."""
        self._line.send((data, details))
        return self._line.recv()

    def close(self):
        self._line.close()
        self._process.join()


def _serve(line, warm_up):
    prepare_to_import()
    import_ahead()

    names = {"__name__": "__main__"}
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        for source in warm_up:
            exec(source, names)
    with contextlib.suppress(EOFError):
        while True:
            data, details = line.recv()
            # In a separate process, so that the process that is forked has never used a kernel.
            one = FORK.Process(target=_run, args=(line, data, details))
            one.start()
            one.join()
            if one.exitcode:
                return  # it has printed the error


def import_ahead():
    """Import and compute what every run needs and a fork inherits."""
    import ipykernel.debugger
    import ipykernel.kernelapp
    import ipykernel.zmqshell  # noqa: F401
    import nbclient  # noqa: F401
    from nbformat.v4 import new_output

    library_names()
    new_output("stream")  # compiles the schema of notebooks


def _run(line, data, details):
    from jupyter_client.provisioning import local_provisioner

    kernel = _Kernel()
    local_provisioner.launch_kernel = kernel.launch
    line.send(run(data, **details))


class _Kernel:
    """A fork of this process that becomes a kernel, with the interface of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self):
        self._line, line = multiprocessing.Pipe()
        self._process = FORK.Process(target=_be_kernel, args=(line,), daemon=True)
        self._process.start()
        self._line.recv()  # wait for its own process group, to which jupyter_client sends signals
        self.pid = self._process.pid
        self.kill, self.terminate = self._process.kill, self._process.terminate

    def launch(self, command, cwd, env, **_):
        assert command[1:3] == LAUNCHED, command
        self._line.send((command[3:], cwd, env))
        return self

    def poll(self):
        return self._process.exitcode

    def wait(self):
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number):
        os.kill(self.pid, number)


def _be_kernel(line):
    os.setsid()
    line.send(None)
    become_kernel(*line.recv())
