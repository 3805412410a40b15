"""Keeps the pictures that were drawn, so that the same picture is not drawn a second time.

Drawing costs about a tenth of a second a picture, which is nearly all that a lesson costs. A
picture is kept in the memory of its process, and a process that is forked from it has it as well.
Another process can be given the pictures of this one: `drawn` returns them, `bring` takes them.
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

LIMIT = 256  # pictures of some 40 kB each; the one that was shown longest ago goes first

# What of matplotlib's settings says where a picture goes, not how it looks.
ELSEWHERE = {"backend", "backend_fallback", "interactive"}

# The share of the spread of its array by which a number may be off in a picture unseen: on an
# axis of a thousand pixels, a hundred-thousandth of a pixel.
UNSEEN = 1e-8

# What a function that draws returns, and what is made of it: a PNG file and its description.
Drawing: TypeAlias = tuple[Figure, str]
Picture: TypeAlias = tuple[bytes, str]
# The name of what draws, and all that the picture depends on. It is hashable, and `repr` writes it
# in the same way in every process.
Key: TypeAlias = tuple[Any, ...]
P = ParamSpec("P")

NUMERIC = {float, np.ndarray, *np.sctypeDict.values()}

# With each picture, the arrays on which it depends, though not to the last digit.
_kept: OrderedDict[Key, tuple[Sequence[np.ndarray], bytes, str]] = OrderedDict()
_brought: dict[str, Picture] = {}  # by name, what another process has drawn


def drawn_once(draw: Callable[P, Drawing]) -> Callable[P, None]:
    """Decorate a function that draws a picture: it shows the picture, and draws it only once.

    `draw` returns a figure and its description, which depend on its arguments only. It draws anew
    whenever an argument is not plain data: None, a bool, number or string, a list, tuple, dict or
    numpy array of such, `Parameters`. What it raises is passed on, and nothing is kept.
    """
    styled = rc_context(STYLE)(draw)

    @functools.wraps(draw)
    def show_drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        show_once(functools.partial(styled, *args, **kwargs), _key(draw, args, kwargs))

    return show_drawn


def show_alike(draw: Callable[[], Figure], description: str) -> None:
    """Show what `draw` draws, or a picture whose numbers differ from its own by rounding only.

    `draw` is a function inside of another, and the variables of the other that it uses are what
    the picture depends on. It must not write any float among them: what is to be read comes as
    text, which is always compared exactly, so that nobody reads another's numbers.
    """
    floats: list[np.ndarray] = []
    used = inspect.getclosurevars(draw).nonlocals
    key = _key(draw, description, dict(used), floats=floats)
    show_once(rc_context(STYLE)(lambda: (draw(), description)), key, floats)


def show_once(
    draw: Callable[[], Drawing], key: Key | None, floats: Sequence[np.ndarray] = ()
) -> None:
    """Show a picture as `picture_once` finds or draws it."""

    def picture() -> Picture:
        figure, description = draw()
        return picture_of(figure, description), description

    show(*picture_once(picture, key, floats))


def picture_once(
    draw: Callable[[], Picture], key: Key | None, floats: Sequence[np.ndarray] = ()
) -> Picture:
    """Return a picture that is kept, or else draw it and keep it.

    The key is None if it cannot be known what the picture depends on. It may also depend on
    `floats`, which are allowed to differ by what is not seen.
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
    """Return the pictures that are kept: by name the bytes of each and its description."""
    return {_name(key, floats): (data, words) for key, (floats, data, words) in _kept.items()}


def bring(pictures: Mapping[str, Picture]) -> None:
    """Take over what `drawn` returned in another process, to be shown without being drawn.

    The name of a picture says what it depends on; see that both processes draw alike.
    """
    _brought.update(pictures)


def _settings() -> str:
    """Return a text that is another one whenever matplotlib would draw otherwise."""
    # `rcParams["backend"]` would choose a backend and load pyplot; the plain dict does not.
    now = {name: value for name, value in dict.items(rcParams) if name not in ELSEWHERE}
    return hashlib.sha256(repr(sorted(now.items())).encode()).hexdigest()


def _name(key: Key, floats: Sequence[np.ndarray]) -> str:
    """Return a short text that is the same in every process for the same picture."""
    text = repr((key, [array.tobytes() for array in floats]))
    return hashlib.sha256(text.encode()).hexdigest()


def _key(
    draw: Callable[..., Any], *used: Any, floats: list[np.ndarray] | None = None
) -> Key | None:
    """Return the key of what a function draws from plain data; None if that is not what it has."""
    try:
        return draw.__module__, draw.__qualname__, *(_plain(value, floats) for value in used)
    except TypeError:
        return None


def _plain(value: Any, floats: list[np.ndarray] | None) -> Key:
    """Return plain data as something hashable that is equal only for the same data.

    Floats, and arrays of them, are added to the list `floats` unless it is None. A kind of data
    that is not known raises a TypeError.
    """
    kind = type(value)  # not isinstance: a subclass may print itself in its own way
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
    return *form, array.tobytes()  # by their bits, since 0.0 and -0.0 are printed differently


def _close(floats: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> bool:
    """Return whether arrays differ from others of the same shapes by no more than rounding."""
    for one, other in zip(floats, others):
        finite = other[np.isfinite(other)]
        # Multiplied before they are subtracted, so that the largest numbers do not overflow.
        unseen = np.ptp(UNSEEN * finite) if finite.size else 0
        with np.errstate(all="ignore"):
            if not np.allclose(one, other, rtol=0, atol=unseen, equal_nan=True):
                return False
    return True
