"""Keeps the roster that a command was given, so that the next ones know the same class."""

import os
from pathlib import Path

from ..files import write_safely
from .roster import BadRoster, Roster

_PLACE = "submitted/.roster.csv"  # where neither nbgrader nor we look for students
_ZONE = "submitted/.roster-timezone.txt"


def keep_roster(root: Path, path: Path, timezone: str | None) -> None:
    """Keep a copy of a roster, and the zone of its times; it replaces an earlier one."""
    write_safely(Path(root, _PLACE), Path(path).read_bytes())
    write_safely(Path(root, _ZONE), (timezone or "").encode())


def kept_timezone(root: Path) -> str | None:
    """Return the name of the time zone that was given with the roster that was kept, or None."""
    try:
        return Path(root, _ZONE).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def left_out(root: Path, people: Roster) -> list[str]:
    """Return the ids of the roster that was kept that another one does not have."""
    try:
        kept = kept_roster(root)
    except BadRoster:  # the other one takes its place
        return []
    return sorted(set(kept.ids) - set(people.ids)) if kept else []


def kept_roster(root: Path) -> Roster | None:
    """Return the roster that was kept, or None.

    Raises
    ------
    BadRoster
        If it cannot be read.
    """
    path = Path(root, _PLACE)
    if not os.path.exists(path):  # nor if the folder cannot be read, which grading tells of
        return None
    try:
        return Roster(path=path)
    except BadRoster as error:
        raise BadRoster(f"{error}; give it again with ROSTER=, or delete that file") from None
