"""Grades one submission without a gradebook, for platforms with their own gradebook."""

import json
import secrets
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..files import write_safely
from ..lesson import Lesson, LessonCell, Place, lesson_from, read_cells
from ..release import Refused, generate, lessons, notebook_of
from ..settings import course_settings
from ..submissions import inspecting
from ..submissions.downloads import Known, read_download
from ..submissions.reading import Unreadable, read_file
from ..texts import shown
from .errors import Stop
from .result_files import for_classroom, for_gradescope
from .results import Graded
from .sandbox import NoSandbox, SandboxFailed, why_no_sandbox
from .worker import Job, grade_submission

WHO = "the submission"  # used as the student's id, which is unknown here
FORMATS: dict[str, Callable[[Graded, Lesson | None], dict[str, Any]]] = {
    "gradescope": for_gradescope,
    "classroom": for_classroom,
}


def grade_one(
    root: Path,
    source: Path,
    destination: Path,
    *,
    form: str,
    lesson: str | None = None,
    packed: Path | None = None,
    sealed: bool = True,
) -> None:
    """Grade one submission and write its points in the format of a platform.

    A submission that cannot be read gets 0 points and a message with the reason.

    Parameters
    ----------
    root
        The folder of the course.
    source
        A notebook, or a folder or zip that contains it.
    destination
        The file to write.
    form
        One of `FORMATS`.
    lesson
        The lesson that the notebook must belong to; None to recognize it by its cells.
    packed
        A file written by `pack_lesson`, used instead of the lessons of the course.
    sealed
        Whether student code runs in a sandbox.

    Raises
    ------
    Stop
        If nothing can be graded here. Then no file is written, so that a problem of the machine
        does not become a mark.
    """
    if sealed and (missing := why_no_sandbox()):
        raise Stop(
            f"{missing}. --unsealed continues without it: then student code can read and change "
            "everything that this program can, including its own points"
        )
    graded, known = _graded(root, source, lesson, packed, sealed)
    text = json.dumps(FORMATS[form](graded, known), indent=2, ensure_ascii=False) + "\n"
    try:
        write_safely(destination, text.encode("utf-8", "replace"))
    except OSError as error:
        raise Stop(f"{destination} cannot be written ({error.strerror})") from None
    if graded.reason:
        print(f"not graded: {shown(graded.reason)}", file=sys.stderr)


def _graded(
    root: Path, source: Path, wanted: str | None, packed: Path | None, sealed: bool
) -> tuple[Graded, Lesson | None]:
    """Return the result of grading, and the lesson if it is known."""
    lesson = unpacked_lesson(packed) if packed else None
    try:
        name, data = _handed_in(source, _known(root, lesson, wanted))
        lesson = lesson or lesson_of_course(root, name)
        job = Job(lesson, WHO, data, sealed=sealed, hidden=(str(root.resolve()),))
        return grade_submission(job), lesson
    except Unreadable as error:
        return Graded(WHO, wanted or "", str(error)), lesson
    except (NoSandbox, SandboxFailed, Refused) as error:
        raise Stop(str(error)) from None


def _known(root: Path, packed: Lesson | None, wanted: str | None) -> Known:
    """Return the lessons that a submission can belong to; see `downloads.Known`."""
    if packed:
        return {packed.name: packed}
    names = lessons(root) or inspecting.known_lessons(root=root)
    if wanted is not None and wanted not in names:
        raise Stop(f"there is no lesson {shown(wanted)!r}; the lessons are: {', '.join(names)}")
    wanted_ones = [name for name in names if wanted in (None, name)]
    return {name: inspecting.handed_out(root=root, lesson=name) for name in wanted_ones}


def _handed_in(source: Path, known: Known) -> tuple[str, bytes]:
    """Return the lesson and the bytes of the only notebook in a submission."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = source
        if not source.is_dir() and source.suffix.casefold() != ".zip":
            folder = Path(scratch, "handed in")
            folder.mkdir()
            (folder / source.name).write_bytes(_bytes_of(source))
        kept = Path(scratch, "kept")
        kept.mkdir()
        files = list(read_download(folder, known, kept))
        found = {
            file.digest: file for file in files if file.kind == "notebook" and not file.problem
        }
        if len(found) > 1:
            named = {
                digest: file
                for digest, file in found.items()
                if file.parts[-1] == f"{known[file.lesson].notebook}.ipynb"
            }
            found = named if len(named) == 1 else found
        if len(found) == 1:
            ((digest, file),) = found.items()
            return file.lesson, (kept / digest).read_bytes()
    if found:
        names = sorted("/".join(file.parts) for file in found.values())
        raise Unreadable(
            f"{len(found)} notebooks were handed in ({', '.join(names[:5])}); expected one"
        )
    problems = [f"{'/'.join(file.parts)}: {file.problem}" for file in files if file.problem]
    others = ", ".join(sorted("/".join(file.parts) for file in files)[:5])
    only = f", only {others}" if others else ""
    raise Unreadable(problems[0] if problems else f"no notebook was handed in{only}")


def _bytes_of(notebook: Path) -> bytes:
    try:
        return read_file(notebook, notebook.parent)
    except OSError as error:
        raise Unreadable(f"{notebook.name} cannot be read: {error.strerror}") from None


# --- lessons -----------------------------------------------------------------------------


def lesson_of_course(root: Path, name: str) -> Lesson:
    """Return a lesson for grading, without touching the gradebook of the course.

    If there is no solutions/, as in the students' copy of the course, the lesson is constructed
    from the exercises.

    Raises
    ------
    Refused
        If nbgrader cannot generate the student version of the lesson.
    """
    if not Path(root, "solutions", name).is_dir():
        return inspecting.handed_out(root=root, lesson=name)
    from nbgrader.api import Gradebook

    with tempfile.TemporaryDirectory() as scratch:
        address = f"sqlite:///{scratch}/gradebook.db"
        released = read_cells(notebook_of(generate(root, name, Path(scratch), address)))
        course = course_settings(root).CourseDirectory.get("course_id", "")
        with Gradebook(address, course) as gradebook:
            return lesson_from(gradebook, name, secrets.randbits(62), released)


def pack_lesson(lesson: Lesson) -> str:
    """Return all data of a lesson that grading needs, as text.

    It contains no answers: for cells other than tests, it contains the released text only.
    """
    cells = [asdict(cell) | {"source": _without_answers(cell)} for cell in lesson.cells]
    return json.dumps(asdict(lesson) | {"cells": cells}, indent=1)


def _without_answers(cell: LessonCell) -> str:
    is_test = cell.grade and not cell.solution
    return cell.source if is_test or cell.released is None else cell.released


def unpacked_lesson(path: Path) -> Lesson:
    """Return the lesson from a file written by `pack_lesson`.

    Raises
    ------
    Stop
        If the file cannot be read.
    """
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
        cells = tuple(LessonCell(**cell) for cell in kept.pop("cells"))
        places = {id: Place(**place) for id, place in kept.pop("places").items()}
        warm_up = tuple(kept.pop("warm_up"))
        return Lesson(**kept, cells=cells, warm_up=warm_up, places=places)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Stop(f"{path} is not a lesson packed by make gradescope ({shown(error)})") from None
