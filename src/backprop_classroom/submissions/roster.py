"""Reads a roster: a CSV file that tells which student id belongs to which name."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..texts import shown
from .student_ids import fault_of_id


class BadRoster(ValueError):
    """A roster cannot be used; the message says why."""


class Roster:
    """Which student id belongs to which name.

    It is read from a CSV file whose column "id" (or "student_id") holds the ids. Whatever
    stands in the other columns is a name by which somebody may be called: a login, a
    number, an address, "Lovelace, Ada". nbgrader imports students from such files too.
    """

    def __init__(self, *, path: Path) -> None:
        self.ids: list[str] = []
        self.people: dict[str, dict[str, str]] = {}  # by id, names as nbgrader's table has them
        self._by_name: dict[str, list[str]] = {}
        try:
            text = Path(path).read_bytes().decode("utf-8-sig")
            rows = list(csv.DictReader(text.splitlines(), dialect=_dialect(text)))
        except OSError as error:
            raise BadRoster(f"the roster {path} cannot be read: {error.strerror}") from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadRoster(
                f"the roster {path} is no CSV file in UTF-8 ({error}): save it as one"
            ) from None
        for number, row in enumerate(rows, start=2):
            self._add(row, f"the roster {path}, line {number}")
        if not self.ids:
            raise BadRoster(f"the roster {path} is empty")

    def _add(self, row: Mapping[Any, Any], where: str) -> None:
        cells = {
            _letters(column): value.strip()
            for column, value in row.items()
            if isinstance(column, str) and isinstance(value, str)
        }
        column = next((one for one in ("studentid", "id") if one in cells), None)
        if column is None:
            raise BadRoster(f"{where}: there is no column id or student_id with the students' ids")
        id = cells.pop(column)
        if not id and not any(cells.values()):
            return
        if fault_of_id(id):
            raise BadRoster(f"{where}: {shown(id)!r} will not do as an id: {fault_of_id(id)}")
        if id.casefold() in (other.casefold() for other in self.ids):
            raise BadRoster(f"{where}: duplicate id {id} (case-insensitive)")
        self.ids.append(id)
        first = cells.get("firstname", "")
        last = cells.get("lastname") or cells.get("surname", "")
        email = cells.get("email") or cells.get("emailaddress", "")
        self.people[id] = {"first_name": first, "last_name": last, "email": email}
        names = {id, *cells.values(), f"{first} {last}", f"{last} {first}"}
        if not (first and last):
            names -= {f"{first} {last}", f"{last} {first}"}
        names |= {f"{b} {a}" for a, comma, b in (name.partition(",") for name in names) if comma}
        for key in {_letters(name) for name in names} - {""}:
            self._by_name.setdefault(key, []).append(id)

    def find(self, groups: Iterable[Iterable[str]]) -> list[str]:
        """Return the ids of those who may be meant: one if it is clear.

        Parameters
        ----------
        groups
            Groups of names of one person. Of a group any name may be the right one; groups that
            name somebody have to agree, else all whom they name are returned.
        """
        named = [
            {id for label in group for id in self._by_name.get(_letters(label), ())}
            for group in groups
        ]
        found = [ids for ids in named if ids]
        common = set.intersection(*found) if found else set()
        return sorted(common or set().union(*found))


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.partition("\n")[0]
    return csv.Sniffer().sniff(first, ",;\t") if re.search(r"[,;\t]", first) else csv.excel


def _letters(text: str) -> str:
    """Return a name as it is compared: Canvas leaves spaces and commas out, and capitals."""
    kept = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in kept if letter.isalnum())
