"""Puts collected notebooks into submitted/, and keeps those that they replace."""

import hashlib
import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from ..files import submitted_folder, write_safely
from ..release import lessons, notebook_of
from ..texts import shown
from .attempts import Attempt
from .collected import Collected, read_record, record_path
from .reading import COMPANIONS, Unreadable, read_companions, read_file
from .timestamps import TIMESTAMP, time_in, timestamp_text

EARLIER = ".earlier"  # a hidden folder in submitted/, not taken for a student's


def place(
    root: Path, student: str, attempt: Attempt, data: bytes, replace: bool, collected: Collected
) -> None:
    """Put a notebook into submitted/, unless the existing one is newer.

    Parameters
    ----------
    root
        The folder of the course.
    student
        The id of the student who owns it.
    attempt
        The notebook.
    data
        Its bytes.
    replace
        Whether to replace the existing notebook if it is unclear which one is newer.
    collected
        Records the outcome.
    """
    folder = submitted_folder(root, student, attempt.lesson)
    path = folder / notebook_of(Path(root, "solutions", attempt.lesson)).name
    if student in lessons(root):
        collected.not_placed[attempt.path] = f"{student} is a lesson, not a student"
        return
    try:
        there = _there(path, root / "submitted" / student)
    except Unreadable as error:
        collected.not_placed[attempt.path] = f"in its place, {_relative(path, root)}: {error}"
        return
    record = read_record(folder)
    label = f"{student}/{attempt.lesson}"
    said = "the same notebook, handed in again"
    if there is None:
        said = "new"
    elif _is_of_another(student, record, attempt, label, collected):
        return
    elif there == data and _is_known(record, attempt) and not replace:
        collected.same.append(label)
        return
    elif there != data:
        if not _may_replace(path, record, attempt, replace, label, root, collected):
            return
        said = f"replaces the one now in {_relative(_set_aside(root, folder, there, label), root)}"
    elif _told_before(folder, record, attempt):
        collected.same.append(label)
        return
    _write(path, data, attempt, there, record)
    said += f", for all members of the group {attempt.group}" if attempt.group else ""
    collected.placed.append((label, _time_of(attempt), said, attempt.path))


def _time_of(attempt: Attempt) -> str:
    when = f"{attempt.when:%Y-%m-%d %H:%M} UTC" if attempt.when else "time unknown"
    if attempt.origin.late and attempt.origin.person:
        when += f", late according to {attempt.origin.person.platform}"
    return when


def _there(path: Path, inside: Path) -> bytes | None:
    if inside.is_symlink():
        raise Unreadable("the folder of the student is a link")
    if not os.path.lexists(path):
        if path.parent.is_symlink() or (path.parent.exists() and not path.parent.is_dir()):
            raise Unreadable("its folder is a link or a file")
        return None
    return read_file(path, inside)


def _time_there(folder: Path) -> datetime | None:
    try:
        return time_in(read_companions(folder).get(TIMESTAMP, b""))
    except OSError:
        return None


def _is_of_another(
    student: str, record: dict[str, Any], attempt: Attempt, label: str, collected: Collected
) -> bool:
    if _whose(record, attempt) != "another":
        return False
    collected.not_placed[attempt.path] = (
        f"{student} is {attempt.origin.person} here, but the notebook in submitted/{label} came "
        f"from {shown(record['from'])}; give a ROSTER= that distinguishes them, or remove the other"
    )
    return True


def _is_known(record: dict[str, Any], attempt: Attempt) -> bool:
    """Return whether the same notebook was collected before, perhaps from somebody else."""
    return _whose(record, attempt) == "unclear" and record.get("sha256") == attempt.digest


def _whose(record: dict[str, Any], attempt: Attempt) -> str:
    """Return "another" if the existing notebook is somebody else's, "unclear", or ""."""
    who, now, zips = record.get("from"), str(attempt.origin.person or ""), record.get("zips")
    if isinstance(who, str) and who != now:
        return "another" if who and now else "unclear"
    return "unclear" if isinstance(zips, list) and zips != list(attempt.origin.zips) else ""


