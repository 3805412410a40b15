"""Tells from the names that learning platforms give to files who handed them in, and when.

A platform writes the front of a name, the student what comes after it, who may imitate any
platform there. So names are read from the front, and only where the platform writes them.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from ..texts import shown

# Ada Lovelace_12345_assignsubmission_file_/x.ipynb, or all of it in the name of the file. Moodle
# takes underscores out of the names of people. Of a group it is the group's name and number, and
# of all who are in no group the name alone: Default group_assignsubmission_file_.
_MOODLE = re.compile(
    r"(?P<name>[^_]+)(?:_(?P<number>\d+))?_assignsubmission_(?:file|onlinetext)(?:_(?P<rest>.*))?",
    re.DOTALL,
)
# Backward Pass_alovelace_attempt_2026-11-20-14-30-05_x.ipynb: the assignment, and a login.
_BLACKBOARD = re.compile(
    r"(?P<name>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:[_.](?P<rest>.*))?", re.DOTALL
)
# LATE_anon_x7Kq2_67890_x.ipynb: of an assignment that is marked anonymously.
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<code>[^\W_]+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL
)
# lovelaceada_LATE_12345_67890_x.ipynb: the user's number, and that of the file, which grows. Of a
# group it is the group's name, and the number of one member.
_CANVAS = re.compile(
    r"(?P<name>[^\W_][^_]*)_(?P<late>LATE_)?(?P<number>\d+)_(?P<file>\d+)_(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
# x-1.ipynb, x (1).ipynb.txt: handed in or downloaded once more.
_COUNTED = re.compile(
    r".*?(?:-(\d{1,3})| ?\((\d{1,3})\))\.ipynb(?:\.\w+)?", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True)
class Person:
    """Somebody as a learning platform calls them.

    Attributes
    ----------
    platform
        Which one, or "".
    labels
        What to look for in a roster: groups of which each has to name the same student. Of a
        group one name is meant, and it is unknown which.
    name
        What a student id can be made of.
    number
        What tells two people of the same name apart, or "".
    is_login
        Whether the name is the login, and no name in full.
    """

    platform: str
    labels: tuple[tuple[str, ...], ...]
    name: str
    number: str = ""
    is_login: bool = False

    def __str__(self) -> str:
        name = " or ".join(self.labels[0]) if self.is_login else self.name
        return shown(f"{self.platform}: {name}" + (f", {self.number}" if self.number else ""))


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
    zips
        The names on the way to the innermost zip around what tells the person or the claim, which
        somebody may have packed so; () if there is none.
    folders
        The names of folders and zips outside of what tells the person, but for those that
        platforms make.
    unclear
        Why these names do not tell whose it is, or "".
    """

    person: Person | None
    claim: str
    when: datetime | None
    rank: tuple[int, ...]
    late: bool = False
    zips: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    unclear: str = ""


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
        readings = _readings(part, timezone)
        if not readings:
            continue
        outside = [name for name in parts[:place] if not _is_wrapping(name, outermost)]
        if outside and all(one.person.platform == "Canvas" for one in readings):
            continue  # its names say so little that they are believed only where Canvas puts them
        first, rank = readings[0], (*readings[0].rank, suffix)
        return Origin(
            first.person, claim, first.when, rank, first.late, _zips(parts[:place]),
            _folders(parts[:place], lessons, outermost),
            _why_unclear(readings, outside if _is_file(parts, place) else []),
        )  # fmt: skip
    if claim:
        folders = _folders(parts[:-3], lessons, outermost)
        return Origin(None, claim, None, (suffix,), zips=_zips(parts[:-1]), folders=folders)
    place, folder = _outer_folder(parts, lessons, outermost)
    return Origin(None, folder, None, (suffix,), zips=_zips(parts[:place]))


@dataclass(frozen=True)
class _Reading:
    """What one platform may have meant by a name."""

    person: Person
    when: datetime | None = None
    rank: tuple[int, ...] = ()
    late: bool = False


