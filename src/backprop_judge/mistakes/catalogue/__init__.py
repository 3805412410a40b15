"""The mistakes that several lessons know: what each is called, what is said of it, and the hints.

A message says what was seen in the numbers. Hints go from a question to the formula in
words; none holds code.

calls -- how an answer is called, what it returns, and its side effects
backward -- the way back through a network: slopes, weights and inputs
arrays -- how an array is arranged, summed or scaled, and its digits
common -- the others: another variable, no derivative, other labels
"""

from . import arrays, backward, calls, common  # noqa: F401  each enters its mistakes
