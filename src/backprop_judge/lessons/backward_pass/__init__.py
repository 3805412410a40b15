"""Lesson 3: the gradient of the loss with respect to every weight and bias."""

from . import examples, exercises, mistakes, numerical_mistakes, sheet_mistakes

__all__ = ["examples", "exercises", "mistakes", "numerical_mistakes", "sheet_mistakes"]
