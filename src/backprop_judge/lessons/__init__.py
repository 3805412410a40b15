"""What each exercise of the course asks, one module a lesson."""

from ..exercise import EXERCISES

# Importing a lesson enters its exercises; this is the order of the course.
from . import chain_rule, forward_pass, backward_pass, training, four_programs  # isort: skip
from . import handwriting  # isort: skip

__all__ = [
    "EXERCISES",
    "backward_pass",
    "chain_rule",
    "forward_pass",
    "four_programs",
    "handwriting",
    "training",
]
