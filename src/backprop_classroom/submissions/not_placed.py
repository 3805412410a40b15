"""Keeps what `collect` could not place: whoever handed that in has handed in something."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ..files import write_safely
from ..texts import shown
from .collected import Collected
from .matching import students_meant
from .roster import Roster

_PLACE = "submitted/.collected/.not-placed.json"  # no student's id begins with a point
_MOST_SAID = 3  # files of one student in a sentence


@dataclass(frozen=True)
class NotPlaced:
    """One file without a place.

    Attributes
    ----------
    file
        Its path in the download.
    reason
        Why it has no place.
    students
        The ids of those whose it may be; () if nothing tells.
    sure
        Whether it is certainly theirs.
    lesson
        The name of its lesson, or "" if that is unknown.
    source
        The download.
    """

    file: str
    reason: str
    students: tuple[str, ...]
    sure: bool
    lesson: str
    source: str

    @property
    def said(self) -> str:
        """What `grades.csv` says of those whose it may be."""
        perhaps = "" if self.sure else "perhaps "
        return f"{perhaps}handed in, not placed: {self.file}: {self.reason}"


def keep_not_placed(root: Path, source: Path, roster: Roster | None, collected: Collected) -> None:
    """Keep what has no place now; forget what has one, or was collected once more."""
    before = list(_read(root))
    lessons = {lesson for _, lesson in collected.seen.values() if lesson}
    (only,) = lessons if len(lessons) == 1 else ("",)
    placed = {label for label, *_ in collected.placed}
    after = [one for one in before if not _is_over(one, source, lessons, placed, collected)]
    for file, reason in collected.not_placed.items():
        students, sure, lesson = (), False, ""
        if file in collected.seen:
            origin, lesson = collected.seen[file]
            lesson = lesson or only  # a download is of one lesson, as a rule
            students, sure = students_meant(origin, lesson, roster)
        after.append(NotPlaced(file, shown(reason), students, sure, lesson, str(source)))
    if after:
        text = json.dumps([asdict(one) for one in after], indent=1, ensure_ascii=False)
        write_safely(root / _PLACE, text.encode("utf-8", "backslashreplace"))
    elif before:
        Path(root, _PLACE).unlink()


def _is_over(
    one: NotPlaced, source: Path, lessons: set[str], placed: set[str], collected: Collected
) -> bool:
    """Tell whether nothing has to be said of a file any more, or it is said anew."""
    is_known = one.file in collected.seen or one.source == str(source)
    if is_known and (not one.lesson or one.lesson in lessons):
        return True
    of = [one.lesson] if one.lesson else sorted(lessons)
    places = [[f"{student}/{lesson}" for lesson in of] for student in one.students]
    return bool(places) and all(placed.intersection(several) for several in places)


def not_placed(root: Path, lesson: str) -> tuple[dict[str, str], list[str]]:
    """Return, by student, what has no place, and the files of which nobody knows whose they are.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        The name of the lesson; files of which the lesson is unknown are returned as well.
    """
    of_student, others = defaultdict(list), []
    for one in _read(root):
        if one.lesson in ("", lesson):
            for student in one.students:
                of_student[student].append(one.said)
            if not one.students:
                others.append(f"{one.file}: {one.reason}")
    return {student: _joined(several) for student, several in of_student.items()}, others


def _joined(several: list[str]) -> str:
    more = len(several) - _MOST_SAID
    return "; ".join(several[:_MOST_SAID]) + (f"; and {more} more" if more > 0 else "")


def _read(root: Path) -> Iterator[NotPlaced]:
    """Yield what was kept; what somebody has spoilt is left out."""
    try:
        kept = json.loads(Path(root, _PLACE).read_bytes())
        for one in kept:
            yield NotPlaced(**{**one, "students": tuple(one["students"])})
    except (OSError, ValueError, TypeError, KeyError):
        return
