"""Read an untrusted folder or zip that was downloaded from a learning platform.

nbgrader's zip_collect unpacks every archive to the disk without a size limit, and then matches
file names with a regular expression that the instructor writes. This module unpacks nothing to
the disk: it reads zips in memory, within limits, and uses names only to identify who may have
submitted a file.
"""

import io
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..bounded import reason_for
from .contents import Unusable, content, head, is_mere_notebook, is_read, is_zip

DEPTH = 3  # levels of nested zips: the download, a student's zip in it, and one more
ROOM = 200 * 2**20  # a zip may unpack to this many bytes
RATIO = 50  # plus this many times its own size
MOST_DIRECTORY = 16 * 2**20  # bytes of a zip's directory, enough for about 150,000 names
MOST_PIECES = 50  # folders and zips in the path of a file
MOST_LETTERS = 2_000  # characters in the path of a zip entry
_OTHER_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
_NOT_HANDED_IN = ("__macosx", "thumbs.db", "desktop.ini")


# Position of a file in a download: the index of each enclosing zip, then the file's own index.
Place = tuple[int, ...]


@dataclass(frozen=True)
class Begun:
    """Announces the next file or zip, to identify it if reading it ends the process.

    Attributes
    ----------
    place
        Its position; positions increase from file to file.
    parts
        The components of its path.
    """

    place: Place
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One file of a download.

    Attributes
    ----------
    parts
        The components of its path, outermost first: folders, zips, and the file name.
    data
        The bytes of a notebook or a timestamp.txt, else None.
    remark
        Something unusual about the file, or "".
    problem
        Why it cannot be read, or "".
    """

    parts: tuple[str, ...]
    data: bytes | None = None
    remark: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        """The file name."""
        return self.parts[-1]


class _Budget:
    """How many bytes a zip may unpack to; they also count for the enclosing zip."""

    def __init__(self, size: int, around: "_Budget | None" = None) -> None:
        self.whole = ROOM + RATIO * size
        if around is not None:
            # At most half of what the outer zip has left, so that one bad zip cannot use up
            # the budget of the others.
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


def files_of(*, source: Path, after: Place = ()) -> Iterator[Begun | Found]:
    """Yield each file in a folder or zip, including the files in nested zips.

    Only notebooks and timestamp.txt are read; other files are listed without their content, and
    unreadable files with their problem. Links are not followed. Files that operating systems add
    to folders and zips are skipped. A `Begun` precedes each file that is read and each zip that
    is opened.

    Parameters
    ----------
    source
        The path of the folder or zip.
    after
        The position after which to resume; everything up to it, including its content, is skipped.
    """
    source = Path(source)
    walk = _Walk(after)
    if source.is_dir():
        yield from walk.in_folder(source)
        return
    with open(source, "rb") as file:
        yield from walk.in_zip(file, (), (), _Budget(source.stat().st_size))


class _Walk:
    """Walks through a download, starting after a given position."""

    def __init__(self, after: Place) -> None:
        self._after = after

    def _is_done(self, place: Place) -> bool:
        """Return whether a file and everything in it come before the position to resume from."""
        return (place <= self._after and place != self._after[: len(place)]) or place == self._after

    def in_folder(self, folder: Path) -> Iterator[Begun | Found]:
        for number, (path, problem) in enumerate(_walked(folder)):
            if self._is_done((number,)):
                continue
            names = os.path.relpath(path, folder).split(os.sep)
            parts = tuple(_decoded(os.fsencode(name)) for name in names)
            if problem:
                yield Found(parts[:MOST_PIECES], problem=problem)
            else:
                yield from self._in_file(path, parts, (number,))

    def _in_file(self, path: str, parts: tuple[str, ...], place: Place) -> Iterator[Begun | Found]:
        try:
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                yield Found(parts, problem="it is a link")
            elif not stat.S_ISREG(status.st_mode):
                # Opening a pipe would block forever.
                yield Found(parts, problem="it is not an ordinary file")
            elif is_zip(parts[-1]) and not is_mere_notebook(head(path), parts[-1]):
                if place > self._after:
                    yield Begun(place, parts)
                with open(path, "rb") as file:
                    yield from self.in_zip(file, parts, place, _Budget(status.st_size))
            elif is_zip(parts[-1]) or is_read(parts[-1]):
                yield Begun(place, parts)
                with open(path, "rb") as file:
                    yield Found(parts, *content(file, parts[-1]))
            else:
                yield _not_read(parts)
        except OSError as error:
            yield Found(parts, problem=f"it cannot be read: {error.strerror}")
        except Unusable as error:
            yield Found(parts, problem=str(error))

    def in_zip(
        self, file: IO[bytes], parts: tuple[str, ...], place: Place, budget: _Budget
    ) -> Iterator[Begun | Found]:
        named = parts or ("the zip",)
        is_empty = place > self._after or not self._after  # until an entry is found
        try:
            with zipfile.ZipFile(_InPieces(file)) as archive:
                for number, entry in enumerate(archive.infolist()):
                    if not self._is_done((*place, number)):
                        for found in self._in_entry(
                            archive, entry, parts, (*place, number), budget
                        ):
                            is_empty = False
                            yield found
            if is_empty:
                yield Found(named, problem="it contains no files")
        except _TooMuch:
            most = f"{budget.whole / 2**20:,.0f} MB"
            yield Found(
                named,
                problem=f"it unpacks to more than {most}, more than any notebook needs; the "
                "rest of it was not read",
            )
        except Unusable as error:
            yield Found(named, problem=str(error))
        except MemoryError:
            raise
        except Exception as error:  # a damaged zip makes zipfile raise many kinds of errors
            yield Found(named, problem=f"it is not a valid zip file ({error})")

    def _in_entry(
        self,
        archive: zipfile.ZipFile,
        entry: zipfile.ZipInfo,
        outer: tuple[str, ...],
        place: Place,
        budget: _Budget,
    ) -> Iterator[Begun | Found]:
        budget.spend(1_000)  # limits the number of empty entries, too
        if len(entry.filename) > MOST_LETTERS or entry.filename.count("/") > MOST_PIECES:
            yield Found((*outer, f"{entry.filename[:100]}..."), problem=_TOO_LONG)
            return
        name = _name_in_zip(entry)
        parts = (*outer, *(part for part in re.split(r"[/\\]", name) if part not in ("", ".")))
        if any(_is_left_out(part) for part in parts[len(outer) :]) or len(parts) == len(outer):
            return
        if entry.is_dir():
            return
        try:
            _check_entry(entry, name, parts)
            if not (is_zip(parts[-1]) or is_read(parts[-1])):
                yield _not_read(parts)
                return
            if place > self._after:
                yield Begun(place, parts)
            with archive.open(entry) as file:
                data, remark = content(file, parts[-1], budget.spend)
            is_packed = is_zip(parts[-1]) and not is_mere_notebook(data, parts[-1])
            if is_packed and len(place) == DEPTH:
                raise Unusable(f"it is in {DEPTH} nested zips; unpack the outer ones")
        except (_TooMuch, MemoryError):
            raise
        except Exception as error:  # zlib, bz2, lzma and zipfile itself
            yield Found(parts, problem=_problem(error))
            return
        if is_packed:
            inner = _Budget(len(data), budget)
            yield from self.in_zip(io.BytesIO(data), parts, place, inner)
        else:
            yield Found(parts, data, remark)


_TOO_LONG = (
    f"its path has more than {MOST_PIECES} folders or {MOST_LETTERS:,} letters; put it into fewer "
    "folders"
)


def _walked(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the path of each file and link in a folder, in order, and why it is not read, or "".

    `os.walk` is not used because it is recursive in Python 3.11, and folders may be nested deeply.
    """
    waiting = [(str(folder), 0)]
    while waiting:
        place, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError as error:
            yield place, f"it cannot be read: {error.strerror}"
            continue
        if depth == MOST_PIECES:
            yield place, _TOO_LONG
            continue
        folders = []
        for entry in entries:
            if _is_left_out(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, depth + 1))
            else:
                yield entry.path, ""
        waiting += reversed(folders)


