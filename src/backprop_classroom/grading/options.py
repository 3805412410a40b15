"""The options for grading a class."""

from dataclasses import dataclass

from ..limits import LIMITS, Limits
from ..submissions.deadlines import Deadlines


@dataclass(frozen=True)
class Options:
    """Options for grading a class.

    Attributes
    ----------
    workers
        Number of submissions graded in parallel; None means one per core.
    scheduler
        Address of the Dask scheduler whose workers grade, or None.
    sealed
        Whether student code runs in a sandbox.
    force
        Whether to grade unchanged submissions again.
    limits
        Resource limits for each submission.
    only
        The ids of the students to grade, as typed: separated by spaces or commas. "" means all.
    deadlines
        Due dates and extensions, if a roster contains them.
    """

    workers: int | None = None
    scheduler: str | None = None
    sealed: bool = True
    force: bool = False
    limits: Limits = LIMITS
    only: str = ""
    deadlines: Deadlines | None = None
