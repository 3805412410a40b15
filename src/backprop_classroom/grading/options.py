"""How a class is graded."""

from dataclasses import dataclass

from ..limits import LIMITS, Limits
from ..submissions.deadlines import Deadlines


@dataclass(frozen=True)
class Options:
    """How a class is graded.

    Attributes
    ----------
    workers
        How many submissions are graded at a time; None for one a core.
    scheduler
        Address of a Dask scheduler whose workers do it, or None.
    sealed
        Whether student code runs in a sandbox.
    force
        Whether to grade again what has not changed.
    limits
        The limits of each submission.
    only
        The ids of those who are graded, as they were typed: separated by spaces or commas. "" for
        everybody.
    deadlines
        What is due when, if a roster says so.
    """

    workers: int | None = None
    scheduler: str | None = None
    sealed: bool = True
    force: bool = False
    limits: Limits = LIMITS
    only: str = ""
    deadlines: Deadlines | None = None
