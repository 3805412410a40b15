"""A class whose notebooks come from other editors and machines: nothing is lost in silence."""

import csv
import json

import pytest
from course import cell_of
from downloads import collect, put
from nbgrader.api import Student
from required import require
from small_class import ASKED, BY_HAND, LESSON, NAME, lay_out_class, rows_of, solved_notebook
from sqlalchemy import select

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.sandbox import why_no_sandbox

require(not why_no_sandbox(), why_no_sandbox())
ROSTER = b"""id,first_name,last_name,moodle
ada,Ada,Lovelace,1
bob,Bob,Noyce,2
cy,Cy,Young,3
dee,Dee,Dee,4
eve,Eve,Smith,5
fay,Fay,Smith,6
"""


def answered():
    notebook = solved_notebook()
    cell_of(notebook, BY_HAND).source = "The last one is the gradient of the cross-entropy."
    return notebook


def from_colab():
    """Without nbgrader's metadata, and with ids that nobody knows."""
    notebook = answered()
    for number, cell in enumerate(notebook.cells):
        del cell["metadata"], cell["id"]
        cell["metadata"] = {"id": f"x{number}"}
    return notebook


def with_a_library_that_is_missing():
    notebook = answered()
    notebook.cells[0].source = f"import json, torch\n{notebook.cells[0].source}"
    cell_of(notebook, "find_the_bug").source = "def find_the_bug(*a):\n    return torch.ones(a)"
    return notebook


def another():
    notebook = answered()
    notebook.cells = notebook.cells[:1]
    return notebook


HANDED_IN = {
    "Ada Lovelace_1": answered, "Bob Noyce_2": from_colab,
    "Cy Young_3": with_a_library_that_is_missing, "Dee Dee_4": another,
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    root = lay_out_class(folder / "course", 0)
    download = folder / "download"
    for person, make in HANDED_IN.items():
        notebook = make()
        put(download / f"{person}_assignsubmission_file_" / NAME, json.dumps(notebook).encode())
    roster = put(folder / "roster.csv", ROSTER)
    assert collect(root, download, "--roster", roster) == 0
    assert main(["--root", str(root), "grade", LESSON, "--workers", "1"]) == 1  # dee's
    assert main(["--root", str(root), "report", LESSON]) == 0
    return root


def test_a_notebook_without_metadata_earns_what_its_answers_earn(root):
    bob, ada = rows_of(root)["bob"], rows_of(root)["ada"]
    assert bob == ada | {"student": "bob", "remarks": bob["remarks"]}
    assert float(bob["points"]) == sum(ASKED.values()) and bob["to_mark"] == "yes"
    assert bob["remarks"].startswith("cells have lost nbgrader's metadata, as in Colab, and were")
    assert "the written answer explain_the_bug was not found" in bob["remarks"]
    assert ada["remarks"] == ""


def test_a_library_that_is_missing_costs_only_what_needs_it(root):
    cy = rows_of(root)["cy"]
    assert float(cy["points"]) == sum(ASKED.values()) - ASKED["find_the_bug"]
    assert cy["find_the_bug"] == "0"
    assert cy["remarks"] == (
        "torch: not installed where this notebook is graded; code that needs it earns nothing"
    )


def test_whoever_has_no_points_has_a_reason(root):
    rows = rows_of(root)
    assert rows["dee"]["reason"].startswith("backward_pass.ipynb contains none of the cells of 03_")
    assert {rows[who]["reason"] for who in ("eve", "fay")} == {"not handed in"}
    assert {who for who, row in rows.items() if not row["points"]} == {"dee", "eve", "fay"}


def test_gradebook_table_and_report_count_the_same_class(root):
    with open(root / "report" / f"{LESSON}.csv", newline="") as file:
        in_report = {row["student"]: row["state"] for row in csv.DictReader(file)}
    with gradebook_of(root) as gradebook:
        query = select(Student.id, Student.first_name, Student.last_name)
        in_gradebook = {id: names for id, *names in gradebook.db.execute(query)}
    assert set(in_report) == set(in_gradebook) == set(rows_of(root))
    assert in_gradebook["eve"] == ["Eve", "Smith"]
    assert [who for who, state in in_report.items() if state == "not handed in"] == ["eve", "fay"]
