"""Reads a folder or zip as a learning platform gives it: it may hold anything.

nbgrader's zip_collect unpacks archives to the disk, all of them, whatever they hold and
however much it is, and then reads names by one regular expression that the instructor
writes. Here nothing is unpacked: what is in a zip is read, within bounds, and names
decide nothing but who may have handed something in.
"""

import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import IO

from .reading import MOST_BYTES
from .timestamps import TIMESTAMP

DEPTH = 3  # zips within zips: a download, somebody's zip in it, and one more
ROOM = 200 * 2**20  # a zip may unpack to this much,
RATIO = 50  # and to this many times its own size on top
MOST_DIRECTORY = 16 * 2**20  # bytes of a zip's list of names, some 150,000 of them
SMALL = 1_000  # bytes of a timestamp
_OTHER_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
_NOT_HANDED_IN = ("__macosx", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Found:
    """One file of a download.

    Attributes
    ----------
    parts
        The names on the way to it from outside in: folders, zips, and its own.
    data
        The bytes of a notebook or a timestamp.txt, else None.
    problem
        Why it cannot be read, or "".
    """

    parts: tuple[str, ...]
    data: bytes | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        """What the file itself is called."""
        return self.parts[-1]


class Unusable(ValueError):
    """A zip or a file in it cannot be used; the message says why."""


class _Budget:
    """How much a zip may unpack to; the zip around it pays as well."""

    def __init__(self, size: int, around: "_Budget | None" = None) -> None:
        self.whole = ROOM + RATIO * size
        if around is not None:
            # Never all that the outer one has: one bad zip in it is not to cost the others.
            self.whole = min(self.whole, around.left // 2)
        self.left: int = self.whole
        self._around = around

    def spend(self, count: int) -> None:
        if self._around is not None:
            self._around.spend(count)
        self.left -= count
        if self.left < 0:
            raise _TooMuch


class _TooMuch(Exception):
    pass


def files_of(*, source: Path) -> Iterator[Found]:
    """Yield each file in a folder or a zip, also those in zips within it.

    What is no notebook and no timestamp.txt is named and not read; what cannot be read is
    named with its problem. Links are not followed. What systems leave in folders and zips
    by themselves is left out.

    Parameters
    ----------
    source
        The path of the folder or zip.
    """
    source = Path(source)
    if source.is_dir():
        yield from _in_folder(source)
        return
    with open(source, "rb") as file:
        yield from _in_zip(file, (), 1, _Budget(source.stat().st_size))


def _in_folder(folder: Path) -> Iterator[Found]:
    troubles: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=troubles.append):
        parts = tuple(_decoded(os.fsencode(name)) for name in Path(place).relative_to(folder).parts)
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        folders[:] = sorted(name for name in folders if not _is_left_out(name))
        for name in sorted([*names, *links]):
            if not _is_left_out(name):
                path = os.path.join(place, name)
                yield from _in_file(path, (*parts, _decoded(os.fsencode(name))))
    for error in troubles:
        yield Found(
            (_decoded(os.fsencode(error.filename)),), problem=f"it cannot be read: {error.strerror}"
        )


def _in_file(path: str, parts: tuple[str, ...]) -> Iterator[Found]:
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            yield Found(parts, problem="it is a link")
        elif not stat.S_ISREG(status.st_mode):
            # To open a pipe would wait forever.
            yield Found(parts, problem="it is not an ordinary file")
        elif parts[-1].casefold().endswith(".zip"):
            with open(path, "rb") as file:
                yield from _in_zip(file, parts, 1, _Budget(status.st_size))
        elif _is_read(parts[-1]):
            with open(path, "rb") as file:
                yield Found(parts, _bounded(file, _most(parts[-1])))
        else:
            yield _not_read(parts)
    except OSError as error:
        yield Found(parts, problem=f"it cannot be read: {error.strerror}")
    except Unusable as error:
        yield Found(parts, problem=str(error))


def _in_zip(
    file: IO[bytes], parts: tuple[str, ...], depth: int, budget: _Budget
) -> Iterator[Found]:
    try:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                yield from _in_entry(archive, entry, parts, depth, budget)
    except _TooMuch:
        most = f"{budget.whole / 2**20:,.0f} MB"
        yield Found(
            parts or ("the zip",),
            problem=f"it unpacks to more than {most}, and no notebook needs so much; the rest of "
            "it is unread",
        )
    except Unusable as error:
        yield Found(parts or ("the zip",), problem=str(error))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        yield Found(parts or ("the zip",), problem=f"it is no valid zip file ({error})")


def _size_of(file: IO[bytes]) -> int:
    return file.seek(0, os.SEEK_END)


def _check_directory(file: IO[bytes]) -> None:
    """Look how long the list of names is before `zipfile` reads all of it into memory."""
    size = _size_of(file)
    file.seek(max(0, size - 22 - 0xFFFF))
    tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) < start + 22:
        raise Unusable("it is no valid zip file")
    length = int.from_bytes(tail[start + 12 : start + 16], "little")
    # All ones in a zip of more than 4 GB, or of more than 65,535 files: no student's.
    if length > MOST_DIRECTORY and not (length == 0xFFFFFFFF and size > 2**31):
        raise Unusable("it names more files than anybody hands in")


