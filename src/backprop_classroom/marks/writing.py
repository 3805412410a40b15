"""The command `marks`: writes the file that a platform imports, and says what is in it."""

import dataclasses
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ..files import write_safely
from ..gradebook.database import gradebook_of, has_gradebook
from ..grading.settling import settle_again
from ..release import notebook_of
from ..submissions.kept_roster import kept_roster
from ..submissions.names import Names
from ..submissions.not_placed import not_placed
from ..submissions.roster import Roster
from ..texts import shown
from .blackboard import BLACKBOARD
from .canvas import CANVAS
from .feedback_zip import packed
from .filling import Outcome, fill, scaled
from .layout import Layout, Platform, Wanted
from .moodle import MOODLE
from .sheet import BadExport, Sheet
from .standing import Mark, Student, marks_of, students_of

PLATFORMS = {"canvas": CANVAS, "moodle": MOODLE, "blackboard": BLACKBOARD}


@dataclass(frozen=True)
class Options:
    """What the instructor asks for.

    Attributes
    ----------
    platform
        One of `PLATFORMS`.
    into
        The platform's own export, which is filled; None makes a file without one.
    roster
        The path of a `Roster`, or None.
    column
        The title of the column to fill, or "" for the one that is called like the lesson.
    unfinished
        Whether marks that wait for a person are written as well.
    scale
        Whether marks are put on the scale of the export if that is another.
    """

    platform: str
    into: Path | None = None
    roster: Path | None = None
    column: str = ""
    unfinished: bool = False
    scale: bool = False


def write_marks(root: Path, lesson: str, options: Options) -> int:
    """Write marks/<lesson>-<platform>.csv, and for Moodle the zip of feedback pages.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        A folder in solutions/.
    options
        What is asked for.

    Returns
    -------
    int
        The exit code: 0 if every mark stands in the file, else 1.

    Raises
    ------
    BadExport
        If there is nothing to write, or the export cannot be filled.
    BadRoster, Stop
        If the roster or the gradebook cannot be used.
    """
    root = Path(root).resolve()
    platform = PLATFORMS[options.platform]
    names = Roster(path=options.roster) if options.roster else kept_roster(root) or Names()
    marks, reasons, students = _known(root, lesson, platform)
    for one in students.values():
        names.add(one.id, one.labels)
    if options.unfinished:
        marks = {id: dataclasses.replace(mark, waiting=()) for id, mark in marks.items()}
    if options.into is None:
        outcome, data, remarks = _fresh(platform, lesson, marks, reasons, students)
        ending = platform.ending
    else:
        wanted = Wanted(lesson, notebook_of(root / "solutions" / lesson).stem, options.column)
        sheet = Sheet(options.into)
        outcome, remarks = _filled(
            sheet, platform.layout(sheet, wanted), options, marks, reasons, names
        )
        data, ending = sheet.written(), options.into.suffix
    _print(outcome, [*remarks, *(f"not placed: {one}" for one in not_placed(root, lesson)[1])])
    path = root / "marks" / f"{lesson}-{options.platform}{ending}"
    write_safely(path, data)
    print(f"{path.relative_to(root)}: {outcome.summary}")
    whole = outcome.whole()
    if platform is MOODLE:
        whole &= _write_pages(root, lesson, marks, students, outcome)
    return 0 if whole else 1


def _known(
    root: Path, lesson: str, platform: Platform
) -> tuple[dict[str, Mark], dict[str, str], dict[str, Student]]:
    """Return the marks of a lesson, why some have none, and the students."""
    if has_gradebook(root):
        settle_again(root, lesson)
        with gradebook_of(root) as gradebook:
            marks, reasons = marks_of(gradebook, lesson)
            without_place, _ = not_placed(root, lesson)
            reasons |= {who: why for who, why in without_place.items() if who not in marks}
            if marks:
                return marks, reasons, students_of(root, gradebook, lesson, platform.name)
    raise BadExport(f"no submission of {lesson} has points; run make grade LESSON={lesson}")


def _filled(
    sheet: Sheet,
    layout: Layout,
    options: Options,
    marks: Mapping[str, Mark],
    reasons: Mapping[str, str],
    names: Names,
) -> tuple[Outcome, tuple[str, ...]]:
    """Fill an export; return what became of the marks, and remarks."""
    title = f"{sheet.name}, column {sheet.rows[0][layout.column].value},"
    on_scale = scaled(marks, layout.maximum, options.scale, title)
    remarks = (
        () if layout.maximum is not None else (f"{shown(title)} does not say its most points",)
    )
    return fill(sheet, layout, on_scale, reasons, names), remarks


def _fresh(
    platform: Platform,
    lesson: str,
    marks: Mapping[str, Mark],
    reasons: Mapping[str, str],
    students: Mapping[str, Student],
) -> tuple[Outcome, bytes, tuple[str, ...]]:
    """Make a file without an export."""
    final = {id: mark for id, mark in marks.items() if not mark.waiting}
    of = next(iter(marks.values())).of
    made = platform.fresh(lesson, of, final, students)
    outcome = Outcome(
        new=len(final) - len(made.left_out),
        not_final=[
            f"{shown(id)}: {', '.join(one.waiting)}" for id, one in marks.items() if one.waiting
        ],
        absent=[f"{shown(id)}: {shown(why)}" for id, why in sorted(reasons.items())],
        to_mend=[f"{shown(id)}: {why}" for id, why in made.left_out.items()],
    )
    return outcome, made.data, made.remarks


def _write_pages(
    root: Path,
    lesson: str,
    marks: Mapping[str, Mark],
    students: Mapping[str, Student],
    outcome: Outcome,
) -> bool:
    """Pack the feedback pages of those whose marks are final; tell whether all are in the zip."""
    people = {}
    # A worksheet has the numbers of all; what a download said of somebody else would lead astray.
    by_worksheet = any(row.number for row in outcome.rows.values())
    for id in sorted(id for id, mark in marks.items() if not mark.waiting):
        row = outcome.rows.get(id)
        one = students[id]
        if row and row.number:
            people[id] = row.name, row.number
        else:
            people[id] = one.name, "" if by_worksheet else one.number
    data, folders, left_out = packed(root, lesson, people)
    _list("No feedback page in the zip:", (f"{shown(id)}: {why}" for id, why in left_out.items()))
    if folders:
        path = root / "marks" / f"{lesson}-moodle-feedback.zip"
        write_safely(path, data)
        print(f"{path.relative_to(root)}: feedback pages of {folders} students")
    return not left_out


def _print(outcome: Outcome, remarks: Iterable[str]) -> None:
    _list("For your information:", [*remarks, *outcome.zeros])
    _list("Without a mark:", outcome.absent)
    _list("Not changed, because the platform does not allow it:", outcome.kept)
    _list("Changed:", outcome.changed)
    _list(
        "Not final, so not written (answers are not marked yet; ARGS=--unfinished writes the "
        "points so far):",
        outcome.not_final,
    )
    sys.stdout.flush()
    _list("To mend:", outcome.to_mend, sys.stderr)


def _list(title: str, lines: Iterable[str], file: TextIO | None = None) -> None:
    lines = list(lines)
    for line in [title, *(f"  {one}" for one in lines)] if lines else []:
        print(line, file=file)
