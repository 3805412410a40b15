"""What students get: one zip in which everything works and nothing gives an answer away."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from course import REPOSITORY, cell_of, make_course, most_of, source_of, write

from backprop_classroom.__main__ import main
from backprop_classroom.handout import SET_UP
from backprop_classroom.release import NOTATION, generate, lessons, notebook_of

LESSON, NAME = "03_backward_pass", "backward_pass.ipynb"
IN_ZIP = f"backprop/notebooks/{LESSON}/{NAME}"


def handout(root, *options):
    return main(["--root", str(root), "handout", *options])


def git(root, *arguments):
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


# --- the handout of this course ------------------------------------------------


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder that a student has who got the handout of this course."""
    folder = tmp_path_factory.mktemp("student")
    assert handout(REPOSITORY, "--to", str(folder / "handout.zip")) == 0
    with zipfile.ZipFile(folder / "handout.zip") as archive:
        archive.extractall(folder)
    assert sorted(os.listdir(folder)) == ["backprop", "handout.zip"]
    return folder / "backprop"


def test_it_holds_the_lessons_the_packages_and_the_set_up(unpacked):
    assert sorted(os.listdir(unpacked)) == sorted([*SET_UP, "notebooks", "src"])
    for lesson in lessons(REPOSITORY):
        released = notebook_of(REPOSITORY / "notebooks" / lesson)
        assert notebook_of(unpacked / "notebooks" / lesson).read_bytes() == released.read_bytes()
    # What a program writes while it runs is not the course's.
    assert not [path for path in unpacked.rglob("*") if path.name.endswith((".pyc", ".egg-info"))]


def without_layout(text):
    return re.sub(r"\s+", " ", text).strip()


def test_no_file_of_it_holds_an_answer(unpacked):
    texts = {}
    for path in unpacked.rglob("*"):
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            texts[path] = without_layout("\n".join(cell.source for cell in cells))
        elif path.is_file() and path.suffix not in (".npz", ".png"):
            texts[path] = without_layout(path.read_text(encoding="utf-8"))
    answers = [
        without_layout(answer)
        for lesson in lessons(REPOSITORY)
        for cell in source_of(lesson).cells
        for answer in re.findall(
            "### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL
        )
    ]
    assert len(answers) > 30
    found = [(answer, path) for answer in answers for path in texts if answer in texts[path]]
    assert found == []


