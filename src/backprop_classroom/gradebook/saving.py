"""Writes the results of grading to nbgrader's gradebook, one transaction per submission."""

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from ..grading.results import Graded
from . import records
from .changed_answers import Answers, read_answers, write_answers

T = TypeVar("T")
Cells = Sequence[Any]  # id, name and kind of each
Rows = list[dict[str, Any]]

ATTEMPTS = 6  # each waits some seconds for a database that another process has locked
_LOCKED_IN_SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# Serialization failure, deadlock detected, lock not available.
_LOCKED_IN_POSTGRESQL = ("40001", "40P01", "55P03")
MOST_LETTERS = 128  # maximum length of a student id in nbgrader's tables


def retry(work: Callable[[], T], gradebook: Gradebook | None = None) -> T:
    """Return the result of `work()`; repeat it while another process locks the database.

    Parameters
    ----------
    work
        The function to call.
    gradebook
        The `nbgrader.api.Gradebook` that `work` uses, if it is already open.

    Raises
    ------
    OperationalError
        SQLAlchemy's error, if the database stays locked; raised at once if waiting does not help,
        because the disk is full or the database is damaged or read-only.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except (OperationalError, IntegrityError) as error:
            if gradebook is not None:
                gradebook.db.rollback()
            if attempt == ATTEMPTS or not _may_pass(error):
                raise
            time.sleep(0.1 * 2**attempt)
    raise AssertionError("unreachable")


def _may_pass(error: IntegrityError | OperationalError) -> bool:
    # A row written by nbgrader meanwhile, a restarted server, or a lock.
    if isinstance(error, IntegrityError) or error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _LOCKED_IN_SQLITE  # the low byte is the primary error code
    return getattr(error.orig, "sqlstate", None) in _LOCKED_IN_POSTGRESQL


def save(
    gradebook: Gradebook,
    graded: Graded,
    fingerprint: str,
    when: datetime | None = None,
) -> Graded:
    """Save one `Graded` submission in one transaction.

    Manual marks and comments are kept, except the mark of an answer that has changed since. If a
    submission could not be graded, only the reason is saved, and the points of an earlier
    submission remain.

    Parameters
    ----------
    gradebook
        An open `nbgrader.api.Gradebook` in which the lesson is registered.
    graded
        The graded submission.
    fingerprint
        Identifies the graded version, so that it is not graded again.
    when
        When it was handed in, in UTC, or None if that is unknown.

    Returns
    -------
    Graded
        The submission with a remark on each answer that has to be marked again.

    Raises
    ------
    OperationalError
        SQLAlchemy's error, if the database stays locked or its disk is full.
    """

    def write() -> Graded:
        try:
            changed = {} if graded.reason else _write_points(gradebook, graded, when)
            said = [f"{cell.removeprefix('check_')}: {why}" for cell, why in changed.items()]
            saved = replace(graded, remarks=(*graded.remarks, *said))
            records.write(gradebook, saved, fingerprint)
            gradebook.db.commit()
            return saved
        except BaseException:
            gradebook.db.rollback()
            raise

    return retry(write, gradebook)


def _write_points(gradebook: Gradebook, graded: Graded, when: datetime | None) -> dict[str, str]:
    """Write points and comments; return, by cell, why answers have to be marked again."""
    db = gradebook.db
    assignment, notebook = db.execute(
        select(Assignment.id, Notebook.id)
        .join(Notebook, Notebook.assignment_id == Assignment.id)
        .where(Assignment.name == graded.lesson)
    ).one()
    _found_or_made(db, Student, id=graded.student)
    submission = _found_or_made(
        db, SubmittedAssignment, assignment_id=assignment, student_id=graded.student
    )
    if when is not None:
        values = {"timestamp": when.replace(tzinfo=None)}  # nbgrader stores UTC without a time zone
        db.execute(update(SubmittedAssignment).filter_by(id=submission).values(values))
    submitted = _found_or_made(
        db, SubmittedNotebook, notebook_id=notebook, assignment_id=submission
    )
    cells = db.execute(
        select(BaseCell.id, BaseCell.name, BaseCell.type).filter_by(notebook_id=notebook)
    ).all()
    answers = read_answers(gradebook, graded.lesson, graded.student)
    _write_scores(db, submitted, cells, graded, answers)
    write_answers(gradebook, graded.lesson, graded.student, answers)
    asked = {name for _, name, _ in cells}
    changed = {cell: why for cell, why in answers.said().items() if cell in asked}
    said = {cell: f"{why[0].upper()}{why[1:]}." for cell, why in changed.items()}
    _write_comments(db, submitted, cells, {**graded.comments, **said})
    return changed


def _found_or_made(db: Session, table: Any, **key: object) -> str:
    """Return the id of the row with this key; insert it if it is missing."""
    id = db.execute(select(table.id).filter_by(**key)).scalar()
    if id is None:
        id = db.execute(insert(table).values(key).returning(table.id)).scalar_one()
    return id


def _write_scores(
    db: Session, submitted: str, cells: Cells, graded: Graded, answers: Answers
) -> None:
    query = select(Grade.cell_id, Grade.id, Grade.manual_score).filter_by(notebook_id=submitted)
    known = {cell: (id, manual) for cell, id, manual in db.execute(query)}
    new: Rows = []
    old: Rows = []
    marks: Rows = []
    for cell, name, kind in cells:
        if kind not in ("GradeCell", "TaskCell"):
            continue
        id, before = known.get(cell, (None, None))
        score, mark = graded.scores.get(name, 0.0), before
        if name in graded.answers:
            mark = answers.mark_now(name, graded.answers[name], before)
        waits = mark is None and (score is None or name in answers.former)
        row = {"auto_score": score, "needs_manual_grade": waits}
        if id is not None and mark != before:  # otherwise do not overwrite a mark entered just now
            marks.append({"manual_score": mark, "id": id})
        if id is None:
            new.append({**row, "manual_score": mark, "cell_id": cell, "notebook_id": submitted})
        else:
            old.append({**row, "id": id})
    _write_rows(db, Grade, new, old)
    _write_rows(db, Grade, [], marks)


def _write_comments(
    db: Session, submitted: str, cells: Cells, comments: Mapping[str, str | None]
) -> None:
    query = select(Comment.cell_id, Comment.id).filter_by(notebook_id=submitted)
    known = {cell: id for cell, id in db.execute(query)}
    new: Rows = []
    old: Rows = []
    for cell, name, kind in cells:
        if kind not in ("SolutionCell", "TaskCell"):
            continue
        row = {"auto_comment": comments.get(name)}
        if cell in known:
            old.append({**row, "id": known[cell]})
        else:
            new.append({**row, "cell_id": cell, "notebook_id": submitted})
    _write_rows(db, Comment, new, old)


def _write_rows(db: Session, table: Any, new: Rows, old: Rows) -> None:
    # All rows in one statement: workers cannot write to the database in parallel.
    if new:
        db.execute(insert(table), new)
    if old:
        db.execute(update(table), old)
