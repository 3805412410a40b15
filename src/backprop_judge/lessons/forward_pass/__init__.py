"""Lesson 2: the two-layer network computes."""

from . import exercises, mistakes

__all__ = ["exercises", "mistakes"]
