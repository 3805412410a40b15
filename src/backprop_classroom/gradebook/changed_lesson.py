"""Allows adding and removing cells of a lesson after submissions have been graded.

nbgrader refuses this, since marks belong to cells. This module saves the manual marks of a removed
cell in a separate table, and restores them if the cell is added again.
"""

from collections.abc import Collection

from nbformat import NotebookNode
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SourceCell,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import SaveCells
from sqlalchemy import delete, insert, select

from . import records


class SaveChangedCells(SaveCells):
    """nbgrader's preprocessor, extended to accept a changed set of cells."""

    def _create_notebook(self, nb: NotebookNode) -> None:
        try:
            notebook = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        except MissingEntry:
            notebook = None
        if notebook is not None and notebook.submissions:
            self._add_and_drop(notebook)
        super()._create_notebook(nb)

    def _add_and_drop(self, notebook: Notebook) -> None:
        gradebook, names = self.gradebook, (self.notebook_id, self.assignment_id)
        kinds = {
            "GradeCell": (self.new_grade_cells, gradebook.add_grade_cell),
            "SolutionCell": (self.new_solution_cells, gradebook.add_solution_cell),
            "TaskCell": (self.new_task_cells, gradebook.add_task_cell),
            "SourceCell": (self.new_source_cells, gradebook.add_source_cell),
        }
        known = _cells(gradebook, notebook.id)
        wanted = {(name, kind) for kind, (new, _) in kinds.items() for name in new}
        gone = [known[key] for key in set(known) - wanted]
        keep_marks(gradebook, self.assignment_id, gone)
        remove_cells(gradebook, gone)
        added = sorted(wanted - set(known))
        for name, kind in added:
            new, add = kinds[kind]
            add(name, *names, **new[name])
        restore_marks(gradebook, self.assignment_id, notebook.id, {name for name, _ in added})


def _cells(gradebook: Gradebook, notebook: str) -> dict[tuple[str, str], str]:
    """Return the ids of the cells of a notebook by their names and kinds."""
    graded = select(BaseCell.name, BaseCell.type, BaseCell.id).filter_by(notebook_id=notebook)
    source = select(SourceCell.name, SourceCell.id).filter_by(notebook_id=notebook)
    cells = {(name, kind): id for name, kind, id in gradebook.db.execute(graded)}
    return cells | {(name, "SourceCell"): id for name, id in gradebook.db.execute(source)}


def keep_marks(gradebook: Gradebook, lesson: str, cells: Collection[str]) -> None:
    """Save the manual marks and comments of cells, given their ids; the caller commits."""
    db = gradebook.db
    records.prepare(gradebook)
    kept: dict[tuple[str, str], dict[str, object]] = {}
    for table, columns in (
        (Grade, (Grade.manual_score, Grade.extra_credit)),
        (Comment, (Comment.manual_comment,)),
    ):
        query = (
            select(SubmittedAssignment.student_id, BaseCell.name, *columns)
            .select_from(table)
            .join(BaseCell, BaseCell.id == table.cell_id)
            .join(SubmittedNotebook, SubmittedNotebook.id == table.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .where(BaseCell.id.in_(cells))
        )
        for student, cell, *given in db.execute(query):
            if any(value not in (None, "") for value in given):
                values = {column.key: value for column, value in zip(columns, given)}
                kept.setdefault((student, cell), {}).update(values)
    for (student, cell), given in kept.items():
        records.keep_dropped(gradebook, lesson, student, cell, given)


def remove_cells(gradebook: Gradebook, cells: Collection[str]) -> None:
    """Remove cells, given their ids, with all grades and comments."""
    db = gradebook.db
    for table in (Grade, Comment):
        db.execute(delete(table).where(table.cell_id.in_(cells)))
    db.expire_all()
    for id in cells:
        db.delete(db.get(BaseCell, id) or db.get(SourceCell, id))
    db.commit()


def restore_marks(gradebook: Gradebook, lesson: str, notebook: str, names: Collection[str]) -> None:
    """Restore the manual marks and comments of cells that were added again."""
    db, cells = gradebook.db, _cells(gradebook, notebook)
    query = (
        select(SubmittedAssignment.student_id, SubmittedNotebook.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(SubmittedNotebook.notebook_id == notebook)
    )
    submitted = {student: id for student, id in db.execute(query)}
    for student, cell, given in records.dropped(gradebook, lesson):
        if cell not in names or student not in submitted:
            continue
        comment = given.pop("manual_comment", None)
        for table, kinds, values in (
            (Grade, ("GradeCell", "TaskCell"), given),
            (Comment, ("SolutionCell", "TaskCell"), {"manual_comment": comment}),
        ):
            id = next((cells[cell, kind] for kind in kinds if (cell, kind) in cells), None)
            if id is not None and any(value is not None for value in values.values()):
                key = {"cell_id": id, "notebook_id": submitted[student]}
                db.execute(delete(table).filter_by(**key))
                db.execute(insert(table).values(**key, **values))
        records.forget_dropped(gradebook, lesson, student, cell)
    db.commit()
