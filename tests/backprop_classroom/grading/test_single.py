"""One submission, graded for a platform that grades by itself, gets the points of `make grade`."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
from course import REPOSITORY, lesson_notebook, make_course, most_of, settings, source_of, write
from nbformat.v4 import new_code_cell
from required import require
from small_class import (
    ASKED,
    BY_HAND,
    LESSON,
    NAME,
    POINTS,
    earned_by,
    lay_out_class,
    notebook_of,
    points_in_table,
    solved_notebook,
    students_of,
)

from backprop_classroom.__main__ import main
from backprop_classroom.grading import single
from backprop_classroom.grading.result_files import for_classroom, for_gradescope
from backprop_classroom.grading.results import Graded, Verdict
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.grading.sandbox_files import font_lists
from backprop_classroom.grading.single import lesson_of_course, pack_lesson, unpacked_lesson

SCHEMA = json.loads(Path(__file__).with_name("gradescope.schema.json").read_text())
STUDENTS = 4


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    require(not why_no_sandbox(), why_no_sandbox())
    return lay_out_class(tmp_path_factory.mktemp("course"), STUDENTS)


@pytest.fixture(scope="module")
def packed(course, tmp_path_factory):
    """The lesson of that course, as an autograder holds it."""
    file = tmp_path_factory.mktemp("packed") / "lesson.json"
    file.write_text(pack_lesson(lesson_of_course(course, LESSON)))
    return file


@pytest.fixture
def graded(course, tmp_path, packed):
    """Grade a submission; return the exit code and what was written, which is valid.

    It is always graded in the folder of the same course, so that all share one sandbox.
    """

    def grade(source, *options, form="gradescope"):
        to = tmp_path / "results/results.json"
        given = ["--packed", str(packed), "--format", form, "--to", str(to)]
        code = main(["--root", str(course), "grade-one", *given, *options, str(source)])
        written = json.loads(to.read_text(encoding="utf-8"))
        if form == "gradescope":
            jsonschema.validate(written, SCHEMA)
        return code, written

    return grade


def scores(written):
    return {test["name"]: test["score"] for test in written["tests"] if "score" in test}


def test_the_points_are_those_of_make_grade(course, graded):
    assert main(["--root", str(course), "grade", LESSON, "--workers", "1"]) == 0
    table = points_in_table(course)
    for student in students_of(STUDENTS):
        code, written = graded(course / "submitted" / student / LESSON / NAME)
        assert code == 0
        assert scores(written) == table[student] == earned_by(student)
        assert written["score"] == sum(table[student].values())
        assert {
            test["name"]: test["max_score"] for test in written["tests"] if "score" in test
        } == ASKED


def test_what_is_wrong_is_said_and_what_a_person_marks_has_no_score(course, graded, tmp_path):
    notebook = solved_notebook()
    for cell in notebook.cells:
        if cell.get("id") == "output-error":
            cell.source = "def output_error(out_y, Y):\n    return Y - out_y"
    code, written = graded(write(notebook, tmp_path / "anything.ipynb"))
    tests = {test["name"]: test for test in written["tests"]}
    assert tests["output_error"]["status"] == "failed" and "sign" in tests["output_error"]["output"]
    assert (
        tests["hidden_error"]["status"] == "passed" and tests["hidden_error"]["output"] == "right"
    )
    assert "score" not in tests[BY_HAND] and tests[BY_HAND]["status"] == "passed"
    assert "A person marks this answer" in tests[BY_HAND]["output"]
    assert [test["number"] for test in written["tests"]] == ["1", "2", "3", "4"]


def test_the_gradebook_and_the_folder_of_the_course_stay_as_they_are(course, tmp_path):
    before = contents(course)
    to = tmp_path / "results.json"
    source = course / "submitted/s00" / LESSON / NAME
    given = ["--format", "gradescope", "--to", str(to), str(source)]
    assert main(["--root", str(course), "grade-one", *given]) == 0
    assert scores(json.loads(to.read_text())) == earned_by("s00")
    assert contents(course) == before


def contents(folder):
    return {path: path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def test_where_there_are_no_solutions_the_exercises_make_the_lesson(tmp_path):
    require(not why_no_sandbox(), why_no_sandbox())
    notebook = write(lesson_notebook(LESSON), tmp_path / "work.ipynb")
    to = tmp_path / "results.json"
    given = ["--format", "gradescope", "--to", str(to), str(notebook)]
    assert main(["--root", str(tmp_path), "grade-one", *given]) == 0
    assert scores(json.loads(to.read_text())) == POINTS


# --- what cannot be graded ---------------------------------------------------------------


def handed_in(folder, files):
    folder.mkdir()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


SOLVED = json.dumps(solved_notebook()).encode()
OTHER = json.dumps(notebook_of("s01")).encode()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({NAME: b"no notebook"}, "not valid JSON"),
        ({NAME: b""}, "is empty"),
        ({NAME: b'{"nbformat": 4, "cells": 7}'}, "no list of cells"),
        ({NAME: b"[" * 100_000}, "not valid JSON"),
        ({"report.pdf": b"%PDF"}, "no notebook was handed in, only report.pdf"),
        ({}, "no notebook was handed in"),
        ({"a.ipynb": SOLVED, "b.ipynb": OTHER}, "2 notebooks were handed in (a.ipynb, b.ipynb)"),
        ({"work.zip": b"PK no zip"}, "work.zip"),
    ],
)
def test_what_cannot_be_read_gets_nothing_and_the_reason(files, why, graded, tmp_path, capfd):
    for form in ("gradescope", "classroom"):
        code, written = graded(handed_in(tmp_path / form, files), form=form)
        assert code == 0
        said = written["output"] if form == "gradescope" else written["tests"][0]["message"]
        assert why in said and "Traceback" not in said
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("source", ["missing.ipynb", "a link"])
def test_a_file_that_is_not_there_gets_nothing_and_the_reason(source, graded, tmp_path):
    (tmp_path / "a link").symlink_to("/etc/passwd")
    code, written = graded(tmp_path / source)
    assert (code, written["score"], written["tests"]) == (0, 0, [])
    assert source in written["output"]


def test_the_notebook_with_the_name_of_the_lesson_is_taken_before_others(graded, tmp_path):
    files = {NAME: SOLVED, "old.ipynb": OTHER, ".ipynb_checkpoints/x.ipynb": OTHER}
    code, written = graded(handed_in(tmp_path / "in", files))
    assert written["score"] == sum(ASKED.values())


def test_the_zip_of_make_submit_is_read(graded, tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr(f"ada/{LESSON}/{NAME}", SOLVED)
    assert graded(tmp_path / "in.zip")[1]["score"] == sum(ASKED.values())


def test_a_machine_without_a_sandbox_gives_no_points_at_all(graded, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(single, "why_no_sandbox", lambda: "bubblewrap is not installed: install it")
    with pytest.raises(FileNotFoundError):
        graded(write(solved_notebook(), tmp_path / NAME))
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "bubblewrap is not installed" in line and "--unsealed" in line


def test_it_goes_on_unsealed_if_told_to(graded, tmp_path, monkeypatch):
    monkeypatch.setattr(single, "why_no_sandbox", lambda: "no bubblewrap")
    code, written = graded(write(solved_notebook(), tmp_path / NAME), "--unsealed")
    assert written["score"] == sum(ASKED.values())


def test_an_unknown_lesson_and_a_file_that_is_no_lesson_are_named(tmp_path, capsys):
    require(not why_no_sandbox(), why_no_sandbox())
    (tmp_path / "lesson.json").write_text("{}")
    for options, why in (
        (["--lesson", "99_none"], "there is no lesson '99_none'"),
        (["--packed", str(tmp_path / "lesson.json")], "is not a lesson packed by make gradescope"),
    ):
        given = [
            "--root",
            str(tmp_path),
            "grade-one",
            "--format",
            "gradescope",
            *options,
            "x.ipynb",
        ]
        assert main(given) == 2
        assert why in capsys.readouterr().err


# --- the forms ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lesson(packed):
    return unpacked_lesson(packed)


def outcome(**details):
    verdicts = (
        Verdict("output_error", 2, 2),
        Verdict("hidden_error", 2, 0.67, ("sign-flipped",), ("dW:\x1b[31m wrong", "second")),
        Verdict("find_the_bug", 3, 0, ("crashed",), ("it crashes",), trusted=False),
    )
    return Graded("x", LESSON, verdicts=verdicts, comments={BY_HAND: "No response."}, **details)


def test_texts_are_plain_and_an_unanswered_question_is_open(lesson):
    written = for_gradescope(outcome(remarks=("a cell was put back",)), lesson)
    jsonschema.validate(written, SCHEMA)
    tests = {test["name"]: test for test in written["tests"]}
    assert written["score"] == 2.67 and written["output"] == "a cell was put back"
    assert tests["hidden_error"]["output"] == "dW:\\x1b[31m wrong\nsecond"
    assert "ran in the same process as this code" in tests["find_the_bug"]["output"]
    assert tests[BY_HAND]["status"] == "failed" and tests[BY_HAND]["output"] == "No response."


def test_github_classroom_gets_the_points_that_its_reporter_adds_up(lesson):
    written = for_classroom(outcome(), lesson)
    assert (written["status"], written["max_score"]) == ("fail", 7)
    assert sum(test["score"] for test in written["tests"]) == 2.67
    assert [test["status"] for test in written["tests"]] == ["pass", "fail", "fail"]
    assert "dW" in written["tests"][1]["test_code"]


def test_github_classroom_hears_of_a_notebook_that_cannot_be_read(lesson):
    written = for_classroom(Graded("x", LESSON, "it is empty"), lesson)
    assert (written["status"], written["max_score"]) == ("error", 7)
    (test,) = written["tests"]
    assert (test["score"], test["message"]) == (0, "it is empty")


def test_the_schema_refuses_what_the_documentation_does_not_know():
    for wrong in ({}, {"score": "2"}, {"score": 1, "visibility": "always"}, {"tests": []},
                  {"tests": [{"name": "no score"}]}, {"score": 1, "tests": [{"points": 1}]}):  # fmt: skip
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


# --- the autograder of Gradescope ----------------------------------------------------------


def without_layout(text):
    return re.sub(r"\s+", " ", text).strip()


def test_a_packed_lesson_holds_no_answer_and_all_tests(tmp_path):
    kept = json.loads(pack_lesson(lesson_of_course(REPOSITORY, LESSON)))
    texts = [cell[part] or "" for cell in kept["cells"] for part in ("source", "released")]
    packed = without_layout("\n".join([*texts, *kept["warm_up"]]))
    sources = [cell.source for cell in source_of(LESSON).cells]
    for mark in ("SOLUTION", "MARK SCHEME"):
        hidden = re.findall(f"BEGIN {mark}\n(.*?)###? ?END {mark}", "\n".join(sources), re.DOTALL)
        assert hidden
        assert not [answer for answer in hidden if without_layout(answer) in packed]
    notebook = lesson_notebook(LESSON, only=ASKED)
    test = "assert output_error\n### BEGIN HIDDEN TESTS\nassert 'hidden'\n### END HIDDEN TESTS"
    own = settings("own_test", grade=True, locked=True, points=4)
    notebook.cells.append(new_code_cell(test, metadata=own, id="own-test"))
    make_course(tmp_path, LESSON, notebook)
    assert "assert 'hidden'" in pack_lesson(lesson_of_course(tmp_path, LESSON))


def packed_autograder(folder, *options):
    """Pack the autograder of the real lesson; return the zip."""
    packed = folder / "autograder.zip"
    given = ["--to", str(packed), *options, LESSON]
    assert main(["--root", str(REPOSITORY), "gradescope", *given]) == 0
    return packed


SEALINGS = [pytest.param([], id="sealed"),
            pytest.param(["--unsealed"], id="unsealed", marks=pytest.mark.long)]  # fmt: skip


@pytest.fixture(scope="module", params=SEALINGS)
def autograder(request, tmp_path_factory):
    """The folder of an autograder as Gradescope lays it out and as its set-up leaves it.

    Its environment contains this Python.
    """
    require(not why_no_sandbox(), why_no_sandbox())
    folder = tmp_path_factory.mktemp("autograder")
    packed = packed_autograder(folder, *request.param)
    for name in ("submission", "results"):
        (folder / name).mkdir()
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder / "source")
        modes = {one.filename: one.external_attr >> 16 & 0o777 for one in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    python = folder / "source/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexport PYTHONPATH="$PWD/src"\nexec {sys.executable} "$@"\n')
    fonts = folder / "source/.venv/user/matplotlib"
    fonts.mkdir(parents=True)
    for file in font_lists():
        shutil.copy(file, fonts)
    (folder / "source/run_autograder").rename(folder / "run_autograder")
    for file in (python, folder / "run_autograder", folder / "source/setup.sh"):
        file.chmod(0o755)
    return folder


def test_gradescope_runs_it_and_finds_the_results(autograder):
    write(lesson_notebook(LESSON), autograder / "submission/my work.ipynb")
    done = subprocess.run(
        [autograder / "run_autograder"], cwd="/", capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(autograder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = json.loads((autograder / "results/results.json").read_text())
    jsonschema.validate(written, SCHEMA)
    assert scores(written) == POINTS and written["score"] == most_of(LESSON), written


def test_its_set_up_takes_the_lock_and_brings_bubblewrap(autograder):
    source = autograder / "source"
    script = (source / "setup.sh").read_text()
    assert "bubblewrap libseccomp2" in script and "setup GROUPS=grading" in script
    assert (source / "requirements.txt").read_bytes() == (
        REPOSITORY / "requirements.txt"
    ).read_bytes()
    assert subprocess.run(["bash", "-n", source / "setup.sh"], check=False).returncode == 0
    assert not (source / "solutions").exists() and not (source / "tests").exists()


def test_it_grades_unsealed_if_told_so_when_it_is_packed(autograder, tmp_path):
    sealed = (autograder / "run_autograder").read_text().replace(" --unsealed", "")
    with zipfile.ZipFile(packed_autograder(tmp_path, "--unsealed")) as archive:
        unsealed = archive.read("run_autograder").decode()
    assert unsealed.split() == sealed.replace("grade-one", "grade-one --unsealed").split()
