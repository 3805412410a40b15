"""What the notebooks of a course on backpropagation import: checks, figures, specifications.

Nothing here knows what is right: see `backprop.exercises` for the judge.
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

# In a notebook: a check that is run before its answer says so, and raises no NameError.
if shell() is not None:
    expect_answers(shell().user_ns)
    watch_cells(shell())
    if browser.HERE:
        browser.keep_print_options(shell())
