"""A course with two lessons, and a folder for what comes in."""

import pytest
from course import make_course
from downloads import LESSON, OTHER


@pytest.fixture
def root(tmp_path):
    """A course with two lessons."""
    folder = tmp_path / "course"
    folder.mkdir()
    for lesson in (LESSON, OTHER):
        make_course(folder, lesson)
    return folder


@pytest.fixture
def download(tmp_path):
    folder = tmp_path / "download"
    folder.mkdir()
    return folder
