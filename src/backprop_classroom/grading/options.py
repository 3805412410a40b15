"""How a class is graded."""

from dataclasses import dataclass
from pathlib import Path

from ..limits import LIMITS, Limits


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
        Whether student code is shut off from this machine.
    force
        Whether to grade again what has not changed.
    limits
        The limits of each submission.
    only
        The ids of those who are graded, as they were typed: separated by spaces or commas. "" for
        everybody.
    roster
        The path of a roster that says what is due when, or None.
    timezone
        The name of the time zone of its times; None for this machine's.
    """

    workers: int | None = None
    scheduler: str | None = None
    sealed: bool = True
    force: bool = False
    limits: Limits = LIMITS
    only: str = ""
    roster: Path | None = None
    timezone: str | None = None
