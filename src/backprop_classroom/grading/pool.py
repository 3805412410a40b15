"""The pools of workers: processes of this machine, or a Dask cluster.

What grades is imported where it is needed: a Dask scheduler imports this module too.
"""

import asyncio
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from multiprocessing import forkserver, resource_tracker

from tqdm import tqdm

from ..processes import interrupts_held_back

TASKS_PER_WORKER = 500  # then a fresh process takes over, so that nothing can pile up
CONNECT_SECONDS = 20  # to reach a Dask scheduler
PATIENCE_SECONDS = 60  # with a cluster that does not answer, or has no worker
MOST_OF_A_SOCKET = 100  # bytes of a path; Linux allows 107, macOS 103

_WORK = "backprop_classroom.grading.worker"  # what workers import


def import_ahead(*, here):
    """Have a process import what workers need, while this one imports what it needs itself.

    here -- whether the workers are to be processes of this machine.
    """
    # One thread each: the workers share out the cores, and their arrays are small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if here and _start_method() == "forkserver":
        multiprocessing.set_forkserver_preload([_WORK])
        with _interrupts_held_back():
            forkserver.ensure_running()


class NoCluster(ConnectionError):
    """There is no Dask cluster to begin with; the message says what is missing."""


class ClusterLost(ConnectionError):
    """The Dask cluster is of no more use; the message says why and what to do."""


class Pool:
    """Any `concurrent.futures` executor behind two verbs: submit a job, renew what broke.

    workers -- how many jobs are worked on at a time; None for one a core.
    scheduler -- address of a Dask scheduler, "tcp://host:port", or None for processes.

    Raises `NoCluster` if there is no such scheduler, or no Dask.
    """

    def __init__(self, workers=None, scheduler=None):
        self._crew = _Processes(workers) if scheduler is None else _Cluster(scheduler, workers)

    @property
    def workers(self):
        """How many jobs are worked on at a time; changes as a cluster does."""
        return self._crew.workers

    def submit(self, job):
        """Start on a job; return its `concurrent.futures.Future`.

        Raises `ClusterLost` if a cluster is of no more use, BrokenExecutor if a worker
        of this machine vanished.
        """
        return self._crew.submit(job)

    def make_ready(self, kind):
        """Have warm sandboxes of this kind ready in the workers, if they are of this machine."""
        self._crew.make_ready(kind)

    def renew(self):
        """Start over after a worker vanished; does nothing if the others work on."""
        self._crew.renew()

    def close(self, at_once=False):
        """End the workers of this machine; those of a cluster stay.

        at_once -- also if they are at work on something; otherwise they finish that.
        """
        self._crew.close(at_once)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close(at_once=kind is not None)


def grade(job):
    """Grade one submission where this is called; see `backprop_classroom.grading.worker.grade`."""
    from .worker import grade

    return grade(job)


def _make_ready(kind):
    from .worker import make_ready

    make_ready(kind)


# --- processes of this machine ------------------------------------------------------------


class _Processes:
    def __init__(self, workers):
        self.workers = workers or os.cpu_count() or 1
        self._start()

    def _start(self):
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

    def make_ready(self, kind):
        for _ in range(self.workers):
            self._submit(_make_ready, kind)

    def submit(self, job):
        return self._submit(grade, job)

    def _submit(self, work, about):
        with _interrupts_held_back():  # this may start a worker
            return self._executor.submit(work, about)

    def renew(self):
        # One broken executor breaks many jobs, and each asks for a new one: only the first
        # may have it, or the others would take it away from those who work in it already.
        try:
            self._executor.submit(_nothing)
        except BrokenExecutor:
            self.close(at_once=True)
            self._start()

    def close(self, at_once):
        if at_once:
            self._hold.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._hold.close()


def _start_method():
    """Return how workers are started: forked from a process that has imported what they need.

    It is spoken to by a socket in the folder for temporary files, of whose path there must
    not be too much; where there is, each worker imports for itself.
    """
    socket = os.path.join(tempfile.gettempdir(), "pymp-xxxxxxxx", "listener-xxxxxxxx")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return "spawn"
    return "forkserver" if len(os.fsencode(socket)) < MOST_OF_A_SOCKET else "spawn"


@contextmanager
def _interrupts_held_back():
    """Hold Ctrl-C back, here for a moment and in processes that are started meanwhile for good.

    A terminal sends it to all of them, and while they import they would report it at length.
    """
    resource_tracker.ensure_running()  # when this starts, it lets through what is held back
    with interrupts_held_back():
        yield


def _nothing():
    pass


def _end_with(held):
    """Begin as a worker: end as soon as the other end of a connection is closed."""

    closed = held.poll  # not in the thread: with anything but a connection this fails here

    def watch():
        closed(None)
        os._exit(1)

    # Ctrl-C in a terminal reaches every process; the one that grades ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=watch, daemon=True).start()


# --- a Dask cluster -----------------------------------------------------------------------


