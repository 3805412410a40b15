"""Lesson 6: the student's own functions learn to read handwritten digits."""

from . import examples, exercises, mistakes

__all__ = ["examples", "exercises", "mistakes"]
