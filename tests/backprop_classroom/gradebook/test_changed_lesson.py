"""A lesson may lose and gain exercises after it was graded; no mark of a person's is lost."""

import csv

import nbformat
import pytest
from course import grade_id, lesson_notebook, write
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from required import require
from small_class import BY_HAND, LESSON, NAME, grade, lay_out_class, rows_of

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.sandbox import why_no_sandbox
from backprop_classroom.settings import course_settings

STUDENTS = ("s00", "s01")


@pytest.fixture(scope="module")
def graded(tmp_path_factory, warm):
    """A graded course in which a person has marked and commented one answer."""
    require(not why_no_sandbox(), why_no_sandbox())
    root = lay_out_class(tmp_path_factory.mktemp("changed") / "course", 2)
    assert grade(root) == 0
    with gradebook_of(root) as gradebook:
        place = "backward_pass", LESSON, "s00"
        gradebook.find_grade(BY_HAND, *place).manual_score = 1.5
        gradebook.find_grade("check_output_error", *place).extra_credit = 0.5
        gradebook.find_comment(BY_HAND, *place).manual_comment = "well seen"
        gradebook.db.commit()
    assert grade(root) == 0
    return root


def source_of(root):
    return root / "solutions" / LESSON / NAME


def drop(root, *ids):
    notebook = nbformat.read(source_of(root), as_version=4)
    gone = {*ids, *(f"check_{id}" for id in ids)}
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) not in gone]
    write(notebook, source_of(root))


def put_back(root, before):
    source_of(root).write_bytes(before)


def marks(root, student="s00"):
    with gradebook_of(root) as gradebook:
        place = "backward_pass", LESSON, student
        grade, comment = (
            gradebook.find_grade(BY_HAND, *place),
            gradebook.find_comment(BY_HAND, *place),
        )
        credit = gradebook.find_grade("check_output_error", *place).extra_credit
        return grade.manual_score, comment.manual_comment, credit


def test_an_exercise_that_is_dropped_counts_no_more(root, capsys):
    drop(root, "find_the_bug")
    assert grade(root) == 0
    rows = rows_of(root)
    assert "find_the_bug" not in rows["s00"]
    # Output and hidden error, two points each; a mark and a bonus by a person.
    assert (rows["s00"]["points"], rows["s00"]["of"]) == ("6", "6")
    assert (rows["s01"]["points"], rows["s01"]["of"]) == ("2", "6")
    assert "Cannot add or remove" not in capsys.readouterr().err


def test_the_report_counts_a_dropped_exercise_of_nobody_also_if_some_were_graded_before(root):
    drop(root, "find_the_bug")
    assert grade(root, "--student", "s00") == 0
    assert main(["--root", str(root), "report", LESSON]) == 0
    with open(root / "report" / f"{LESSON}.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert "find_the_bug" not in rows["s01"] and "hidden_error" in rows["s01"]
    assert [(rows[who]["points"], rows[who]["of"]) for who in STUDENTS] == [("6", "6"), ("2", "6")]
    assert "find_the_bug" not in (root / "report" / f"{LESSON}.html").read_text()


def test_what_a_person_gave_comes_back_with_the_exercise(root, capsys):
    before, given = source_of(root).read_bytes(), marks(root)
    drop(root, BY_HAND, "output_error")
    assert grade(root) == 0
    assert (
        "explain_the_bug" in (said := capsys.readouterr().err) and "(1 in total) are kept" in said
    )
    assert rows_of(root)["s00"]["points"] == "5"
    put_back(root, before)
    assert grade(root) == 0
    assert marks(root) == given == (1.5, "well seen", 0.5)
    assert rows_of(root)["s00"]["points"] == "9"


def test_what_is_kept_survives_gradings_in_between(root):
    before = source_of(root).read_bytes()
    drop(root, BY_HAND)
    grade(root)
    drop(root, "find_the_bug")
    grade(root, "--force")
    put_back(root, before)
    grade(root)
    assert marks(root) == (1.5, "well seen", 0.5)


def test_an_exercise_that_is_added_gives_points_to_those_who_have_its_check(root):
    notebook = lesson_notebook(LESSON, only={"output_error", "hidden_error", "find_the_bug",
                                             "numerical_gradient", BY_HAND})  # fmt: skip
    write(notebook, source_of(root))
    write(notebook, root / "submitted" / "s01" / LESSON / NAME)
    assert grade(root) == 0
    rows = rows_of(root)
    assert [rows[student]["numerical_gradient"] for student in STUDENTS] == ["0", "2"]
    assert rows["s00"]["of"] == "11"
    assert marks(root) == (1.5, "well seen", 0.5)


def test_an_answer_that_becomes_another_kind_of_cell_keeps_its_comment(root):
    notebook = nbformat.read(source_of(root), as_version=4)
    for place, cell in enumerate(notebook.cells):
        if grade_id(cell) == BY_HAND:
            settings = {**cell.metadata.nbgrader, "task": True, "solution": False, "grade": False}
            cell.source = "Draw it."
            notebook.cells[place].metadata["nbgrader"] = settings | {"locked": True}
    write(notebook, source_of(root))
    assert grade(root) == 0
    assert marks(root) == (1.5, "well seen", 0.5)


def test_nbgraders_own_command_drops_an_exercise_too(root, monkeypatch):
    monkeypatch.chdir(root)
    drop(root, "find_the_bug")
    config = course_settings(root)
    config.CourseDirectory.release_directory = str(root / "released")
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert api.generate_assignment(LESSON, force=True)["success"]
    with gradebook_of(root) as gradebook:
        assert gradebook.find_assignment(LESSON).max_score == 6


@pytest.mark.parametrize("points", [0, -1])
def test_an_exercise_of_no_points_is_refused_and_nothing_changes(root, capsys, points):
    before = (root / "grades.csv").read_text()
    notebook = nbformat.read(source_of(root), as_version=4)
    for cell in notebook.cells:
        if grade_id(cell) == "check_output_error":
            cell.metadata.nbgrader["points"] = points
    write(notebook, source_of(root))
    assert grade(root) == 1
    said = capsys.readouterr().err
    assert f"'check_output_error' gives {points} points" in said and "remove its cells" in said
    assert (root / "grades.csv").read_text() == before
