"""Determines who belongs to the class, for the gradebook, grades.csv and the report."""

from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import Gradebook, Student
from sqlalchemy import insert, select, update

from ..submissions.roster import Roster
from .saving import MOST_LETTERS


def enrol(gradebook: Gradebook, roster: Roster) -> None:
    """Add the students of a roster to nbgrader's table of students.

    Nobody is removed: use `nbgrader db student remove`. Names that are missing in the roster are
    not changed.
    """
    known = set(gradebook.db.execute(select(Student.id)).scalars())
    people = [(id, names) for id, names in roster.people.items() if len(id) <= MOST_LETTERS]
    new = [{"id": id} for id, _ in people if id not in known]
    if new:
        gradebook.db.execute(insert(Student), new)
    for id, names in people:
        if given := {column: name for column, name in names.items() if name}:
            gradebook.db.execute(update(Student).filter_by(id=id).values(**given))
    gradebook.db.commit()


def class_of(root: Path, gradebook: Gradebook) -> dict[str, tuple[str, ...]]:
    """Return the students of the course by id, each with the names in the gradebook.

    They are the students in the gradebook and everybody who has handed in something.
    """
    query = select(Student.id, Student.first_name, Student.last_name, Student.email)
    enrolled = {
        id: tuple(name for name in names if name) for id, *names in gradebook.db.execute(query)
    }
    return {folder.name: () for folder in folders_of_students(root)} | enrolled


def folders_of_students(root: Path) -> Iterator[Path]:
    """Yield the students' folders in submitted/."""
    return (one for one in Path(root).glob("submitted/[!.]*") if one.is_dir())
