"""The mistakes that learners make, and how the numbers of an answer prove one of them.

registry -- where mistakes, and the numbers that prove them, are entered
catalogue -- the mistakes that several lessons know; those of one lesson are in its own folder
forms -- what can be done to any right array: transposed, unsummed, scaled, ...
networks -- mistakes of the backward path, as networks other than the asked one
explaining -- finds the smallest set of mistakes that gives the numbers that came
"""

from . import catalogue  # noqa: F401  it enters its mistakes
from .explaining import BACKWARD, entry_by_entry, explain, explained_gradient, order_of
from .registry import (
    CATALOGUE,
    WrongValues,
    consequence,
    error_pattern,
    mistake,
    mistake_in,
    own_words,
    wrong_values,
)

__all__ = [
    "BACKWARD",
    "CATALOGUE",
    "WrongValues",
    "consequence",
    "entry_by_entry",
    "error_pattern",
    "explain",
    "explained_gradient",
    "mistake",
    "mistake_in",
    "order_of",
    "own_words",
    "wrong_values",
]
