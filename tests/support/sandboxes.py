"""Provides a lesson, and grades notebooks in a sandbox, for tests of the parts of grading."""

import json
import shutil
import tempfile
from pathlib import Path

import nbformat
from course import make_course

from backprop_classroom.gradebook.database import gradebook_of, lesson_of
from backprop_classroom.grading.marking import mark
from backprop_classroom.grading.nbgrader_plugins import register
from backprop_classroom.limits import Limits
from backprop_classroom.release import generate

LESSON = "03_backward_pass"
SHORT = Limits(
    cell_seconds=1, call_seconds=1, submission_seconds=60, memory=400 * 2**20, backstop=5,
    grace_seconds=0.5,
)  # fmt: skip


def registered_lesson(root, notebook=None):
    """Create a course in a folder; return its source notebook and the `Lesson`.

    The released notebook is nbgrader's, and is not executed as in a real release.
    """
    source = nbformat.read(make_course(root, LESSON, notebook), as_version=4)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(generate(root, LESSON, scratch), Path(root, "notebooks", LESSON))
    register(root, LESSON)
    with gradebook_of(root) as gradebook:
        return source, lesson_of(root, gradebook, LESSON)


def marked(sandbox, lesson, notebook):
    """Grade one notebook in an open sandbox."""
    return mark(sandbox, lesson, "ada", json.dumps(notebook).encode())
