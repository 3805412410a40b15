"""Lesson 1: the chain rule on one weight, then on the two-layer chain of scalars."""

from . import examples, exercises, mistakes, path_mistakes, slope_mistakes

__all__ = ["examples", "exercises", "mistakes", "path_mistakes", "slope_mistakes"]
