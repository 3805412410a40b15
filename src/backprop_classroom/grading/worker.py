"""What a worker of the pool does: keeps a warm sandbox and grades what it is given in it."""

import atexit
import contextlib
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from backprop.sandbox.channel import Line

from ..bounded import BoundedForThreads
from ..lesson import Lesson
from ..limits import LIMITS, Limits
from ..processes import JUDGE_MEMORY
from . import picture_cache
from .budget import Waits
from .marking import mark
from .results import Graded
from .sandbox import NoSandbox, Sandbox, SandboxFailed
from .session import Broke, Session

ATTEMPTS = 3
JUDGE_SECONDS = 1800  # of its CPU time for one job; the budget of a submission ends far earlier
MOST_LETTERS = 300  # of what is told of an exception


_JUDGES = BoundedForThreads(JUDGE_SECONDS, JUDGE_MEMORY, doing="to grade it")


@dataclass(frozen=True)
class SandboxKind:
    """What makes one warm sandbox different from another.

    Attributes
    ----------
    warm_up
        The code cells that have run in it.
    sealed, limits, hidden
        As for `Sandbox`.
    """

    warm_up: tuple[str, ...]
    sealed: bool
    limits: Limits
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One submission to grade, as plain data that can go to another process or machine.

    Attributes
    ----------
    lesson
        What it was handed in for.
    student
        Who handed it in.
    data
        The bytes of the notebook.
    sealed, limits, hidden
        As for `Sandbox`.
    patient
        Whether code that waits is waited for; else it raises `Waits`, so that it can be
        graded when all others are.
    """

    lesson: Lesson
    student: str
    data: bytes
    sealed: bool = True
    limits: Limits = LIMITS
    patient: bool = True
    hidden: tuple[str, ...] = ()

    @property
    def kind(self) -> SandboxKind:
        """The kind of sandbox that it needs."""
        return SandboxKind(self.lesson.warm_up, self.sealed, self.limits, self.hidden)


def make_ready(kind: SandboxKind) -> None:
    """Have a warm sandbox waiting in this process, for the jobs that come."""
    # What goes wrong here goes wrong with the first job too, and is reported then.
    with contextlib.suppress(NoSandbox, SandboxFailed):
        _sandboxes.give_back(kind, _sandboxes.take(kind))


def grade_submission(job: Job) -> Graded:
    """Grade one submission in a warm sandbox of this process.

    Parameters
    ----------
    job
        The submission.

    Returns
    -------
    Graded
        Its points, or why it has none.

    Raises
    ------
    NoSandbox
        If the sandbox is to be sealed and cannot be.
    SandboxFailed
        If no sandbox can be started, several times over.
    Waits
        If its code waits, and the job is not patient.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _grade_once(job)
        except (NoSandbox, Waits):
            raise
        except SandboxFailed:
            if attempt == ATTEMPTS:
                raise
        except Exception as error:  # whatever this one file brings about: it is this file's
            return Graded(job.student, job.lesson.name, f"it cannot be graded: {_short(error)}")
    raise AssertionError("unreachable")


def grade_in_bounds(job: Job) -> Graded:
    """Do what `grade_submission` does, in a process of its own, whose memory is bounded.

    For a process that several threads share, such as a worker of Dask. What `grade_submission`
    raises comes from here too.

    Raises
    ------
    Exceeded
        If that process takes more than its limits, or ends.
    """
    (outcome,) = _JUDGES.each(_outcome, job)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _outcome(job: Job) -> Iterator[Graded | Exception]:
    try:
        yield grade_submission(job)
    except (NoSandbox, Waits, SandboxFailed) as error:
        yield error


def _short(error: Exception) -> str:
    name, said = type(error).__name__, str(error)
    return (f"{name}: {said}" if said else name)[:MOST_LETTERS]


def _grade_once(job: Job) -> Graded:
    sandbox = _sandboxes.take(job.kind)
    try:
        graded = mark(sandbox, job.lesson, job.student, job.data, job.patient)
    except Waits:
        _sandboxes.give_back(job.kind, sandbox)
        raise
    except BaseException:
        sandbox.close()
        raise
    _sandboxes.give_back(job.kind, sandbox)
    return graded


class _Sandboxes:
    """The warm sandboxes of this process: one for each thread that works at the same time."""

    def __init__(self) -> None:
        self._free: dict[SandboxKind, queue.SimpleQueue[Sandbox]] = {}
        self._lock = threading.Lock()

    def take(self, kind: SandboxKind) -> Sandbox:
        waiting = self._waiting(kind)
        while True:
            try:
                sandbox = waiting.get_nowait()
            except queue.Empty:
                return warm_sandbox(kind)
            # bubblewrap ends a sandbox together with the thread that started it.
            if sandbox.is_alive():
                return sandbox
            sandbox.close()

    def give_back(self, kind: SandboxKind, sandbox: Sandbox) -> None:
        self._waiting(kind).put(sandbox)

    def close(self) -> None:
        with self._lock:
            for sandboxes in self._free.values():
                while not sandboxes.empty():
                    sandboxes.get().close()

    def _waiting(self, kind: SandboxKind) -> "queue.SimpleQueue[Sandbox]":
        with self._lock:
            return self._free.setdefault(kind, queue.SimpleQueue())


_sandboxes = _Sandboxes()
atexit.register(_sandboxes.close)


def warm_sandbox(kind: SandboxKind) -> Sandbox:
    """Start a sandbox in which the released lesson has run once, so that all it needs is there.

    Raises
    ------
    NoSandbox
        If it is to be sealed and cannot be.
    SandboxFailed
        If it does not start, or the lesson cannot be run in it.
    """
    limits = kind.limits
    sandbox = Sandbox(sealed=kind.sealed, limits=limits, hidden=kind.hidden)

    def run_released(line: Line) -> None:
        session = Session(line, limits)
        before = picture_cache.load(kind.warm_up)
        if before:
            session.bring(before)
        for source in kind.warm_up:
            session.run(source)
        if kind.warm_up:
            drawn = session.drawn()
            if drawn.keys() != before.keys():
                picture_cache.store(kind.warm_up, drawn)

    try:
        sandbox.warm(run_released)
    except (Broke, SandboxFailed) as error:
        sandbox.close()
        raise SandboxFailed(f"the released lesson cannot be run: {error}") from None
    return sandbox
