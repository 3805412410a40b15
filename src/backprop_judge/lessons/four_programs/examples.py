"""Small examples of lesson 5."""

import numpy as np

from ...worked import small_examples
from . import exercises

W1 = np.array([[0.3, -0.6, 0.7], [-0.2, 0.4, 0.9], [0.5, 0.1, -0.3], [1.0, 0.2, -0.1]])
b1 = np.array([[0.1, -0.5, 0.4]])
W2 = np.array([[0.6, 1.5], [-1.1, 0.2], [0.8, -0.7]])

small_examples(exercises.convert, (W1, b1, W2, None))
