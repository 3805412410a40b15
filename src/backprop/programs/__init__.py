"""Four published programs for the same network, described by one set of choices.

Each program is a `Program`, which lists the choices that distinguish it from the others. All
computations use examples in columns, `X` (n_x, m). The layout of a program only determines the
order in which its random numbers fill the weights. Arrays may have a leading axis for several
networks.

The backward passes are numerical derivatives, layer by layer.

Sources: a forum thread on backpropagation for XOR, in which the code is corrected
twice; two published notebooks, "Backpropagation-2" and "Backpropogation"; the chapter
"Back Propagation for a Two layered Neural Network", IT (is) Explained.
"""

from .choices import (
    EXAMPLES,
    INITIALISERS,
    LAYOUTS,
    LOSSES,
    PROGRAMS,
    VARIANTS,
    Backward,
    Program,
    examples,
    outputs_in_rows,
    start,
)
from .fields import Field, _slopes_of, field_of, flat, jacobian, unflat
from .training import backward, carry_back, many, numerical, path, train
from .valley import curvatures, measures, run_on, summed_squares

__all__ = [
    "EXAMPLES", "INITIALISERS", "LAYOUTS", "LOSSES", "PROGRAMS", "VARIANTS", "Backward", "Field",
    "Program", "_slopes_of", "backward", "carry_back", "curvatures", "examples", "field_of", "flat",
    "jacobian", "many", "measures", "numerical", "outputs_in_rows", "path", "run_on", "start",
    "summed_squares", "train", "unflat",
]  # fmt: skip
