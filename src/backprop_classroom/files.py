"""The locations of a course's files, file locks and safe writing."""

import os
from contextlib import suppress
from pathlib import Path
from typing import IO

try:
    import fcntl
except ModuleNotFoundError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt


def submitted_folder(root: Path, student: str, lesson: str) -> Path:
    """Return the folder of a student's submission."""
    return Path(root, "submitted", student, lesson)


def graded_folder(root: Path, student: str, lesson: str) -> Path:
    """Return the folder of the graded copy of a submission."""
    return Path(root, "autograded", student, lesson)


def locked(file: IO[str]) -> bool:
    """Lock an open file against other processes until it is closed.

    Parameters
    ----------
    file
        A file that is open for writing.

    Returns
    -------
    bool
        True if the file is now locked, False if another process or open file holds the lock.
    """
    try:
        if fcntl is None:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def write_safely(path: Path, data: bytes) -> None:
    """Write bytes to a file atomically: it contains the old or the new data, never a part."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    try:
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:  # a partial file would use up space on a full disk
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
