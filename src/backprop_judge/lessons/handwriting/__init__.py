"""Lesson 6: the student's own functions learn to read handwritten digits."""

from . import accuracy_mistakes, examples, exercises, mistakes

__all__ = ["accuracy_mistakes", "examples", "exercises", "mistakes"]
