"""The pool of workers that grade: processes of this machine, or a Dask cluster.

What grades is imported where it is needed, so that the workers can start at once.
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

TASKS_PER_WORKER = 500  # then a fresh process takes over, so that nothing can pile up
MOST_OF_A_SOCKET = 100  # bytes of a path; Linux allows 107, macOS 103

_WORK = "backprop_classroom.grading.worker"  # what workers import


def import_ahead(*, here: bool) -> None:
    """Have a process import what workers need, while this one imports what it needs itself.

    Parameters
    ----------
    here
        Whether the workers are to be processes of this machine.
    """
    # One thread each: the workers share out the cores, and their arrays are small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if here and _start_method() == "forkserver":
        multiprocessing.set_forkserver_preload([_WORK])
        with _interrupts_held_back():
            forkserver.ensure_running()


class Pool:
    """Any `concurrent.futures` executor behind two verbs: submit a job, renew what broke.

    Parameters
    ----------
    workers
        How many jobs are worked on at a time; None for one a core.
    scheduler
        Address of a Dask scheduler, "tcp://host:port", or None for processes.

    Raises
    ------
    NoCluster
        If there is no such scheduler, or no Dask.
    """

    def __init__(self, workers: int | None = None, scheduler: str | None = None) -> None:
        self._crew = _Processes(workers) if scheduler is None else Cluster(scheduler, workers)

    @property
    def workers(self) -> int:
        """How many jobs are worked on at a time; changes as a cluster does."""
        return self._crew.workers

    def submit(self, job: "Job") -> "Future[Graded]":
        """Start on a job.

        Raises
        ------
        ClusterLost
            If a cluster is of no more use.
        BrokenExecutor
            If a worker of this machine vanished.
        """
        return self._crew.submit(job)

    def make_ready(self, kind: "SandboxKind") -> None:
        """Have warm sandboxes of this kind ready in the workers, if they are of this machine."""
        self._crew.make_ready(kind)

    def renew(self) -> None:
        """Start over after a worker vanished; does nothing if the others work on."""
        self._crew.renew()

    def close(self, at_once: bool = False) -> None:
        """End the workers of this machine; those of a cluster stay.

        Parameters
        ----------
        at_once
            Also if they are at work on something; otherwise they finish that.
        """
        self._crew.close(at_once)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(at_once=kind is not None)


def run_job(job: "Job") -> "Graded":
    """Grade one submission in this process, a worker; see `worker.grade_submission`."""
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
        # A worker has none of this process's memory or connections.
        spawning = multiprocessing.get_context(_start_method())
        multiprocessing.set_forkserver_preload([_WORK])
        # Nothing is ever said on it. That it is closed tells the workers to end, whether
        # this process closes it or is killed.
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
        # One broken executor breaks many jobs, and each asks for a new one: only the first
        # may have it, or the others would take it away from those who work in it already.
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
    """Return how workers are started: forked from a process that has imported what they need.

    It is spoken to by a socket in the folder for temporary files, of whose path there must
    not be too much; where there is, each worker imports for itself.
    """
    socket = os.path.join(tempfile.gettempdir(), "pymp-xxxxxxxx", "listener-xxxxxxxx")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return "spawn"
    return "forkserver" if len(os.fsencode(socket)) < MOST_OF_A_SOCKET else "spawn"


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back, here for a moment and in processes that are started meanwhile for good.

    A terminal sends it to all of them, and while they import they would report it at length.
    """
    resource_tracker.ensure_running()  # when this starts, it lets through what is held back
    with interrupts_held_back():
        yield


def _nothing() -> None:
    pass


def _end_with(held: "Connection") -> None:
    """Begin as a worker: with bounded memory, and until the other end of a connection is closed."""
    closed = held.poll  # not in the thread: with anything but a connection this fails here

    def watch() -> None:
        closed(None)
        os._exit(1)

    # Ctrl-C in a terminal reaches every process; the one that grades ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=watch, daemon=True).start()
    bound_memory(JUDGE_MEMORY)
