"""What CONTRIBUTING.md builds can be built: the page is replayed, block by block."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from course import REPOSITORY, grade_id

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
    """A copy of the course in which everything on the page has been done, up to `make release`."""
    root = tmp_path_factory.mktemp("course")
    for name in ("src", "tests"):
        shutil.copytree(
            REPOSITORY / name, root / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, root)
    for place, text in blocks("python"):
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") + "\n\n" if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")
    done(root, "make_lesson.py")
    commands(root, ["release", LESSON])
    return root


@pytest.fixture(scope="module")
def course_with_own_test(course, tmp_path_factory):
    """The course, to which a test of the instructor's own has been added and released."""
    root = tmp_path_factory.mktemp("own") / "course"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("submitted", "*.db", "grades.csv"))
    done(root, "add_test.py")
    commands(root, ["release", LESSON])
    return root


def done(root, *command):
    """Run Python in the copy; return what it says, and fail if it does."""
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    return ran.stdout + ran.stderr


def commands(root, *several):
    """Give commands of the course in one process, since the imports take most of the time."""
    program = "import sys; from backprop_classroom.__main__ import main\n"
    return done(root, "-c", program + "".join(f"main({one}) and sys.exit(1)\n" for one in several))


def test_the_page_names_a_file_for_every_block():
    places = [place for place, _ in blocks("python")]
    assert len(places) == len(set(places)) == 8
    # All but one are new.
    assert [place for place in places if (REPOSITORY / place).exists()] == [
        "src/backprop_judge/lessons/__init__.py"
    ]


def test_what_students_get_of_the_new_lesson_holds_no_answer(course):
    released = nbformat.read(course / "notebooks" / LESSON / "tanh.ipynb", as_version=4)
    ids = [grade_id(cell) for cell in released.cells if grade_id(cell)]
    assert ids == ["tanh_slope", "check_tanh_slope"]
    assert "a**2" not in "".join(cell.source for cell in released.cells)


def test_the_new_lesson_states_its_time_and_keeps_what_every_lesson_keeps(course):
    counted = times_in(course, LESSON)
    assert counted.stated == counted.rounded
    assert counted.in_table == counted.in_text == {"tanh_slope": 5}
    assert counted.main.predictions == 1
    solved = nbformat.read(course / "solutions" / LESSON / "tanh.ipynb", as_version=4)
    (compared,) = [cell for cell in solved.cells if cell.id == "compare"]
    assert "Outcome: at 0." in compared.outputs[0].data["text/plain"]
    assert "see [Notation](../notation.md)" in solved.cells[0].source


def test_the_answers_of_the_new_exercise_are_judged_as_the_bank_says(course):
    options = ("-q", "-n", "0", "-p", "no:cacheprovider", "-o", "addopts=")
    modules = [f"tests/backprop_judge/{name}.py" for name in ("test_bank", "test_exercises")]
    said = done(course, "-m", "pytest", *options, "-k", "tanh_slope", *modules)
    # Two right answers, three wrong ones, and what is asked of every exercise.
    assert int(re.search(r"(\d+) passed", said)[1]) >= 9


def test_the_new_mistake_is_named_in_the_report_about_the_class(course):
    released = nbformat.read(course / "notebooks" / LESSON / "tanh.ipynb", as_version=4)
    (cell,) = [cell for cell in released.cells if grade_id(cell) == "tanh_slope"]
    (wrong,) = re.findall(r"answer `tanh_slope` with `(return .*?)`", PAGE)
    cell.source = cell.source.replace("raise NotImplementedError()", wrong)
    handed_in = course / "submitted" / "ada" / LESSON / "tanh.ipynb"
    handed_in.parent.mkdir(parents=True)
    nbformat.write(released, handed_in)

    unsealed = ["--unsealed"] * bool(why_no_sandbox())
    commands(course, ["grade", LESSON, *unsealed], ["report", LESSON], ["feedback", LESSON])

    with open(course / "grades.csv", newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], float(row["points"]), float(row["of"])) == ("ada", 0, 1)
    report = Path(course, "report", f"{LESSON}.html").read_text(encoding="utf-8")
    (quoted,) = re.findall(r"went\s+wrong:\s+\*(.*?)\*", PAGE, re.DOTALL)
    assert quoted.lower() in report.lower()

    page = Path(course, "feedback", "ada", LESSON, "tanh.html").read_text(encoding="utf-8")
    assert "tanh_slope(a)" in page and "0.64" in page and "0.24" in page


def test_a_test_of_ones_own_is_released_without_what_is_hidden(course_with_own_test):
    path = course_with_own_test / "notebooks" / LESSON / "tanh.ipynb"
    cells = {grade_id(cell): cell.source for cell in nbformat.read(path, as_version=4).cells}
    assert "raise NotImplementedError()" in cells["steepest"] and "np.abs" not in cells["steepest"]
    assert "[0.5, 0.9]" in cells["test_steepest"]
    assert "HIDDEN" not in cells["test_steepest"] and "-0.9" not in cells["test_steepest"]


def test_a_test_of_ones_own_gives_points_and_is_marked_in_all_that_is_written(
    course_with_own_test,
):
    root = course_with_own_test
    released = nbformat.read(root / "notebooks" / LESSON / "tanh.ipynb", as_version=4)
    (wrong,) = re.findall(r"an\s+answer with `(return .*?)`", PAGE)
    answers = {"ada": "return 1 - np.min(np.abs(a)) ** 2", "bob": wrong, "cleo": ""}
    for student, answer in answers.items():
        notebook = nbformat.from_dict(released)
        (cell,) = [one for one in notebook.cells if grade_id(one) == "steepest"]
        if answer:
            cell.source = cell.source.replace("raise NotImplementedError()", answer)
        path = root / "submitted" / student / LESSON / "tanh.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    # At home, where nobody has solutions/, the hidden test is not known.
    home = home_of(root, "bob", root / "submitted" / "bob" / LESSON / "tanh.ipynb")
    said = commands(root, ["--root", home, "submit", LESSON, "bob"])
    assert "Its checks give 2 of 3 points here" in said

    unsealed = ["--unsealed"] * bool(why_no_sandbox())
    commands(root, ["grade", LESSON, *unsealed], ["report", LESSON], ["feedback", LESSON])

    with open(root / "grades.csv", newline="", encoding="utf-8") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    own = "test_steepest (run beside student code)"
    assert {student: row[own] for student, row in rows.items()} == {
        "ada": "2", "bob": "0", "cleo": "0",
    }  # fmt: skip
    assert rows["ada"]["of"] == "3" and "tanh_slope" in rows["ada"]
    report = Path(root, "report", f"{LESSON}.html").read_text(encoding="utf-8")
    assert re.search(r"test_steepest</code> <span[^>]*>run beside student code", report)
    assert not re.search(r"tanh_slope</code> <span[^>]*>run beside", report)
    for student in answers:
        page = Path(root, "feedback", student, LESSON, "tanh.html").read_text(encoding="utf-8")
        assert page.count("test_steepest is the instructor") == 1
        assert "tanh_slope is a test" not in page


def home_of(root, student, notebook):
    """Lay out a folder as students have it; return its path."""
    home = root / "home" / student
    (home / "notebooks" / LESSON).mkdir(parents=True)
    shutil.copy(notebook, home / "notebooks" / LESSON)
    return str(home)
