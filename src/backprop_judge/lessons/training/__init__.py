"""Lesson 4: the network learns by going down the gradient."""

from . import examples, exercises, mistakes

__all__ = ["examples", "exercises", "mistakes"]