def _may_replace(
    path: Path,
    record: dict[str, Any],
    attempt: Attempt,
    replace: bool,
    label: str,
    root: Path,
    collected: Collected,
) -> bool:
    order, why = _order(path.parent, record, attempt)
    if not replace and _whose(record, attempt) and record.get("sha256") != attempt.digest:
        collected.not_placed[attempt.path] = (
            f"the notebook in submitted/{label} came from {shown(record.get('file'))}, and it is "
            "unclear whether the same person handed in this one; ARGS=--replace replaces the "
            "existing one and keeps a copy of it"
        )
        return False
    if order < 0:
        collected.aside.append(f"{attempt.path}: {why}, {_relative(path, root)}")
        return False
    if order == 0 and not replace:
        collected.not_placed[attempt.path] = (
            f"submitted/{label} contains another notebook, and it is unclear which is newer; "
            "ARGS=--replace replaces the existing one and keeps a copy of it"
        )
        return False
    return True


def _order(folder: Path, record: dict[str, Any], attempt: Attempt) -> tuple[int, str]:
    """Compare a notebook with the existing one: 1 if it is newer, -1 if older, 0 if unknown.

    The second value is the reason if it is older, else "".
    """
    older = (-1, "it is older than the existing one")
    before, when = _time_there(folder), attempt.when
    if record.get("sha256") == attempt.digest:
        return -1, "it was collected before, and the collected copy has been changed since"
    if before and when and before != when:
        return (1, "") if before < when else older
    ranks = record.get("rank"), list(attempt.origin.rank)
    same_person = attempt.origin.person and record.get("from") == str(attempt.origin.person)
    if same_person and not (before or when) and isinstance(ranks[0], list) and any(ranks[1]):
        with suppress(TypeError):
            if ranks[0] != ranks[1]:
                return (1, "") if ranks[0] < ranks[1] else older
    return 0, ""


def _told_before(folder: Path, record: dict[str, Any], attempt: Attempt) -> bool:
    """Return whether the existing notebook's time and record are already up to date."""
    before = _time_there(folder)
    if record.get("late", False) != attempt.origin.late:
        return False
    if attempt.by_roster:
        return before == attempt.when
    if attempt.when is None:
        # After an interrupted run, the time may belong to the previous notebook: remove it.
        return before is None or record.get("sha256") in (None, attempt.digest)
    return before is not None and before >= attempt.when


def _set_aside(root: Path, folder: Path, data: bytes, label: str) -> Path:
    """Copy the notebook that is about to be replaced to .earlier/, and return that folder."""
    aside = root / "submitted" / EARLIER / label / hashlib.sha256(data).hexdigest()[:12]
    for companion, content in read_companions(folder).items():
        write_safely(aside / companion, content)
    for file in folder.glob("*.ipynb"):
        write_safely(aside / file.name, read_file(file, folder))
    return aside


def _write(
    path: Path, data: bytes, attempt: Attempt, there: bytes | None, record: dict[str, Any]
) -> None:
    """Write the notebook first, then its time and record, so that the next run can complete them.

    This matters only if the run is interrupted.
    """
    if there != data:
        write_safely(path, data)
    stamp = path.with_name(TIMESTAMP)
    if attempt.when is not None:
        write_safely(stamp, timestamp_text(attempt.when))
    elif record.get("sha256") != attempt.digest:
        stamp.unlink(missing_ok=True)
    # The secret of nbgrader's exchange belongs to the previous notebook.
    if there != data:
        for companion in COMPANIONS:
            if companion != stamp.name:
                path.with_name(companion).unlink(missing_ok=True)
    known = {
        "from": str(attempt.origin.person or ""),
        "file": attempt.path,
        "rank": list(attempt.origin.rank),
        "zips": list(attempt.origin.zips),
        "sha256": attempt.digest,
        "late": attempt.origin.late,
        "group": attempt.group,
    }
    write_safely(record_path(path.parent), (json.dumps(known, indent=1) + "\n").encode())


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
