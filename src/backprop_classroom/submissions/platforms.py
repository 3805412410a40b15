"""Finds who handed in a file, and when, from the file names of learning platforms.

The platform chooses the beginning of a name and the student the rest, which may imitate any
platform. So names are parsed from the beginning, and only where the platform chose them.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from ..texts import shown

# Ada Lovelace_12345_assignsubmission_file_/x.ipynb, or all of it in the file name. Moodle removes
# underscores from people's names. For a group it uses the group's name and number, and for
# students without a group a name without number: Default group_assignsubmission_file_.
_MOODLE = re.compile(
    r"(?P<name>[^_]+)(?:_(?P<number>\d+))?_assignsubmission_(?:file|onlinetext)(?:_(?P<rest>.*))?",
    re.DOTALL,
)
# Backward Pass_alovelace_attempt_2026-11-20-14-30-05_x.ipynb: the assignment and a login.
_BLACKBOARD = re.compile(
    r"(?P<name>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:[_.](?P<rest>.*))?", re.DOTALL
)
# LATE_anon_x7Kq2_67890_x.ipynb: an assignment with anonymous grading.
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<code>[^\W_]+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL
)
# lovelaceada_LATE_12345_67890_x.ipynb: the numbers of the user and of the file; the latter
# increases with time. For a group it uses the group's name and the number of one member.
_CANVAS = re.compile(
    r"(?P<name>[^\W_][^_]*)_(?P<late>LATE_)?(?P<number>\d+)_(?P<file>\d+)_(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
# x-1.ipynb, x (1).ipynb.txt: handed in or downloaded again.
_COUNTED = re.compile(
    r".*?(?:-(\d{1,3})| ?\((\d{1,3})\))\.ipynb(?:\.\w+)?", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True)
class Person:
    """A student as named by a learning platform.

    Attributes
    ----------
    platform
        The name of the platform, or "".
    labels
        What to look up in a roster: groups of alternative names. Each group must refer to the
        same student, by one of its names.
    name
        The name from which a student id can be derived.
    number
        The number that distinguishes people of the same name, or "".
    is_login
        Whether the name is a login, not a full name.
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
    """What the path of a file says about its origin.

    Attributes
    ----------
    person
        The `Person` named by the platform, or None.
    claim
        The student id that a folder name claims, or "".
    when
        When it was handed in, according to the platform, or None.
    rank
        Numbers that increase with each attempt.
    late
        Whether the platform marks it as late.
    zips
        The path of the innermost zip around the name that gives the person or the claim, since
        that zip may have been packed by a student; () if there is none.
    folders
        The names of the folders and zips around the name that gives the person, except those
        that platforms create.
    unclear
        Why the path does not identify the owner, or "".
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
        The components of its path, outermost first.
    lessons
        The names of the lessons.
    outermost
        The name of the download itself: a folder inside with the same name is not a student's.
    timezone
        The time zone of times in names; None for this machine's.
    """
    claim = _claim(parts, lessons)
    counted = _COUNTED.fullmatch(parts[-1])
    suffix = int(counted[1] or counted[2]) if counted else 0
    # The outermost name counts, since a student may have put an imitated name into a zip.
    for place, part in enumerate(parts):
        readings = _readings(part, timezone)
        if not readings:
            continue
        outside = [name for name in parts[:place] if not _is_wrapping(name, outermost)]
        if outside and all(one.person.platform == "Canvas" for one in readings):
            continue  # many names match Canvas's pattern: accept it only where Canvas uses it
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
    """One interpretation of a name, as a given platform would have written it."""

    person: Person
    when: datetime | None = None
    rank: tuple[int, ...] = ()
    late: bool = False


def _readings(part: str, timezone: tzinfo | None) -> list[_Reading]:
    """Return the interpretations of a name, one for each platform that may have written it."""
    if match := _MOODLE.fullmatch(part):
        if not match["number"]:
            return [_Reading(Person("Moodle", ((match["name"],),), match["name"]))]
        number, name = match["number"], match["name"]
        participant = f"Participant {number}"
        anonymous = name.casefold() == "participant"
        numbers = (participant, number)  # grading worksheets use the first, other lists the second
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
        # If a login contains an underscore, only the roster can tell where it begins.
        pieces = match["name"].split("_")
        logins = tuple("_".join(pieces[start:]) for start in range(1, len(pieces)))
        person = Person("Blackboard", (logins or (pieces[-1],),), pieces[-1], is_login=True)
        found.append(_Reading(person, _time(match["time"], timezone)))
    return found


def _why_unclear(readings: Sequence[_Reading], outside: Sequence[str]) -> str:
    """Return why a name does not identify who handed in a file; "" if it does.

    Parameters
    ----------
    readings
        The interpretations of the name.
    outside
        The folders around the name, if a student may have chosen it.
    """
    if len(readings) > 1:
        people = " or of ".join(str(one.person) for one in readings)
        return f"its name may be that of {people}; put it into a folder named after the student"
    if outside:
        return (
            f"its name looks like that of {readings[0].person}, but it is in {shown(outside[-1])}, "
            "where a student may have chosen the name; if the platform created that folder, "
            "collect from it directly; otherwise rename the file"
        )
    return ""


def _is_file(parts: Sequence[str], place: int) -> bool:
    return place == len(parts) - 1 or parts[place].casefold().endswith(".zip")


def _zips(parts: Sequence[str]) -> tuple[str, ...]:
    """Return the path of the innermost zip in a path; () if there is none."""
    places = [place for place, part in enumerate(parts) if part.casefold().endswith(".zip")]
    return tuple(parts[: places[-1] + 1]) if places else ()


def _folders(parts: Sequence[str], lessons: Collection[str], outermost: str) -> tuple[str, ...]:
    """Return the names of folders and zips that may be a student's name."""
    names = (part[:-4] if part.casefold().endswith(".zip") else part for part in parts)
    return tuple(name for name in names if name not in (*lessons, outermost, "submissions"))


def _claim(parts: Sequence[str], lessons: Collection[str]) -> str:
    """Return the student in .../<student>/<lesson>/x.ipynb, the layout of nbgrader and `submit`."""
    return parts[-3] if len(parts) > 2 and parts[-2] in lessons else ""


def _outer_folder(
    parts: Sequence[str], lessons: Collection[str], outermost: str
) -> tuple[int, str]:
    """Return the index and name of the outermost folder or zip that may be a student's."""
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
