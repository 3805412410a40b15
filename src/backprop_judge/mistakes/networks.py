"""Mistakes of the backward path, as gradients of other networks than the asked one.

A slip in the backward pass computes the gradient of some other network: one whose
units are straight lines of another slope, whose weights on the way back are not W2,
whose layer sees another input, or whose loss is another one. Here these networks are
built and differentiated, many of them at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import product

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import half_squared_error, layer, pre_activation, sigmoid


@dataclass(frozen=True)
class Part:
    """What stands at one place of the backward path.

    Attributes
    ----------
    codes
        The mistakes that put it there; none for what belongs there.
    details
        What fills the places in their messages.
    """

    codes: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


# --- what stands for the difference of an output to its target ------------------------------------


def _summed(terms: np.ndarray) -> np.ndarray:
    return np.sum(terms, axis=(-2, -1))


def _size(numbers: np.ndarray) -> np.ndarray:
    """Return the absolute value, as a function that can be differentiated."""
    return np.where(np.real(numbers) < 0, -numbers, numbers)


def _sum_of_squared_totals(axis: int) -> Callable:
    """Return a loss whose derivative is the total of the differences along an axis."""
    return lambda out, Y: _summed(np.sum(out - Y, axis=axis, keepdims=True) ** 2) / 2


# A loss for each: its derivative with respect to an output is what stands for the difference.
DIFFERENCES: dict[str, tuple[Part, Callable[[np.ndarray, np.ndarray], np.ndarray]]] = {
    "difference": (Part(), half_squared_error),
    "half the square": (Part(("loss-for-difference",)), lambda o, Y: _summed((o - Y) ** 3) / 6),
    "the square": (Part(("square-for-difference",)), lambda o, Y: _summed((o - Y) ** 3) / 3),
    "the size": (Part(("sign-lost",)), lambda o, Y: _summed((o - Y) * _size(o - Y)) / 2),
    "the sign": (Part(("sign-alone",)), lambda o, Y: _summed(_size(o - Y))),
    "nothing": (Part(("missing-error",)), lambda o, Y: _summed(o + 0 * Y)),
    "the output": (Part(("output-for-difference",)), lambda o, Y: _summed(o**2 + 0 * Y) / 2),
    "the target": (Part(("target-for-difference",)), lambda o, Y: _summed(o * Y)),
    "the label": (Part(("label-for-output",)), lambda o, Y: _summed(o * ((np.real(o) > 0.5) - Y))),
    "cross-entropy": (
        Part(("cross-entropy",)),
        lambda o, Y: -_summed(Y * np.log(o) + (1 - Y) * np.log(1 - o)),
    ),
    "the total over examples": (Part(("error-summed-early",)), _sum_of_squared_totals(-1)),
    "the total over outputs": (Part(("outputs-summed",)), _sum_of_squared_totals(-2)),
    "the loss": (
        Part(("loss-for-difference",)),
        lambda o, Y: _summed(o * half_squared_error(np.real(o), Y)[..., None, None]),
    ),
}  # fmt: skip


# Those in which the examples have nothing to do with one another.
BY_EXAMPLE = DIFFERENCES.keys() - {"the total over examples", "the loss"}


# --- what stands for the slope of a unit ----------------------------------------------------------


def parabola(u: np.ndarray) -> np.ndarray:
    """A function whose slope at u is the sigmoid's where u is the activation."""
    return u**2 / 2 - u**3 / 3


def _slope(out: np.ndarray) -> np.ndarray:
    return derivative(sigmoid, pre_activation(out))


MISSING = "missing-slope"  # of which layer depends on where the unit stands
A_HALF = "half-of-slope"

