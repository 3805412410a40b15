"""The exercises of the course, and the mistakes that are specific to one lesson.

Each lesson is a package: `exercises` defines what each answer must return, and `mistakes` defines
the mistakes of the lesson, with their messages and the values they lead to. Lessons with many
mistakes split them into several modules, such as `slope_mistakes`.
"""

# ruff: noqa: F401, I001
from ..exercise import EXERCISES

# Importing a lesson registers its exercises and mistakes. The imports are in course order.
from . import chain_rule
from . import forward_pass
from . import backward_pass
from . import training
from . import four_programs
from . import handwriting
from . import any_depth
from . import autodiff