def _readings(part: str, timezone: tzinfo | None) -> list[_Reading]:
    """Return what a name means to each of the platforms that may have written it."""
    if match := _MOODLE.fullmatch(part):
        if not match["number"]:
            return [_Reading(Person("Moodle", ((match["name"],),), match["name"]))]
        number, name = match["number"], match["name"]
        participant = f"Participant {number}"
        anonymous = name.casefold() == "participant"
        numbers = (participant, number)  # a grading worksheet has one, other lists the other
        labels = (numbers,) if anonymous else (numbers, (name,))
        return [_Reading(Person("Moodle", labels, participant if anonymous else name, number))]
    found = []
    if match := _CANVAS_ANONYMOUS.fullmatch(part):
        name = f"anon_{match['code']}"
        person = Person("Canvas", ((name, match["code"]),), name, match["code"])
        found.append(_Reading(person, None, (int(match["file"]),), bool(match["late"])))
    elif match := _CANVAS.fullmatch(part):
        name, number = match["name"], match["number"]
        person = Person("Canvas", ((number,), (name,)), name, number)
        rank, late = (int(match["file"]),), bool(match["late"])
        found.append(_Reading(person, None, rank, late))
    if match := _BLACKBOARD.fullmatch(part):
        # Of a login with an underscore only a roster knows where it begins.
        pieces = match["name"].split("_")
        logins = tuple("_".join(pieces[start:]) for start in range(1, len(pieces)))
        person = Person("Blackboard", (logins or (pieces[-1],),), pieces[-1], is_login=True)
        found.append(_Reading(person, _time(match["time"], timezone)))
    return found


def _why_unclear(readings: Sequence[_Reading], outside: Sequence[str]) -> str:
    """Return why a name does not tell who handed a file in; "" if it does.

    Parameters
    ----------
    readings
        What the platforms may have meant by it.
    outside
        The folders that a name lies in that a student may have chosen.
    """
    if len(readings) > 1:
        people = " or of ".join(str(one.person) for one in readings)
        return f"its name may be that of {people}; put it into a folder named after the student"
    if outside:
        return (
            f"its name is like that of {readings[0].person}, but it lies in {shown(outside[-1])}, "
            "where the student may have named it so; if the platform made that folder, collect "
            "from it directly; otherwise rename the file"
        )
    return ""


def _is_file(parts: Sequence[str], place: int) -> bool:
    return place == len(parts) - 1 or parts[place].casefold().endswith(".zip")


def _zips(parts: Sequence[str]) -> tuple[str, ...]:
    """Return the names on the way to the innermost zip among these names, with its own."""
    places = [place for place, part in enumerate(parts) if part.casefold().endswith(".zip")]
    return tuple(parts[: places[-1] + 1]) if places else ()


def _folders(parts: Sequence[str], lessons: Collection[str], outermost: str) -> tuple[str, ...]:
    """Return the names that may be somebody's of folders and zips."""
    names = (part[:-4] if part.casefold().endswith(".zip") else part for part in parts)
    return tuple(name for name in names if name not in (*lessons, outermost, "submissions"))


def _claim(parts: Sequence[str], lessons: Collection[str]) -> str:
    """Return the student in .../<student>/<lesson>/x.ipynb, as nbgrader and `submit` have it."""
    return parts[-3] if len(parts) > 2 and parts[-2] in lessons else ""


def _outer_folder(
    parts: Sequence[str], lessons: Collection[str], outermost: str
) -> tuple[int, str]:
    """Return the place and the name of the outermost folder or zip that may be somebody's."""
    for place, part in enumerate(parts[:-1]):
        name = part[:-4] if part.casefold().endswith(".zip") else part
        if name not in lessons and name != outermost:
            return place, name
    return 0, ""


def _is_wrapping(part: str, outermost: str) -> bool:
    return part in ("submissions", outermost) or part.casefold().endswith(".zip")


def _time(text: str, timezone: tzinfo | None) -> datetime | None:
    try:
        local = datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
        return (local.replace(tzinfo=timezone) if timezone else local).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
