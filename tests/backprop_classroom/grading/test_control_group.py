"""Control groups: made where that is allowed, and none left behind."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from backprop_classroom.grading.control_group import PREFIX, ControlGroup
from backprop_classroom.grading.sandbox import Sandbox

VERSION_2 = {"memory.max": "max", "memory.current": "1000", "memory.events": "oom_kill 2\n"}
VERSION_1 = {"memory.limit_in_bytes": "9", "memory.usage_in_bytes": "1000",
             "memory.oom_control": "under_oom 0\noom_kill 0\n", "cpu.shares": "1024"}  # fmt: skip


@pytest.fixture
def kernel(monkeypatch):
    """Folders that are filled as the kernel fills a new group: {folder: files}."""
    filled = {}
    mkdir = Path.mkdir

    def make(self, *arguments, **options):
        if self.name.startswith(PREFIX):
            if self.parent not in filled:
                raise PermissionError(self)
            mkdir(self)
            for name, text in {**filled[self.parent], "cgroup.procs": ""}.items():
                (self / name).write_text(text)
        else:
            mkdir(self, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", make)
    monkeypatch.setattr(Path, "rmdir", lambda self: shutil.rmtree(self))
    return filled


def groups(folder):
    return list(folder.rglob(f"{PREFIX}*"))


def own(tmp_path, text):
    path = tmp_path / "cgroup"
    path.write_text(text)
    return path


def test_of_version_2_the_group_lies_below_that_of_the_grader(tmp_path, kernel):
    root = tmp_path / "fs"
    (root / "user" / "session").mkdir(parents=True)
    kernel[root / "user" / "session"] = VERSION_2
    group = ControlGroup.make(root, own(tmp_path, "0::/user/session\n"))
    (folder,) = groups(root)
    assert folder.parent == root / "user" / "session"
    group.allow(500)
    assert (folder / "memory.max").read_text() == "1500"
    assert not group.ended_some()
    (folder / "memory.events").write_text("oom_kill 3\n")
    assert group.ended_some() and not group.ended_some()
    group.remove()
    assert groups(root) == []


@pytest.mark.parametrize("files", [{}, None], ids=["no memory controller", "not allowed"])
def test_a_group_around_is_taken_where_the_own_one_cannot_be(tmp_path, kernel, files):
    root = tmp_path / "fs"
    (root / "a").mkdir(parents=True)
    if files is not None:
        kernel[root / "a"] = files
    kernel[root] = VERSION_2
    assert ControlGroup.make(root, own(tmp_path, "0::/a\n")) is not None
    assert [one.parent for one in groups(root)] == [root]


def test_of_version_1_there_is_one_group_for_memory_and_one_for_the_processor(tmp_path, kernel):
    root = tmp_path / "fs"
    for place in ("memory/a", "cpu/b"):
        (root / place).mkdir(parents=True)
        kernel[root / place] = VERSION_1
    listed = own(tmp_path, "5:memory:/a\n3:cpu,cpuacct:/b\n0::/\n")
    group = ControlGroup.make(root, listed)
    assert {one.parent.name for one in groups(root)} == {"a", "b"}
    command = group.entering(["sh", "-c", "echo $$ inside"])
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    number, word = printed.split()
    assert word == "inside"
    assert {(one / "cgroup.procs").read_text() for one in groups(root)} == {f"{number}\n"}


def test_where_no_group_may_be_made_there_is_none(tmp_path, kernel):
    assert ControlGroup.make(tmp_path, own(tmp_path, "0::/a\n")) is None
    assert ControlGroup.make(tmp_path / "missing", tmp_path / "missing") is None


def test_groups_of_graders_that_were_killed_are_removed(tmp_path, kernel):
    ended = subprocess.Popen(["true"])
    ended.wait()
    for number in (ended.pid, os.getpid()):
        os.mkdir(tmp_path / f"{PREFIX}{number}-0")
    kernel[tmp_path] = VERSION_2
    ControlGroup.make(tmp_path, own(tmp_path, "0::/\n"))
    kept = {one.name.split("-")[1] for one in groups(tmp_path)}
    assert kept == {str(os.getpid())}


def groups_of_this_process():
    return {*Path("/sys/fs/cgroup").rglob(f"{PREFIX}{os.getpid()}-*")}


def test_a_sandbox_leaves_no_group():
    before = groups_of_this_process()  # other tests may have sandboxes open
    Sandbox(sealed=True).close()
    assert groups_of_this_process() <= before
