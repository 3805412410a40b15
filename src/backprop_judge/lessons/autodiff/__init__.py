"""Lesson 8: an engine that differentiates whatever is computed with it."""

from . import examples, exercises, mistakes

__all__ = ["examples", "exercises", "mistakes"]
