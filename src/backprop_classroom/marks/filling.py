"""Fills marks into the rows of an export, and reports the outcome for each student."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..submissions.names import Names
from ..texts import shown
from .layout import Layout, Row, number_in
from .sheet import BadExport, Sheet
from .standing import Mark

_EMPTY = ("", "-")  # Moodle's grader report shows a missing grade as a dash


@dataclass
class Outcome:
    """The outcome of filling in marks; each line is about one person.

    Attributes
    ----------
    changed
        Marks that replace a different one: the old and the new.
    new, same
        The numbers of marks written to an empty cell, and of marks that were already there.
    kept
        Marks that the platform does not allow to be changed.
    not_final
        Marks of submissions that still have to be marked manually.
    absent
        People in the export who have no mark.
    to_mend
        Marks that match no row, or more than one.
    zeros
        Marks of 0, which the platform may ignore.
    rows
        The row of each student who was found.
    """

    changed: list[str] = field(default_factory=list)
    new: int = 0
    same: int = 0
    kept: list[str] = field(default_factory=list)
    not_final: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    to_mend: list[str] = field(default_factory=list)
    zeros: list[str] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """The number of marks in the file, as text."""
        new, changed = self.new, len(self.changed)
        total = new + changed + self.same
        return f"{total} marks: {new} new, {changed} changed, {self.same} unchanged"

    def whole(self) -> bool:
        """Return whether every mark is in the file."""
        return not (self.kept or self.not_final or self.to_mend)


def fill(
    sheet: Sheet,
    layout: Layout,
    marks: Mapping[str, Mark],
    reasons: Mapping[str, str],
    names: Names,
) -> Outcome:
    """Fill marks into the column of an export, and return the outcome.

    Parameters
    ----------
    sheet
        The export, whose cells are replaced.
    layout
        Its layout.
    marks
        The marks by student, on the scale of the export.
    reasons
        By student, why there is no mark.
    names
        The names of the students.
    """
    outcome = Outcome()
    found, unclear = _found(sheet, layout, names, outcome)
    for id, rows in sorted(found.items()):
        if len(rows) > 1:
            lines = " and ".join(_where(sheet, row) for row in rows)
            outcome.to_mend.append(
                f"{shown(id)}: {lines} may both belong to this student; neither is filled in"
            )
        elif id not in marks:
            why = reasons.get(id, "has not handed in")
            outcome.absent.append(f"{_where(sheet, rows[0])}: {shown(id)}: {shown(why)}")
        else:
            _put(sheet, layout, id, rows[0], marks[id], outcome)
    for id in sorted(set(marks) - set(found) - unclear):
        outcome.to_mend.append(
            f"{shown(id)}: {_said(marks[id].points)} points, but is not in {shown(sheet.name)}"
        )
    return outcome


def _found(
    sheet: Sheet, layout: Layout, names: Names, outcome: Outcome
) -> tuple[dict[str, list[Row]], set[str]]:
    """Return the rows of each student, and the students who match an ambiguous row."""
    found: dict[str, list[Row]] = defaultdict(list)
    unclear: set[str] = set()
    for row in layout.people:
        ids = names.find([label] for label in row.labels)
        if len(ids) == 1:
            found[ids[0]].append(row)
        elif ids:
            who = " or ".join(map(shown, ids))
            outcome.to_mend.append(
                f"{_where(sheet, row)}: could be {who}; give a ROSTER= that distinguishes them"
            )
            unclear |= set(ids)
        else:
            outcome.absent.append(f"{_where(sheet, row)}: no student has this name")
    return found, unclear


def _put(sheet: Sheet, layout: Layout, id: str, row: Row, mark: Mark, outcome: Outcome) -> None:
    """Write one mark to its row, or record why not."""
    outcome.rows[id] = row
    cells = sheet.rows[row.index]
    if len(cells) != len(sheet.rows[0]):
        outcome.to_mend.append(
            f"{_where(sheet, row)}: it has {len(cells)} cells, but the first line has "
            f"{len(sheet.rows[0])}; {shown(id)} is not filled in"
        )
        return
    old = cells[layout.column].value.strip()
    new = _said(mark.points)
    if row.kept:
        outcome.kept.append(f"{shown(id)}: {row.kept}; {shown(old) or 'empty'} is kept, not {new}")
    elif mark.waiting:
        outcome.not_final.append(f"{shown(id)}: {', '.join(mark.waiting)}")
    elif number_in(old) == float(new):
        outcome.same += 1
    else:
        if old in _EMPTY:
            outcome.new += 1
        else:
            outcome.changed.append(f"{shown(id)}: {shown(old)} becomes {new}")
        if layout.on_zero and mark.points == 0:
            outcome.zeros.append(f"{shown(id)}: 0 points; {layout.on_zero}")
        comma = uses_decimal_comma(sheet, layout)
        sheet.replace(row.index, layout.column, new.replace(".", ",") if comma else new)


def uses_decimal_comma(sheet: Sheet, layout: Layout) -> bool:
    """Return whether numbers in the column or the next one have a decimal comma."""
    cells = (
        row[at].value
        for row in sheet.rows[1:]
        for at in (layout.column, layout.column + 1)
        if at < len(row)
    )
    return any(re.fullmatch(r"\d+,\d+", cell.strip(), re.ASCII) for cell in cells)


def scaled(
    marks: Mapping[str, Mark], maximum: float | None, scale: bool, what: str
) -> dict[str, Mark]:
    """Return marks on the scale of the export; raise `BadExport` if it differs and not `scale`."""
    most = next(iter(marks.values())).of
    if maximum is None or maximum == most:
        return dict(marks)
    if scale and maximum > 0 and most > 0:
        factor = maximum / most
        return {id: Mark(mark.points * factor, maximum, mark.waiting) for id, mark in marks.items()}
    raise BadExport(
        f"{shown(what)} has a maximum of {maximum:g} points, but the lesson has {most:g}: set it "
        f"to {most:g} points on the platform and export again"
        + (f", or add ARGS=--scale, which writes {most:g} points as {maximum:g}" if maximum else "")
    )


def _where(sheet: Sheet, row: Row) -> str:
    return f"line {sheet.lines[row.index]} ({shown(row.name)})"


def _said(points: float) -> str:
    return f"{round(points, 2):g}" if points < 1000 else f"{points:.2f}"
