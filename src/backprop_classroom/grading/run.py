"""One run over a class: submits jobs to the pool and stores their results."""

import os
import re
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from tqdm import tqdm

from ..bounded import reason_for
from ..files import graded_folder, write_safely
from ..gradebook import records
from ..gradebook.database import gradebook_of, lesson_of, prepare_gradebook
from ..gradebook.enrolment import enrol
from ..gradebook.saving import MOST_LETTERS, retry, save
from ..lesson import Lesson
from ..release import Refused
from ..submissions.kept_roster import kept_roster
from ..submissions.not_placed import not_placed
from ..submissions.reading import Received, Unreadable, read_submission
from ..submissions.roster import BadRoster
from ..texts import shown
from .budget import Waits
from .cluster import ClusterLost
from .errors import Stop, cannot_write
from .nbgrader_plugins import register
from .options import Options
from .results import Graded, fingerprint_of
from .sandbox import NoSandbox, SandboxFailed
from .settling import (
    database_faults_as_stop,
    print_messages,
    said_of_gradebook,
    set_due_date,
    settle,
    write_table,
)
from .worker import Job

if TYPE_CHECKING:
    from .pool import Pool

ATTEMPTS = 3  # to grade a submission whose worker ended unexpectedly


def grade_submissions(
    root: Path,
    lesson: str,
    released: Sequence[NotebookNode],
    students: Sequence[str],
    pool: "Pool",
    options: Options,
) -> int:
    """Grade the submissions of these students.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        A folder in solutions/.
    released
        The cells of the released notebook.
    students
        The ids of the students.
    pool
        The workers.
    options
        The options for grading.

    Returns
    -------
    int
        The exit code: 0 if every submission has its points, else 1.

    Raises
    ------
    Stop
        If the gradebook or a file cannot be written.
    """
    with database_faults_as_stop():
        retry(lambda: prepare_gradebook(root))
        _register(root, lesson)
        with gradebook_of(root) as gradebook:
            _enrol_roster(root, gradebook)
            known = retry(lambda: lesson_of(root, gradebook, lesson, released), gradebook)
            set_due_date(gradebook, lesson, options.deadlines)
            run = _Run(root, known, gradebook, pool, options)
            with closing(run.progress):
                run.grade_all(students)
            pool.close(at_once=not run.graded)
            told = settle(root, gradebook, lesson, options.deadlines)
            write_table(root, gradebook, lesson, run.all_reasons(students))
    _print_summary(run, len(students), told, *not_placed(root, lesson))
    return 1 if run.reasons else 0


def _enrol_roster(root: Path, gradebook: Gradebook) -> None:
    """Add the roster to the gradebook, if `collect` was given one."""
    try:
        roster = kept_roster(root)
    except BadRoster as error:
        raise Stop(str(error)) from None
    if roster is not None:
        retry(lambda: enrol(gradebook, roster), gradebook)


def _register(root: Path, lesson: str) -> None:
    """Make nbgrader record the current cells of the lesson in solutions/."""
    try:
        register(root, lesson, renew=True)
    except Refused as refused:
        # nbgrader reports database errors as if they were errors of the lesson.
        of_database = re.search(r"\(\w+\.\w*Error\) (.+)", str(refused))
        if of_database is None:
            raise
        raise Stop(said_of_gradebook(of_database[1])) from None


@dataclass
class _Task:
    """One submission that is being graded."""

    received: Received
    job: Job
    fingerprint: str
    attempts: int = 0

    @property
    def student(self) -> str:
        return self.job.student


