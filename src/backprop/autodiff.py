"""Make functions that were written for numpy differentiable with the library autograd.

autograd is optional: `pip install autograd`. It has its own version of numpy, which records every
operation.
"""

import builtins
import inspect
from importlib.util import find_spec
from types import CodeType, FunctionType
from typing import Any

import numpy as np


def is_installed() -> bool:
    """Return whether autograd can be imported."""
    return find_spec("autograd") is not None


def traced(function: FunctionType) -> FunctionType:
    """Return a copy of a function that uses autograd's numpy instead of numpy.

    Parameters
    ----------
    function
        A plain Python function. The functions that it calls by name are copied in the same way.

    Returns
    -------
    FunctionType
        A copy of the function.

    Raises
    ------
    TypeError
        If the argument is not a plain Python function.
    ImportError
        If autograd is not installed.
    """
    if type(function) is not FunctionType:
        raise TypeError(f"expected a function defined with `def`, not {type(function).__name__}")
    import autograd.numpy as traced_numpy

    return _rebuilt(function, _Numpy(traced_numpy), {})


class _Numpy:
    """autograd's numpy, with numpy itself as the fallback for missing names."""

    def __init__(self, traced_numpy: Any) -> None:
        self._traced = traced_numpy

    def __getattr__(self, name: str) -> Any:
        return getattr(self._traced, name, None) or getattr(np, name)

    @staticmethod
    def asarray(value: Any, dtype: Any = None) -> Any:
        """Return values that autograd traces unchanged, since they are arrays already."""
        return value if hasattr(value, "_value") else np.asarray(value, dtype)


def _rebuilt(function: Any, numpy: _Numpy, done: dict[FunctionType, FunctionType]) -> FunctionType:
    function = inspect.unwrap(function)  # removes `np.errstate`, which autograd's numpy lacks
    if function not in done:
        names = {"__builtins__": builtins, "__name__": function.__module__}
        done[function] = FunctionType(
            function.__code__, names, function.__name__, function.__defaults__,
            function.__closure__,
        )  # fmt: skip
        done[function].__kwdefaults__ = function.__kwdefaults__
        for name in _names_in(function.__code__) & set(function.__globals__):
            names[name] = _replaced(function.__globals__[name], numpy, done)
    return done[function]


def _replaced(value: Any, numpy: _Numpy, done: dict[FunctionType, FunctionType]) -> Any:
    if value is np:
        return numpy
    if type(value) is FunctionType and value.__module__.partition(".")[0] != "numpy":
        return _rebuilt(value, numpy, done)
    name = getattr(value, "__name__", "")
    return getattr(numpy, name) if name and getattr(np, name, None) is value else value


def _names_in(code: CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _names_in(constant)
    return names
