"""Forward and backward passes that contain a known mistake."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from backprop.differentiate import apart, derivative, gradient, together
from backprop.network import sigmoid

from ...mistakes.slopes import parabola
from ...mistakes.unit_errors import gradients_of_weights
from .deep import UNITS, error_at_top, forward_values, shares

Case = tuple
SMALLEST = 1e-12  # an array whose entries are all smaller consists of rounding errors
OTHER = {"relu": "sigmoid", "sigmoid": "relu"}

# --- forward ------------------------------------------------------------------------------------


def _passed(
    case: Case,
    *,
    inside: Callable[[str, np.ndarray], np.ndarray] = lambda kind, z: UNITS[kind](z),
    top: Callable[[np.ndarray], np.ndarray] = shares,
    bias: float = 1.0,
    turned: bool = False,
) -> list[np.ndarray]:
    """Return the activations of a network in which one part is replaced."""
    X, layers, kind = case
    found = [X]
    for place, (W, b) in enumerate(layers):
        weights = W.T if turned and W.shape[0] == W.shape[1] else W
        z = weights @ found[-1] + bias * b
        with np.errstate(all="ignore"):
            found.append(inside(kind, z) if place < len(layers) - 1 else top(z))
    return found


def _unshifted(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z)
    return powers / np.sum(powers, axis=0)


def _over_examples(z: np.ndarray) -> np.ndarray:
    return shares(z.T).T


def _pre_activations(case: Case) -> list[np.ndarray]:
    X, layers, kind = case
    return [X, *(z for _, z in forward_values(layers, kind, X))]


FORWARD_WAYS: list[tuple[str, Mapping[str, object], Callable[[Case], list[np.ndarray]]]] = [
    ("missing-bias", {}, lambda case: _passed(case, bias=0.0)),
    ("softmax-left-out", {}, lambda case: _passed(case, top=lambda z: z)),
    ("kind-on-top", {}, lambda case: _passed(case, top=UNITS[case[2]])),
    (
        "kind-on-top",
        {},
        lambda case: _passed(case, top=lambda z: shares(UNITS[case[2]](z))),
    ),
    ("wrong-softmax-axis", {}, lambda case: _passed(case, top=_over_examples)),
    ("not-shifted", {}, lambda case: _passed(case, top=_unshifted)),
    ("softmax-everywhere", {}, lambda case: _passed(case, inside=lambda _, z: shares(z))),
    ("no-unit-inside", {}, lambda case: _passed(case, inside=lambda _, z: z)),
    ("kind-ignored", {}, lambda case: _passed(case, inside=lambda _, z: sigmoid(z))),
    ("kind-ignored", {}, lambda case: _passed(case, inside=lambda _, z: UNITS["relu"](z))),
    (
        "kind-ignored",
        {},
        lambda case: _passed(case, inside=lambda kind, z: UNITS[OTHER[kind]](z)),
    ),
    ("pre-activations-listed", {}, _pre_activations),
    ("W-turned", {}, lambda case: _passed(case, turned=True)),
]

# --- backward -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A backward pass that is right except for the named mistakes.

    Attributes
    ----------
    codes
        The codes of the mistakes.
    top
        A key of TOPS.
    slope
        A key of SLOPES, or BELOW or ABOVE.
    weights
        The weights that the error is multiplied by; see `_weights_back`.
    inputs
        The activations that dW is computed from; see `_seen`.
    step
        The learning rate of an update that comes before the error goes back through the weights.
    """

    codes: tuple[str, ...] = ()
    top: str = "right"
    slope: str = "right"
    weights: str = "right"
    inputs: str = "right"
    step: float = 0.0
    details: Mapping[str, object] = field(default_factory=dict, compare=False)


def _loss_by_share(P: np.ndarray, Y: np.ndarray) -> np.ndarray:
    return gradient(lambda P: -np.sum(Y * np.log(P), axis=(-2, -1)), P)[0]


TOPS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "right": error_at_top,
    "with slope": lambda P, Y: error_at_top(P, Y) * derivative(parabola, P),
    "by share": _loss_by_share,
    "no target": lambda P, Y: P,
}


def _slope(kind: str, z: np.ndarray) -> np.ndarray:
    return derivative(UNITS[kind], z)


def _formula(z: np.ndarray) -> np.ndarray:
    return derivative(parabola, z)


