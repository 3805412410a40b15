"""Four published programs for the same network, as choices on one shared vocabulary.

What distinguishes the programs is written down as data, a `Program` each. Everything
is computed with examples in columns, `X` (n_x, m), whatever the layout of a program;
the layout decides in which order its random numbers fill the weights. Arrays may carry
a leading axis that counts networks side by side.

A backward pass that departs from the gradient is here the numerical derivative of an
altered network, one layer after the other.

Sources: a forum thread on backpropagation for XOR, in which the code is corrected
twice; two published notebooks, "Backpropagation-2" and "Backpropogation"; the chapter
"Back Propagation for a Two layered Neural Network", IT (is) Explained.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .datasets import three_inputs, xor
from .differentiate import derivative, gradient
from .network import Parameters, cross_entropy, forward, half_squared_error, layer, sigmoid

EXAMPLES = {"xor": xor, "three inputs": three_inputs}
INITIALISERS = ("normal", "uniform")
LAYOUTS = ("rows", "columns")

# What people minimise. Each takes out_y and Y (..., n_y, m) and returns one number a network.
LOSSES = {
    "half squared error": half_squared_error,
    "summed squares": lambda out_y, Y: 2 * half_squared_error(out_y, Y),
    "mean cross-entropy": lambda out_y, Y: cross_entropy(out_y, Y) / Y.shape[-1],
    "summed cross-entropy": cross_entropy,
}


@dataclass(frozen=True)
class Backward:
    """How a program computes what it subtracts from its parameters.

    Attributes
    ----------
    slope_in
        Where the slope of the output unit enters: in "dW2", in "db2", and in what goes "back" to
        the hidden units.
    factor
        By what the difference between output and target is multiplied.
    mean
        Whether the result is divided by the number of examples.
    """

    slope_in: tuple[str, ...]
    factor: float = 1.0
    mean: bool = False


@dataclass(frozen=True)
class Program:
    """One program, as the choices that were made in it.

    Attributes
    ----------
    layout
        Whether its examples stand in "rows" or in "columns".
    examples
        "xor", or "three inputs": the same with a third input that is always 1.
    hidden
        The number of hidden units.
    biases
        Whether its units have biases; they begin at 0.
    initialiser
        "normal" for weights from N(0, 1), "uniform" for weights between 0 and 1.
    seed
        The seed of its random numbers.
    rate
        The learning rate.
    steps
        The number of steps.
    reports
        The loss that it prints or plots, in words.
    reduction
        How it makes one number of the losses of all examples, in words.
    backward
        Its backward pass.
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
        """The names of the arrays that the program moves."""
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
        reduction="sum over len(y)",  # which is 1, and not the 4 examples
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
        seed=1,  # the line that sets the seed is lost in the page; this one is ours
        rate=1.0,
        steps=1_000,
        reports="half of squares",
        reduction="none",
        backward=Backward(slope_in=("dW2", "db2", "back")),
    ),
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
        Its layout decides in which order the random numbers fill the weights.
    networks
        How many starts to draw, as a leading axis of the arrays; None for the one of the program
        itself, without this axis.

    Returns
    -------
    first : Parameters
        The biases are 0.
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
    """Return the outputs of a network whose examples stand in rows, unit by unit.

    Parameters
    ----------
    X
        The examples (m, n_x), one a row.
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


def backward(program: Program, parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> Parameters:
    """Return what a program takes for the gradient, for any sizes.

    Parameters
    ----------
    program
        Its backward pass says where the slope enters, and by what the result is multiplied.
    parameters
        W1 (..., n_h, n_x), b1 (..., n_h, 1), W2 (..., n_y, n_h), b2 (..., n_y, 1).
    X, Y
        Examples (n_x, m) and targets (n_y, m).

    Returns
    -------
    slopes : Parameters
        What is subtracted, in the shapes of the parameters. The arrays of biases are 0 if the
        program has none.
    """
    values, way = forward(parameters, X), program.backward
    factor = way.factor / X.shape[-1] if way.mean else way.factor
    # How the loss answers to each output, and each output to its pre-activation.
    without = factor * derivative(lambda out: (out - Y) ** 2 / 2, values.out_y)
    sloped = without * derivative(_with_slope_of_sigmoid, values.out_y)
    error = {place: sloped if place in way.slope_in else without for place in _PLACES}
    below = _rates_below(error=error["back"], W=parameters.W2, out=values.out_h)
    dW1, dW2 = (
        _rates_of_weights(error=one, inputs=seen, W=W)
        for one, seen, W in (
            (below, X, parameters.W1),
            (error["dW2"], values.out_h, parameters.W2),
        )
    )
    if not program.biases:
        return Parameters(dW1, np.zeros_like(parameters.b1), dW2, np.zeros_like(parameters.b2))
    db1, db2 = (np.sum(one, axis=-1, keepdims=True) for one in (below, error["db2"]))
    return Parameters(dW1, db1, dW2, db2)


_PLACES = ("dW2", "db2", "back")
ONE = np.ones((1, 1))  # a step of 1: of one weight, or of one unit


def _with_slope_of_sigmoid(out: np.ndarray) -> np.ndarray:
    """Have at each activation the slope that the sigmoid has at its pre-activation."""
    return out * out * (0.5 - out / 3)


def _rates_below(*, error: np.ndarray, W: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Return how the loss answers to the pre-activations (..., n, m) of the layer below.

    A pre-activation is a straight line in each activation that it is made of, so the
    difference that a whole step of 1 makes is its slope, exactly.
    """
    pulls = np.empty_like(out)  # laid out in memory like `out`, which matters for speed
    for unit in range(W.shape[-1]):
        pulls[..., unit, :] = np.sum(error * layer(W[..., [unit]], 0.0, ONE), axis=-2)
    return pulls * derivative(_with_slope_of_sigmoid, out)


