"""Errors of the units, and gradients of the weights, in altered networks.

A mistake in the backward pass gives the gradient of a different network: one with linear units of
another slope, with other weights than W2 on the backward path, with another input of a layer, or
with another loss. This module builds such networks and differentiates many of them at once.
"""

from itertools import product

import numpy as np

from backprop.differentiate import apart, gradient, together
from backprop.network import layer, pre_activation

from .parts import Part, merged
from .slopes import (
    BY_EXAMPLE,
    BY_PRODUCTS,
    DIFFERENCES,
    UNITS,
    slope_of,
    slopes_by_products,
    summed,
)


def error_at_output(out_y: np.ndarray, Y: np.ndarray) -> list[tuple[Part, np.ndarray]]:
    """Return the right and the altered errors of the output units (n_y, m), the right one first."""
    return list(zip(OUTPUT_PARTS, errors_at_output(out_y, Y)))


def errors_at_output(out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return these errors as an array (K, n_y, m), one for each of OUTPUT_PARTS."""
    slopes = np.array([slope(out_y) for _, slope in UNITS.values()])
    found = []
    for name in DIFFERENCES:
        errors = _error_of(name, out_y, Y, slopes)
        products = slopes_by_products(out_y, errors[list(UNITS).index("missing")])
        found += [*errors, *products.values()]
    return np.array([*found, *(error(out_y, Y) for error in OTHER_ERRORS.values())])


def one_error_at_output(place: int, out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return `errors_at_output(out_y, Y)[place]` without computing the other errors."""
    if place >= len(OUTPUT_PARTS) - len(OTHER_ERRORS):
        return list(OTHER_ERRORS.values())[place - len(OUTPUT_PARTS)](out_y, Y)
    above, unit = list(product(DIFFERENCES, _AT_OUTPUT))[place]
    if unit in UNITS:
        return _error_of(above, out_y, Y, UNITS[unit][1](out_y))
    at_activation = _error_of(above, out_y, Y, np.ones_like(out_y))
    return slopes_by_products(out_y, at_activation)[unit]


def _without_parentheses(out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the error in which only the target is multiplied by the slope."""
    return out_y - _error_of("the target", out_y, Y, slope_of(out_y))


def _with_slope_of_target(out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the error in which the slope is evaluated at the target."""
    inside = np.clip(Y, 1e-12, 1 - 1e-12)
    return _error_of("difference", out_y, Y, slope_of(inside))


# Errors that are not a product of one of DIFFERENCES and one of UNITS.
OTHER_ERRORS = {"parentheses": _without_parentheses, "slope-of-target": _with_slope_of_target}


def _error_of(name: str, out_y: np.ndarray, Y: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Return dC/dnet_y (..., n_y, m) for one of DIFFERENCES and slopes (..., n_y, m) of units."""
    _, loss = DIFFERENCES[name]
    several, net_y = slopes.shape[:-2], pre_activation(out_y)
    if name in BY_EXAMPLE:
        # Treating each example as a separate network reduces the number of directions.
        out_y, Y, net_y, slopes = (apart(one) for one in (out_y, Y, net_y, slopes))
        nets = np.broadcast_to(net_y, slopes.shape)
        copies = len(several) + 1
    else:
        nets, copies = np.broadcast_to(net_y, slopes.shape), len(several)
    (errors,) = gradient(
        lambda moved: loss(out_y + slopes * (moved - net_y), Y), nets, copies=copies
    )
    return together(errors) if name in BY_EXAMPLE else errors


# Combinations of two parts that have a separate name.
TOGETHER = {
    ("cross-entropy", "sigmoid"): Part(("missing-output-slope",)),
    ("cross-entropy", "twice"): Part(),
    ("nothing", "missing"): Part(("no-error",)),
    ("the output", "missing"): Part(("output-for-error",)),
    ("nothing", "activation"): Part(("output-for-error",)),
    ("the target", "missing"): Part(("target-for-error",)),
}
_AT_OUTPUT = {name: part for name, (part, _) in UNITS.items()} | BY_PRODUCTS
OUTPUT_PARTS = [
    TOGETHER.get((above, unit), merged((difference, part), "missing-output-slope"))
    for above, (difference, _) in DIFFERENCES.items()
    for unit, part in _AT_OUTPUT.items()
] + [Part((code,)) for code in OTHER_ERRORS]
RIGHT = 0  # the index of the right error in OUTPUT_PARTS


def weights_back(W2: np.ndarray) -> dict[str, np.ndarray]:
    """Return the right and the altered weights of the backward path, each of shape (n_y, n_h)."""
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
HIDDEN_UNITS = (*UNITS, *BY_PRODUCTS)


def error_below(
    delta: np.ndarray, out_h: np.ndarray, weights: np.ndarray, slopes: np.ndarray
) -> np.ndarray:
    """Return dC/dnet_h for the errors `delta` and the weights of the layer above.

    Parameters
    ----------
    delta
        The errors of the layer above (..., n_y, m).
    out_h
        The activations of the units (n_h, m).
    weights
        The weights of the layer above (..., n_y, n_h).
    slopes
        The slopes of the linear units that replace the units (..., n_h, m).

    Returns
    -------
    ndarray
        The errors (..., n_h, m); the leading axes stand for separate networks.
    """
    several = np.broadcast_shapes(delta.shape[:-2], weights.shape[:-2], slopes.shape[:-2])
    # Treating each example as a separate network reduces the number of directions.
    delta, out_h, slopes = apart(delta), apart(out_h), apart(slopes)
    weights = weights[..., None, :, :]
    net_h, no_bias = pre_activation(out_h), np.zeros((weights.shape[-2], 1))

    def loss(net: np.ndarray) -> np.ndarray:
        return summed(delta * layer(weights, no_bias, out_h + slopes * (net - net_h)))

    nets = np.broadcast_to(net_h, (*several, *net_h.shape))
    return together(gradient(loss, nets, copies=len(several) + 1)[0])


def errors_at_hidden(
    deltas: np.ndarray, out_h: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the right and the altered errors of the hidden units, by the names in HIDDEN_UNITS.

    Parameters
    ----------
    deltas
        The errors of the layer above (K, n_y, m).
    out_h
        The activations (n_h, m).
    weights
        The weights of the backward path, (n_y, n_h) or one array for each error.

    Returns
    -------
    dict
        Arrays (K, n_h, m).
    """
    slopes = np.array([slope(out_h) for _, slope in UNITS.values()])
    above = weights if weights.ndim == 2 else weights[:, None]
    errors = error_below(deltas[:, None], out_h, above, slopes)
    found = {name: errors[:, place] for place, name in enumerate(UNITS)}
    return found | slopes_by_products(out_h, found["missing"])


def hidden_part(unit: str) -> Part:
    """Return the `Part` of one of the names in HIDDEN_UNITS."""
    part = BY_PRODUCTS[unit] if unit in BY_PRODUCTS else UNITS[unit][0]
    return merged((part,), "missing-hidden-slope")


def gradients_of_weights(delta: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return one gradient of the weights for each example.

    Parameters
    ----------
    delta
        Errors (..., n, m).
    inputs
        The inputs of the layer (k, m).

    Returns
    -------
    ndarray
        The gradients (..., m, n, k); their sum over the examples is the gradient of the loss.
    """
    several, (n, m), k = delta.shape[:-2], delta.shape[-2:], len(inputs)
    # Treating each unit and each example separately reduces the number of directions.
    alone = inputs.T[:, None, :, None]  # (m, 1, k, 1)
    errors = np.moveaxis(delta, -1, -2)  # (..., m, n)

    def loss(W: np.ndarray) -> np.ndarray:
        return errors * layer(W[..., None, :], np.zeros((1, 1)), alone)[..., 0, 0]

    return gradient(loss, np.zeros((*several, m, n, k)), copies=len(several) + 2)[0]
