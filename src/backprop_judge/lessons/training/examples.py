"""Small examples of lesson 4."""

import numpy as np

from ...worked import small_examples
from ..forward_pass.examples import W1, W2, X, b1, b2
from . import exercises

Y = np.array([[0.9, 0.1]])
dW1 = np.array([[0.2, -0.1, 0.4, 0.3], [0.1, 0.5, -0.2, 0.7], [-0.3, 0.6, 0.8, -0.4]])
db1 = np.array([[0.05], [-0.15], [0.25]])
dW2, db2 = np.array([[0.3, -0.4, 0.2]]), np.array([[0.35]])

small_examples(exercises.update_parameters, (W1, b1, W2, b2, dW1, db1, dW2, db2, 0.5))
small_examples(exercises.train, (X, Y, W1, b1, W2, b2, 0.5, 3))
small_examples(exercises.predict, (X, W1, b1, W2, b2))
