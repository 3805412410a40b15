"""Communicates with a student's notebook in its sandbox: runs cells and calls functions.

This side knows the right answers and trusts no message from the sandbox. The notebook can also
send requests: to check an answer, or to compute the result of an unfinished function. They are
handled as in a student's own notebook, with the public test cases.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from backprop.calling import Crash, Reply
from backprop.graph import Node, connected
from backprop.report import Report
from backprop.sandbox.channel import (
    AnswerTimeout,
    Channel,
    ConnectionClosed,
    InvalidMessage,
    packed,
    text,
    unpacked,
)
from backprop.sandbox.messages import (
    SECONDS_AT_ONCE,
    packed_arguments,
    packed_report,
    packed_result,
    unpacked_arguments,
    unpacked_clues,
    unpacked_reply,
)
from backprop.second_look import LOOK_CALLS, Clues
from backprop.time_limit import TookTooLong, time_limit
from backprop_judge import EXERCISES
from backprop_judge.evaluating import examine
from backprop_judge.exercise import Exercise

from ..limits import Limits
from .budget import Budget, OutOfTime, Waits

T = TypeVar("T")
Pictures = dict[str, Any]  # as `backprop.figures.cache.drawn` returns them

PICTURE_SECONDS = 30  # CPU time to transfer all pictures of a lesson
MOST_STOOD_IN = 8_000  # numbers that a stand-in accepts; its work grows quadratically
MOST_WHOLE = 10_000  # the largest integer argument, such as a number of steps
MOST_NESTED = 5  # requests within requests
MOST_LEVELS = 50  # nesting of dicts and lists in the outputs of a cell
TOO_DEEP = {
    "output_type": "stream",
    "name": "stderr",
    "text": f"(the output of this cell is nested over {MOST_LEVELS} levels deep; it is left out)\n",
}
MOST_LIGHT = 200_000  # numbers that a stand-in accepts if its work grows linearly


class Broke(Exception):
    """The notebook's process can no longer be used.

    Parameters
    ----------
    why
        A message for the student.
    late
        Whether the process ignored a time limit.
    asked
        The exercise that was being judged at the request of the notebook, or "".
    """

    def __init__(self, why: str, late: bool = False, asked: str = "") -> None:
        super().__init__(why)
        self.why, self.late, self.asked = why, late, asked


class Session:
    """One notebook in its sandbox.

    Parameters
    ----------
    channel
        The `Channel` to its process.
    limits
        The `Limits` of the submission.
    budget
        The `Budget` of the submission, over all attempts to run it; None means no limit, for
        trusted notebooks.
    """

    def __init__(self, channel: Channel, limits: Limits, budget: Budget | None = None) -> None:
        self._channel = channel
        self._limits = limits
        self._budget = budget or Budget(
            replace(limits, submission_seconds=math.inf), lambda: (0.0, True)
        )
        self._number = 0
        self._judged: list[Exercise] = []
        self._nested = 0
        self._known: Mapping[str, Report] = {}
        self._right: dict[str, Report] = {}

    def run(
        self, source: str, known: Mapping[str, Report] | None = None
    ) -> tuple[Any, int | None, int]:
        """Run a cell; return its unchecked outputs, its execution count, and their size in bytes.

        Parameters
        ----------
        source
            The source of the cell.
        known
            Reports by exercise; if the cell asks to check one of these exercises, it gets this
            report, and the answer is not called again.
        """
        self._known = known or {}
        request = {"do": "run", "source": source, "seconds": self._limits.cell_seconds}
        told = self._request(request, self._limits.cell_seconds)
        count = told.get("count")
        count = count if type(count) is int and 0 < count < 10**6 else None
        outputs = told.get("outputs")
        if _is_deeper(outputs, MOST_LEVELS):
            outputs = [TOO_DEEP]
        return outputs, count, self._channel.received

    def bring(self, pictures: Pictures) -> None:
        """Send pictures that `drawn` returned, so that the process need not draw them."""
        self._request({"do": "bring", "pictures": pictures}, PICTURE_SECONDS)

    def drawn(self) -> Pictures:
        """Return the pictures that the process has drawn; for trusted notebooks only."""
        return self._request({"do": "drawn"}, PICTURE_SECONDS)["pictures"]

    def examine(self, entry: Exercise, seed: int) -> Report:
        """Judge the notebook's answer to an exercise and return the `Report`."""
        report = self._examine(entry, {"name": entry.id}, seed)
        if report.passed:
            self._right[entry.id] = report
        else:
            self._right.pop(entry.id, None)
        return report

    def _examine(self, entry: Exercise, which: dict[str, Any], seed: int) -> Report:
        parameters = list(entry.parameters)

        about = {**which, "parameters": parameters, "seconds": entry.seconds, "quiet": entry.quiet}

        def call(cases: Sequence[Sequence[Any]]) -> list[Reply]:
            # Several cases per message: a round trip takes longer than most calls.
            message = {"do": "call", **about, "cases": list(map(packed_arguments, cases))}
            seconds = max(entry.seconds, self._limits.call_seconds) + SECONDS_AT_ONCE
            told = self._request(message, seconds).get("replies")
            if not isinstance(told, list) or not 0 < len(told) <= len(cases):
                raise Broke("it sent a wrong number of replies")
            return [self._understood(unpacked_reply, one, entry.parameters) for one in told]

        def look_closer(case: Sequence[Any]) -> Any:
            # A second look calls the answer several more times.
            seconds = LOOK_CALLS * self._limits.call_seconds
            message = {"do": "look", **about, "arguments": packed_arguments(case)}
            told = self._request({**message, "most": seconds}, seconds)
            return self._understood(unpacked_clues, told, entry.parameters)

        self._judged.append(entry)
        try:
            return examine(entry, call, look_closer, seed)
        finally:
            self._judged.pop()

    def _request(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a request that may use so many CPU seconds, and return the reply."""
        self._number += 1
        number = self._number
        grace = self._limits.grace_seconds
        until = time.monotonic() + self._limits.backstop * (seconds + grace)
        watch = self._budget.watch(seconds + grace)
        with self._breaks():
            self._channel.send({**message, "number": number}, self._left(until))
        while True:
            with self._breaks():
                told = self._channel.receive(self._left(until), watch)
            if "ask" in told:
                self._answer(told)
            elif told.get("to") == number:
                return told
            else:
                raise Broke("it sent unexpected messages")

    def _left(self, until: float) -> float:
        return max(0.0, min(until, self._budget.end) - time.monotonic())

    @contextmanager
    def _breaks(self) -> Iterator[None]:
        try:
            yield
        except AnswerTimeout:
            self._budget.look()  # raises OutOfTime if the whole submission is out of time
            raise Broke("it ignored its time limit", late=True) from None
        except ConnectionClosed:
            raise Broke("it ended the Python process") from None
        except InvalidMessage as error:
            raise Broke(f"it sent {error}") from None

    def _understood(self, understand: Callable[..., T], told: Any, *details: Any) -> T:
        with self._breaks():
            try:
                return understand(told, *details)
            except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
                raise InvalidMessage(
                    f"a message of an unexpected form ({type(error).__name__})"
                ) from None

    # --- requests from the notebook -------------------------------------------------------

    def _answer(self, told: Any) -> None:
        number, entry = told.get("number"), EXERCISES.get(str(told.get("exercise")))
        if type(number) is not int or entry is None or self._nested >= MOST_NESTED:
            raise Broke("it sent an invalid request")
        self._nested += 1
        try:
            if told["ask"] == "evaluate":
                answer = {"report": packed_report(self._asked_report(entry, told))}
            else:
                answer = self._stand_in(entry, told)
        finally:
            self._nested -= 1
        with self._breaks():
            self._channel.send({"told": number, **answer}, self._left(float("inf")))

    def _asked_report(self, entry: Exercise, told: Any) -> Report:
        if entry.id in self._known:
            return self._known[entry.id]
        if type(told.get("answer")) is not int or entry.manual:
            raise Broke("it sent an invalid request")
        if told.get("judged") is True and entry.id in self._right:
            # The notebook says that this function is the one that was found right before. If it
            # lies, it deceives only itself: points do not depend on this report.
            return self._right[entry.id]
        try:
            return self._examine(entry, {"handed": told["answer"]}, seed=0)
        except Broke as broke:
            raise Broke(broke.why, broke.late, broke.asked or entry.id) from None

    def _stand_in(self, entry: Exercise, told: Any) -> dict[str, Any]:
        # Several can be in progress: an answer may call `check` on other answers.
        for judged in self._judged:
            if entry.id not in judged.may_use:
                refused = f"it is not an answer to {judged.id}"
                return {
                    "refused": f"the stand-in for {entry.id} computes values for the lesson "
                    f"only; {refused}"
                }
        arguments = self._understood(self._stand_in_arguments, told.get("arguments"))
        if _is_too_much(arguments, entry.light):
            said = "the arguments are too large for a stand-in, which is slow"
            return {"error": "ValueError", "message": said}
        try:
            seconds, backstop = self._limits.call_seconds, self._limits.backstop
            with np.errstate(all="ignore"), time_limit(seconds, backstop):
                return {"result": packed_result(entry(*arguments))}
        except (Broke, OutOfTime, Waits):
            raise
        except TookTooLong:
            return {"error": "TimeoutError", "message": "the stand-in took too long"}
        except Exception as error:  # caused by the student's arguments, so the student sees it
            return {"error": type(error).__name__, "message": str(error)[:300]}

    def _stand_in_arguments(self, several: object) -> list[Any]:
        if not isinstance(several, list) or len(several) > 20:
            raise InvalidMessage("a request without arguments")
        return [
            self._function(one["function"])
            if isinstance(one, dict) and type(one.get("function")) is int
            else unpacked_arguments([one])[0]
            for one in several
        ]

    def _function(self, handed: int) -> Callable[[Any], Any]:
        """Return a function that calls one in the notebook, for a stand-in that needs it."""

        def function(argument: Any) -> Any:
            request = {"do": "apply", "handed": handed, "argument": packed(np.asarray(argument))}
            told = self._request(request, self._limits.call_seconds)
            if "error" in told:
                raise RuntimeError(self._understood(text, told.get("message"), 300))
            value = self._understood(unpacked, told.get("value"))
            return value[()] if np.ndim(value) == 0 else value

        return function


def _is_too_much(arguments: Sequence[Any], light: bool) -> bool:
    """Return whether a stand-in would need too much time or memory for its arguments."""
    arguments = list(_flat(arguments))
    shapes = [np.shape(one) for one in arguments if isinstance(one, np.ndarray)]
    # Count an empty axis as 1: without examples there are still weights to differentiate.
    entries = sum(math.prod(max(1, side) for side in shape) for shape in shapes)
    if light:
        return entries > MOST_LIGHT
    whole = [abs(one) for one in arguments if type(one) is int]
    # The result has at most this many rows and columns for each entry.
    rows, columns = (max((s[end] for s in shapes if s), default=1) for end in (0, -1))
    too_many = entries > MOST_STOOD_IN or entries * rows * max(1, columns) > MOST_STOOD_IN**2
    return too_many or max(whole, default=0) > MOST_WHOLE or math.prod(whole) > MOST_WHOLE**2


def _flat(several: Iterable[Any]) -> Iterator[Any]:
    """Yield arguments, and the contents of lists and graph nodes."""
    for one in several:
        if isinstance(one, (list, tuple)):
            yield from _flat(one)
        elif isinstance(one, Node):
            yield from (node.data for node in connected([one]))
        else:
            yield one


def _is_deeper(value: object, levels: int) -> bool:
    """Return whether JSON data is nested deeper than `levels`."""
    if not isinstance(value, (dict, list)):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inner)


def report_on(entry: Exercise, broke: Broke) -> Report:
    """Return the `Report` on an answer whose call broke its process."""
    if broke.late:
        crash = Crash("TookTooLong", "ignored its time limit", "")
    else:
        crash = Crash("ProcessEnded", broke.why, "")
    return examine(entry, lambda cases: [Reply(crash=crash) for _ in cases], lambda _: Clues())
