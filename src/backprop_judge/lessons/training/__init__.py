"""Lesson 4: training with gradient descent."""

from . import (
    examples,
    exercises,
    mistakes,
    other_networks,
    prediction_mistakes,
    step_mistakes,
    training_losses,
    training_patterns,
)

__all__ = [
    "examples",
    "exercises",
    "mistakes",
    "other_networks",
    "prediction_mistakes",
    "step_mistakes",
    "training_losses",
    "training_patterns",
]
