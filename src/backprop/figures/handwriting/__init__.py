"""The pictures of lesson 6: digits, what a network makes of them, and how it learns."""

from .live import LiveTraining, curves
from .plots import confusions, digits, epochs_in_batches, one_digit_through, read, what_units_see

__all__ = [
    "LiveTraining", "confusions", "curves", "digits", "epochs_in_batches", "one_digit_through",
    "read", "what_units_see",
]  # fmt: skip
