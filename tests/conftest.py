"""Settings for all tests: no real gradebook, slow files first, and a summary of skipped tests.

nbval forks its kernels.
"""

import contextlib
import os

import pytest
from forked_kernels import forked_kernels
from required import not_tested

# More threads do not speed up small arrays, and their busy waiting slows down other workers.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Tests must never use a real gradebook.
os.environ.pop("BACKPROP_DB_URL", None)

# The slowest files according to `python tests/bench/bench_suite.py`. They run first, so that no
# worker is still busy with one when the others have finished.
SLOW_FIRST = (
    "tests/browser/test_everybody.py",
    "tests/browser/test_student.py",  # in the lab that the tests above have loaded
    "tests/browser/",
    "tests/backprop_classroom/grading/test_nothing_lost.py",
    "tests/lessons/test_partly_solved.py",
    "tests/backprop_classroom/grading/test_hostile.py",
    "tests/backprop_classroom/grading/test_cluster.py",
    "tests/repository/test_contributing.py",
    "tests/lessons/test_accessible.py",
    "tests/repository/test_style.py",
    "tests/backprop_classroom/grading/test_marking.py",
    "tests/backprop_classroom/grading/test_nbgrader_commands.py",
    "tests/lessons/test_handwriting.py",
    "tests/repository/test_environment.py",
    "tests/backprop_classroom/test_release.py",
    "tests/backprop_classroom/grading/",
    "solutions/",
    "notebooks/",
    "tests/backprop_classroom/",
    "tests/backprop_judge/",
    "tests/lessons/",
)


def pytest_collection_modifyitems(items):
    """Move slow files to the front, and keep the order within each file."""

    def rank(item):
        places = (n for n, name in enumerate(SLOW_FIRST) if item.nodeid.startswith(name))
        return next(places, len(SLOW_FIRST))

    items.sort(key=rank)


_session = contextlib.ExitStack()


def pytest_sessionstart():
    _session.enter_context(forked_kernels())  # for nbval


def pytest_sessionfinish():
    _session.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Run all files of tests/browser on one worker, so that they share a lab and a Chromium."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            browser = nodeid.startswith("tests/browser/")
            return "tests/browser" if browser else super()._split_scope(nodeid)

    return ByFile(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_terminal_summary(terminalreporter):
    """Print which tests were skipped, and the command that installs what they need."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped
               if isinstance(report.longrepr, tuple)]  # fmt: skip
    for line in not_tested(reasons):
        terminalreporter.write_line(line)