class _Run:
    """The state of one run over a class."""

    def __init__(
        self, root: Path, lesson: Lesson, gradebook: Gradebook, pool: "Pool", options: Options
    ) -> None:
        self._root, self._lesson, self._gradebook = root, lesson, gradebook
        self._pool, self._options = pool, options
        self._known = retry(lambda: records.read(gradebook, lesson.name), gradebook)
        self._in_gradebook = retry(lambda: records.students_of(gradebook, lesson.name), gradebook)
        self._running: dict[Future[Graded], _Task] = {}
        self._retries: deque[_Task] = deque()
        self._alone: deque[_Task] = deque()
        self._postponed: deque[_Task] = deque()
        self.reasons: dict[str, str] = {}
        self.graded = self.unchanged = 0
        self.progress = tqdm(unit="submission", desc=f"grading {lesson.name}", smoothing=0.05)

    def grade_all(self, students: Sequence[str]) -> None:
        """Grade the class, a few submissions at a time."""
        self.progress.reset(total=len(students))
        waiting = deque(students)
        while waiting or self._retries or self._alone or self._postponed or self._running:
            if not (waiting or self._retries or self._alone or self._running):
                self._retries, self._postponed = self._postponed, self._retries
            if self._alone and not self._running:
                self._submit(self._alone.popleft())
            # Only as many as keep the workers busy, so that memory does not grow with the class.
            most = 0 if self._alone else 2 * self._pool.workers
            while (waiting or self._retries) and len(self._running) < most:
                task = self._retries.popleft() if self._retries else self._task(waiting.popleft())
                if task is not None:
                    self._submit(task)
            if self._running:
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._finish(self._running.pop(future), future)

    def all_reasons(self, students: Sequence[str]) -> dict[str, str]:
        """Return why students have no points; includes students whom `only` excluded."""
        others = set(self._known) - set(students) if self._options.only else ()
        known = {student: self._known[student].graded.reason for student in others}
        return {student: reason for student, reason in known.items() if reason} | self.reasons

    def _task(self, student: str) -> _Task | None:
        """Return the task for a student, or None if there is nothing to grade."""
        try:
            student.encode()
        except UnicodeEncodeError:
            self._not_graded(ascii(student), "the name of the folder is not valid UTF-8")
            return None
        if len(student) > MOST_LETTERS:
            why = f"the name of the folder is longer than {MOST_LETTERS} characters"
            self._not_graded(student, why)
            return None
        try:
            received = read_submission(self._root, student, self._lesson)
        except Unreadable as error:
            self._keep(Graded(student, self._lesson.name, str(error)), "unreadable")
            return None
        except Exception as error:  # one bad folder must not stop the grading of the others
            self._keep(Graded(student, self._lesson.name, reason_for(error)), "unreadable")
            return None
        if received.remark:
            self._remark(student, received.remark)
        fingerprint = fingerprint_of(self._lesson, received.version)
        if self._is_done(student, fingerprint):
            self.unchanged += 1
            self.progress.update()
            return None
        sealed, limits = self._options.sealed, self._options.limits
        job = Job(
            self._lesson, student, received.data, sealed, limits, patient=False,
            hidden=(str(self._root),),
        )  # fmt: skip
        return _Task(received, job, fingerprint)

    def _is_done(self, student: str, fingerprint: str) -> bool:
        record = self._known.get(student)
        if self._options.force or record is None or record.fingerprint != fingerprint:
            return False
        if record.graded.reason:
            self._say(student, record.graded.reason)
            return True
        # The points in the gradebook or the graded copy may have been deleted.
        return student in self._in_gradebook and os.path.exists(self._copy_of(student))

    def _submit(self, task: _Task) -> None:
        task.attempts += 1
        try:
            self._running[self._pool.submit(task.job)] = task
        except BrokenExecutor:
            self._pool.renew()
            self._running[self._pool.submit(task.job)] = task

    def _finish(self, task: _Task, future: Future[Graded]) -> None:
        try:
            graded = future.result()
        except ClusterLost:
            raise
        except Waits as error:
            said = f"{error}; it will be graded after all others"
            self._remark(task.student, said)
            task.job = replace(task.job, patient=True)
            self._postponed.append(task)
            return
        except NoSandbox as error:
            raise Stop(f"a worker cannot start the sandbox: {error}") from None
        except Exception as error:  # a worker ended, or a sandbox did not start
            self._once_more(task, error)
            return
        self._keep(graded, task.fingerprint, task.received)

    def _once_more(self, task: _Task, error: Exception) -> None:
        if isinstance(error, BrokenExecutor):
            self._pool.renew()
        if task.attempts < ATTEMPTS:
            # When a worker ends, all running jobs fail. They are retried one at a time: otherwise
            # a submission that kills every worker would make the others fail again.
            (self._alone if isinstance(error, BrokenExecutor) else self._retries).append(task)
            return
        kind = "" if isinstance(error, SandboxFailed) else f"{type(error).__name__}: "
        why = f"grading it failed in {ATTEMPTS} attempts; the last error was: {kind}{error}"
        self._keep(Graded(task.student, self._lesson.name, why), "tried in vain")

    def _keep(self, graded: Graded, fingerprint: str, received: Received | None = None) -> None:
        """Store one result: first the copy, then everything else in one transaction."""
        when = received.when if received else None
        try:
            if graded.notebook and received:
                self._write_copy(graded, received)
            graded = save(self._gradebook, graded, fingerprint, when)
        except OSError as error:
            raise Stop(cannot_write("autograded/", error)) from None
        if graded.reason:
            self._not_graded(graded.student, graded.reason)
            return
        self.graded += 1
        for remark in graded.remarks:
            self._remark(graded.student, remark)
        self.progress.update()

    def _write_copy(self, graded: Graded, received: Received) -> None:
        copy = self._copy_of(graded.student)
        write_safely(copy, graded.notebook.encode())
        for name, data in received.companions.items():
            write_safely(copy.with_name(name), data)

    def _not_graded(self, student: str, reason: str) -> None:
        self._say(student, reason)
        self.progress.update()

    def _say(self, student: str, reason: str) -> None:
        self.reasons[student] = reason
        self._remark(student, reason)

    def _remark(self, student: str, said: str) -> None:
        self.progress.write(f"{shown(student)}: {shown(said)}", file=sys.stderr)

    def _copy_of(self, student: str) -> Path:
        folder = graded_folder(self._root, student, self._lesson.name)
        return folder / f"{self._lesson.notebook}.ipynb"


def _print_summary(
    run: _Run,
    count: int,
    told: Mapping[str, list[str]],
    without_place: Mapping[str, str],
    files: Sequence[str],
) -> None:
    print_messages(told)
    said = f"{count - len(run.reasons)} of {count} submissions are graded"
    if run.unchanged:
        said += f", {run.graded} of them new; unchanged submissions were not graded again"
    print(f"{said}; see grades.csv")
    if run.reasons:
        width = max(len(shown(student)) for student in run.reasons)
        print("not graded:")
        for student, reason in sorted(run.reasons.items()):
            print(f"  {shown(student):{width}}  {shown(reason)}")
    if without_place or files:
        print("left out by make collect:")
    for student, said in sorted(without_place.items()):
        print(f"  {shown(student)}: {shown(said)}")
    for said in files:
        print(f"  from an unknown student: {shown(said)}")
