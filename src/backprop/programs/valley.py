"""The valley of the summed squares: its curvature, and long steps that replace many small ones."""

from collections.abc import Sequence

import numpy as np

from ..differentiate import gradient
from ..network import Parameters, forward
from .choices import LOSSES


def summed_squares(parameters: Sequence[np.ndarray], X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the sum of the squared differences between outputs and targets.

    Parameters
    ----------
    parameters
        W1, b1, W2, b2, optionally with leading axes.
    X, Y
        Examples (n_x, m) and targets (n_y, m).

    Returns
    -------
    ndarray
        One number for each network.
    """
    return LOSSES["summed squares"](forward(Parameters(*parameters), X).out_y, Y)


def measures(
    path: Parameters, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what describes each network of a path down the summed squares.

    Parameters
    ----------
    path
        Arrays with a leading axis, (k, ...).
    X, Y
        Examples (n_x, m) and targets (n_y, m).

    Returns
    -------
    losses, lengths, largest : ndarray
        The summed squares, the length of their gradient, and the largest weight or bias without
        its sign, each (k,).
    """
    slopes = gradient(lambda *moved: summed_squares(moved, X, Y), *path, copies=1)
    squares = sum(np.sum(array**2, axis=(-2, -1)) for array in slopes)
    largest = np.max([np.max(np.abs(array), axis=(-2, -1)) for array in path], axis=0)
    return summed_squares(path, X, Y), np.sqrt(squares), largest


def curvatures(
    parameters: Sequence[np.ndarray], X: np.ndarray, Y: np.ndarray, step: float = 0.0001
) -> tuple[np.ndarray, np.ndarray]:
    """Return the second derivatives of the summed squares, and the gradient.

    The first derivatives are exact; the second derivatives are central differences of them.

    Parameters
    ----------
    parameters
        W1, b1, W2, b2 of one network, with n entries in total.
    X, Y
        Examples (n_x, m) and targets (n_y, m).
    step
        The step of the central differences.

    Returns
    -------
    H : ndarray
        The matrix of second derivatives (n, n).
    g : ndarray
        The gradient (n,).
    """
    shapes = [array.shape for array in parameters]
    ends = np.cumsum([array.size for array in parameters])
    here = np.concatenate([array.ravel() for array in parameters])
    moves = step * np.eye(here.size)
    points = here + np.concatenate([moves, -moves, np.zeros((1, here.size))])
    arrays = [
        part.reshape(len(points), *shape)
        for part, shape in zip(np.split(points, ends[:-1], axis=1), shapes)
    ]
    slopes = gradient(lambda *moved: summed_squares(moved, X, Y), *arrays, copies=1)
    slopes = np.concatenate([one.reshape(len(points), -1) for one in slopes], axis=1)
    second = (slopes[: here.size] - slopes[here.size : -1]) / (2 * step)
    return (second + second.T) / 2, slopes[-1]


def run_on(
    parameters: Sequence[np.ndarray],
    X: np.ndarray,
    Y: np.ndarray,
    rate: float,
    made: float,
    last: float,
    share: float = 0.02,
) -> tuple[np.ndarray, Parameters]:
    """Continue the descent of the summed squares with long steps.

    Each long step replaces many small steps; their number is a fraction of the steps so far. It is
    the solution s of the equation (1/t + H) s = -g, where g is the gradient, H is the matrix of
    second derivatives, and t is the learning rate times the number of small steps. Where the path
    is nearly straight, it leads to the same place as the small steps. Unlike a single step -t g, it
    does not jump across a steep valley.

    Parameters
    ----------
    parameters
        W1, b1, W2, b2 of one network.
    X, Y
        Examples (n_x, m) and targets (n_y, m).
    rate
        The learning rate of the small steps.
    made, last
        The number of small steps so far, and the number at the end.
    share
        The number of small steps that a long step replaces, as a fraction of the steps so far.

    Returns
    -------
    steps, seen : ndarray, Parameters
        The numbers of small steps, (k,), and the network after each: arrays (k, ...).

    References
    ----------
    The implicit Euler method: Hairer and Wanner, "Solving Ordinary Differential Equations II".
    """
    shapes = [array.shape for array in parameters]
    ends = np.cumsum([array.size for array in parameters])
    steps, seen = [made], [Parameters(*parameters)]
    while steps[-1] < last:
        more = min(share * steps[-1], last - steps[-1])
        H, g = curvatures(seen[-1], X, Y)
        move = np.linalg.solve(H + np.eye(len(g)) / (rate * more), -g)
        parts = [part.reshape(s) for part, s in zip(np.split(move, ends[:-1]), shapes)]
        seen.append(Parameters(*(p + part for p, part in zip(seen[-1], parts))))
        steps.append(steps[-1] + more)
    return np.array(steps), Parameters(*map(np.array, zip(*seen)))
