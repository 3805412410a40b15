"""The time that one submission may use: CPU time of all its processes, and a limit by the clock."""

import time
from collections.abc import Callable

from backprop.sandbox.channel import Late

from ..limits import Limits


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
    use
        Returns the CPU seconds that the sandbox and everything in it have used so far, and
        whether anything in it computes at this moment. What this thread uses, which does the work
        that a notebook asks of it, counts too.
    patient
        Whether code that waits is waited for, up to the backstop; else it raises `Waits`.
    """

    def __init__(
        self, limits: Limits, use: Callable[[], tuple[float, bool]], patient: bool = True
    ) -> None:
        self._limits, self._patient = limits, patient
        self._sandbox = use
        self._begun, _ = self._use()
        self._looked = time.monotonic()
        self.end = self._looked + limits.backstop * limits.submission_seconds

    def _use(self) -> tuple[float, bool]:
        used, computes = self._sandbox()
        return used + time.thread_time(), computes

    def look(self) -> tuple[float, bool]:
        """Return the CPU seconds used so far, and whether anything computes at this moment.

        Raises
        ------
        OutOfTime
            If there is no time left.
        """
        self._looked = time.monotonic()
        (used, computes), most = self._use(), self._limits.submission_seconds
        if used - self._begun > most:
            raise OutOfTime(f"it used more than {most:g} seconds of CPU time in all")
        if self._looked > self.end:
            most *= self._limits.backstop
            raise OutOfTime(f"it took more than {most:g} seconds by the clock in all")
        return used - self._begun, computes

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
        begun = None
        since, computed = time.monotonic(), False

        def look() -> None:
            nonlocal begun, since, computed
            spent, computes = self.look()
            begun = spent if begun is None else begun
            if spent - begun > seconds:
                raise Late(f"more than {seconds:g} seconds of CPU time")
            # Twice in a row: what only looks after a notebook computes now and then as well.
            if computes and computed:
                since = self._looked
            computed = computes
            if not self._patient and self._looked - since > self._limits.idle_seconds:
                raise Waits(f"it waits for more than {self._limits.idle_seconds:g} seconds")

        return look
