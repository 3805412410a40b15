"""Sorts submissions into submitted/ for grading, and lists those it could not place."""

import dataclasses
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ..bounded import reason_for
from ..release import Refused, lessons
from ..texts import shown
from .attempts import Attempt, read_attempts
from .collected import Collected
from .kept_roster import keep_roster, kept_roster
from .matching import newest_attempts
from .not_placed import keep_not_placed
from .placing import place
from .reading import Unreadable
from .roster import Roster
from .timestamps import zone_named


class CannotCollect(ValueError):
    """Raised if nothing can be collected; the message says why and what to do."""


def collect(
    *,
    root: Path,
    source: Path,
    roster: Path | None = None,
    timezone: str | None = None,
    replace: bool = False,
) -> int:
    """Sort a download into submitted/<student>/<lesson>/<name>.ipynb.

    The cells of a notebook identify its lesson. The newest of several attempts counts. A notebook
    that is replaced by a newer one is kept in submitted/.earlier/. Prints the outcome for each
    file.

    Parameters
    ----------
    root
        The folder of the course.
    source
        A folder or zip with submissions.
    roster
        The path of a `Roster`, which is saved for later; None for the saved one, if any.
    timezone
        The name of the time zone of times in file names; None for this machine's.
    replace
        Whether to replace the existing notebook if it is unclear which one is newer.

    Returns
    -------
    int
        The exit code: 0 if every submission was placed, else 1.

    Raises
    ------
    CannotCollect
        If the download, the roster or the time zone cannot be used.
    """
    root, source = Path(root).resolve(), Path(source).expanduser()  # some shells do not expand ~
    _check_source(root, source)
    try:
        collected = _lay_out(root, source, roster, timezone, replace)
    except (ValueError, Refused) as error:  # from the time zone or the roster
        raise CannotCollect(str(error)) from None
    except OSError as error:
        raise CannotCollect(
            f"{error}; fix that, then run the same command again: what has been collected is kept"
        ) from None
    collected.print()
    return 1 if collected.not_placed else 0


def _lay_out(
    root: Path, source: Path, given: Path | None, timezone: str | None, replace: bool
) -> Collected:
    collected = Collected()
    zone = zone_named(timezone)
    roster = _people_in(root, given, timezone) if given else kept_roster(root)
    if roster and not given:
        collected.remarks.append("the roster given before was used")
    times = _times_in(roster, lessons(root), zone)
    with tempfile.TemporaryDirectory() as scratch:
        attempts = read_attempts(root, source, Path(scratch), zone, collected)
        for student, attempt in newest_attempts(root, attempts, roster, collected):
            try:
                data = Path(scratch, attempt.digest).read_bytes()
                if roster is not None:
                    when = _time_in_roster(roster, student, times[attempt.lesson], attempt)
                    attempt = _timed(attempt, when)  # noqa: PLW2901
                place(root, student, attempt, data, replace, collected)
            except Exception as error:  # one bad file must not stop the others
                collected.refuse([attempt.path], f"it cannot be placed: {_said(error)}")
    keep_not_placed(root, source.resolve(), roster, collected)
    return collected


def _time_in_roster(
    roster: Roster, student: str, times: Mapping[str, datetime], attempt: Attempt
) -> datetime | None:
    """Return when the student handed in, or else when the student's group did."""
    members = roster.group_of(student, attempt.lesson)[1]
    known = [times[one] for one in members if one in times]
    return times.get(student) or max(known, default=None)


def _timed(attempt: Attempt, when: datetime | None) -> Attempt:
    """Return an attempt with the time that the roster gives, if it gives one."""
    return dataclasses.replace(attempt, when=when, by_roster=True) if when else attempt


def _times_in(
    roster: Roster | None, names: list[str], zone: ZoneInfo | None
) -> dict[str, dict[str, datetime]]:
    """Return the submission times in the roster, by lesson and student."""
    if roster is None:
        return {}
    roster.check(names)
    return {name: dict(roster.columns.times("submitted", name, zone)) for name in names}


def _people_in(root: Path, roster: Path, timezone: str | None) -> Roster:
    people = Roster(path=roster)
    keep_roster(root, roster, timezone)
    return people


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}; fix that, then run the same command again"
    return str(error) if isinstance(error, Unreadable) else reason_for(error)


def _check_source(root: Path, source: Path) -> None:
    if not source.exists():
        raise CannotCollect(
            f"{shown(source)} does not exist; FROM should be the folder or zip that you downloaded"
        )
    if not (source.is_dir() or source.name.casefold().endswith(".zip")):
        raise CannotCollect(
            f"{shown(source)} is neither a folder nor a zip; unpack it into a folder"
        )
    inside = source.resolve()
    submitted = root / "submitted"
    if inside == submitted or submitted in inside.parents or inside in (root, *root.parents):
        raise CannotCollect(
            f"{shown(source)} contains submitted/ or is inside it; FROM should be another "
            "folder or zip"
        )
    if not lessons(root):
        raise CannotCollect(f"there are no lessons in {root / 'solutions'}")
