"""One run over a class: hands out what is to be graded, writes down what came of it."""

import logging
import os
import re
import sys
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace

from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import DBAPIError
from tqdm import tqdm

from ..files import graded_folder, write_safely
from ..gradebook import records
from ..gradebook.course import NoDatabase, gradebook_of, lesson_of, prepare_gradebook
from ..gradebook.grades import write_grades
from ..gradebook.saving import MOST_LETTERS, patiently, save, timestamp_of
from ..release import Refused
from ..settings import course_settings
from ..submissions.reading import Unreadable, read_submission
from .budget import Waits
from .errors import Stop, cannot_write
from .nbgrader_plugins import register
from .pool import ClusterLost
from .results import Graded, fingerprint_of
from .sandbox import NoSandbox, SandboxFailed
from .worker import Job

ATTEMPTS = 3  # to grade a submission whose worker vanished


def grade_class(root, lesson, students, pool, options):
    """Grade what these students handed in; see `grade.grade`.

    pool -- the `Pool` that does it.

    Returns the exit code. Raises `Stop` if the gradebook or a file refuses.
    """
    with _database_faults_as_stop():
        patiently(lambda: prepare_gradebook(root))
        _register(root, lesson)
        with gradebook_of(root) as gradebook:
            known = patiently(lambda: lesson_of(root, gradebook, lesson), gradebook)
            run = _Run(root, known, gradebook, pool, options)
            try:
                run.grade(students)
            finally:
                run.progress.close()
            pool.close(at_once=not run.graded)
            try:
                table = root / "grades.csv"
                patiently(lambda: write_grades(gradebook, table, lesson, run.reasons), gradebook)
            except OSError as error:
                raise Stop(cannot_write("grades.csv", error)) from None
    _print_summary(run, len(students))
    return 1 if run.reasons else 0


@contextmanager
def _database_faults_as_stop():
    # What a database refuses nbgrader shows as a traceback; here it is one sentence.
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
    try:
        yield
    except NoDatabase as error:
        raise Stop(str(error)) from None
    except DBAPIError as error:
        raise Stop(_said_of_gradebook(error.orig)) from None


def _register(root, lesson):
    """Have nbgrader record the cells of the lesson, as they are now in solutions/."""
    try:
        register(root, lesson, renew=True)
    except Refused as refused:
        # nbgrader takes everything for a fault of the lesson, and reports it in its own way.
        of_database = re.search(r"\(\w+\.\w*Error\) (.+)", str(refused))
        if of_database is None:
            raise
        raise Stop(_said_of_gradebook(of_database[1])) from None


def _said_of_gradebook(fault):
    return (
        f"the gradebook cannot be used ({str(fault).strip()}): see that nothing else keeps it "
        "locked, that its disk has room and that you may write to it, then run the same command "
        "again; what is graded is kept"
    )


@dataclass
class _Task:
    """One submission on its way: what is known of it before it is graded."""

    student: str
    job: Job
    fingerprint: str
    companions: dict[str, bytes]
    attempts: int = 0


