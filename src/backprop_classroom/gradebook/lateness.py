"""How late something came and what that costs, computed from what is stored."""

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

# What takes student, points and seconds late, and returns the points to take off, or None:
# nbgrader's plug-in for late submissions.
LatePolicy = Callable[[str, float, float], float | None]


LATE_BY = timedelta(seconds=1)


class PolicyFailed(Exception):
    """The course's late policy cannot be used; the message says why and what to do."""


def seconds_late(
    submitted: datetime | None, due: datetime | None, extension: timedelta | None
) -> float:
    """Return how many seconds after its due date something came; 0 if that is unknown."""
    if submitted is None or due is None:
        return 0.0
    return max(0.0, (submitted - due - (extension or timedelta())).total_seconds())


def count_what_platforms_call_late(
    root: Path, gradebook: Gradebook, lesson: str
) -> dict[str, list[str]]:
    """Give submissions that a platform calls late a time after the due date.

    Canvas says that something came late, and not when. If no later time is known, it counts as
    one second after the due date, so that an extension or a due date moved later still helps.

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
        What a person should know, with the students that it is about.
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
    """Return of each submission id, student, time, due date, extension, and more columns."""
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
    """Compute the penalty of every graded submission of a lesson anew, in one transaction.

    Due dates, extensions, marks by hand and the policy itself may have changed since the
    notebooks were run.

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
        If the policy raises an exception or returns no number of points; then no penalty changes.
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
            raise ValueError("it returned no number")
        return min(max(float(penalty), 0.0), points)  # as nbgrader's own command bounds it
    except Exception as error:  # whatever an instructor's own policy does
        raise PolicyFailed(
            f"the late policy in nbgrader_config.py failed for {student} ({points:g} points, "
            f"{late:g} seconds late) with {type(error).__name__}: {error}; it should return the "
            "points to subtract, or None"
        ) from None
