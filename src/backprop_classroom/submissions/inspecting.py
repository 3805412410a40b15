"""Finds problems in a notebook before it is handed in."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from backprop_judge import EXERCISES

from ..lesson import Lesson, LessonCell, is_own_test, places_of
from ..release import notebook_of
from ..texts import shown
from .notebook_cells import PlainCell, cells_of
from .recognizing import recognized

LARGE = 10 * 2**20  # many mail servers and learning platforms refuse more


@dataclass(frozen=True)
class Remark:
    """One thing about a notebook.

    Attributes
    ----------
    text
        What was found, and where.
    advice
        What to do.
    blocks
        Whether it should be fixed before the notebook is handed in, because it can cost points.
    """

    text: str
    advice: str = ""
    blocks: bool = False


def known_lessons(*, root: Path) -> list[str]:
    """Return the names of the lessons that students of this course have, in order."""
    found = {path.parent.name for path in Path(root).glob("solutions/*/*.ipynb")}
    found |= {path.parent.name for path in Path(root).glob("notebooks/*/*.ipynb")}
    return sorted(found | {entry.lesson for entry in EXERCISES.values()})


def name_of_notebook(*, root: Path, lesson: str) -> str:
    """Return the file name of a lesson's notebook, without the extension."""
    source = Path(root, "solutions", lesson)
    return notebook_of(source).stem if source.is_dir() else lesson.partition("_")[2]


def handed_out(*, root: Path, lesson: str) -> Lesson:
    """Return the `Lesson` as students receive it.

    It is read from solutions/. Students do not have that folder; for them it is built from the
    exercises in this package, and has only the cells that earn points. It is not read from
    notebooks/, since students edit the files there.
    """
    name = name_of_notebook(root=root, lesson=lesson)
    if not Path(root, "solutions", lesson).is_dir():
        return Lesson(lesson, name, tuple(_cells_of_exercises(lesson)), seed=0)
    source = notebook_of(Path(root, "solutions", lesson))
    notebook = nbformat.read(source, as_version=4)
    cells = tuple(_lesson_cell(cell) for cell in notebook.cells if "nbgrader" in cell.metadata)
    return Lesson(lesson, name, cells, seed=0, places=places_of(notebook.cells))


def with_own_tests(lesson: Lesson, data: bytes) -> Lesson:
    """Return a lesson with the instructor's own tests that a student's notebook contains.

    Without a folder solutions/, they are known only from the notebook. If they were not added, a
    test that fails because its exercise is unsolved would be reported as a cell to fix. Grading
    has its own copy.
    """
    own = []
    for cell in cells_of(data, lesson.notebook):
        points = cell.settings.get("points")
        if cell.grade_id in lesson.by_id or type(points) not in (int, float):
            continue
        found = new_code_cell(cell.source, metadata={"nbgrader": dict(cell.settings)})
        if is_own_test(found) and cell.settings.get("locked") and cell.kind == "code":
            own.append(_lesson_cell(found))
    return dataclasses.replace(lesson, cells=(*lesson.cells, *own))


def _lesson_cell(cell: NotebookNode) -> LessonCell:
    settings = cell.metadata.nbgrader
    text = _as_handed_out(cell.source)
    points = settings.get("points") if settings.get("grade") or settings.get("task") else None
    return LessonCell(
        settings.grade_id, cell.cell_type, text, "", bool(settings.get("locked")),
        bool(settings.get("solution")), bool(settings.get("task")), points, text,
    )  # fmt: skip


def _as_handed_out(text: str) -> str:
    """Remove hidden tests and mark schemes from a cell, as nbgrader does on release."""
    kept, inside = [], False
    for line in text.split("\n"):
        mark = re.search("(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)", line)
        if mark:
            inside = mark[1] == "BEGIN"
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _cells_of_exercises(lesson: str) -> Iterator[LessonCell]:
    for entry in EXERCISES.values():
        if entry.lesson != lesson:
            continue
        if entry.manual:
            yield LessonCell(entry.id, "markdown", "", "", False, True, False, entry.points)
            continue
        line = f'check("{entry.id}", {entry.id})'
        yield LessonCell(entry.id, "code", "", "", False, True, False, None)
        yield LessonCell(
            f"check_{entry.id}", "code", line, "", True, False, False, entry.points, line
        )


def remarks_on_cells(data: bytes, *, lesson: Lesson) -> list[Remark]:
    """Return a `Remark` for each cell of the lesson that is missing, duplicated or changed.

    Parameters
    ----------
    data
        The bytes of a notebook that `reading.parse` can read.
    lesson
        The `Lesson` as students receive it.
    """
    cells = cells_of(data, f"{lesson.notebook}.ipynb")
    numbers: dict[str, list[int]] = {}
    for number, cell in enumerate(cells, start=1):
        if cell.grade_id in lesson.by_id:
            numbers.setdefault(cell.grade_id, []).append(number)
    again = recognized(cells, lesson)
    numbers |= {id: [place + 1] for id, place in again.places.items()}
    if not numbers:
        return [
            Remark(
                f"this is another notebook: it has none of the cells of {lesson.name} that are "
                "graded",
                f"make sure that you saved the lesson under its own name, {lesson.notebook}.ipynb",
                blocks=True,
            )
        ]
    remarks = [_without_metadata(said) for said in again.remarks]
    for known in lesson.cells:
        if known.grade_id in numbers:
            several = [(number, cells[number - 1]) for number in numbers[known.grade_id]]
            remarks += _remarks_on_cell(known, several)
        elif known.grade_id not in again.all:
            remarks.append(_lost(known))
    return remarks


def _without_metadata(said: str) -> Remark:
    return Remark(
        said,
        "grading does the same; check that the points below are what you expect, or copy your "
        "answers into the lesson as you received it, in JupyterLab",
    )


def _lost(known: LessonCell) -> Remark:
    if known.points is None and not known.solution:
        return Remark(f"the cell {known.grade_id} is missing; it earns nothing, so nothing is lost")
    what = "the check" if known.locked else "the answer"
    return Remark(
        f"{what} {known.grade_id} is missing from the notebook",
        "take the lesson as you received it, copy your answers into it, and save it; grading "
        "does not recognize cells that you write yourself",
        blocks=known.points is not None or not known.grade_id.startswith("paste_"),
    )


def _remarks_on_cell(known: LessonCell, several: Sequence[tuple[int, PlainCell]]) -> list[Remark]:
    number, cell = several[-1]  # the one that grading uses
    id = known.grade_id
    remarks = []
    if len(several) > 1:
        numbers = " and ".join(str(place) for place, _ in several)
        same = len({one.source for _, one in several}) == 1
        remarks.append(
            Remark(
                f"the cell {id} occurs {len(several)} times (cells {numbers}); the last counts",
                "they are the same, so nothing is lost"
                if same or known.locked
                else f"put your answer into cell {number}, or delete that cell",
                blocks=not same and not known.locked,
            )
        )
    if known.locked and cell.source not in (known.source, known.released):
        remarks.append(
            Remark(
                f"the locked cell {id} (cell {number}) has been changed",
                "grading restores it; the points below were computed with the restored cell",
            )
        )
    if cell.kind != known.cell_type:
        remarks.append(
            Remark(
                f"the cell {id} (cell {number}) has become a {cell.kind} cell",
                f"grading treats it as a {known.cell_type} cell, as it was",
            )
        )
    if known.points is not None and cell.settings.get("points", known.points) != known.points:
        remarks.append(
            Remark(
                f"the cell {id} (cell {number}) has {shown(cell.settings['points'])[:20]} points",
                f"grading uses the points of the lesson: {known.points:g}",
            )
        )
    return remarks
