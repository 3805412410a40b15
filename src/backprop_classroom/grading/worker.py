"""The code of a worker: it keeps a warm sandbox and grades submissions in it."""

import atexit
import contextlib
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from backprop.sandbox.channel import Channel

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
JUDGE_SECONDS = 1800  # CPU time of one job; the budget of a submission ends far earlier
MOST_LETTERS = 300  # length of a reported exception


_JUDGES = BoundedForThreads(JUDGE_SECONDS, JUDGE_MEMORY, doing="grading it")


@dataclass(frozen=True)
class SandboxKind:
    """The settings of a warm sandbox; jobs with equal settings share sandboxes.

    Attributes
    ----------
    warm_up
        The code cells that have run in it.
    sealed, limits, hidden
        See `Sandbox`.
    """

    warm_up: tuple[str, ...]
    sealed: bool
    limits: Limits
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One submission to grade, as plain data that can be sent to another process or machine.

    Attributes
    ----------
    lesson
        The lesson that the submission is for.
    student
        The id of the student.
    data
        The bytes of the notebook.
    sealed, limits, hidden
        See `Sandbox`.
    patient
        Whether to wait for idle code. If not, idle code raises `Waits`, so that the submission
        can be graded after all others.
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
        """The kind of sandbox that this job needs."""
        return SandboxKind(self.lesson.warm_up, self.sealed, self.limits, self.hidden)


def make_ready(kind: SandboxKind) -> None:
    """Start a warm sandbox in this process, for later jobs."""
    # An error here occurs again with the first job, and is reported then.
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
        Its points, or the reason why it has none.

    Raises
    ------
    NoSandbox
        If the sandbox should be sealed, but this machine does not allow it.
    SandboxFailed
        If the sandbox fails in every attempt.
    Waits
        If its code is idle and the job is not patient.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _grade_once(job)
        except (NoSandbox, Waits):
            raise
        except SandboxFailed:
            if attempt == ATTEMPTS:
                raise
        except Exception as error:  # a bad file must not stop the grading of other files
            return Graded(job.student, job.lesson.name, f"it cannot be graded: {_short(error)}")
    raise AssertionError("unreachable")


def grade_in_bounds(job: Job) -> Graded:
    """Call `grade_submission` in a separate process with limited memory.

    For processes with several threads, such as Dask workers. Exceptions of `grade_submission`
    are raised here too.

    Raises
    ------
    Exceeded
        If that process exceeds its limits, or ends.
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
    """The warm sandboxes of this process: one for each thread that is grading."""

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
            # bubblewrap ends a sandbox when the thread that started it ends.
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
    """Start a sandbox and run the released lesson in it once, so that its imports are loaded.

    Raises
    ------
    NoSandbox
        If the sandbox should be sealed, but this machine does not allow it.
    SandboxFailed
        If the sandbox does not start, or the lesson fails in it.
    """
    limits = kind.limits
    sandbox = Sandbox(sealed=kind.sealed, limits=limits, hidden=kind.hidden)

    def run_released(channel: Channel) -> None:
        session = Session(channel, limits)
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
