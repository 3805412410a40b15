"""A Dask cluster as a pool of workers.

A Dask scheduler imports this module too, so the grading code is imported inside functions.
"""

import asyncio
import contextlib
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

CONNECT_SECONDS = 20  # timeout for the connection to a Dask scheduler
ANSWER_SECONDS = 5  # timeout for one request to a scheduler
PATIENCE_SECONDS = 60  # timeout for a cluster that does not answer, or has no workers


class NoCluster(ConnectionError):
    """No Dask cluster can be used; the message says what is missing."""


class ClusterLost(ConnectionError):
    """The Dask cluster can no longer be used; the message says why and what to do."""


class Cluster:
    """The workers of a Dask cluster, with the interface of `Pool`.

    Parameters
    ----------
    address
        Address of the scheduler, "tcp://host:port".
    workers
        Number of jobs that run in parallel; None means one per thread of the cluster.

    Raises
    ------
    NoCluster
        If the scheduler does not answer, or Dask is not installed.
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
        """Number of jobs that run in parallel; the cluster may grow or shrink."""
        return self._wanted or max(1, self._threads)

    def submit(self, job: "Job") -> "Future[Graded]":
        """Submit a job and return its future, or raise `ClusterLost`."""
        self._look_at_connection()
        # A separate future: those of Dask's executor may never finish if the connection breaks.
        ours: Future[Graded] = Future()
        with self._lock:
            if self._lost:
                raise ClusterLost(self._lost)
            self._open.add(ours)
        # As bytes, which the scheduler forwards without unpickling them.
        data, fingerprint = pickle.dumps(job), job.lesson.fingerprint
        try:
            theirs = self._executor.submit(_run_job, data, fingerprint)
        except Exception:  # Dask's client closes itself when its connection breaks
            self._lose(f"the connection to {self._name} broke")
            raise ClusterLost(self._lost) from None
        theirs.add_done_callback(lambda theirs: self._settle(ours, theirs))
        return ours

    def make_ready(self, kind: "SandboxKind") -> None:
        """Do nothing: the workers start their sandboxes when jobs arrive."""

    def renew(self) -> None:
        """Do nothing: Dask gives the jobs of a lost worker to other workers."""

    def close(self, at_once: bool) -> None:
        """Disconnect from the cluster; its workers keep running."""
        # The scheduler drops the jobs of a client that disconnects.
        self._closing.set()
        with contextlib.suppress(TimeoutError):  # a silent scheduler
            self._client.close(timeout=ANSWER_SECONDS)

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
        """Fail all open jobs with `ClusterLost`; later calls of `submit` raise it too."""
        with self._lock:
            if self._closing.is_set():
                return
            self._lost = self._lost or (
                f"{why}; fix this, then run the same command again; submissions already graded "
                "are kept"
            )
            given_up, self._open = self._open, set()
        for ours in given_up:
            ours.set_exception(ClusterLost(self._lost))

    def _watch(self) -> None:
        """Watch the cluster: without workers, jobs would wait forever."""
        heard = time.monotonic()
        while not self._closing.wait(1):
            self._look_at_connection()
            try:
                self._threads = self._count_threads()
                problem = "" if self._threads else "has had no workers"
            except Exception:  # a broken connection can raise many types of exceptions
                problem = "has not answered"
            now = time.monotonic()
            if not problem:
                heard = now
            elif now - heard > PATIENCE_SECONDS:
                self._lose(f"{self._name} {problem} for {PATIENCE_SECONDS:g} seconds")

    def _look_at_connection(self) -> None:
        # Dask reconnects by itself, but has lost the submitted jobs by then.
        client = self._client
        if client.status != "running" or client.scheduler_comm is not self._connection:
            self._lose(f"the connection to {self._name} broke")

    def _count_threads(self) -> int:
        client = self._client
        return sum(client.sync(client.scheduler.ncores, callback_timeout=ANSWER_SECONDS).values())


class Unfit(RuntimeError):
    """A worker may not grade; the message says why."""


def _run_job(data: bytes, fingerprint: str) -> "Graded":
    """Grade on a cluster worker, if it has the same version of this package as the client."""
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
    return replace(lesson).fingerprint  # a copy has no cached fingerprint


def _client(scheduler: str) -> "Client":
    try:
        from dask.distributed import Client, Security, rpc
    except ImportError:
        raise NoCluster(
            "dask.distributed is not installed (pip install 'backprop[grading,cluster]', or "
            "distributed)"
        ) from None
    # Their log messages about broken connections are replaced by our one-sentence errors.
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    async def ask() -> None:
        async with rpc(scheduler, connection_args=Security().get_connection_args("client")) as it:
            await it.identity()

    try:
        # A client would wait forever for a server that accepts the connection and never answers.
        asyncio.run(asyncio.wait_for(ask(), CONNECT_SECONDS))
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # another kind of server can cause many types of exceptions
        said = str(error) or f"no reply within {CONNECT_SECONDS:g} seconds"
        raise NoCluster(f"no Dask scheduler answers at {scheduler}: {said}") from None
