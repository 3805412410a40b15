"""What holds for all tests: no real gradebook, slow files first, what was left out at the end."""

import os

from required import not_tested

# Small arrays gain nothing from more threads, which wait by computing, beside other workers.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A gradebook that somebody really uses is none of the tests' business.
os.environ.pop("BACKPROP_DB_URL", None)

# The files that take longest, by `python tests/bench/bench_suite.py`, so that none of them begins
# when the others are nearly done.
SLOW_FIRST = (
    "tests/backprop_classroom/grading/test_nothing_lost.py",
    "tests/browser/",
    "tests/backprop_classroom/grading/test_hostile.py",
    "tests/lessons/test_partly_solved.py",
    "tests/backprop_classroom/grading/test_cluster.py",
    "tests/backprop_classroom/grading/test_nbgrader_commands.py",
    "tests/lessons/test_accessible.py",
    "tests/repository/test_contributing.py",
    "tests/backprop_classroom/test_release.py",
    "solutions/",
    "notebooks/",
)


def pytest_collection_modifyitems(items):
    """Let slow files come first; the order within a file stays."""

    def rank(item):
        places = (n for n, name in enumerate(SLOW_FIRST) if item.nodeid.startswith(name))
        return next(places, len(SLOW_FIRST))

    items.sort(key=rank)


def pytest_terminal_summary(terminalreporter):
    """Say last what was not tested, and which one command brings it."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped
               if isinstance(report.longrepr, tuple)]  # fmt: skip
    for line in not_tested(reasons):
        terminalreporter.write_line(line)
