"""Interactive figures with a slider and buttons, which need no kernel and no internet.

If scripts are not allowed, a still picture and its description are shown instead.
"""

from .flow import flow
from .readers import digit_readers
from .slope import slope
from .training_frames import training_frames
from .walks import walks_in_a_valley

__all__ = ["digit_readers", "flow", "slope", "training_frames", "walks_in_a_valley"]
