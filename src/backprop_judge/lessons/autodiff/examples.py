"""Small examples of lesson 8."""

import numpy as np

from ...worked import small_examples
from . import exercises

upstream = np.array([[0.4, -1.3, 2.1], [1.7, 0.25, -0.8]])

small_examples(exercises.unbroadcast, (upstream, (2, 1)), (upstream, (3,)))
