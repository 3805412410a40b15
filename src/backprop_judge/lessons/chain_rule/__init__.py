"""Lesson 1: the chain rule for one weight, then for a two-layer chain of scalars."""

from . import examples, exercises, mistakes, path_mistakes, slope_mistakes

__all__ = ["examples", "exercises", "mistakes", "path_mistakes", "slope_mistakes"]
