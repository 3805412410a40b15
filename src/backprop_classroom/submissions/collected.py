"""What became of each file that is collected, and the record of what was collected before."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..texts import shown
from .platforms import Origin

_RECORDS = ".collected"  # in submitted/, where no student's files come
MOST_OF_RECORD = 20_000  # bytes


@dataclass
class Collected:
    """What became of each file.

    Attributes
    ----------
    placed
        For each notebook that was placed: where, when it was handed in, what it is to what was
        there, and the path in the download.
    same
        The places that held the same notebook already.
    remarks
        What a person should look at.
    aside
        The files that do not count, each with the reason.
    not_placed
        By path in the download, why a file has no place.
    renamed
        By name, the student id that was made of it.
    unconfirmed
        By what a platform calls somebody, the student id that a zip of theirs gives.
    by_number
        By the name that a platform gives and the roster does not have, the student id that the
        platform's number gives.
    seen
        By path in the download, what its name tells of each file, and its lesson or "".
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
        """Note that files have no place, all for the same reason."""
        self.not_placed |= dict.fromkeys(paths, reason)

    def print(self) -> None:
        """Print all of it; what has no place goes to stderr."""
        remarks = [*self.remarks, *self._remarks_on_names()]
        for title, lines in (
            ("Placed:", [f"{a}, {b}, from {d}: {c}" for a, b, c, d in self.placed]),
            ("To look at:", remarks),
            ("Left aside:", self.aside),
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
                f"names were changed to valid folder names: {_several(self.renamed)}; ROSTER= "
                "gives students "
                "the ids that you want"
            )
        if self.by_number:
            yield (
                f"the roster has the number and not the name: {_several(self.by_number)}; if one "
                "is the name of a group, a column group in ROSTER= gives it to all members"
            )
        if self.unconfirmed:
            yield (
                f"ids are taken from students' zips: {_several(self.unconfirmed)}; with ROSTER= "
                "no student can use the id of another"
            )


def _several(ids: Mapping[str, str]) -> str:
    said = [f"{shown(name)!r} is {student}" for name, student in ids.items()]
    return ", ".join(said[:3]) + (f" and {len(said) - 3} more" if len(said) > 3 else "")


def shown_path(parts: Iterable[str]) -> str:
    """Return the names on the way to a file as one line of a message has them."""
    return shown("/".join(parts))


def record_path(folder: Path) -> Path:
    """Return the file that says from where the notebook in submitted/<student>/<lesson> came.

    It lies beside the folders of students: nbgrader's exchange copies all that a student hands in.
    """
    student = folder.parent
    return student.parent / _RECORDS / student.name / f"{folder.name}.json"


def read_record(folder: Path) -> dict[str, Any]:
    """Return what was written down when a folder's notebook was collected; {} if nothing was."""
    path = record_path(folder)
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_OF_RECORD:
            return {}
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
