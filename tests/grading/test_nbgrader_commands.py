"""nbgrader's own commands on the real lessons, with the repository's settings and nothing else."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from course import REPOSITORY, exercises_of, source_of
from nbformat.v4 import new_markdown_cell, new_notebook

from backprop.grading.plugins import HideMarkScheme
from backprop.release import lessons, notebook_of

LESSONS = lessons(REPOSITORY)


def nbgrader(root, *arguments):
    """Run nbgrader as someone does who has not activated the environment."""
    command = Path(sys.executable).with_name("nbgrader")
    return subprocess.run(
        [command, *arguments],
        cwd=root,
        env=os.environ | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
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
    beside = root / "submitted" / "solved" / LESSONS[0]
    (beside / "page.html").write_text("<script>alert(1)</script>")
    (beside / "more").mkdir()
    (beside / "more" / "settings").symlink_to(root / "nbgrader_config.py")
    return root


def has_a_scheme(lesson):
    return any("BEGIN MARK SCHEME" in cell.source for cell in source_of(lesson).cells)


def automatic_points(lesson):
    return sum(entry.points for entry in exercises_of(lesson) if not entry.manual)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_is_graded_and_its_feedback_generated(root, lesson):
    for command in ("autograde", "generate_feedback"):
        done = nbgrader(root, command, lesson)
        assert done.returncode == 0, done.stderr
    assert nbgrader(root, "export", "--to", "export.csv").returncode == 0
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


def test_nothing_but_the_notebook_is_taken_over(root):
    for folder in ("autograded", "feedback"):
        copied = [path.name for path in (root / folder / "solved" / LESSONS[0]).rglob("*")]
        assert [Path(name).stem for name in copied] == ["chain_rule"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_validate_tells_the_finished_from_the_unfinished(root, lesson):
    finished, unfinished = (
        str(notebook_of(root / folder / lesson)) for folder in ("solutions", "notebooks")
    )
    assert (
        "Success! Your notebook passes all the tests."
        in nbgrader(root, "validate", finished).stdout
    )
    checks = sum(not entry.manual for entry in exercises_of(lesson))
    manual = sum(entry.manual for entry in exercises_of(lesson))
    said = nbgrader(root, "validate", unfinished).stdout
    assert f"VALIDATION FAILED ON {checks + manual} CELL(S)" in said


def test_a_grader_finds_the_mark_scheme_below_the_answer(root):
    (page,) = (root / "autograded" / "solved" / "01_chain_rule").glob("*.ipynb")
    assert "BEGIN MARK SCHEME" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("lesson", [name for name in LESSONS if has_a_scheme(name)])
def test_students_get_no_model_answer_in_their_feedback_and_all_of_their_own(root, lesson):
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
    lesson = LESSONS[0]
    released = notebook_of(root / "notebooks" / lesson)
    committed = released.read_text()
    done = nbgrader(root, "generate_assignment", lesson, "--force")
    assert done.returncode == 0, done.stderr
    assert released.read_text().strip() == committed.strip()
