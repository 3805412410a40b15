"""An answer in a notebook whose variables are named as its arguments."""

import numpy as np

from ..answer import public_wrong as wrong

rng = np.random.default_rng(0)
out_y = rng.uniform(size=(1, 4))
Y = np.array([[0, 1, 1, 0]])


def output_delta():
    return (out_y - Y) * out_y * (1 - out_y)


@wrong("backward_propagation", "crashed", "uses-globals")
def helper_reads_globals(X, T, out_h, y, W2):
    """A helper reads the notebook's out_y and Y."""
    e2 = output_delta()
    e1 = (W2.T @ e2) * out_h * (1 - out_h)
    return e1 @ X.T, e1.sum(1, keepdims=True), e2 @ out_h.T, e2.sum(1, keepdims=True)