class _InPieces:
    """Limits how many bytes one call of `read` returns.

    `zipfile` reads the directory of a zip at once, and takes its size from the zip itself.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(MOST_DIRECTORY + 1 if size < 0 else min(size, MOST_DIRECTORY + 1))
        if len(data) > MOST_DIRECTORY:
            raise Unusable("it contains too many files")
        return data


def _check_entry(entry: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> None:
    if ".." in parts or re.match(r"[/\\]|[A-Za-z]:", name):
        raise Unusable("its path leads out of the zip")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Unusable("it is a link, or not an ordinary file")


def _problem(error: Exception) -> str:
    if isinstance(error, Unusable):
        return str(error)
    if isinstance(error, NotImplementedError):
        return "it is compressed in a way that cannot be read here; unpack it"
    if isinstance(error, RuntimeError) and not isinstance(error, RecursionError):
        return "it is encrypted; unpack it with its password"
    return f"it is damaged: {reason_for(error)}"


def _not_read(parts: tuple[str, ...]) -> Found:
    if parts[-1].casefold().endswith(_OTHER_ARCHIVES):
        return Found(parts, problem="it is an archive that is not opened here; unpack it")
    return Found(parts)


def _is_left_out(name: str) -> bool:
    return (name.startswith(".") and name != "..") or name.casefold() in _NOT_HANDED_IN


def _name_in_zip(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; many programs write UTF-8 without setting its flag."""
    name = entry.filename
    if not entry.flag_bits & 0x800:  # zipfile decoded it as code page 437
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _decoded(name: bytes) -> str:
    """Return a file name as printable text, whatever its bytes are."""
    return unicodedata.normalize("NFC", name.decode("utf-8", "backslashreplace"))
