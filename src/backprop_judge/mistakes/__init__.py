"""Typical mistakes, and the code that identifies them from the values of an answer.

registry -- the registries of mistakes and of the functions that compute their values
catalogue -- the mistakes that several lessons share; others are in the folders of the lessons
forms -- modifications of any right array: transposed, not summed, scaled, rounded
slopes, unit_errors, backward_path -- mistakes in the backward pass, as gradients of other networks
backward_search -- finds the backward paths that give the received gradients
parts -- the codes, details and values of a mistake
matching -- compares received values with those of a mistake
ordering -- finds out whether the right values were returned in another order
explaining -- finds the smallest set of mistakes that gives the received values
"""

from . import catalogue  # noqa: F401  the import registers the mistakes
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
