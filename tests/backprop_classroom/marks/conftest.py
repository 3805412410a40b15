"""A gradebook of a small class, as grading leaves it, and the command that gives its marks."""

import shutil
from types import SimpleNamespace

import pytest
from course import lesson_notebook, make_course

from backprop_classroom.__main__ import main
from backprop_classroom.gradebook import records
from backprop_classroom.gradebook.database import gradebook_of
from backprop_classroom.grading.results import Graded

LESSON, NOTEBOOK = "03_backward_pass", "backward_pass"
CHECK, WRITTEN = "check_backward_propagation", "explain_the_bug"  # 15 and 2 points

# By student: first and last name, the points of the check and of the written answer, or why none.
CLASS = {
    "ada": ("Ada", "Lovelace", 13.5, 1.5),
    "bob": ("Bob", "-Minus", 12, None),  # nobody has marked what he wrote
    "cleo": ("Cleo", "Quest", "it is no notebook"),
    "dan": ("Dan", "Zéro", 0, 0),
    "eve": ("Eve", "Stark", 10.333, 2),
}


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    make_course(root, LESSON, lesson_notebook(LESSON, only={"backward_propagation", WRITTEN}))
    with gradebook_of(root) as gradebook:
        gradebook.add_assignment(LESSON)
        gradebook.add_notebook(NOTEBOOK, LESSON)
        for cell, points in ((CHECK, 15), (WRITTEN, 2)):
            gradebook.add_grade_cell(cell, NOTEBOOK, LESSON, max_score=points, cell_type="code")
        for id, (first, last, *points) in CLASS.items():
            gradebook.add_student(id, first_name=first, last_name=last)
            if len(points) == 1:
                records.write(gradebook, Graded(id, LESSON, reason=points[0]), "")
            else:
                mark(gradebook, id, *points)
        gradebook.db.commit()
    return root


def mark(gradebook, student, auto, manual):
    gradebook.add_submission(LESSON, student)
    grade = gradebook.find_grade(CHECK, NOTEBOOK, LESSON, student)
    grade.auto_score, grade.needs_manual_grade = auto, False
    grade = gradebook.find_grade(WRITTEN, NOTEBOOK, LESSON, student)
    grade.manual_score, grade.needs_manual_grade = manual, manual is None


@pytest.fixture
def root(template, tmp_path):
    return shutil.copytree(template, tmp_path / "course")


@pytest.fixture
def give(root, capsys, tmp_path):
    """Run the command; return its exit code, what it says, and the file that it wrote."""

    def given(platform, export=None, *options, name="export.csv"):
        into = tmp_path / name
        arguments = ["--root", str(root), "marks", LESSON, "--for", platform]
        if export is not None:
            into.write_bytes(export)
            arguments += ["--into", str(into)]
        code = main([*arguments, *options])
        captured = capsys.readouterr()
        ending = (
            into.suffix if export is not None else ".xls" if platform == "blackboard" else ".csv"
        )
        path = root / "marks" / f"{LESSON}-{platform}{ending}"
        data = path.read_bytes() if path.exists() else None
        return SimpleNamespace(code=code, out=captured.out, err=captured.err, data=data)

    return given
