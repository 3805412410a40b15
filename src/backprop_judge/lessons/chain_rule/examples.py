"""Small examples of lesson 1."""

from ...worked import small_examples
from . import exercises

small_examples(exercises.sigmoid_slope, (0.4, 0.7))
small_examples(exercises.local_derivatives, (0.5, 0.9, -1.2, 0.3, 0.8, -0.4))
small_examples(exercises.chain, (0.5, 0.2, 0.7, -1.5, 0.25, -0.3))
small_examples(exercises.two_paths, (0.6, 0.5, -1.2, 0.9, 0.2))
