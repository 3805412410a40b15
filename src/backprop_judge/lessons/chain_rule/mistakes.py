"""Mistakes of lesson 1, on the chain rule."""

from collections.abc import Callable

import numpy as np

from backprop.differentiate import derivative
from backprop.network import sigmoid

from ...mistakes import WrongValues, mistake, wrong_values
from . import exercises

# --- one chain ------------------------------------------------------------------------------------

mistake(
    "missing-factor",
    "One link of the chain is left out.",
    "a product with one link missing",
    "Put a finger on the parameter and walk along the drawing to C: how many edges do you pass?",
    "Every edge on the way is one factor of the product.",
)


def parabola(u: np.ndarray) -> np.ndarray:
    """A function whose slope at u is the sigmoid's where u is the activation."""
    return u**2 / 2 - u**3 / 3


@wrong_values(exercises.sigmoid_slope)
def instead_of_sigmoid_slope(compute: Callable, z: float, a: float) -> WrongValues:
    return {
        "slope_at_z": [
            ("wrong-variable", derivative(parabola, z)),
            ("slope-of-activation", derivative(sigmoid, sigmoid(z))),
            ("tanh-slope", derivative(np.tanh, z)),
            ("tanh-slope", 1 / derivative(np.arctanh, sigmoid(z))),
            ("not-differentiated", sigmoid(z)),
        ],
        "slope_at_a": [
            ("slope-of-activation", derivative(sigmoid, a)),
            ("tanh-slope", 1 / derivative(np.arctanh, a)),
            ("not-differentiated", np.float64(a)),
        ],
    }


@wrong_values(exercises.local_derivatives)
def instead_of_local_derivatives(
    compute: Callable, x: float, y: float, w1: float, b1: float, w2: float, b2: float
) -> WrongValues:
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)

    names = ("dz1_dw1", "da1_dz1", "dz2_dw2", "dz2_da1", "da2_dz2", "dC_da2")
    right = compute(x, y, w1, b1, w2, b2)
    biases = ((0.0, 0.0), (0.0, b2), (b1, 0.0))
    without = [compute(x, y, w1, one, w2, two) for one, two in biases]

    def unit(z, a):
        return [
            ("wrong-variable", derivative(parabola, z)),
            ("slope-of-activation", derivative(sigmoid, a)),
            ("tanh-slope", derivative(lambda u: np.tanh(u), np.arctanh(a))),
            ("not-differentiated", a),
        ]

    found = {
        "dz1_dw1": [("wrong-variable", np.float64(w1)), ("not-differentiated", z1)],
        "da1_dz1": unit(z1, a1),
        "dz2_dw2": [
            ("wrong-variable", np.float64(w2)),
            ("wrong-input", z1),
            ("not-differentiated", z2),
        ],
        "dz2_da1": [("wrong-variable", a1), ("not-differentiated", z2)],
        "da2_dz2": unit(z2, a2),
        "dC_da2": [("not-differentiated", (a2 - y) ** 2 / 2)],
    }
    for place, name in enumerate(names):
        changed = [other[place] for other in without if other[place] != right[place]]
        found[name] += [("missing-bias", value) for value in changed]
    return found


@wrong_values(exercises.chain)
def instead_of_chain(compute: Callable, *links: float) -> WrongValues:
    names = ("dC_dw2", "dC_db2", "dC_dw1", "dC_db1")
    found: dict[str, list] = {name: [] for name in names}

    def enter(code, changed):
        for name, value in zip(names, compute(*changed)):
            found[name].append((code, value))

    for place in range(len(links)):
        enter("missing-factor", (*links[:place], 1.0, *links[place + 1 :]))
    dz1_dw1, da1_dz1, dz2_dw2, dz2_da1, da2_dz2, dC_da2 = links
    enter("wrong-variable", (dz1_dw1, da1_dz1, dz2_da1, dz2_dw2, da2_dz2, dC_da2))
    enter("wrong-variable", (dz1_dw1, da1_dz1, dz2_dw2, dz2_dw2, da2_dz2, dC_da2))
    right = dict(zip(names, compute(*links)))
    for weight, bias in (("dC_dw2", "dC_db2"), ("dC_dw1", "dC_db1")):
        found[bias].append(("wrong-variable", right[weight]))
    return found


# --- two paths ------------------------------------------------------------------------------------

mistake(
    "one-path",
    "Only one of the two paths is counted.",
    "only one of the two paths is here; the unit acts on the loss through both",
    "Along how many paths does a change of the unit reach the loss?",
    "The rates along one path multiply; the contributions of different paths add up.",
)
mistake(
    "product-of-paths",
    "The two paths are multiplied.",
    "the two paths are multiplied; their contributions add up",
    "If both paths push the loss up a little, what do they do together?",
)
mistake(
    "difference-of-paths",
    "The two paths are subtracted.",
    "the two paths are subtracted; their contributions add up",
    "If both paths push the loss up a little, what do they do together?",
)


@wrong_values(exercises.two_paths)
def instead_of_two_paths(
    compute: Callable, a: float, u1: float, u2: float, y1: float, y2: float
) -> WrongValues:
    def share(u, y, unit=sigmoid):
        return derivative(lambda a: (unit(u * a) - y) ** 2 / 2, a)

    def straight(u):
        p = sigmoid(u * a)
        return lambda net: p + (net - u * a)

    def tanh_line(u):
        p = sigmoid(u * a)
        return lambda net: p + derivative(np.tanh, np.arctanh(p)) * (net - u * a)

    def at_unit(u, y):
        return derivative(lambda net: (sigmoid(net) - y) ** 2 / 2, u * a)

    first, second = share(u1, y1), share(u2, y2)
    by_weights = [
        derivative(lambda u, y=y: (sigmoid(u * a) - y) ** 2 / 2, u) for u, y in ((u1, y1), (u2, y2))
    ]
    return {
        "dC_da": [
            ("one-path", first),
            ("one-path", second),
            ("averaged", (first + second) / 2),
            ("product-of-paths", first * second),
            ("difference-of-paths", first - second),
            ("missing-factor", at_unit(u1, y1) + at_unit(u2, y2)),
            ("wrong-variable", sum(by_weights)),
            ("missing-output-slope", share(u1, y1, straight(u1)) + share(u2, y2, straight(u2))),
            ("tanh-slope", share(u1, y1, tanh_line(u1)) + share(u2, y2, tanh_line(u2))),
        ]
    }
