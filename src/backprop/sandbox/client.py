"""How code in the sandbox asks the process that judges."""

from itertools import count
from typing import Any, Protocol


class Asked(Protocol):
    """What passes questions on: the server of a notebook."""

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Put a question to the judging process, and return its answer."""

    def handed(self, function: Any) -> int:
        """Remember a function, so that it can be called by a number."""

    def was_judged(self, name: str, function: Any) -> bool:
        """Tell whether it is this very function that was judged by this name last."""


_servers: list[Asked] = []
_numbers = count()


class NobodyThere(RuntimeError):
    """Raised by code that runs outside of a sandbox, where there is nobody to ask."""


def answer_by(server: Asked) -> None:
    """Let `ask` put its questions through this server."""
    _servers[:] = [server]


def ask(question: str, **details: Any) -> dict[str, Any]:
    """Ask the judging process.

    Parameters
    ----------
    question
        What is asked, "evaluate" or "stand_in".
    details
        What belongs to the question, as JSON can hold it.

    Returns
    -------
    dict
        The answer.

    Raises
    ------
    NobodyThere
        Outside of a sandbox.
    """
    if not _servers:
        raise NobodyThere("questions are answered only while a class is graded")
    return _servers[0].ask({"ask": question, "number": next(_numbers), **details})


def handed(function: Any) -> int:
    """Return a number by which the judging process can have a function called."""
    if not _servers:
        raise NobodyThere("questions are answered only while a class is graded")
    return _servers[0].handed(function)


def was_judged(exercise_id: str, function: Any) -> bool:
    """Tell whether it is this very function that was judged for an exercise last."""
    return bool(_servers) and _servers[0].was_judged(exercise_id, function)
