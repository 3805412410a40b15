"""Answers that people gave to the exercises of the lesson `chain_rule`."""

import numpy as np

from ..answer import public_wrong as wrong


@wrong("sigmoid_slope", "formula-at-z")
def at_z_sigmoid_slope(z, a):
    """The formula a(1 - a) is given z."""
    return z * (1 - z), a * (1 - a)


@wrong("sigmoid_slope", "parentheses")
def no_paren(z, a):
    """Parentheses missing in the sigmoid."""
    s = 1 / 1 + np.exp(-z)
    return s * (1 - s), a * (1 - a)


@wrong("sigmoid_slope", "half-of-slope")
def exp_sigmoid_slope(z, a):
    """The square in the denominator is missing."""
    return np.exp(-z) / (1 + np.exp(-z)), a * (1 - a)


@wrong("chain", "wrong-variable")
def sum_chain(dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2):
    """Dz2/dw2 stands in the place of dz2/da1."""
    top = dC_da2 * da2_dz2
    return top * dz2_dw2, top, top * dz2_dw2 * da1_dz1 * dz1_dw1, top * dz2_dw2 * da1_dz1


@wrong("two_paths", "sums-multiplied")
def sum_of_products(a, u1, u2, y1, y2):
    """The sum of the errors times the sum of the weights."""
    s = lambda v: 1 / (1 + np.exp(-v))
    p1, p2 = s(u1 * a), s(u2 * a)
    d = (p1 - y1) * p1 * (1 - p1) + (p2 - y2) * p2 * (1 - p2)
    return d * (u1 + u2)