# For each the slope of a straight line that stands for a unit with activation `out`.
UNITS: dict[str, tuple[Part, Callable[[np.ndarray], np.ndarray]]] = {
    "sigmoid": (Part(), _slope),
    "missing": (Part((MISSING,)), np.ones_like),
    "slope-of-activation": (
        Part(("slope-of-activation",)),
        lambda out: derivative(sigmoid, out),
    ),
    "tanh-slope": (
        Part(("tanh-slope",)),
        lambda out: derivative(np.tanh, np.arctanh(np.clip(out, -1 + 1e-15, 1 - 1e-15))),
    ),
    "activation": (Part((A_HALF,), {"which": "the activation"}), np.copy),
    "complement": (Part((A_HALF,), {"which": "one minus the activation"}), lambda out: 1 - out),
    "square": (Part((A_HALF,), {"which": "the square of the activation"}), np.square),
    "rectifier": (
        Part(("relu-slope",)),
        lambda out: (pre_activation(out) > 0).astype(float),
    ),
    "plus": (Part(("sign-in-slope",)), lambda out: out * (1 + out)),
    "twice": (Part(("slope-twice",)), lambda out: _slope(out) ** 2),
    "formula at z": (
        Part(("formula-at-z",)),
        lambda out: derivative(parabola, pre_activation(out)),
    ),
    "sigmoid again": (Part(("sigmoid-for-slope",)), lambda out: np.real(sigmoid(out))),
    "times z": (Part(("slope-times-z",)), lambda out: _slope(out) * pre_activation(out)),
}


def codes_of_unit(unit: str, missing: str) -> tuple[str, ...]:
    """Return the codes of a kind of unit; `missing` is the code of a slope left out."""
    return _codes_at(UNITS[unit][0], missing)


def _codes_at(part: Part, missing: str) -> tuple[str, ...]:
    return tuple(missing if code == MISSING else code for code in part.codes)


def merged(parts: Iterable[Part], missing: str = "") -> Part:
    """Return the mistakes of several places as one `Part`."""
    codes: tuple[str, ...] = ()
    details: dict[str, object] = {}
    for part in parts:
        codes += _codes_at(part, missing)
        details |= part.details
    return Part(codes, details)


def _slopes_by_products(out: np.ndarray, error: np.ndarray) -> dict[str, np.ndarray]:
    """What else people make of an error at the activation and of the activations.

    Parameters
    ----------
    out
        Activations (n, m).
    error
        How the loss changes with them (..., n, m).
    """
    rest = 1 - out
    return {
        "product over examples": error @ (out.T @ rest),
        "product over units": (out @ rest.T) @ error,
        "no parentheses": error * out - out,
    }


_BY_PRODUCTS = {
    "product over examples": Part(("matrix-slope",)),
    "product over units": Part(("matrix-slope",)),
    "no parentheses": Part(("parentheses",)),
}


# --- the errors of the units ----------------------------------------------------------------------


def error_at_output(out_y: np.ndarray, Y: np.ndarray) -> list[tuple[Part, np.ndarray]]:
    """Return what stands for the error of the output units (n_y, m), the right one first."""
    return [(part, value) for part, value in zip(OUTPUT_PARTS, _errors_at_output(out_y, Y))]


