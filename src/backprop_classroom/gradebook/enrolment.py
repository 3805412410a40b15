"""Says who belongs to the class: the gradebook, grades.csv and the report count the same."""

from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import Gradebook, Student
from sqlalchemy import insert, select, update

from ..submissions.roster import Roster
from .saving import MOST_LETTERS


def enrol(gradebook: Gradebook, roster: Roster) -> None:
    """Write the students of a roster into the gradebook, where nbgrader looks for them.

    Nobody is taken out: `nbgrader db student remove` does that. Names that the roster does not
    give stay as they are.
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
    """Return the students of the course by id, each with the names that the gradebook knows.

    They are those in the gradebook, and whoever has handed in anything.
    """
    query = select(Student.id, Student.first_name, Student.last_name, Student.email)
    enrolled = {
        id: tuple(name for name in names if name) for id, *names in gradebook.db.execute(query)
    }
    return {folder.name: () for folder in folders_of_students(root)} | enrolled


def folders_of_students(root: Path) -> Iterator[Path]:
    """Yield the folders in submitted/ that students have."""
    return (one for one in Path(root).glob("submitted/[!.]*") if one.is_dir())
