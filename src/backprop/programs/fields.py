"""The backward pass of a program as a vector field, and the Jacobians of such fields."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..network import Parameters
from .choices import Program, examples, start
from .training import backward


def flat(program: Program, parameters: Parameters) -> np.ndarray:
    """Return the arrays that a program trains as one vector.

    Parameters
    ----------
    program
        The program, which determines the trained arrays.
    parameters
        The arrays of a network, optionally with leading axes.

    Returns
    -------
    ndarray
        The entries of the trained arrays, (n,) or (..., n).
    """
    arrays = [getattr(parameters, name) for name in program.trained]
    return np.concatenate([a.reshape(*a.shape[:-2], -1) for a in arrays], axis=-1)


def unflat(program: Program, vector: np.ndarray, like: Parameters) -> Parameters:
    """Return the parameters whose trained arrays are given as one vector.

    Parameters
    ----------
    program
        The program, which determines the trained arrays.
    vector
        The entries of the trained arrays, (n,).
    like
        `Parameters` with the shapes, and with the values of the arrays that are not trained.

    Returns
    -------
    arrays : Parameters
        The arrays, in the shapes of `like`.
    """
    arrays, begin = {}, 0
    for name in program.trained:
        shape = getattr(like, name).shape
        size = int(np.prod(shape))
        arrays[name] = np.reshape(vector[begin : begin + size], shape)
        begin += size
    return like._replace(**arrays)


def field_of(program: Program) -> Callable[[np.ndarray], np.ndarray]:
    """Return the backward pass of a program as a vector field.

    Parameters
    ----------
    program
        The program, whose examples and backward pass define the field.

    Returns
    -------
    callable
        A function that takes a vector (n,) and returns the program's "gradient" there, (n,).
    """
    X, Y = examples(program)
    like = start(program)

    def follow(vector: np.ndarray) -> np.ndarray:
        parameters = unflat(program, np.asarray(vector, dtype=float), like)
        return flat(program, backward(program, parameters, X, Y))

    return follow


def jacobian(program: Program, vector: np.ndarray) -> np.ndarray:
    """Return the Jacobian of the field of a program.

    Parameters
    ----------
    program
        The program.
    vector
        The point, (n,).

    Returns
    -------
    ndarray
        The Jacobian (n, n): the entry in row r and column s is the derivative of component r with
        respect to entry s.
    """
    return _slopes_of(field_of(program), np.asarray(vector, dtype=float))


def _slopes_of(follow: Callable[[np.ndarray], np.ndarray], point: np.ndarray) -> np.ndarray:
    """Return the slopes in each direction, from polynomials through five points of a field."""
    places, columns = np.arange(-2, 3), []
    for unit in np.eye(point.size):
        values = np.array([follow(point + 1e-3 * place * unit) for place in places])
        columns.append(np.polyfit(places, values, 4)[-2] / 1e-3)
    return np.transpose(columns)


@dataclass(frozen=True, eq=False)
class Field:
    """A field on vectors: F(v) = A tanh(B v + c) + D v, for real numbers only.

    Attributes
    ----------
    A, B, c, D
        Arrays (n, k), (k, n), (k,) and (n, n). A call with v (n,) returns an array (n,).
    """

    A: np.ndarray
    B: np.ndarray
    c: np.ndarray
    D: np.ndarray

    def __call__(self, v: np.ndarray) -> np.ndarray:
        """Return the value at a real vector (n,)."""
        if np.iscomplexobj(v):
            raise TypeError("this field takes real numbers only")
        return self.complex_value(np.asarray(v, dtype=float))

    def complex_value(self, v: np.ndarray) -> np.ndarray:
        """Return the value at a real or complex vector."""
        return np.tanh(v @ self.B.T + self.c) @ self.A.T + v @ self.D.T

    def __repr__(self) -> str:
        return f"a field on vectors of {len(self.A)} numbers"
