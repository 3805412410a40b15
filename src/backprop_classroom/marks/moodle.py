"""Moodle's grading worksheet of one assignment, and its export of the grader report.

Based on mod/assign/feedback/offline, grade/export/txt and grade/import/csv of Moodle. The first
column of the worksheet is the Identifier, "Participant 12345", which the import uses. The grade is
in the column "Grade", and the maximum in the next column. The titles are in the language of the
instructor who exported the file, and the import expects the same language. The report begins with
first and last name; a column of points is called "Assignment: Title (Real)".
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ..texts import table
from .layout import Fresh, Layout, Platform, Row, Wanted, choose, labels_of, number_in, places
from .sheet import BadExport, Sheet
from .standing import Mark, Student

_PARTICIPANT = re.compile(r"\D+(\d+)")
# The import tests the grade for truth, and 0 is false in PHP.
_ON_ZERO = (
    "Moodle 5.1 and later may skip a 0 in a worksheet; check it there, and enter it if it is "
    "missing"
)
_TITLE = re.compile(r"(?:[^:]*: )?(.*) \((?!Percentage|Letter|Feedback)[^()]*\)", re.DOTALL)


def _layout(sheet: Sheet, wanted: Wanted) -> Layout:
    head = [cell.value.strip() for cell in sheet.rows[0]]
    first = [row[0].value for row in sheet.rows[1:]]
    if first and all(_PARTICIPANT.fullmatch(cell.strip()) for cell in first):
        return _worksheet(sheet, head, wanted)
    return _report(sheet, head, wanted)


def _worksheet(sheet: Sheet, head: list[str], wanted: Wanted) -> Layout:
    titles = dict(enumerate(head[1:], 1))
    column = choose(sheet, titles, replace(wanted, column=wanted.column or "Grade"))
    most = [row[column + 1].value for row in sheet.rows[1:] if len(row) > column + 1]
    maximum = number_in(most[0]) if most else None
    if maximum is None:
        raise BadExport(
            f"{sheet.name}: the column after {head[column]} should contain the maximum points, but "
            f"contains {repr(most[0]) if most else 'nothing'}; the assignment has to be graded in "
            "points, not on a scale"
        )
    full_name, changeable = places(head, (("Full name",), ("Grade can be changed",)))
    people = []
    for index, labels in labels_of(sheet, [[at] for at in range(column)], 1).items():
        cells = [cell.value.strip() for cell in sheet.rows[index]]
        number = _PARTICIPANT.sub(r"\1", cells[0])
        locked = any(cells[at : at + 1] == ["No"] for at in changeable)
        people.append(
            Row(
                index,
                (f"Participant {number}", *labels[1:]),
                next((cells[at] for at in full_name if at < len(cells)), cells[0]),
                "Moodle does not allow a change of this grade" if locked else "",
                number,
            )
        )
    return Layout(column, people, maximum, _ON_ZERO)


def _report(sheet: Sheet, head: list[str], wanted: Wanted) -> Layout:
    titles = {at: found[1] for at, title in enumerate(head) if (found := _TITLE.fullmatch(title))}
    if not titles or min(titles) < 2:
        raise BadExport(
            f"{sheet.name} is neither a grading worksheet of Moodle, which begins with an "
            "Identifier such as Participant 123, nor an export of its grader report in points, "
            "which begins with names: download one of them"
        )
    column = choose(sheet, titles, wanted)
    whose = [[0, 1], *([at] for at in range(2, min(titles)))]
    people = [Row(index, labels, labels[0]) for index, labels in labels_of(sheet, whose, 1).items()]
    return Layout(column, people, None)


def _fresh(
    lesson: str, of: float, marks: Mapping[str, Mark], students: Mapping[str, Student]
) -> Fresh:
    numbers = Counter(students[id].number for id in marks)
    head = ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"]
    rows: list[list[object]] = [[*head]]
    left_out = {}
    for id, mark in sorted(marks.items()):
        one = students[id]
        if not one.number:
            left_out[id] = (
                "the collected files do not contain the student's number in Moodle; give Moodle's "
                "grading worksheet with INTO="
            )
        elif numbers[one.number] > 1:
            left_out[id] = f"another student also has the number {one.number}; find out whose it is"
        else:
            points = round(mark.points, 2)
            rows.append([f"Participant {one.number}", one.name, points, of, None])
    remark = (
        "the titles are in English, so Moodle has to be set to English for the import; existing "
        "grades are replaced only if you select that on import"
    )
    return Fresh(table(rows).encode("utf-8-sig"), left_out, (remark,))


MOODLE = Platform("Moodle", ".csv", _layout, _fresh)
