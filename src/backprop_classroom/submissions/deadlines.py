"""Reads due dates and extensions from a roster."""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ..release import lessons
from ..texts import shown
from .kept_roster import keep_roster, kept_roster, kept_timezone, left_out
from .roster import BadRoster, Roster
from .timestamps import zone_named


@dataclass(frozen=True)
class Deadlines:
    """The due date of a lesson, and its extensions.

    Attributes
    ----------
    due
        The due date in UTC; None if the roster has none.
    extensions
        Maps a student to the additional time or the new due date; None for no extension.
    """

    due: datetime | None
    extensions: dict[str, timedelta | datetime | None]


def read_deadlines(
    root: Path, roster: Path | None, lesson: str, timezone: str | None
) -> Deadlines | None:
    """Read the columns `due` and `extension` of a roster, and save the roster.

    Return None if there is no roster.

    Parameters
    ----------
    root
        The folder of the course.
    roster
        The path of the roster, which is saved for later commands if it contains the whole class;
        None for the saved one, if any.
    lesson
        The name of the lesson that is graded.
    timezone
        The name of the time zone for times without one; None for the one saved with the roster,
        or else this machine's.

    Raises
    ------
    ValueError
        If the roster cannot be used (`BadRoster`), or there is no such time zone.
    """
    zone = zone_named(timezone or (None if roster else kept_timezone(root)))
    people = Roster(path=roster) if roster else kept_roster(root)
    if people is None:
        return None
    people.check(lessons(root))
    times = dict(people.columns.times("due", lesson, zone))
    if len(set(times.values())) > 1:
        first, *_, last = sorted(times, key=lambda student: times[student])
        said = [f"{times[one]:%Y-%m-%d %H:%M} UTC for {one}" for one in (first, last)]
        raise BadRoster(
            f"the roster gives {lesson} more than one due date ({' and '.join(said)}): "
            "the column due should be the same in all rows; extensions go into the column extension"
        )
    due = next(iter(times.values()), None)
    extensions = people.columns.extensions(lesson, zone)
    if roster is None:
        # Extensions may have been added later, in formgrader or by another roster.
        for student in [one for one, longer in extensions.items() if longer is None]:
            del extensions[student]
    else:
        _keep(root, roster, people, timezone)
    return Deadlines(due, extensions)


def _keep(root: Path, path: Path, people: Roster, timezone: str | None) -> None:
    """Save a roster if it contains the whole class; otherwise print a warning."""
    missing = left_out(root, people)
    if not missing:
        keep_roster(root, path, timezone)
        return
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    print(
        f"{shown(path)} does not contain {', '.join(missing[:3])}{more}: its dates are used, but "
        "the earlier roster still defines the class",
        file=sys.stderr,
    )
