"""Computes lateness and late penalties from the gradebook."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select, update

from ..files import submitted_folder
from ..submissions.collected import read_record
from ..submissions.reading import read_companions
from ..submissions.timestamps import TIMESTAMP, time_in

# Maps student, points and seconds late to the points to subtract, or None, as nbgrader's plug-in
# for late submissions does.
LatePolicy = Callable[[str, float, float], float | None]


LATE_BY = timedelta(seconds=1)


class PolicyFailed(Exception):
    """Raised if the course's late policy fails; the message says why and what to do."""


def seconds_late(
    submitted: datetime | None, due: datetime | None, extension: timedelta | None
) -> float:
    """Return how many seconds a submission is late; 0 if that is unknown."""
    if submitted is None or due is None:
        return 0.0
    return max(0.0, (submitted - due - (extension or timedelta())).total_seconds())


def count_what_platforms_call_late(
    root: Path, gradebook: Gradebook, lesson: str
) -> dict[str, list[str]]:
    """Move the time of submissions that a platform marks as late to after the due date.

    Canvas marks a submission as late but does not give its time. If no later time is known, one
    second after the due date is used, so that an extension or a later due date still has an
    effect.

    Parameters
    ----------
    root
        The folder of the course.
    gradebook
        An open `nbgrader.api.Gradebook`.
    lesson
        The name of the lesson.

    Returns
    -------
    dict
        Remarks for the instructor, each with the students concerned.
    """
    changed, told = [], defaultdict(list)
    for id, student, before, due, extension in _submissions(gradebook, lesson):
        folder = submitted_folder(root, student, lesson)
        if read_record(folder).get("late") is not True:
            continue
        if due is None:
            told[f"late according to Canvas, but {lesson} has no due date"].append(student)
            continue
        known = _time_beside(folder)
        submitted = known if known and known > due else due + LATE_BY
        if submitted != known:
            counted = "within the extension" if extension else "1 second late"
            said = f"late according to Canvas, at an unknown time: counted as {counted}"
            told[said].append(student)
        if submitted != before:
            changed.append({"id": id, "timestamp": submitted})
    if changed:
        gradebook.db.execute(update(SubmittedAssignment), changed)
    gradebook.db.commit()
    return told


def _submissions(gradebook: Gradebook, lesson: str, *more: Any) -> Sequence[Any]:
    """Return id, student, time, due date, extension and more columns of each submission."""
    submission = SubmittedAssignment
    query = (
        select(
            submission.id, submission.student_id, submission.timestamp, Assignment.duedate,
            submission.extension, *more,
        )
        .join(Assignment, submission.assignment_id == Assignment.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == submission.id)
        .where(Assignment.name == lesson)
        .order_by(submission.student_id)
    )  # fmt: skip
    return gradebook.db.execute(query).all()


def _time_beside(folder: Path) -> datetime | None:
    try:
        when = time_in(read_companions(folder).get(TIMESTAMP, b""))
    except OSError:
        return None
    return when.replace(tzinfo=None) if when else None


def renew_penalties(gradebook: Gradebook, lesson: str, policy: LatePolicy) -> None:
    """Recompute the late penalty of every graded submission of a lesson, in one transaction.

    Due dates, extensions, manual marks and the policy itself may have changed since the notebooks
    were run.

    Parameters
    ----------
    gradebook
        An open `nbgrader.api.Gradebook`.
    lesson
        The name of the lesson.
    policy
        The `LatePolicy` of the course.

    Raises
    ------
    PolicyFailed
        If the policy raises an exception or does not return a number; no penalty is changed then.
    """
    notebook = SubmittedNotebook
    more = notebook.id, notebook.score, notebook.late_submission_penalty
    rows = _submissions(gradebook, lesson, *more)
    changed = []
    for _, student, submitted, due, extension, id, points, before in rows:
        late = seconds_late(submitted, due, extension)
        penalty = _penalty(policy, student, float(points or 0.0), late) if late else None
        if penalty != before:
            changed.append({"id": id, "late_submission_penalty": penalty})
    if changed:
        gradebook.db.execute(update(SubmittedNotebook), changed)
    gradebook.db.commit()


def _penalty(policy: LatePolicy, student: str, points: float, late: float) -> float | None:
    try:
        penalty = policy(student, points, late)
        if penalty is None:
            return None
        if math.isnan(float(penalty)):
            raise ValueError("it did not return a number")
        return min(max(float(penalty), 0.0), points)  # the same limits as in nbgrader
    except Exception as error:  # an instructor's policy may raise anything
        raise PolicyFailed(
            f"the late policy in nbgrader_config.py failed for {student} ({points:g} points, "
            f"{late:g} seconds late) with {type(error).__name__}: {error}; it should return the "
            "points to subtract, or None"
        ) from None
