"""Runs notebooks as `make submit` does, in kernels that are ready at once.

A kernel of its own takes three seconds of CPU time for a notebook, nearly all of it to import and to
draw the pictures of the lesson. Here a kernel is a copy of a process in which the lesson has run
once. Everything else is what students have: jupyter_client starts it, nbclient sends it the cells,
ipykernel runs them, and the judge is in the same process as the answers.
"""

import contextlib
import multiprocessing
import os

from backprop_classroom.submissions.running import run

LAUNCHED = ["-m", "ipykernel_launcher"]
FORK = multiprocessing.get_context("fork")


class WarmKernels:
    """A process in which a notebook has run once, of which each kernel is a copy.

    warm_up -- the sources of the code cells of that notebook.
    """

    def __init__(self, warm_up):
        context = multiprocessing.get_context("spawn")
        self._line, line = context.Pipe()
        self._process = context.Process(target=_serve, args=(line, warm_up))
        self._process.start()
        line.close()  # so that the end of the process is the end of the line

    def run(self, data, **details):
        """Return what `running.run` returns for a notebook."""
        self._line.send((data, details))
        return self._line.recv()

    def close(self):
        self._line.close()
        self._process.join()


def _serve(line, warm_up):
    # As a kernel has it; matplotlib looks when it is imported.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import ipykernel.kernelapp  # noqa: F401

    names = {"__name__": "__main__"}
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        for source in warm_up:
            exec(source, names)
    with contextlib.suppress(EOFError):
        while True:
            data, details = line.recv()
            # In a process of its own: what a kernel is a copy of has never spoken with another.
            one = FORK.Process(target=_run, args=(line, data, details))
            one.start()
            one.join()
            if one.exitcode:
                return  # it has told why


def _run(line, data, details):
    from jupyter_client.provisioning import local_provisioner

    kernel = _Kernel()
    local_provisioner.launch_kernel = kernel.launch
    line.send(run(data, **details))


class _Kernel:
    """A copy of this process that becomes a kernel; to jupyter_client, a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self):
        self._line, line = multiprocessing.Pipe()
        self._process = FORK.Process(target=_be_kernel, args=(line,), daemon=True)
        self._process.start()
        self._line.recv()  # that it is in a group of its own, which jupyter_client sends signals to
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
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    line.send(None)
    arguments, folder, environment = line.recv()
    os.chdir(folder)
    os.environ.update(environment)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    IPKernelApp.launch_instance(arguments)
