"""Where a course keeps its things, and its gradebook."""

import os
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook

from ..release import notebook_of
from ..settings import course_settings
from . import records
from .lesson import lesson_from


def db_url(root):
    """Return the address of the gradebook of the course in the folder `root`."""
    default = f"sqlite:///{Path(root, 'gradebook.db').resolve()}"
    return course_settings(root).CourseDirectory.get("db_url", default)


@contextmanager
def gradebook_of(root):
    """Open the gradebook of a course; its tables are made where they are missing."""
    course_id = course_settings(root).CourseDirectory.get("course_id", "")
    with Gradebook(db_url(root), course_id) as gradebook:
        records.prepare(gradebook)
        yield gradebook


def lesson_of(root, gradebook, name):
    """Return the `Lesson` of this name, as registered in the gradebook."""
    source = notebook_of(Path(root, "solutions", name))
    released = Path(root, "notebooks", name, source.name)
    return lesson_from(gradebook, name, records.seed_of(gradebook, name), released)


def submitted_folder(root, student, lesson):
    """Return the folder of what a student handed in."""
    return Path(root, "submitted", student, lesson)


def graded_folder(root, student, lesson):
    """Return the folder of the graded copy."""
    return Path(root, "autograded", student, lesson)


def write_safely(path, data):
    """Write bytes to a file so that at any moment it holds all of the old or all of the new."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with open(beside, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
