"""The pool of workers that grade: processes on this machine, or a Dask cluster.

The grading code is imported inside functions, so that the workers can start at once.
"""

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from typing import TYPE_CHECKING, Any, Self

from ..processes import JUDGE_MEMORY, bound_memory, interrupts_held_back
from .cluster import Cluster

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from .results import Graded
    from .worker import Job, SandboxKind

TASKS_PER_WORKER = 500  # then a fresh process replaces the worker, which limits memory leaks
MOST_OF_A_SOCKET = 100  # bytes in the path of a socket; Linux allows 107, macOS 103

_WORK = "backprop_classroom.grading.worker"  # the module that workers import


def import_ahead(*, here: bool) -> None:
    """Start importing what workers need in another process, while this one does its own imports.

    Parameters
    ----------
    here
        Whether the workers are processes on this machine.
    """
    # One thread per worker: there is one worker per core, and the arrays are small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if here and _start_method() == "forkserver":
        multiprocessing.set_forkserver_preload([_WORK])
        with _interrupts_held_back():
            forkserver.ensure_running()


class Pool:
    """Worker processes on this machine or a Dask cluster, behind one interface.

    Parameters
    ----------
    workers
        Number of jobs that run in parallel; None means one per core.
    scheduler
        Address of a Dask scheduler, "tcp://host:port", or None for processes.

    Raises
    ------
    NoCluster
        If the scheduler does not answer, or Dask is not installed.
    """

    def __init__(self, workers: int | None = None, scheduler: str | None = None) -> None:
        self._crew = _Processes(workers) if scheduler is None else Cluster(scheduler, workers)

    @property
    def workers(self) -> int:
        """Number of jobs that run in parallel; a cluster may grow or shrink."""
        return self._crew.workers

    def submit(self, job: "Job") -> "Future[Graded]":
        """Submit a job and return its future.

        Raises
        ------
        ClusterLost
            If the connection to the cluster is lost.
        BrokenExecutor
            If a worker process on this machine ended unexpectedly.
        """
        return self._crew.submit(job)

    def make_ready(self, kind: "SandboxKind") -> None:
        """Start warm sandboxes of this kind in the workers; does nothing for a cluster."""
        self._crew.make_ready(kind)

    def renew(self) -> None:
        """Restart the workers if they are broken; otherwise do nothing."""
        self._crew.renew()

    def close(self, at_once: bool = False) -> None:
        """Stop the workers on this machine; the workers of a cluster keep running.

        Parameters
        ----------
        at_once
            Whether to stop running jobs too; otherwise they are finished first.
        """
        self._crew.close(at_once)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(at_once=kind is not None)


def run_job(job: "Job") -> "Graded":
    """Grade one submission in this worker process; see `worker.grade_submission`."""
    from .worker import grade_submission

    return grade_submission(job)


def _make_ready(kind: "SandboxKind") -> None:
    from .worker import make_ready

    make_ready(kind)


FORKSERVER_ENDED = "the process that starts the workers has ended"


class _Processes:
    def __init__(self, workers: int | None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._start()

    def _start(self) -> None:
        # A worker inherits none of this process's memory or connections.
        spawning = multiprocessing.get_context(_start_method())
        multiprocessing.set_forkserver_preload([_WORK])
        # Nothing is ever sent through this pipe. Workers exit when it closes, which also happens
        # if this process is killed.
        held, self._hold = spawning.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(
            self.workers,
            mp_context=spawning,
            initializer=_end_with,
            initargs=(held,),
            max_tasks_per_child=TASKS_PER_WORKER,
        )

    def make_ready(self, kind: "SandboxKind") -> None:
        for _ in range(self.workers):
            self._submit(_make_ready, kind)

    def submit(self, job: "Job") -> "Future[Graded]":
        return self._submit(run_job, job)

    def _submit(self, work: Callable[[Any], Any], about: object) -> "Future[Any]":
        try:
            with _interrupts_held_back():  # this may start a worker
                return self._executor.submit(work, about)
        except (ConnectionError, EOFError) as error:
            raise BrokenExecutor(f"{FORKSERVER_ENDED} ({error})") from error

    def renew(self) -> None:
        # A broken executor fails many jobs, and each of them calls this method. Only the first
        # call may replace the executor: later calls would shut down the new one.
        try:
            self._executor.submit(_nothing)
        except (BrokenExecutor, ConnectionError, EOFError):
            self.close(at_once=True)
            self._start()

    def close(self, at_once: bool) -> None:
        if at_once:
            self._hold.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._hold.close()


def _start_method() -> str:
    """Return the start method: "forkserver" if possible, whose workers share the imports.

    The fork server listens on a socket in the temporary folder. If the path of that socket would
    be too long, or there is no fork server, return "spawn": each worker then does its own imports.
    """
    socket = os.path.join(tempfile.gettempdir(), "pymp-xxxxxxxx", "listener-xxxxxxxx")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return "spawn"
    return "forkserver" if len(os.fsencode(socket)) < MOST_OF_A_SOCKET else "spawn"


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Block Ctrl-C in this block, and permanently in processes started in it.

    A terminal sends it to all processes, and those that are importing would print tracebacks.
    """
    resource_tracker.ensure_running()  # starting it later would unblock the signal
    with interrupts_held_back():
        yield


def _nothing() -> None:
    pass


def _end_with(held: "Connection") -> None:
    """Set up a worker: limit its memory, and exit when the other end of the pipe closes."""
    closed = held.poll  # outside the thread, so that a wrong argument fails here

    def watch() -> None:
        closed(None)
        os._exit(1)

    # Ctrl-C in a terminal reaches every process; the main process stops the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=watch, daemon=True).start()
    bound_memory(JUDGE_MEMORY)