# Functions of the kind of the unit, its pre-activation, its activation and the error at its output.
SLOPES: dict[str, Callable[[str, np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "right": lambda kind, z, a, d: _slope(kind, z),
    "missing": lambda kind, z, a, d: np.ones_like(a),
    "again": lambda kind, z, a, d: _slope(kind, a),
    "at z": lambda kind, z, a, d: _formula(z) if kind == "sigmoid" else _slope(kind, z),
    "sigmoids": lambda kind, z, a, d: _formula(a),
    "relus": lambda kind, z, a, d: (a > 0).astype(float),
    "exchanged": lambda kind, z, a, d: _formula(a) if kind == "relu" else np.ones_like(a),
    "open": lambda kind, z, a, d: _slope(kind, z) if kind == "sigmoid" else np.ones_like(a),
    "of error": lambda kind, z, a, d: _slope(kind, d if kind == "relu" else z),
    "a for it": lambda kind, z, a, d: a if kind == "relu" else _slope(kind, z),
    "tanh": lambda kind, z, a, d: 1 - a * a if kind == "sigmoid" else _slope(kind, z),
}
BELOW, ABOVE = "layer below", "layer above"

BACKWARD_WAYS = [
    Way(("slope-kept",), top="with slope"),
    Way(("loss-by-share",), top="by share"),
    Way(("target-left-out",), top="no target"),
    Way(("missing-hidden-slope",), slope="missing"),
    Way(("slope-of-activation",), slope="again"),
    Way(("formula-at-z",), slope="at z"),
    Way(("kind-ignored",), slope="sigmoids"),
    Way(("kind-ignored",), slope="relus"),
    Way(("kind-ignored",), slope="exchanged"),
    Way(("mask-all-open",), slope="open"),
    Way(("mask-of-error",), slope="of error"),
    Way(("activation-for-mask",), slope="a for it"),
    Way(("tanh-slope",), slope="tanh"),
    Way(("slope-of-other-layer",), slope=BELOW),
    Way(("slope-of-other-layer",), slope=ABOVE),
    Way(("gradient-for-weights",), weights="gradient"),
    Way(("weights-left-out",), weights="none"),
    Way(("W-turned",), weights="turned"),
    Way(("weights-of-other-layer",), weights="own"),
    Way(("own-activations",), inputs="own"),
    Way(("inputs-of-other-layer",), inputs="below"),
    Way(("slope-kept", "missing-hidden-slope"), top="with slope", slope="missing"),
    Way(),
]


def value_at(way: Way, at: Sequence[tuple[Case, int]], name: str) -> Callable[[int], np.ndarray]:
    """Return a function from an index into `at` to the gradients of the single examples."""

    def value(place: int) -> np.ndarray:
        case, layer = at[place]
        errors = _errors(case, way)
        if errors is None:
            return np.zeros((1, 1, 1) if name == "dW" else (1, 1))
        error = without_rounding(errors[layer])
        return error.T if name == "db" else gradients_of_weights(error, _seen(case, way, layer))

    return value


def sums_over_units(
    at: Sequence[tuple[Case, int]], shape: int | tuple[int, int]
) -> Callable[[int], np.ndarray]:
    """Return a function from an index into `at` to the errors summed over the units."""
    errors = value_at(Way(), at, "db")
    return lambda place: without_rounding(errors(place).sum(axis=1)).reshape(shape)


def without_rounding(array: np.ndarray) -> np.ndarray:
    """Set an array of rounding errors to 0; sums of softmax errors are 0 in exact arithmetic."""
    return array if np.max(np.abs(array), initial=0.0) > SMALLEST else np.zeros_like(array)


def _seen(case: Case, way: Way, layer: int) -> np.ndarray:
    _, activations, _, _ = case
    off = {"right": 0, "own": 1, "below": -1}[way.inputs]
    return activations[max(0, layer + off)]


@lru_cache(maxsize=1024)
def _errors(case: Case, way: Way) -> list[np.ndarray] | None:
    """Return the errors of each layer in a backward pass, or None if the shapes do not match."""
    Y, activations, layers, kind = case
    delta = TOPS[way.top](activations[-1], Y)
    found = [delta]
    for layer in range(len(layers) - 1, 0, -1):
        a, (W, _) = activations[layer], layers[layer]
        below, c = layers[layer - 1]
        z = below @ activations[layer - 1] + c
        weights = _weights_back(way, W, below, delta, a)
        if weights is None or weights.shape != W.shape:
            return None
        if way.slope in (BELOW, ABOVE):
            other = layer - 1 if way.slope == BELOW else layer + 1
            slopes = _slopes_of_other(kind, activations[other])
        else:
            slopes = SLOPES[way.slope](kind, z, a, _passed_down(weights, delta, np.ones_like(a)))
        if slopes.shape != a.shape:
            return None
        delta = _passed_down(weights, delta, slopes)
        found.insert(0, delta)
    return found


def _slopes_of_other(kind: str, a: np.ndarray) -> np.ndarray:
    """Return the slope that the formula gives for the activations of another layer."""
    return _formula(a) if kind == "sigmoid" else (a > 0).astype(float)


def _weights_back(
    way: Way, W: np.ndarray, below: np.ndarray, delta: np.ndarray, a: np.ndarray
) -> np.ndarray | None:
    """Return the weights through which the error goes back, or None if they do not fit."""
    if way.weights == "none":
        return np.ones_like(W)
    if way.weights == "turned":
        return W.T
    if way.weights == "own":
        return below
    if way.weights == "gradient" or way.step:
        slopes = gradients_of_weights(delta, a).sum(axis=0)
        return W - way.step * slopes if way.step else slopes
    return W


def _passed_down(W: np.ndarray, delta: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Return the errors of the layer below, for units with these slopes.

    The result is the gradient of the sum of the errors above, each multiplied by its
    pre-activation, for units that are linear functions with these slopes.
    """
    errors, slopes = apart(delta), apart(slopes)
    at = np.zeros(slopes.shape)
    found = gradient(lambda z: np.sum(errors * (W @ (slopes * z)), axis=(-2, -1)), at, copies=1)
    return together(found[0])


def with_a_step(
    cases: Sequence[Case], came: Sequence[Sequence[np.ndarray]], name: str
) -> Iterator[Way]:
    """Yield the backward pass through updated weights that fits the first suitable case."""
    plain, moved = Way(), Way(weights="gradient")
    for case, arrays in zip(cases, came):
        depth = len(case[2])
        if depth < 2 or len(arrays) != depth:
            continue
        at = [(case, depth - 2)]
        kind_sum = 0 if name == "dW" else 1
        right, along = (value_at(way, at, name)(0).sum(axis=0) for way in (plain, moved))
        got = np.asarray(arrays[depth - 2], dtype=float)
        got = got[:, 0] if kind_sum and got.ndim == 2 and got.shape[1] == 1 else got
        if got.shape != right.shape or not np.any(along) or not np.all(np.isfinite(got)):
            return
        rate = float(np.vdot(along, right - got) / np.vdot(along, along))
        if abs(rate) > 1e-6:
            yield Way(("updated-weights",), step=rate)
        return
