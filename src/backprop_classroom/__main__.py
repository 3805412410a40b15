"""The commands of the course.

submit, collect, grade, feedback, report, marks, release, times, handout, page, book, lite, doctor;
grade-one and gradescope for other grading platforms.
"""

import argparse
import gc
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from .arguments import parser
from .lite import command as lite
from .texts import visible

# The groups (extras in pyproject.toml) that commands need, each with a module that shows whether
# it is installed. Students install no groups.
_GRADING, _BOOK = ("grading", "nbgrader"), ("book", "sphinx")
_STUDENT = ("", "nbformat")  # always installed
_LITE = "lite", "jupyterlite_pyodide_kernel"
_GROUPS = {
    "release": _GRADING, "handout": _GRADING, "collect": _GRADING, "grade": _GRADING,
    "feedback": _GRADING, "report": _GRADING, "marks": _GRADING, "book": _BOOK,
    "grade-one": _GRADING, "gradescope": _GRADING, "lite": _LITE,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code, 130 if Ctrl-C stopped it."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        said = "stopped by Ctrl-C; run the same command again to do the rest"
        print(f"backprop: {said}", file=sys.stderr)
        return 130  # the shell's convention for a program that SIGINT ended


def _run(arguments: Sequence[str] | None) -> int:
    chosen = parser(description=__doc__).parse_args(arguments)
    # Students have the course without its solutions.
    if chosen.command == "submit":
        return _submit(chosen)
    if chosen.command == "page":
        return _page(chosen)
    if chosen.command == "doctor":
        return _doctor(chosen)
    # An autograder has a packed lesson instead of solutions.
    if chosen.command != "grade-one" and not (chosen.root / "solutions").is_dir():
        return _fail(
            f"there is no folder solutions/ in {chosen.root}; run this in the course folder"
        )
    group, module = _GROUPS.get(chosen.command, _STUDENT)
    if find_spec(module) is None:
        return _fail(
            f"{chosen.command} needs the group {group}, which is not installed: "
            f"make setup GROUPS={group} (without make: "
            f'python -m pip install -c requirements.txt -e ".[{group}]")'
        )
    command = {
        "release": _release, "times": _times, "handout": _handout, "collect": _collect,
        "grade": _grade,
        "feedback": _feedback, "report": _report, "marks": _marks, "book": _book,
        "grade-one": _grade_one, "gradescope": _gradescope, "lite": lite.run,
    }  # fmt: skip
    return command[chosen.command](chosen)


def _unknown_among(chosen: argparse.Namespace) -> str:
    """Return an error message for the first unknown lesson, or ""."""
    from .release import lessons

    known = lessons(chosen.root)
    unknown = [lesson for lesson in chosen.lesson if lesson not in known]
    if not unknown:
        return ""
    return f"there is no lesson {unknown[0]!r}; the lessons are: {', '.join(known)}"


def _times(chosen: argparse.Namespace) -> int:
    from .release import Refused
    from .times import table

    if said := _unknown_among(chosen):
        return _fail(said)
    try:
        print(table(chosen.root, chosen.lesson))
    except (Refused, OSError, ValueError, KeyError, TypeError) as error:
        return _fail(f"the times cannot be counted: {error}")
    return 0


def _release(chosen: argparse.Namespace) -> int:
    from tqdm import tqdm

    from .release import Refused, lessons, release

    if said := _unknown_among(chosen):
        return _fail(said)
    refused = 0
    progress = tqdm(chosen.lesson or lessons(chosen.root), unit="lesson")
    for lesson in progress:
        progress.set_postfix_str(lesson)
        try:
            if missing := release(chosen.root, lesson):
                progress.write(f"{lesson} has no cells for {', '.join(missing)}", file=sys.stderr)
        except Refused as error:
            refused += 1
            progress.write(f"refused:\n{error}", file=sys.stderr)
    return 1 if refused else 0


def _handout(chosen: argparse.Namespace) -> int:
    from .handout import NoHandout, write_handout
    from .release import Refused

    destination = chosen.to or chosen.root / "build" / "handout.zip"
    try:
        left_out = write_handout(chosen.root, destination)
    except (NoHandout, Refused) as error:
        return _fail(f"no handout: {error}")
    if left_out:
        print(f"left out because git does not track it: {', '.join(left_out)}", file=sys.stderr)
    print(destination)
    return 0


def _book(chosen: argparse.Namespace) -> int:
    from .release import Refused
    from .site import NoBook, write_book

    try:
        print(write_book(chosen.root, chosen.root / "build" / "book", paper=chosen.paper))
    except (NoBook, Refused) as error:
        return _fail(str(error))
    return 0


def _page(chosen: argparse.Namespace) -> int:
    from .html.export import CannotExport, write_page
    from .html.mathml import NoFormulas

    try:
        print(write_page(source=chosen.notebook, destination=chosen.to))
    except (CannotExport, NoFormulas) as error:
        return _fail(str(error))
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    from .doctor import examine

    return examine(chosen.root)


def _submit(chosen: argparse.Namespace) -> int:
    from .submissions.submitting import submit

    return submit(
        root=chosen.root, lesson=chosen.lesson, student=chosen.student,
        notebook=chosen.notebook, anyway=chosen.anyway,
    )  # fmt: skip


def _collect(chosen: argparse.Namespace) -> int:
    from .submissions.collecting import CannotCollect, collect

    try:
        return collect(
            root=chosen.root, source=chosen.source, roster=chosen.roster,
            timezone=chosen.timezone, replace=chosen.replace,
        )  # fmt: skip
    except CannotCollect as error:
        return _fail(str(error))


def _grade(chosen: argparse.Namespace) -> int:
    from .grading.cluster import NoCluster
    from .grading.pool import import_ahead

    import_ahead(here=chosen.scheduler is None)
    from .grading.grade import Options, grade_class
    from .submissions.deadlines import read_deadlines

    if code := _unknown_lesson(chosen):
        return code
    try:
        deadlines = read_deadlines(chosen.root, chosen.roster, chosen.lesson, chosen.timezone)
    except ValueError as error:
        return _fail(str(error))
    options = Options(
        chosen.workers, chosen.scheduler, not chosen.unsealed, chosen.force,
        only=chosen.student, deadlines=deadlines,
    )  # fmt: skip
    try:
        return grade_class(chosen.root, chosen.lesson, options)
    except NoCluster as error:
        return _fail(str(error))


def _feedback(chosen: argparse.Namespace) -> int:
    from .grading.feedback import write_feedback

    return _unknown_lesson(chosen) or write_feedback(chosen.root, chosen.lesson, chosen.workers)


def _report(chosen: argparse.Namespace) -> int:
    from .grading.errors import Stop
    from .report import NothingGraded, write_report

    if _unknown_lesson(chosen):
        return 2
    try:
        for path in write_report(chosen.root, chosen.lesson):
            print(path)
    except (NothingGraded, Stop) as error:
        return _fail(str(error))
    return 0


def _marks(chosen: argparse.Namespace) -> int:
    from .grading.errors import Stop
    from .marks.sheet import BadExport
    from .marks.writing import Options, write_marks
    from .submissions.roster import BadRoster

    options = Options(
        chosen.platform, chosen.into, chosen.roster, chosen.column, chosen.unfinished, chosen.scale
    )
    try:
        return _unknown_lesson(chosen) or write_marks(chosen.root, chosen.lesson, options)
    except (BadExport, BadRoster, Stop) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error}; fix that, then run the same command again")


