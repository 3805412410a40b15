"""The layout of a platform's export: which column to fill, and to whom the rows belong."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..submissions.names import letters
from ..texts import shown
from .sheet import BadExport, Sheet
from .standing import Mark, Student

_NUMBER = re.compile(r"\s*(\d+)(?:[.,](\d+))?\s*", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One person in an export.

    Attributes
    ----------
    index
        The index of the row in `Sheet.rows`.
    labels
        Names of the person; each has to match the same student or nobody.
    name
        The name of the person in messages.
    kept
        Why the platform does not allow a change of the mark, or "".
    number
        The number of the person in file names, if the platform uses one.
    """

    index: int
    labels: tuple[str, ...]
    name: str
    kept: str = ""
    number: str = ""


@dataclass(frozen=True)
class Layout:
    """The layout of an export.

    Attributes
    ----------
    column
        The index of the column to fill.
    people
        The rows with people.
    maximum
        The maximum points of the column, or None if the export does not contain it.
    on_zero
        A remark for the instructor on marks of 0, or "".
    """

    column: int
    people: list[Row]
    maximum: float | None
    on_zero: str = ""


@dataclass(frozen=True)
class Wanted:
    """Selects the column to fill: by the title `column`, or else by the name of the lesson."""

    lesson: str
    notebook: str
    column: str = ""


@dataclass(frozen=True)
class Fresh:
    """A file that a platform can import, created without its export.

    Attributes
    ----------
    data
        Its bytes.
    left_out
        By student, why the mark is not in it.
    remarks
        Remarks for the instructor on the import.
    """

    data: bytes
    left_out: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Platform:
    """A learning platform that imports marks.

    Attributes
    ----------
    name
        The name of the platform.
    ending
        The extension of the files that it imports.
    layout
        Finds the column and the people in its export.
    fresh
        Creates a file from the lesson, its maximum points, the marks and the students by id.
    """

    name: str
    ending: str
    layout: Callable[[Sheet, Wanted], Layout]
    fresh: Callable[[str, float, Mapping[str, Mark], Mapping[str, Student]], Fresh]


def number_in(text: str) -> float | None:
    """Return the number in a cell, with decimal point or comma; None if there is none."""
    found = _NUMBER.fullmatch(text)
    return float(f"{found[1]}.{found[2] or 0}") if found else None


def choose(sheet: Sheet, titles: Mapping[int, str], wanted: Wanted) -> int:
    """Return the index of the column to fill.

    Parameters
    ----------
    sheet
        The export.
    titles
        The titles of the columns that may be filled, by index, without additions of the platform.
    wanted
        The column that is wanted.

    Raises
    ------
    BadExport
        If no column matches, or several do.
    """
    heads = {place: sheet.rows[0][place].value for place in titles}
    if wanted.column:
        names = [wanted.column]
        found = [at for at in titles if wanted.column in (heads[at], titles[at])]
    else:
        names = [wanted.lesson, wanted.notebook]
        keys = {letters(name) for name in names}
        found = [at for at, title in titles.items() if letters(title) in keys]
        found = found or [
            at for at, title in titles.items() if any(key in letters(title) for key in keys)
        ]
    if len(found) == 1:
        return found[0]
    columns = [shown(heads[at]) for at in (found or titles)]
    what = f"{len(found)} columns are" if found else "no column is"
    raise BadExport(
        f"{shown(sheet.name)}: {what} called {' or '.join(map(shown, names))}; give the column to "
        f"fill, for example COLUMN={(columns or ['title'])[0]!r}; the columns for marks are: "
        f"{'; '.join(columns) or 'none'}"
    )


def labels_of(
    sheet: Sheet, columns: Sequence[Sequence[int]], start: int
) -> dict[int, tuple[str, ...]]:
    """Return the names of the person in each row from `start` on, by the index of the row.

    Parameters
    ----------
    sheet
        The export.
    columns
        The indices of the columns with names or numbers of people; those that belong together,
        such as first and last name, are one group.
    start
        The index of the first row of a person.
    """
    rows = [[cell.value.strip() for cell in row] for row in sheet.rows[start:]]
    texts = [
        [" ".join(cells[at] for at in group if at < len(cells)).strip() for cells in rows]
        for group in columns
    ]
    names = zip(*filter(_tells_apart, texts))
    labels = (tuple(name for name in several if name) for several in names)
    return {index: several for index, several in enumerate(labels, start) if several}


def _tells_apart(texts: Sequence[str]) -> bool:
    """Return whether a column identifies people; a state or a department is shared by many.

    Otherwise a student called "Submitted" would match every row with that state.
    """
    given = [text for text in texts if text]
    return 2 * len(set(given)) >= len(given)


def places(head: Sequence[str], columns: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return the indices of groups of columns in a header row, without missing columns."""
    return [[head.index(one) for one in group if one in head] for group in columns]
