"""What a solved lesson prints where Python runs in a page is what it prints here."""

import json

import pytest
from course import REPOSITORY
from in_page import runtime_of_site, told_in_page
from lesson_in_page import texts

from backprop_classroom.release import lessons, notebook_of

# Cells, by their ids, that print something else there, with the reason.
DIFFERENT = {
    "forward-pass-16": "it shows a warning of numpy, and numpy never warns in a page",
    "forward-pass-18": "it shows a warning of numpy, and numpy never warns in a page",
}


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    return runtime_of_site(tmp_path_factory.mktemp("page") / "pyodide")


@pytest.mark.long
@pytest.mark.parametrize("lesson", lessons(REPOSITORY))
def test_a_solved_lesson_prints_the_same_in_a_page(lesson, runtime, tmp_path):
    path = notebook_of(REPOSITORY / "solutions" / lesson)
    there = told_in_page(runtime, "lesson_in_page.py", str(path))
    stored = {
        cell["id"]: texts(cell["outputs"])
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
        and "nbval-ignore-output" not in cell["metadata"].get("tags", ())
    }
    different = {id: (stored[id], there[id]) for id in stored if stored[id] != there[id]}
    listed = {id for id in DIFFERENT if id in stored}
    assert set(different) == listed, different
