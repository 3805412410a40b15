"""Lesson 2: the forward pass of the two-layer network."""

from . import examples, exercises, loss_mistakes, mistakes, shape_mistakes

__all__ = ["examples", "exercises", "loss_mistakes", "mistakes", "shape_mistakes"]
