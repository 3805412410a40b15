"""Grades and writes pages in warm processes, for tests of what happens to points after grading.

At each `make grade`, the workers and their sandboxes need a second to start, and at each
`make feedback` the processes that write pages need longer. Here both stay warm for all courses of a
worker of pytest, and the same submission is graded once. Everything else is the same: each
submission runs in a fork of a sealed sandbox and is judged, and pages are written within limits.
"""

from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

from backprop_classroom.bounded import Bounded
from backprop_classroom.grading import feedback, grade, pool
from backprop_classroom.grading.worker import grade_submission
from backprop_classroom.html.pages import PAGE_MEMORY, PAGE_SECONDS

_graded = {}


class WarmPool:
    """Has the interface of `pool.Pool`."""

    workers = 1

    def __init__(self, workers=None, scheduler=None):
        assert scheduler is None

    def submit(self, job):
        """Grade a submission and return a future that is done."""
        future = Future()
        job = replace(job, hidden=())  # so that all courses have the same kind of sandbox
        known = job.lesson, job.student, job.data, job.sealed, job.limits
        try:
            if known not in _graded:
                _graded[known] = grade_submission(job)
            future.set_result(_graded[known])
        except Exception as error:
            future.set_exception(error)
        return future

    def make_ready(self, kind):
        pass

    def renew(self):
        pass

    def close(self, at_once=False):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class LastingPages:
    """Has the interface of `pages.PAGES`; its process is the same for all `make feedback`."""

    _process = Bounded(PAGE_SECONDS, PAGE_MEMORY, doing="writing its page")
    each = _process.each

    def close(self):
        pass


@contextmanager
def warm_grading():
    """Let `make grade` use `WarmPool`, and `make feedback` use `LastingPages`, in this block."""
    with (
        mock.patch.object(grade, "Pool", WarmPool),
        mock.patch.object(pool, "import_ahead", lambda *, here: None),
        mock.patch.object(feedback, "PAGES", LastingPages()),
    ):
        yield
