"""Keeps the roster that a command was given, so that the next ones know the same class."""

from pathlib import Path

from ..files import write_safely
from .roster import BadRoster, Roster

_PLACE = "submitted/.roster.csv"  # where neither nbgrader nor we look for students


def keep_roster(root: Path, path: Path) -> None:
    """Keep a copy of a roster; it replaces an earlier one."""
    write_safely(Path(root, _PLACE), Path(path).read_bytes())


def kept_roster(root: Path) -> Roster | None:
    """Return the roster that was kept, or None.

    Raises
    ------
    BadRoster
        If it cannot be read.
    """
    path = Path(root, _PLACE)
    if not path.exists():
        return None
    try:
        return Roster(path=path)
    except BadRoster as error:
        raise BadRoster(f"{error}; give it again with ROSTER=, or delete that file") from None
