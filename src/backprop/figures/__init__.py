"""The figures of the lessons, one module for each lesson; every figure has a text description."""

from .cache import drawn_once

__all__ = ["drawn_once"]
