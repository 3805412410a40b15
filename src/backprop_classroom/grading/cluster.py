"""A Dask cluster as a pool of workers.

A Dask scheduler imports this module too, so what grades is imported where it is needed.
"""

import asyncio
import logging
import pickle
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

if TYPE_CHECKING:
    from dask.distributed import Client

    from ..lesson import Lesson
    from .results import Graded
    from .worker import Job, SandboxKind

CONNECT_SECONDS = 20  # to reach a Dask scheduler
PATIENCE_SECONDS = 60  # with a cluster that does not answer, or has no worker


class NoCluster(ConnectionError):
    """There is no Dask cluster to begin with; the message says what is missing."""


class ClusterLost(ConnectionError):
    """The Dask cluster is of no more use; the message says why and what to do."""


class Cluster:
    """The workers of a Dask cluster; see `Pool` for what it can be asked.

    Parameters
    ----------
    address
        Of the scheduler, "tcp://host:port".
    workers
        How many jobs are worked on at a time; None for one a thread of the cluster.

    Raises
    ------
    NoCluster
        If no scheduler answers there, or there is no Dask.
    """

    def __init__(self, address: str, workers: int | None) -> None:
        self._name, self._wanted = f"the Dask scheduler at {address}", workers
        self._client = _client(address)
        self._connection = self._client.scheduler_comm
        self._executor = self._client.get_executor(pure=False)
        self._lock = threading.Lock()
        self._open: set[Future[Graded]] = set()
        self._lost = ""
        self._closing = threading.Event()
        self._threads = self._count_threads()
        if not self._threads:
            waiting = f"waiting {PATIENCE_SECONDS:g} seconds for one"
            tqdm.write(f"{self._name} has no workers yet; {waiting}", file=sys.stderr)
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def workers(self) -> int:
        """How many jobs are worked on at a time; changes as the cluster does."""
        return self._wanted or max(1, self._threads)

    def submit(self, job: "Job") -> "Future[Graded]":
        """Start on a job, or raise `ClusterLost`."""
        self._look_at_connection()
        # A future of our own: those of Dask's executor may never end once a connection breaks.
        ours: Future[Graded] = Future()
        with self._lock:
            if self._lost:
                raise ClusterLost(self._lost)
            self._open.add(ours)
        # As bytes, which the scheduler passes on without a look at them.
        data, fingerprint = pickle.dumps(job), job.lesson.fingerprint
        try:
            theirs = self._executor.submit(_run_job, data, fingerprint)
        except Exception:  # Dask's client closes itself when its connection breaks
            self._lose(f"the connection to {self._name} broke")
            raise ClusterLost(self._lost) from None
        theirs.add_done_callback(lambda theirs: self._settle(ours, theirs))
        return ours

    def make_ready(self, kind: "SandboxKind") -> None:
        """Do nothing: the workers start their own sandboxes, as jobs come."""

    def renew(self) -> None:
        """Do nothing: Dask gives the jobs of a worker that vanished to others."""

    def close(self, at_once: bool) -> None:
        """Leave the cluster; its workers stay."""
        # The scheduler forgets what a client asked for when the client goes.
        self._closing.set()
        self._client.close(timeout=5)

    def _settle(self, ours: "Future[Graded]", theirs: Any) -> None:
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

    def _lose(self, why: str) -> None:
        """Give up all that is open; whoever submits more is told why."""
        with self._lock:
            if self._closing.is_set():
                return
            self._lost = self._lost or (
                f"{why}; when that is fixed, run the same command again; what is graded is kept"
            )
            given_up, self._open = self._open, set()
        for ours in given_up:
            ours.set_exception(ClusterLost(self._lost))

    def _watch(self) -> None:
        """Look after the cluster: jobs that nobody can work on would wait forever."""
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

    def _look_at_connection(self) -> None:
        # Dask makes a new one by itself, but has forgotten then what it was asked to do.
        client = self._client
        if client.status != "running" or client.scheduler_comm is not self._connection:
            self._lose(f"the connection to {self._name} broke")

    def _count_threads(self) -> int:
        client = self._client
        return sum(client.sync(client.scheduler.ncores, callback_timeout=5).values())


class Unfit(RuntimeError):
    """A worker must not grade; the message says why."""


def _run_job(data: bytes, fingerprint: str) -> "Graded":
    """Grade on a worker of a cluster, if its package judges like that of who asks."""
    from dask.distributed import get_worker

    from .sandbox import NoSandbox
    from .worker import grade_in_bounds

    job: Job = pickle.loads(data)
    here = get_worker().address
    if _fingerprint_here(job.lesson) != fingerprint:
        raise Unfit(
            f"the worker at {here} has another version of this package and might give other "
            "points; install the same one everywhere, then start the workers again"
        )
    try:
        return grade_in_bounds(job)
    except NoSandbox as error:
        raise NoSandbox(f"{here}: {error}") from None


@lru_cache(maxsize=16)
def _fingerprint_here(lesson: "Lesson") -> str:
    return replace(lesson).fingerprint  # a copy has nothing cached


def _client(scheduler: str) -> "Client":
    try:
        from dask.distributed import Client, Security, rpc
    except ImportError:
        raise NoCluster(
            "dask.distributed is not installed (pip install 'backprop[grading,cluster]', or "
            "distributed)"
        ) from None
    # What they say of a connection that breaks is said here, in one sentence.
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    async def ask() -> None:
        async with rpc(scheduler, connection_args=Security().get_connection_args("client")) as it:
            await it.identity()

    try:
        # A client would wait forever for somebody who listens there and never speaks.
        asyncio.run(asyncio.wait_for(ask(), CONNECT_SECONDS))
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # whatever the words of somebody else are taken for
        said = str(error) or f"nothing was heard for {CONNECT_SECONDS:g} seconds"
        raise NoCluster(f"no Dask scheduler answers at {scheduler}: {said}") from None
