"""What CONTRIBUTING.md builds can be built: the page is replayed, block by block."""

import csv
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from course import REPOSITORY, cell_of, grade_id, write

from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.times import times_in

PAGE = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LESSON = "09_tanh"


def blocks(language):
    """Each block of a language, with the file that the text above it named last."""
    for found in BLOCK.finditer(PAGE):
        if found[1] == language:
            *_, place = re.findall(r"[\w/.]*\w+\.py\b", PAGE[: found.start()])
            yield place, found[2]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course in which everything on the page has been done, up to the releases."""
    root = tmp_path_factory.mktemp("course")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("src", "tests"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, root)
    for place, text in blocks("python"):
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") + "\n\n" if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(root)
        for program in ("make_lesson.py", "add_test.py"):
            runpy.run_path(program)
    return root


@pytest.fixture(scope="module")
def command(course):
    """Give a command of the course and return what it says; fail if it fails.

    One process runs all commands, since the imports take most of the time.
    """
    program = [sys.executable, "-c", COMMANDS]
    environment = os.environ | {"PYTHONPATH": str(course / "src")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, cwd=course, env=environment, **pipes) as process:

        def give(*arguments):
            process.stdin.write(json.dumps(arguments) + "\n")
            process.stdin.flush()
            code, said = json.loads(process.stdout.readline())
            assert code == 0, said
            return said

        yield give
        process.stdin.close()


COMMANDS = """
import contextlib, io, json, os, sys, traceback
from backprop_classroom.__main__ import main
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for line in sys.stdin:
    with io.StringIO() as said, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = main(json.loads(line))
        except BaseException:
            code = traceback.format_exc()
        print(json.dumps([code, said.getvalue()]), file=answers, flush=True)
"""


@pytest.fixture(scope="module")
def released(course, command):
    """The released lesson, with the exercise of the judge and the instructor's own test."""
    command("release", LESSON)
    return nbformat.read(course / "notebooks" / LESSON / "tanh.ipynb", as_version=4)


@pytest.fixture(scope="module")
def graded(course, command, released):
    """The course after grading: three students make the mistakes of the page, or answer nothing."""
    (no_tanh,) = re.findall(r"answer `tanh_slope` with `(return .*?)`", PAGE)
    (no_hidden,) = re.findall(r"an\s+answer with `(return .*?)`", PAGE)
    answers = {
        "ada": {"tanh_slope": no_tanh, "steepest": "return 1 - np.min(np.abs(a)) ** 2"},
        "bob": {"steepest": no_hidden},
        "cleo": {},
    }
    for student, answered in answers.items():
        notebook = nbformat.from_dict(released)
        for id, answer in answered.items():
            cell = cell_of(notebook, id)
            cell.source = cell.source.replace("raise NotImplementedError()", answer)
        write(notebook, course / "submitted" / student / LESSON / "tanh.ipynb")
    unsealed = ["--unsealed"] * bool(why_no_sandbox())
    command("grade", LESSON, "--workers", "1", *unsealed)
    command("report", LESSON)
    command("feedback", LESSON, "--workers", "1")
    return course


def rows_of(root):
    with open(root / "grades.csv", newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_the_page_names_a_file_for_every_block():
    places = [place for place, _ in blocks("python")]
    assert len(places) == len(set(places)) == 8
    # All but one are new.
    assert [place for place in places if (REPOSITORY / place).exists()] == [
        "src/backprop_judge/lessons/__init__.py"
    ]


def test_what_students_get_of_the_new_lesson_holds_no_answer_and_no_hidden_test(released):
    cells = {grade_id(cell): cell.source for cell in released.cells if grade_id(cell)}
    assert list(cells) == ["tanh_slope", "check_tanh_slope", "steepest", "test_steepest"]
    for id in ("tanh_slope", "steepest"):
        assert "raise NotImplementedError()" in cells[id]
    said = "".join(cell.source for cell in released.cells)
    assert "a**2" not in said and "np.abs" not in said and "HIDDEN" not in said
    assert "[0.5, 0.9]" in cells["test_steepest"] and "-0.9" not in cells["test_steepest"]


def test_the_new_lesson_states_its_time_and_keeps_what_every_lesson_keeps(course, released):
    counted = times_in(course, LESSON)
    assert counted.stated == counted.rounded
    assert counted.in_table == counted.in_text == {"tanh_slope": 5}
    assert counted.main.predictions == 1
    solved = nbformat.read(course / "solutions" / LESSON / "tanh.ipynb", as_version=4)
    (compared,) = [cell for cell in solved.cells if cell.id == "compare"]
    assert "Outcome: at 0." in compared.outputs[0].data["text/plain"]
    assert "see [Notation](../notation.md)" in solved.cells[0].source


def test_the_answers_of_the_new_exercise_are_judged_as_the_bank_says(course):
    options = ("-q", "-rp", "-n", "0", "-p", "no:cacheprovider", "-o", "addopts=")
    modules = [f"tests/backprop_judge/{name}.py" for name in ("test_bank", "test_exercises")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-k", "tanh_slope or every_automatic", *modules],
        cwd=course,
        env=os.environ | {"PYTHONPATH": str(course / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    for test in (
        "test_a_right_answer_passes[tanh_slope]",
        "test_a_wrong_answer_is_refused_and_named[tanh_slope]",
        "test_nothing_in_the_package_answers_an_exercise[drawing-tanh_slope]",
        "test_every_automatic_exercise_has_right_and_wrong_answers",
    ):
        assert f"{test}\n" in done.stdout


def test_the_new_mistake_is_named_in_the_report_about_the_class(graded):
    assert rows_of(graded)["ada"]["tanh_slope"] == "0"
    report = Path(graded, "report", f"{LESSON}.html").read_text(encoding="utf-8")
    (quoted,) = re.findall(r"went\s+wrong:\s+\*(.*?)\*", PAGE, re.DOTALL)
    assert quoted.lower() in report.lower()

    page = Path(graded, "feedback", "ada", LESSON, "tanh.html").read_text(encoding="utf-8")
    assert "tanh_slope(a)" in page and "0.64" in page and "0.24" in page


def test_a_test_of_ones_own_gives_points_and_is_marked_in_all_that_is_written(graded, command):
    # At home, where nobody has solutions/, the hidden test is not known.
    home = home_of(graded, "bob", graded / "submitted" / "bob" / LESSON / "tanh.ipynb")
    said = command("--root", home, "submit", LESSON, "bob")
    assert "Its checks give 2 of 3 points here" in said

    rows, own = rows_of(graded), "test_steepest (run beside student code)"
    assert {student: (row[own], row["points"], row["of"]) for student, row in rows.items()} == {
        "ada": ("2", "2", "3"), "bob": ("0", "0", "3"), "cleo": ("0", "0", "3"),
    }  # fmt: skip
    report = Path(graded, "report", f"{LESSON}.html").read_text(encoding="utf-8")
    assert re.search(r"test_steepest</code> <span[^>]*>run beside student code", report)
    assert not re.search(r"tanh_slope</code> <span[^>]*>run beside", report)
    for student in rows:
        page = Path(graded, "feedback", student, LESSON, "tanh.html").read_text(encoding="utf-8")
        assert page.count("test_steepest is the instructor") == 1
        assert "tanh_slope is a test" not in page


def home_of(root, student, notebook):
    """Lay out a folder as students have it; return its path."""
    home = root / "home" / student
    (home / "notebooks" / LESSON).mkdir(parents=True)
    shutil.copy(notebook, home / "notebooks" / LESSON)
    return str(home)
