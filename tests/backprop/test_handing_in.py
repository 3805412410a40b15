"""A cell hands its notebook in: by `backprop submit` here, by the page's own means in a page."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from course import exercises_of, lesson_notebook, write
from nbformat.v4 import new_code_cell

from backprop import browser, exercises
from backprop.browser import keep_print_options
from backprop.handing_in import UNDER_WAY, hand_in
from backprop.packing import Found, look_over, zip_of

LESSON = "03_backward_pass"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A solved notebook in the folder of a student; the working folder is that of the notebook."""
    root = tmp_path / "course"
    folder = root / "notebooks" / LESSON
    write(lesson_notebook(LESSON), folder / "backward_pass.ipynb")
    monkeypatch.chdir(folder)
    return root


def cells(notebook):
    return json.loads(nbformat.writes(notebook))["cells"]


def test_the_command_of_an_installed_course_is_run(course, monkeypatch, capsys):
    def run(command, **details):
        assert details["env"][UNDER_WAY] == "1" and Path(details["cwd"]) == course
        return subprocess.CompletedProcess(command, 0, stdout=" ".join(command[1:]))

    monkeypatch.setattr(subprocess, "run", run)
    hand_in(LESSON, "ada")
    asked = f"-m backprop_classroom --root {course} submit -- {LESSON} ada"
    assert capsys.readouterr().out == asked


@pytest.mark.parametrize(
    ("lesson", "student", "said"),
    [("03", "ada", "There is no lesson '03'"), (LESSON, "a/b", "is not a valid student id")],
)
def test_what_cannot_be_handed_in_is_said(course, capsys, lesson, student, said):
    hand_in(lesson, student)
    assert said in capsys.readouterr().out


def test_a_notebook_that_is_run_to_be_handed_in_or_graded_hands_nothing_in(
    course, monkeypatch, capsys
):
    monkeypatch.setattr(subprocess, "run", None)
    monkeypatch.setenv(UNDER_WAY, "1")
    hand_in(LESSON, "ada")
    monkeypatch.delenv(UNDER_WAY)
    monkeypatch.setattr(exercises, "_judge", object())
    hand_in(LESSON, "ada")
    assert capsys.readouterr().out.count("Nothing is handed in here") == 2


def test_a_page_finds_what_is_wrong_and_what_the_checks_give(course):
    given = cells(lesson_notebook(LESSON))
    found = look_over(given, LESSON)
    assert found.mend == [] and found.know == []
    assert (
        found.earned
        == found.most
        == sum(not one.manual and one.points for one in exercises_of(LESSON))
    )
    lost = [cell for cell in given if '"check_backward_propagation"' not in json.dumps(cell)]
    lost.append(cells(nbformat.v4.new_notebook(cells=[new_code_cell("1 / 0")]))[0])
    found = look_over(lost, LESSON)
    assert any("check_backward_propagation is missing" in one for one in found.mend)
    assert any("ZeroDivisionError" in one for one in found.mend)
    assert found.earned == found.most - exercises.EXERCISES["backward_propagation"].points


def test_a_page_recognizes_cells_that_have_lost_their_metadata(course):
    given = cells(lesson_notebook(LESSON))
    for cell in given:
        cell["metadata"] = {}
    found = look_over(given, LESSON)
    assert found.mend == []
    assert found.earned == found.most > 0
    assert "check_backward_propagation" in found.know[0]
    written = [one.id for one in exercises_of(LESSON) if one.manual]
    assert all(any(id in one for one in found.know[1:]) for id in written)


def test_an_answer_without_its_check_is_not_recognized(course):
    given = cells(lesson_notebook(LESSON))
    for cell in given:
        cell["metadata"] = {}
    given = [c for c in given if 'check("backward_propagation"' not in "".join(c["source"])]
    found = look_over(given, LESSON)
    assert [one.split(":")[0] for one in found.mend] == [
        "the cell backward_propagation is missing",
        "the cell check_backward_propagation is missing",
    ]


def test_what_a_page_packs_is_laid_out_as_submissions_are(course):
    path = course / "notebooks" / LESSON / "backward_pass.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell(f'hand_in("{LESSON}", "ada")'))
    notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text="a long link")]
    nbformat.write(notebook, path)
    with zipfile.ZipFile(io.BytesIO(zip_of(path, LESSON, "ada"))) as archive:
        assert archive.namelist() == [
            f"ada/{LESSON}/backward_pass.ipynb", f"ada/{LESSON}/timestamp.txt",
        ]  # fmt: skip
        packed = archive.read(archive.namelist()[0]).decode()
    assert "a long link" not in packed
    assert [c.source for c in nbformat.reads(packed, 4).cells] == [c.source for c in notebook.cells]


def test_in_a_page_the_page_packs(course, monkeypatch, capsys):
    monkeypatch.setattr(browser, "HERE", True)
    monkeypatch.setattr(
        "backprop.packing.look_over", lambda cells, lesson: Found(earned=1, most=17)
    )
    hand_in(LESSON, "ada")
    assert (course / "notebooks" / "to_hand_in" / f"{LESSON}-ada.zip").is_file()


@pytest.mark.parametrize("anyway", [False, True])
def test_a_page_packs_nothing_that_should_be_mended_first(course, monkeypatch, capsys, anyway):
    monkeypatch.setattr(browser, "HERE", True)
    monkeypatch.setattr("backprop.packing.look_over", lambda *_: Found(mend=["cell 3 fails"]))
    hand_in(LESSON, "ada", anyway=anyway)
    assert "1. cell 3 fails" in capsys.readouterr().out
    packed = course / "notebooks" / "to_hand_in" / f"{LESSON}-ada.zip"
    assert packed.is_file() == anyway


def test_print_options_hold_for_the_next_cell():
    class Events(dict):
        def register(self, name, function):
            self[name] = function

    class Shell:
        events = Events()

    keep_print_options(Shell)
    before = np.get_printoptions()
    try:
        Shell.events["pre_run_cell"]()
        np.set_printoptions(precision=3, suppress=True)
        Shell.events["post_run_cell"]()
        np.set_printoptions(**before)  # as in a context of its own
        Shell.events["pre_run_cell"]()
        assert np.get_printoptions()["precision"] == 3
    finally:
        np.set_printoptions(**before)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring")
def test_a_monitor_sees_each_round_of_a_loop():
    seen = []
    monitor = browser.Monitor(seen.append)
    monitor.start()
    try:
        for _ in range(10):
            pass
    finally:
        monitor.stop()
    assert seen.count(__file__) >= 9
