"""Stores the results of grading other than points in nbgrader's database.

The tables are in the same database as nbgrader's, so that a record and its points are written in
the same transaction.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
)

from ..grading.results import Graded

_TABLES = MetaData()
_TABLE = Table(
    "backprop_record",
    _TABLES,
    Column("lesson", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("kept", Text, nullable=False),
)
_SEEDS = Table(
    "backprop_seed",
    _TABLES,
    Column("lesson", String(128), primary_key=True),
    Column("seed", BigInteger, nullable=False),
)
_SOURCES = Table(
    "backprop_source",
    _TABLES,
    Column("lesson", String(128), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
)
_DROPPED = Table(
    "backprop_dropped",
    _TABLES,
    Column("lesson", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("given", Text, nullable=False),
)
_ANSWERS = Table(
    "backprop_answers",
    _TABLES,
    Column("lesson", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("kept", Text, nullable=False),
)


@dataclass(frozen=True)
class Record:
    """The record of one submission: the fingerprint of the graded version, and the outcome."""

    fingerprint: str
    graded: Graded


def prepare(gradebook: Gradebook) -> None:
    """Create missing tables in a gradebook."""
    _TABLES.create_all(gradebook.engine)


def try_to_write(gradebook: Gradebook) -> None:
    """Raise SQLAlchemy's DBAPIError if the gradebook is not writable; change nothing."""
    gradebook.db.execute(delete(_TABLE).filter_by(lesson=""))
    gradebook.db.commit()


def seed_of(gradebook: Gradebook, lesson: str) -> int:
    """Return the seed for the test cases of a lesson; create it on the first call.

    It is stored with the grades, and must be kept as secret as they are.
    """
    prepare(gradebook)
    known = gradebook.db.execute(select(_SEEDS.c.seed).filter_by(lesson=lesson)).scalar()
    if known is None:
        known = secrets.randbits(62)
        gradebook.db.execute(insert(_SEEDS).values(lesson=lesson, seed=known))
        gradebook.db.commit()
    return known


def source_of(gradebook: Gradebook, lesson: str) -> str:
    """Return the fingerprint of the source from which a lesson was last registered, or ""."""
    query = select(_SOURCES.c.fingerprint).filter_by(lesson=lesson)
    return gradebook.db.execute(query).scalar() or ""


def write_source(gradebook: Gradebook, lesson: str, fingerprint: str) -> None:
    """Store the fingerprint of the source from which a lesson has been registered."""
    gradebook.db.execute(delete(_SOURCES).filter_by(lesson=lesson))
    gradebook.db.execute(insert(_SOURCES).values(lesson=lesson, fingerprint=fingerprint))
    gradebook.db.commit()


def write(gradebook: Gradebook, graded: Graded, fingerprint: str) -> None:
    """Replace the record of one submission; the caller commits."""
    key = {"lesson": graded.lesson, "student": graded.student}
    gradebook.db.execute(delete(_TABLE).filter_by(**key))
    row = {**key, "fingerprint": fingerprint, "kept": json.dumps(graded.to_dict())}
    gradebook.db.execute(insert(_TABLE).values(**row))


def read(gradebook: Gradebook, lesson: str) -> dict[str, Record]:
    """Return the records of a lesson by student."""
    if not inspect(gradebook.engine).has_table(_TABLE.name):
        return {}
    known = {}
    for row in gradebook.db.execute(select(_TABLE).filter_by(lesson=lesson)):
        try:
            graded = Graded.from_dict(row.student, lesson, json.loads(row.kept))
        except (ValueError, TypeError, KeyError):
            continue  # written by another version of this package; will be graded again
        known[row.student] = Record(row.fingerprint, graded)
    return known


def reasons(gradebook: Gradebook) -> dict[tuple[str, str], str]:
    """Return why submissions could not be graded, by lesson and student."""
    rows = gradebook.db.execute(select(_TABLE.c.lesson, _TABLE.c.student, _TABLE.c.kept))
    known = {(row.lesson, row.student): json.loads(row.kept).get("reason") for row in rows}
    return {key: reason for key, reason in known.items() if reason}


def keep_dropped(
    gradebook: Gradebook, lesson: str, student: str, cell: str, given: dict[str, Any]
) -> None:
    """Save the manual mark and comment of a removed cell; the caller commits."""
    forget_dropped(gradebook, lesson, student, cell)
    row = {"lesson": lesson, "student": student, "cell": cell, "given": json.dumps(given)}
    gradebook.db.execute(insert(_DROPPED).values(**row))


def forget_dropped(gradebook: Gradebook, lesson: str, student: str, cell: str) -> None:
    """Delete the saved marks of a cell that was added again; the caller commits."""
    key = {"lesson": lesson, "student": student, "cell": cell}
    gradebook.db.execute(delete(_DROPPED).filter_by(**key))


def dropped(gradebook: Gradebook, lesson: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return student, cell and saved marks for the removed cells of a lesson."""
    rows = gradebook.db.execute(select(_DROPPED).filter_by(lesson=lesson))
    return [(row.student, row.cell, json.loads(row.given)) for row in rows]


def answers(gradebook: Gradebook, lesson: str, student: str) -> dict[str, Any]:
    """Return what `write_answers` stored for a submission; {} if nothing."""
    query = select(_ANSWERS.c.kept).filter_by(lesson=lesson, student=student)
    kept = gradebook.db.execute(query).scalar()
    return json.loads(kept) if kept else {}


def write_answers(gradebook: Gradebook, lesson: str, student: str, kept: dict[str, Any]) -> None:
    """Store data on the answers of a submission; the caller commits."""
    key = {"lesson": lesson, "student": student}
    gradebook.db.execute(delete(_ANSWERS).filter_by(**key))
    gradebook.db.execute(insert(_ANSWERS).values(**key, kept=json.dumps(kept)))


def remarks(gradebook: Gradebook) -> dict[tuple[str, str], str]:
    """Return the remarks on submissions, by lesson and student."""
    rows = gradebook.db.execute(select(_TABLE.c.lesson, _TABLE.c.student, _TABLE.c.kept))
    known = {(row.lesson, row.student): json.loads(row.kept).get("remarks") for row in rows}
    return {key: ". ".join(map(str, several)) for key, several in known.items() if several}


def students_of(gradebook: Gradebook, lesson: str) -> set[str]:
    """Return the students who have a submission of a lesson in the gradebook."""
    query = (
        select(SubmittedAssignment.student_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == lesson)
    )
    return set(gradebook.db.execute(query).scalars())
