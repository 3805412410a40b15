"""Lesson 6: training a network on handwritten digits."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle

import numpy as np

from backprop.datasets import digits
from backprop.network import Parameters, draw_parameters, forward, half_squared_error
from backprop.report import Row

from ...exercise import Fault, Values, exercise, manual_exercise
from ..training.exercises import PARAMETERS

LESSON = "06_handwriting"
DIGITS = 10
PIXELS = 64


def _labels(rng: np.random.Generator) -> Iterator[tuple]:
    # The second set lacks the digit 9, the third has as many pictures as there are digits.
    for m, kinds in ((12, DIGITS), (7, 6), (DIGITS, DIGITS), (1, DIGITS)):
        labels = rng.integers(kinds, size=m)
        labels[0] = kinds - 1
        yield (labels,)


@exercise(LESSON, points=1, returns={"Y": "(10, m)"}, cases=_labels, light=True)
def one_hot(labels: np.ndarray) -> np.ndarray:
    """Return a column for each label, with 1 in the row of its digit and 0 in the others."""
    return np.array([[float(digit == label) for label in labels] for digit in range(DIGITS)])


# --- mini-batches: judged by their properties, because any random order is right ----------------


def _cuts(rng: np.random.Generator) -> Iterator[tuple]:
    for m, size in ((23, 5), (40, 8), (7, 10), (30, 1)):
        yield m, size, np.random.default_rng(int(rng.integers(2**32)))


def _judge_minibatches(
    cases: Sequence[tuple], received: Sequence[Values]
) -> tuple[list[Fault], list[Row]]:
    """Judge the members, the sizes and the order of the batches."""
    said = [
        _fault_of_batches(case[0], case[1], one["batches"]) for case, one in zip(cases, received)
    ]
    faults = [fault for fault in said if fault is not None][:1]
    # The first and the last case have the same sizes and other random numbers.
    first, last = (_flat(received[place]["batches"]) for place in (0, -1))
    if not faults and np.array_equal(first, last):
        faults = [Fault("same-order-again")]
    return faults, []


def _fault_of_batches(m: int, size: int, batches: Sequence[np.ndarray]) -> Fault | None:
    """Return the fault of one list of batches, or None."""
    asked = {"wanted": f"m = {m} and size = {size}"}
    return (
        _fault_of_members(m, size, batches, asked)
        or _fault_of_lengths(m, size, batches, asked)
        or _fault_of_order(m, size, batches, asked)
    )


def _fault_of_members(
    m: int, size: int, batches: Sequence[np.ndarray], asked: Mapping[str, str]
) -> Fault | None:
    """Return a fault unless the batches contain each of the m examples exactly once."""
    everything, lengths = _flat(batches), [len(batch) for batch in batches]
    if m > 2 and set(lengths) == {m} and np.all(np.isin(everything, (0, 1))):
        return Fault("masks", details=asked)
    if not np.all(np.isin(everything, np.arange(m))):
        strange = everything[~np.isin(everything, np.arange(m))][0]
        return Fault("no-such-example", details={"came": f"{strange:g}", **asked})
    counts = np.bincount(everything.astype(int), minlength=m)
    missing, again = int(np.sum(counts == 0)), int(np.sum(counts > 1))
    if missing and not again and missing == m % size:
        return Fault("last-batch-dropped", details={"count": f"{missing}", **asked})
    if missing or again:
        said = f"{missing} of the examples are in no batch, {again} occur more than once"
        return Fault("not-each-once", details={"said": said, **asked})
    return None


def _fault_of_lengths(
    m: int, size: int, batches: Sequence[np.ndarray], asked: Mapping[str, str]
) -> Fault | None:
    lengths = [len(batch) for batch in batches]
    wanted = [size] * (m // size) + [m % size] * (m % size > 0)
    if sorted(lengths) != sorted(wanted):
        seen = f"{len(lengths)} batches with the sizes {_listed(lengths)}"
        details = {"came": seen, "count": len(wanted), "which": _listed(wanted), **asked}
        return Fault("wrong-batch-size", details=details)
    return None


def _fault_of_order(
    m: int, size: int, batches: Sequence[np.ndarray], asked: Mapping[str, str]
) -> Fault | None:
    if m > size > 1 and all(np.ptp(batch) == len(batch) - 1 for batch in batches):
        return Fault("not-shuffled", details=asked)
    if size == 1 and np.array_equal(_flat(batches), np.arange(m)):
        return Fault("not-shuffled", details=asked)
    return None


def _flat(batches: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0), *batches])


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:6]))
    return f"{shown}, ..." if len(numbers) > 6 else shown


@exercise(
    LESSON,
    points=2,
    returns={"batches": "a list of index arrays, one for each batch"},
    form="list",
    cases=_cuts,
    properties=_judge_minibatches,
)
def minibatches(m: int, size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Return 0 to m - 1 in a random order, in batches of `size`; the last may be smaller."""
    rng = np.random.default_rng(rng)  # a generator, or the seed of one
    waiting, batches = list(range(m)), []
    while waiting:
        batch = [
            waiting.pop(int(rng.integers(len(waiting)))) for _ in range(min(size, len(waiting)))
        ]
        batches.append(np.array(batch))
    return batches


