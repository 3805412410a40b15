"""Caches the pictures of the lessons between runs of `make grade`.

The released notebook draws them in a warm sandbox, before any student code runs there. Drawing
them takes most of the start-up time of a sandbox. The cache is a folder in matplotlib's cache
directory and may be deleted at any time.
"""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from backprop.sandbox.channel import MOST_BYTES

from ..files import write_safely
from .sandbox_files import LIBRARIES, package

Pictures = dict[str, list[str]]  # by name, the bytes in base64 and the description

FILES = 20  # in the cache; the oldest are deleted first


def load(warm_up: Sequence[str]) -> Pictures:
    """Return the cached pictures of a notebook, or {}.

    Parameters
    ----------
    warm_up
        The sources of its code cells.

    Returns
    -------
    Pictures
        By name: the bytes in base64 and the description; see `backprop.figures.cache.drawn`.
    """
    try:
        pictures = json.loads(_file(warm_up).read_text())
        names = all(isinstance(one, str) for pair in pictures.values() for one in pair)
        return pictures if names and all(len(pair) == 2 for pair in pictures.values()) else {}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # the file is missing or invalid


def store(warm_up: Sequence[str], pictures: Pictures) -> None:
    """Write the pictures of a notebook to the cache, if possible."""
    text = json.dumps(pictures)
    if len(text) > MOST_BYTES / 2:
        return
    try:
        file = _file(warm_up)
        # Several sandboxes may start at once and write the same file; it does no harm if one of
        # them fails because another has moved the file into place.
        write_safely(file, text.encode())
        for old in sorted(file.parent.iterdir(), key=os.path.getmtime)[:-FILES]:
            old.unlink(missing_ok=True)
    except OSError:
        pass  # the next run draws them again


def _file(warm_up: Sequence[str]) -> Path:
    digest = hashlib.sha256(repr((warm_up, sys.version, *map(version, LIBRARIES))).encode())
    for place, data in package().items():
        digest.update(place.encode() + data)
    return folder() / f"{digest.hexdigest()}.json"


def folder() -> Path:
    """Return the folder of the cache, which may be missing."""
    import matplotlib

    return Path(matplotlib.get_cachedir(), "backprop")
