"""Small examples of lesson 7."""

import numpy as np

from ...worked import small_examples
from . import exercises

z = np.array([[1.2, -0.7, 0.3], [-2.1, 0.0, 0.8]])
P = np.array([[0.61, 0.25], [0.12, 0.57], [0.27, 0.18]])
Y = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
w, dw, v = (
    np.array([[0.52, -1.34, 0.83]]),
    np.array([[1.62, -0.45, 0.26]]),
    np.array([[0.11, 0.37, -0.24]]),
)
s = np.array([[0.71, 0.92, 0.33]])

small_examples(exercises.relu_slope, (z,))
small_examples(exercises.softmax, (np.array([[1.2, -0.7, 0.3], [-2.1, 0.4, 0.8]]),))
small_examples(exercises.cross_entropy_error, (P, Y))
small_examples(exercises.momentum_step, (w, dw, v, 0.15, 0.85))
small_examples(exercises.adam_step, (w, dw, v, s, 3, 0.15))
