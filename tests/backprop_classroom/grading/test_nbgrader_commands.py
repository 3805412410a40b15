"""nbgrader's own commands on the real lessons, with the repository's settings and nothing else."""

import contextlib
import csv
import functools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbgrader_forked
import pytest
from course import REPOSITORY, exercises_of, lesson_notebook, make_course, source_of
from nbformat.v4 import new_markdown_cell, new_notebook
from required import require
from small_class import BY_HAND, LESSON, lay_out_class, rows_of

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook import records
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.nbgrader_plugins import HideMarkScheme
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.release import generate, lessons, notebook_of

LESSONS = lessons(REPOSITORY)
FIRST = LESSONS[0]


def each_of(lessons):
    """Parametrize by lesson; all but the first are long."""
    names = [pytest.param(n, marks=() if n == FIRST else pytest.mark.long) for n in lessons]
    return pytest.mark.parametrize("lesson", names)


def nbgrader(root, *arguments):
    """Run nbgrader as someone does who has not activated the environment."""
    command = Path(sys.executable).with_name("nbgrader")
    return subprocess.run(
        [command, *arguments],
        cwd=root,
        env=os.environ | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A fresh clone, to which one student hands in the solutions and one untouched notebooks."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    for folder, student in (("solutions", "solved"), ("notebooks", "untouched")):
        for lesson in LESSONS:
            name = notebook_of(REPOSITORY / folder / lesson).name
            for place in (root / folder / lesson, root / "submitted" / student / lesson):
                place.mkdir(parents=True)
                shutil.copy(REPOSITORY / folder / lesson / name, place)
    beside = root / "submitted" / "solved" / FIRST
    (beside / "page.html").write_text("<script>alert(1)</script>")
    (beside / "more").mkdir()
    (beside / "more" / "settings").symlink_to(root / "nbgrader_config.py")
    return root


@pytest.fixture(scope="module")
def graded(root):
    """Grade a lesson and generate its feedback, once; return the folder of the course."""
    require(not why_no_sandbox(), why_no_sandbox())

    @functools.cache
    def graded(lesson):
        command_line = nbgrader if lesson == FIRST else nbgrader_forked.nbgrader
        done = command_line(root, "autograde", lesson)
        assert done.returncode == 0, done.stderr
        done = nbgrader_forked.nbgrader(root, "generate_feedback", lesson)
        assert done.returncode == 0, done.stderr
        return root

    return graded


def has_a_scheme(lesson):
    return any("BEGIN MARK SCHEME" in cell.source for cell in source_of(lesson).cells)


def automatic_points(lesson):
    return sum(entry.points for entry in exercises_of(lesson) if not entry.manual)


@each_of(LESSONS)
def test_a_lesson_is_graded_and_its_feedback_generated(graded, lesson):
    root = graded(lesson)
    assert nbgrader_forked.nbgrader(root, "export", "--to", "export.csv").returncode == 0
    with open(root / "export.csv", newline="") as file:
        scores = {
            row["student_id"]: float(row["score"])
            for row in csv.DictReader(file)
            if row["assignment"] == lesson
        }
    assert scores == {"solved": automatic_points(lesson), "untouched": 0.0}
    for student in scores:
        (page,) = (root / "feedback" / student / lesson).glob("*.html")
        assert "points" in page.read_text(encoding="utf-8")


def test_nothing_but_the_notebook_is_taken_over(graded):
    for folder in ("autograded", "feedback"):
        copied = [path.name for path in (graded(FIRST) / folder / "solved" / FIRST).rglob("*")]
        assert [Path(name).stem for name in copied] == ["chain_rule"]


def test_validate_tells_the_finished_from_the_unfinished(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    shown = {"output_error", BY_HAND}
    finished = make_course(course, LESSON, lesson_notebook(LESSON, only=shown))
    unfinished = notebook_of(generate(course, LESSON, tmp_path))
    assert_only_the_first_passes(course, finished, unfinished, len(shown))


@pytest.mark.long
@pytest.mark.parametrize("lesson", LESSONS)
def test_validate_tells_the_finished_lesson_from_the_unfinished(root, lesson):
    notebooks = (notebook_of(root / folder / lesson) for folder in ("solutions", "notebooks"))
    assert_only_the_first_passes(root, *notebooks, len(exercises_of(lesson)))


def assert_only_the_first_passes(root, finished, unfinished, failing):
    done = nbgrader_forked.nbgrader(root, "validate", str(finished), str(unfinished))
    first, failed, second = done.stderr.partition(f"VALIDATION FAILED ON {failing} CELL(S)")
    assert "Success! Your notebook passes all the tests." in first and failed
    assert "Success!" not in second


def test_a_grader_finds_the_mark_scheme_below_the_answer(graded):
    (page,) = (graded(FIRST) / "autograded" / "solved" / FIRST).glob("*.ipynb")
    assert "BEGIN MARK SCHEME" in page.read_text(encoding="utf-8")


@each_of([name for name in LESSONS if has_a_scheme(name)])
def test_students_get_no_model_answer_in_their_feedback_and_all_of_their_own(graded, lesson):
    root = graded(lesson)
    for student in ("solved", "untouched"):
        (page,) = (root / "feedback" / student / lesson).glob("*.html")
        text = page.read_text(encoding="utf-8")
        assert "MARK SCHEME" not in text
        assert re.search("How (this answer|it) is marked", text)
        assert not re.search("1 point:|Last version, 1 point", text)
        assert ("YOUR ANSWER HERE" in text) == (student == "untouched")


def test_a_page_of_feedback_begins_with_no_warning(caplog):
    from nbconvert.exporters import HTMLExporter

    HideMarkScheme(config=HTMLExporter().default_config)
    assert caplog.messages == []


def test_what_a_student_wrote_is_no_mark_scheme():
    scheme = "### BEGIN MARK SCHEME\nx\n### END MARK SCHEME"
    cells = [
        new_markdown_cell(f"{text}\nb", metadata=metadata)
        for text in (f"a\n{scheme}", "a\n### BEGIN MARK SCHEME\nx")
        for metadata in ({"nbgrader": {"locked": True}}, {"nbgrader": {"solution": True}}, {})
    ]
    before = [cell.source for cell in cells]
    shown, _ = HideMarkScheme().preprocess(new_notebook(cells=cells), {})
    kept = ["a\nb", before[1], before[2], "a", before[4], before[5]]
    assert [cell.source for cell in shown.cells] == kept


def test_generating_an_assignment_by_nbgrader_gives_what_release_gives(root):
    released = notebook_of(root / "notebooks" / FIRST)
    committed = released.read_text()
    done = nbgrader_forked.nbgrader(root, "generate_assignment", FIRST, "--force")
    assert done.returncode == 0, done.stderr
    assert released.read_text().strip() == committed.strip()


# ---- nbgrader's autograde and `make grade` on the same submissions

WRONG = "def output_error(out_y, Y):\n    return np.sin(out_y) + 3 * Y\n"


@pytest.fixture
def small_class(tmp_path):
    """A class of one, whose file is laid out as nbgrader would not: no indents, with outputs."""
    require(not why_no_sandbox(), why_no_sandbox())
    root = lay_out_class(tmp_path / "course", 1)
    (path,) = (root / "submitted").rglob("*.ipynb")
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "output_error":
            cell["source"] = WRONG
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "kept"}]
    path.write_text(json.dumps(notebook))
    path.with_name("timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    return root


def grade(root, *arguments):
    assert main(["--root", str(root), "grade", LESSON, "--workers", "1", *arguments]) == 0
    (row,) = rows_of(root).values()
    return row


def autograde(root):
    done = nbgrader_forked.nbgrader(root, "autograde", LESSON, "--force")
    assert done.returncode == 0, done.stderr


def record_of(root):
    """What was graded last, and what was said of it: messages hold numbers of the cases."""
    with gradebook_of(root) as gradebook:
        (record,) = records.read(gradebook, LESSON).values()
    return record


@pytest.mark.long
def test_what_nbgrader_graded_is_not_graded_again_and_has_the_points_that_we_give(
    small_class, capsys
):
    autograde(small_class)
    by_nbgrader = record_of(small_class)
    row = grade(small_class)
    assert ", 0 of them new" in capsys.readouterr().out
    assert record_of(small_class) == by_nbgrader
    assert grade(small_class, "--force") == row
    assert record_of(small_class) == by_nbgrader


def test_what_we_graded_has_the_same_points_by_nbgrader_and_is_not_graded_again(
    small_class, capsys
):
    row = grade(small_class)
    assert row["points"] == "5"
    by_us = record_of(small_class)
    autograde(small_class)
    assert record_of(small_class) == by_us
    capsys.readouterr()
    assert grade(small_class) == row
    assert ", 0 of them new" in capsys.readouterr().out


def test_nbgrader_grades_no_file_that_a_link_leads_to(small_class):
    (path,) = (small_class / "submitted").rglob("*.ipynb")
    elsewhere = path.rename(small_class / "elsewhere.ipynb")
    path.symlink_to(elsewhere)
    done = nbgrader_forked.nbgrader(small_class, "autograde", LESSON)
    assert done.returncode != 0 and "is a link" in done.stderr


@pytest.mark.long
def test_a_new_gradebook_has_the_version_that_nbgrader_asks_a_program_for(graded):
    code = "import nbgrader.api; print(nbgrader.api.get_alembic_version())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    with contextlib.closing(sqlite3.connect(graded(FIRST) / "gradebook.db")) as database:
        assert database.execute("select * from alembic_version").fetchall() == [
            (said.stdout.strip(),)
        ]
