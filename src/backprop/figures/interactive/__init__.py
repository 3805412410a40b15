"""Interactive figures, with a slider and buttons; they need no kernel and no network.

Where no script may run, a still picture and its description are shown instead.
"""

from .flow import flow
from .readers import digit_readers
from .slope import slope
from .training_frames import training_frames

__all__ = ["digit_readers", "flow", "slope", "training_frames"]
