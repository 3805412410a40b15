"""Runs the tests and prints the CPU seconds of each file, the largest first.

    .venv/bin/python tests/bench/bench_suite.py                  all tests of `make test`
    .venv/bin/python tests/bench/bench_suite.py tests/backprop   arguments are passed to pytest

It measures CPU time instead of wall time, because CPU time depends little on other work of the
machine. CPU time is the user and system time of pytest and of all its descendants, including
sandboxes whose first process outlives its parent. The tests run in one process, one after the
other. Work that several files share is counted for the file that needs it first, and a sandbox that
ends shortly after its file is counted for the next file.
"""

import ctypes
import os
import sys
from collections import Counter

import pytest

BECOME_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: processes without a parent become our children


class _Tell:
    """A pytest plugin that writes the name of each file and the CPU seconds so far to a pipe."""

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
    """CPU seconds by file, from the plugin and from processes that have ended."""

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
