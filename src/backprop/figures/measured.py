"""The derivatives that figures show, computed by `differentiate`."""

import numpy as np

from ..differentiate import gradient
from ..network import Parameters, forward, half_squared_error, layer, sigmoid
from .networks import entries
from .style import Arrays


def gradients(parameters: Arrays, X: np.ndarray, Y: np.ndarray) -> Parameters:
    """Return the derivative of the half squared error with respect to each parameter."""

    def loss(*moved: np.ndarray) -> np.ndarray:
        return half_squared_error(forward(Parameters(*moved), X).out_y, Y)

    return Parameters(*gradient(loss, *parameters))


def numbers_of(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Return all numbers of the forward and backward pass of one example, by name.

    Names are like "W1[0, 1]", "net_h[0]", "dW1[0, 1]", "dC/dout_h[0]" and "loss". The error of a
    unit is the derivative with respect to its bias.
    """
    values, (_, _, W2, b2) = forward(parameters, x), parameters

    def after_out_h(out_h: np.ndarray) -> np.ndarray:
        return half_squared_error(sigmoid(layer(W2, b2, out_h)), y)

    (at_out_y,) = gradient(lambda out_y: half_squared_error(out_y, y), values.out_y)
    (at_out_h,) = gradient(after_out_h, values.out_h)
    arrays = {"x": x, "y": y, **parameters._asdict(), **values._asdict()}
    arrays |= {f"d{name}": one for name, one in gradients(parameters, x, y)._asdict().items()}
    arrays |= {"dC/dout_h": at_out_h, "dC/dout_y": at_out_y}
    return entries(arrays) | {"loss": float(half_squared_error(values.out_y, y))}


def step_errors(
    parameters: Parameters, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measure a gradient with one-sided and central differences, for many steps h.

    The gradient is that of the loss of one example x (n_x, 1) with target y (n_y, 1). Return the
    steps (23,), and the relative errors (23,) of one-sided and of central differences. A relative
    error is the length of the difference between the measured and the exact gradient, divided by
    the length of the exact gradient.
    """
    point = _flat(parameters)

    def losses(points: np.ndarray) -> np.ndarray:
        return half_squared_error(forward(_parameters(points, parameters), x).out_y, y)

    (exact,) = gradient(losses, point)
    steps = 10.0 ** -np.arange(1, 12.25, 0.5)
    h, moves = steps[:, None], steps[:, None, None] * np.eye(len(point))
    above, below = losses(point + moves), losses(point - moves)
    one_sided, central = (
        np.linalg.norm(slopes - exact, axis=1) / np.linalg.norm(exact)
        for slopes in ((above - losses(point)) / h, (above - below) / (2 * h))
    )
    return steps, one_sided, central


def _flat(arrays: Arrays) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])


def _parameters(points: np.ndarray, like: Parameters) -> Parameters:
    """Return points (..., entries) as parameters with the shapes of `like`."""
    parts = np.split(points, np.cumsum([array.size for array in like])[:-1], axis=-1)
    lead = points.shape[:-1]
    return Parameters(*(part.reshape(*lead, *one.shape) for part, one in zip(parts, like)))
