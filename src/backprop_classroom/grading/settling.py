"""Steps for a whole class: due dates before grading; shared marks and penalties after it."""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import DBAPIError

from ..gradebook.database import NoDatabase, gradebook_of, has_gradebook
from ..gradebook.deadlines import set_due, set_extensions
from ..gradebook.grades_csv import write_grades
from ..gradebook.group_marks import share_marks
from ..gradebook.lateness import (
    LatePolicy,
    PolicyFailed,
    count_what_platforms_call_late,
    renew_penalties,
)
from ..gradebook.records import reasons, students_of
from ..gradebook.saving import retry
from ..settings import course_settings
from ..submissions.deadlines import Deadlines
from ..submissions.roster import BadRoster
from ..texts import shown
from .errors import Stop, cannot_write


def settle_again(root: Path, lesson: str) -> None:
    """Include what a person has marked since a lesson was graded, and rewrite grades.csv.

    Feedback, report and marks call this first, so that they agree. Messages for the instructor
    are printed.

    Raises
    ------
    Stop
        If the late policy fails, or the gradebook or grades.csv cannot be written.
    """
    with database_faults_as_stop():
        if not has_gradebook(root):
            return
        with gradebook_of(root) as gradebook:
            if students_of(gradebook, lesson):
                print_messages(settle(root, gradebook, lesson, None))
                known = reasons(gradebook)
                write_table(
                    root,
                    gradebook,
                    lesson,
                    {who: why for (of, who), why in known.items() if of == lesson},
                )


def write_table(root: Path, gradebook: Gradebook, lesson: str, why_not: Mapping[str, str]) -> None:
    """Write grades.csv; raise `Stop` if that is not possible."""
    table = root / "grades.csv"
    try:
        retry(lambda: write_grades(gradebook, table, lesson, why_not), gradebook)
    except OSError as error:
        raise Stop(cannot_write("grades.csv", error)) from None


def print_messages(told: Mapping[str, Sequence[str]]) -> None:
    """Print messages for the instructor, each with the students that it is about."""
    for said, about in told.items():
        print(f"{', '.join(map(shown, about))}: {said}", file=sys.stderr)


@contextmanager
def database_faults_as_stop() -> Iterator[None]:
    """Raise `Stop` with one sentence for any database error."""
    # nbgrader would also log a traceback.
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
    try:
        yield
    except NoDatabase as error:
        raise Stop(str(error)) from None
    except DBAPIError as error:
        raise Stop(said_of_gradebook(error.orig)) from None


def said_of_gradebook(fault: object) -> str:
    """Return a message that says that the gradebook cannot be used, and what to do."""
    return (
        f"the gradebook cannot be used ({str(fault).strip()}): make sure that no other program "
        "locks it, that its disk has room and that you may write to it, then run the same command "
        "again; submissions already graded are kept"
    )


def set_due_date(gradebook: Gradebook, lesson: str, deadlines: Deadlines | None) -> None:
    """Set the due date of a lesson if there is one; raise `Stop` if it is invalid."""
    if deadlines is None:
        return
    try:
        retry(lambda: set_due(gradebook, lesson, deadlines), gradebook)
    except BadRoster as error:
        raise Stop(str(error)) from None


def settle(
    root: Path, gradebook: Gradebook, lesson: str, deadlines: Deadlines | None
) -> dict[str, list[str]]:
    """Recompute what follows from the stored data for all submissions of a lesson.

    This shares manual marks among the members of a group, and computes how late each submission
    was and its penalty.

    Returns
    -------
    dict
        Messages for the instructor, each with the students that it is about.

    Raises
    ------
    Stop
        If the late policy fails.
    """
    policy = _late_policy(root)
    if deadlines is not None:
        retry(lambda: set_extensions(gradebook, lesson, deadlines), gradebook)
    told = retry(lambda: share_marks(root, gradebook, lesson), gradebook)
    told |= retry(lambda: count_what_platforms_call_late(root, gradebook, lesson), gradebook)
    try:
        retry(lambda: renew_penalties(gradebook, lesson, policy), gradebook)
    except PolicyFailed as error:
        raise Stop(
            f"{error}. Then run the same command again; submissions already graded are kept"
        ) from None
    return told


def _late_policy(root: Path) -> LatePolicy:
    """Return the late policy from the course's settings."""
    assigning = AssignLatePenalties(config=course_settings(root))
    assigning.init_plugin()
    return assigning.plugin_inst.late_submission_penalty
