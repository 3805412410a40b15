"""Reads from a roster what is due when, and who has longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from .roster import BadRoster, Roster


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
    roster: Path, lesson: str, lessons: Sequence[str], zone: tzinfo | None
) -> Deadlines:
    """Read the columns `due` and `extension` of a roster.

    Parameters
    ----------
    roster
        Its path.
    lesson
        The name of the lesson that is graded.
    lessons
        The names of all lessons.
    zone
        Of times that name no zone; None for that of this machine.

    Raises
    ------
    BadRoster
        If it cannot be used.
    """
    people = Roster(path=roster)
    people.check(lessons)
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
