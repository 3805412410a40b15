"""Lends each test a copy of the graded course of its module."""

import pytest
from small_class import copy_class


@pytest.fixture
def root(graded, tmp_path):
    return copy_class(graded, tmp_path / "course")
