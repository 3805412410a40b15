"""The pictures of the lessons, one module a lesson. Each comes with words that say what it shows."""

from .show import show

__all__ = ["show"]
