"""The time limit of one submission: CPU time of all its processes, and wall-clock time."""

import time
from collections.abc import Callable

from backprop.sandbox.channel import AnswerTimeout

from ..limits import Limits


class OutOfTime(Exception):
    """The submission as a whole exceeded its time limit; the message says which one."""


class Waits(Exception):
    """The submission is idle, so that other submissions should be graded first."""


class Budget:
    """The time that one submission may use, over all attempts to run it.

    Parameters
    ----------
    limits
        The `Limits` of the submission.
    use
        Returns the CPU seconds that all processes in the sandbox have used so far, and whether
        any of them is running now. The CPU time of this thread, which serves the notebook's
        requests, is added.
    patient
        Whether to wait for idle code, up to the backstop. If not, idle code raises `Waits`.
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
        """Return the CPU seconds used so far, and whether any process is running now.

        Raises
        ------
        OutOfTime
            If the time is used up.
        """
        self._looked = time.monotonic()
        (used, computes), most = self._use(), self._limits.submission_seconds
        if used - self._begun > most:
            raise OutOfTime(f"it used more than {most:g} seconds of CPU time in all")
        if self._looked > self.end:
            most *= self._limits.backstop
            raise OutOfTime(f"it took more than {most:g} seconds of wall-clock time in all")
        return used - self._begun, computes

    def watch(self, seconds: float) -> Callable[[], None]:
        """Return a function that checks one request; call it repeatedly until the reply arrives.

        The function raises `AnswerTimeout` if the request uses more than `seconds`, and whatever
        `look` raises.

        Parameters
        ----------
        seconds
            Limit in CPU seconds. The count starts at the first call of the returned function,
            because reading the clocks takes longer than most requests.
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
                raise AnswerTimeout(f"more than {seconds:g} seconds of CPU time")
            # Twice in a row: the processes that supervise a notebook also run now and then.
            if computes and computed:
                since = self._looked
            computed = computes
            if not self._patient and self._looked - since > self._limits.idle_seconds:
                raise Waits(f"it has been idle for more than {self._limits.idle_seconds:g} seconds")

        return look
