"""The programs that an engine is tested with: lists of operations, with arrays as inputs.

A step of a program is the name of an operation and the places of its inputs. The arrays have the
first places, and each step gets the next one. The last step gives the result, a single number.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from .operations import OPERATIONS

Program = list[tuple[str, list[int]]]
NAMES = (
    "lesson 1", "a value used twice", "paths of different lengths", "arrays that are broadcast",
    "lesson 3", "lesson 7", "an array that is not used", "a program drawn at random",
)  # fmt: skip
Drawn = tuple[str, Program, list[np.ndarray]]


def named_programs(rng: np.random.Generator) -> Iterator[Drawn]:
    """Yield programs with their names and arrays."""
    draws = (_chain, _shared, _uneven, _broadcast, _two_layers, _rectified, _unused, _any)
    for name, draw in zip(NAMES, draws):
        yield name, *draw(rng)


def steps(*written: str) -> Program:
    """Parse a program whose steps are written like "multiply 0 1"."""
    parts = [one.split() for one in written]
    return [(operation, [int(place) for place in places]) for operation, *places in parts]


def _chain(rng: np.random.Generator) -> tuple[Program, list[np.ndarray]]:
    """Return half the squared distance of w_2 sigmoid(w_1 x + b_1) + b_2 to y."""
    program = steps(
        "multiply 0 1", "add 7 2", "sigmoid 8", "multiply 9 3", "add 10 4",
        "add 11 5", "multiply 12 12", "multiply 13 6",
    )  # fmt: skip
    return program, [*map(np.asarray, rng.uniform(0.4, 1.5, size=6)), np.asarray(0.5)]


def _shared(rng: np.random.Generator) -> tuple[Program, list[np.ndarray]]:
    """Return a program whose gradients may share an array, which must not be changed in place."""
    program = steps(
        "multiply 0 1", "exp 2", "add 3 0", "add 3 1", "multiply 4 5", "multiply 6 6", "sum 7"
    )
    return program, list(rng.uniform(-0.8, 0.8, size=(2, 3)))


def _uneven(rng: np.random.Generator) -> tuple[Program, list[np.ndarray]]:
    program = steps(
        "sigmoid 0", "multiply 1 0", "exp 2", "add 3 0", "multiply 1 4", "sum 5", "log 6"
    )
    return program, [rng.uniform(0.5, 1.5, size=(2, 2))]


def _broadcast(rng: np.random.Generator) -> tuple[Program, list[np.ndarray]]:
    """Return a program that combines a matrix with a column, a row and a number."""
    program = steps("add 0 1", "multiply 4 2", "multiply 5 3", "exp 6", "add 7 1", "sum 8")
    shapes = (3, 2), (3, 1), (1, 2), ()
    return program, [np.asarray(rng.uniform(0.2, 0.9, size=shape)) for shape in shapes]


def _two_layers(rng: np.random.Generator) -> tuple[Program, list[np.ndarray]]:
    """Return the loss of two sigmoid layers; the arrays are X, -Y, W1, b1, W2, b2 and 1/2."""
    program = steps(
        "matmul 2 0", "add 7 3", "sigmoid 8", "matmul 4 9", "add 10 5", "sigmoid 11",
        "add 12 1", "multiply 13 13", "sum 14", "multiply 15 6",
    )  # fmt: skip
    shapes = (2, 4), (2, 4), (3, 2), (3, 1), (2, 3), (2, 1)
    arrays = [rng.standard_normal(shape) for shape in shapes]
    arrays[1] = -rng.uniform(0.1, 0.9, size=(2, 4))
    return program, [*arrays, np.asarray(0.5)]


def _rectified(rng: np.random.Generator) -> tuple[Program, list[np.ndarray]]:
    """Return the cross-entropy of a ReLU layer and softmax.

    The arrays are X, -Y, W1, b1, W2, b2 and a row of ones.
    """
    program = steps(
        "matmul 2 0", "add 7 3", "relu 8", "matmul 4 9", "add 10 5", "exp 11", "matmul 6 12",
        "log 13", "sum 14", "multiply 11 1", "sum 16", "add 15 17",
    )  # fmt: skip
    while True:
        shapes = (2, 4), (3, 4), (3, 2), (3, 1), (3, 3), (3, 1)
        arrays = [rng.standard_normal(shape) for shape in shapes]
        net_h = arrays[2] @ arrays[0] + arrays[3]
        if np.min(np.abs(net_h)) > 0.05 and 3 <= np.sum(net_h > 0) <= 9:
            break
    arrays[1] = -np.eye(3)[:, rng.integers(3, size=4)]
    return program, [*arrays, np.ones((1, 3))]


def _unused(rng: np.random.Generator) -> tuple[Program, list[np.ndarray]]:
    program = steps("sigmoid 2", "exp 0", "multiply 4 3", "sum 5")
    return program, [rng.standard_normal(shape) for shape in ((2, 3), (3, 1), (2, 1))]


def _any(rng: np.random.Generator) -> tuple[Program, list[np.ndarray]]:
    """Return a random program.

    All random programs contain the same operations, with a value used twice after each of them,
    so that a mistake shows in every program or in none.
    """
    while True:
        arrays: list[np.ndarray] = [rng.uniform(0.3, 1.2, size=shape) for shape in ((2, 3), (2, 1))]
        program: Program = [("multiply", [0, 1])]
        joins = rng.permutation(["add", "multiply", "add"])
        for operation, join in zip(rng.permutation(["sigmoid", "exp", "log"]), joins):
            before = len(program) + 1
            program.append((str(operation), [before]))
            program.append((str(join), [before + 1, before]))
        program.append(("sum", [len(program) + 1]))
        if _is_moderate(program, arrays):
            return program, arrays


def _is_moderate(program: Program, arrays: Sequence[np.ndarray]) -> bool:
    """Return whether all values are moderate and the result depends on each array."""
    with np.errstate(all="ignore"):
        values = _values(program, arrays)
        if not all(np.all(np.isfinite(one)) and np.max(np.abs(one)) < 50 for one in values):
            return False
        moved = [[1.01 * one if one is array else one for one in arrays] for array in arrays]
        return all(abs(_values(program, one)[-1] - values[-1]) > 1e-3 for one in moved)


def _values(program: Program, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    values = list(arrays)
    for operation, places in program:
        values.append(np.asarray(OPERATIONS[operation](*(values[place] for place in places))))
    return values
