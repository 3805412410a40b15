"""A grader that gets a signal at a named point: ended_at.py POINT COUNT SIGNAL ARGUMENT...

The arguments are those of `backprop`. SIGKILL goes to this process alone; SIGINT to all
that it has started as well, as a terminal sends Ctrl-C. The signal comes when the point is reached
for the COUNTth time, so that what a test sees does not depend on how fast a machine is.
"""

import contextlib
import importlib.abc
import os
import signal
import sys
import time
from pathlib import Path

import psutil

POINTS = {}


def point(install):
    """Enter the decorated function: it takes `reached`, and has it called at the point."""
    POINTS[install.__name__] = install
    return install


def calling(owner, name, *, before=lambda *_: None, after=lambda *_: None):
    """Let a function be called between two others, with the same arguments."""
    function = getattr(owner, name)

    def called(*arguments):
        before(*arguments)
        result = function(*arguments)
        after(*arguments)
        return result

    setattr(owner, name, called)


# ---------------------------------------------------------------- processes


def any_below(is_it):
    """Tell whether there is a process below this one of which something is true."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error, OSError):  # it may have ended meanwhile
            if is_it(process):
                return True
    return False


def process_maps(process):
    """The files that a process has in its memory, such as the libraries that it has imported."""
    return Path(f"/proc/{process.pid}/maps").read_text()


@point
def while_it_imports(reached):
    class Watching(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path, target=None):
            if name == "sqlalchemy":
                reached()

    sys.meta_path.insert(0, Watching())


@point
def while_the_workers_import(reached):
    from multiprocessing import forkserver

    def wait(*_):
        # Before Python has begun in it, it would end without a word.
        while not any_below(lambda process: "numpy" in process_maps(process)):
            time.sleep(0.001)
        reached()

    calling(forkserver, "ensure_running", after=wait)


@point
def when_workers_start(reached):
    from backprop_classroom.grading import pool

    calling(pool._Processes, "_submit", after=reached)


@point
def while_sandboxes_start(reached):
    from backprop_classroom.grading import pool

    def wait(*_):
        while not any_below(lambda process: "bwrap" in process.name()):
            time.sleep(0.005)
        reached()

    calling(pool._Processes, "make_ready", after=wait)


# ---------------------------------------------------------------- what is written


@point
def while_the_gradebook_is_made(reached):
    from backprop_classroom.gradebook import database  # it replaces this function

    calling(database.nbgrader.api, "get_alembic_version", before=reached)


def _moved_into_place(file, reached):
    """See that a file is written beside its place; just before it is moved there."""
    calling(
        os, "replace", before=lambda _, path: os.fspath(path).endswith(file) and reached()
    )  # fmt: skip


@point
def while_a_copy_is_written(reached):
    _moved_into_place(".ipynb", reached)


@point
def between_a_copy_and_its_points(reached):
    from backprop_classroom.grading import run

    calling(run, "save", before=reached)


@point
def before_a_commit(reached):
    from sqlalchemy import Engine, event

    written = set()

    def execute(connection, cursor, statement, *rest):
        if statement.startswith("INSERT INTO backprop_record"):
            written.add(connection)

    def commit(connection):
        if connection in written:
            written.remove(connection)
            reached()

    event.listen(Engine, "before_cursor_execute", execute)
    event.listen(Engine, "commit", commit)


@point
def between_two_commits(reached):
    from backprop_classroom.grading import run

    calling(run, "save", after=reached)


@point
def while_the_table_is_written(reached):
    _moved_into_place("grades.csv", reached)


def end_at(point, count, name):
    """Have this process get a signal when it reaches a point for the COUNTth time."""
    left, number = int(count), signal.Signals[name]

    def reached(*_):
        nonlocal left
        left -= 1
        if left == 0:
            (os.killpg if number == signal.SIGINT else os.kill)(os.getpid(), number)

    POINTS[point](reached)


def main():
    point, count, name, *arguments = sys.argv[1:]
    end_at(point, count, name)
    from backprop_classroom.__main__ import main

    sys.exit(main(arguments))


if __name__ == "__main__":
    main()
