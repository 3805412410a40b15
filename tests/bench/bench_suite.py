"""Runs the tests and prints the CPU seconds of each file, the largest first.

    .venv/bin/python tests/bench/bench_suite.py                  all that `make test` runs
    .venv/bin/python tests/bench/bench_suite.py tests/backprop   arguments are pytest's

CPU seconds, not seconds on the wall, because they depend little on what else the machine does.
They are user and system time of pytest and of every process below it, also of sandboxes, whose
first process ends after the one that would wait for it. The tests run in one process, one after
the other. What several files share counts for the file that needs it first, and a sandbox that ends
a moment after its file for the next one.
"""

import ctypes
import os
import sys
from collections import Counter

import pytest

BECOME_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: processes without a parent become our children


class _Tell:
    """A plugin of pytest that writes to a pipe which file begins, and the CPU seconds so far."""

    def __init__(self, pipe):
        self._pipe, self._file = pipe, None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        self._begins(item.nodeid.split("::")[0])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self):
        self._begins("(end)")

    def _begins(self, file):
        if file != self._file:
            self._file = file
            os.write(self._pipe, f"{file}\t{sum(os.times()[:4])}\n".encode())


class _Table:
    """CPU seconds by file, from what the plugin tells and from processes that were waited for."""

    def __init__(self, pipe):
        self._told, self._seconds = os.fdopen(pipe), Counter()
        self._file, self._before = "(start and collection)", 0.0

    def add(self, seconds):
        for line in self._told:
            file, total = line.split("\t")
            self._add_until(float(total))
            self._file = file
        self._seconds[self._file] += seconds

    def _add_until(self, total):
        self._seconds[self._file] += total - self._before
        self._before = total

    def end(self, total):
        self.add(0)
        self._add_until(total)

    def __str__(self):
        lines = [f"{seconds:8.1f}  {file}" for file, seconds in self._seconds.most_common()]
        return "\n".join([" CPU s  file", *lines, f"{self._seconds.total():8.1f}  total"])


def main(arguments):
    reader, writer = os.pipe()
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1)
    tests = os.fork()
    if tests == 0:
        os.close(reader)
        return pytest.main(["-n", "0", *arguments], plugins=[_Tell(writer)])
    os.close(writer)
    os.set_blocking(reader, False)
    table, code = _Table(reader), None
    while code is None:
        process, status, usage = os.wait4(-1, 0)
        seconds = usage.ru_utime + usage.ru_stime
        if process == tests:
            table.end(seconds)
            code = os.waitstatus_to_exitcode(status)
        else:
            table.add(seconds)
    print(table)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
