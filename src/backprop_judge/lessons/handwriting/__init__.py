"""Lesson 6: training a network on handwritten digits."""

from . import accuracy_mistakes, examples, exercises, mistakes

__all__ = ["accuracy_mistakes", "examples", "exercises", "mistakes"]
