"""Plug-ins with which nbgrader's own commands grade like `backprop grade`.

`nbgrader_config.py` uses them instead of the corresponding preprocessors of nbgrader.
"""

import hashlib
import logging
import re
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy.exc import SAWarning
from traitlets import Bool, List

from ..files import graded_folder, submitted_folder
from ..gradebook import records
from ..gradebook.database import db_url, gradebook_of, lesson_of
from ..gradebook.lateness import count_what_platforms_call_late
from ..gradebook.saving import save
from ..lesson import Lesson
from ..release import Refused, faults_of_worth, generate, notebook_of
from ..submissions.reading import COMPANIONS, Unreadable, read_companions, read_submission
from ..submissions.timestamps import TIMESTAMP, time_in
from .results import fingerprint_of
from .sandbox import NoSandbox, SandboxFailed
from .worker import Job, grade_submission

# nbgrader 0.9.6 adds objects to its session in an order that SQLAlchemy warns about.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")


class GradeInSandbox(NbGraderPreprocessor):
    """Runs a submission in a sandbox, judges it outside of the sandbox, and saves the points.

    This preprocessor replaces several of nbgrader's: it restores locked cells, runs the code,
    determines the points and saves them, as `make grade` does.
    """

    unsealed = Bool(
        False, help="Run student code without a sandbox, with access to this machine."
    ).tag(config=True)

    def preprocess(self, notebook: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the graded copy of the notebook; raise NbGraderException if grading fails."""
        root, student = Path.cwd(), resources["nbgrader"]["student"]
        with gradebook_of(root) as gradebook:
            lesson = lesson_of(root, gradebook, resources["nbgrader"]["assignment"])
            try:
                # Not nbgrader's copy: fingerprint and cases depend on the submitted bytes.
                received = read_submission(root, student, lesson)
                sealed, hidden = not self.unsealed, (str(root),)
                job = Job(lesson, student, received.data, sealed=sealed, hidden=hidden)
                graded = grade_submission(job)
            except Unreadable as error:
                raise NbGraderException(str(error)) from None
            except (NoSandbox, SandboxFailed) as error:
                raise NbGraderException(
                    f"{error}. To run student code without a sandbox, add "
                    "--GradeInSandbox.unsealed=True"
                ) from None
            if graded.reason:
                raise NbGraderException(graded.reason)
            save(gradebook, graded, fingerprint_of(lesson, received.version))
            count_what_platforms_call_late(root, gradebook, lesson.name)
        _remove_strangers(root, student, lesson)
        return nbformat.reads(graded.notebook, as_version=4), resources


class HideMarkScheme(NbGraderPreprocessor):
    """Removes mark schemes from the pages that students get.

    Mark schemes contain model answers, which could reach the next class. Formgrader still shows
    them. The text above a mark scheme is for students too and is kept.
    """

    # nbconvert sets this trait on every preprocessor. nbgrader's base class lacks it, so that
    # each page would begin with a warning.
    display_data_priority: List[Any] = List().tag(config=True)

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, index: int
    ) -> tuple[NotebookNode, Any]:
        """Remove the mark scheme from a cell, unless it is a student's answer cell."""
        entry = cell.metadata.get("nbgrader", {})
        if entry and not entry.get("solution"):
            cell.source = _MARK_SCHEME.sub("", cell.source).rstrip("\n")
        return cell, resources


# To the end of the cell if it is never closed.
_MARK_SCHEME = re.compile(
    r"^[^\n]*BEGIN MARK SCHEME.*?(?:^[^\n]*END MARK SCHEME[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE
)


def read_times_safely() -> None:
    """Make nbgrader read timestamp.txt as this course does, which ignores invalid timestamps.

    nbgrader's own reader opens a file if a timestamp names it as its time zone, and an invalid
    timestamp aborts nbgrader's commands.
    """

    def existing(directory: CourseDirectory, dest_path: str) -> datetime | None:
        return _time_beside(Path(dest_path))

    def submitted(api: NbGraderAPI, assignment_id: str, student_id: str) -> datetime | None:
        return _time_beside(submitted_folder(Path(api.coursedir.root), student_id, assignment_id))

    CourseDirectory.get_existing_timestamp = existing
    NbGraderAPI.get_submitted_timestamp = submitted


def _time_beside(folder: Path) -> datetime | None:
    """Return the time in a folder's timestamp.txt, as a naive datetime in UTC like nbgrader's."""
    when = time_in(read_companions(folder).get(TIMESTAMP, b""))
    return when.replace(tzinfo=None) if when else None


def _remove_strangers(root: Path, student: str, lesson: Lesson) -> None:
    """Remove the other files that nbgrader copied from the submission into the graded folder.

    Formgrader would serve an HTML page from a student with the rights of its own pages.
    """
    source = Path(root, "solutions", lesson.name)
    folder = graded_folder(root, student, lesson.name)
    for path in sorted(folder.rglob("*"), reverse=True):
        ours = path.name in (f"{lesson.notebook}.ipynb", *COMPANIONS) and path.parent == folder
        if ours or (source / path.relative_to(folder)).exists():
            continue
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def register_lesson(assignment: str, student: object, notebooks: object) -> None:
    """Record a lesson's cells in the gradebook if they are not there yet.

    nbgrader calls this before it grades a submission, so that a fresh clone can grade without
    generating the assignment first.
    """
    register(Path.cwd(), assignment)


def register(root: Path, lesson: str, renew: bool = False) -> None:
    """Record the cells of `solutions/<lesson>` in the course's gradebook.

    Parameters
    ----------
    root
        The folder of the course.
    lesson
        A folder in solutions/.
    renew
        Whether to record changed cells of a known lesson again, so that edited checks take effect.

    Raises
    ------
    Refused
        If a graded cell gives no points, or nbgrader fails.
    """
    if _is_registered(root, lesson, as_it_is_now=renew):
        return
    source = notebook_of(Path(root, "solutions", lesson))
    if faults := faults_of_worth(nbformat.read(source, as_version=4)):
        raise Refused(f"solutions/{lesson}/{source.name}", faults)
    with tempfile.TemporaryDirectory() as scratch:
        logging.getLogger("traitlets").setLevel(logging.ERROR)
        generate(root, lesson, Path(scratch), db_url(root))
    with gradebook_of(root) as gradebook:
        records.write_source(gradebook, lesson, _source(root, lesson, gradebook))
        kept = Counter(cell for _, cell, _ in records.dropped(gradebook, lesson))
    for cell, count in sorted(kept.items()):
        print(
            f"{lesson} no longer contains {cell}; your marks for it ({count} in total) are kept, "
            "and count again if the cell is restored",
            file=sys.stderr,
        )


def _is_registered(root: Path, lesson: str, as_it_is_now: bool) -> bool:
    url = db_url(root)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return False
    with gradebook_of(root) as gradebook:
        try:
            known = bool(gradebook.find_assignment(lesson).notebooks)
        except MissingEntry:
            return False
        same = records.source_of(gradebook, lesson) == _source(root, lesson, gradebook)
        return known and (same or not as_it_is_now)


def _source(root: Path, lesson: str, gradebook: Gradebook) -> str:
    """Return a hash of a lesson's source, the settings, and the cells recorded from them."""
    notebooks = gradebook.find_assignment(lesson).notebooks
    cells = [(cell.name, cell.checksum, cell.source) for n in notebooks for cell in n.source_cells]
    digest = hashlib.sha256(repr(sorted(cells, key=repr)).encode())
    for path in (*sorted(Path(root, "solutions", lesson).glob("*.ipynb")), *_settings(root)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _settings(root: Path) -> Iterator[Path]:
    return Path(root).glob("nbgrader_config.py")