def _rates_of_weights(*, error: np.ndarray, inputs: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return how the loss answers to the weights W (..., n, k) of a layer, likewise."""
    slopes = np.empty_like(W)
    for source in range(W.shape[-1]):
        slopes[..., source] = np.sum(error * layer(ONE, 0.0, inputs[..., [source], :]), axis=-1)
    return slopes


def train(
    program: Program,
    parameters: Parameters | None = None,
    *,
    rate: float | None = None,
    steps: int | None = None,
    observe: Callable[[int, Parameters], None] | None = None,
) -> Parameters:
    """Return the parameters after training.

    Parameters
    ----------
    program
        The program that trains, in its own way.
    parameters
        Where to begin, perhaps with a leading axis; by default at `start`.
    rate, steps
        The learning rate and the number of steps; by default those of the program.
    observe
        Called with the number of steps made and the parameters, before each step and after the
        last.

    Returns
    -------
    last : Parameters
        Of the shapes of those at the beginning.
    """
    X, Y = examples(program)
    parameters = start(program) if parameters is None else parameters
    rate = program.rate if rate is None else rate
    steps = program.steps if steps is None else steps
    for step in range(steps):
        if observe:
            observe(step, parameters)
        slopes = backward(program, parameters, X, Y)
        parameters = Parameters(*(p - rate * d for p, d in zip(parameters, slopes)))
    if observe:
        observe(steps, parameters)
    return parameters


def path(
    program: Program,
    moments: Sequence[int],
    parameters: Parameters | None = None,
    *,
    rate: float | None = None,
) -> Parameters:
    """Return the parameters at certain moments of training.

    Parameters
    ----------
    program
        The program that trains.
    moments
        Numbers of steps, ascending.
    parameters, rate
        As for `train`.

    Returns
    -------
    seen : Parameters
        Arrays with a leading axis, one entry for each moment.
    """
    wanted, seen = set(moments), []

    def observe(step: int, parameters: Parameters) -> None:
        if step in wanted:
            seen.append(parameters)

    train(program, parameters, rate=rate, steps=max(moments), observe=observe)
    return Parameters(*map(np.array, zip(*seen)))


def many(
    program: Program, networks: int, steps: int, rate: float | None = None, solved: float = 0.05
) -> np.ndarray:
    """Train many starts of a program at once.

    Parameters
    ----------
    program
        The program that trains.
    networks
        How many starts to draw.
    steps
        The largest number of steps.
    rate
        The learning rate; by default that of the program.
    solved
        A network whose loss is below this is not trained any further.

    Returns
    -------
    ndarray
        The half squared error of each at the end, (networks,).
    """
    X, Y = examples(program)
    # In memory the networks lie side by side, so that numpy works on long rows.
    parameters = Parameters(*map(_networks_last, start(program, networks)))
    ends, at_work = np.empty(networks), np.arange(networks)
    while True:
        losses = half_squared_error(forward(parameters, X).out_y, Y)
        ends[at_work] = losses
        going = losses > solved
        at_work = at_work[going]
        if steps <= 0 or not len(at_work):
            return ends
        parameters = Parameters(*(_networks_last(array[going]) for array in parameters))
        some = min(steps, 100)
        parameters = train(program, parameters, rate=rate, steps=some)
        steps -= some


def _networks_last(array: np.ndarray) -> np.ndarray:
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 0, -1)), -1, 0)


# --- fields on flat vectors -------------------------------------------------------------------


def flat(program: Program, parameters: Parameters) -> np.ndarray:
    """Return the arrays that a program trains as one vector, (n,), or (..., n)."""
    arrays = [getattr(parameters, name) for name in program.trained]
    return np.concatenate([a.reshape(*a.shape[:-2], -1) for a in arrays], axis=-1)


def unflat(program: Program, vector: np.ndarray, like: Parameters) -> Parameters:
    """Return the parameters whose trained arrays stand in a vector.

    Parameters
    ----------
    program
        It says which arrays are trained.
    vector
        Their entries, (n,).
    like
        `Parameters` of the wanted shapes, which also give the arrays that are not trained.

    Returns
    -------
    arrays : Parameters
        Of the shapes of `like`.
    """
    arrays, begin = {}, 0
    for name in program.trained:
        shape = getattr(like, name).shape
        size = int(np.prod(shape))
        arrays[name] = np.reshape(vector[begin : begin + size], shape)
        begin += size
    return like._replace(**arrays)


def field_of(program: Program) -> Callable[[np.ndarray], np.ndarray]:
    """Return the field that a program follows: a function of a vector (n,) to another (n,)."""
    X, Y = examples(program)
    like = start(program)

    def follow(vector: np.ndarray) -> np.ndarray:
        parameters = unflat(program, np.asarray(vector, dtype=float), like)
        return flat(program, backward(program, parameters, X, Y))

    return follow


def jacobian(program: Program, vector: np.ndarray) -> np.ndarray:
    """Return the derivatives of the field of a program at a vector.

    Parameters
    ----------
    program
        The program whose field it is.
    vector
        The point, (n,).

    Returns
    -------
    ndarray
        (n, n): row i, column j holds how component i of the field answers to entry j of the vector.
    """
    return _slopes_of(field_of(program), np.asarray(vector, dtype=float))


def _slopes_of(follow: Callable[[np.ndarray], np.ndarray], point: np.ndarray) -> np.ndarray:
    """Return the slopes, in each direction, of the polynomials through five points of a field."""
    places, columns = np.arange(-2, 3), []
    for unit in np.eye(point.size):
        values = np.array([follow(point + 1e-3 * place * unit) for place in places])
        columns.append(np.polyfit(places, values, 4)[-2] / 1e-3)
    return np.transpose(columns)


@dataclass(frozen=True, eq=False)
class Field:
    """A field on vectors: F(v) = A tanh(B v + c) + D v, for real numbers only.

    Attributes
    ----------
    A, B, c, D
        Arrays (n, k), (k, n), (k,) and (n, n). Called with v (n,), the field returns (n,).
    """

    A: np.ndarray
    B: np.ndarray
    c: np.ndarray
    D: np.ndarray

    def __call__(self, v: np.ndarray) -> np.ndarray:
        """Return the value at a real vector (n,)."""
        if np.iscomplexobj(v):
            raise TypeError("this field takes real numbers only")
        return self.complex_value(np.asarray(v, dtype=float))

    def complex_value(self, v: np.ndarray) -> np.ndarray:
        """Return the value as `__call__` does, for complex numbers too."""
        return np.tanh(v @ self.B.T + self.c) @ self.A.T + v @ self.D.T

    def __repr__(self) -> str:
        return f"a field on vectors of {len(self.A)} numbers"


# --- the valley -------------------------------------------------------------------------------


def summed_squares(parameters: Sequence[np.ndarray], X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the sum of the squared differences between outputs and targets, one a network."""
    return LOSSES["summed squares"](forward(Parameters(*parameters), X).out_y, Y)


def curvatures(
    parameters: Sequence[np.ndarray], X: np.ndarray, Y: np.ndarray, step: float = 0.0001
) -> tuple[np.ndarray, np.ndarray]:
    """Return the second derivatives of the summed squares, and the gradient.

    The first derivatives are exact, the second are central differences of them.

    Parameters
    ----------
    parameters
        W1, b1, W2, b2 of one network, with n entries together.
    X, Y
        Examples (n_x, m) and targets (n_y, m).
    step
        By how much an entry is moved for a difference.

    Returns
    -------
    H : ndarray
        The matrix of second derivatives (n, n).
    g : ndarray
        The gradient (n,).
    """
    shapes = [array.shape for array in parameters]
    ends = np.cumsum([array.size for array in parameters])
    here = np.concatenate([array.ravel() for array in parameters])
    moves = step * np.eye(here.size)
    points = here + np.concatenate([moves, -moves, np.zeros((1, here.size))])
    arrays = [
        part.reshape(len(points), *shape)
        for part, shape in zip(np.split(points, ends[:-1], axis=1), shapes)
    ]
    slopes = gradient(lambda *moved: summed_squares(moved, X, Y), *arrays, copies=1)
    slopes = np.concatenate([one.reshape(len(points), -1) for one in slopes], axis=1)
    second = (slopes[: here.size] - slopes[here.size : -1]) / (2 * step)
    return (second + second.T) / 2, slopes[-1]


def run_on(
    parameters: Sequence[np.ndarray],
    X: np.ndarray,
    Y: np.ndarray,
    rate: float,
    made: float,
    last: float,
    share: float = 0.02,
) -> tuple[np.ndarray, list[Parameters]]:
    """Go on down the summed squares with long steps.

    Each long step stands for a share of all the small steps made so far. It is the step s
    of the equation (1/t + H) s = -g with gradient g, curvatures H, and t the learning rate times
    the number of small steps: where the path is nearly straight, that is where they lead, and
    unlike one step of the length t it does not leap across a steep valley.

    Parameters
    ----------
    parameters
        W1, b1, W2, b2 of one network.
    X, Y
        Examples (n_x, m) and targets (n_y, m).
    rate
        The learning rate of the small steps.
    made, last
        How many small steps were made before, and how many shall be in the end.
    share
        The share of the steps made so far for which one long step stands.

    Returns
    -------
    steps : ndarray
        The numbers of small steps made, (k,).
    seen : list of Parameters
        The network after each of them.

    References
    ----------
    The implicit Euler method, with one Newton step: Hairer and Wanner, "Solving Ordinary
    Differential Equations II", chapter IV.
    """
    shapes = [array.shape for array in parameters]
    ends = np.cumsum([array.size for array in parameters])
    steps, seen = [made], [Parameters(*parameters)]
    while steps[-1] < last:
        more = min(share * steps[-1], last - steps[-1])
        H, g = curvatures(seen[-1], X, Y)
        move = np.linalg.solve(H + np.eye(len(g)) / (rate * more), -g)
        parts = [part.reshape(s) for part, s in zip(np.split(move, ends[:-1]), shapes)]
        seen.append(Parameters(*(p + part for p, part in zip(seen[-1], parts))))
        steps.append(steps[-1] + more)
    return np.array(steps), seen
