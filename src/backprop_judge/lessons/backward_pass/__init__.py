"""Lesson 3: the gradient of the loss with respect to every weight and bias."""

from . import exercises, mistakes

__all__ = ["exercises", "mistakes"]
