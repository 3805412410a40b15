"""Reads a roster: a CSV file that maps names to student ids."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from backprop.student_ids import fault_of_id

from ..texts import shown
from .names import Names, letters
from .roster_columns import COLUMN, BadRoster, RosterColumns


class Roster(Names):
    """Maps names to student ids.

    The CSV file has a column "id" (or "student_id") with the ids. Each other column contains names
    by which a student may be identified: a login, a number, an address, "Lovelace, Ada".
    nbgrader can import students from the same file. `columns` has the columns that do not contain
    names: groups and times.
    """

    def __init__(self, *, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self._folded: set[str] = set()
        self.columns = RosterColumns()
        self.people: dict[str, dict[str, str]] = {}  # by id, the fields of nbgrader's table
        try:
            text = Path(path).read_bytes().decode("utf-8-sig")
            rows = list(_read(text))
        except OSError as error:
            raise BadRoster(f"the roster {path} cannot be read: {error.strerror}") from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadRoster(
                f"the roster {path} is not a CSV file in UTF-8 ({error}): save it as one"
            ) from None
        for number, row in enumerate(rows, start=2):
            self._add(row, f"the roster {path}, line {number}")
        if not self.ids:
            raise BadRoster(f"the roster {path} is empty")

    def _add(self, row: Mapping[Any, Any], where: str) -> None:
        cells = {
            letters(column): value.strip()
            for column, value in row.items()
            if isinstance(column, str)
            and isinstance(value, str)
            and not COLUMN.fullmatch(column.strip())
        }
        column = next((one for one in ("studentid", "id") if one in cells), None)
        if column is None:
            raise BadRoster(f"{where}: there is no column id or student_id with the students' ids")
        id = cells.pop(column)
        if not id and not any(cells.values()):
            return
        if fault_of_id(id):
            raise BadRoster(f"{where}: {shown(id)!r} is not valid as an id: {fault_of_id(id)}")
        if id.casefold() in self._folded:
            raise BadRoster(f"{where}: duplicate id {id} (case-insensitive)")
        self._folded.add(id.casefold())
        self.ids.append(id)
        self.columns.take(id, row, where)
        first = cells.get("firstname", "")
        last = cells.get("lastname") or cells.get("surname", "")
        email = cells.get("email") or cells.get("emailaddress", "")
        self.people[id] = {"first_name": first, "last_name": last, "email": email}
        names = {id, *cells.values(), f"{first} {last}", f"{last} {first}"}
        if not (first and last):
            names -= {f"{first} {last}", f"{last} {first}"}
        self.add(id, names)

    def check(self, lessons: Sequence[str]) -> None:
        """Raise `BadRoster` if a column has an unknown lesson, or two groups look the same."""
        self.columns.check(lessons)
        for lesson in lessons:
            known: dict[str, str] = {}
            for name in self.columns.groups(lesson).values():
                other = known.setdefault(letters(name), name)
                if " ".join(other.casefold().split()) != " ".join(name.casefold().split()):
                    raise BadRoster(
                        f"the roster has the groups {shown(other)!r} and {shown(name)!r}, which "
                        "platforms write in the same way in file names; rename one of them"
                    )

    def group_of(self, student: str, lesson: str) -> tuple[str, list[str]]:
        """Return the name and members of a student's group; "" and the student if there is none."""
        groups = self.columns.groups(lesson)
        if student not in groups:
            return "", [student]
        return self.group_named([groups[student]], lesson)

    def group_named(self, labels: Iterable[str], lesson: str) -> tuple[str, list[str]]:
        """Return the name and members of the group with one of these names; "" and [] if none."""
        wanted = {letters(label) for label in labels} - {""}
        groups = self.columns.groups(lesson)
        members = [id for id, name in groups.items() if letters(name) in wanted]
        return (groups[members[0]], members) if members else ("", [])


def _read(text: str) -> Iterator[Mapping[Any, Any]]:
    """Return the rows of a CSV file; students' names may contain anything."""
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    lines = io.StringIO(text, newline="")  # str.splitlines splits at more characters
    return csv.DictReader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
