"""What each exercise of the course asks, and the mistakes that only one lesson knows.

A lesson is a folder: `exercises` says what each answer must return, `mistakes` what the lesson's
own mistakes are called and which numbers prove them. Where there are many, some of them stand in
files whose names say what they are about, such as `slope_mistakes`.
"""

# ruff: noqa: F401, I001
from ..exercise import EXERCISES

# Importing a lesson enters its exercises and its mistakes; this is the order of the course.
from . import chain_rule
from . import forward_pass
from . import backward_pass
from . import training
from . import four_programs
from . import handwriting
from . import any_depth
from . import autodiff
