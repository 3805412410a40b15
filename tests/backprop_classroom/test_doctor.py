"""`doctor` says in a few lines what a machine has, what it lacks, and what brings that."""

import importlib.metadata
import re

import pytest
from course import REPOSITORY
from required import require

from backprop_classroom import doctor
from backprop_classroom.__main__ import main
from backprop_classroom.grading import bubblewrap
from backprop_classroom.grading.bubblewrap import why_no_sandbox

LOOKS = [about for about, _, _ in doctor._LOOKS]


def looked(root, capsys):
    """Run the command; return its exit code, the state of each thing, and all that it printed."""
    code = main(["--root", str(root), "doctor"])
    printed = capsys.readouterr().out
    found = re.findall(r"^(ok|MISSING|optional) +(\w+)", printed, re.MULTILINE)
    assert [about for _, about in found] == LOOKS
    return code, {about: state for state, about in found}, printed


@pytest.fixture
def handed_out(tmp_path):
    """What a student has, as far as this command reads it."""
    (tmp_path / "requirements.txt").write_bytes((REPOSITORY / "requirements.txt").read_bytes())
    return tmp_path


@pytest.fixture
def teaching(handed_out):
    (handed_out / "solutions").mkdir()
    return handed_out


def leave_out(left_out, monkeypatch):
    """Let one of the looks find that all is well, without looking."""
    looks = [
        (
            about,
            (lambda about, root: doctor.Finding(about, "not tried")) if about == left_out else look,
            late,
        )
        for about, look, late in doctor._LOOKS
    ]
    monkeypatch.setattr(doctor, "_LOOKS", tuple(looks))


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch):
    """Starting a kernel takes a second, and one test does so."""
    leave_out("kernel", monkeypatch)


@pytest.fixture
def no_sandbox(monkeypatch):
    """Starting a sandbox takes a second, and the test of a complete machine does so."""
    leave_out("sandbox", monkeypatch)


def test_a_kernel_that_starts_is_well():
    assert doctor._found("kernel", doctor._kernel, REPOSITORY).fix == ""


def test_a_kernel_that_does_not_start_has_a_fix(monkeypatch):
    from backprop_classroom import release

    def execute(notebook, name):
        raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr(release, "execute", execute)
    found = doctor._found("kernel", doctor._kernel, REPOSITORY)
    assert "Kernel died" in found.said and "make clean setup" in found.fix and found.needed


def test_where_all_is_there_the_exit_code_is_0(teaching, capsys, monkeypatch):
    require(not why_no_sandbox(), why_no_sandbox())
    code, states, printed = looked(teaching, capsys)
    needed = {about: state for about, state in states.items() if about != "Chromium"}
    assert set(needed.values()) == {"ok"}, printed
    assert code == 0 and printed.endswith("nothing is missing for students and instructors\n")
    assert len(printed.splitlines()) <= 13


def test_without_bubblewrap_teaching_is_impossible_and_the_fix_is_named(
    teaching, capsys, monkeypatch
):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda *_, **__: None)
    code, states, printed = looked(teaching, capsys)
    assert code == 1 and states["bubblewrap"] == states["sandbox"] == "MISSING"
    assert "-> apt install bubblewrap" in printed and "missing: bubblewrap, sandbox" in printed


def test_a_student_learns_what_teaching_would_need_and_lacks_nothing(
    handed_out, capsys, monkeypatch
):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    code, states, printed = looked(handed_out, capsys)
    assert code == 0 and "nothing is missing for a student" in printed
    assert states["bubblewrap"] == states["nbgrader"] == "optional"
    assert "-> make setup GROUPS=grading" in printed


@pytest.mark.usefixtures("no_sandbox")
def test_an_instructor_without_nbgrader_is_told_what_installs_it(teaching, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    code, states, printed = looked(teaching, capsys)
    assert code == 1 and states["nbgrader"] == "MISSING"
    assert "-> make setup GROUPS=grading" in printed


@pytest.mark.usefixtures("no_sandbox")
def test_a_package_of_another_version_and_one_that_is_missing_are_named(
    handed_out, capsys, monkeypatch
):
    lock = handed_out / "requirements.txt"
    lock.write_text(re.sub(r"^tqdm==.*", "tqdm==0.0.1", lock.read_text(), flags=re.MULTILINE))
    installed = importlib.metadata.version("tqdm")
    there = doctor.version

    def version(name):
        if name == "psutil":
            raise importlib.metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(doctor, "version", version)
    code, states, printed = looked(handed_out, capsys)
    assert code == 1 and states["packages"] == "MISSING"
    assert "psutil is not installed" in printed and f"tqdm is {installed}, not 0.0.1" in printed


@pytest.mark.usefixtures("no_sandbox")
def test_a_folder_without_a_lock_is_no_traceback(tmp_path, capsys):
    code, states, printed = looked(tmp_path, capsys)
    assert code == 1 and states["packages"] == "MISSING" and "FileNotFoundError" in printed


@pytest.mark.usefixtures("no_sandbox")
def test_a_folder_that_cannot_be_written_is_named(handed_out, capsys, monkeypatch):
    def refuse(dir):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    code, states, printed = looked(handed_out, capsys)
    assert (
        code == 1 and states["folder"] == "MISSING" and f"{handed_out} cannot be written" in printed
    )


def test_the_memory_of_a_container_is_its_limit(tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text("max\n")
    assert doctor._limit_of_container(tmp_path) is None
    (tmp_path / "memory.max").write_text(f"{512 * 2**20}\n")
    assert doctor._limit_of_container(tmp_path) == 512 * 2**20
    monkeypatch.setattr(doctor, "_limit_of_container", lambda: 512 * 2**20)
    found = doctor._memory("memory", tmp_path)
    assert found.said.startswith("0.5 GB") and "Docker Desktop" in found.fix


def test_what_is_found_is_one_line_and_its_fix_another():
    found = doctor.Finding("bubblewrap", "fails\x1b[31m", "mend it")
    assert str(found).splitlines() == [
        "MISSING  bubblewrap  fails\\x1b[31m",
        "                     -> mend it",
    ]
    assert str(doctor.Finding("Chromium", "none", "get it", needed=False)).startswith("optional")
