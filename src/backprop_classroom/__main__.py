"""The commands of the course.

submit, collect, grade, feedback, report, marks, release, handout, page, book, lite, doctor;
grade-one and gradescope for platforms that grade by themselves.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from .lite import command as lite
from .texts import visible

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

# The groups of pyproject.toml that commands need, and a module that tells whether they are there.
# Students have neither.
_GRADING, _BOOK = ("grading", "nbgrader"), ("book", "sphinx")
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
        return 130  # as a shell has it for a program that this signal ended


def _run(arguments: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(prog="backprop", description=__doc__)
    parser.add_argument(
        "--root", type=Path, default=Path.cwd(), help="the folder of the course (default: this one)"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    releasing = commands.add_parser("release", help="make notebooks/ from solutions/")
    releasing.add_argument("lesson", nargs="*", help="lesson folders (default: all)")
    packing = commands.add_parser("handout", help="pack what students get into one zip")
    packing.add_argument(
        "--to", type=Path, metavar="FILE.zip", help="the zip (default: build/handout.zip)"
    )
    binding = commands.add_parser("book", help="write the lessons as a website without a network")
    binding.add_argument("--paper", action="store_true", help="write course.pdf as well")
    exporting = commands.add_parser("page", help="write a notebook of yours as one page of HTML")
    exporting.add_argument("notebook", type=Path, help="as it was saved, with its outputs")
    exporting.add_argument("--to", type=Path, help="the page (default: beside the notebook)")
    lite.add_options(commands)
    commands.add_parser("doctor", help="see whether this machine has what the course needs")
    _add_handing_in(commands)
    _add_grading(commands)
    _add_marks(commands)
    _add_platforms(commands)
    chosen = parser.parse_args(arguments)
    # Students may have got the course without its solutions.
    if chosen.command == "submit":
        return _submit(chosen)
    if chosen.command == "page":
        return _page(chosen)
    if chosen.command == "doctor":
        return _doctor(chosen)
    # An autograder has a packed lesson in place of solutions.
    if chosen.command != "grade-one" and not (chosen.root / "solutions").is_dir():
        return _fail(
            f"there is no folder solutions/ in {chosen.root}; run this in the course folder"
        )
    group, module = _GROUPS[chosen.command]
    if find_spec(module) is None:
        return _fail(
            f"{chosen.command} needs the group {group}, which is not installed: "
            f"make setup GROUPS={group} (without make: "
            f'python -m pip install -c requirements.txt -e ".[{group}]")'
        )
    command = {
        "release": _release, "handout": _handout, "collect": _collect, "grade": _grade,
        "feedback": _feedback, "report": _report, "marks": _marks, "book": _book,
        "grade-one": _grade_one, "gradescope": _gradescope, "lite": lite.run,
    }  # fmt: skip
    return command[chosen.command](chosen)


def _add_handing_in(commands: Commands) -> None:
    submitting = commands.add_parser("submit", help="check a notebook and pack it to hand it in")
    submitting.add_argument("lesson", help="a folder in notebooks/, such as 03_backward_pass")
    submitting.add_argument("student", help="the id by which the instructor knows the student")
    submitting.add_argument(
        "--notebook", type=Path, help="the notebook (default: the one in notebooks/)"
    )
    submitting.add_argument(
        "--anyway", action="store_true", help="pack it although something should be mended"
    )
    collecting = commands.add_parser("collect", help="lay out what came in for grading")
    collecting.add_argument(
        "source", metavar="from", type=Path, help="a folder or zip, as a learning platform gives it"
    )
    collecting.add_argument(
        "--roster", type=Path, help="a CSV of ids and names (default: the last one)"
    )
    collecting.add_argument(
        "--timezone", help="of times in file names, such as Europe/Berlin (default: this machine's)"
    )
    collecting.add_argument(
        "--replace",
        action="store_true",
        help="let what comes in replace what is there where it is unclear which is newer",
    )


def _add_grading(commands: Commands) -> None:
    lesson = "a folder in solutions/, such as 03_backward_pass"
    grading = commands.add_parser("grade", help="grade what was handed in for a lesson")
    grading.add_argument("lesson", help=lesson)
    grading.add_argument(
        "--student", metavar="IDS", default="", help="only these, ids separated by spaces"
    )
    grading.add_argument(
        "--roster",
        type=Path,
        help="a CSV file with columns id, due, extension (default: the last one)",
    )
    grading.add_argument("--timezone", help="of its times (default: this machine's)")
    grading.add_argument(
        "--workers", type=_count, help="how many submissions at a time (default: one a core)"
    )
    grading.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="let the workers of a Dask cluster grade"
    )
    grading.add_argument(
        "--unsealed", action="store_true", help="run student code without shutting it off"
    )
    grading.add_argument(
        "--force", action="store_true", help="grade again what has not changed as well"
    )
    _add_feedback(commands, lesson)


def _add_feedback(commands: Commands, lesson: str) -> None:
    feedback = commands.add_parser("feedback", help="write a page for each graded submission")
    feedback.add_argument("lesson", help=lesson)
    feedback.add_argument("--workers", type=_count, help="how many pages at a time")
    report = commands.add_parser("report", help="write what the class got wrong in a lesson")
    report.add_argument("lesson", help=lesson)


def _add_marks(commands: Commands) -> None:
    giving = commands.add_parser("marks", help="write the file with which a platform takes marks")
    giving.add_argument("lesson", help="a folder in solutions/, such as 03_backward_pass")
    giving.add_argument(
        "--for", dest="platform", choices=("canvas", "moodle", "blackboard"), required=True
    )
    giving.add_argument(
        "--into",
        type=Path,
        help="the platform's own export of its gradebook, of which a copy is filled",
    )
    giving.add_argument(
        "--column",
        default="",
        help="the title of the column to fill (default: named like the lesson)",
    )
    giving.add_argument(
        "--roster", type=Path, help="a CSV of ids and names (default: the last one)"
    )
    giving.add_argument(
        "--unfinished", action="store_true", help="write marks that wait for a person as well"
    )
    giving.add_argument("--scale", action="store_true", help="put marks on the scale of the export")


def _add_platforms(commands: Commands) -> None:
    unsealed = "run student code without shutting it off, where bubblewrap does not work"
    one = commands.add_parser("grade-one", help="grade one notebook for another platform")
    one.add_argument("notebook", type=Path, help="a notebook, or a folder or zip that holds it")
    one.add_argument("--format", choices=("gradescope", "classroom"), required=True)
    one.add_argument(
        "--to", type=Path, default=Path("results.json"), help="the file to write (results.json)"
    )
    one.add_argument("--lesson", help="the lesson that it has to be of (default: by its cells)")
    one.add_argument("--packed", type=Path, help="a lesson that gradescope packed (lesson.json)")
    one.add_argument("--unsealed", action="store_true", help=unsealed)
    packing = commands.add_parser("gradescope", help="pack a lesson as an autograder of Gradescope")
    packing.add_argument("lesson", help="a folder in solutions/, such as 03_backward_pass")
    packing.add_argument("--to", type=Path, help="the zip (default: build/gradescope-<lesson>.zip)")
    packing.add_argument("--unsealed", action="store_true", help=unsealed)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on was expected, not {text!r}")
    return int(text)


def _release(chosen: argparse.Namespace) -> int:
    from tqdm import tqdm

    from .release import Refused, lessons, release

    known = lessons(chosen.root)
    unknown = [lesson for lesson in chosen.lesson if lesson not in known]
    if unknown:
        return _fail(f"there is no lesson {unknown[0]!r}; the lessons are: {', '.join(known)}")
    refused = 0
    progress = tqdm(chosen.lesson or known, unit="lesson")
    for lesson in progress:
        progress.set_postfix_str(lesson)
        try:
            if missing := release(chosen.root, lesson):
                progress.write(f"{lesson} does without {', '.join(missing)}", file=sys.stderr)
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
        print(f"left out, since git does not track it: {', '.join(left_out)}", file=sys.stderr)
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
        return _fail(f"{error}; mend that, then run the same command again")


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
        print(f"left out, since git does not track it: {', '.join(left_out)}", file=sys.stderr)
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
    sys.exit(main())
