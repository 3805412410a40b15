"""nbgrader's own commands, with the repository's settings and nothing else."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from course import make_course, write

from backprop.release import release

LESSON = "01_chain_rule"
NAME = "chain_rule.ipynb"


def nbgrader(root, *arguments):
    """Run nbgrader as someone does who has not activated the environment."""
    command = Path(sys.executable).with_name("nbgrader")
    return subprocess.run(
        [command, *arguments],
        cwd=root,
        env=os.environ | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    import nbformat

    root = tmp_path_factory.mktemp("course")
    source = make_course(root, LESSON)
    release(root, LESSON)
    for student, folder in (("solved", "solutions"), ("untouched", "notebooks")):
        notebook = nbformat.read(root / folder / LESSON / NAME, as_version=4)
        write(notebook, root / "submitted" / student / LESSON / NAME)
    assert source.exists() and not (root / "gradebook.db").exists()
    return root


def test_autograde_feedback_and_export_work_from_a_fresh_clone(root):
    for command in ("autograde", "generate_feedback"):
        done = nbgrader(root, command, LESSON)
        assert done.returncode == 0, done.stderr
    assert nbgrader(root, "export", "--to", "export.csv").returncode == 0
    with open(root / "export.csv", newline="") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"solved": 7.0, "untouched": 0.0}
    for student in ("solved", "untouched"):
        assert (root / "feedback" / student / LESSON / "chain_rule.html").exists()


def test_validate_tells_the_finished_from_the_unfinished(root):
    passed = nbgrader(root, "validate", f"solutions/{LESSON}/{NAME}")
    assert "Success! Your notebook passes all the tests." in passed.stdout
    failed = nbgrader(root, "validate", f"notebooks/{LESSON}/{NAME}")
    assert "VALIDATION FAILED ON 5 CELL(S)" in failed.stdout


def test_generating_an_assignment_by_nbgrader_gives_what_release_gives(root):
    committed = (root / "notebooks" / LESSON / NAME).read_text()
    done = nbgrader(root, "generate_assignment", LESSON, "--force")
    assert done.returncode == 0, done.stderr
    assert (root / "notebooks" / LESSON / NAME).read_text().strip() == committed.strip()
