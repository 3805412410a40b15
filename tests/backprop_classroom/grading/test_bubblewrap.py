"""Where bubblewrap does not work, the first thing that is said is why, and what mends it."""

import os

import pytest
from small_class import LESSON, lay_out_class

from backprop_classroom.__main__ import main
from backprop_classroom.grading import bubblewrap, pool
from backprop_classroom.grading.bubblewrap import CONTAINER_OPTIONS, Machine, mending

APPARMOR = "kernel.apparmor_restrict_unprivileged_userns"
# What bubblewrap prints there, as it was seen or as its source has it.
UBUNTU = "setting up uid map: Permission denied"
UBUNTU_ROOT = "loopback: Failed RTM_NEWADDR: Operation not permitted"
DOCKER = (
    "No permissions to create new namespace, likely because the kernel does not allow "
    "non-privileged user namespaces. See <https://deb.li/bubblewrap> or "
    "<file:///usr/share/doc/bubblewrap/README.Debian.gz>."
)
DOCKER_PROC = "Can't mount proc on /newroot/proc: Operation not permitted"
DOCKER_APPARMOR = "Failed to make / slave: Permission denied"
TOO_MANY = (
    "Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded "
    "(ENOSPC)"
)


@pytest.mark.parametrize(
    ("said", "machine", "command"),
    [
        (UBUNTU, Machine(False, False, {APPARMOR: "1"}), f"sudo sysctl -w {APPARMOR}=0"),
        (UBUNTU_ROOT, Machine(False, False, {APPARMOR: "1"}), f"sudo sysctl -w {APPARMOR}=0"),
        (
            DOCKER,
            Machine(False, False, {"kernel.unprivileged_userns_clone": "0", APPARMOR: "0"}),
            "sudo sysctl -w kernel.unprivileged_userns_clone=1",
        ),
        (
            TOO_MANY,
            Machine(False, False, {"user.max_user_namespaces": "0"}),
            "sudo sysctl -w user.max_user_namespaces=15000",
        ),
        (
            TOO_MANY,
            Machine(False, False, {"user.max_user_namespaces": "7"}),
            "sudo sysctl -w user.max_user_namespaces=15000",
        ),
        (DOCKER, Machine(True, False, {}), f"container with {CONTAINER_OPTIONS}"),
        (DOCKER_PROC, Machine(True, False, {}), f"container with {CONTAINER_OPTIONS}"),
        (DOCKER_APPARMOR, Machine(True, False, {}), f"container with {CONTAINER_OPTIONS}"),
        (DOCKER, Machine(True, True, {}), f"as an ordinary user and with {CONTAINER_OPTIONS}"),
        (
            UBUNTU,
            Machine(True, False, {APPARMOR: "1"}),
            f"on its host: sudo sysctl -w {APPARMOR}=0",
        ),
        ("something else", Machine(False, False, {APPARMOR: "0"}), CONTAINER_OPTIONS),
    ],
)
def test_the_command_that_mends_it_is_named(said, machine, command):
    assert command in mending(said, machine)


def test_a_setting_that_allows_namespaces_is_not_blamed():
    allowing = {APPARMOR: "0", "user.max_user_namespaces": "95000"}
    assert "sysctl" not in mending(UBUNTU, Machine(False, False, allowing))


def test_the_machine_is_known_by_its_files(tmp_path, monkeypatch):
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    switch = tmp_path / "proc/sys/kernel/apparmor_restrict_unprivileged_userns"
    switch.parent.mkdir(parents=True)
    switch.write_text("1\n")
    assert Machine.this(tmp_path) == Machine(False, os.getuid() == 0, {APPARMOR: "1"})
    (tmp_path / ".dockerenv").touch()
    assert Machine.this(tmp_path).in_container


# --- what people see --------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_process_is_left(monkeypatch):
    """Start no process for workers here: later tests would get one that does not find bubblewrap."""
    monkeypatch.setattr(pool, "import_ahead", lambda *, here: None)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Put a bubblewrap in front that fails with a message; return a function that does so."""
    folder = tmp_path / "programs"
    folder.mkdir()

    def put(said, machine):
        program = folder / "bwrap"
        program.write_text(f"#!/bin/sh\ncat >&2 <<'EOF'\nbwrap: {said}\nEOF\nexit 1\n")
        program.chmod(0o755)
        monkeypatch.setattr(Machine, "this", lambda: machine)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(bubblewrap, "_working", set())

    return put


@pytest.fixture
def course(tmp_path):
    return lay_out_class(tmp_path / "course", 1)


@pytest.mark.parametrize(
    ("said", "machine", "mended"),
    [
        (UBUNTU, Machine(False, False, {APPARMOR: "1"}), f"sysctl -w {APPARMOR}=0"),
        (DOCKER, Machine(True, False, {}), CONTAINER_OPTIONS),
    ],
)
def test_grading_says_so_before_it_tries_a_submission(fake, course, capfd, said, machine, mended):
    fake(said, machine)
    assert main(["--root", str(course), "grade", LESSON]) == 1
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert said.partition(". See")[0] in line and mended in line and "--unsealed" in line
    assert "deb.li" not in line
    assert not (course / "autograded").exists() and not (course / "grades.csv").exists()


def test_a_machine_without_bubblewrap_is_told_how_to_install_it(
    course, capfd, monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["--root", str(course), "grade", LESSON]) == 1
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert "bubblewrap is not installed: apt install bubblewrap" in line


@pytest.mark.parametrize(
    ("platform", "mended"),
    [("darwin", "grade in the container"), ("win32", "grade in WSL or in the container")],
)
def test_other_systems_are_sent_to_the_container(monkeypatch, platform, mended):
    monkeypatch.setattr(bubblewrap.sys, "platform", platform)
    said = bubblewrap.why_no_sandbox()
    assert "exists on Linux only" in said and mended in said


def test_a_bubblewrap_that_cannot_be_started_is_named(tmp_path, monkeypatch):
    program = tmp_path / "bwrap"
    program.write_text("no program\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert f"the program was {program}" in bubblewrap.why_no_sandbox()


def test_a_passing_fault_is_over_with_the_next_trial_and_success_is_not_tried_again(fake, tmp_path):
    fake(UBUNTU, Machine(False, False, {APPARMOR: "1"}))
    assert UBUNTU in bubblewrap.why_no_sandbox()
    program, tried = tmp_path / "programs/bwrap", tmp_path / "tried"
    program.write_text(f"#!/bin/sh\necho >>{tried}\n")
    assert [bubblewrap.why_no_sandbox() for _ in range(3)] == ["", "", ""]
    assert tried.read_text() == "\n"


def test_the_trial_asks_for_all_that_a_sandbox_asks_for(fake, tmp_path, monkeypatch):
    fake(UBUNTU, Machine(False, False, {}))
    program, listed = tmp_path / "programs/bwrap", tmp_path / "arguments"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{listed}\n')
    assert bubblewrap.why_no_sandbox() == ""
    asked = listed.read_text().splitlines()
    assert asked[: len(bubblewrap.seal()) - 1] == bubblewrap.seal()[1:]
    assert "--proc" in asked and "--unshare-net" in asked
