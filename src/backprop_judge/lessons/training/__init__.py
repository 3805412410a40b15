"""Lesson 4: the network learns by going down the gradient."""

from . import exercises, mistakes

__all__ = ["exercises", "mistakes"]
