"""Lesson 2: the two-layer network computes."""

from . import exercises

__all__ = ["exercises"]
