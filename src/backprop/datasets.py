"""The small data sets of the course, examples in columns."""

import numpy as np


def xor():
    """Return X (2, 4) and Y (1, 4): the exclusive or of two inputs, all four cases."""
    X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    Y = np.array([[0.0, 1.0, 1.0, 0.0]])
    return X, Y


def three_inputs():
    """Return X (3, 4) and Y (1, 4): exclusive or of the first two inputs, third always 1.

    The third input does the work of a bias. Source: the table of the chapter
    "Back Propagation for a Two layered Neural Network", IT (is) Explained.
    """
    X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    Y = np.array([[0.0, 1.0, 1.0, 0.0]])
    return X, Y
