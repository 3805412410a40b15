"""The command `backprop grade`: grades all submissions of a lesson."""

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

    Submissions that were graded before and have not changed are skipped, so that after an
    interruption the same command continues where it stopped.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        A folder in solutions/.
    options
        The options for grading.

    Returns
    -------
    int
        The exit code: 0 if every submission has its points, else 1.

    Raises
    ------
    NoCluster
        If the options name a Dask scheduler that cannot be used.
    """
    root = Path(root).resolve()
    try:
        with _only_grader(root):
            return _grade_class(root, lesson, options)
    except (Stop, ClusterLost) as stop:
        print(f"grading stopped: {stop}", file=sys.stderr)
    except Refused as refused:
        print(f"grading stopped: the lesson has errors:\n{refused}", file=sys.stderr)
    except NoCluster:
        raise
    except OSError as error:
        said = f"{error}; fix this, then run the same command again"
        said += "; submissions already graded are kept"
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
        # Imported while the workers start: importing nbgrader takes as long as all other steps.
        from .run import grade_submissions

        return grade_submissions(root, lesson, released, students, pool, options)


def _chosen(students: list[str], only: str, lesson: str) -> list[str]:
    """Return the students whose ids are in `only`, or all students if it is empty."""
    # The name of a folder that was created by hand may contain a space.
    typed = [only] if only in students else re.split(r"[\s,]+", only.strip(" ,"))
    unknown = [id for id in typed if id and id not in students]
    for id in unknown:
        near = difflib.get_close_matches(id, students, n=3) or students[:3]
        raise Stop(
            f"{shown(id)} has not handed in {lesson}: there is no folder "
            f"submitted/{shown(id)}/{lesson}. STUDENT= takes folder names in submitted/, "
            f"separated by spaces, such as {', '.join(map(shown, near))}"
        )
    return [student for student in students if student in typed] if only.strip(" ,") else students


def _see_that_code_can_run(options: Options) -> None:
    if options.scheduler is not None:
        return  # the workers report themselves what they lack
    if not hasattr(os, "fork"):
        raise Stop(
            "student code runs in forked processes, which Windows does not have: grade in WSL, or "
            "on the workers of a cluster (--scheduler)"
        )
    if options.sealed and (missing := why_no_sandbox()):
        raise Stop(
            f"{missing}. Without it, student code runs with your permissions and can access your "
            "files and grades; if you accept this, add --unsealed (make grade ... ARGS=--unsealed)"
        )


def _released_cells(root: Path, lesson: str) -> list[NotebookNode]:
    released = released_notebook(root, lesson)
    try:
        return read_cells(released)
    except Exception as error:  # nbformat raises many types of exceptions
        raise Stop(
            f"{released} is not a valid notebook ({type(error).__name__}): "
            f"write it again with backprop release {lesson}"
        ) from None


def students_of(root: Path, lesson: str) -> list[str]:
    """Return the names of the folders in submitted/ that contain a submission for a lesson."""
    submitted = Path(root, "submitted")
    try:
        if not submitted.is_dir():
            return []
        names = os.listdir(submitted)
    except OSError as error:
        raise Stop(
            f"submitted/ cannot be read ({error.strerror}): change its permissions, then run "
            "the same command again"
        ) from None
    return sorted(name for name in names if _may_hold(submitted / name, lesson))


def _may_hold(folder: Path, lesson: str) -> bool:
    """Return whether a student folder contains the lesson, or cannot be read."""
    try:
        os.lstat(folder / lesson)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


@contextmanager
def _only_grader(root: Path) -> Iterator[None]:
    """Hold the lock of the course, so that only one `make grade` runs at a time."""
    try:
        lock = open(root / ".grading.lock", "w")  # noqa: SIM115  opened here, closed below
    except OSError as error:
        raise Stop(cannot_write(f"the folder {root}", error)) from None
    with lock:
        if not locked(lock):
            raise Stop("another `make grade` is running in this course; wait until it ends")
        yield
