"""The pictures of lesson 4: a network on its way down, and where a thousand of them end."""

from .ends import MARKS, final_losses_in_order, hidden_weights, outcome
from .network import gradients_on_the_network, side_by_side, training_loop
from .plots import close_look, decisions, grid, loss_curves, walks_on_a_slope

__all__ = [
    "MARKS", "close_look", "decisions", "final_losses_in_order", "gradients_on_the_network",
    "grid", "hidden_weights", "loss_curves", "outcome", "side_by_side", "training_loop",
    "walks_on_a_slope",
]  # fmt: skip
