"""Packs a student's notebook for the instructor, once it has been looked at."""

import io
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from backprop.student_ids import fault_of_id, made_safe

from ..files import write_safely
from ..lesson import Lesson
from ..release import Refused
from ..texts import shown
from . import inspecting, running
from .inspecting import Remark
from .reading import MOST_BYTES, Unreadable, parse, read_file
from .timestamps import TIMESTAMP, timestamp_text

FOLDER = "to_hand_in"


def submit(
    *, root: Path, lesson: str, student: str, notebook: Path | None = None, anyway: bool = False
) -> int:
    """Look a notebook over and pack it as to_hand_in/<lesson>-<student>.zip.

    The zip is laid out as nbgrader lays out submissions: <student>/<lesson>/<name>.ipynb, and
    beside it timestamp.txt. An earlier zip with another content is kept.

    Prints what was found.

    Parameters
    ----------
    root
        The folder in which the student works.
    lesson
        The name of the lesson, "03_backward_pass".
    student
        The id by which the instructor knows the student.
    notebook
        The path of the notebook; None for the one in notebooks/<lesson>/.
    anyway
        Whether to pack it even if something should be fixed first.

    Returns
    -------
    int
        The exit code: 0 if it is packed, 1 if something has to be fixed first, 2 if there is no
        such lesson or the id will not do.
    """
    fault = _fault_of_request(student, lesson, inspecting.known_lessons(root=root))
    if fault:
        print(f"submit: {fault}", file=sys.stderr)
        return 2
    try:
        known = inspecting.handed_out(root=root, lesson=lesson)
        path = Path(notebook or Path(root, "notebooks", lesson, f"{known.notebook}.ipynb"))
        data = _read(path, known)
        known = inspecting.with_own_tests(known, data)
    except (Refused, Unreadable) as error:
        print(f"{lesson} of {student} cannot be handed in:\n  {shown(error)}", file=sys.stderr)
        return 1
    if _is_to_be_mended(path, data, known) and not anyway:
        print(
            "Nothing was packed. Fix what is listed above and save the notebook, then run this "
            "again; or hand it in as it is: the same command with ARGS=--anyway"
        )
        return 1
    return _pack(Path(root, FOLDER), known, student, data)


def _fault_of_request(student: str, lesson: str, lessons: list[str]) -> str:
    fault = fault_of_id(student)
    if fault:
        nearest = made_safe(student)
        instead = f" {nearest} is valid, if your instructor knows you by it." if nearest else ""
        return f"{shown(student)!r} is not valid as a student id: {fault}.{instead}"
    if lesson not in lessons:
        return f"there is no lesson {shown(lesson)!r}; the lessons are: {', '.join(lessons)}"
    return f"STUDENT should be your own id; {student} is a lesson" if student in lessons else ""


def _read(path: Path, lesson: Lesson) -> bytes:
    try:
        data = read_file(path, path.parent)
    except Unreadable as error:
        if path.exists():
            raise
        raise Unreadable(
            f"{_near(path)}: {error}. Save the lesson under its own name, or name the file: "
            'ARGS="--notebook path/to/it.ipynb"'
        ) from None
    except OSError as error:
        raise Unreadable(f"{_near(path)} cannot be read: {error.strerror}") from None
    try:
        parse(data, lesson)
    except Unreadable as error:
        raise Unreadable(f"{error}. Open it in JupyterLab and save it again") from None
    return data


def _is_to_be_mended(path: Path, data: bytes, lesson: Lesson) -> bool:
    """Look a notebook over, print what was found, and tell whether some of it costs points."""
    print(
        f"{_near(path)}, saved {_when_saved(path)}: running it from its first cell to its last ...",
        flush=True,
    )
    remarks = [*_remarks_on_file(path, data), *inspecting.remarks_on_cells(data, lesson=lesson)]
    outcome = running.run(data, lesson=lesson)
    remarks += outcome.remarks
    _print_remarks(remarks)
    _print_points(outcome)
    return any(remark.blocks for remark in remarks)


