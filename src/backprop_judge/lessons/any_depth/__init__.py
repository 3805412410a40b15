"""Lesson 7: a list of layers, softmax, initialization, momentum and Adam."""

from . import deep_mistakes, examples, exercises, mistakes, step_mistakes

__all__ = ["deep_mistakes", "examples", "exercises", "mistakes", "step_mistakes"]
