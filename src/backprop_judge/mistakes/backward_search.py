"""Finds the ways back through a network that give the gradients that came."""

from collections.abc import Mapping, Sequence

import numpy as np

from .backward_path import RIGHT_WAYS, BackwardPath, part_of
from .parts import Candidate, Part, merged
from .unit_errors import OUTPUT_PARTS, gradients_of_weights

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
        way for way, one in zip(ways, fits) if one and len(set(part_of(way).codes)) <= MOST_CODES
    ]
