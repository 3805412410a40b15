"""Reads from a roster what is due when, and who has longer."""

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
    """Read the columns `due` and `extension` of a roster, if there is one, and keep it.

    Parameters
    ----------
    root
        The folder of the course.
    roster
        The path of the roster, which is kept for the next commands if it has the whole class;
        None for the one that was kept, if there is one.
    lesson
        The name of the lesson that is graded.
    timezone
        The name of the time zone of times that name none; None for that which was given with
        the roster that was kept, else for that of this machine.

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
        # Extensions may have been given since, in formgrader or by another roster.
        for student in [one for one, longer in extensions.items() if longer is None]:
            del extensions[student]
    else:
        _keep(root, roster, people, timezone)
    return Deadlines(due, extensions)


def _keep(root: Path, path: Path, people: Roster, timezone: str | None) -> None:
    """Keep a roster, unless it has not the whole class; then say so."""
    missing = left_out(root, people)
    if not missing:
        keep_roster(root, path, timezone)
        return
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    print(
        f"{shown(path)} is without {', '.join(missing[:3])}{more}: its dates are used, and the "
        "class is still that of the roster given before",
        file=sys.stderr,
    )
