"""The command line of `backprop`: its commands and their options."""

import argparse
from pathlib import Path
from typing import TypeAlias

from .lite import command as lite

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parser(*, description: str | None) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Parameters
    ----------
    description
        The description of the program in its help.
    """
    whole = argparse.ArgumentParser(prog="backprop", description=description)
    whole.add_argument(
        "--root", type=Path, default=Path.cwd(), help="the folder of the course (default: this one)"
    )
    commands = whole.add_subparsers(dest="command", required=True)
    releasing = commands.add_parser("release", help="make notebooks/ from solutions/")
    releasing.add_argument("lesson", nargs="*", help="lesson folders (default: all)")
    counting = commands.add_parser("times", help="count how many minutes each lesson takes")
    counting.add_argument("lesson", nargs="*", help="lesson folders (default: all)")
    packing = commands.add_parser("handout", help="pack the files for students into one zip")
    packing.add_argument(
        "--to", type=Path, metavar="FILE.zip", help="the zip (default: build/handout.zip)"
    )
    binding = commands.add_parser(
        "book", help="write the lessons as a website that needs no network"
    )
    binding.add_argument("--paper", action="store_true", help="write course.pdf as well")
    exporting = commands.add_parser("page", help="write your notebook as one HTML page")
    exporting.add_argument("notebook", type=Path, help="the saved notebook, with its outputs")
    exporting.add_argument("--to", type=Path, help="the page (default: next to the notebook)")
    lite.add_options(commands)
    commands.add_parser("doctor", help="list what this machine has and what is missing")
    _add_handing_in(commands)
    _add_grading(commands)
    _add_marks(commands)
    _add_platforms(commands)
    return whole


def _add_handing_in(commands: Commands) -> None:
    submitting = commands.add_parser("submit", help="check a notebook and pack it to hand it in")
    submitting.add_argument("lesson", help="a folder in notebooks/, such as 03_backward_pass")
    submitting.add_argument("student", help="the id under which the instructor knows the student")
    submitting.add_argument(
        "--notebook", type=Path, help="the notebook (default: the one in notebooks/)"
    )
    submitting.add_argument(
        "--anyway", action="store_true", help="pack it even if something should be fixed"
    )
    collecting = commands.add_parser("collect", help="sort submissions for grading")
    collecting.add_argument(
        "source", metavar="from", type=Path, help="a folder or zip from a learning platform"
    )
    collecting.add_argument(
        "--roster", type=Path, help="a CSV of ids and names (default: the last one)"
    )
    collecting.add_argument(
        "--timezone",
        help="time zone of file names, such as Europe/Berlin (default: that of this machine)",
    )
    collecting.add_argument(
        "--replace",
        action="store_true",
        help="replace an existing submission even if it is unclear which one is newer",
    )


def _add_grading(commands: Commands) -> None:
    lesson = "a folder in solutions/, such as 03_backward_pass"
    grading = commands.add_parser("grade", help="grade the submissions of a lesson")
    grading.add_argument("lesson", help=lesson)
    grading.add_argument(
        "--student", metavar="IDS", default="", help="only these, ids separated by spaces"
    )
    grading.add_argument(
        "--roster",
        type=Path,
        help="a CSV file with columns id, due, extension (default: the last one)",
    )
    grading.add_argument(
        "--timezone", help="time zone of the roster (default: that of this machine)"
    )
    grading.add_argument(
        "--workers",
        type=_count,
        help="how many submissions to grade in parallel (default: one for each core)",
    )
    grading.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="grade on the workers of a Dask cluster"
    )
    grading.add_argument(
        "--unsealed", action="store_true", help="run student code without a sandbox"
    )
    grading.add_argument(
        "--force", action="store_true", help="also grade submissions that have not changed"
    )
    _add_feedback(commands, lesson)


def _add_feedback(commands: Commands, lesson: str) -> None:
    feedback = commands.add_parser("feedback", help="write a page for each graded submission")
    feedback.add_argument("lesson", help=lesson)
    feedback.add_argument("--workers", type=_count, help="how many pages to write in parallel")
    report = commands.add_parser(
        "report", help="write a report of the mistakes of the class in a lesson"
    )
    report.add_argument("lesson", help=lesson)


def _add_marks(commands: Commands) -> None:
    giving = commands.add_parser("marks", help="write the file that a platform imports marks from")
    giving.add_argument("lesson", help="a folder in solutions/, such as 03_backward_pass")
    giving.add_argument(
        "--for", dest="platform", choices=("canvas", "moodle", "blackboard"), required=True
    )
    giving.add_argument(
        "--into",
        type=Path,
        help="an export of the platform's gradebook; a copy of it is filled",
    )
    giving.add_argument(
        "--column",
        default="",
        help="the title of the column to fill (default: the one with the name of the lesson)",
    )
    giving.add_argument(
        "--roster", type=Path, help="a CSV of ids and names (default: the last one)"
    )
    giving.add_argument(
        "--unfinished",
        action="store_true",
        help="also write marks of submissions with unmarked answers",
    )
    giving.add_argument(
        "--scale", action="store_true", help="convert marks to the scale of the export"
    )


def _add_platforms(commands: Commands) -> None:
    unsealed = "run student code without a sandbox, if bubblewrap does not work"
    one = commands.add_parser("grade-one", help="grade one notebook for another platform")
    one.add_argument("notebook", type=Path, help="a notebook, or a folder or zip that contains it")
    one.add_argument("--format", choices=("gradescope", "classroom"), required=True)
    one.add_argument(
        "--to", type=Path, default=Path("results.json"), help="the file to write (results.json)"
    )
    one.add_argument(
        "--lesson", help="the lesson that it must belong to (default: recognized by its cells)"
    )
    one.add_argument("--packed", type=Path, help="a lesson that gradescope packed (lesson.json)")
    one.add_argument("--unsealed", action="store_true", help=unsealed)
    packing = commands.add_parser("gradescope", help="pack a lesson as a Gradescope autograder")
    packing.add_argument("lesson", help="a folder in solutions/, such as 03_backward_pass")
    packing.add_argument("--to", type=Path, help="the zip (default: build/gradescope-<lesson>.zip)")
    packing.add_argument("--unsealed", action="store_true", help=unsealed)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a positive integer, not {text!r}")
    return int(text)
