"""Finds the cells of a lesson in a notebook that has lost nbgrader's metadata.

Colab and other editors drop unknown metadata of cells, and some also drop the cell id. So a cell
is identified by its id, or else by its text: a check by its line, an answer by the function that
it defines, a written answer by the preceding cell.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ..lesson import Lesson, LessonCell
from .notebook_cells import PlainCell

NOT_FOUND = (
    "*This answer was not found, because the notebook has lost nbgrader's metadata. It may be "
    "in another cell.*"
)
MOST_NAMED = 3  # cells listed in a remark


@dataclass
class Recognized:
    """Cells of a lesson that have lost their metadata, by grade_id.

    Attributes
    ----------
    by_id, by_text
        Their positions in the notebook.
    within
        Checks that share a cell with other code, with the position of that cell.
    lost
        Written answers that were not found.
    """

    by_id: dict[str, int] = field(default_factory=dict)
    by_text: dict[str, int] = field(default_factory=dict)
    within: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    @property
    def places(self) -> dict[str, int]:
        """The positions of those that have a separate cell."""
        return self.by_id | self.by_text

    @property
    def all(self) -> set[str]:
        """All ids, including those of lost answers."""
        return {*self.by_id, *self.by_text, *self.within, *self.lost}

    @property
    def remarks(self) -> list[str]:
        """Remarks for the instructor and the student."""
        found = {"id": self.by_id, "text": self.by_text | self.within}
        said = [f"{_named([*ids])} by {what}" for what, ids in found.items() if ids]
        remarks = []
        if said:
            remarks.append(
                "cells have lost nbgrader's metadata, as in Colab, and were recognized: "
                + "; ".join(said)
            )
        if self.lost:
            remarks.append(
                f"the written answer {', '.join(self.lost)} was not found without nbgrader's "
                "metadata; a person has to mark it"
            )
        return remarks


def _named(ids: list[str]) -> str:
    return ", ".join(ids) if len(ids) <= MOST_NAMED else f"{len(ids)} of them"


def recognized(cells: Sequence[PlainCell], lesson: Lesson) -> Recognized:
    """Find the cells of a lesson that have no metadata."""
    present = {cell.grade_id for cell in cells}
    missing = [known for known in lesson.cells if known.grade_id not in present]
    free = {place for place, cell in enumerate(cells) if cell.grade_id not in lesson.by_id}
    found = Recognized()
    for known in missing:
        _take(known, free, found.by_id, _has_id(cells, lesson.place_of(known.grade_id).cell_id))
    # Locked cells first, so that none of them is taken for an answer.
    for known in sorted(missing, key=lambda known: not known.locked):
        if known.grade_id not in found.by_id:
            _take(known, free, found.by_text, _has_text(cells, known, lesson))
    for known in missing:
        if known.grade_id not in found.places and known.exercise is not None:
            line = _check_line(known.exercise.id)
            _take(known, set(range(len(cells))), found.within, _holds(cells, line))
    if found.all:
        found.lost = [
            known.grade_id
            for known in missing
            if known.points is not None and known.solution and known.grade_id not in found.places
        ]
    return found


def _take(
    known: LessonCell, free: set[int], found: dict[str, int], fits: Callable[[int], bool]
) -> None:
    """Assign the last free position that fits, if there is one."""
    places = [place for place in sorted(free) if fits(place)]
    if places:
        found[known.grade_id] = places[-1]
        free.discard(places[-1])


def _has_id(cells: Sequence[PlainCell], id: str) -> Callable[[int], bool]:
    return lambda place: id in cells[place].ids


def _has_text(
    cells: Sequence[PlainCell], known: LessonCell, lesson: Lesson
) -> Callable[[int], bool]:
    """Return a function that tests whether the cell at a position is the given cell."""
    if known.cell_type == "code" and known.solution:
        return _holds(cells, _definition(known))
    texts = {text.strip() for text in (known.source, known.released or "")} - {""}
    if known.locked:
        check = known.exercise and _check_line(known.exercise.id)
        return lambda place: (
            cells[place].source.strip() in texts
            or bool(
                check
                and cells[place].kind == "code"
                and check.fullmatch(cells[place].source.strip())
            )
        )
    before = lesson.place_of(known.grade_id).after.strip()
    return lambda place: (
        bool(before)
        and place > 0
        and cells[place].kind == known.cell_type
        and cells[place - 1].source.strip() == before
    )


def _holds(cells: Sequence[PlainCell], pattern: re.Pattern[str]) -> Callable[[int], bool]:
    return lambda place: cells[place].kind == "code" and bool(pattern.search(cells[place].source))


def _check_line(exercise: str) -> re.Pattern[str]:
    name = re.escape(exercise)
    return re.compile(
        rf"^check\(\s*(['\"]){name}\1\s*,\s*{name}\s*\)[ \t;]*(?:#.*)?$", re.MULTILINE
    )


def _definition(known: LessonCell) -> re.Pattern[str]:
    """Return a pattern for the definition of an answer's function, but not for a stand-in."""
    first = re.search(r"^def (\w+)", known.source, re.MULTILINE)
    name = first[1] if first else re.escape(known.grade_id.removeprefix("paste_"))
    return re.compile(rf"^def {name}\b|^{name} *=(?!=)(?! *or_stand_in\()", re.MULTILINE)


def share(cells: Iterable[PlainCell], lesson: Lesson) -> int:
    """Return how many cells of a lesson are recognized without their metadata."""
    found = recognized([*cells], lesson)
    return len(found.all - {*found.lost})
