"""The time that one submission may use: CPU seconds of all its processes, and a backstop by the clock."""

import time
from collections.abc import Callable

from .limits import Limits
from .wire import Late

AWAKE_SECONDS = 0.3  # CPU time within `Limits.idle_seconds` that counts as computing


class OutOfTime(Exception):
    """The submission as a whole has used up its time; the message says which."""


class Waits(Exception):
    """The submission waits and computes nothing, while others could be graded."""


class Budget:
    """What one submission may use, over all attempts to run it.

    Parameters
    ----------
    limits
        The `Limits` of the submission.
    cpu_seconds
        Returns the CPU seconds that the sandbox and everything in it have used so far.
    patient
        Whether code that waits is waited for, up to the backstop; else it raises `Waits`.
    """

    def __init__(
        self, limits: Limits, cpu_seconds: Callable[[], float], patient: bool = True
    ) -> None:
        self._limits, self._patient = limits, patient
        self._cpu_seconds, self._begun = cpu_seconds, cpu_seconds()
        self._looked = time.monotonic()
        self.end = self._looked + limits.backstop * limits.submission_seconds

    def look(self) -> float:
        """Return the CPU seconds used so far; raise `OutOfTime` if there are none left."""
        self._looked = time.monotonic()
        spent, most = self._cpu_seconds() - self._begun, self._limits.submission_seconds
        if spent > most:
            raise OutOfTime(f"it used more than {most:g} seconds of CPU time in all")
        if self._looked > self.end:
            most *= self._limits.backstop
            raise OutOfTime(f"it took more than {most:g} seconds by the clock in all")
        return spent

    def watch(self, seconds: float) -> Callable[[], None]:
        """Return what looks after one request, to be called again and again until its answer comes.

        It raises `Late` if the request uses more CPU time, and what `look` raises.

        Parameters
        ----------
        seconds
            CPU seconds, counted from the first call on: reading the clocks costs more than most
            requests do.
        """
        if time.monotonic() - self._looked > 1:
            self.look()
        begun = awake = None

        def look() -> None:
            nonlocal begun, awake
            spent = self.look()
            if begun is None:
                begun, awake = spent, (self._looked, spent)
            if spent - begun > seconds:
                raise Late(f"more than {seconds:g} seconds of CPU time")
            since, before = awake
            if spent - before > AWAKE_SECONDS:
                awake = self._looked, spent
            elif not self._patient and self._looked - since > self._limits.idle_seconds:
                raise Waits(f"it waits for more than {self._limits.idle_seconds:g} seconds")

        return look