def _in_entry(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    outer: tuple[str, ...],
    depth: int,
    budget: _Budget,
) -> Iterator[Found]:
    name = _name_in_zip(entry)
    parts = (*outer, *(part for part in re.split(r"[/\\]", name) if part not in ("", ".")))
    budget.spend(1_000)  # so that names without content come to an end as well
    if any(_is_left_out(part) for part in parts[len(outer) :]) or len(parts) == len(outer):
        return
    if entry.is_dir():
        return
    is_zip = parts[-1].casefold().endswith(".zip")
    try:
        if ".." in parts or re.match(r"[/\\]|[A-Za-z]:", name):
            raise Unusable("its path leads out of the zip")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise Unusable("it is a link, or no ordinary file")
        if not (is_zip or _is_read(parts[-1])):
            yield _not_read(parts)
            return
        with archive.open(entry) as file:
            data = _bounded(file, _most(parts[-1]), budget)
        if is_zip and depth == DEPTH:
            raise Unusable(f"it lies in {DEPTH} zips, one in another; unpack the outer ones")
    except _UNREADABLE as error:
        yield Found(parts, problem=_problem(error))
        return
    if is_zip:
        yield from _in_zip(io.BytesIO(data), parts, depth + 1, _Budget(len(data), budget))
    else:
        yield Found(parts, data)


# What reading an entry of a zip may raise.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip


def _problem(error: Exception) -> str:
    if isinstance(error, Unusable):
        return str(error)
    if isinstance(error, NotImplementedError):
        return "it is compressed in a way that cannot be read here; unpack it"
    if isinstance(error, RuntimeError):
        return "it is encrypted; unpack it with its password"
    return f"it is damaged ({error})"


def _bounded(file: IO[bytes], most: int, budget: _Budget | None = None) -> bytes:
    """Return all bytes of an open file, however large it says it is."""
    pieces, size = [], 0
    while piece := file.read(2**20):
        size += len(piece)
        if budget is not None:
            budget.spend(len(piece))
        if size > most:
            raise Unusable(f"it is larger than {most / 2**20:g} MB")
        pieces.append(piece)
    return b"".join(pieces)


def _is_read(name: str) -> bool:
    return name.casefold().endswith(".ipynb") or name.casefold() == TIMESTAMP


def _most(name: str) -> int:
    return SMALL if name.casefold() == TIMESTAMP else MOST_BYTES


def _not_read(parts: tuple[str, ...]) -> Found:
    if parts[-1].casefold().endswith(_OTHER_ARCHIVES):
        return Found(parts, problem="it is an archive that is not opened here; unpack it")
    return Found(parts)


def _is_left_out(name: str) -> bool:
    return (name.startswith(".") and name != "..") or name.casefold() in _NOT_HANDED_IN


def _name_in_zip(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; many programs write UTF-8 and do not say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:  # taken for code page 437
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _decoded(name: bytes) -> str:
    """Return a name on the disk as text that can be printed, whatever its bytes are."""
    return unicodedata.normalize("NFC", name.decode("utf-8", "backslashreplace"))
