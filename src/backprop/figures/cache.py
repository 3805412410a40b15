"""A cache for pictures, so that no picture is drawn twice.

Drawing takes about a tenth of a second per picture, which is most of the run time of a lesson.
Pictures are cached in the memory of the process, and forked processes inherit them. To pass them on
to another process, `drawn` exports the cached pictures and `bring` imports them.
"""

import functools
import hashlib
import inspect
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeAlias

import numpy as np
from matplotlib import rc_context, rcParams
from matplotlib.figure import Figure

from ..network import Parameters
from .show import picture_of, show
from .style import STYLE

LIMIT = 256  # pictures of some 40 kB each; the least recently shown one is evicted first

# Settings of matplotlib that do not change how a picture looks.
ELSEWHERE = {"backend", "backend_fallback", "interactive"}

# Differences up to this fraction of the range of an array are invisible: on an axis of a thousand
# pixels, they are a hundred-thousandth of a pixel.
UNSEEN = 1e-8

# The result of a drawing function, and the picture made from it: a PNG file and its description.
Drawing: TypeAlias = tuple[Figure, str]
Picture: TypeAlias = tuple[bytes, str]
# The name of the drawing function and everything that the picture depends on. A key is hashable,
# and its `repr` is the same in every process.
Key: TypeAlias = tuple[Any, ...]
P = ParamSpec("P")

NUMERIC = {float, np.ndarray, *np.sctypeDict.values()}

# Each picture is stored with the float arrays it depends on, which are compared approximately.
_kept: OrderedDict[Key, tuple[Sequence[np.ndarray], bytes, str]] = OrderedDict()
_brought: dict[str, Picture] = {}  # pictures imported from another process, by name


def drawn_once(draw: Callable[P, Drawing]) -> Callable[P, None]:
    """Decorate a drawing function, so that it shows its picture and uses the cache.

    `draw` returns a figure and its description, which depend only on its arguments. The cache is
    used only if all arguments are plain data: None, a bool, number or string, `Parameters`, or a
    list, tuple, dict or numpy array of these. Exceptions are passed on, and nothing is cached.
    """
    styled = rc_context(STYLE)(draw)

    @functools.wraps(draw)
    def show_drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        show_once(functools.partial(styled, *args, **kwargs), _key(draw, args, kwargs))

    return show_drawn


def show_alike(draw: Callable[[], Figure], description: str) -> None:
    """Show the picture of `draw`, or a cached one whose numbers differ only by rounding errors.

    `draw` is a nested function; the picture depends on the variables that it uses from the
    enclosing function. `draw` must not write any of these floats as text. Numbers in the picture
    must be passed as strings, which are compared exactly, so that a cached picture never shows
    wrong numbers.
    """
    floats: list[np.ndarray] = []
    used = inspect.getclosurevars(draw).nonlocals
    key = _key(draw, description, dict(used), floats=floats)
    show_once(rc_context(STYLE)(lambda: (draw(), description)), key, floats)


def show_once(
    draw: Callable[[], Drawing], key: Key | None, floats: Sequence[np.ndarray] = ()
) -> None:
    """Show a picture from the cache, or draw it."""

    def picture() -> Picture:
        figure, description = draw()
        return picture_of(figure, description), description

    show(*picture_once(picture, key, floats))


def picture_once(
    draw: Callable[[], Picture], key: Key | None, floats: Sequence[np.ndarray] = ()
) -> Picture:
    """Return a picture from the cache, or draw it and store it in the cache.

    The key is None if the dependencies of the picture are unknown; it is then not cached. The
    picture may also depend on `floats`, which may differ by invisible amounts.
    """
    if key is None:
        return draw()
    key = _settings(), *key
    kept = _kept.pop(key, None)
    if kept is None or not _close(floats, kept[0]):
        kept = floats, *(_brought.get(_name(key, floats)) or draw())
    _kept[key] = kept
    while len(_kept) > LIMIT:
        _kept.popitem(last=False)
    return kept[1:]


def drawn() -> dict[str, Picture]:
    """Return the cached pictures by name, each as its bytes and its description."""
    return {_name(key, floats): (data, words) for key, (floats, data, words) in _kept.items()}


def bring(pictures: Mapping[str, Picture]) -> None:
    """Import pictures that `drawn` returned in another process.

    Names identify pictures by their dependencies, so both processes must run the same code.
    """
    _brought.update(pictures)


def _settings() -> str:
    """Return a hash of the settings that affect how matplotlib draws."""
    # `rcParams["backend"]` would resolve a backend and import pyplot; `dict.items` does not.
    now = {name: value for name, value in dict.items(rcParams) if name not in ELSEWHERE}
    return hashlib.sha256(repr(sorted(now.items())).encode()).hexdigest()


def _name(key: Key, floats: Sequence[np.ndarray]) -> str:
    """Return a hash that is the same in every process for the same picture."""
    text = repr((key, [array.tobytes() for array in floats]))
    return hashlib.sha256(text.encode()).hexdigest()


def _key(
    draw: Callable[..., Any], *used: Any, floats: list[np.ndarray] | None = None
) -> Key | None:
    """Return the cache key of a drawing function and its data, or None if it is not plain data."""
    try:
        return draw.__module__, draw.__qualname__, *(_plain(value, floats) for value in used)
    except TypeError:
        return None


def _plain(value: Any, floats: list[np.ndarray] | None) -> Key:
    """Convert plain data to a hashable key that is equal only for equal data.

    Floats and float arrays are appended to the list `floats` unless it is None. Unknown types raise
    a TypeError.
    """
    kind = type(value)  # not isinstance, because a subclass may have its own repr
    if value is None or kind in (bool, int, str):
        return kind, value
    if kind in (list, tuple, Parameters):
        return kind, tuple(_plain(item, floats) for item in value)
    if kind is dict:
        return kind, tuple((_plain(k, None), _plain(v, floats)) for k, v in value.items())
    if kind not in NUMERIC:
        raise TypeError(f"{kind} is not plain data")
    array = np.asarray(value)
    if array.dtype.kind not in "biufU":
        raise TypeError(f"an array of {array.dtype} is not plain data")
    form = kind, array.dtype.str, array.shape
    if floats is not None and array.dtype.kind == "f":
        floats.append(np.array(array, float))
        return form
    return *form, array.tobytes()  # compare bits, since 0.0 and -0.0 are printed differently


def _close(floats: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> bool:
    """Return whether two sequences of arrays differ only by rounding errors."""
    for one, other in zip(floats, others):
        finite = other[np.isfinite(other)]
        # Multiply before subtracting, so that very large numbers do not overflow.
        unseen = np.ptp(UNSEEN * finite) if finite.size else 0
        with np.errstate(all="ignore"):
            if not np.allclose(one, other, rtol=0, atol=unseen, equal_nan=True):
                return False
    return True
