"""What instructors' commands do on Windows, as far as Linux can tell.

A process of its own lacks there what Python lacks on Windows: for this package's imports the
modules, for everybody the functions.
"""

import subprocess
import sys

import pytest
from small_class import LESSON, lay_out_class

from backprop_classroom import files

AS_ON_WINDOWS = """
import builtins, multiprocessing, os, select, signal, subprocess, sys, types

MISSING = {"fcntl", "grp", "pwd", "resource", "termios"}
LOCKS = types.SimpleNamespace(LK_NBLCK=2, locking=lambda file, how, count: None)
find = builtins.__import__

def find_as_on_windows(name, names=None, *rest, **named):
    if not (names or {}).get("__name__", "").startswith("backprop"):
        return find(name, names, *rest, **named)
    if name in MISSING:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return LOCKS if name == "msvcrt" else find(name, names, *rest, **named)

builtins.__import__ = find_as_on_windows
multiprocessing.get_all_start_methods = lambda: ["spawn"]
for module, names in (
    (os, ("fork", "getuid", "killpg", "memfd_create")), (select, ("poll",)),
    (signal, ("SIGALRM", "pthread_sigmask", "setitimer")),
):
    for name in names:
        delattr(module, name)
"""


def as_on_windows(code):
    command = [sys.executable, "-c", AS_ON_WINDOWS + code]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [[], pytest.param(["--unsealed"], marks=pytest.mark.long)])
def test_grading_says_in_one_sentence_that_processes_cannot_be_forked(tmp_path, arguments):
    root = lay_out_class(tmp_path / "course", 1)
    command = ["--root", str(root), "grade", LESSON, *arguments]
    done = as_on_windows(
        f"from backprop_classroom.__main__ import main; sys.exit(main({command!r}))"
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("grading stopped: ") and "WSL" in line


def test_no_command_imports_what_windows_lacks():
    modules = (
        "grading.feedback", "grading.grade", "grading.nbgrader_plugins", "grading.run",
        "html.export", "release", "report.gathering", "submissions.collecting",
        "submissions.submitting",
    )  # fmt: skip
    done = as_on_windows("".join(f"import backprop_classroom.{name}\n" for name in modules))
    assert done.returncode == 0, done.stderr


def test_the_lock_of_windows_keeps_a_second_one_out(tmp_path, monkeypatch):
    class Locks:
        LK_NBLCK = 2
        taken = False

        def locking(self, file, how, count):
            assert (how, count) == (self.LK_NBLCK, 1)
            if self.taken:
                raise PermissionError(13, "Permission denied")
            self.taken = True

    monkeypatch.setattr(files, "fcntl", None)
    monkeypatch.setattr(files, "msvcrt", Locks(), raising=False)
    with open(tmp_path / "lock", "w") as file:
        assert files.locked(file)
        assert not files.locked(file)


def test_a_lock_keeps_a_second_one_out_until_its_file_is_closed(tmp_path):
    with open(tmp_path / "lock", "w") as second:
        with open(tmp_path / "lock", "w") as first:
            assert files.locked(first)
            assert not files.locked(second)
        assert files.locked(second)