def _near(path: Path) -> str:
    """Return a path as people write it who are in the folder of the course."""
    path, here = Path(path).absolute(), Path.cwd()
    return shown(path.relative_to(here) if path.is_relative_to(here) else path)


def _when_saved(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M:%S")


def _remarks_on_file(path: Path, data: bytes) -> Iterator[Remark]:
    if len(data) > inspecting.LARGE:
        yield Remark(
            f"the file is large, {_size(data)}",
            "remove the outputs if the platform refuses the file: Edit, Clear Outputs of "
            "All Cells, then save",
        )
    whole = path.stat().st_size
    if whole > MOST_BYTES:  # then `read_file` has left the outputs out
        yield Remark(
            f"the file has {whole / 2**20:,.0f} MB with the outputs of its cells",
            "it is packed without them, and grading computes them again",
        )
    # JupyterLab calls a copy backward_pass-Copy1.ipynb, and people go on working in it.
    for other in sorted(path.parent.glob("*.ipynb")):
        if other != path and other.stat().st_mtime > path.stat().st_mtime:
            yield Remark(
                f"{shown(other.name)} in the same folder was saved later",
                f"{path.name} is handed in; make sure that you did not work in the other one",
            )


def _size(data: bytes) -> str:
    return f"{len(data) / 2**20:.1f} MB" if len(data) >= 2**20 else f"{len(data) / 2**10:.0f} kB"


def _print_remarks(remarks: Iterable[Remark]) -> None:
    for title, blocks in (("To fix before you hand in:", True), ("For your information:", False)):
        chosen = [remark for remark in remarks if remark.blocks is blocks]
        if chosen:
            print(title)
        for number, remark in enumerate(chosen, start=1):
            print(f"  {number}. {remark.text}")
            if remark.advice:
                print(f"     -> {remark.advice}")


def _print_points(outcome: running.Outcome) -> None:
    said = f"Its checks give {outcome.earned:g} of {outcome.most:g} points here"
    if outcome.by_person:
        said += f"; a person marks another {outcome.by_person:g}"
    print(f"{said}. Grading uses other numbers for your answers.")


def _pack(folder: Path, lesson: Lesson, student: str, data: bytes) -> int:
    path = folder / f"{lesson.name}-{student}.zip"
    inside = f"{student}/{lesson.name}/{lesson.notebook}.ipynb"
    now = datetime.now(UTC)
    try:
        if _packed(path, inside) == data:
            print(f"{_near(path)} already contains this notebook: hand in that file.")
            return 0
        _keep_earlier(path)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            stamp = f"{inside.rpartition('/')[0]}/{TIMESTAMP}"
            for name, content in ((inside, data), (stamp, timestamp_text(now))):
                entry = zipfile.ZipInfo(name, now.timetuple()[:6])
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, content)
        write_safely(path, packed.getvalue())
    except OSError as error:
        print(
            f"submit: {_near(path)} cannot be written: {error.strerror}; nothing was packed",
            file=sys.stderr,
        )
        return 1
    print(
        f"Packed: {_near(path)} ({_size(packed.getvalue())}). Hand in this file without "
        "changing it."
    )
    return 0


def _packed(path: Path, inside: str) -> bytes | None:
    """Return the notebook in a zip that was made before; None if there is none in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(inside)
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return None


def _keep_earlier(path: Path) -> None:
    if not os.path.lexists(path):
        return
    when = datetime.fromtimestamp(os.lstat(path).st_mtime).strftime("%Y-%m-%d-%H%M%S")
    kept = path.with_name("earlier") / f"{path.stem}-{when}.zip"
    count = 1
    while os.path.lexists(kept):
        count += 1
        kept = kept.with_name(f"{path.stem}-{when}-{count}.zip")
    kept.parent.mkdir(exist_ok=True)
    os.replace(path, kept)
    print(f"Your earlier file is kept as {_near(kept)}.")
