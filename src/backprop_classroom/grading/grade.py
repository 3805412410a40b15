"""Grades everything that was handed in for a lesson, and loses nothing on the way."""

import difflib
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbformat import NotebookNode

from ..files import locked
from ..lesson import code_of, read_cells
from ..release import Refused, released_notebook
from ..texts import shown
from .cluster import ClusterLost, NoCluster
from .errors import Stop, cannot_write
from .options import Options
from .pool import Pool
from .sandbox import why_no_sandbox
from .worker import SandboxKind

_DEFAULT = Options()


def grade_class(root: Path, lesson: str, options: Options = _DEFAULT) -> int:
    """Grade `submitted/*/<lesson>`; write autograded/, the gradebook and grades.csv.

    What was graded before and has not changed is left as it is, so that after an
    interruption the same command goes on where it stopped.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        A folder in solutions/.
    options
        How it is done.

    Returns
    -------
    int
        The exit code: 0 if every submission has its points, else 1.

    Raises
    ------
    NoCluster
        If a Dask cluster is to do it and there is none.
    """
    root = Path(root).resolve()
    try:
        with _only_grader(root):
            return _grade_class(root, lesson, options)
    except (Stop, ClusterLost) as stop:
        print(f"grading stopped: {stop}", file=sys.stderr)
    except Refused as refused:
        print(f"grading stopped: the lesson is refused:\n{refused}", file=sys.stderr)
    except NoCluster:
        raise
    except OSError as error:
        said = f"{error}; fix that, then run the same command again; what is graded is kept"
        print(f"grading stopped: {said}", file=sys.stderr)
    return 1


def _grade_class(root: Path, lesson: str, options: Options) -> int:
    students = students_of(root, lesson)
    if not students:
        print(f"no submissions: there is no folder submitted/<student>/{lesson}")
        return 1
    students = _chosen(students, options.only, lesson)
    _see_that_code_can_run(options)
    if not (root / "nbgrader_config.py").is_file():
        raise Stop(f"there is no nbgrader_config.py in {root}; every course needs it")
    released = _released_cells(root, lesson)
    with Pool(options.workers, options.scheduler) as pool:
        hidden = (str(root),)
        pool.make_ready(SandboxKind(code_of(released), options.sealed, options.limits, hidden))
        # Meanwhile nbgrader is imported, which takes as long as everything else together.
        from .run import grade_submissions

        return grade_submissions(root, lesson, released, students, pool, options)


def _chosen(students: list[str], only: str, lesson: str) -> list[str]:
    """Return those of the students whose ids were typed; all of them if none was."""
    # A folder that was made by hand may have a space in its name.
    typed = [only] if only in students else re.split(r"[\s,]+", only.strip(" ,"))
    unknown = [id for id in typed if id and id not in students]
    for id in unknown:
        near = difflib.get_close_matches(id, students, n=3) or students[:3]
        raise Stop(
            f"{shown(id)} has not handed in {lesson}: there is no folder "
            f"submitted/{shown(id)}/{lesson}. STUDENT= takes ids as they are in submitted/, "
            f"separated by spaces, such as {', '.join(map(shown, near))}"
        )
    return [student for student in students if student in typed] if only.strip(" ,") else students


def _see_that_code_can_run(options: Options) -> None:
    if options.scheduler is not None:
        return  # its workers say for themselves what they lack
    if not hasattr(os, "fork"):
        raise Stop(
            "student code runs in forked processes, which Windows does not have: grade in WSL, or "
            "on the workers of a cluster (--scheduler)"
        )
    if options.sealed and (missing := why_no_sandbox()):
        raise Stop(
            f"{missing}. Without it student code runs with your rights, beside your files "
            "and grades; if you accept that, add --unsealed (make grade ... ARGS=--unsealed)"
        )


def _released_cells(root: Path, lesson: str) -> list[NotebookNode]:
    released = released_notebook(root, lesson)
    try:
        return read_cells(released)
    except Exception as error:  # whatever nbformat stumbles over
        raise Stop(
            f"{released} is not a valid notebook ({type(error).__name__}): "
            f"write it again with backprop release {lesson}"
        ) from None


def students_of(root: Path, lesson: str) -> list[str]:
    """Return the names of the folders in submitted/ that hold something for a lesson."""
    submitted = Path(root, "submitted")
    try:
        if not submitted.is_dir():
            return []
        names = os.listdir(submitted)
    except OSError as error:
        raise Stop(
            f"submitted/ cannot be read ({error.strerror}): change its permissions, then run "
            "the same "
            "command again"
        ) from None
    return sorted(name for name in names if _may_hold(submitted / name, lesson))


def _may_hold(folder: Path, lesson: str) -> bool:
    """Tell whether a student handed something in, or may have: some folders cannot be read."""
    try:
        os.lstat(folder / lesson)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


@contextmanager
def _only_grader(root: Path) -> Iterator[None]:
    """Keep a second grading of the same course out until the first has ended."""
    try:
        lock = open(root / ".grading.lock", "w")  # noqa: SIM115  opened here, closed below
    except OSError as error:
        raise Stop(cannot_write(f"the folder {root}", error)) from None
    with lock:
        if not locked(lock):
            raise Stop("another `make grade` is running in this course; wait until it ends")
        yield
