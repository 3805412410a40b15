"""Lesson 2: the two-layer network computes."""

from . import examples, exercises, mistakes

__all__ = ["examples", "exercises", "mistakes"]
