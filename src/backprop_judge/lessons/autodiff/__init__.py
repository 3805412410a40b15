"""Lesson 8: an engine for automatic differentiation."""

from . import examples, exercises, mistakes

__all__ = ["examples", "exercises", "mistakes"]
