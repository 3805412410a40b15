"""The gradebook of Canvas, as exported and imported by Canvas.

Based on lib/gradebook_exporter.rb and lib/gradebook_importer.rb of Canvas. A file has a header
row, perhaps a row on assignments that are posted manually, a row "Points Possible", and a row for
each student. The column of an assignment is called "Title (id)". The import identifies students by
ID, or else by SIS ID, login or name, in this order.
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
            f"{sheet.name} is not a gradebook of Canvas, which begins with Student and ID and has "
            "a column Section: export it from Canvas (Grades, Export)"
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
        "Canvas imports this file as a new assignment, and identifies students by ID, login or "
        "name; INTO= fills an existing assignment"
    )
    return Fresh(table(rows).encode("utf-8-sig"), remarks=(remark,))


CANVAS = Platform("Canvas", ".csv", _layout, _fresh)
