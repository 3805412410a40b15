"""The data of a lesson that grading needs, as plain data that can be sent to any worker."""

import hashlib
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode

import backprop
import backprop_judge
from backprop_judge import EXERCISES
from backprop_judge.exercise import Exercise

if TYPE_CHECKING:
    from nbgrader.api import Gradebook


@dataclass(frozen=True)
class LessonCell:
    """One cell that nbgrader has recorded.

    Attributes
    ----------
    grade_id, cell_type, checksum, locked, solution, task
        See nbgrader's documentation of its cell metadata.
    source
        Its text without solutions, but with hidden tests and mark schemes.
    points
        Its maximum points; None if it is not graded.
    released
        Its text in the released notebook, without hidden tests and mark schemes.
    """

    grade_id: str
    cell_type: str
    source: str
    checksum: str
    locked: bool
    solution: bool
    task: bool
    points: float | None
    released: str | None = None

    @property
    def grade(self) -> bool:
        """Whether nbgrader counts it as a graded cell; task cells are a separate kind."""
        return self.points is not None and not self.task

    @property
    def exercise(self) -> Exercise | None:
        """The exercise that this cell checks, or None if it is not a check of the course."""
        entry = EXERCISES.get(self.grade_id.removeprefix("check_"))
        if entry is None or entry.manual or not self.grade_id.startswith("check_"):
            return None
        is_check = self.source.strip() == f'check("{entry.id}", {entry.id})'
        return entry if is_check and self.cell_type == "code" and self.locked else None


def is_own_test(cell: NotebookNode) -> bool:
    """Return whether a cell is an instructor's own test: graded by nbgrader, not by a check."""
    settings = cell.metadata.get("nbgrader", {})
    graded = settings.get("grade") and not settings.get("solution") and not settings.get("task")
    return bool(graded) and not str(settings.get("grade_id", "")).startswith("check_")


@dataclass(frozen=True)
class Place:
    """The position of a cell in the released notebook.

    Attributes
    ----------
    cell_id
        The nbformat id of the cell.
    after
        The text of the previous cell, or "".
    """

    cell_id: str
    after: str = ""


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes
    ----------
    name
        Its folder, "03_backward_pass".
    notebook
        The name of its notebook without the suffix, "backward_pass".
    cells
        The cells that nbgrader has recorded, in order.
    seed
        A secret number from which the test cases are generated.
    warm_up
        The code cells of the released notebook; they contain no answers.
    places
        The positions of the cells, by grade_id; see `place_of`.
    """

    name: str
    notebook: str
    cells: tuple[LessonCell, ...]
    seed: int
    warm_up: tuple[str, ...] = field(default=(), repr=False)
    places: Mapping[str, Place] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def by_id(self) -> dict[str, LessonCell]:
        """The cells by their grade_id."""
        return {cell.grade_id: cell for cell in self.cells}

    def place_of(self, grade_id: str) -> Place:
        """Return the `Place` of a cell; if it is unknown, guess the cell id from the grade_id."""
        return self.places.get(grade_id) or Place(grade_id.replace("_", "-"))

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that the points depend on: the cells, the judge, the mistakes."""
        digest = hashlib.sha256(repr([asdict(cell) for cell in self.cells]).encode())
        for file in _what_decides(self.name):
            digest.update(file.read_bytes())
        return digest.hexdigest()


def _what_decides(lesson: str) -> list[Path]:
    """Return the source files on which the points of a lesson depend.

    Their order does not depend on where the packages are installed.
    """
    package, judge = (Path(inspect.getfile(one)).parent for one in (backprop, backprop_judge))
    ground = ("calling.py", "plain.py", "network.py", "datasets.py", "differentiate.py")
    files = [package / name for name in ground]
    files += [*sorted(package.glob("programs/*.py")), *sorted(package.glob("data/*.npz"))]
    lessons = judge / "lessons"
    needed = _needed_folders(lessons / lesson.partition("_")[2])
    for file in sorted(judge.rglob("*.py")):
        if file.parent.parent != lessons or file.parent in needed:
            files.append(file)
    return files


def _needed_folders(folder: Path) -> set[Path]:
    """Return the judge's folder of a lesson and the folders it imports from, also indirectly."""
    needed, found = set(), {folder}
    while found:
        needed |= found
        texts = [file.read_text("utf-8") for one in found for file in one.glob("*.py")]
        names = re.findall(r"^from \.\.(\w+)", "\n".join(texts), re.MULTILINE)
        found = {folder.parent / name for name in names} - needed
    return needed


def lesson_from(
    gradebook: "Gradebook", name: str, seed: int, released: Sequence[NotebookNode]
) -> Lesson:
    """Return the `Lesson` that is recorded in a gradebook.

    Parameters
    ----------
    gradebook
        An open gradebook in which the lesson is registered.
    name
        The folder of the lesson.
    seed
        A secret number.
    released
        The cells of the released notebook. They define the order of the cells, which the database
        does not store, and the `warm_up`. May be empty.

    Returns
    -------
    Lesson
        The lesson.
    """
    (notebook,) = gradebook.find_assignment(name).notebooks
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    texts = {grade_id: cell.source for cell in released if (grade_id := _grade_id(cell))}
    order = list(texts) or [id for entry in EXERCISES for id in (entry, f"check_{entry}")]
    places = {grade_id: place for place, grade_id in enumerate(order)}
    cells = tuple(
        LessonCell(
            cell.name, cell.cell_type, cell.source, cell.checksum, bool(cell.locked),
            cell.name in solutions, cell.name in tasks, points.get(cell.name),
            texts.get(cell.name),
        )
        for cell in sorted(
            notebook.source_cells, key=lambda cell: (places.get(cell.name, len(places)), cell.name)
        )
    )  # fmt: skip
    return Lesson(name, notebook.name, cells, seed, code_of(released), places_of(released))


def read_cells(path: Path) -> list[NotebookNode]:
    """Return the cells of a notebook; none if there is no such file."""
    return nbformat.read(path, as_version=4).cells if path.exists() else []


def code_of(cells: Iterable[NotebookNode]) -> tuple[str, ...]:
    """Return the sources of the code cells."""
    return tuple(cell.source for cell in cells if cell.cell_type == "code")


def places_of(cells: Sequence[NotebookNode]) -> dict[str, Place]:
    """Return the `Place` of each cell that has a grade_id, by grade_id."""
    texts = ["", *(cell.source for cell in cells)]
    return {
        grade_id: Place(cell.get("id", ""), before)
        for before, cell in zip(texts, cells)
        if (grade_id := _grade_id(cell))
    }


def _grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")
