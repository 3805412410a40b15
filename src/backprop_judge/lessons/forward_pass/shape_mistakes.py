"""Mistakes of lesson 2, in shapes and in the layout of arrays."""

from collections.abc import Callable
from itertools import product

import numpy as np

from ...mistakes import Instead, Part, WrongValues, mistake, own_words, wrong_values
from . import exercises

# --- shapes ---------------------------------------------------------------------------------------

mistake(
    "bias-per-example",
    "A bias has one column for each example.",
    "one column for each example; a layer has one bias for each unit",
    "Does the number of biases grow when you add examples?",
)


mistake(
    "other-sizes",
    "A size counts something else.",
    "these are the sizes {came}",
    "What does a row of this array belong to, and what a column?",
)


@wrong_values(exercises.shapes)
def instead_of_shapes(compute: Callable, *sizes: int) -> WrongValues:
    """Return what may stand for each shape."""
    m = sizes[-1]
    counts = dict(zip((*exercises.shapes.parameters, "1"), (*sizes, 1)))
    found: dict[str, Instead] = {}
    for name, size in compute(*sizes).items():
        found[name] = [("transposed", np.array(size[::-1]))]
        if size[-1] == 1:
            found[name].append(("bias-flat", np.array(size[:1])))
            found[name].append(("bias-per-example", np.array([size[0], m])))
        # All sizes of some cases differ, so that each can be told by its number.
        for one, other in list(product(counts, repeat=2))[:-1]:
            part = Part(("other-sizes",), {"came": f"({one}, {other})"})
            found[name].append((part, np.array([counts[one], counts[other]])))
    return found


# --- the layout -----------------------------------------------------------------------------------

mistake(
    "unchanged",
    "It is returned as it was given.",
    "this is the array as it was given: rows and columns are not exchanged",
    "Which of the arrays does your function change?",
)
mistake(
    "rotated",
    "It is rotated.",
    "the array is rotated by a quarter turn; its rows should become columns, in the same order",
    "Where does the first row go when you transpose, and where when you rotate?",
)
own_words(
    exercises.rows_to_columns, "doubled", "too large by a factor of 2", "Where does it come from?"
)
own_words(
    exercises.rows_to_columns,
    "reshaped",
    "reshaped, not transposed: the shape is right, but the numbers are in other places",
    "Where does the first row go when you transpose, and where when you reshape?",
)


@wrong_values(exercises.rows_to_columns)
def instead_of_rows_to_columns(compute: Callable, *arrays: np.ndarray) -> WrongValues:
    """Return what may stand for the arrays in the other layout."""
    found: dict[str, Instead] = {}
    for name, array in zip(exercises.rows_to_columns.returns, arrays):
        found[name] = [
            ("unchanged", array),
            ("rotated", np.rot90(array)),
            ("rotated", np.rot90(array, -1)),
        ]
    return found
