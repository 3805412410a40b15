"""How much of the machine one submission may use."""

from dataclasses import dataclass

from backprop.calling import MOST_SECONDS
from backprop.time_limit import BACKSTOP


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission, whatever its code tries.

    Attributes
    ----------
    cell_seconds
        CPU time of one cell.
    call_seconds
        CPU time of one call of an answer that is judged.
    submission_seconds
        CPU time of everything in the submission together.
    backstop
        How many times its CPU time code may take by the clock, if it sleeps or waits.
    grace_seconds
        What code may take beyond a limit that it should have kept by itself.
    idle_seconds
        How long it may wait by the clock before other submissions come first.
    memory
        Bytes of all of its processes together, beyond what the warm process holds.
    processes
        Processes and threads.
    scratch
        Bytes of all files it writes, and of any one of them.
    open_files
        Open files in one process.
    """

    cell_seconds: float = 120.0
    call_seconds: float = MOST_SECONDS
    submission_seconds: float = 900.0
    backstop: float = BACKSTOP
    grace_seconds: float = 3.0
    idle_seconds: float = 10.0
    memory: int = 2 * 2**30
    processes: int = 64
    scratch: int = 64 * 2**20
    open_files: int = 256


LIMITS = Limits()
