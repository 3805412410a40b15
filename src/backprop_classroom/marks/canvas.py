"""The gradebook of Canvas, as it exports and imports it.

After lib/gradebook_exporter.rb and lib/gradebook_importer.rb of Canvas: a head, perhaps a row on
assignments that are posted by hand, a row "Points Possible", and a row for each student. An
assignment is called "Title (id)". On import a row is somebody by ID, else by SIS ID, else by login,
else by name.
"""

import re
from collections.abc import Mapping

from ..texts import table
from .layout import Fresh, Layout, Platform, Row, Wanted, choose, labels_of, number_in, places
from .sheet import BadExport, Sheet
from .standing import Mark, Student

_TITLE = re.compile(r"(.*)\s\(\d+\)", re.DOTALL)
_PEOPLE = (
    ("Student",), ("FirstName", "LastName"), ("ID",), ("SIS User ID",), ("SIS Login ID",),
    ("Integration ID",),
)  # fmt: skip
_KEPT = {
    "EX": "excused in Canvas",
    "N/A": "the assignment is not assigned to this student",
}


def _layout(sheet: Sheet, wanted: Wanted) -> Layout:
    head = [cell.value for cell in sheet.rows[0]]
    if not ({"Student", "LastName"} & set(head[:1]) and {"ID", "Section"} <= set(head)):
        raise BadExport(
            f"{sheet.name} is not a gradebook of Canvas, which begins with Student and ID, and "
            "has a column Section: export it there (Grades, Export)"
        )
    start = next(
        (at for at, row in enumerate(sheet.rows[:4]) if "Points Possible" in row[0].value), None
    )
    if start is None:
        raise BadExport(f"{sheet.name}: the row Points Possible is missing; export it again")
    possible = [cell.value for cell in sheet.rows[start]]
    titles = {
        at: found[1]
        for at, title in enumerate(head)
        if at > head.index("Section")
        and (found := _TITLE.fullmatch(title))
        and "read only" not in _cell(possible, at)
    }
    column = choose(sheet, titles, wanted)
    people = []
    for index, labels in labels_of(sheet, places(head, _PEOPLE), start + 1).items():
        old = _cell([cell.value for cell in sheet.rows[index]], column).strip()
        kept = _KEPT.get(old.upper(), "")
        people.append(Row(index, labels, ", ".join(labels), kept))
    return Layout(column, people, number_in(_cell(possible, column)))


def _cell(row: list[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _fresh(
    lesson: str, of: float, marks: Mapping[str, Mark], students: Mapping[str, Student]
) -> Fresh:
    rows: list[list[object]] = [
        ["Student", "ID", "SIS Login ID", "Section", lesson],
        ["    Points Possible", None, None, None, of],
    ]
    for id, mark in sorted(marks.items()):
        one = students[id]
        rows.append([one.name or id, one.number or None, id, None, round(mark.points, 2)])
    remark = (
        "Canvas makes a new assignment of this file, and finds students by its own ID, by login, "
        "or by name; with INTO= an assignment that exists is filled"
    )
    return Fresh(table(rows).encode("utf-8-sig"), remarks=(remark,))


CANVAS = Platform("Canvas", ".csv", _layout, _fresh)