class _Cluster:
    def __init__(self, address, workers):
        self._name, self._wanted = f"the Dask scheduler at {address}", workers
        self._client = _client(address)
        self._connection = self._client.scheduler_comm
        self._executor = self._client.get_executor(pure=False)
        self._lock = threading.Lock()
        self._open = set()
        self._lost = ""
        self._closing = threading.Event()
        self._threads = self._count_threads()
        if not self._threads:
            waiting = f"waiting {PATIENCE_SECONDS:g} seconds for one"
            tqdm.write(f"{self._name} has no workers yet; {waiting}", file=sys.stderr)
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def workers(self):
        return self._wanted or max(1, self._threads)

    def submit(self, job):
        self._look_at_connection()
        # A future of our own: those of Dask's executor may never end once a connection breaks.
        ours = Future()
        with self._lock:
            if self._lost:
                raise ClusterLost(self._lost)
            self._open.add(ours)
        # As bytes, which the scheduler passes on without a look at them.
        data, fingerprint = pickle.dumps(job), job.lesson.fingerprint
        try:
            theirs = self._executor.submit(_grade_there, data, fingerprint)
        except Exception:  # Dask's client closes itself when its connection breaks
            self._lose(f"the connection to {self._name} broke")
            raise ClusterLost(self._lost) from None
        theirs.add_done_callback(lambda theirs: self._settle(ours, theirs))
        return ours

    def make_ready(self, kind):
        pass  # they have their own, as jobs come

    def renew(self):
        pass  # Dask gives the jobs of a worker that vanished to others

    def close(self, at_once):
        # The scheduler forgets what a client asked for when the client goes.
        self._closing.set()
        self._client.close(timeout=5)

    def _settle(self, ours, theirs):
        if theirs.cancelled():
            self._lose(f"the connection to {self._name} broke")
            return
        error = theirs.exception()
        if isinstance(error, Unfit):
            self._lose(str(error))
        with self._lock:
            if ours not in self._open:
                return
            self._open.remove(ours)
        if error is None:
            ours.set_result(theirs.result())
        else:
            ours.set_exception(error)

    def _lose(self, why):
        """Give up all that is open; whoever submits more is told why."""
        with self._lock:
            if self._closing.is_set():
                return
            self._lost = self._lost or (
                f"{why}; once that is mended, run the same command again; what is graded is kept"
            )
            given_up, self._open = self._open, set()
        for ours in given_up:
            ours.set_exception(ClusterLost(self._lost))

    def _watch(self):
        """Look after the cluster: jobs that nobody can work on would wait for ever."""
        heard = time.monotonic()
        while not self._closing.wait(1):
            self._look_at_connection()
            try:
                self._threads = self._count_threads()
                problem = "" if self._threads else "has had no workers"
            except Exception:  # whatever a connection that breaks brings about
                problem = "has not answered"
            now = time.monotonic()
            if not problem:
                heard = now
            elif now - heard > PATIENCE_SECONDS:
                self._lose(f"{self._name} {problem} for {PATIENCE_SECONDS:g} seconds")

    def _look_at_connection(self):
        # Dask makes a new one by itself, but has forgotten then what it was asked to do.
        client = self._client
        if client.status != "running" or client.scheduler_comm is not self._connection:
            self._lose(f"the connection to {self._name} broke")

    def _count_threads(self):
        client = self._client
        return sum(client.sync(client.scheduler.ncores, callback_timeout=5).values())


class Unfit(RuntimeError):
    """A worker must not grade; the message says why."""


def _grade_there(job, fingerprint):
    """Grade on a worker of a cluster, if its package judges like that of who asks."""
    from dask.distributed import get_worker

    from .sandbox import NoSandbox

    job = pickle.loads(job)
    here = get_worker().address
    if _fingerprint_here(job.lesson) != fingerprint:
        raise Unfit(
            f"the worker at {here} has another version of this package and might give other "
            "points; install the same one everywhere, then start the workers again"
        )
    try:
        return grade(job)
    except NoSandbox as error:
        raise NoSandbox(f"{here}: {error}") from None


@lru_cache(maxsize=16)
def _fingerprint_here(lesson):
    return replace(lesson).fingerprint  # a copy has nothing cached


def _client(scheduler):
    try:
        from dask.distributed import Client, Security, rpc
    except ImportError:
        raise NoCluster(
            "dask.distributed is not installed (pip install 'backprop[grading,cluster]', or distributed)"
        ) from None
    # What they say of a connection that breaks is said here, in one sentence.
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    async def ask():
        async with rpc(scheduler, connection_args=Security().get_connection_args("client")) as it:
            await it.identity()

    try:
        # A client would wait for ever for somebody who listens there and never speaks.
        asyncio.run(asyncio.wait_for(ask(), CONNECT_SECONDS))
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # whatever the words of somebody else are taken for
        said = str(error) or f"nothing was heard for {CONNECT_SECONDS:g} seconds"
        raise NoCluster(f"no Dask scheduler answers at {scheduler}: {said}") from None
