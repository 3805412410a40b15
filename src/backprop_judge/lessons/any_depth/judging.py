"""Judge the answers of lesson 7 that return lists of arrays or a scale for the weights."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from backprop.differentiate import gradient
from backprop.report import Row

from ...comparing import relative_error
from ...exercise import Fault, Values
from ...mistakes.explaining import explain_by
from ...mistakes.parts import Candidate
from ...writing import apart
from . import ways
from .deep import UNITS, activations_of, errors_of, gradients_of

ENOUGH = 4e-7  # the relative error that is accepted
Arrays = list[np.ndarray]

# --- activations --------------------------------------------------------------------------------


def judge_activations(
    cases: Sequence[tuple], received: Sequence[Values]
) -> tuple[list[Fault], list[Row]]:
    """Return the faults and the table rows for lists of activations."""
    lists = [list(one["activations"]) for one in received]
    fault = _fault_of_count(cases, lists)
    right = [_right_activations(case) for case in cases]
    wrong = fault or _is_wrong(lists, right)
    if wrong and not fault:
        fault = _named_activations(cases, lists) or _unnamed(lists, right, "activations")
    row = Row("activations", not wrong, "X and one array for each layer", _counted(lists[0]))
    return [fault] if fault else [], [row]


def explain_activations(cases: Sequence[tuple], received: Sequence[Values]) -> Fault | None:
    """Explain the activations of an answer that runs only in these cases."""
    lists = [list(one["activations"]) for one in received]
    return _fault_of_count(cases, lists) or _named_activations(cases, lists)


@lru_cache(maxsize=64)
def _right_activations(case: tuple) -> Arrays:
    X, layers, kind = case
    return list(activations_of(layers, kind, X))


def _fault_of_count(cases: Sequence[tuple], lists: Sequence[Arrays]) -> Fault | None:
    """Return a fault if a list does not consist of X and one array for each layer."""
    depths = [len(layers) for _, layers, _ in cases]
    if all(len(one) == depth + 1 for one, depth in zip(lists, depths)):
        return None
    if all(len(one) == depth for one, depth in zip(lists, depths)):
        code = "inputs-not-listed"
        if all(np.array_equal(one[0], case[0]) for one, case in zip(lists, cases)):
            code = "layer-left-out"
        return Fault(code, "activations")
    came = next(
        f"{_count(len(one), 'array')} for a network of {_count(depth, 'layer')}"
        for one, depth in zip(lists, depths)
        if len(one) != depth + 1
    )
    return Fault("other-count", "activations", {"came": came})


def _named_activations(cases: Sequence[tuple], lists: Sequence[Arrays]) -> Fault | None:
    """Compare the arrays with those of altered forward passes."""
    for codes, details, compute in ways.FORWARD_WAYS:
        wanted = [compute(case) for case in cases]
        if not any(map(_differ, wanted, map(_right_activations, cases))):
            continue
        if all(map(_agree, lists, wanted)):
            return Fault(codes, "activations", details)
    return None


def _agree(came: Arrays, wanted: Arrays) -> bool:
    return len(came) == len(wanted) and all(
        np.shape(one) == np.shape(two)
        and np.allclose(one, two, rtol=1e-7, atol=1e-9, equal_nan=True)
        for one, two in zip(came, wanted)
    )


def _differ(one: Arrays, two: Arrays) -> bool:
    return not _agree(one, two)


# --- gradients ----------------------------------------------------------------------------------


def judge_gradients(
    cases: Sequence[tuple], received: Sequence[Values]
) -> tuple[list[Fault], list[Row]]:
    """Return the faults and the table rows for lists of pairs (dW, db)."""
    lists = _pairs(received)
    right = [_right_gradients(case) for case in cases]
    fault = _fault_of_pairs(cases, lists)
    rows = [Row(name, False, "one for each layer", _counted(lists[0])) for name in ("dW", "db")]
    if fault:
        return [fault], rows
    rows, faults = [], dict[tuple, Fault]()
    for place, name in enumerate(("dW", "db")):
        came = [[pair[place] for pair in one] for one in lists]
        wanted = [[pair[place] for pair in one] for one in right]
        wrong = _is_wrong(came, wanted)
        rows.append(Row(name, not wrong, "one for each layer", _counted(lists[0])))
        if not wrong:
            continue
        named = _named_gradients(cases, came, name)
        for one in named or [_unnamed(came, wanted, name)]:
            key = one.code, *map(str, one.details.values())
            where = f"{faults[key].where}, {name}" if key in faults else name
            faults[key] = Fault(one.code, where, one.details)
    return list(faults.values()), rows


def explain_gradients(cases: Sequence[tuple], received: Sequence[Values]) -> Fault | None:
    """Explain the gradients of an answer that runs only in these cases."""
    lists = _pairs(received)
    fault = _fault_of_pairs(cases, lists)
    if fault:
        return fault
    right = [_right_gradients(case) for case in cases]
    for place, name in enumerate(("dW", "db")):
        came = [[pair[place] for pair in one] for one in lists]
        if not _is_wrong(came, [[pair[place] for pair in one] for one in right]):
            continue
        named = _named_gradients(cases, came, name)
        if named:
            return named[0]
    return None


def _pairs(received: Sequence[Values]) -> list[list[tuple]]:
    return [[pair.members for pair in one["gradients"]] for one in received]


@lru_cache(maxsize=64)
def _right_gradients(case: tuple) -> list[tuple]:
    Y, activations, layers, kind = case
    return gradients_of(errors_of(Y, activations, layers, kind), activations)


def _fault_of_pairs(cases: Sequence[tuple], lists: Sequence[Sequence[tuple]]) -> Fault | None:
    """Return a fault if pairs are missing, surplus or in the wrong order."""
    depths = [len(layers) for _, _, layers, _ in cases]
    short = [depth - len(one) for one, depth in zip(lists, depths)]
    if any(short):
        if all(one == 1 for one in short):
            return Fault("layer-left-out")
        place = next(place for place, one in enumerate(short) if one)
        layers = _count(depths[place], "layer")
        came = f"{_count(len(lists[place]), 'pair')} for a network of {layers}"
        return Fault("other-count", details={"came": came})
    right = [_right_gradients(case) for case in cases]
    if max(depths) > 1 and _alike([one[::-1] for one in lists], right):
        return Fault("layers-reversed")
    if _alike([[pair[::-1] for pair in one] for one in lists], right):
        return Fault("pair-exchanged")
    return None


def _alike(lists: Sequence[Sequence[tuple]], right: Sequence[Sequence[tuple]]) -> bool:
    flat = [[array for pair in one for array in pair] for one in lists]
    return not _is_wrong(flat, [[array for pair in one for array in pair] for one in right])


def _named_gradients(cases: Sequence[tuple], came: Sequence[Arrays], name: str) -> list[Fault]:
    """Find the altered backward pass that gives these gradients of the weights or biases."""
    values = [ways.without_rounding(array) for one in came for array in one]
    at = [(case, layer) for case in cases for layer in range(len(case[2]))]
    counts = [{"m": case[0].shape[1]} for case, _ in at]
    candidates = [
        Candidate(way.codes, ways.value_at(way, at, name), kind, way.details)
        for way in (*ways.BACKWARD_WAYS, *ways.with_a_step(cases, came, name))
        for kind in ("weights" if name == "dW" else "bias",)
    ]
    if name == "db":
        candidates += [
            Candidate(("bias-wrong-axis",), ways.sums_over_units(at, shape))
            for shape in ((1, -1), -1)
        ]
    right = [_right_gradients(case)[layer][name == "db"] for case, layer in at]
    found = explain_by(candidates, values, right, counts)
    return [Fault(code, name, dict(found.details)) for code in found.codes] if found else []


# --- both ---------------------------------------------------------------------------------------


def _is_wrong(lists: Sequence[Arrays], right: Sequence[Arrays]) -> bool:
    return any(
        _is_off(one, two) for came, wanted in zip(lists, right) for one, two in zip(came, wanted)
    )


def _is_off(came: np.ndarray, wanted: np.ndarray) -> bool:
    return np.shape(came) != wanted.shape or relative_error(came, wanted) > ENOUGH


def _unnamed(lists: Sequence[Arrays], right: Sequence[Arrays], name: str) -> Fault:
    """Return a fault that shows where the first wrong array differs."""
    came, wanted, place = next(
        (one, two, place)
        for got, want in zip(lists, right)
        for place, (one, two) in enumerate(zip(got, want))
        if _is_off(one, two)
    )
    which = f"{name}[{place}]"
    if np.shape(came) != wanted.shape:
        shapes = {"wanted": f"the shape {wanted.shape}", "came": str(np.shape(came))}
        return Fault("wrong-shape", which, shapes)
    if not np.all(np.isfinite(came)):
        return Fault("not-finite", which, {"bad": "nan" if np.any(np.isnan(came)) else "inf"})
    off = np.abs(came - wanted)
    entry = tuple(map(int, np.argwhere(off == np.max(off))[0]))
    expected, got = apart(float(wanted[entry]), float(came[entry]))
    said = f"at [{', '.join(map(str, entry))}] expected {expected}, received {got}"
    return Fault("wrong-value", which, {"said": said})


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _counted(several: Sequence[object]) -> str:
    return f"{len(several)} of them"


# --- scales -------------------------------------------------------------------------------------

WIDTHS = (60, 100, 160)
DEPTH = 10
EXAMPLES = 30
SEEDS = (0, 1, 2, 3)
MOST_CHANGE = 3.0


def sizes_through_layers(n: int, scale: float) -> tuple[float, float]:
    """Return the factors by which ten layers multiply activations and gradients.

    Each layer has n ReLU units. The factors are ratios of root mean squares; they are averaged
    over a few networks.
    """
    up, down = zip(*(_sizes_of_one(n, seed) for seed in SEEDS))
    # ReLU(c z) = c ReLU(z) for c > 0, so that the scale enters as a power.
    return tuple(float(scale) ** DEPTH * np.exp(np.mean(np.log(one))) for one in (up, down))


@lru_cache(maxsize=32)
def _sizes_of_one(n: int, seed: int) -> tuple[float, float]:
    """Return the two factors of one network with standard normal weights."""
    rng = np.random.default_rng([seed, n])
    X = rng.standard_normal((n, EXAMPLES))
    weights = [rng.standard_normal((n, n)) for _ in range(DEPTH)]
    pull = rng.standard_normal((n, 1)) / np.sqrt(n)

    def top(X: np.ndarray) -> np.ndarray:
        for W in weights:
            X = UNITS["relu"](W @ X)
        return X

    slopes = gradient(lambda x: np.sum(pull * top(x), axis=(-2, -1)), X[:, :1])[0]
    return _size(top(X)) / _size(X), _size(slopes) / _size(pull)


def _size(array: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(array))))


MISTAKEN: dict[str, Callable[[int], float]] = {
    "variance-for-scale": lambda n: 2 / n,
    "half-forgotten": lambda n: 1 / np.sqrt(n),
}


def judge_scales(
    cases: Sequence[tuple], received: Sequence[Values]
) -> tuple[list[Fault], list[Row]]:
    """Run networks with these scales, and check the size of activations and gradients."""
    widths, scales = [case[0] for case in cases], [one["scale"] for one in received]
    for scale in scales:
        if np.ndim(scale):
            came = f"an array of shape {np.shape(scale)}"
            return [Fault("wrong-shape", "scale", {"wanted": "one number", "came": came})], []
        if not (np.isfinite(scale) and scale > 0):
            return [Fault("no-scale", "scale", {"came": f"{float(scale):g}"})], []
    sizes = [sizes_through_layers(n, scale) for n, scale in zip(widths, scales)]
    wrong = [not all(1 / MOST_CHANGE <= size <= MOST_CHANGE for size in one) for one in sizes]
    place = wrong.index(True) if any(wrong) else 0
    (up, down), n = sizes[place], widths[place]
    rows = [
        Row("activations", not any(wrong), "times 1/3 to 3", f"times {up:.3g} for n_in = {n}"),
        Row("gradients", not any(wrong), "times 1/3 to 3", f"times {down:.3g} for n_in = {n}"),
    ]
    if not any(wrong):
        return [], rows
    said = {"count": n, "came": f"{up:.3g}", "seen": f"{down:.3g}"}
    for code, of in MISTAKEN.items():
        if all(abs(scale / of(n) - 1) < 1e-6 for n, scale in zip(widths, scales)):
            return [Fault(code, "scale", said)], rows
    if len(set(map(float, scales))) == 1:
        return [Fault("same-for-all-widths", "scale", said)], rows
    return [Fault("dies-out" if up < 1 else "blows-up", "scale", said)], rows
