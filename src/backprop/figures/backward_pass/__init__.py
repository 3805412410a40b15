"""The pictures of lesson 3: errors and gradients on their way back through the network."""

from .measured import asymmetry, second_slopes, step_errors
from .network import backward_values, forward_values, paths_back, two_sweeps
from .plots import error_against_step, saturated_output, slopes_of_slopes
from .tables import multiplication_tables, sum_over_examples, what_passes

__all__ = [
    "asymmetry", "backward_values", "error_against_step", "forward_values",
    "multiplication_tables", "paths_back", "saturated_output", "second_slopes",
    "slopes_of_slopes", "step_errors", "sum_over_examples", "two_sweeps", "what_passes",
]  # fmt: skip
