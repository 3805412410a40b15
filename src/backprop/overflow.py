"""Detect an overflow from the values that an answer computes, intermediate ones included.

In a browser numpy never warns, because WebAssembly has no floating-point status flags. If an
exercise counts an overflow as a mistake, its answer is therefore called once more, with arrays that
inspect each result: finite numbers must not give infinity or `nan`. Warnings that the answer
silences with `np.errstate` or `warnings` stay silent, as with numpy's own warnings.
"""

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np


class Seen(RuntimeWarning):
    """The equivalent of numpy's own warning."""


def overflow_of(answer: Callable[..., Any], arguments: Sequence[Any]) -> str:
    """Call an answer and return the first warning that numpy would give, or "".

    Exceptions of the answer are not caught.

    Parameters
    ----------
    answer
        The function.
    arguments
        The arguments of the call; arrays are copied.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        watched = [_watched(one) for one in arguments]
        with np.errstate(all="warn", under="ignore"), _watching():
            answer(*watched)
    return next((str(one.message) for one in caught if issubclass(one.category, Seen)), "")


class _Array(np.ndarray):
    """An array that inspects each result; its entries are zero-dimensional arrays like it."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return _applied(ufunc, method, inputs, options)

    def __getitem__(self, place: Any) -> Any:
        return _watched(np.asarray(self)[place])

    def __iter__(self) -> Iterator[Any]:
        return map(_watched, np.asarray(self))


class _Function:
    """Replacement for a ufunc of numpy while an answer runs, which covers plain numbers too."""

    def __init__(self, ufunc: np.ufunc) -> None:
        self._ufunc = ufunc

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        return _applied(self._ufunc, "__call__", inputs, options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ufunc, name)


@contextlib.contextmanager
def _watching() -> Iterator[None]:
    """Make the ufuncs of numpy inspect their results while the block runs."""
    functions = {name: one for name, one in vars(np).items() if isinstance(one, np.ufunc)}
    try:
        for name, one in functions.items():
            setattr(np, name, _Function(one))
        yield
    finally:
        for name, one in functions.items():
            setattr(np, name, one)


def _watched(value: Any) -> Any:
    if isinstance(value, (np.ndarray, np.floating)) and np.asarray(value).dtype.kind == "f":
        return np.array(value).view(_Array)
    return value


def _plain(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, _Array) else value


def _applied(ufunc: np.ufunc, method: str, inputs: Sequence[Any], options: dict[str, Any]) -> Any:
    """Apply a ufunc to plain arrays and inspect the result."""
    given = tuple(map(_plain, inputs))
    options = {name: _plain(value) for name, value in options.items()}
    if isinstance(options.get("out"), tuple):
        options["out"] = tuple(map(_plain, options["out"]))
    before = tuple(np.array(one) for one in given)  # the result may be written over one of them
    with np.errstate(all="ignore"):
        result = getattr(ufunc, method)(*given, **options)
    _look(ufunc.__name__, before, result)
    if isinstance(result, tuple):
        return tuple(map(_watched, result))
    return _watched(result)


def _look(name: str, given: Sequence[np.ndarray], result: Any) -> None:
    """Warn or raise about a result that is not finite, as numpy does elsewhere."""
    numbers = [one for one in given if one.dtype.kind in "biuf"]
    came = np.asarray(result[0] if isinstance(result, tuple) else result)
    if came.dtype.kind != "f":
        return
    fresh = not any(np.isnan(one).any() for one in numbers)
    if np.isnan(came).any() and fresh:
        _tell("invalid", f"invalid value encountered in {name}")
    elif np.isinf(came).any() and all(np.isfinite(one).all() for one in numbers):
        if _by_zero(name, numbers):
            _tell("divide", f"divide by zero encountered in {name}")
        else:
            _tell("over", f"overflow encountered in {name}")


def _by_zero(name: str, given: Sequence[np.ndarray]) -> bool:
    if name in ("divide", "floor_divide"):
        return bool((given[-1] == 0).any())
    return name in ("reciprocal", "log", "log2", "log10", "power") and bool((given[0] == 0).any())


def _tell(kind: str, message: str) -> None:
    mode = np.geterr()[kind]  # type: ignore[literal-required]
    if mode == "raise":
        raise FloatingPointError(message)
    if mode == "warn":
        warnings.warn(message, Seen, stacklevel=5)
