"""Writes nbgrader's feedback pages for a class, several at a time."""

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from ..gradebook.database import gradebook_of
from ..gradebook.records import read
from ..settings import course_settings
from ..texts import shown


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
    context = multiprocessing.get_context("spawn")
    failed = {}
    with ProcessPoolExecutor(
        # Ctrl-C in a terminal reaches every process; the others end with this one.
        workers or os.cpu_count(), mp_context=context, initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    ) as pool, _nothing_more_when_stopped(pool):  # fmt: skip
        futures = {pool.submit(_write_one, root, lesson, student): student for student in students}
        progress = tqdm(as_completed(futures), total=len(students), unit="page", desc="feedback")
        for future in progress:
            try:
                fault = future.result()
            except Exception as error:  # one page never keeps back the others
                fault = f"{type(error).__name__}: {error}"
            if fault:
                failed[futures[future]] = fault
                progress.write(f"{shown(futures[future])}: {shown(fault)}", file=sys.stderr)
    print(f"{len(students) - len(failed)} of {len(students)} pages written to feedback/")
    return 1 if failed else 0


@contextmanager
def _nothing_more_when_stopped(pool: Executor) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C; a pool would write all other pages first
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _write_one(root: Path, lesson: str, student: str) -> str:
    """Let nbgrader make one page; return what went wrong, or ""."""
    os.chdir(root)
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    config = course_settings(root)
    result = NbGraderAPI(CourseDirectory(config=config), config=config).generate_feedback(
        lesson, student, force=True
    )
    if result["success"]:
        return ""
    lines = f"{result['log'] or ''}\n{result['error'] or ''}".strip().splitlines()
    return lines[-1].strip() if lines else "nbgrader failed without an error message"
