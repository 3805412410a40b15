"""Answers whose verdict is known: `RIGHT` must pass, `WRONG` must be refused and named.

An answer is one decorated function; its docstring says in one line what the person did.
The answers to a lesson stand in the module of its name, and importing that enters them.
The bank knows nothing about how the checker works: it only says what is true of an answer.
"""

from importlib import import_module

from backprop_judge import EXERCISES

from .answer import RIGHT, WRONG, Answer

__all__ = ["RIGHT", "WRONG", "Answer", "module_of"]


def module_of(lesson):
    """Return the module that holds the answers to the exercises of a lesson."""
    return import_module(f"{__name__}.{lesson.partition('_')[2]}")


for _lesson in dict.fromkeys(entry.lesson for entry in EXERCISES.values()):
    module_of(_lesson)
