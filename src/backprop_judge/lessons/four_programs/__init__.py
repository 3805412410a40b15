"""Lesson 5: four published programs for the same network."""

from . import examples, exercises, mistakes

__all__ = ["examples", "exercises", "mistakes"]