def _errors_at_output(out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    slopes = np.array([slope(out_y) for _, slope in UNITS.values()])
    found = []
    for name in DIFFERENCES:
        errors = _error_of(name, out_y, Y, slopes)
        products = _slopes_by_products(out_y, errors[list(UNITS).index("missing")])
        found += [*errors, *products.values()]
    return np.array([*found, *(error(out_y, Y) for error in OTHER_ERRORS.values())])


def _one_error_at_output(place: int, out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the same as `_errors_at_output(out_y, Y)[place]`, in less time."""
    if place >= len(OUTPUT_PARTS) - len(OTHER_ERRORS):
        return list(OTHER_ERRORS.values())[place - len(OUTPUT_PARTS)](out_y, Y)
    above, unit = list(product(DIFFERENCES, _AT_OUTPUT))[place]
    if unit in UNITS:
        return _error_of(above, out_y, Y, UNITS[unit][1](out_y))
    at_activation = _error_of(above, out_y, Y, np.ones_like(out_y))
    return _slopes_by_products(out_y, at_activation)[unit]


def _without_parentheses(out_y, Y):
    """The parentheses of the difference are left out: only the target meets the slope."""
    return out_y - _error_of("the target", out_y, Y, _slope(out_y))


def _with_slope_of_target(out_y, Y):
    inside = np.clip(Y, 1e-12, 1 - 1e-12)
    return _error_of("difference", out_y, Y, _slope(inside))


# What follows no kind of difference and of slope.
OTHER_ERRORS = {"parentheses": _without_parentheses, "slope-of-target": _with_slope_of_target}


def _error_of(name, out_y, Y, slopes):
    """Return dC/dnet_y (..., n_y, m) for one of DIFFERENCES and the slopes (..., n_y, m) of units."""
    _, loss = DIFFERENCES[name]
    several, net_y = slopes.shape[:-2], pre_activation(out_y)
    if name in BY_EXAMPLE:
        # Every example is a network of its own, which takes fewer directions.
        out_y, Y, net_y, slopes = (_apart(one) for one in (out_y, Y, net_y, slopes))
        nets = np.broadcast_to(net_y, slopes.shape)
        copies = len(several) + 1
    else:
        nets, copies = np.broadcast_to(net_y, slopes.shape), len(several)
    (errors,) = gradient(
        lambda moved: loss(out_y + slopes * (moved - net_y), Y), nets, copies=copies
    )
    return _together(errors) if name in BY_EXAMPLE else errors


def _apart(columns):
    """From (..., n, m) with one example a column to (..., m, n, 1)."""
    return np.moveaxis(columns, -1, -2)[..., None]


def _together(apart):
    """Undo `_apart`."""
    return np.moveaxis(apart[..., 0], -1, -2)


# Where two places together have one name.
TOGETHER = {
    ("cross-entropy", "sigmoid"): Part(("missing-output-slope",)),
    ("cross-entropy", "twice"): Part(),
    ("nothing", "missing"): Part(("no-error",)),
    ("the output", "missing"): Part(("output-for-error",)),
    ("nothing", "activation"): Part(("output-for-error",)),
    ("the target", "missing"): Part(("target-for-error",)),
}
_AT_OUTPUT = {name: part for name, (part, _) in UNITS.items()} | _BY_PRODUCTS
OUTPUT_PARTS = [
    TOGETHER.get((above, unit), merged((difference, part), "missing-output-slope"))
    for above, (difference, _) in DIFFERENCES.items()
    for unit, part in _AT_OUTPUT.items()
] + [Part((code,)) for code in OTHER_ERRORS]
RIGHT = 0  # the place of the right one in OUTPUT_PARTS


def weights_back(W2: np.ndarray) -> dict[str, np.ndarray]:
    """Return what stands for W2 on the way back, each of its shape (n_y, n_h)."""
    first, last = np.zeros_like(W2), np.zeros_like(W2)
    first[0], last[-1] = W2[0], W2[-1]
    return {
        "W2": W2,
        "ones": np.ones_like(W2),
        "reshaped": W2.reshape(W2.shape[::-1]).T,
        "total": np.broadcast_to(W2.sum(axis=0), W2.shape),
        "first": first,
        "last": last,
        "shares": W2 / W2.sum(axis=1, keepdims=True),
    }


BACK_PARTS = {
    "W2": Part(),
    "ones": Part(("missing-W2",)),
    "reshaped": Part(("W2-reshaped",)),
    "total": Part(("outputs-summed",)),
    "first": Part(("one-output",), {"which": "first"}),
    "last": Part(("one-output",), {"which": "last"}),
    "shares": Part(("weights-as-shares",)),
    "step": Part(("gradient-for-W2",)),
}
HIDDEN_UNITS = (*UNITS, *_BY_PRODUCTS)


def error_below(
    delta: np.ndarray, out_h: np.ndarray, weights: np.ndarray, slopes: np.ndarray
) -> np.ndarray:
    """Return dC/dnet_h where the layer above has error delta and these weights.

    Parameters
    ----------
    delta
        The errors of the layer above (..., n_y, m).
    out_h
        The activations of the units (n_h, m).
    weights
        The weights from them (..., n_y, n_h).
    slopes
        The slopes of the straight lines that stand for the units (..., n_h, m).

    Returns
    -------
    ndarray
        (..., n_h, m); the leading axes count networks side by side.
    """
    several = np.broadcast_shapes(delta.shape[:-2], weights.shape[:-2], slopes.shape[:-2])
    # Every example is a network of its own, which takes fewer directions.
    delta, out_h, slopes = _apart(delta), _apart(out_h), _apart(slopes)
    weights = weights[..., None, :, :]
    net_h, no_bias = pre_activation(out_h), np.zeros((weights.shape[-2], 1))

    def loss(net):
        return _summed(delta * layer(weights, no_bias, out_h + slopes * (net - net_h)))

    nets = np.broadcast_to(net_h, (*several, *net_h.shape))
    return _together(gradient(loss, nets, copies=len(several) + 1)[0])


def errors_at_hidden(
    deltas: np.ndarray, out_h: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Return what stands for the error of the hidden units, by the names in HIDDEN_UNITS.

    Parameters
    ----------
    deltas
        The errors of the layer above (K, n_y, m).
    out_h
        The activations (n_h, m).
    weights
        The weights that the errors come back through, (n_y, n_h) or one for each error.

    Returns
    -------
    dict
        Arrays (K, n_h, m).
    """
    slopes = np.array([slope(out_h) for _, slope in UNITS.values()])
    above = weights if weights.ndim == 2 else weights[:, None]
    errors = error_below(deltas[:, None], out_h, above, slopes)
    found = {name: errors[:, place] for place, name in enumerate(UNITS)}
    return found | _slopes_by_products(out_h, found["missing"])


def hidden_part(unit: str) -> Part:
    """Return the `Part` of one of the names in HIDDEN_UNITS."""
    part = _BY_PRODUCTS[unit] if unit in _BY_PRODUCTS else UNITS[unit][0]
    return merged((part,), "missing-hidden-slope")


def gradients_of_weights(delta: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return one gradient of the weights an example, (..., m, n, k).

    Parameters
    ----------
    delta
        Errors (..., n, m).
    inputs
        What the layer receives (k, m).
    """
    several, (n, m), k = delta.shape[:-2], delta.shape[-2:], len(inputs)
    alone = inputs.T[:, :, None]  # (m, k, 1): every example by itself
    errors = np.moveaxis(delta, -1, -2)[..., None]  # (..., m, n, 1)

    def loss(W):
        return np.sum(errors * layer(W, np.zeros((n, 1)), alone), axis=(-2, -1))

    return gradient(loss, np.zeros((*several, m, n, k)), copies=len(several) + 1)[0]


# --- the whole path -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Values that an answer would have if it made certain mistakes.

    Attributes
    ----------
    codes
        The mistakes.
    value
        Gives the value for one case, from the place of that case.
    kind
        How the value is laid out, see `forms.arrangements`.
    details
        What fills the places in the messages of the mistakes.
    """

    codes: tuple[str, ...]
    value: Callable[[int], np.ndarray]
    kind: str = "plain"
    details: Mapping[str, object] = field(default_factory=dict)


# How an error came to be: the place in OUTPUT_PARTS; for a hidden unit the weights and the unit too.
Way = tuple[int] | tuple[int, str, str]


RIGHT_WAYS: dict[str, Way] = {"db2": (RIGHT,), "db1": (RIGHT, "W2", "sigmoid")}


@cache
def part_of(way: Way) -> Part:
    """Return the mistakes on the way to an error."""
    above = OUTPUT_PARTS[way[0]]
    if len(way) == 1:
        return above
    _, back, unit = way
    return merged((above, BACK_PARTS[back], hidden_part(unit)))


class BackwardPath:
    """Gradients of altered networks at the point of one case."""

    def __init__(
        self, X: np.ndarray, Y: np.ndarray, out_h: np.ndarray, out_y: np.ndarray, W2: np.ndarray
    ):
        self.X, self.Y, self.out_h, self.out_y, self.W2 = X, Y, out_h, out_y, W2
        self.error = cache(self._error)
        self.weights = cache(self._weights)

    @cached_property
    def at_output(self) -> np.ndarray:
        """What stands for the error of the output units, (K, n_y, m), as OUTPUT_PARTS says."""
        return _errors_at_output(self.out_y, self.Y)

    def _error(self, way: Way) -> np.ndarray:
        """Return the error (n, m) that comes of one way."""
        if len(way) == 1:
            return _one_error_at_output(way[0], self.out_y, self.Y)
        place, back, unit = way
        delta, weights = self.error((place,)), self._back(place, back)
        if unit in UNITS:
            return error_below(delta, self.out_h, weights, UNITS[unit][1](self.out_h))
        return self._below(delta[None], weights)[unit][0]

    def _below(self, deltas: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
        return errors_at_hidden(deltas, self.out_h, weights)

    def _back(self, place: int, name: str) -> np.ndarray:
        # The step that W2 takes: its gradient, with the same error of the output units.
        return self.step(place) if name == "step" else weights_back(self.W2)[name]

    def step(self, place: int) -> np.ndarray:
        """Return the gradient of W2 with one of the errors of the output units, (n_y, n_h)."""
        return self.weights("out_h", (place,)).sum(axis=0)

    def right(self, name: str) -> np.ndarray:
        """Return the right gradient, "dW1", "db1", "dW2" or "db2"."""
        way = (RIGHT,) if name.endswith("2") else (RIGHT, "W2", "sigmoid")
        if name.startswith("db"):
            return self.error(way).sum(axis=1, keepdims=True)
        return self.weights("out_h" if name == "dW2" else "X", way).sum(axis=0)

    def every_error_at_hidden(self, places: Sequence[int]) -> tuple[list[Way], np.ndarray]:
        """Return all ways from some errors of the output units to the hidden ones, and the errors.

        Parameters
        ----------
        places
            Places in OUTPUT_PARTS.

        Returns
        -------
        ways : list
            One for each error.
        errors : ndarray
            (K, n_h, m).
        """
        ways: list[Way] = []
        errors: list[np.ndarray] = []
        deltas = self.at_output[list(places)]
        steps = gradients_of_weights(deltas, self.out_h).sum(axis=-3)
        for back, weights in {**weights_back(self.W2), "step": steps}.items():
            for unit, found in self._below(deltas, weights).items():
                ways += [(place, back, unit) for place in places]
                errors += list(found)
        return ways, np.array(errors)

    def inputs(self, name: str) -> np.ndarray:
        """Return what a layer may take for its inputs (k, m)."""
        if name == "net_h":
            return pre_activation(self.out_h)
        if name == "ones":
            return np.ones_like(self.out_h)
        if name.startswith("slope of "):
            return derivative(parabola, self.inputs(name.removeprefix("slope of ")))
        return getattr(self, name)

    def _weights(self, inputs: str, way: Way) -> np.ndarray:
        """Return one gradient of the weights an example, (m, n, k), of a layer with these inputs."""
        seen = np.ones_like(self.X) if (inputs, len(way)) == ("ones", 3) else self.inputs(inputs)
        return gradients_of_weights(self.error(way), seen)


    def product_of_sums(self, inputs: str, way: Way) -> np.ndarray:
        """Return what comes of errors and inputs that are summed before they are multiplied."""
        total = self.error(way).sum(axis=1, keepdims=True)
        return gradients_of_weights(total, self.inputs(inputs).sum(axis=1, keepdims=True))[0]


# What a layer may take for its inputs, by the gradient that is built from them.
INPUTS = {
    "dW2": {
        "out_h": Part(),
        "X": Part(("wrong-input",), {"input": "out_h"}),
        "out_y": Part(("wrong-input",), {"input": "out_h"}),
        "net_h": Part(("wrong-input",), {"input": "out_h"}),
        "ones": Part(("missing-input",)),
        "slope of out_h": Part(("slope-for-input",), {"input": "out_h"}),
    },
    "dW1": {
        "X": Part(),
        "out_h": Part(("wrong-input",), {"input": "X"}),
        "ones": Part(("missing-input",)),
        "slope of X": Part(("slope-for-input",), {"input": "X"}),
    },
}
MOST_CODES = 4  # of one value; more are no explanation
MOST_TRIED = 100  # of the candidates for one value
NEAR = 1e-7  # relative: what is left out at a first look differs by more


@lru_cache(maxsize=32)
def paths_of(cases: tuple[tuple, ...]) -> list[BackwardPath]:
    """Return the `BackwardPath` of each case; a class is judged on the same ones."""
    return [BackwardPath(*case) for case in cases]


def backward_candidates(
    paths: Sequence[BackwardPath], received: Mapping[str, Sequence[np.ndarray]]
) -> dict[str, list[Candidate]]:
    """Return for each wrong gradient the candidates that one case does not rule out.

    Parameters
    ----------
    paths
        One for each case; one of them at least has a single example.
    received
        For each wrong gradient what came in each case.

    Returns
    -------
    dict
        Lists of `Candidate`s, those with the fewest mistakes first.
    """
    return _Search(paths, received).candidates()


class _Search:
    """Looks for the ways that lead to what came, at first where there is one example only."""

    def __init__(self, paths, received):
        self.paths, self.received = paths, received
        # Few examples and many units: so the fewest ways fit by chance.
        self.single = min(
            range(len(paths)), key=lambda place: (paths[place].X.shape[1], -paths[place].W2.size)
        )
        self.path = paths[self.single]

    def candidates(self):
        above = self._ways_to("db2", [(place,) for place in range(len(OUTPUT_PARTS))], "dW2")
        places = sorted({way[0] for way in above} | set(self._simple_places()))
        ways, errors = [], None
        if {"db1", "dW1"} & set(self.received):
            ways, errors = self.path.every_error_at_hidden(places)
        below = self._fitting("db1", ways, errors)
        found = {name: self._of(name, above, below, ways, errors) for name in self.received}
        return {
            name: sorted(several, key=lambda candidate: len(set(candidate.codes)))[:MOST_TRIED]
            for name, several in found.items()
        }

    def _simple_places(self):
        return [place for place, part in enumerate(OUTPUT_PARTS) if len(set(part.codes)) <= 2]

    def _ways_to(self, name, ways, _):
        errors = self.path.at_output[[way[0] for way in ways]]
        return self._fitting(name, ways, errors)

    def _fitting(self, name, ways, errors):
        """Return the ways whose error is a multiple of what came as the gradient of a bias."""
        # The right way always: what it gives may be arranged so that one example does not show it.
        right = [RIGHT_WAYS[name]]
        if name not in self.received:
            return right
        found = _multiples(self.received[name][self.single], ways, errors)
        return list(dict.fromkeys((*right, *found)))

    def _of(self, name, above, below, ways, errors):
        if name in ("db2", "db1"):
            several = above if name == "db2" else below
            return [
                *(self._bias(way) for way in several),
                *(self._bias_of_weights(way, name) for way in several),
            ]
        if name == "dW2":
            several = [(place,) for place in range(len(OUTPUT_PARTS))]
            found = self._weights_of(name, several, self.path.at_output)
            found.append(self._weights(name, RIGHT_WAYS["db2"], "out_h", Part()))
            return found + self._others_of_weights(name, above, below)
        known = [place for place, way in enumerate(ways) if way in set(below)]
        found = self._weights_of(name, [ways[place] for place in known], errors[known])
        if not found:
            found = self._weights_of(name, ways, errors)
        found.append(self._weights(name, RIGHT_WAYS["db1"], "X", Part()))
        return found + self._others_of_weights(name, above, below)

    def _bias(self, way):
        part = part_of(way)
        return Candidate(
            part.codes, lambda place: self.paths[place].error(way).T, "bias", part.details
        )

    def _bias_of_weights(self, way, name):
        """The gradient of a bias as the total of the gradients of the weights of its unit."""
        part, inputs = part_of(way), "out_h" if name == "db2" else "X"
        return Candidate(
            (*part.codes, "bias-from-weights"),
            lambda place: self.paths[place].weights(inputs, way).sum(axis=-1),
            "bias",
            part.details,
        )

    def _weights_of(self, name, ways, errors):
        came, found = np.asarray(self.received[name][self.single]), []
        for inputs, part in INPUTS[name].items():
            seen = self.path.inputs(inputs)
            if inputs == "ones" and name == "dW1":
                seen = np.ones_like(self.path.X)
            if not ways or came.size not in (1, errors.shape[-2] * len(seen)):
                continue
            totals = gradients_of_weights(errors, seen).sum(axis=-3)
            fitting = _multiples(came, ways, totals)
            fitting += _multiples(came, ways, np.swapaxes(totals, -1, -2))
            found += [self._weights(name, way, inputs, part) for way in dict.fromkeys(fitting)]
        return found

    def _weights(self, name, way, inputs, part):
        whole = merged((part_of(way), part))
        return Candidate(
            whole.codes,
            lambda place: self.paths[place].weights(inputs, way),
            "weights",
            whole.details,
        )

    def _others_of_weights(self, name, above, below):
        """What else is returned for a gradient of weights: errors of units, products of sums."""
        layer, inputs = (above, "out_h") if name == "dW2" else (below, "X")
        products = [
            Candidate(
                (*part_of(way).codes, "sums-multiplied"),
                lambda place, way=way: self.paths[place].product_of_sums(inputs, way),
                details=part_of(way).details,
            )
            for way in layer
        ]
        ways = [*above, *((way[0], "W2", "missing") for way in above)] if name == "dW2" else below
        return products + [
            Candidate(
                (*part_of((way[0],) if name == "dW2" else way).codes, "error-without-input"),
                lambda place, way=way: self.paths[place].error(way),
            )
            for way in ways
        ]


def _multiples(came, ways, errors):
    """Return the ways whose values are a multiple of what came."""
    came = np.asarray(came, dtype=float).ravel()
    if errors is None or not len(ways):
        return []
    flat = errors.reshape(len(ways), -1)
    if came.size == 1 or came.size != flat.shape[1] or not np.any(came):
        # It is arranged in some other way: the simplest ways are tried, whatever came.
        return [way for way in ways if len(set(part_of(way).codes)) <= 1]
    scales = np.einsum("ki,ki->k", flat, flat)
    with np.errstate(all="ignore"):
        factors = flat @ came / scales
        off = np.max(np.abs(came - factors[:, None] * flat), axis=1)
    fits = (scales > 0) & (off <= NEAR * np.max(np.abs(came)))
    return [
        way
        for way, one in zip(ways, fits)
        if one and len(set(part_of(way).codes)) <= MOST_CODES
    ]


# --- where all sizes coincide ---------------------------------------------------------------------


def products_entry_by_entry(case: tuple) -> dict[str, list[np.ndarray]]:
    """Where all sizes coincide: what `*` in place of a matrix product gives, by gradient.

    The entry [j, i] of such a product is the share of example i in the gradient of the
    weight from unit i to unit j, which is taken here from the gradients of each example.
    """
    path = BackwardPath(*case)
    at_output = path.error((RIGHT,))
    at_hidden = path.error((RIGHT, "W2", "sigmoid"))
    # The error sent back entry by entry: hidden unit k, example i, meets W2[i, k] alone.
    X, _, out_h, _, W2 = case
    alone = gradient(
        lambda net: np.sum(at_output * W2.T * sigmoid(net), axis=(-2, -1)), pre_activation(out_h)
    )[0]
    everywhere = {
        "dW2": [_diagonal(gradients_of_weights(at_output, out_h))],
        "dW1": [_diagonal(gradients_of_weights(error, X)) for error in (at_hidden, alone)],
        "db1": [alone.sum(axis=1, keepdims=True)],
    }
    everywhere["dW1"].append(gradients_of_weights(alone, X).sum(axis=0))
    return everywhere


def _diagonal(gradients):
    """From gradients (m, n, k) of each example the entries [i, j, j], laid out as (n, m)."""
    return np.einsum("ijj->ji", gradients)
