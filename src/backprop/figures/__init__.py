"""The pictures of the lessons, one module a lesson. Each comes with words that say what it shows."""

from .memo import drawn_once

__all__ = ["drawn_once"]
