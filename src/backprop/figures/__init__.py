"""The pictures of the lessons, one module a lesson, each with words that say what it shows."""

from .cache import drawn_once

__all__ = ["drawn_once"]
