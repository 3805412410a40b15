"""Reads the notebooks in a download, and finds the lesson, student and time of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from tqdm import tqdm

from ..texts import shown
from .collected import Collected, shown_path
from .downloads import known_lessons, lesson_named, read_download
from .platforms import Origin, Person, origin_of


@dataclass(frozen=True)
class Attempt:
    """One notebook that was handed in.

    Attributes
    ----------
    parts
        The components of its path.
    lesson
        The name of its lesson.
    origin
        What the path says about its origin.
    when
        When it was handed in, or None if that is unknown.
    digest
        The digest of its bytes, which names their temporary copy.
    group
        The name of the group that it counts for, or "".
    by_roster
        Whether the time comes from the roster.
    """

    parts: tuple[str, ...]
    lesson: str
    origin: Origin
    when: datetime | None
    digest: str
    group: str = ""
    by_roster: bool = False

    @property
    def owner(self) -> Person | str:
        """Who handed it in, according to the platform or else a folder; "" if unknown."""
        return self.origin.person or self.origin.claim

    @property
    def path(self) -> str:
        """Its path in the download, as shown in messages."""
        return shown_path(self.parts)


def read_attempts(
    root: Path, source: Path, scratch: Path, timezone: tzinfo | None, collected: Collected
) -> list[Attempt]:
    """Read the notebooks in a download.

    Parameters
    ----------
    root
        The folder of the course.
    source
        A folder or zip with submissions.
    scratch
        The folder to which each notebook is copied, with its digest as file name.
    timezone
        The time zone of times in file names; None for this machine's.
    collected
        Records what happened to the other files.

    Returns
    -------
    list of Attempt
        One for each notebook of a lesson.
    """
    known = known_lessons(root)
    outermost = source.stem if source.name.casefold().endswith(".zip") else source.name
    found: list[Attempt] = []
    times: dict[tuple[str, ...], datetime | None] = {}  # by folder
    others: list[tuple[tuple[str, ...], Origin]] = []
    files = read_download(source, known, scratch)
    for file in tqdm(files, unit=" files", leave=False, disable=None):
        if file.remark:
            collected.remarks.append(f"{shown_path(file.parts)}: {file.remark}")
        if file.kind == "time":
            times[file.parts[:-1]] = file.when
            continue
        origin = origin_of(file.parts, lessons=known.keys(), outermost=outermost, timezone=timezone)
        collected.seen[shown_path(file.parts)] = origin, file.lesson or lesson_named(file, known)
        if file.problem:
            collected.refuse([shown_path(file.parts)], file.problem)
        elif file.kind == "other":
            others.append((file.parts, origin))
        else:
            found.append(Attempt(file.parts, file.lesson, origin, None, file.digest))
    attempts = [replace(one, when=_when(one, times, collected)) for one in found]
    _look_at_others(others, attempts, collected)
    return attempts


def _when(
    attempt: Attempt, times: Mapping[tuple[str, ...], datetime | None], collected: Collected
) -> datetime | None:
    # The platform is more reliable than a file that a student could have written.
    when = attempt.origin.when or times.get(attempt.parts[:-1])
    if when is not None and when > datetime.now(UTC) + timedelta(days=1):
        collected.remarks.append(f"{attempt.path}: its time is in the future; the time is ignored")
        return None
    return when


def _look_at_others(
    others: Sequence[tuple[tuple[str, ...], Origin]],
    attempts: Sequence[Attempt],
    collected: Collected,
) -> None:
    """List files that are not notebooks, and report owners who handed in no notebook at all."""
    with_notebook = {attempt.owner for attempt in attempts}
    missed = defaultdict(list)
    for parts, origin in others:
        owner = origin.person or origin.claim
        if owner and owner not in with_notebook:
            missed[owner].append(shown_path(parts))
        else:
            collected.aside.append(f"{shown_path(parts)}: no notebook")
    for owner, paths in missed.items():
        collected.not_placed[paths[0]] = f"nothing that {shown(owner)} handed in is a notebook" + (
            f" (nor are {', '.join(paths[1:4])}{' ...' if len(paths) > 4 else ''})"
            if len(paths) > 1
            else ""
        )
