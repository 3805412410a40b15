"""The four programs, described by their choices, and their initial parameters."""

from dataclasses import dataclass, field, replace

import numpy as np

from ..datasets import three_inputs, xor
from ..network import Parameters, cross_entropy, half_squared_error, sigmoid

EXAMPLES = {"xor": xor, "three inputs": three_inputs}
INITIALISERS = ("normal", "uniform")
LAYOUTS = ("rows", "columns")

# The losses of the programs. Each takes out_y and Y (..., n_y, m) and returns a number per network.
LOSSES = {
    "half squared error": half_squared_error,
    "summed squares": lambda out_y, Y: 2 * half_squared_error(out_y, Y),
    "mean cross-entropy": lambda out_y, Y: cross_entropy(out_y, Y) / Y.shape[-1],
    "summed cross-entropy": cross_entropy,
}


@dataclass(frozen=True)
class Backward:
    """The backward pass of a program.

    Attributes
    ----------
    slope_in
        Where the slope of the sigmoid at the output is used: in "dW2", in "db2", and in the error
        that is propagated "back" to the hidden units.
    factor
        The factor by which the difference between output and target is multiplied.
    mean
        Whether the result is divided by the number of examples.
    """

    slope_in: tuple[str, ...]
    factor: float = 1.0
    mean: bool = False


@dataclass(frozen=True)
class Program:
    """One program, described by its choices.

    Attributes
    ----------
    layout
        "rows" or "columns": where the program puts the examples.
    examples
        "xor", or "three inputs" for the same examples with a third input that is always 1.
    hidden
        The number of hidden units.
    biases
        Whether the units have biases, which start at 0.
    initialiser
        "normal" for weights from N(0, 1), "uniform" for weights between 0 and 1.
    seed
        The seed of the random numbers.
    rate
        The learning rate.
    steps
        The number of steps.
    reports
        A description of the loss that the program prints or plots.
    reduction
        A description of how it combines the losses of all examples into one number.
    backward
        The backward pass.
    """

    layout: str
    examples: str
    hidden: int
    biases: bool
    initialiser: str
    seed: int
    rate: float
    steps: int
    reports: str
    reduction: str
    backward: Backward = field(repr=False)

    @property
    def trained(self) -> tuple[str, ...]:
        """The names of the arrays that the program trains."""
        return Parameters._fields if self.biases else ("W1", "W2")


_THREAD = Program(
    layout="columns",
    examples="xor",
    hidden=2,
    biases=True,
    initialiser="normal",
    seed=42,
    rate=0.01,
    steps=1,
    reports="nothing",
    reduction="none",
    backward=Backward(slope_in=("dW2", "db2")),
)

PROGRAMS = {
    "thread 1": _THREAD,
    "thread 2": replace(_THREAD, backward=Backward(slope_in=("db2",))),
    "thread 3": replace(_THREAD, backward=Backward(slope_in=())),
    "notebook 1": Program(
        layout="columns",
        examples="xor",
        hidden=2,
        biases=False,
        initialiser="uniform",
        seed=2,
        rate=0.9,
        steps=10_000,
        reports="cross-entropy",
        reduction="sum over len(y)",  # len(y) is 1 here, not the number of examples
        backward=Backward(slope_in=(), mean=True),
    ),
    "notebook 2": Program(
        layout="rows",
        examples="xor",
        hidden=2,
        biases=True,
        initialiser="normal",
        seed=42,
        rate=0.1,
        steps=10_000,
        reports="squares",
        reduction="mean",
        backward=Backward(slope_in=("dW2", "db2", "back"), factor=2.0),
    ),
    "chapter": Program(
        layout="rows",
        examples="three inputs",
        hidden=4,
        biases=False,
        initialiser="uniform",
        seed=1,  # our choice: the line that sets the seed is missing from the page
        rate=1.0,
        steps=1_000,
        reports="half of squares",
        reduction="none",
        backward=Backward(slope_in=("dW2", "db2", "back")),
    ),
}

_STUCK = PROGRAMS["notebook 2"]

# What is trained from a thousand starts: a program, a learning rate and a number of steps. Larger
# and fewer steps than its own solve about as many starts in less time.
VARIANTS = {
    "thread 1": (PROGRAMS["thread 1"], 1.0, 1_000),
    "thread 2": (PROGRAMS["thread 2"], 1.0, 1_000),
    "thread 3": (PROGRAMS["thread 3"], 1.0, 1_000),
    "notebook 1": (PROGRAMS["notebook 1"], 1.8, 5_000),
    "notebook 2": (_STUCK, 0.8, 1_250),
    "chapter": (PROGRAMS["chapter"], 1.0, 1_000),
    "notebook 2, columns": (replace(_STUCK, layout="columns"), 0.8, 1_250),
    "notebook 2, no biases": (replace(_STUCK, biases=False), 0.8, 1_250),
    "notebook 2, uniform": (replace(_STUCK, initialiser="uniform"), 0.8, 1_250),
    "notebook 2, 3 units": (replace(_STUCK, hidden=3), 0.8, 1_250),
    "notebook 2, rate × 4": (_STUCK, 3.2, 1_250),
    "notebook 2, rate / 8": (_STUCK, 0.1, 1_250),
}


def examples(program: Program) -> tuple[np.ndarray, np.ndarray]:
    """Return the examples that a program is trained on, in columns.

    Returns
    -------
    X : ndarray
        The inputs (n_x, m).
    Y : ndarray
        The targets (n_y, m).
    """
    return EXAMPLES[program.examples]()


def start(program: Program, networks: int | None = None) -> Parameters:
    """Return the parameters from which a program starts, in columns.

    Parameters
    ----------
    program
        The program. Its layout determines the order in which the random numbers fill the weights.
    networks
        The number of starts to draw, as a leading axis of the arrays; None for the program's own
        start, without this axis.

    Returns
    -------
    first : Parameters
        The initial parameters; the biases are 0.
    """
    X, Y = examples(program)
    rng = np.random.RandomState(program.seed)
    draw = rng.randn if program.initialiser == "normal" else rng.rand
    several = () if networks is None else (networks,)
    weights = []
    for units, sources in ((program.hidden, len(X)), (len(Y), program.hidden)):
        if program.layout == "columns":
            weights.append(draw(*several, units, sources))
        else:
            weights.append(np.swapaxes(draw(*several, sources, units), -2, -1))
    W1, W2 = weights
    b1, b2 = (np.zeros((*several, W.shape[-2], 1)) for W in weights)
    return Parameters(W1, b1, W2, b2)


def outputs_in_rows(
    X: np.ndarray, W1: np.ndarray, b1: np.ndarray | None, W2: np.ndarray, b2: np.ndarray | None
) -> np.ndarray:
    """Return the outputs of a network with examples in rows, computed unit by unit.

    Parameters
    ----------
    X
        The examples (m, n_x), one per row.
    W1, W2
        Weights (n_x, n_h) and (n_h, n_y).
    b1, b2
        Biases (1, n_h) and (1, n_y), or None for a network without them.

    Returns
    -------
    ndarray
        The outputs (m, n_y).
    """
    seen = np.asarray(X, dtype=float)
    for W, b in ((W1, b1), (W2, b2)):
        units = []
        for unit in range(np.shape(W)[1]):
            net = sum(W[source, unit] * seen[:, source] for source in range(len(W)))
            units.append(sigmoid(net if b is None else net + b[0, unit]))
        seen = np.stack(units, axis=1)
    return seen
