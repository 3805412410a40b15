"""Checks, figures and reference functions for the notebooks of a course on backpropagation.

The package contains no answers: `backprop.exercises` finds the judge, which is a separate package.
"""

from . import browser
from .checking import check, expect_answers, or_stand_in, watch_cells
from .exercises import evaluate
from .handing_in import hand_in
from .notebook import shell
from .predictions import compare_prediction, compare_rows
from .progress import progress
from .report import Finding, Report

__all__ = [
    "Finding", "Report", "check", "compare_prediction", "compare_rows", "evaluate", "hand_in",
    "or_stand_in", "progress",
]  # fmt: skip

# In a notebook, a check that is run before its answer reports this instead of raising NameError.
if shell() is not None:
    expect_answers(shell().user_ns)
    watch_cells(shell())
    if browser.HERE:
        browser.keep_print_options(shell())
