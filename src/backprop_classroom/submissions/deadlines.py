"""Reads from a roster what is due when, and who has longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ..release import lessons
from .roster import BadRoster, Roster
from .timestamps import zone_named


@dataclass(frozen=True)
class Deadlines:
    """When a lesson is due.

    Attributes
    ----------
    due
        In UTC; None if the roster does not say.
    extensions
        By student, how much longer they have, or until when, or None for no longer.
    """

    due: datetime | None
    extensions: dict[str, timedelta | datetime | None]


def read_deadlines(
    root: Path, roster: Path | None, lesson: str, timezone: str | None
) -> Deadlines | None:
    """Read the columns `due` and `extension` of a roster, if there is one.

    Parameters
    ----------
    root
        The folder of the course.
    roster
        The path of the roster, or None.
    lesson
        The name of the lesson that is graded.
    timezone
        The name of the time zone of times that name none; None for that of this machine.

    Raises
    ------
    ValueError
        If the roster cannot be used (`BadRoster`), or there is no such time zone.
    """
    zone = zone_named(timezone)
    if roster is None:
        return None
    people = Roster(path=roster)
    people.check(lessons(root))
    times = dict(people.columns.times("due", lesson, zone))
    if len(set(times.values())) > 1:
        first, *_, last = sorted(times, key=lambda student: times[student])
        said = [f"{times[one]:%Y-%m-%d %H:%M} UTC for {one}" for one in (first, last)]
        raise BadRoster(
            f"the roster {roster} gives {lesson} more than one due date ({' and '.join(said)}): "
            "the column due should say the same in all rows; who has longer has it in the column "
            "extension"
        )
    due = next(iter(times.values()), None)
    return Deadlines(due, people.columns.extensions(lesson, zone))
