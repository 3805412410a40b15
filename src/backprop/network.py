"""The two-layer network of the course, as a slow and simple reference implementation.

    X --W1, b1--> net_h --sigmoid--> out_h --W2, b2--> net_y --sigmoid--> out_y

Examples are in columns. Every array may have additional leading axes: an array of shape
(k, n_h, n_x) holds the weights of k networks. Everything here also works with complex
numbers, so that `backprop.differentiate` can compute exact derivatives.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class Parameters(NamedTuple):
    """The weights and biases of a network, in the order that the course uses.

    Attributes
    ----------
    W1, b1
        Weights (n_h, n_x) and biases (n_h, 1) of the hidden units.
    W2, b2
        Weights (n_y, n_h) and biases (n_y, 1) of the output units.
    """

    W1: np.ndarray  # (n_h, n_x)
    b1: np.ndarray  # (n_h, 1)
    W2: np.ndarray  # (n_y, n_h)
    b2: np.ndarray  # (n_y, 1)


class Activations(NamedTuple):
    """The values of all units in the forward pass, for m examples.

    Attributes
    ----------
    net_h, out_h
        Pre-activations and activations of the hidden units, (n_h, m).
    net_y, out_y
        Pre-activations and activations of the output units, (n_y, m).
    """

    net_h: np.ndarray  # (n_h, m) pre-activations of the hidden units
    out_h: np.ndarray  # (n_h, m) activations of the hidden units
    net_y: np.ndarray  # (n_y, m) pre-activations of the output units
    out_y: np.ndarray  # (n_y, m) activations of the output units


# Arrays, because converting a Python number at each call takes as long as the addition itself.
_ONE = np.array(1.0)
_HIGHEST = np.array(700.0)  # here the sigmoid is 1 and the exponential is still finite


def sigmoid(z: ArrayLike) -> np.ndarray:
    """Return 1 / (1 + exp(-z)), entry by entry, without overflow for any z.

    Parameters
    ----------
    z
        Numbers or an array of any shape, real or complex.

    Returns
    -------
    ndarray
        In the shape of z; real numbers between 0 and 1 if z is real.
    """
    z = np.asarray(z)
    if z.dtype == float:
        grown = np.exp(np.minimum(z, _HIGHEST))
        return grown / (_ONE + grown)  # numerator and denominator multiplied by exp(z)
    z = z + 0.0  # convert integers and bools to floats
    positive = np.real(z) >= 0
    small = np.exp(np.where(positive, -z, z))
    return (np.where(positive, 1, small) / (1 + small))[()]


def pre_activation(out: ArrayLike) -> np.ndarray:
    """Return the z whose sigmoid is `out`, entry by entry.

    Parameters
    ----------
    out
        Activations between 0 and 1, of any shape. Values that are rounded to 0 or 1 are replaced by
        the nearest number between them.

    Returns
    -------
    ndarray
        In the shape of `out`.
    """
    out = np.clip(out, np.finfo(float).tiny, 1 - np.finfo(float).epsneg)
    return np.log(out) - np.log1p(-out)


def layer(W: ArrayLike, b: ArrayLike, inputs: ArrayLike) -> np.ndarray:
    """Return the pre-activations of one layer.

    A loop adds the weighted activation of one source after the other, so that no step is hidden in
    a matrix product.

    Parameters
    ----------
    W
        Weights (..., units, sources).
    b
        Biases (..., units, 1).
    inputs
        Activations of the layer below (..., sources, m).

    Returns
    -------
    ndarray
        Pre-activations (..., units, m).
    """
    W, b, inputs = np.asarray(W), np.asarray(b), np.asarray(inputs)
    net = b
    for source in range(W.shape[-1]):
        net = net + W[..., :, source, None] * inputs[..., None, source, :]
    return net


def forward(parameters: Parameters, X: ArrayLike) -> Activations:
    """Run a network on examples.

    Parameters
    ----------
    parameters
        W1 (..., n_h, n_x), b1 (..., n_h, 1), W2 (..., n_y, n_h), b2 (..., n_y, 1).
    X
        The examples (..., n_x, m), one per column.

    Returns
    -------
    Activations
        The values of both layers, (..., n_h, m) and (..., n_y, m).
    """
    W1, b1, W2, b2 = parameters
    net_h = layer(W1, b1, X)
    out_h = sigmoid(net_h)
    net_y = layer(W2, b2, out_h)
    return Activations(net_h, out_h, net_y, sigmoid(net_y))


def half_squared_error(out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return C = 1/2 sum (out_y - Y)^2 over output units and examples.

    Parameters
    ----------
    out_y, Y
        Outputs and targets, (..., n_y, m).

    Returns
    -------
    ndarray
        One number for each network: a scalar where there are no leading axes.
    """
    return np.sum((out_y - Y) ** 2, axis=(-2, -1)) / 2


def cross_entropy(out_y: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return -sum (Y ln out_y + (1 - Y) ln(1 - out_y)) over output units and examples.

    Parameters
    ----------
    out_y, Y
        Outputs, between 0 and 1, and targets, (..., n_y, m).

    Returns
    -------
    ndarray
        One number for each network: a scalar where there are no leading axes.
    """
    return -np.sum(Y * np.log(out_y) + (1 - Y) * np.log(1 - out_y), axis=(-2, -1))


def draw_parameters(
    rng: np.random.Generator, n_x: int, n_h: int, n_y: int, scale: float = 1.0
) -> Parameters:
    """Draw `Parameters` with entries from N(0, scale^2).

    Tiny or zero weights would hide mistakes, since the error of a wrong gradient shrinks with the
    weights.

    Parameters
    ----------
    rng
        The random number generator.
    n_x, n_h, n_y
        The numbers of inputs, hidden units and output units.
    scale
        The standard deviation.

    Returns
    -------
    drawn : Parameters
        W1 (n_h, n_x), b1 (n_h, 1), W2 (n_y, n_h), b2 (n_y, 1).
    """
    shapes = (n_h, n_x), (n_h, 1), (n_y, n_h), (n_y, 1)
    return Parameters(*(scale * rng.standard_normal(shape) for shape in shapes))


@dataclass(frozen=True, eq=False)
class LossOfOneArray:
    """The loss of a network as a function of one of its arrays, for real numbers only.

    Attributes
    ----------
    name
        The array, "W1", "b1", "W2" or "b2".
    parameters
        The network; the other arrays keep these values.
    X, Y
        Examples (n_x, m) and targets (n_y, m).
    """

    name: str
    parameters: Parameters
    X: np.ndarray
    Y: np.ndarray

    def __call__(self, array: ArrayLike) -> float:
        """Return the loss for real values of the array."""
        if np.iscomplexobj(array):
            raise TypeError("this loss takes real numbers only")
        expected, received = getattr(self.parameters, self.name).shape, np.shape(array)
        if received != expected:
            given = f"one of shape {received}" if received else "a number"
            raise ValueError(f"this function takes an array of shape {expected}, but got {given}")
        return float(self.complex_value(np.asarray(array, dtype=float)))

    def complex_value(self, array: np.ndarray) -> np.ndarray:
        """Return the loss for real or complex values of the array."""
        parameters = self.parameters._replace(**{self.name: array})
        return half_squared_error(forward(parameters, self.X).out_y, self.Y)

    def __repr__(self) -> str:
        return f"the loss as a function of {self.name}"
