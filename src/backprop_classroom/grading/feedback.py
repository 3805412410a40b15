"""Writes nbgrader's feedback pages for a class, each in a process of its own."""

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from ..gradebook.database import gradebook_of
from ..gradebook.records import read
from ..processes import interrupts_held_back
from ..settings import course_settings
from ..texts import shown
from .pool import start_method

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
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool, _nothing_more_when_stopped(pool):
        futures = {
            pool.submit(_write_in_a_process, root, lesson, student): student for student in students
        }
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


def _write_in_a_process(root: Path, lesson: str, student: str) -> str:
    """Make one page where time and memory have limits; return what went wrong, or ""."""
    context = multiprocessing.get_context(start_method())
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sending, root, lesson, student), daemon=True)
    with interrupts_held_back():  # of the terminal, in the process; this one ends when it does
        process.start()
    sending.close()
    try:
        fault = receiving.recv()
    except EOFError:
        fault = ""
    process.join()
    receiving.close()
    code = process.exitcode
    if fault or not code:
        return fault
    if code == -getattr(signal, "SIGXCPU", 0):
        return f"its page takes more than {PAGE_SECONDS} s of CPU time"
    return f"the process that makes its page ended with exit code {code}"


def _work(answer: "Connection", root: Path, lesson: str, student: str) -> None:
    _limit_this_process()
    answer.send(_write_one(root, lesson, student))


def _limit_this_process() -> None:
    """Bound time and memory from here on, where the system can."""
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


def _write_one(root: Path, lesson: str, student: str) -> str:
    """Let nbgrader make one page; return what went wrong, or ""."""
    os.chdir(root)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL + 1)
    config = course_settings(root)
    config.CourseDirectory.assignment_id, config.CourseDirectory.student_id = lesson, student
    converter = _Feedback(coursedir=CourseDirectory(config=config), config=config)
    converter.force = True
    try:
        converter.start()
    except (Exception, SystemExit) as error:  # nbgrader ends its process where a file is missing
        return _in_words(converter.fault or error)
    return ""


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
