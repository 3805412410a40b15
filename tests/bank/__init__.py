"""Answers whose verdict is known: `RIGHT` must pass, `WRONG` must be refused and named.

An answer is one decorated function; its docstring says in one line what the person did.
The bank knows nothing about how the checker works: it only says what is true of an answer.
"""

from . import right, wrong  # noqa: F401  they enter their answers
from .answer import RIGHT, WRONG, Answer

__all__ = ["RIGHT", "WRONG", "Answer"]
