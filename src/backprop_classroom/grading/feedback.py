"""Writes nbgrader's feedback pages for a class, in processes whose time and memory have limits."""

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from ..gradebook.database import gradebook_of
from ..gradebook.records import read
from ..settings import course_settings
from ..texts import shown
from .pool import start_method, starting_processes

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PAGE_SECONDS = 10  # CPU time of one page; a page of a lesson takes one
PAGE_MEMORY = 4 * 2**30  # bytes of addresses, of which most are never used


def write_feedback(root: Path, lesson: str, workers: int | None = None) -> int:
    """Write feedback/<student>/<lesson>/ for every graded submission.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        A folder in solutions/.
    workers
        How many pages are made at a time; None for one a core.

    Returns
    -------
    int
        The exit code: 0 if all pages were written, else 1.
    """
    root = Path(root).resolve()
    with gradebook_of(root) as gradebook:
        records = read(gradebook, lesson)
    students = [student for student, one in sorted(records.items()) if not one.graded.reason]
    if not students:
        print(
            f"nothing of {lesson} has been graded yet: make grade LESSON={lesson}", file=sys.stderr
        )
        return 1
    multiprocessing.set_forkserver_preload([__name__])
    failed = {}
    several = _Workers(root, lesson, min(workers or os.cpu_count() or 1, len(students)))
    with ThreadPoolExecutor(several.number) as pool, _nothing_more_when_stopped(pool):
        futures = {pool.submit(several.write, student): student for student in students}
        progress = tqdm(as_completed(futures), total=len(students), unit="page", desc="feedback")
        for future in progress:
            try:
                fault = future.result()
            except Exception as error:  # one page never keeps back the others
                fault = _in_words(error)
            if fault:
                failed[futures[future]] = fault
                progress.write(f"{futures[future]}: {fault}", file=sys.stderr)
    print(f"{len(students) - len(failed)} of {len(students)} pages written to feedback/")
    return 1 if failed else 0


@contextmanager
def _nothing_more_when_stopped(pool: Executor) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C; a pool would write all other pages first
        pool.shutdown(wait=False, cancel_futures=True)
        raise


class _Workers:
    """Several processes that make pages, each lent to one thread at a time."""

    def __init__(self, root: Path, lesson: str, number: int) -> None:
        self.number = number
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        for _ in range(number):
            self._free.put(_Worker(root, lesson))

    def write(self, student: str) -> str:
        """Make one page; return what went wrong, or ""."""
        worker = self._free.get()
        try:
            return worker.write(student)
        finally:
            self._free.put(worker)


class _Worker:
    """A process that makes pages, one after the other; after a page that ends it, a fresh one."""

    def __init__(self, root: Path, lesson: str) -> None:
        self._about = (root, lesson)
        self._process: BaseProcess | None = None

    def write(self, student: str) -> str:
        """Make one page where time and memory have limits; return what went wrong, or ""."""
        process = self._process or self._started()
        try:
            self._line.send(student)
            return self._line.recv()
        except (EOFError, ConnectionError):
            process.join()
            self._line.close()
            self._process = None
        if process.exitcode == -getattr(signal, "SIGXCPU", 0):
            return f"its page takes more than {PAGE_SECONDS} s of CPU time"
        return f"the process that makes its page ended with exit code {process.exitcode}"

    def _started(self) -> BaseProcess:
        context: Any = multiprocessing.get_context(start_method())
        self._line, other = context.Pipe()
        process = context.Process(target=_work, args=(other, *self._about), daemon=True)
        with starting_processes():
            process.start()
        other.close()  # so that it closes with the process
        self._process = process
        return process


def _work(line: "Connection", root: Path, lesson: str) -> None:
    with contextlib.suppress(EOFError):  # the command has ended
        while True:
            student, fault = line.recv(), ""
            _limit_this_process()
            try:
                _write_one(root, lesson, student)
            except (Exception, SystemExit) as error:  # nbgrader's, where a file is missing
                fault = _in_words(error)
            line.send(fault)


def _limit_this_process() -> None:
    """Bound the time from here on, and the memory, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + PAGE_SECONDS
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, PAGE_MEMORY),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS has none of memory
            resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))


def _write_one(root: Path, lesson: str, student: str) -> None:
    """Let nbgrader make one page; raise what went wrong."""
    os.chdir(root)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL + 1)
    config = course_settings(root)
    config.CourseDirectory.assignment_id, config.CourseDirectory.student_id = lesson, student
    converter = _Feedback(coursedir=CourseDirectory(config=config), config=config)
    converter.force = True
    try:
        converter.start()
    except Exception as error:
        raise converter.fault or error from None


class _Feedback(GenerateFeedback):
    """nbgrader's converter, which writes down why it failed; its own exception says that it did."""

    fault: BaseException | None = None

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.fault = error
            raise


def _in_words(error: BaseException) -> str:
    """Return an exception's type and message in one line."""
    if isinstance(error, MemoryError):
        return f"MemoryError: its page takes more than {PAGE_MEMORY / 2**30:g} GB of memory"
    first = (str(error).strip().splitlines() or ["no message"])[0]
    return f"{type(error).__name__}: {shown(first[:300])}"
