"""Lends each test a copy of the graded course of its module."""

import pytest
from small_class import copy_class
from warm_grading import warm_grading


@pytest.fixture(scope="module")
def warm():
    """Warm processes for the module; those of the commands are tested in `grading/` and `html/`."""
    with warm_grading():
        yield


@pytest.fixture
def root(graded, tmp_path):
    return copy_class(graded, tmp_path / "course")
