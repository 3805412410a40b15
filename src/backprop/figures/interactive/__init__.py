"""Figures that answer to the hand: a slider and buttons, without a kernel and without a network.

Where no script may run, a still picture and its words stand in their place.
"""

from .flow import flow
from .readers import digit_readers
from .slope import slope
from .training_frames import training_frames

__all__ = ["digit_readers", "flow", "slope", "training_frames"]
