"""Writes the due dates and extensions of a roster into the gradebook."""

from datetime import datetime

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from sqlalchemy import select, update

from ..submissions.deadlines import Deadlines
from ..submissions.roster import BadRoster


def set_due(gradebook: Gradebook, lesson: str, deadlines: Deadlines) -> None:
    """Set the due date of a lesson, and check the extensions against it.

    Raises
    ------
    BadRoster
        If there is an extension but no due date, or an extension ends before the due date.
    """
    # nbgrader stores UTC without a time zone.
    due = deadlines.due.replace(tzinfo=None) if deadlines.due else None
    if due is None:
        due = gradebook.db.execute(select(Assignment.duedate).filter_by(name=lesson)).scalar_one()
    for student, extension in deadlines.extensions.items():
        if extension is not None and due is None:
            raise BadRoster(
                f"the roster gives {student} an extension, but {lesson} has no due date: give one "
                "in a column due, or in formgrader"
            )
        if isinstance(extension, datetime) and extension.replace(tzinfo=None) < due:
            raise BadRoster(
                f"the roster gives {student} an extension until {extension:%Y-%m-%d %H:%M} UTC, "
                f"which is before {lesson} is due ({due:%Y-%m-%d %H:%M} UTC)"
            )
    gradebook.db.execute(update(Assignment).filter_by(name=lesson).values(duedate=due))
    gradebook.db.commit()


def set_extensions(gradebook: Gradebook, lesson: str, deadlines: Deadlines) -> None:
    """Set the extensions of the students in the roster who have handed in."""
    query = (
        select(SubmittedAssignment.id, SubmittedAssignment.student_id, Assignment.duedate)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name == lesson)
    )
    rows = []
    for id, student, due in gradebook.db.execute(query):
        if student in deadlines.extensions:
            longer = deadlines.extensions[student]
            if isinstance(longer, datetime):
                longer = longer.replace(tzinfo=None) - due
            rows.append({"id": id, "extension": longer})
    if rows:
        gradebook.db.execute(update(SubmittedAssignment), rows)
    gradebook.db.commit()
