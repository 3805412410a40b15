"""Lesson 1: the chain rule on one weight, then on the two-layer chain of scalars."""

from . import exercises, mistakes

__all__ = ["exercises", "mistakes"]