def _grade_one(chosen: argparse.Namespace) -> int:
    from .grading.errors import Stop
    from .grading.single import grade_one

    try:
        grade_one(
            chosen.root, chosen.notebook, chosen.to, form=chosen.format, lesson=chosen.lesson,
            packed=chosen.packed, sealed=not chosen.unsealed,
        )  # fmt: skip
    except Stop as stop:
        return _fail(f"grading stopped: {stop}")
    print(chosen.to)
    return 0


def _gradescope(chosen: argparse.Namespace) -> int:
    from .grading.errors import Stop
    from .grading.gradescope import pack_autograder
    from .handout import NoHandout
    from .release import Refused

    if _unknown_lesson(chosen):
        return 2
    destination = chosen.to or chosen.root / "build" / f"gradescope-{chosen.lesson}.zip"
    try:
        left_out = pack_autograder(
            chosen.root, chosen.lesson, destination, sealed=not chosen.unsealed
        )
    except (Stop, NoHandout, Refused, OSError) as error:
        return _fail(f"no autograder: {error}")
    if left_out:
        print(f"left out because git does not track it: {', '.join(left_out)}", file=sys.stderr)
    print(destination)
    return 0


def _unknown_lesson(chosen: argparse.Namespace) -> int:
    from .release import lessons

    known = lessons(chosen.root)
    if chosen.lesson in known:
        return 0
    return _fail(f"there is no lesson {chosen.lesson!r}; the lessons are: {', '.join(known)}")


def _fail(message: str) -> int:
    print(f"backprop: {visible(message)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    # With the default threshold, garbage collection takes a tenth of the time of the imports.
    gc.set_threshold(10_000)
    sys.exit(main())
