"""The hostile class of lesson 3, handed in with another lesson.

Its further cells do the same there, beside one answer that is wrong. What needs the notebook or
the answers of lesson 3 is left out.
"""

import json
import re
from dataclasses import dataclass

import nbformat
import pytest
from course import cell_of, exercises_of, grade_id, released_of, source_of
from hostile import HOSTILE, Course
from nbformat.v4 import new_code_cell

from backprop_classroom.grading.marking import mark
from backprop_classroom.grading.worker import SandboxKind, warm_sandbox
from backprop_classroom.lesson import Lesson, LessonCell

SHOWS = re.compile(r"(figures\.\w+|interactive\.\w+|compare_prediction|progress)\(")


class OfLessonThree(Exception):
    """What a submission is made of belongs to lesson 3."""


@dataclass(frozen=True)
class Other:
    """A lesson with all exercises solved but one.

    lesson -- its folder; exercise, answer -- the one, and its wrong answer.
    """

    lesson: str
    exercise: str
    answer: str

    @property
    def points(self):
        """What the honest code deserves, by exercise."""
        return {entry.id: entry.points for entry in exercises_of(self.lesson)} | {self.exercise: 0}

    def forged(self, *sources, answer=None, id=None):
        """The lesson, with further cells below its imports."""
        notebook = source_of(self.lesson)
        notebook.cells = needed(notebook.cells)
        for cell in notebook.cells:
            for mark_of_solution in ("### BEGIN SOLUTION", "### END SOLUTION"):
                cell.source = cell.source.replace(mark_of_solution, "")
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        cell_of(notebook, id or self.exercise).source = answer or self.answer
        imports = next(n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code")
        further = [new_code_cell(text, id=f"x{n}") for n, text in enumerate(sources)]
        notebook.cells[imports + 1 : imports + 1] = further
        return notebook

    def as_released(self):
        """The lesson, made of the notebook that students get."""
        released = needed(released_of(self.lesson).cells)
        cells = tuple(
            LessonCell(
                known.grade_id, cell.cell_type, cell.source, known.checksum, known.locked,
                known.solution, known.task, known.get("points"), cell.source,
            )
            for cell in released
            if (known := cell.metadata.get("nbgrader"))
        )  # fmt: skip
        warm_up = tuple(cell.source for cell in released if cell.cell_type == "code")
        return Lesson(self.lesson, self.lesson.partition("_")[2], cells, seed=1, warm_up=warm_up)

    def sandbox(self, limits):
        return warm_sandbox(SandboxKind(self.as_released().warm_up, True, limits))

    def earned(self, sandbox, notebook):
        """Grade a submission; return the points by exercise, and all that is known of it."""
        graded = mark(sandbox, self.as_released(), "mallory", json.dumps(notebook).encode())
        assert graded.reason == ""
        return {one.exercise: one.earned for one in graded.verdicts}, graded

    def assert_earns_no_more(self, sandbox, notebook, below=""):
        """Grade a submission and return the outputs of its cells with `below` in the source.

        It may earn no more than its honest code deserves.
        """
        points, graded = self.earned(sandbox, notebook)
        assert all(points[id] <= most for id, most in self.points.items()), points
        return shown_in(graded.notebook, below)

    def class_of(self, *groups):
        """Those of the hostile class who can hand this lesson in, as parameters of a test."""
        for one in HOSTILE:
            if one.group in groups and isinstance(one.name, str) and not one.holds_up:
                try:
                    made = one.hand_in(_elsewhere(NoNotebook()), None)
                except (OfLessonThree, TypeError, AttributeError, StopIteration):
                    continue
                if isinstance(made, nbformat.NotebookNode):
                    yield pytest.param(one, id=one.name, marks=pytest.mark.long)

    def of(self, one):
        """The notebook of one of `class_of`."""
        return one.hand_in(_elsewhere(self), None)


class NoNotebook:
    """Makes empty notebooks: which tests there are is known without the notebooks."""

    def forged(self, *_):
        return nbformat.NotebookNode(cells=[])


@dataclass(frozen=True)
class Elsewhere(Course):
    """The same course with another lesson, for cells that need nothing of lesson 3."""

    other: Other

    def with_cells(self, *sources):
        return self.other.forged(*sources)

    def cheating(self, *sources, answer=None):
        if answer is not None:
            raise OfLessonThree
        return self.other.forged(*sources)

    def solved(self):
        raise OfLessonThree

    def empty(self):
        raise OfLessonThree


def _elsewhere(other):
    return Elsewhere(None, None, "/nowhere", (), 0, "nobody", other)


def needed(cells):
    """The cells up to the last check, without those that show pictures or predictions."""
    last = max(n for n, cell in enumerate(cells) if grade_id(cell).startswith("check_"))
    return [cell for cell in cells[: last + 1] if grade_id(cell) or not SHOWS.search(cell.source)]


def shown_in(notebook, below=""):
    """The outputs of the cells of a graded notebook whose source holds `below`, as text."""
    cells = nbformat.reads(notebook, as_version=4).cells
    return json.dumps([cell.get("outputs", []) for cell in cells if below in cell.source])
