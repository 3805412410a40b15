"""The commands of the course: release and grade."""

import argparse
import sys
from pathlib import Path


def main(arguments=None):
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m backprop", description=__doc__)
    parser.add_argument(
        "--root", type=Path, default=Path.cwd(), help="the folder of the course (default: this one)"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    releasing = commands.add_parser("release", help="make notebooks/ from solutions/")
    releasing.add_argument("lesson", nargs="*", help="lesson folders (default: all)")
    grading = commands.add_parser("grade", help="grade what was handed in for a lesson")
    grading.add_argument("lesson", help="a folder in solutions/, such as 03_backward_pass")
    chosen = parser.parse_args(arguments)
    if not (chosen.root / "solutions").is_dir():
        return _fail(
            f"there is no folder solutions/ in {chosen.root}; run this in the course folder"
        )
    return {"release": _release, "grade": _grade}[chosen.command](chosen)


def _release(chosen):
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
            release(chosen.root, lesson)
        except Refused as error:
            refused += 1
            progress.write(f"refused:\n{error}", file=sys.stderr)
    return 1 if refused else 0


def _grade(chosen):
    from .grading.classroom import grade
    from .release import lessons

    known = lessons(chosen.root)
    if chosen.lesson not in known:
        return _fail(f"there is no lesson {chosen.lesson!r}; the lessons are: {', '.join(known)}")
    return grade(chosen.root, chosen.lesson)


def _fail(message):
    print(f"backprop: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
