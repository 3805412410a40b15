"""Remembers the files that `collect` could not place, so that `grades.csv` can mention them."""

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

_PLACE = "submitted/.collected/.not-placed.json"  # no student's id begins with a dot
_MOST_SAID = 3  # files of one student that are listed


@dataclass(frozen=True)
class NotPlaced:
    """A file that was not placed.

    Attributes
    ----------
    file
        Its path in the download.
    reason
        Why it was not placed.
    students
        The ids of its possible owners; () if unknown.
    sure
        Whether the owners are certain.
    lesson
        The name of its lesson, or "" if that is unknown.
    source
        The path of the download.
    """

    file: str
    reason: str
    students: tuple[str, ...]
    sure: bool
    lesson: str
    source: str

    @property
    def said(self) -> str:
        """The remark in `grades.csv` for its possible owners."""
        perhaps = "" if self.sure else "perhaps "
        return f"{perhaps}handed in, not placed: {self.file}: {self.reason}"


def keep_not_placed(root: Path, source: Path, roster: Roster | None, collected: Collected) -> None:
    """Update the saved list: add files not placed now; drop those placed or collected again."""
    before = list(_read(root))
    lessons = {lesson for _, lesson in collected.seen.values() if lesson}
    (only,) = lessons if len(lessons) == 1 else ("",)
    placed = {label for label, *_ in collected.placed}
    after = [one for one in before if not _is_over(one, source, lessons, placed, collected)]
    for file, reason in collected.not_placed.items():
        students, sure, lesson = (), False, ""
        if file in collected.seen:
            origin, lesson = collected.seen[file]
            lesson = lesson or only  # a download usually contains one lesson
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
    """Return whether an entry is obsolete: its file was placed, or is listed again."""
    is_known = one.file in collected.seen or one.source == str(source)
    if is_known and (not one.lesson or one.lesson in lessons):
        return True
    of = [one.lesson] if one.lesson else sorted(lessons)
    places = [[f"{student}/{lesson}" for lesson in of] for student in one.students]
    return bool(places) and all(placed.intersection(several) for several in places)


def not_placed(root: Path, lesson: str) -> tuple[dict[str, str], list[str]]:
    """Return remarks on files that were not placed, by student, and those without known owner.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        The name of the lesson; files whose lesson is unknown are included.
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
    """Yield the saved entries; invalid ones are ignored."""
    try:
        kept = json.loads(Path(root, _PLACE).read_bytes())
        for one in kept:
            yield NotPlaced(**{**one, "students": tuple(one["students"])})
    except (OSError, ValueError, TypeError, KeyError):
        return
