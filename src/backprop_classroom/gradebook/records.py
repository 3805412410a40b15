"""Keeps, in nbgrader's own database, what grading found out beyond points.

One table beside nbgrader's, so that a record and its points are written in the same
transaction, whatever database it is.
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
    """What is known of one submission: the fingerprint of what was graded, and the outcome."""

    fingerprint: str
    graded: Graded


def prepare(gradebook: Gradebook) -> None:
    """Make the tables in a gradebook where they are missing."""
    _TABLES.create_all(gradebook.engine)


def try_to_write(gradebook: Gradebook) -> None:
    """Change nothing, but raise sqlalchemy's DBAPIError if nothing can be changed."""
    gradebook.db.execute(delete(_TABLE).filter_by(lesson=""))
    gradebook.db.commit()


def seed_of(gradebook: Gradebook, lesson: str) -> int:
    """Return the seed from which the cases of a lesson are drawn; it stays the same.

    It is kept with the grades and is as secret as they are.
    """
    prepare(gradebook)
    known = gradebook.db.execute(select(_SEEDS.c.seed).filter_by(lesson=lesson)).scalar()
    if known is None:
        known = secrets.randbits(62)
        gradebook.db.execute(insert(_SEEDS).values(lesson=lesson, seed=known))
        gradebook.db.commit()
    return known


def source_of(gradebook: Gradebook, lesson: str) -> str:
    """Return the fingerprint of what the lesson was last registered from, or ""."""
    query = select(_SOURCES.c.fingerprint).filter_by(lesson=lesson)
    return gradebook.db.execute(query).scalar() or ""


def write_source(gradebook: Gradebook, lesson: str, fingerprint: str) -> None:
    """Keep the fingerprint of what the lesson has been registered from."""
    gradebook.db.execute(delete(_SOURCES).filter_by(lesson=lesson))
    gradebook.db.execute(insert(_SOURCES).values(lesson=lesson, fingerprint=fingerprint))
    gradebook.db.commit()


def write(gradebook: Gradebook, graded: Graded, fingerprint: str) -> None:
    """Replace the record of one submission; it counts once the caller commits."""
    key = {"lesson": graded.lesson, "student": graded.student}
    gradebook.db.execute(delete(_TABLE).filter_by(**key))
    row = {**key, "fingerprint": fingerprint, "kept": json.dumps(graded.to_dict())}
    gradebook.db.execute(insert(_TABLE).values(**row))


def read(gradebook: Gradebook, lesson: str) -> dict[str, Record]:
    """Return a dict from student to `Record`, of one lesson."""
    if not inspect(gradebook.engine).has_table(_TABLE.name):
        return {}
    known = {}
    for row in gradebook.db.execute(select(_TABLE).filter_by(lesson=lesson)):
        try:
            graded = Graded.from_dict(row.student, lesson, json.loads(row.kept))
        except (ValueError, TypeError, KeyError):
            continue  # as another version of this package wrote it: to be graded again
        known[row.student] = Record(row.fingerprint, graded)
    return known


def reasons(gradebook: Gradebook) -> dict[tuple[str, str], str]:
    """Return, by lesson and student, why a submission could not be graded, of all lessons."""
    rows = gradebook.db.execute(select(_TABLE.c.lesson, _TABLE.c.student, _TABLE.c.kept))
    known = {(row.lesson, row.student): json.loads(row.kept).get("reason") for row in rows}
    return {key: reason for key, reason in known.items() if reason}


def keep_dropped(
    gradebook: Gradebook, lesson: str, student: str, cell: str, given: dict[str, Any]
) -> None:
    """Keep what a person gave for a cell that is dropped; it counts once the caller commits."""
    forget_dropped(gradebook, lesson, student, cell)
    row = {"lesson": lesson, "student": student, "cell": cell, "given": json.dumps(given)}
    gradebook.db.execute(insert(_DROPPED).values(**row))


def forget_dropped(gradebook: Gradebook, lesson: str, student: str, cell: str) -> None:
    """Forget what was kept of a cell, which has come again."""
    key = {"lesson": lesson, "student": student, "cell": cell}
    gradebook.db.execute(delete(_DROPPED).filter_by(**key))


def dropped(gradebook: Gradebook, lesson: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return student, cell and what a person gave, for the dropped cells of a lesson."""
    rows = gradebook.db.execute(select(_DROPPED).filter_by(lesson=lesson))
    return [(row.student, row.cell, json.loads(row.given)) for row in rows]


def answers(gradebook: Gradebook, lesson: str, student: str) -> dict[str, Any]:
    """Return what `write_answers` kept of a submission; {} if nothing was."""
    query = select(_ANSWERS.c.kept).filter_by(lesson=lesson, student=student)
    kept = gradebook.db.execute(query).scalar()
    return json.loads(kept) if kept else {}


def write_answers(gradebook: Gradebook, lesson: str, student: str, kept: dict[str, Any]) -> None:
    """Keep what is known of the answers of a submission; it counts once the caller commits."""
    key = {"lesson": lesson, "student": student}
    gradebook.db.execute(delete(_ANSWERS).filter_by(**key))
    gradebook.db.execute(insert(_ANSWERS).values(**key, kept=json.dumps(kept)))


def remarks(gradebook: Gradebook) -> dict[tuple[str, str], str]:
    """Return, by lesson and student, what was odd about a submission, of all lessons."""
    rows = gradebook.db.execute(select(_TABLE.c.lesson, _TABLE.c.student, _TABLE.c.kept))
    known = {(row.lesson, row.student): json.loads(row.kept).get("remarks") for row in rows}
    return {key: ". ".join(map(str, several)) for key, several in known.items() if several}


def students_of(gradebook: Gradebook, lesson: str) -> set[str]:
    """Return the set of the students who have points in the gradebook, of one lesson."""
    query = (
        select(SubmittedAssignment.student_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == lesson)
    )
    return set(gradebook.db.execute(query).scalars())
