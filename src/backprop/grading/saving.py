"""Writes what grading brought into nbgrader's gradebook: all of one submission, or nothing."""

import time

from nbgrader.api import (
    Comment,
    Grade,
    GradeCell,
    MissingEntry,
    SolutionCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.utils import parse_utc
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from . import records

ATTEMPTS = 6  # each waits some seconds for a database that somebody else has locked
MOST_LETTERS = 128  # of the name of a student, in nbgrader's tables


def patiently(work, gradebook=None):
    """Return what `work()` returns; call it again while somebody else is in its way.

    gradebook -- the open `nbgrader.api.Gradebook` that it works with, if it is open yet.

    Raises sqlalchemy's OperationalError if the database stays locked, and at once if
    waiting does not help: its disk is full, it is damaged, it may not be written.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except (OperationalError, IntegrityError) as error:
            if gradebook is not None:
                gradebook.db.rollback()
            if attempt == ATTEMPTS or not _may_pass(error):
                raise
            time.sleep(0.1 * 2**attempt)
    raise AssertionError("unreachable")


def _may_pass(error):
    # Locked, a deadlock, a server that was started anew, or a row that nbgrader wrote meanwhile.
    passing = isinstance(error, IntegrityError) or error.connection_invalidated
    return passing or "lock" in str(error.orig)


def save(gradebook, graded, fingerprint, timestamp=None, late_penalty=None):
    """Save one `Graded` submission in one transaction.

    gradebook -- an open `nbgrader.api.Gradebook` that knows the lesson.
    fingerprint -- what was graded, so that it is not graded again.
    timestamp -- when it was handed in, as nbgrader's timestamp.txt has it, or None.

    late_penalty -- takes student, points and seconds late, returns the points to take off
        or None; nbgrader's plug-in for late submissions. None takes nothing off.

    Points and comments given by a person are left alone. Of a submission that could not
    be graded only the reason is kept; points of an earlier one stay until then.

    Raises sqlalchemy's OperationalError if the database stays locked or its disk is full.
    """

    def write():
        try:
            if not graded.reason:
                _write_points(gradebook, graded, timestamp, late_penalty)
            records.write(gradebook, graded, fingerprint)
            gradebook.db.commit()
        except BaseException:
            gradebook.db.rollback()
            raise

    patiently(write, gradebook)


def _write_points(gradebook, graded, timestamp, late_penalty):
    db = gradebook.db
    assignment = gradebook.find_assignment(graded.lesson)
    (notebook,) = assignment.notebooks
    student = db.get(Student, graded.student)
    if student is None:
        student = Student(id=graded.student)
        db.add(student)
    try:
        submission = gradebook.find_submission(graded.lesson, graded.student)
    except MissingEntry:
        submission = SubmittedAssignment(assignment=assignment, student=student)
        db.add(submission)
    if timestamp is not None:
        submission.timestamp = parse_utc(timestamp)
    submitted = next((one for one in submission.notebooks if one.notebook_id == notebook.id), None)
    if submitted is None:
        submitted = SubmittedNotebook(notebook=notebook, assignment=submission)
        db.add(submitted)
    _write_scores(db, notebook, submitted, graded.scores)
    _write_comments(db, notebook, submitted, graded.comments)
    if late_penalty is not None:
        submitted.late_submission_penalty = None
        db.flush()
        if submission.total_seconds_late > 0:
            points = float(submitted.score or 0.0)
            penalty = late_penalty(graded.student, points, submission.total_seconds_late)
            if penalty is not None:
                submitted.late_submission_penalty = min(max(penalty, 0.0), points)


def _write_scores(db, notebook, submitted, scores):
    grades = {grade.cell_id: grade for grade in submitted.grades}
    for id, name in _cells(db, notebook, GradeCell, TaskCell):
        grade = grades.get(id)
        if grade is None:
            grade = Grade(cell_id=id, notebook=submitted)
            db.add(grade)
        grade.auto_score = scores.get(name, 0.0)
        # As nbgrader does: a mark of a person's is looked at again after a regrade.
        grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None


def _write_comments(db, notebook, submitted, comments):
    known = {comment.cell_id: comment for comment in submitted.comments}
    for id, name in _cells(db, notebook, SolutionCell, TaskCell):
        comment = known.get(id)
        if comment is None:
            comment = Comment(cell_id=id, notebook=submitted)
            db.add(comment)
        comment.auto_comment = comments.get(name)


def _cells(db, notebook, *kinds):
    for kind in kinds:
        query = select(kind.id, kind.name).where(kind.notebook_id == notebook.id)
        yield from db.execute(query).all()
