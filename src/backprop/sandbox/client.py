"""Send questions from code in the sandbox to the judging process."""

from itertools import count
from typing import Any, Protocol


class Asked(Protocol):
    """An object that forwards questions, such as the server of a notebook."""

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Send a question to the judging process, and return its answer."""

    def handed(self, function: Any) -> int:
        """Register a function, and return the number by which it can be called."""

    def was_judged(self, name: str, function: Any) -> bool:
        """Return whether this function object was the last one judged under this name."""


_servers: list[Asked] = []
_numbers = count()


class NotGrading(RuntimeError):
    """Raised outside of a sandbox, where no process answers questions."""


def answer_by(server: Asked) -> None:
    """Set the server through which `ask` sends its questions."""
    _servers[:] = [server]


def ask(question: str, **details: Any) -> dict[str, Any]:
    """Send a question to the judging process and return its answer.

    Parameters
    ----------
    question
        The kind of question, "evaluate" or "stand_in".
    details
        The data of the question; they must be serializable as JSON.

    Returns
    -------
    dict
        The answer.

    Raises
    ------
    NotGrading
        If this is called outside of a sandbox.
    """
    if not _servers:
        raise NotGrading("questions can be sent only during grading")
    return _servers[0].ask({"ask": question, "number": next(_numbers), **details})


def handed(function: Any) -> int:
    """Return a number with which the judging process can call a function."""
    if not _servers:
        raise NotGrading("questions can be sent only during grading")
    return _servers[0].handed(function)


def was_judged(exercise_id: str, function: Any) -> bool:
    """Return whether this function object was the last one judged for an exercise."""
    return bool(_servers) and _servers[0].was_judged(exercise_id, function)
