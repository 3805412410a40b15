"""The mistakes that several lessons share, with their messages and hints.

A message describes the mistake in the values. The hints lead from a question to the formula in
words; they contain no code.

calls -- the call of an answer, its return value and its side effects
backward -- the backward pass: slopes, weights and inputs
arrays -- the arrangement, the sums, the scale and the digits of an array
common -- others: another variable, no derivative, other labels
"""

from . import arrays, backward, calls, common  # noqa: F401  the import registers the mistakes
