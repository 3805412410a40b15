"""What each exercise of the course asks, one module a lesson."""

from . import backward_pass, chain_rule, forward_pass, training  # noqa: F401  in course order
from .exercise import EXERCISES, Exercise, UnknownExercise, find, under_judgement

__all__ = ["EXERCISES", "Exercise", "UnknownExercise", "find", "under_judgement"]
