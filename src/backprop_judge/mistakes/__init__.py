"""The mistakes that learners make, and how the numbers of an answer prove them.

registry -- where mistakes, and the numbers that prove them, are entered
catalogue -- the mistakes that several lessons know; those of one lesson are in its own folder
forms -- what can be done to any right array: it is transposed, not summed, scaled, rounded
slopes, unit_errors, backward_path -- mistakes of the way back, as gradients of other networks
backward_search -- finds the ways back that give the gradients that came
parts -- what a mistake gives: codes, details, values
matching -- compares received values with those of a mistake
ordering -- finds out whether the right values came in another order
explaining -- finds the smallest set of mistakes that gives the numbers that came
"""

from . import catalogue  # noqa: F401  it enters its mistakes
from .explaining import (
    BACKWARD,
    entry_by_entry,
    explain,
    explained_gradient,
)
from .matching import Explanation
from .ordering import order_of
from .parts import Part
from .registry import (
    CATALOGUE,
    Instead,
    Named,
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
    "Explanation",
    "Instead",
    "Named",
    "Part",
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
