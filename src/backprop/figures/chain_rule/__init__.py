"""The pictures of lesson 1: a chain of numbers, and how fast its end answers to its parts."""

from .chain import GRADIENTS, LOCAL, PARAMETERS, ROW, chain, rates_in_a_row, two_paths
from .curves import loss_curve, saturation, sigmoid_and_slope
from .entries import one_entry

__all__ = [
    "GRADIENTS", "LOCAL", "PARAMETERS", "ROW", "chain", "loss_curve", "one_entry",
    "rates_in_a_row", "saturation", "sigmoid_and_slope", "two_paths",
]  # fmt: skip
