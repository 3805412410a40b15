"""Reads the notebooks in a download: of which lesson each is, from whom, and of when."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import nbformat
from tqdm import tqdm

from ..lesson import Lesson
from ..release import lessons, notebook_of
from ..texts import shown
from .archives import Found, files_of
from .collected import Collected, shown_path
from .platforms import Origin, Person, origin_of
from .reading import Unreadable, parse, settings_of
from .timestamps import TIMESTAMP, time_in


@dataclass(frozen=True)
class Attempt:
    """One notebook that was handed in.

    Attributes
    ----------
    parts
        The names on the way to it.
    lesson
        The name of its lesson.
    origin
        What these names tell.
    when
        When it was handed in, if anything tells.
    digest
        Of its bytes, under which they are kept for the time being.
    """

    parts: tuple[str, ...]
    lesson: str
    origin: Origin
    when: datetime | None
    digest: str

    @property
    def owner(self) -> Person | str:
        """Who handed it in: as a platform says, else as a folder does; "" if that is unknown."""
        return self.origin.person or self.origin.claim

    @property
    def path(self) -> str:
        """Where it was found, as one line of a message has it."""
        return shown_path(self.parts)


# For each lesson the name of its notebook and the ids of its cells.
_Known = Mapping[str, tuple[str, set[str]]]


def read_attempts(
    root: Path, source: Path, scratch: Path, timezone: tzinfo | None, collected: Collected
) -> list[Attempt]:
    """Read the notebooks in a download.

    Parameters
    ----------
    root
        The folder of the course.
    source
        A folder or zip with what students handed in.
    scratch
        The folder into which the bytes of each notebook go, under their digest.
    timezone
        That of times in file names; None for this machine's.
    collected
        Gets what became of the other files.

    Returns
    -------
    list of Attempt
        One for each notebook of a lesson.
    """
    known = _known_lessons(root)
    outermost = source.stem if source.name.casefold().endswith(".zip") else source.name
    found: list[Attempt] = []
    times: dict[tuple[str, ...], datetime | None] = {}  # by folder
    others: list[tuple[str, ...]] = []
    for file in tqdm(files_of(source=source), unit=" files", leave=False, disable=None):
        if file.problem:
            collected.not_placed[shown_path(file.parts)] = file.problem
        elif file.data is None:
            others.append(file.parts)
        elif file.name.casefold() == TIMESTAMP:
            times[file.parts[:-1]] = time_in(file.data)
        else:
            try:
                lesson = _lesson_of(file, file.data, known, collected)
            except Unreadable as error:
                collected.not_placed[shown_path(file.parts)] = str(error)
                continue
            origin = origin_of(
                file.parts, lessons=known.keys(), outermost=outermost, timezone=timezone
            )
            found.append(Attempt(file.parts, lesson, origin, None, _kept(file.data, scratch)))
    attempts = [replace(one, when=_when(one, times, collected)) for one in found]
    _look_at_others(others, attempts, known, outermost, collected)
    return attempts


def _known_lessons(root: Path) -> _Known:
    known = {}
    for name in lessons(root):
        source = notebook_of(Path(root, "solutions", name))
        known[name] = source.stem, _ids_in(nbformat.read(source, as_version=4))
    return known


def _ids_in(notebook: dict[str, Any]) -> set[str]:
    """Return the grade_ids in a notebook whose cells may hold anything in their metadata."""
    cells = notebook["cells"] if notebook["nbformat"] == 4 else ()
    return {settings["grade_id"] for cell in cells if (settings := settings_of(cell))}


def _lesson_of(file: Found, data: bytes, known: _Known, collected: Collected) -> str:
    """Return the lesson that a notebook belongs to, or raise `Unreadable`."""
    parse(data, Lesson(name="", notebook=shown(file.name)[:-6], cells=(), seed=0))
    ids = _ids_in(json.loads(data.decode("utf-8-sig")))
    shared = {lesson: len(ids & own) for lesson, (_, own) in known.items()}
    most = max(shared.values())
    by_cells = [lesson for lesson, count in shared.items() if count == most > 0]
    by_name = _lessons_named(file.parts, known)
    if len(by_cells) == 1:
        if by_name and by_cells[0] not in by_name:
            collected.remarks.append(
                f"{shown_path(file.parts)}: by its name it is {by_name[0]}, by its cells "
                f"{by_cells[0]}; the cells are believed"
            )
        return by_cells[0]
    both = [lesson for lesson in by_name if lesson in by_cells] if by_cells else by_name
    if len(both) == 1:
        return both[0]
    why = (
        f"its cells belong to {' and to '.join(by_cells)} alike"
        if by_cells
        else "it has no cell of any lesson"
    )
    raise Unreadable(f"{why}, and its name does not tell the lesson")


def _lessons_named(parts: Sequence[str], known: _Known) -> list[str]:
    """Return the lessons that the innermost name speaks of that speaks of any."""
    for part in reversed(parts):
        named = [
            lesson
            for lesson, (notebook, _) in known.items()
            if lesson in part or notebook.casefold() in part.casefold()
        ]
        if named:
            return named
    return []


def _kept(data: bytes, scratch: Path) -> str:
    """Keep the bytes of a notebook in a folder, under their digest; return that."""
    digest = hashlib.sha256(data).hexdigest()
    if not (scratch / digest).exists():
        (scratch / digest).write_bytes(data)
    return digest


def _when(
    attempt: Attempt, times: Mapping[tuple[str, ...], datetime | None], collected: Collected
) -> datetime | None:
    # A platform knows better than a file that a student could write.
    when = attempt.origin.when or times.get(attempt.parts[:-1])
    if when is not None and when > datetime.now(UTC) + timedelta(days=1):
        collected.remarks.append(f"{attempt.path}: its time lies in the future; it is left out")
        return None
    return when


def _look_at_others(
    others: Sequence[tuple[str, ...]],
    attempts: Sequence[Attempt],
    known: _Known,
    outermost: str,
    collected: Collected,
) -> None:
    """List files that are no notebooks; who handed in nothing else has handed in no notebook."""
    with_notebook = {attempt.owner for attempt in attempts}
    missed = defaultdict(list)
    for parts in others:
        origin = origin_of(parts, lessons=known.keys(), outermost=outermost)
        owner = origin.person or origin.claim
        if owner and owner not in with_notebook:
            missed[owner].append(shown_path(parts))
        else:
            collected.aside.append(f"{shown_path(parts)}: no notebook")
    for owner, paths in missed.items():
        collected.not_placed[paths[0]] = f"nothing that {shown(owner)} handed in is a notebook" + (
            f" (nor are {', '.join(paths[1:4])}{' ...' if len(paths) > 4 else ''})"
            if len(paths) > 1
            else ""
        )
