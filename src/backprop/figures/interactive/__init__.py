"""Figures that answer to the hand: a slider and buttons, without a kernel and without a network.

Where no script may run, a still picture and its words stand in their place.
"""

from .flow import flow
from .slope import slope
from .training_frames import training_frames
from .walks import walks_in_a_valley

__all__ = ["flow", "slope", "training_frames", "walks_in_a_valley"]
