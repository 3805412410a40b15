"""Reads the files of a download in a process with limits, and finds the lesson of each notebook."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..bounded import READER, Exceeded, reason_for
from ..lesson import Lesson
from ..release import lessons
from ..texts import shown
from .archives import Begun, Found, Place, files_of
from .inspecting import handed_out
from .notebook_cells import Unreadable, cells_of
from .platforms import origin_of
from .recognizing import share
from .timestamps import TIMESTAMP, fault_of_time, time_in

# If this many files of a student's zip exceed the limits, the rest of the zip is not read.
MOST_ENDED = 3

Known = Mapping[str, Lesson]  # by name


@dataclass(frozen=True)
class File:
    """One file of a download.

    Attributes
    ----------
    parts
        The components of its path.
    kind
        "notebook", "time" or "other".
    problem
        Why it cannot be used, or "".
    remark
        A remark for the instructor, or "".
    lesson
        For a notebook, the name of its lesson.
    digest
        For a notebook, the digest of its bytes, which names their copy.
    when
        For a timestamp.txt, the time in it.
    """

    parts: tuple[str, ...]
    kind: str = "other"
    problem: str = ""
    remark: str = ""
    lesson: str = ""
    digest: str = ""
    when: datetime | None = None


def known_lessons(root: Path) -> Known:
    """Return the lessons of a course as students receive them, by name."""
    return {name: handed_out(root=root, lesson=name) for name in lessons(root)}


def read_download(source: Path, known: Known, scratch: Path) -> Iterator[File]:
    """Yield each file of a download; a file that exceeds the limits has a problem.

    Parameters
    ----------
    source
        A folder or zip.
    known
        The lessons of the course.
    scratch
        The folder to which each notebook is copied, with its digest as file name.
    """
    after: Place = ()
    ended: Counter[Place] = Counter()
    names: dict[Place, tuple[str, ...]] = {(): ("the download",)}  # of what is being read
    while True:
        at = after
        try:
            for item in READER.each(_files_in, source, known, scratch, after):
                if isinstance(item, Begun):
                    at = item.place
                    names = {place: names[place] for place in names if place == at[: len(place)]}
                    names[at] = item.parts
                else:
                    yield item
            return
        except Exceeded as error:
            around = at[:-1]
            yield File(names[at if at != after else around], problem=str(error))
            ended[around] += 1
            if at == after:  # the enclosing zip could not be opened again
                if not around:
                    return
                after = around
            elif ended[around] == MOST_ENDED and not _may_be_of_class(source, around, names, known):
                problem = (
                    f"{MOST_ENDED} of its files exceed the limits; the rest of it was not read"
                )
                yield File(names[around], problem=problem)
                after = around
            else:
                after = at


def _may_be_of_class(
    source: Path, around: Place, names: Mapping[Place, tuple[str, ...]], known: Known
) -> bool:
    """Return whether a zip may contain the submissions of a whole class, not of one student."""
    if not around:
        return True
    owner = origin_of(names[around], lessons=known.keys()).person
    return source.is_dir() and len(around) == 1 and owner is None


def _files_in(source: Path, known: Known, scratch: Path, after: Place) -> Iterator[Begun | File]:
    """Yield the files of a download; runs in the process with limits."""
    for found in files_of(source=source, after=after):
        if isinstance(found, Begun):
            yield found
            continue
        try:
            file = _file(found, known, scratch)
        except Unreadable as error:
            file = File(found.parts, problem=str(error))
        except MemoryError:
            raise
        except Exception as error:  # one bad file must not stop the others
            file = File(found.parts, problem=reason_for(error))
        yield replace(file, problem=shown(file.problem), remark=shown(file.remark))


def _file(found: Found, known: Known, scratch: Path) -> File:
    if found.problem or found.data is None:
        return File(found.parts, problem=found.problem)
    if found.name.casefold() == TIMESTAMP:
        remark = fault_of_time(found.data)
        return File(found.parts, "time", remark=remark, when=time_in(found.data))
    lesson, remark = _lesson_of(found, found.data, known)
    remark = "; ".join(one for one in (found.remark, remark) if one)
    digest = hashlib.sha256(found.data).hexdigest()
    if not (scratch / digest).exists():
        (scratch / digest).write_bytes(found.data)
    return File(found.parts, "notebook", remark=remark, lesson=lesson, digest=digest)


def _lesson_of(file: Found, data: bytes, known: Known) -> tuple[str, str]:
    """Return the lesson that a notebook belongs to, and a remark; or raise `Unreadable`."""
    cells = cells_of(data, shown(file.name))
    ids = {cell.grade_id for cell in cells}
    shared = {name: len(ids & lesson.by_id.keys()) for name, lesson in known.items()}
    remark = ""
    if not any(shared.values()):
        shared = {name: share(cells, lesson) for name, lesson in known.items()}
        remark = "its nbgrader metadata is missing, as in Colab; its cells were recognized"
    most = max(shared.values())
    by_cells = [lesson for lesson, count in shared.items() if count == most > 0]
    by_name = _lessons_named(file.parts, known)
    if len(by_cells) == 1:
        if by_name and by_cells[0] not in by_name:
            remark = f"by its name it is {by_name[0]}, by its cells {by_cells[0]}; the cells decide"
        return by_cells[0], remark
    both = [lesson for lesson in by_name if lesson in by_cells] if by_cells else by_name
    if len(both) == 1:
        return both[0], remark if by_cells else ""
    why = (
        f"its cells belong equally to {' and to '.join(by_cells)}"
        if by_cells
        else "it has no cell of any lesson"
    )
    raise Unreadable(f"{why}, and its name does not name a lesson")


def lesson_named(file: File, known: Known) -> str:
    """Return the lesson that a file's path names; "" if it names none or several."""
    named = _lessons_named(file.parts, known)
    return named[0] if len(named) == 1 else ""


def _lessons_named(parts: Sequence[str], known: Known) -> list[str]:
    """Return the lessons named in the innermost component of a path that names any."""
    for part in reversed(parts):
        named = [
            lesson
            for lesson, entry in known.items()
            if lesson in part or entry.notebook.casefold() in part.casefold()
        ]
        if named:
            return named
    return []
