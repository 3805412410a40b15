"""The pictures of lesson 5: four published programs, a valley, and where their starts end."""

from .fields import alignment, descents, jacobians
from .programs import ENDS, ends_of_starts, four_texts, shares_of, two_fours
from .valley import along_the_path, landscape, valley

__all__ = [
    "ENDS", "alignment", "along_the_path", "descents", "ends_of_starts", "four_texts",
    "jacobians", "landscape", "shares_of", "two_fours", "valley",
]  # fmt: skip
