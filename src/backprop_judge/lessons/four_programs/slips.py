"""Mistakes in a backward pass that networks of some sizes hide."""

import numpy as np

from backprop.network import Activations, Parameters, draw_parameters, forward

from ..backward_pass.exercises import backward_propagation, hidden_error, output_error
from ..forward_pass.exercises import draw_examples

Sizes = tuple[int, int, int, int]  # n_x, n_h, n_y, m
Gradients = dict[str, np.ndarray]  # by name

SLIPS = {
    "bias-not-summed": "db1 and db2 are not summed over the examples",
    "bias-wrong-axis": "db2 is summed over the units, not over the examples",
    "transposed": "dW1 is transposed",
    "reshaped": "the error goes back through W2 reshaped, not transposed",
    "elementwise-product": "the error goes back through W2 entry by entry",
}


def _network(sizes: Sizes) -> tuple[np.ndarray, np.ndarray, Parameters, Activations]:
    n_x, n_h, n_y, m = sizes
    rng = np.random.default_rng(17)
    X, Y = draw_examples(rng, n_x, n_y, m)
    parameters = draw_parameters(rng, n_x, n_h, n_y)
    return X, Y, parameters, forward(parameters, X)


def _right(sizes: Sizes) -> Gradients:
    """Return the four gradients of a random network of these sizes, by name."""
    X, Y, parameters, values = _network(sizes)
    right = backward_propagation.specification(X, Y, values.out_h, values.out_y, parameters.W2)
    return dict(zip(backward_propagation.returns, right))


def _with_slip(slip: str, sizes: Sizes) -> Gradients:
    """Return the gradients of the same network with one mistake.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    X, Y, parameters, values = _network(sizes)
    found, W2 = _right(sizes), parameters.W2
    delta_y = output_error.specification(values.out_y, Y)
    delta_h = hidden_error.specification(delta_y, values.out_h, W2)
    if slip == "bias-not-summed":
        return found | {"db1": delta_h, "db2": delta_y}
    if slip == "bias-wrong-axis":
        return found | {"db2": np.sum(delta_y, axis=0, keepdims=True)}
    if slip == "transposed":
        return found | {"dW1": np.transpose(found["dW1"])}
    slope = hidden_error.specification(
        np.ones((1, X.shape[1])), values.out_h, np.ones((1, len(values.out_h)))
    )
    back = W2.T * delta_y if slip == "elementwise-product" else _through_reshaped(W2, delta_y)
    wrong_h = slope * back
    dW1 = np.sum(wrong_h[:, None, :] * X[None], axis=-1)
    return found | {"dW1": dW1, "db1": np.sum(wrong_h, axis=1, keepdims=True)}


def _through_reshaped(W2: np.ndarray, delta_y: np.ndarray) -> np.ndarray:
    return np.sum(W2.reshape(-1, len(W2))[:, :, None] * delta_y[None], axis=1)


def seen_of_slip(slip: str, sizes: Sizes) -> str:
    """Say where a mistake is visible on a network of these sizes, or "" if it is hidden."""
    try:
        found, right = _with_slip(slip, sizes), _right(sizes)
    except ValueError:
        return "the shapes do not fit, so numpy refuses to compute it"
    for name, value in right.items():
        if found[name].shape != value.shape:
            return f"{name} has the shape {found[name].shape} instead of {value.shape}"
    for name, value in right.items():
        error = np.max(np.abs(found[name] - value)) / np.max(np.abs(value))
        if error > 1e-9:
            return f"{name} has the right shape, but is wrong by {error:.0%} of its largest entry"
    return ""


def chapter_refused(sizes: Sizes) -> bool:
    """Whether numpy refuses to multiply the two factors of the chapter's commented-out line."""
    _, n_h, n_y, m = sizes
    try:
        np.broadcast_shapes((n_h, n_y), (m, n_y))
    except ValueError:
        return True
    return False
