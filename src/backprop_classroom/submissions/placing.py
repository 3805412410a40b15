"""Puts collected notebooks into submitted/, and keeps what a newer one replaces."""

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

EARLIER = ".earlier"  # in submitted/, where neither we nor nbgrader look for students


def place(
    root: Path, student: str, attempt: Attempt, data: bytes, replace: bool, collected: Collected
) -> None:
    """Put one notebook into its place, unless what is there is newer.

    Parameters
    ----------
    root
        The folder of the course.
    student
        The id of the student whose it is.
    attempt
        The notebook.
    data
        Its bytes.
    replace
        Whether it replaces what is there if it is unclear which is newer.
    collected
        Gets what became of it.
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
        said = f"replaces what is now in {_relative(_set_aside(root, folder, there, label), root)}"
    elif _told_before(folder, record, attempt):
        collected.same.append(label)
        return
    _write(path, data, attempt, there, record)
    said += f", for all of the group {attempt.group}" if attempt.group else ""
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
        f"{student} is {attempt.origin.person} here, but what is in submitted/{label} came "
        f"from {shown(record['from'])}; give a ROSTER= that distinguishes them, or remove the other"
    )
    return True


def _is_known(record: dict[str, Any], attempt: Attempt) -> bool:
    """Tell whether this very notebook was collected before, if perhaps from somebody else."""
    return _whose(record, attempt) == "unclear" and record.get("sha256") == attempt.digest


def _whose(record: dict[str, Any], attempt: Attempt) -> str:
    """Return "another" if somebody else handed in what is there, "unclear", or ""."""
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
            f"what is in submitted/{label} came from {shown(record.get('file'))}, and it is "
            "unclear whether the same person handed this in; ARGS=--replace replaces it with "
            "this one and keeps the other"
        )
        return False
    if order < 0:
        collected.aside.append(f"{attempt.path}: {why}, {_relative(path, root)}")
        return False
    if order == 0 and not replace:
        collected.not_placed[attempt.path] = (
            f"what is in submitted/{label} is another notebook, and it is unclear which is "
            "newer; ARGS=--replace replaces it with this one and keeps the other"
        )
        return False
    return True


def _order(folder: Path, record: dict[str, Any], attempt: Attempt) -> tuple[int, str]:
    """Return 1 if a notebook is newer than the one that is there, -1 if older, 0 if unknown.

    In the second place it returns why it is older.
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
    """Tell whether there is nothing to write down about a notebook that is there already."""
    before = _time_there(folder)
    if record.get("late", False) != attempt.origin.late:
        return False
    if attempt.by_roster:
        return before == attempt.when
    if attempt.when is None:
        # A time that belongs to the notebook before it, if writing was interrupted, has to go.
        return before is None or record.get("sha256") in (None, attempt.digest)
    return before is not None and before >= attempt.when


def _set_aside(root: Path, folder: Path, data: bytes, label: str) -> Path:
    """Copy what is about to be replaced to a place where it does not count; return that."""
    aside = root / "submitted" / EARLIER / label / hashlib.sha256(data).hexdigest()[:12]
    for companion, content in read_companions(folder).items():
        write_safely(aside / companion, content)
    for file in folder.glob("*.ipynb"):
        write_safely(aside / file.name, read_file(file, folder))
    return aside


def _write(
    path: Path, data: bytes, attempt: Attempt, there: bytes | None, record: dict[str, Any]
) -> None:
    """Write the notebook, then what is known of it: interrupted, the next run completes it."""
    if there != data:
        write_safely(path, data)
    stamp = path.with_name(TIMESTAMP)
    if attempt.when is not None:
        write_safely(stamp, timestamp_text(attempt.when))
    elif record.get("sha256") != attempt.digest:
        stamp.unlink(missing_ok=True)
    # A secret of nbgrader's exchange belongs to the notebook that came with it.
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
