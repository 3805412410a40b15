"""Handle the requests of the judging process: run cells, call functions, forward questions."""

import json
import os
import signal
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ..calling import call
from ..checking import Undefined
from ..figures import cache
from ..second_look import Clues, look_closer
from ..time_limit import TookTooLong, time_limit
from . import client
from .channel import Channel, ConnectionClosed, Written, packed, unpacked
from .messages import MOST_AT_ONCE, SECONDS_AT_ONCE, packed_clues, packed_reply, unpacked_arguments

if TYPE_CHECKING:
    from .shell import NotebookShell

_ALARM = {signal.SIGALRM}  # the signal of time limits


class Server:
    """One notebook: its shell, and the connection to the judging process.

    Parameters
    ----------
    channel
        The connection that carries the requests.
    shell
        The shell that runs the cells.
    """

    def __init__(self, channel: Channel, shell: "NotebookShell") -> None:
        self._channel, self._shell = channel, shell
        self._handed: list[Any] = []
        self._judged: dict[str, Any] = {}
        self._process = os.getpid()

    def serve(self) -> None:
        """Handle requests until the connection is closed or the request "end" arrives."""
        client.answer_by(self)
        try:
            with _alarm_blocked():
                while True:
                    request = self._channel.receive()
                    if request["do"] == "end":
                        return
                    self._do(request)
        except ConnectionClosed:
            pass

    def handed(self, function: Any) -> int:
        """Register a function, and return the number by which it can be called."""
        self._handed.append(function)
        return len(self._handed) - 1

    def was_judged(self, name: str, function: Any) -> bool:
        """Return whether this function object was the last one judged under this name."""
        return name in self._judged and self._judged[name] is function

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Send a question to the judging process, and handle its requests until it answers."""
        with _alarm_blocked():
            self._channel.send(question)
            while True:
                request = self._channel.receive()
                if "told" not in request:
                    self._do(request)
                elif request["told"] == question["number"]:
                    return request

    def _do(self, request: dict[str, Any]) -> None:
        work = {
            "run": self._run, "call": self._call, "look": self._look, "apply": self._apply,
            "bring": self._bring, "drawn": self._drawn,
        }  # fmt: skip
        with _alarm_let_through():
            result = work[request["do"]](request)
        if os.getpid() != self._process:
            os._exit(0)  # a fork of the notebook's process: only the original answers
        self._channel.send({"to": request["number"], **result})

    def _run(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            with time_limit(request["seconds"]):
                outputs, count = self._shell.run(request["source"])
        except BaseException as error:  # a time limit exceeded outside of the student's code
            said = [f"{type(error).__name__}: {error}"]
            self._shell.outputs.error(type(error).__name__, said[0].partition(": ")[2], said)
            outputs, count = self._shell.outputs.items, None
        try:
            shown = json.dumps(outputs, default=repr, skipkeys=True)
        except BaseException:  # a display can contain objects of the student's classes
            shown = "[]"
        return {"outputs": Written(shown), "count": count}

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call an answer on one case after the other, until time or message size runs out."""
        parameters = tuple(request["parameters"])
        more = request["seconds"], request["quiet"]
        replies, size, until = [], 0, time.monotonic() + SECONDS_AT_ONCE
        for case in request["cases"]:
            reply = call(self._answer(request), parameters, unpacked_arguments(case), *more)
            written = json.dumps(packed_reply(reply))
            replies.append(written)
            size += len(written)
            enough = size > MOST_AT_ONCE or time.monotonic() > until
            if enough or (reply.crash and reply.crash.endless):
                break
        return {"replies": Written(f"[{','.join(replies)}]")}

    def _look(self, request: dict[str, Any]) -> dict[str, Any]:
        arguments = unpacked_arguments(request["arguments"])
        parameters = tuple(request["parameters"])
        try:
            with time_limit(request["most"]):
                clues = look_closer(self._answer(request), parameters, arguments)
        except TookTooLong:
            clues = Clues()
        return packed_clues(clues)

    def _apply(self, request: dict[str, Any]) -> dict[str, Any]:
        """Evaluate a function that was passed as an argument."""
        try:
            value = self._answer(request)(unpacked(request["argument"]))
            return {"value": packed(np.asarray(value))}
        except BaseException as error:
            return {"error": type(error).__name__, "message": str(error)[:300]}

    def _bring(self, request: dict[str, Any]) -> dict[str, Any]:
        """Add pictures that a warm process has drawn before to the cache."""
        pictures = request["pictures"].items()
        cache.bring({name: (b64decode(data), words) for name, (data, words) in pictures})
        return {}

    def _drawn(self, request: dict[str, Any]) -> dict[str, Any]:
        drawn = cache.drawn().items()
        return {
            "pictures": {name: [b64encode(data).decode(), words] for name, (data, words) in drawn}
        }

    def _answer(self, request: dict[str, Any]) -> Any:
        if "name" in request:
            name = request["name"]
            self._judged[name] = self._shell.user_ns.get(name, Undefined(name))
            return self._judged[name]
        return self._handed[request["handed"]]


@contextmanager
def _alarm_blocked() -> Iterator[None]:
    """Block the alarm of a time limit, so that it cannot interrupt a message."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ALARM)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _alarm_let_through() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, _ALARM)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
