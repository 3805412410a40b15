"""Keeps the pictures of the lessons from one grading to the next.

They are drawn by the released notebook in a warm sandbox, before any student's code is there,
and drawing them takes most of the time that a sandbox needs to get ready. The file lies in
matplotlib's cache, beside the list of fonts that is kept there for the same reason, and
may be deleted at any time.
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

FILES = 20  # the oldest go first


def load(warm_up: Sequence[str]) -> Pictures:
    """Return the pictures that a notebook has drawn before, or {}.

    Parameters
    ----------
    warm_up
        The sources of its code cells.

    Returns
    -------
    Pictures
        By name the bytes in base64 and the description of each; see `backprop.figures.cache.drawn`.
    """
    try:
        pictures = json.loads(_file(warm_up).read_text())
        names = all(isinstance(one, str) for pair in pictures.values() for one in pair)
        return pictures if names and all(len(pair) == 2 for pair in pictures.values()) else {}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # there is none, or somebody else has written it


def store(warm_up: Sequence[str], pictures: Pictures) -> None:
    """Keep the pictures of a notebook for the next time, if they can be written at all."""
    text = json.dumps(pictures)
    if len(text) > MOST_BYTES / 2:
        return
    try:
        file = _file(warm_up)
        # Several sandboxes may get ready at once and write the same: the second may find that the
        # first has moved the file into place, which does no harm.
        write_safely(file, text.encode())
        for old in sorted(file.parent.iterdir(), key=os.path.getmtime)[:-FILES]:
            old.unlink(missing_ok=True)
    except OSError:
        pass  # they will be drawn once more


def _file(warm_up: Sequence[str]) -> Path:
    digest = hashlib.sha256(repr((warm_up, sys.version, *map(version, LIBRARIES))).encode())
    for place, data in package().items():
        digest.update(place.encode() + data)
    return folder() / f"{digest.hexdigest()}.json"


def folder() -> Path:
    """Return the folder of the files; where it is missing everything is drawn once more."""
    import matplotlib

    return Path(matplotlib.get_cachedir(), "backprop")
