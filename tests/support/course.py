"""Builds small courses and submissions for tests, with the real exercises in minimal notebooks."""

import functools
import inspect
import pickle
import shutil
from pathlib import Path

import answers
import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprop_classroom.release import notebook_of
from backprop_judge import EXERCISES

REPOSITORY = Path(__file__).parents[2]
HELPERS = {
    "output_error", "hidden_error", "backward_propagation", "sigmoid", "forward_propagation",
    "loss", "update_parameters", "scalar_sigmoid",
}  # fmt: skip


def exercises_of(lesson):
    return [entry for entry in EXERCISES.values() if entry.lesson == lesson]


def most_of(lesson):
    """Return the points that the checks of a lesson can give, without manually graded ones."""
    return sum(entry.points for entry in exercises_of(lesson) if not entry.manual)


def source_of(lesson):
    """Return the committed source notebook of a lesson."""
    return _read(notebook_of(REPOSITORY / "solutions" / lesson))


def released_of(lesson):
    """Return the committed notebook that students receive."""
    return _read(notebook_of(REPOSITORY / "notebooks" / lesson))


def _read(path):
    """Return a notebook, which the caller may change; it is read and validated once."""
    return pickle.loads(_pickled(path, path.stat().st_mtime_ns))


@functools.cache
def _pickled(path, changed):
    return pickle.dumps(nbformat.read(path, as_version=4))


def grade_id(cell):
    """Return the nbgrader id of a cell, or ""."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def cell_of(notebook, id):
    """Return the cell of a notebook with an nbgrader id."""
    return next(cell for cell in notebook.cells if grade_id(cell) == id)


def settings(grade_id, **details):
    given = {"grade": False, "solution": False, "locked": False, "task": False} | details
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id} | given}


def solution_cell(id, body):
    """Return a cell with an answer given as source text, its body between the markers."""
    head, _, rest = body.partition("\n")
    source = f"{head}\n    ### BEGIN SOLUTION\n{rest.rstrip()}\n    ### END SOLUTION"
    return new_code_cell(source, metadata=settings(id, solution=True), id=id.replace("_", "-"))


def check_cell(id, points):
    return new_code_cell(
        f'check("{id}", {id})',
        metadata=settings(f"check_{id}", grade=True, locked=True, points=points),
        id=f"check-{id}".replace("_", "-"),
    )


def manual_cell(id, points, text="The model answer."):
    return new_markdown_cell(
        f"### BEGIN SOLUTION\n{text}\n### END SOLUTION",
        metadata=settings(id, grade=True, solution=True, points=points),
        id=id.replace("_", "-"),
    )


def lesson_notebook(lesson, only=None):
    """Return a source notebook that contains only the exercises of a lesson.

    only -- the ids of the exercises to include; None for all.
    """
    helpers = [inspect.getsource(getattr(answers, name)) for name in sorted(HELPERS)]
    setup = "import math\nimport numpy as np\nfrom backprop import check\n"
    # Helpers have other names, so that an answer can use them without solving their exercises.
    for name in sorted(HELPERS):
        helpers = [text.replace(f"{name}(", f"given_{name}(") for text in helpers]
    notebook = new_notebook(cells=[new_code_cell(setup + "\n".join(helpers), id="setup")])
    for entry in exercises_of(lesson):
        if only is not None and entry.id not in only:
            continue
        if entry.manual:
            notebook.cells.append(manual_cell(entry.id, entry.points))
            continue
        body = inspect.getsource(getattr(answers, entry.id))
        head, _, rest = body.partition("\n")
        for name in sorted(HELPERS):
            rest = rest.replace(f"{name}(", f"given_{name}(")
        notebook.cells.append(solution_cell(entry.id, f"{head}\n{rest}"))
        notebook.cells.append(check_cell(entry.id, entry.points))
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3", "language": "python", "name": "python3",
    }  # fmt: skip
    return notebook


def write(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def make_course(folder, lesson, notebook=None):
    """Create a course with one lesson in a folder; return the path of its source notebook."""
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    name = lesson.partition("_")[2] + ".ipynb"
    return write(notebook or lesson_notebook(lesson), Path(folder, "solutions", lesson, name))
