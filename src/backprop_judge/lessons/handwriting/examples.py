"""Small examples of lesson 6."""

import numpy as np

from ...worked import small_examples
from . import exercises

# Ten outputs for three pictures: the first two are read correctly.
out_y = np.array(
    [
        [0.1, 0.3, 0.2], [0.2, 0.1, 0.1], [0.1, 0.2, 0.4], [0.8, 0.1, 0.3], [0.1, 0.2, 0.1],
        [0.3, 0.1, 0.2], [0.1, 0.1, 0.1], [0.2, 0.4, 0.3], [0.1, 0.2, 0.6], [0.4, 0.3, 0.2],
    ]
)  # fmt: skip

small_examples(exercises.one_hot, (np.array([3, 0]),))
small_examples(exercises.accuracy, (out_y, np.array([3, 7, 2])))