def test_a_student_can_submit_there(unpacked):
    lesson = "08_autodiff"  # the one that runs in the shortest time
    student = [sys.executable, "-m", "backprop_classroom", "submit", lesson, "ada", "--anyway"]
    done = subprocess.run(
        student, cwd=unpacked, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(unpacked / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Its checks give 0 of {most_of(lesson):g} points here" in done.stdout
    with zipfile.ZipFile(unpacked / "to_hand_in" / f"{lesson}-ada.zip") as archive:
        assert f"ada/{lesson}/autodiff.ipynb" in archive.namelist()


@pytest.mark.parametrize("target", ["setup", "lab"])
def test_what_a_student_types_is_there(unpacked, target):
    done = subprocess.run(["make", "-n", target], cwd=unpacked, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    assert "sh src/setup.sh" in done.stdout
    assert (unpacked / "src" / "setup.sh").is_file()


@pytest.mark.parametrize("target", ["grade", "feedback", "report"])
def test_what_an_instructor_types_is_refused_there_in_one_line(unpacked, target):
    command = ["make", "--no-print-directory", target, f"LESSON={LESSON}"]
    done = subprocess.run(command, cwd=unpacked, capture_output=True, text=True)
    first, make = done.stderr.splitlines()
    assert first.startswith(f"{target}: there is no folder solutions/ here; ")
    assert re.match(r"make(\[\d+\])?: ", make) and done.returncode != 0 and done.stdout == ""


# --- a small course ------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one released lesson, which no git repository holds."""
    root = tmp_path_factory.mktemp("course")
    make_course(root, LESSON)
    shutil.copytree(generate(root, LESSON, tmp_path_factory.mktemp("generated")),
                    root / "notebooks" / LESSON)  # fmt: skip
    for name in SET_UP:
        shutil.copy(REPOSITORY / name, root)
    (root / "src").mkdir()
    (root / "src" / "module.py").write_text("x = 1\n")
    return root


@pytest.fixture(params=["with git", "without git"])
def root(request, course, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    root = shutil.copytree(course, tmp_path / "course")
    if request.param == "with git":
        git(root, "init", "--quiet")
        git(root, "add", ".")
    return root


def test_the_same_files_make_the_same_bytes(root, tmp_path):
    assert handout(root) == 0
    for path in root.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    (root / "src" / "module.py").chmod(0o600)
    assert handout(root, "--to", str(tmp_path / "again.zip")) == 0
    first = (root / "build" / "handout.zip").read_bytes()
    assert first == (tmp_path / "again.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "again.zip") as archive:
        assert set(archive.namelist()) == {
            IN_ZIP, "backprop/src/module.py", *(f"backprop/{name}" for name in SET_UP)
        }  # fmt: skip


def test_the_page_of_the_notation_is_packed_as_it_was_released(root, tmp_path, capsys):
    page, zipped = root / "notebooks" / NOTATION, tmp_path / "handout.zip"
    (root / "solutions" / NOTATION).write_text("letters")
    assert handout(root, "--to", str(zipped)) == 2
    assert "run make release" in capsys.readouterr().err
    page.write_text("letters")
    if (root / ".git").exists():
        git(root, "add", ".")
    assert handout(root, "--to", str(zipped)) == 0
    with zipfile.ZipFile(zipped) as archive:
        assert archive.read(f"backprop/notebooks/{NOTATION}") == b"letters"
    page.write_text("other letters")
    assert handout(root, "--to", str(zipped)) == 2


def test_what_students_and_programs_left_stays_out(root, tmp_path, capsys):
    notebook = root / "notebooks" / LESSON / NAME
    shutil.copy(root / "solutions" / LESSON / NAME, notebook.with_name("backward_pass-Copy1.ipynb"))
    for place in ("submitted/ada/a.ipynb", "gradebook.db", "grades.csv", "tests/test.py"):
        write(nbformat.v4.new_notebook(), root / place)
    (root / "src" / "__pycache__").mkdir()
    (root / "src" / "__pycache__" / "module.pyc").touch()
    assert handout(root, "--to", str(tmp_path / "handout.zip")) == 0
    with zipfile.ZipFile(tmp_path / "handout.zip") as archive:
        assert len(archive.namelist()) == len(SET_UP) + 2
    told = "git does not track it: notebooks/03_backward_pass/backward_pass-Copy1.ipynb"
    assert (told in capsys.readouterr().err) == (root / ".git").exists()


def solved_in_place(notebook):
    shutil.copy(notebook.parents[2] / "solutions" / LESSON / NAME, notebook)
    return (
        "differs from the released version of solutions/03_backward_pass and may contain answers: "
        "run make release"
    )


def with_one_answer(notebook):
    content = nbformat.read(notebook, as_version=4)
    cell_of(content, "output_error").source = "def output_error(out_y, Y):\n    return 0"
    nbformat.write(content, notebook)
    return "differs from the released version of solutions/03_backward_pass"


def damaged(notebook):
    notebook.write_text("{")
    return "cannot be read"


def not_there(notebook):
    notebook.unlink()
    return "cannot be read (FileNotFoundError): run make release"


@pytest.mark.parametrize("spoil", [solved_in_place, with_one_answer, damaged, not_there])
def test_a_notebook_that_was_not_released_is_refused(root, spoil, capsys):
    said = spoil(root / "notebooks" / LESSON / NAME)
    assert handout(root) == 2
    told = capsys.readouterr().err
    assert told.startswith("backprop: no handout: ") and said in told and told.count("\n") == 1
    assert not (root / "build").exists()


@pytest.mark.parametrize("root", ["with git"], indirect=True)
def test_a_lesson_that_git_does_not_track_is_refused(root, capsys):
    git(root, "rm", "--cached", f"notebooks/{LESSON}/{NAME}")
    assert handout(root) == 2
    assert f"run git add notebooks/{LESSON}/{NAME}" in capsys.readouterr().err


def test_a_file_that_is_missing_is_named(root, capsys):
    (root / "Makefile").unlink()
    assert handout(root) == 2
    said = f"{root}/Makefile cannot be read (No such file or directory): restore it"
    assert said in capsys.readouterr().err
    assert not (root / "build").exists()


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("handout", "must end in .zip"),
        ("Makefile/handout.zip", "cannot be written"),
        ("folder.zip", "cannot be written: Is a directory"),
    ],
)
def test_a_zip_that_cannot_be_written_is_named(root, to, said, capsys):
    (root / "folder.zip").mkdir()
    assert handout(root, "--to", str(root / to)) == 2
    told = capsys.readouterr().err
    assert said in told and str(Path(to)) in told and told.count("\n") == 1
