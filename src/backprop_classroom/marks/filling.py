"""Puts marks into the rows of an export, and says of everybody what became of theirs."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..submissions.names import Names
from ..texts import shown
from .layout import Layout, Row, number_in
from .sheet import BadExport, Sheet
from .standing import Mark

_EMPTY = ("", "-")  # Moodle's grader report has a dash where there is no grade


@dataclass
class Outcome:
    """What became of the marks; each line is about one person.

    Attributes
    ----------
    changed
        Marks that replace another one: the old and the new.
    new, same
        How many marks came into an empty cell, and how many were there already.
    kept
        Marks that the platform does not let in.
    not_final
        Marks that wait for a person.
    absent
        People in the export without a mark.
    to_mend
        Marks for which there is no place, or more than one.
    zeros
        Marks of 0 of which the platform may take no notice.
    rows
        The row of each student that was found.
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
        """How many marks stand in the file, in words."""
        new, changed = self.new, len(self.changed)
        total = new + changed + self.same
        return f"{total} marks: {new} new, {changed} changed, {self.same} as before"

    def whole(self) -> bool:
        """Tell whether every mark stands in the file."""
        return not (self.kept or self.not_final or self.to_mend)


def fill(
    sheet: Sheet,
    layout: Layout,
    marks: Mapping[str, Mark],
    reasons: Mapping[str, str],
    names: Names,
) -> Outcome:
    """Put marks into the column of an export; return what became of them.

    Parameters
    ----------
    sheet
        The export, whose cells are replaced.
    layout
        What it holds.
    marks
        The marks to put in, by student, on the scale of the export.
    reasons
        By student, why there is none.
    names
        Whom a name means.
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
            why = reasons.get(id, "has handed in nothing")
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
    """Return the rows of each student, and those whom a row may mean that may mean another."""
    found: dict[str, list[Row]] = defaultdict(list)
    unclear: set[str] = set()
    for row in layout.people:
        ids = names.find([label] for label in row.labels)
        if len(ids) == 1:
            found[ids[0]].append(row)
        elif ids:
            who = " or ".join(map(shown, ids))
            outcome.to_mend.append(
                f"{_where(sheet, row)}: may be {who}; give a ROSTER= that distinguishes them"
            )
            unclear |= set(ids)
        else:
            outcome.absent.append(f"{_where(sheet, row)}: no student has this name")
    return found, unclear


def _put(sheet: Sheet, layout: Layout, id: str, row: Row, mark: Mark, outcome: Outcome) -> None:
    """Put one mark into its row, or note why not."""
    outcome.rows[id] = row
    cells = sheet.rows[row.index]
    if len(cells) != len(sheet.rows[0]):
        outcome.to_mend.append(
            f"{_where(sheet, row)}: it has {len(cells)} cells, the first line "
            f"{len(sheet.rows[0])}; {shown(id)} is not filled in"
        )
        return
    old = cells[layout.column].value.strip()
    new = _said(mark.points)
    if row.kept:
        outcome.kept.append(f"{shown(id)}: {row.kept}; {shown(old) or 'empty'} stays, not {new}")
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
    """Tell whether numbers in the column, and in the one behind it, have a decimal comma."""
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
    """Return marks on the scale of the export, or raise `BadExport` if it is another."""
    most = next(iter(marks.values())).of
    if maximum is None or maximum == most:
        return dict(marks)
    if scale and maximum > 0 and most > 0:
        factor = maximum / most
        return {id: Mark(mark.points * factor, maximum, mark.waiting) for id, mark in marks.items()}
    raise BadExport(
        f"{shown(what)} gives {maximum:g} points, the lesson {most:g}: give it {most:g} points on "
        "the platform and export again"
        + (f", or add ARGS=--scale, which writes {most:g} points as {maximum:g}" if maximum else "")
    )


def _where(sheet: Sheet, row: Row) -> str:
    return f"line {sheet.lines[row.index]} ({shown(row.name)})"


def _said(points: float) -> str:
    return f"{round(points, 2):g}" if points < 1000 else f"{points:.2f}"
