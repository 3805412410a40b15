"""Saves the roster given to a command, so that later commands use the same class."""

import os
from pathlib import Path

from ..files import write_safely
from .roster import BadRoster, Roster

_PLACE = "submitted/.roster.csv"  # hidden, so that it is not taken for a student's folder
_ZONE = "submitted/.roster-timezone.txt"


def keep_roster(root: Path, path: Path, timezone: str | None) -> None:
    """Save a copy of a roster and the zone of its times, replacing an earlier copy."""
    write_safely(Path(root, _PLACE), Path(path).read_bytes())
    write_safely(Path(root, _ZONE), (timezone or "").encode())


def kept_timezone(root: Path) -> str | None:
    """Return the name of the time zone saved with the roster, or None."""
    try:
        return Path(root, _ZONE).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def left_out(root: Path, people: Roster) -> list[str]:
    """Return the ids in the saved roster that are not in the given one."""
    try:
        kept = kept_roster(root)
    except BadRoster:  # the given roster replaces it
        return []
    return sorted(set(kept.ids) - set(people.ids)) if kept else []


def kept_roster(root: Path) -> Roster | None:
    """Return the saved roster, or None.

    Raises
    ------
    BadRoster
        If it cannot be read.
    """
    path = Path(root, _PLACE)
    if not os.path.exists(path):  # also if the folder is unreadable, which grading reports
        return None
    try:
        return Roster(path=path)
    except BadRoster as error:
        raise BadRoster(f"{error}; give it again with ROSTER=, or delete that file") from None
