"""Small examples of lesson 1, with intermediate values."""

import numpy as np

from backprop.differentiate import derivative, gradient
from backprop.network import sigmoid

from ...worked import Between, between, small_examples
from . import exercises

small_examples(exercises.sigmoid_slope, (0.4, 0.7))
small_examples(exercises.local_derivatives, (0.6, 0.9, -1.2, 0.3, 0.8, -0.4))
small_examples(exercises.chain, (1.3, 0.2, 0.7, -1.6, 0.15, -0.4))
small_examples(exercises.two_paths, (0.6, 1.3, -1.2, 0.9, 0.2))


@between(exercises.local_derivatives)
def on_the_way_forward(
    x: float, y: float, w1: float, b1: float, w2: float, b2: float
) -> list[Between]:
    """Return the pre-activations and activations of both units."""
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    return [
        Between("pre-activation `z1`", z1),
        Between("activation `a1`", a1),
        Between("pre-activation `z2`", z2),
        Between("activation `a2`", sigmoid(z2)),
    ]


@between(exercises.chain)
def on_the_way_back(
    dz1_dw1: float, da1_dz1: float, dz2_dw2: float, dz2_da1: float, da2_dz2: float, dC_da2: float
) -> list[Between]:
    """Return the derivatives of the loss with respect to `z2`, `a1` and `z1`."""

    def loss(z1: np.ndarray, a1: np.ndarray, z2: np.ndarray) -> np.ndarray:
        return dC_da2 * da2_dz2 * (z2 + dz2_da1 * (a1 + da1_dz1 * z1))

    error_1, arriving, error_2 = gradient(loss, 0.0, 0.0, 0.0)
    return [
        Between("error of the second unit", error_2, "dC_db2", error_2),
        Between("derivative with respect to `a1`", arriving),
        Between("error of the first unit", error_1, "dC_db1", error_1),
    ]


@between(exercises.two_paths)
def along_two_paths(a: float, u0: float, u1: float, y0: float, y1: float) -> list[Between]:
    """Return the product of the local derivatives along each path."""

    def along(which: str, u: float, y: float) -> Between:
        back = derivative(lambda a: (sigmoid(u * a) - y) ** 2 / 2, a)
        return Between(f"product along the {which} path", back)

    return [along("first", u0, y0), along("second", u1, y1)]