def _answers_of_a_network(rng: np.random.Generator) -> Iterator[tuple]:
    for m in (20, 37, DIGITS, 6):
        labels = rng.integers(DIGITS, size=m)
        out_y = rng.uniform(0.0, 0.8, size=(DIGITS, m))
        # The first and the last picture are read correctly, so that an answer which skips one of
        # them counts too few, and an answer which uses only one of them always returns the same.
        between = rng.permutation(np.arange(1, m - 1))[: (3 * m) // 5 - 2]
        right = np.append(between, [0, m - 1])
        out_y[labels[right], right] = rng.uniform(0.8, 0.99, size=len(right))
        # Wrong answers are off by one, and their smallest output belongs to the label.
        wrong = [place for place in range(m) if place not in (3, 4, *right)]
        labels[wrong] = 1 + labels[wrong] % (DIGITS - 2)
        for place, off in zip(wrong, cycle((1, -1))):
            out_y[labels[place], place] = 0.0
            out_y[labels[place] + off, place] = 0.9
        # Some right answers have small outputs, and some wrong answers have large ones.
        out_y[:, rng.uniform(size=m) < 0.3] *= 0.5
        # The largest output of all has the flat index 3 in the array, and 3 is a label.
        labels[3:5] = 0, 3
        out_y[0, 3] = 0.995
        out_y[3, 4] = 0.0  # at least one answer is wrong
        # Up to two right answers have one large output and no other output above one half.
        for plain in [place for place in right if place not in (3, 4)][:2]:
            out_y[:, plain] = np.minimum(out_y[:, plain], 0.45)
            out_y[labels[plain], plain] = 0.9
        yield out_y, labels


@exercise(
    LESSON,
    points=1,
    returns={"share": "a number"},
    cases=_answers_of_a_network,
    tolerance=1e-6,  # a share in single precision is precise enough
    light=True,
)
def accuracy(out_y: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of the pictures whose largest output belongs to their label."""
    right = 0
    for column, label in zip(np.transpose(out_y), labels):
        right += all(column[label] > other for digit, other in enumerate(column) if digit != label)
    return right / len(labels)


# --- training on digits: judged by the accuracy of the trained network --------------------------

EPOCHS = 20
ENOUGH = 0.93
HIDDEN = 30
SCALE = 0.3


def start(seed: int, n_h: int = HIDDEN) -> Parameters:
    """Return initial `Parameters` of a network for digits, with entries from N(0, 0.3^2)."""
    return draw_parameters(np.random.default_rng(seed), PIXELS, n_h, DIGITS, scale=SCALE)


# The initialization and the order of the pictures are fixed, because some trainings succeed only by
# luck, and points must not depend on luck.
START_SEED = 1


def _trainings_on_digits(rng: np.random.Generator) -> Iterator[tuple]:
    pictures, labels, held_out = digits()
    X, Y = pictures[:, ~held_out], one_hot.specification(labels[~held_out])
    for n_h, epochs, m in ((HIDDEN, EPOCHS, None), (20, EPOCHS, None), (7, 0, 40)):
        W1, b1, W2, b2 = start(START_SEED, n_h)
        order = rng.permutation(PIXELS)
        generator = np.random.default_rng(START_SEED)
        yield X[order, :m], Y[:, :m], W1[:, order], b1, W2, b2, epochs, generator


def _order_of_pixels(first: Sequence[np.ndarray]) -> np.ndarray:
    """Return the order of the pixels in a case, which differs between submissions.

    A network learns equally well with every order, because its initial weights are reordered in the
    same way. Weights from an earlier training are useless with another order. The order is
    recovered from the initial weights, so that the judge needs only the case.
    """
    plain = start(START_SEED, len(first[0])).W1[0]
    return np.argsort(plain)[np.argsort(np.argsort(first[0][0]))]


def _judge_training(
    cases: Sequence[tuple], received: Sequence[Values]
) -> tuple[list[Fault], list[Row]]:
    """Run the trained networks on the held-out pictures."""
    shares: list[str] = []
    poor: Fault | None = None
    for case, values in zip(cases, received):
        _, _, *first, epochs, _ = case
        end = [np.asarray(values[name], dtype=float) for name in PARAMETERS]
        fault = _fault_of_arrays(first, end, epochs)
        if fault:
            return [fault], []
        if epochs:
            share, fault = _fault_of_network(case, end)
            shares.append(f"{100 * share:.1f} %")
            poor = poor or fault
    row = Row(
        "held-out pictures", poor is None, f"{100 * ENOUGH:g} % right or more", ", ".join(shares)
    )
    return [poor] if poor else [], [row]


def _fault_of_arrays(
    first: Sequence[np.ndarray], end: Sequence[np.ndarray], epochs: int
) -> Fault | None:
    """Find arrays with a wrong shape or invalid numbers, and arrays that did not change."""
    for name, old, new in zip(PARAMETERS, first, end):
        if new.shape != old.shape:
            wanted = f"the shape {PARAMETERS[name]}, here {old.shape}"
            return Fault("wrong-shape", name, {"wanted": wanted, "came": str(new.shape)})
        if not np.all(np.isfinite(new)):
            bad = "nan" if np.any(np.isnan(new)) else "inf"
            return Fault("not-finite", name, {"bad": bad})
    moved = [name for name, old, new in zip(PARAMETERS, first, end) if not np.allclose(old, new)]
    if not epochs and moved:
        return Fault("epochs-ignored", ", ".join(moved))
    if epochs and len(moved) < len(PARAMETERS):
        return Fault("not-updated", ", ".join(name for name in PARAMETERS if name not in moved))
    return None


def _fault_of_network(case: tuple, end: Sequence[np.ndarray]) -> tuple[float, Fault | None]:
    """Return the accuracy on the held-out pictures, and a fault if it is too low."""
    X, Y, *first, epochs, _ = case
    pictures, labels, held_out = digits()
    unseen = forward(Parameters(*end), pictures[_order_of_pixels(first)][:, held_out]).out_y
    share = accuracy.specification(unseen, labels[held_out])
    if share >= ENOUGH:
        return share, None
    out_y = forward(Parameters(*end), X).out_y
    before, after = (
        half_squared_error(out, Y) for out in (forward(Parameters(*first), X).out_y, out_y)
    )
    numbers = {"count": epochs, "wanted": f"{100 * ENOUGH:g} %", "came": f"{100 * share:.4g} %"}
    if after > before:
        return share, Fault("loss-rose", details={"said": f"from {before:,.0f} to {after:,.0f}"})
    if np.max(np.ptp(out_y, axis=1)) < 0.05:
        return share, Fault("all-alike", details=numbers)
    never = [str(digit) for digit in range(DIGITS) if np.max(out_y[digit]) < 0.1]
    if never:
        return share, Fault("dead-output", details={"said": " or ".join(never), **numbers})
    seen = accuracy.specification(out_y, np.array([list(column).index(1) for column in Y.T]))
    return share, Fault("too-few-right", details={"seen": f"{100 * seen:.4g} %", **numbers})


@exercise(
    LESSON,
    points=4,
    returns=PARAMETERS,
    cases=_trainings_on_digits,
    properties=_judge_training,
    # A student's own functions take a tenth of a second. In a sandbox, stand-ins run in another
    # process and are called a few thousand times.
    seconds=60,
    may_use=frozenset({"forward_propagation", "update_parameters", "minibatches"}),
)
def train_digits(
    X: np.ndarray,
    Y: np.ndarray,
    W1: np.ndarray,
    b1: np.ndarray,
    W2: np.ndarray,
    b2: np.ndarray,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, ...]:
    """Return the parameters after some epochs of training in mini-batches."""
    raise NotImplementedError("a numerical gradient is too slow to train this network")


your_own = manual_exercise("your_own", LESSON, points=3)
