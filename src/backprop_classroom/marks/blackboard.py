"""The grade centre of Blackboard, as "Work Offline" downloads and uploads it.

A tab-delimited file (.xls) is UTF-16; a comma-delimited one (.csv) is UTF-8 with a byte order
mark. Each cell is quoted. The title of a column is "Title [Total Pts: 17 Score] |664617";
Blackboard identifies the column by the number after the bar, and imports a column without a
number as a new text column. "Username" identifies the student of a row.
"""

import codecs
import csv
import re
from collections.abc import Mapping

from ..texts import table
from .layout import Fresh, Layout, Platform, Row, Wanted, choose, labels_of, number_in, places
from .sheet import BadExport, Sheet
from .standing import Mark, Student

_TITLE = re.compile(r"(?P<title>.*?)\s*\[(?P<points>[^\[\]]*)\]\s*\|(?P<id>\d+)", re.DOTALL)
_PEOPLE = (("First Name", "Last Name"), ("Username",), ("Student ID",))


def _layout(sheet: Sheet, wanted: Wanted) -> Layout:
    head = [cell.value.strip() for cell in sheet.rows[0]]
    if "Username" not in head:
        raise BadExport(
            f"{sheet.name} is not a download of Blackboard's grade centre, because it has no "
            "column Username: choose Work Offline, Download there"
        )
    columns = {at: found for at, title in enumerate(head) if (found := _TITLE.fullmatch(title))}
    titles = {at: found["title"] for at, found in columns.items() if "up to" not in found["points"]}
    column = choose(sheet, titles, wanted)
    people = [
        Row(index, labels, ", ".join(labels))
        for index, labels in labels_of(sheet, places(head, _PEOPLE), 1).items()
    ]
    points = re.search(r"\d+(?:[.,]\d+)?", columns[column]["points"])
    return Layout(column, people, number_in(points[0]) if points else None)


def _fresh(
    lesson: str, of: float, marks: Mapping[str, Mark], students: Mapping[str, Student]
) -> Fresh:
    rows: list[list[object]] = [["Username", f"{lesson} [Total Pts: {of:g} Score]"]]
    rows += [[students[id].id, round(mark.points, 2)] for id, mark in sorted(marks.items())]
    text = table(rows, delimiter="\t", quoting=csv.QUOTE_ALL)
    remark = (
        "Blackboard imports this file as a new text column, and identifies students by Username, "
        "which contains your student ids: if these are not the Blackboard logins, give "
        "Blackboard's download with INTO=, which fills an existing column"
    )
    return Fresh(codecs.BOM_UTF16_LE + text.encode("utf-16-le"), remarks=(remark,))


BLACKBOARD = Platform("Blackboard", ".xls", _layout, _fresh)
