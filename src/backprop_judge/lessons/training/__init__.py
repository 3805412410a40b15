"""Lesson 4: the network learns by going down the gradient."""

from . import exercises

__all__ = ["exercises"]
