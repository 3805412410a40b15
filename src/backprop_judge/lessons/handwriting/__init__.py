"""Lesson 6: the student's own functions learn to read handwritten digits."""

from . import exercises, mistakes

__all__ = ["exercises", "mistakes"]
