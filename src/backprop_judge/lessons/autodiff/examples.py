"""Small examples of lesson 8."""

import numpy as np

from ...worked import small_examples
from . import exercises

upstream = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])

small_examples(exercises.unbroadcast, (upstream, (2, 1)), (upstream, (3,)))
