"""Tells from the names that learning platforms give to files who handed them in, and when."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from ..texts import shown

# Ada Lovelace_12345_assignsubmission_file_/x.ipynb, or all of it in the name of the file.
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<rest>.*))?"
)
# Backward Pass_alovelace_attempt_2026-11-20-14-30-05_x.ipynb
_BLACKBOARD = re.compile(
    r"(?P<name>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:[_.](?P<rest>.*))?", re.DOTALL
)
# lovelaceada_LATE_12345_67890_x.ipynb: the user's number, and that of the file, which grows.
_CANVAS = re.compile(
    r"(?P<name>[^\W_][^_]*)_(?P<late>LATE_)?(?P<number>\d+)_(?P<file>\d+)_(?P<rest>.+)",
    re.IGNORECASE,
)
# x-1.ipynb, x (1).ipynb: handed in or downloaded once more.
_COUNTED = re.compile(r".*?(?:-(\d{1,3})| ?\((\d{1,3})\))\.ipynb", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Person:
    """Somebody as a learning platform calls them.

    Attributes
    ----------
    platform
        Which one, or "".
    labels
        What to look for in a roster, the most certain first.
    name
        What a student id can be made of.
    number
        What tells two people of the same name apart, or "".
    """

    platform: str
    labels: tuple[str, ...]
    name: str
    number: str = ""

    def __str__(self) -> str:
        return shown(f"{self.platform}: {self.name}" + (f", {self.number}" if self.number else ""))


@dataclass(frozen=True)
class Origin:
    """What the names on the way to a file tell.

    Attributes
    ----------
    person
        The `Person` that the platform names, or None.
    claim
        The student id that a folder gives, or "".
    when
        When it was handed in, as the platform says, or None.
    rank
        Numbers that grow with each attempt.
    late
        Whether the platform says that it came late.
    """

    person: Person | None
    claim: str
    when: datetime | None
    rank: tuple[int, ...]
    late: bool = False


def origin_of(
    parts: Sequence[str],
    *,
    lessons: Collection[str],
    outermost: str = "",
    timezone: tzinfo | None = None,
) -> Origin:
    """Return the `Origin` of a file.

    Parameters
    ----------
    parts
        The names on the way to it, from outside in.
    lessons
        The names of the lessons.
    outermost
        The name of the folder or zip that everything came in: if it comes once more inside, it is
        nobody's name.
    timezone
        A tzinfo, of times in names; None for that of this machine.
    """
    claim = _claim(parts, lessons)
    counted = _COUNTED.fullmatch(parts[-1])
    suffix = int(counted[1] or counted[2]) if counted else 0
    # A platform's name for somebody, and not one that somebody has put into a zip of
    # theirs: the first from outside is taken.
    for place, part in enumerate(parts):
        if match := _MOODLE.fullmatch(part):
            number, name = f"Participant {match['number']}", match["name"]
            anonymous = name.casefold() == "participant"
            labels = (number,) if anonymous else (number, name)
            person = Person("Moodle", labels, number if anonymous else name, match["number"])
            return Origin(person, claim, None, (suffix,))
        if match := _BLACKBOARD.fullmatch(part):
            login = match["name"].rpartition("_")[2]
            # Of a login with an underscore only a roster knows where it begins.
            pieces = match["name"].split("_")
            labels = tuple("_".join(pieces[start:]) for start in range(1, len(pieces)))
            when = _time(match["time"], timezone)
            return Origin(Person("Blackboard", labels or (login,), login), claim, when, (suffix,))
        match = _CANVAS.fullmatch(part)
        # It says so little that it is looked for only where Canvas puts it.
        if match and all(_is_wrapping(outer, outermost) for outer in parts[:place]):
            name, number = match["name"], match["number"]
            person = Person("Canvas", (number, name), name, number)
            rank = (int(match["file"]), suffix)
            return Origin(person, claim, None, rank, late=bool(match["late"]))
    return Origin(None, claim or _outer_folder(parts, lessons, outermost), None, (suffix,))


def _claim(parts: Sequence[str], lessons: Collection[str]) -> str:
    """Return the student in .../<student>/<lesson>/x.ipynb, as nbgrader and `submit` have it."""
    return parts[-3] if len(parts) > 2 and parts[-2] in lessons else ""


def _outer_folder(parts: Sequence[str], lessons: Collection[str], outermost: str) -> str:
    for part in parts[:-1]:
        name = part[:-4] if part.casefold().endswith(".zip") else part
        if name not in lessons and name != outermost:
            return name
    return ""


def _is_wrapping(part: str, outermost: str) -> bool:
    return part in ("submissions", outermost) or part.casefold().endswith(".zip")


def _time(text: str, timezone: tzinfo | None) -> datetime | None:
    try:
        local = datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
        return (local.replace(tzinfo=timezone) if timezone else local).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
