"""Lesson 4: the network learns by going down the gradient."""

from . import examples, exercises, mistakes, prediction_mistakes, step_mistakes, training_patterns

__all__ = [
    "examples",
    "exercises",
    "mistakes",
    "prediction_mistakes",
    "step_mistakes",
    "training_patterns",
]
