"""Resource limits for one submission."""

from dataclasses import dataclass

from backprop.calling import MOST_SECONDS
from backprop.time_limit import BACKSTOP


@dataclass(frozen=True)
class Limits:
    """Resource limits for one submission.

    Attributes
    ----------
    cell_seconds
        CPU time of one cell.
    call_seconds
        CPU time of one call of an answer that is judged.
    submission_seconds
        CPU time of the whole submission.
    backstop
        Factor by which the wall-clock limits are larger than the CPU time limits, for code that
        sleeps or waits.
    grace_seconds
        Extra time before a process that ignored a limit is stopped from outside.
    idle_seconds
        Wall-clock time that code may be idle before other submissions are graded first.
    memory
        Bytes of all its processes together, in addition to the memory of the warm process.
    processes
        Number of processes and threads.
    scratch
        Bytes of all files that it writes, and of each single file.
    open_files
        Open files per process.
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
