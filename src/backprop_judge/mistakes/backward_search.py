"""Find the backward paths through a network that give the received gradients."""

from collections.abc import Mapping, Sequence

import numpy as np

from .backward_path import RIGHT_WAYS, BackwardPath, Way, part_of
from .parts import Candidate, Part, merged
from .unit_errors import OUTPUT_PARTS, gradients_of_weights

# The right and wrong inputs of a layer, by the gradient that is computed from them.
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
MOST_CODES = 4  # mistakes in one value; more are not a plausible explanation
MOST_TRIED = 100  # candidates for one value
NEAR = 1e-7  # maximum relative error of a path in the first case


def backward_candidates(
    paths: Sequence[BackwardPath], received: Mapping[str, Sequence[np.ndarray]]
) -> dict[str, list[Candidate]]:
    """Return for each wrong gradient the candidates that fit one case.

    Parameters
    ----------
    paths
        The path of each case; at least one case has a single example.
    received
        For each wrong gradient the received values of each case.

    Returns
    -------
    dict
        Lists of `Candidate` objects, sorted by the number of mistakes.
    """
    return _Search(paths, received).candidates()


class _Search:
    """Search for the paths that give the received values, starting with a case of few examples."""

    def __init__(self, paths: Sequence[BackwardPath], received: Mapping[str, Sequence[np.ndarray]]):
        self.paths, self.received = paths, received
        # With few examples and many units, few paths fit by chance.
        self.single = min(
            range(len(paths)), key=lambda place: (paths[place].X.shape[1], -paths[place].W2.size)
        )
        self.path = paths[self.single]

    def candidates(self) -> dict[str, list[Candidate]]:
        """Return the candidates of each gradient, as `backward_candidates` does."""
        at_output: list[Way] = [(place,) for place in range(len(OUTPUT_PARTS))]
        above = self._fitting("db2", at_output, self.path.at_output)
        ways, errors = self._ways_below(above)
        below = self._fitting("db1", ways, errors)
        found: dict[str, list[Candidate]] = {}
        for name in self.received:
            if name == "dW2":
                found[name] = self._of_dW2(at_output, above)
            elif name == "dW1":
                found[name] = self._of_dW1(ways, errors, below)
            else:
                found[name] = self._of_bias(name, above if name == "db2" else below)
        return {
            name: sorted(several, key=lambda candidate: len(set(candidate.codes)))[:MOST_TRIED]
            for name, several in found.items()
        }

    def _ways_below(self, above: Sequence[Way]) -> tuple[list[Way], np.ndarray]:
        """Return the paths to the hidden units to try, and their errors (K, n_h, m)."""
        if not {"db1", "dW1"} & set(self.received):
            return [], np.empty((0, 0, 0))
        simple = {place for place, part in enumerate(OUTPUT_PARTS) if len(set(part.codes)) <= 2}
        return self.path.every_error_at_hidden(sorted({way[0] for way in above} | simple))

    def _fitting(self, name: str, ways: Sequence[Way], errors: np.ndarray) -> list[Way]:
        """Return the paths whose error is a multiple of the received gradient of a bias."""
        # The right path is always included, since one case may hide the arrangement of its values.
        right = [RIGHT_WAYS[name]]
        if name not in self.received:
            return right
        found = _multiples(self.received[name][self.single], ways, errors)
        return list(dict.fromkeys((*right, *found)))

    def _of_bias(self, name: str, ways: Sequence[Way]) -> list[Candidate]:
        inputs = "out_h" if name == "db2" else "X"
        return [
            *(self._bias(way) for way in ways),
            *(self._bias_of_weights(way, inputs) for way in ways),
        ]

    def _of_dW2(self, at_output: Sequence[Way], above: Sequence[Way]) -> list[Candidate]:
        return [
            *self._weights_of("dW2", at_output, self.path.at_output),
            self._weights(RIGHT_WAYS["db2"], "out_h", Part()),
            *self._products_of_sums(above, "out_h"),
            *(self._error(way, part_of(way)) for way in above),
            *(self._error((way[0], "W2", "missing"), part_of((way[0],))) for way in above),
        ]

    def _of_dW1(
        self, ways: Sequence[Way], errors: np.ndarray, below: Sequence[Way]
    ) -> list[Candidate]:
        fitting = set(below)
        known = [place for place, way in enumerate(ways) if way in fitting]
        found = self._weights_of("dW1", [ways[place] for place in known], errors[known])
        return [
            *(found or self._weights_of("dW1", ways, errors)),
            self._weights(RIGHT_WAYS["db1"], "X", Part()),
            *self._products_of_sums(below, "X"),
            *(self._error(way, part_of(way)) for way in below),
        ]

    def _bias(self, way: Way) -> Candidate:
        part = part_of(way)
        return Candidate(
            part.codes, lambda place: self.paths[place].error(way).T, "bias", part.details
        )

    def _bias_of_weights(self, way: Way, inputs: str) -> Candidate:
        """Return the gradient of a bias computed as the sum of the gradients of the weights."""
        part = part_of(way)
        return Candidate(
            (*part.codes, "bias-from-weights"),
            lambda place: self.paths[place].weights(inputs, way).sum(axis=-1),
            "bias",
            part.details,
        )

    def _weights_of(self, name: str, ways: Sequence[Way], errors: np.ndarray) -> list[Candidate]:
        """Return the gradients of weights, from any inputs, that are multiples of `received`."""
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
            found += [self._weights(way, inputs, part) for way in dict.fromkeys(fitting)]
        return found

    def _weights(self, way: Way, inputs: str, part: Part) -> Candidate:
        whole = merged((part_of(way), part))
        return Candidate(
            whole.codes,
            lambda place: self.paths[place].weights(inputs, way),
            "weights",
            whole.details,
        )

    def _products_of_sums(self, ways: Sequence[Way], inputs: str) -> list[Candidate]:
        def product(way: Way) -> Candidate:
            part = part_of(way)
            return Candidate(
                (*part.codes, "sums-multiplied"),
                lambda place: self.paths[place].product_of_sums(inputs, way),
                details=part.details,
            )

        return list(map(product, ways))

    def _error(self, way: Way, part: Part) -> Candidate:
        """Return the errors of units, which some students return as a gradient of weights."""
        codes = (*part.codes, "error-without-input")
        return Candidate(codes, lambda place: self.paths[place].error(way))


def _multiples(came: np.ndarray, ways: Sequence[Way], errors: np.ndarray) -> list[Way]:
    """Return the paths whose values are multiples of the received one."""
    came = np.asarray(came, dtype=float).ravel()
    if not len(ways):
        return []
    flat = errors.reshape(len(ways), -1)
    if came.size == 1 or came.size != flat.shape[1] or not np.any(came):
        # The value has another arrangement, so only the simplest paths are tried.
        return [way for way in ways if len(set(part_of(way).codes)) <= 1]
    scales = np.einsum("ki,ki->k", flat, flat)
    with np.errstate(all="ignore"):
        factors = flat @ came / scales
        off = np.max(np.abs(came - factors[:, None] * flat), axis=1)
    fits = (scales > 0) & (off <= NEAR * np.max(np.abs(came)))
    return [
        way for way, one in zip(ways, fits) if one and len(set(part_of(way).codes)) <= MOST_CODES
    ]
