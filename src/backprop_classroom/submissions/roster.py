"""Reads a roster: a CSV file that tells which student id belongs to which name."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..texts import shown
from .names import Names, letters
from .student_ids import fault_of_id


class BadRoster(ValueError):
    """A roster cannot be used; the message says why."""


class Roster(Names):
    """Which student id belongs to which name.

    It is read from a CSV file whose column "id" (or "student_id") holds the ids. Whatever
    stands in the other columns is a name by which somebody may be called: a login, a
    number, an address, "Lovelace, Ada". nbgrader imports students from such files too.
    """

    def __init__(self, *, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
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
            letters(column): value.strip()
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
        first, last = cells.get("firstname", ""), cells.get("lastname", "")
        names = {id, *cells.values(), f"{first} {last}", f"{last} {first}"}
        if not (first and last):
            names -= {f"{first} {last}", f"{last} {first}"}
        self.add(id, names)


def _dialect(text: str) -> type[csv.Dialect]:
    first = text.partition("\n")[0]
    return csv.Sniffer().sniff(first, ",;\t") if re.search(r"[,;\t]", first) else csv.excel
