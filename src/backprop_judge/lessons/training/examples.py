"""Small examples of lesson 4."""

import numpy as np

from ...worked import small_examples
from ..forward_pass.examples import W1, W2, X, b1, b2
from . import exercises

Y = np.array([[0.92, 0.05]])
dW1 = np.array([[0.21, -0.12, 0.42, 0.33], [0.14, 0.51, -0.23, 0.72], [-0.31, 0.62, 0.82, -0.43]])
db1 = np.array([[0.05], [-0.16], [0.27]])
dW2, db2 = np.array([[0.34, -0.41, 0.22]]), np.array([[0.36]])

small_examples(exercises.update_parameters, (W1, b1, W2, b2, dW1, db1, dW2, db2, 0.3))
small_examples(exercises.train, (X, Y, W1, b1, W2, b2, 0.3, 5))
# With one output and with two, because some mistakes are visible only with several outputs.
two_W2, two_b2 = np.vstack([W2, [[-0.72, 0.92, 1.12]]]), np.vstack([b2, [[-0.82]]])
small_examples(exercises.predict, (X, W1, b1, W2, b2), (X, W1, b1, two_W2, two_b2))
