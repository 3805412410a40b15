"""Writes nbgrader's feedback pages for a class, in processes with limited time and memory."""

import logging
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from ..bounded import Exceeded
from ..gradebook.database import gradebook_of
from ..gradebook.records import read
from ..html.pages import PAGE_MEMORY, PAGES
from ..settings import course_settings
from ..texts import shown
from .errors import Stop
from .settling import settle_again


def write_feedback(root: Path, lesson: str, workers: int | None = None) -> int:
    """Write feedback/<student>/<lesson>/ for every graded submission.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        A folder in solutions/.
    workers
        Number of pages written in parallel; None means one per core.

    Returns
    -------
    int
        The exit code: 0 if all pages were written, else 1.
    """
    root = Path(root).resolve()
    try:
        settle_again(root, lesson)
    except Stop as stop:
        print(f"no feedback: {stop}", file=sys.stderr)
        return 1
    with gradebook_of(root) as gradebook:
        records = read(gradebook, lesson)
    students = [student for student, one in sorted(records.items()) if not one.graded.reason]
    if not students:
        print(
            f"no submission of {lesson} is graded yet: run make grade LESSON={lesson}",
            file=sys.stderr,
        )
        return 1
    failed = {}
    number = min(workers or os.cpu_count() or 1, len(students))
    with ThreadPoolExecutor(number) as pool, _nothing_more_when_stopped(pool):
        futures = {pool.submit(_fault_of, root, lesson, student): student for student in students}
        progress = tqdm(as_completed(futures), total=len(students), unit="page", desc="feedback")
        for future in progress:
            try:
                fault = future.result()
            except Exception as error:  # one bad page must not stop the others
                fault = _in_words(error)
            if fault:
                failed[futures[future]] = fault
                progress.write(f"{shown(futures[future])}: {shown(fault)}", file=sys.stderr)
    PAGES.close()
    print(f"{len(students) - len(failed)} of {len(students)} pages written to feedback/")
    return 1 if failed else 0


@contextmanager
def _nothing_more_when_stopped(pool: Executor) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C; without this, the pool would first write all other pages
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _fault_of(root: Path, lesson: str, student: str) -> str:
    """Write one page in a process with limits; return an error message, or ""."""
    try:
        return "".join(PAGES.each(_write, root, lesson, student))
    except Exceeded as error:
        return str(error)


def _write(root: Path, lesson: str, student: str) -> Iterator[str]:
    """Write one page; yield an error message, or ""."""
    try:
        _write_one(root, lesson, student)
    except (Exception, SystemExit) as error:  # nbgrader exits if a file is missing
        yield _in_words(error)
    else:
        yield ""


def _write_one(root: Path, lesson: str, student: str) -> None:
    """Let nbgrader write one page; raise the original exception if it fails."""
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
    """nbgrader's converter, which also stores the exception that made it fail."""

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
        return f"writing its page takes more than {PAGE_MEMORY / 2**20:g} MB of memory"
    first = (str(error).strip().splitlines() or ["no message"])[0]
    return f"{type(error).__name__}: {shown(first[:300])}"
