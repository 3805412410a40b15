"""Lesson 7: a list of layers, softmax, starts that last, momentum and Adam."""

from . import deep_mistakes, examples, exercises, mistakes, step_mistakes

__all__ = ["deep_mistakes", "examples", "exercises", "mistakes", "step_mistakes"]
