"""The columns of a roster with groups, due dates, extensions and submission times."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from ..texts import shown
from .timestamps import displayed_instant, instant_in

# A column applies to every lesson, or to the lesson whose folder follows in its name.
COLUMN = re.compile(r"(group|due|extension|submitted)(?:\s+(\S+))?", re.IGNORECASE)
_LONGER = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)\s*(minute|hour|day|week)s?", re.IGNORECASE)
_A_TIME = (
    "2026-11-20 23:59, 2026-11-20 23:59 Europe/Berlin, 2026-11-20 (until its end), or a time as "
    "Moodle or Canvas shows it in English: Friday, 20 November 2026, 11:59 PM; Nov 20, 2026 at "
    "11:59pm (with the year)"
)
_NO_TIME = ("", "-")  # Moodle's grading worksheet has "-" for students without a submission


class BadRoster(ValueError):
    """Raised if a roster cannot be used; the message says why."""


@dataclass(frozen=True)
class Cell:
    """The text of one cell, and its location in the roster."""

    text: str
    where: str


class RosterColumns:
    """The columns `group`, `submitted`, `due` and `extension`."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], dict[str, Cell]] = {}

    def take(self, student: str, row: Mapping[Any, Any], where: str) -> None:
        """Add the cells of one row."""
        for name, text in row.items():
            found = COLUMN.fullmatch(name.strip()) if isinstance(name, str) else None
            if found and isinstance(text, str):
                key = found[1].casefold(), found[2] or ""
                cell = Cell(text.strip(), f"{where}, column {shown(name.strip())}")
                self._cells.setdefault(key, {})[student] = cell

    def check(self, lessons: Sequence[str]) -> None:
        """Raise `BadRoster` if a column is for a lesson that the course does not have."""
        for (what, lesson), cells in self._cells.items():
            if lesson and lesson not in lessons:
                where = next(iter(cells.values())).where
                raise BadRoster(
                    f"{where}: there is no lesson {shown(lesson)}; the column should be {what}, or "
                    f"{what} and one of {', '.join(lessons)}"
                )

    def said(self, what: str, lesson: str) -> dict[str, Cell]:
        """Return the cells of a column by student; a column for this lesson takes precedence."""
        own = self._cells.get((what, lesson), {})
        return {**self._cells.get((what, ""), {}), **own}

    def groups(self, lesson: str) -> dict[str, str]:
        """Return each student's group; students without a group are not included."""
        return {id: cell.text for id, cell in self.said("group", lesson).items() if cell.text}

    def times(self, what: str, lesson: str, zone: tzinfo | None) -> Iterator[tuple[str, datetime]]:
        """Yield each student with the time in a column, in UTC.

        Parameters
        ----------
        what
            "submitted" or "due".
        lesson
            The name of the lesson.
        zone
            The time zone of times without one; None for this machine's.

        Raises
        ------
        BadRoster
            If a cell does not contain a time.
        """
        for student, cell in self.said(what, lesson).items():
            if cell.text not in _NO_TIME:
                yield student, _time(cell, zone)

    def extensions(
        self, lesson: str, zone: tzinfo | None
    ) -> dict[str, timedelta | datetime | None]:
        """Return each student's additional time or new due date; None for no extension.

        Raises
        ------
        BadRoster
            If a cell contains neither.
        """
        cells = self.said("extension", lesson)
        return {student: _extension(cell, zone) for student, cell in cells.items()}


def _extension(cell: Cell, zone: tzinfo | None) -> timedelta | datetime | None:
    if cell.text in _NO_TIME:
        return None
    if found := _LONGER.fullmatch(cell.text):
        return timedelta(**{f"{found[2].casefold()}s": float(found[1])})
    return _time(cell, zone, or_else="2 days, 12 hours, 1 week, or a time, ")


def _time(cell: Cell, zone: tzinfo | None, or_else: str = "") -> datetime:
    when = instant_in(cell.text, zone, whole_day=True) or displayed_instant(cell.text, zone)
    if when is None:
        raise BadRoster(
            f"{cell.where}: {shown(cell.text)!r} cannot be read; expected {or_else}{_A_TIME}"
        )
    return when
