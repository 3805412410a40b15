"""Hand in a notebook from one of its own cells, on a computer or in a browser."""

import os
import subprocess
import sys
from pathlib import Path

from . import browser
from .exercises import EXERCISES, is_being_graded
from .notebook import show
from .progress import folder_of_lessons
from .report import Note
from .student_ids import fault_of_id

# Set while a notebook runs for handing in, so that its cell with `hand_in` does not start again.
UNDER_WAY = "BACKPROP_HANDING_IN"


def hand_in(lesson: str, student: str, *, anyway: bool = False) -> None:
    """Check the saved notebook, pack it as `make submit` does, and print the results.

    Save the notebook first, because the saved file is handed in.

    Parameters
    ----------
    lesson
        The name of the lesson, "03_backward_pass".
    student
        Your student id, as your instructor knows it.
    anyway
        Whether to pack the notebook even if something should be fixed first.
    """
    if os.environ.get(UNDER_WAY) or is_being_graded():
        show(Note("Nothing is handed in here: this notebook is being checked or graded."))
        return
    fault = _fault_of(lesson, student)
    if fault:
        show(Note(fault))
        return
    home = folder_of_lessons(Path.cwd(), {lesson})
    if home is None:
        show(Note("No lessons were found here: open the notebook in the folder of its lesson."))
    elif browser.HERE:
        from .packing import look_over_and_pack

        look_over_and_pack(home, lesson, student, anyway=anyway)
    else:
        _submit(home.parent if home.name == "notebooks" else home, lesson, student, anyway)


def _fault_of(lesson: str, student: str) -> str:
    lessons = sorted({entry.lesson for entry in EXERCISES.values()})
    if lesson not in lessons:
        return f"There is no lesson {lesson!r}; the lessons are: {', '.join(lessons)}."
    fault = fault_of_id(student) if isinstance(student, str) else "it should be a string"
    return f"{student!r} is not a valid student id: {fault}." if fault else ""


def _submit(root: Path, lesson: str, student: str, anyway: bool) -> None:
    """Run `backprop submit`, which is installed with this package, and print its output."""
    command = [sys.executable, "-m", "backprop_classroom", "--root", str(root), "submit"]
    command += ["--anyway"] if anyway else []
    done = subprocess.run(
        [*command, "--", lesson, student],
        cwd=root,
        env={**os.environ, UNDER_WAY: "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout.replace("the same command with ARGS=--anyway", "add anyway=True"), end="")
