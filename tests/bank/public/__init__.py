"""Answers that people gave in public questions, issues and repositories, retold.

A wrong one without codes must be refused; the catalogue has no name for its mistake yet.
"""

from ..answer import PUBLIC_RIGHT, PUBLIC_WRONG
from . import backward_pass, chain_rule, forward_pass, handwriting, notebook_variables, training

__all__ = [
    "PUBLIC_RIGHT",
    "PUBLIC_WRONG",
    "backward_pass",
    "chain_rule",
    "forward_pass",
    "handwriting",
    "notebook_variables",
    "training",
]
