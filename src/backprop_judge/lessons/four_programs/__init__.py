"""Lesson 5: four published programs for the same network, taken apart."""

from . import exercises, mistakes

__all__ = ["exercises", "mistakes"]