class _Run:
    """One run over a class."""

    def __init__(self, root, lesson, gradebook, pool, options):
        self._root, self._lesson, self._gradebook = root, lesson, gradebook
        self._pool, self._options = pool, options
        self._known = patiently(lambda: records.read(gradebook, lesson.name), gradebook)
        self._in_gradebook = patiently(
            lambda: records.students_of(gradebook, lesson.name), gradebook
        )
        self._late_penalty = _late_penalty(root)
        self._running = {}
        self._again = deque()
        self._alone = deque()
        self._asleep = deque()
        self.reasons = {}
        self.graded = self.unchanged = 0
        self.progress = tqdm(unit="submission", desc=f"grading {lesson.name}", smoothing=0.05)

    def grade(self, students):
        """Grade the class, a few submissions at a time."""
        self.progress.reset(total=len(students))
        waiting = deque(students)
        while waiting or self._again or self._alone or self._asleep or self._running:
            if not (waiting or self._again or self._alone or self._running):
                self._again, self._asleep = self._asleep, self._again
            if self._alone and not self._running:
                self._submit(self._alone.popleft())
            # No more in flight than keeps the workers busy: memory does not grow with the class.
            most = 0 if self._alone else 2 * self._pool.workers
            while (waiting or self._again) and len(self._running) < most:
                task = self._again.popleft() if self._again else self._task(waiting.popleft())
                if task is not None:
                    self._submit(task)
            if self._running:
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._finish(self._running.pop(future), future)

    def _task(self, student):
        """Return what there is to do for a student, or None if there is nothing."""
        try:
            student.encode()
        except UnicodeEncodeError:
            self._not_graded(ascii(student), "the name of the folder is no text in UTF-8")
            return None
        if len(student) > MOST_LETTERS:
            self._not_graded(
                student, f"the name of the folder is longer than {MOST_LETTERS} letters"
            )
            return None
        try:
            received = read_submission(self._root, student, self._lesson)
        except Unreadable as error:
            self._keep(Graded(student, self._lesson.name, str(error)), "unreadable")
            return None
        fingerprint = fingerprint_of(self._lesson, received.version)
        if self._is_done(student, fingerprint):
            self.unchanged += 1
            self.progress.update()
            return None
        options = self._options
        sealed, limits = options.sealed, options.limits
        job = Job(self._lesson, student, received.data, sealed, limits, patient=False)
        return _Task(student, job, fingerprint, received.companions)

    def _is_done(self, student, fingerprint):
        record = self._known.get(student)
        if self._options.force or record is None or record.fingerprint != fingerprint:
            return False
        if record.graded.reason:
            self._say(student, record.graded.reason)
            return True
        # Somebody may have taken the points out of the gradebook, or the copy away.
        return student in self._in_gradebook and os.path.exists(self._copy_of(student))

    def _submit(self, task):
        task.attempts += 1
        try:
            self._running[self._pool.submit(task.job)] = task
        except BrokenExecutor:
            self._pool.renew()
            self._running[self._pool.submit(task.job)] = task

    def _finish(self, task, future):
        try:
            graded = future.result()
        except ClusterLost:
            raise
        except Waits as error:
            said = f"{error} and computes nothing; it is graded when all others are"
            self.progress.write(f"{task.student}: {said}", file=sys.stderr)
            task.job = replace(task.job, patient=True)
            self._asleep.append(task)
            return
        except NoSandbox as error:
            raise Stop(f"a worker cannot shut student code off: {error}") from None
        except Exception as error:  # a worker that vanished, a sandbox that does not start
            self._once_more(task, error)
            return
        self._keep(graded, task.fingerprint, task.companions)

    def _once_more(self, task, error):
        if isinstance(error, BrokenExecutor):
            self._pool.renew()
        if task.attempts < ATTEMPTS:
            # All that were on their way fail with the worker that vanished: the next time one
            # by one, or a submission that ends every worker would take its neighbours along.
            (self._alone if isinstance(error, BrokenExecutor) else self._again).append(task)
            return
        said = str(error) if isinstance(error, SandboxFailed) else f"{type(error).__name__}: {error}"
        why = f"no worker could grade it, in {ATTEMPTS} attempts; the last said: {said}"
        self._keep(Graded(task.student, self._lesson.name, why), "tried in vain")

    def _keep(self, graded, fingerprint, companions=()):
        """Write one outcome down: the copy first, then everything else in one transaction."""
        try:
            if graded.notebook:
                copy = self._copy_of(graded.student)
                write_safely(copy, graded.notebook.encode())
                for name in companions:
                    write_safely(copy.with_name(name), companions[name])
            timestamp = timestamp_of(dict(companions))
            save(self._gradebook, graded, fingerprint, timestamp, self._late_penalty)
        except OSError as error:
            raise Stop(cannot_write("autograded/", error)) from None
        if graded.reason:
            self._not_graded(graded.student, graded.reason)
            return
        self.graded += 1
        for remark in graded.remarks:
            self.progress.write(f"{graded.student}: {remark}", file=sys.stderr)
        self.progress.update()

    def _not_graded(self, student, reason):
        self._say(student, reason)
        self.progress.update()

    def _say(self, student, reason):
        self.reasons[student] = reason
        self.progress.write(f"{student}: {reason}", file=sys.stderr)

    def _copy_of(self, student):
        folder = graded_folder(self._root, student, self._lesson.name)
        return folder / f"{self._lesson.notebook}.ipynb"


def _late_penalty(root):
    """Return what the course's settings take off for lateness; see `saving.save`."""
    assigning = AssignLatePenalties(config=course_settings(root))
    assigning.init_plugin()
    return assigning.plugin_inst.late_submission_penalty


def _print_summary(run, count):
    said = f"{count - len(run.reasons)} of {count} submissions have their points"
    if run.unchanged:
        said += f", {run.graded} of them new; what had not changed was left as it was"
    print(f"{said}; see grades.csv")
    if run.reasons:
        width = max(len(student) for student in run.reasons)
        print("not graded:")
        for student, reason in sorted(run.reasons.items()):
            print(f"  {student:{width}}  {reason}")
