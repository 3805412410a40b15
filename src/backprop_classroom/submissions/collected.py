"""The outcome for each collected file, and the record of earlier collections."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..texts import shown
from .platforms import Origin

_RECORDS = ".collected"  # a folder in submitted/ that contains no students' files
MOST_OF_RECORD = 20_000  # bytes


@dataclass
class Collected:
    """The outcome for each file.

    Attributes
    ----------
    placed
        For each notebook that was placed: student and lesson, the time of submission, whether it
        is new or replaces another one, and its path in the download.
    same
        Student and lesson of each notebook that was already in submitted/.
    remarks
        Remarks for the instructor.
    aside
        The files that do not count, each with the reason.
    not_placed
        Maps the path of a file in the download to the reason why it was not placed.
    renamed
        Maps a name to the student id that was derived from it.
    unconfirmed
        Maps a student's name on the platform to the id found in the student's zip.
    by_number
        Maps a name that is not in the roster to the id found by the platform's number.
    seen
        Maps the path of a file in the download to its origin and its lesson, or "".
    """

    placed: list[tuple[str, str, str, str]] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    not_placed: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    unconfirmed: dict[str, str] = field(default_factory=dict)
    by_number: dict[str, str] = field(default_factory=dict)
    seen: dict[str, tuple[Origin, str]] = field(default_factory=dict)

    def refuse(self, paths: Iterable[str], reason: str) -> None:
        """Record that files were not placed, all for the same reason."""
        self.not_placed |= dict.fromkeys(paths, reason)

    def print(self) -> None:
        """Print all outcomes; files that were not placed go to stderr."""
        remarks = [*self.remarks, *self._remarks_on_names()]
        for title, lines in (
            ("Placed:", [f"{a}, {b}, from {d}: {c}" for a, b, c, d in self.placed]),
            ("Please check:", remarks),
            ("Not counted:", self.aside),
        ):
            if lines:
                print(title)
            for line in sorted(lines):
                print(f"  {shown(line)}")
        print(
            f"{len(self.placed)} placed in submitted/, {len(self.same)} were already there, "
            f"{len(self.not_placed)} not placed"
        )
        if self.not_placed:
            sys.stdout.flush()
            print("Not placed:", file=sys.stderr)
            for path, reason in sorted(self.not_placed.items()):
                print(f"  {shown(path)}: {shown(reason)}", file=sys.stderr)

    def _remarks_on_names(self) -> Iterator[str]:
        if self.renamed:
            yield (
                f"names were changed to valid folder names: {_several(self.renamed)}; to choose "
                "the ids yourself, give ROSTER="
            )
        if self.by_number:
            yield (
                f"the roster has the number but not the name: {_several(self.by_number)}; if one "
                "is the name of a group, add a column group to the roster, so that it counts for "
                "all members"
            )
        if self.unconfirmed:
            yield (
                f"ids are taken from students' zips: {_several(self.unconfirmed)}; with ROSTER= "
                "no student can use another student's id"
            )


def _several(ids: Mapping[str, str]) -> str:
    said = [f"{shown(name)!r} is {student}" for name, student in ids.items()]
    return ", ".join(said[:3]) + (f" and {len(said) - 3} more" if len(said) > 3 else "")


def shown_path(parts: Iterable[str]) -> str:
    """Return the path of a file as shown in messages."""
    return shown("/".join(parts))


def record_path(folder: Path) -> Path:
    """Return the path of the record for the notebook in submitted/<student>/<lesson>.

    Records are outside of the students' folders, since nbgrader's exchange copies everything in
    a student's folder.
    """
    student = folder.parent
    return student.parent / _RECORDS / student.name / f"{folder.name}.json"


def read_record(folder: Path) -> dict[str, Any]:
    """Return the record of a folder's notebook; {} if there is none."""
    path = record_path(folder)
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_OF_RECORD:
            return {}
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
