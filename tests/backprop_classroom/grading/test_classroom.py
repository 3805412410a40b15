import csv
import json
import shutil
import tempfile

import nbformat
import pytest
from course import exercises_of, lesson_notebook, make_course, settings, write
from nbclient import NotebookClient
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from required import require

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.nbgrader_plugins import register
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.release import KERNEL_ARGUMENTS, generate

LESSON = "03_backward_pass"
NAME = "backward_pass.ipynb"
MOST = {entry.id: entry.points for entry in exercises_of(LESSON) if not entry.manual}


def cell(notebook, grade_id):
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def body_of(notebook, id, body):
    cell(notebook, id).source = cell(notebook, id).source.split("\n")[0] + "\n" + body


def right(solved, empty):
    return solved, MOST


def right_in_another_style(solved, empty):
    body_of(solved, "backward_propagation", """\
    print("working"); import warnings, sys; warnings.warn("hm"); print("hm", file=sys.stderr)
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    dW2 = sum(np.outer(delta_y[:, i], out_h[:, i]) for i in range(X.shape[1]))
    delta_h = np.einsum("ji,jk->ik", W2, delta_y) * out_h * (1 - out_h)
    return [np.einsum("ik,jk->ij", delta_h, X), delta_h.sum(1)[:, None],
            dW2, delta_y.sum(1).reshape(-1, 1)]
""")  # fmt: skip
    return solved, MOST


def without_the_output_slope(solved, empty):
    body_of(solved, "backward_propagation", """\
    delta_y = out_y - Y
    delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
    return (delta_h @ X.T, delta_h.sum(axis=1, keepdims=True),
            delta_y @ out_h.T, delta_y.sum(axis=1, keepdims=True))
""")  # fmt: skip
    return solved, MOST | {"backward_propagation": 0}


def with_a_transposed_gradient(solved, empty):
    body_of(solved, "backward_propagation", """\
    delta_y = (out_y - Y) * out_y * (1 - out_y)
    delta_h = (W2.T @ delta_y) * out_h * (1 - out_h)
    return (X @ delta_h.T, delta_h.sum(axis=1, keepdims=True),
            delta_y @ out_h.T, delta_y.sum(axis=1, keepdims=True))
""")  # fmt: skip
    return solved, MOST | {"backward_propagation": 4.5}  # three of four arrays are right


def with_a_cell_that_does_not_parse(solved, empty):
    cell(solved, "hidden_error").source = "def hidden_error(delta_y, out_h, W2)\n    return"
    return solved, MOST | {"hidden_error": 0}


def untouched(solved, empty):
    return empty, dict.fromkeys(MOST, 0) | {"explain_the_bug": 0}


def half_solved(solved, empty):
    for id in ("output_error", "numerical_gradient"):
        cell(empty, id).source = cell(solved, id).source
    done = {"output_error": 2, "numerical_gradient": 2}
    return empty, dict.fromkeys(MOST, 0) | done | {"explain_the_bug": 0}


def with_a_deleted_check(solved, empty):
    solved.cells.remove(cell(solved, "check_output_error"))
    return solved, MOST | {"output_error": 0}


def with_an_edited_check(solved, empty):
    body_of(solved, "hidden_error", "    return delta_y\n")
    cell(solved, "check_hidden_error").source = "2.0"
    return solved, MOST | {"hidden_error": 0}


def with_points_edited(solved, empty):
    cell(solved, "check_hidden_error").metadata.nbgrader.points = 100.0
    return solved, MOST


def with_a_check_copied(solved, empty):
    copy = nbformat.from_dict(cell(solved, "check_hidden_error"))
    copy["id"] = "pasted"
    solved.cells.insert(2, copy)
    return solved, MOST


def with_cells_of_her_own(solved, empty):
    solved.cells.insert(1, new_markdown_cell("My notes.", id="notes"))
    return solved, MOST


