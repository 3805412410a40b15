"""What is done for a whole class before its notebooks are run, and after it."""

from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties

from ..gradebook.deadlines import set_due, set_extensions
from ..gradebook.group_marks import share_marks
from ..gradebook.lateness import (
    LatePolicy,
    PolicyFailed,
    count_what_platforms_call_late,
    renew_penalties,
)
from ..gradebook.saving import retry
from ..settings import course_settings
from ..submissions.deadlines import Deadlines
from ..submissions.roster import BadRoster
from .errors import Stop


def set_due_date(gradebook: Gradebook, lesson: str, deadlines: Deadlines | None) -> None:
    """Set the due date of a lesson, if a roster says it; raise `Stop` if it cannot be used."""
    if deadlines is None:
        return
    try:
        retry(lambda: set_due(gradebook, lesson, deadlines), gradebook)
    except BadRoster as error:
        raise Stop(str(error)) from None


def settle(
    root: Path, gradebook: Gradebook, lesson: str, deadlines: Deadlines | None
) -> dict[str, list[str]]:
    """Compute anew what follows for all submissions of a lesson from what is stored.

    Members of a group share what a person marked; how late each came, and what that costs.

    Returns
    -------
    dict
        What a person should know, with the students that it is about.

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
        raise Stop(f"{error}. Then run the same command again; what is graded is kept") from None
    return told


def _late_policy(root: Path) -> LatePolicy:
    """Return what the course's settings take off for lateness."""
    assigning = AssignLatePenalties(config=course_settings(root))
    assigning.init_plugin()
    return assigning.plugin_inst.late_submission_penalty
