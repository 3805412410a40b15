"""What a platform's export holds: which column is to be filled, and who its rows are."""

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
        The place of the row in `Sheet.rows`.
    labels
        What it calls the person; each has to mean the same student, or nobody.
    name
        What messages call the person.
    kept
        Why the platform does not let a mark in, or "".
    number
        That of the person in names of files, where the platform has one.
    """

    index: int
    labels: tuple[str, ...]
    name: str
    kept: str = ""
    number: str = ""


@dataclass(frozen=True)
class Layout:
    """What an export holds.

    Attributes
    ----------
    column
        The place of the column to fill.
    people
        Its people.
    maximum
        The most points that the column takes, None if the export does not say.
    on_zero
        What the instructor should know about a mark of 0, or "".
    """

    column: int
    people: list[Row]
    maximum: float | None
    on_zero: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which column is wanted: one that is called like the lesson, or that `column` names."""

    lesson: str
    notebook: str
    column: str = ""


@dataclass(frozen=True)
class Fresh:
    """A file that a platform can import, made without its export.

    Attributes
    ----------
    data
        Its bytes.
    left_out
        By student, why their mark is not in it.
    remarks
        What the instructor should know about the import.
    """

    data: bytes
    left_out: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Platform:
    """How marks get into one platform.

    Attributes
    ----------
    name
        What it calls itself.
    ending
        That of the files that it imports.
    layout
        Finds the column and the people in its export.
    fresh
        Makes a file from the lesson, its most points, the marks and the students by their ids.
    """

    name: str
    ending: str
    layout: Callable[[Sheet, Wanted], Layout]
    fresh: Callable[[str, float, Mapping[str, Mark], Mapping[str, Student]], Fresh]


def number_in(text: str) -> float | None:
    """Return the number that a cell holds, with a point or a comma, or None."""
    found = _NUMBER.fullmatch(text)
    return float(f"{found[1]}.{found[2] or 0}") if found else None


def choose(sheet: Sheet, titles: Mapping[int, str], wanted: Wanted) -> int:
    """Return the place of the column to fill.

    Parameters
    ----------
    sheet
        The export.
    titles
        By place, what the columns that may be filled are called, without what the platform adds.
    wanted
        Which is wanted.

    Raises
    ------
    BadExport
        If none fits, or several do.
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
        f"{shown(sheet.name)}: {what} called {' or '.join(map(shown, names))}; say which one to "
        f"fill, COLUMN={(columns or ['title'])[0]!r} for instance; its columns for marks are: "
        f"{'; '.join(columns) or 'none'}"
    )


def labels_of(
    sheet: Sheet, columns: Sequence[Sequence[int]], start: int
) -> dict[int, tuple[str, ...]]:
    """Return by its place what each row from `start` on calls somebody.

    Parameters
    ----------
    sheet
        The export.
    columns
        The places of its columns that say who somebody is; those that belong together, such as
        first and last name, in one group.
    start
        The place of the first row of a person.
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
    """Tell whether a column says who somebody is; a state or a department is that of many.

    Else whoever is called "Submitted" would be meant by every row that says so.
    """
    given = [text for text in texts if text]
    return 2 * len(set(given)) >= len(given)


def places(head: Sequence[str], columns: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return the places of groups of columns in a head; those that it lacks are left out."""
    return [[head.index(one) for one in group if one in head] for group in columns]