CLASS = [
    right, right_in_another_style, without_the_output_slope, with_a_transposed_gradient,
    with_a_cell_that_does_not_parse, untouched, half_solved, with_a_deleted_check,
    with_an_edited_check, with_points_edited, with_a_check_copied, with_cells_of_her_own,
]  # fmt: skip
BROKEN = {
    "corrupt": "backward_pass.ipynb is not a notebook: it is not valid JSON",
    "empty_folder": "backward_pass.ipynb is missing; the folder contains nothing",
    "no_notebook": "backward_pass.ipynb is not a valid notebook",
    "other_name": "backward_pass.ipynb is missing; the folder contains Untitled.ipynb",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class that has been graded by the one command: the course folder and the exit code."""
    require(not why_no_sandbox(), why_no_sandbox())
    root = tmp_path_factory.mktemp("course")
    source = make_course(root, LESSON)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(generate(root, LESSON, scratch), root / "notebooks" / LESSON)
    released = root / "notebooks" / LESSON / NAME
    for member in CLASS:
        notebooks = (nbformat.read(path, as_version=4) for path in (source, released))
        notebook, _ = member(*notebooks)
        write(notebook, root / "submitted" / member.__name__ / LESSON / NAME)
    folder = root / "submitted"
    for student in BROKEN:
        (folder / student / LESSON).mkdir(parents=True)
    (folder / "corrupt" / LESSON / NAME).write_text(source.read_text()[:2000])
    (folder / "no_notebook" / LESSON / NAME).write_text('{"a": 1}')
    shutil.copy(source, folder / "other_name" / LESSON / "Untitled.ipynb")
    return root, main(["--root", str(root), "grade", LESSON, "--workers", "2"])


@pytest.fixture(scope="module")
def rows(graded):
    root, _ = graded
    with open(root / "grades.csv", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def expected_points(member, root):
    source = nbformat.read(root / "solutions" / LESSON / NAME, as_version=4)
    released = nbformat.read(root / "notebooks" / LESSON / NAME, as_version=4)
    return member(source, released)[1]


@pytest.mark.parametrize("member", CLASS, ids=lambda member: member.__name__)
def test_everyone_gets_exactly_the_points_of_what_is_right(graded, rows, member):
    row = rows[member.__name__]
    points = expected_points(member, graded[0])
    assert row["reason"] == ""
    assert {id: float(row[id]) for id in points} == points
    assert float(row["points"]) == sum(points.values())
    assert float(row["of"]) == sum(entry.points for entry in exercises_of(LESSON))


@pytest.mark.parametrize("student", BROKEN)
def test_a_broken_submission_is_listed_with_its_reason_and_no_points(rows, student):
    assert rows[student]["reason"].startswith(BROKEN[student])
    assert rows[student]["points"] == ""


def test_the_exit_code_says_that_some_could_not_be_graded(graded):
    assert graded[1] == 1


def test_a_written_answer_waits_for_a_person_and_an_empty_one_does_not(rows):
    assert rows["right"]["to_mark"] == "yes" and rows["right"]["explain_the_bug"] == ""
    assert rows["untouched"]["to_mark"] == ""


@pytest.mark.parametrize("by_machine", [{"output_error": 2}, {}])
def test_tasks_that_a_person_marks_count_in_points_and_in_the_most_one_can_get(
    tmp_path, by_machine
):
    notebook = lesson_notebook(LESSON, only=by_machine)
    task = new_markdown_cell("Draw it.", metadata=settings("draw", task=True, points=3), id="draw")
    task.metadata.nbgrader["locked"] = True
    notebook.cells.append(task)
    make_course(tmp_path, LESSON, notebook)
    write(notebook, tmp_path / "submitted" / "ada" / LESSON / NAME)

    def row():
        assert main(["--root", str(tmp_path), "grade", LESSON, "--workers", "1"]) == 0
        with open(tmp_path / "grades.csv", newline="") as file:
            return next(csv.DictReader(file))

    points, most = sum(by_machine.values()), sum(by_machine.values()) + 3
    before = row()
    assert (float(before["points"]), float(before["of"])) == (points, most)
    assert before["to_mark"] == "yes"
    with gradebook_of(tmp_path) as gradebook:
        grade = gradebook.find_grade("draw", NAME.removesuffix(".ipynb"), LESSON, "ada")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        gradebook.db.commit()
    after = row()
    assert (float(after["points"]), float(after["of"])) == (points + 2.5, most)
    assert after["to_mark"] == "" and after["draw"] == "2.5"


def test_feedback_names_the_verdict(graded):
    root, _ = graded
    assert main(["--root", str(root), "feedback", LESSON, "--workers", "1"]) == 0
    page = (
        root / "feedback" / "without_the_output_slope" / LESSON / "backward_pass.html"
    ).read_text()
    assert "backward_propagation: not yet right, 0 of 6 points" in page
    assert {path.name for path in (root / "feedback").iterdir()} == {m.__name__ for m in CLASS}


def test_submissions_are_left_as_they_were(graded):
    root, _ = graded
    handed_in = (root / "submitted" / "right" / LESSON / NAME).read_text()
    assert (
        json.loads(handed_in)["cells"]
        == json.loads((root / "solutions" / LESSON / NAME).read_text())["cells"]
    )


def test_a_mark_given_by_a_person_survives_a_second_grading(graded):
    root, _ = graded
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("explain_the_bug", "backward_pass", LESSON, "right")
        grade.manual_score = 1.5
        gradebook.db.commit()
    for student in [*BROKEN, *(m.__name__ for m in CLASS[1:])]:
        shutil.rmtree(root / "submitted" / student)
    assert main(["--root", str(root), "grade", LESSON, "--workers", "1"]) == 0
    with open(root / "grades.csv", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["student"] == "right")
    assert row["explain_the_bug"] == "1.5" and row["points"] == f"{sum(MOST.values()) + 1.5:g}"


def test_what_comes_late_loses_what_the_settings_say(tmp_path):
    require(not why_no_sandbox(), why_no_sandbox())
    source = make_course(tmp_path, LESSON)
    with open(tmp_path / "nbgrader_config.py", "a") as settings:
        settings.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    register(tmp_path, LESSON)
    with gradebook_of(tmp_path) as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate="2026-11-20 12:00:00 UTC")
    for student, day in (("early", "2026-11-19"), ("late", "2026-11-21"), ("undated", "")):
        folder = tmp_path / "submitted" / student / LESSON
        folder.mkdir(parents=True)
        shutil.copy(source, folder)
        (folder / "timestamp.txt").write_text(f"{day} 12:00:00 UTC" if day else "?")
    assert main(["--root", str(tmp_path), "grade", LESSON, "--workers", "1"]) == 0
    with open(tmp_path / "grades.csv", newline="") as file:
        rows = {
            row["student"]: (row["points"], row["late_penalty"]) for row in csv.DictReader(file)
        }
    most = f"{sum(MOST.values()):g}"
    assert rows == {"early": (most, ""), "late": ("0", most), "undated": (most, "")}


def test_nothing_handed_in_is_said(tmp_path, capsys):
    make_course(tmp_path, LESSON)
    assert main(["--root", str(tmp_path), "grade", LESSON]) == 1
    assert "no submissions" in capsys.readouterr().out


def test_an_unknown_lesson_is_refused(tmp_path, capsys):
    make_course(tmp_path, LESSON)
    assert main(["--root", str(tmp_path), "grade", "3"]) == 2
    assert "the lessons are: 03_backward_pass" in capsys.readouterr().err


def test_points_do_not_depend_on_stderr_numpy_numbers_or_a_missing_number():
    from backprop_classroom.release import points_given

    lines = {
        "import sys; print('hm', file=sys.stderr); 2.0": 2.0,
        "import numpy as np; np.float64(1.5)": None,
        "'text'": None,
        "None": None,
    }
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(line) for line in lines])
    NotebookClient(notebook, extra_arguments=KERNEL_ARGUMENTS).execute()
    assert [points_given(one) for one in notebook.cells] == list(lines.values())
