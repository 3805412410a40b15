"""Reads one file of a download within limits, and decides by its name whether it is read."""

from collections.abc import Callable, Iterator
from typing import IO

from .reading import MOST_BYTES, MOST_RAW, Unreadable, small_enough
from .timestamps import TIMESTAMP

NOTEBOOK = (".ipynb", ".ipynb.txt", ".ipynb.json")  # file name extensions of notebooks
SMALL = 1_000  # bytes of a timestamp file that are read


class Unusable(ValueError):
    """Raised if a zip or a file in it cannot be used; the message says why."""


def content(
    file: IO[bytes], name: str, spend: Callable[[int], None] = lambda count: None
) -> tuple[bytes, str]:
    """Return the bytes of an open file, and a remark or "".

    The size that the file claims to have is ignored. Only the first bytes of a timestamp file are
    returned, and a large notebook is returned without its outputs.

    Parameters
    ----------
    file
        The open file.
    name
        The file name.
    spend
        Called with the number of bytes after each read; may raise to stop reading.

    Raises
    ------
    Unusable
        If the file is too large.
    """
    if is_time(name):
        data = file.read(SMALL)
        spend(len(data))
        return data, ""
    sizes: list[int] = []
    most = MOST_RAW if is_notebook(name) else MOST_BYTES
    pieces = _pieces(file, most, spend, sizes)
    if not is_notebook(name):
        return b"".join(pieces), ""
    try:
        data = small_enough(pieces)
    except Unreadable as error:
        raise Unusable(f"it {error}") from None
    if len(data) == sum(sizes):
        return data, ""
    return data, f"it has {sum(sizes) / 2**20:,.0f} MB; it is placed without its outputs"


def _pieces(
    file: IO[bytes], most: int, spend: Callable[[int], None], sizes: list[int]
) -> Iterator[bytes]:
    """Yield the content of an open file in pieces, and append the size of each to `sizes`."""
    while piece := file.read(2**20):
        sizes.append(len(piece))
        spend(len(piece))
        if sum(sizes) > most:
            raise Unusable(f"it is larger than {most / 2**20:g} MB")
        yield piece


def head(path: str) -> bytes:
    """Return the first bytes of a file."""
    with open(path, "rb") as file:
        return file.read(SMALL)


def is_mere_notebook(data: bytes, name: str) -> bool:
    """Return whether a file named x.ipynb.zip is in fact an unpacked notebook."""
    return name.casefold().endswith(".ipynb.zip") and data[:SMALL].lstrip()[:1] == b"{"


def is_zip(name: str) -> bool:
    """Return whether a file name is that of a zip."""
    return name.casefold().endswith(".zip")


def is_notebook(name: str) -> bool:
    """Return whether a file name is that of a notebook; browsers may have added an extension."""
    return name.casefold().endswith(NOTEBOOK)


def is_time(name: str) -> bool:
    """Return whether a file name is that of the timestamp file."""
    return name.casefold() == TIMESTAMP


def is_read(name: str) -> bool:
    """Return whether the content of a file with this name is read."""
    return is_notebook(name) or is_time(name)
