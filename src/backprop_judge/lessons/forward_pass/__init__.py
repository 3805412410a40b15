"""Lesson 2: the two-layer network computes."""

from . import examples, exercises, loss_mistakes, mistakes, shape_mistakes

__all__ = ["examples", "exercises", "loss_mistakes", "mistakes", "shape_mistakes"]
