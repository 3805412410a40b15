"""Keeps the pictures that were drawn, so that the same picture is not drawn a second time.

Drawing costs about a tenth of a second a picture, which is nearly all that a lesson costs. A
picture is kept in the memory of its process, and a process that is forked from it has it as well.
Another process can be given the pictures of this one: `drawn` returns them, `bring` takes them.
"""

import copy
import functools
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeAlias, overload

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
Key: TypeAlias = tuple[Any, ...]
P = ParamSpec("P")

NUMERIC = {float, np.ndarray, *np.sctypeDict.values()}

_kept: OrderedDict[Key, tuple[Sequence[np.ndarray], bytes, str]] = OrderedDict()
# (function, its plain arguments) -> (floats, picture, description)
_brought: dict[str, Picture] = {}  # by name, what another process has drawn
_settings: dict[str, Any] = {}  # matplotlib's settings when the kept pictures were drawn
_settings_text = ""


@overload
def drawn_once(draw: Callable[P, Drawing]) -> Callable[P, None]: ...


@overload
def drawn_once(
    *, tolerance: float | None
) -> Callable[[Callable[P, Drawing]], Callable[P, None]]: ...


def drawn_once(draw: Any = None, *, tolerance: float | None = None) -> Any:
    """Decorate a function that draws a picture: it shows the picture, and draws it only once.

    It draws anew whenever an argument is not plain data: None, a bool, number or string, a list,
    tuple, dict or numpy array of such, `Parameters`.

    Parameters
    ----------
    draw
        Returns a `matplotlib.figure.Figure` and its description, which depend on its arguments
        only. Errors that it raises are passed on, and nothing is kept.
    tolerance
        By what share of the spread of its array a float may differ from one that was drawn, and is
        still shown by that picture; None means not at all. With a tolerance `draw` must not write
        any of its floats: what is to be read comes as text, which is always compared exactly, so
        that nobody reads another's numbers.

    Returns
    -------
    callable
        A function of the same arguments that returns nothing.
    """
    if draw is None:
        return functools.partial(drawn_once, tolerance=tolerance)

    styled = rc_context(STYLE)(draw)

    @functools.wraps(draw)
    def show_drawn(*args: Any, **kwargs: Any) -> None:
        floats: list[np.ndarray] | None = None if tolerance is None else []
        try:
            key = draw, _plain(args, floats), _plain(kwargs, floats)
        except TypeError:
            key = None
        show_once(functools.partial(styled, *args, **kwargs), key, floats or [], tolerance)

    return show_drawn


def show_once(
    draw: Callable[[], Drawing],
    key: Key | None,
    floats: Sequence[np.ndarray],
    tolerance: float | None,
) -> None:
    """Show a picture as `picture_once` finds or draws it.

    Parameters
    ----------
    draw
        Takes nothing and returns a `matplotlib.figure.Figure` and its description.
    key, floats, tolerance
        As for `picture_once`.
    """

    def picture() -> Picture:
        figure, description = draw()
        return picture_of(figure, description), description

    show(*picture_once(picture, key, floats, tolerance))


def picture_once(
    draw: Callable[[], Picture],
    key: Key | None,
    floats: Sequence[np.ndarray] = (),
    tolerance: float | None = None,
) -> Picture:
    """Return a picture that is kept, or else draw it and keep it.

    Parameters
    ----------
    draw
        Takes nothing and returns the bytes of a PNG file and its description.
    key
        A tuple of the function that draws and what the picture depends on, hashable and written by
        `repr` in the same way by every process; None if that cannot be known.
    floats
        Arrays on which it depends as well, though not to the last digit.
    tolerance
        By what share of their spread these may differ.

    Returns
    -------
    picture : bytes
        The PNG file.
    description : str
        What it shows.
    """
    _forget_other_settings()
    kept = None if key is None else _kept.pop(key, None)
    if kept is None or not _close(floats, kept[0], tolerance):
        brought = _brought.get(_name(key, floats)) if key is not None and _brought else None
        kept = (floats, *(brought or draw()))
    if key is not None:
        _kept[key] = kept
        while len(_kept) > LIMIT:
            _kept.popitem(last=False)
    return kept[1:]


def drawn() -> dict[str, Picture]:
    """Return the pictures that are kept.

    Returns
    -------
    dict
        By name the bytes of each and its description.
    """
    return {_name(key, floats): (data, words) for key, (floats, data, words) in _kept.items()}


def bring(pictures: Mapping[str, Picture]) -> None:
    """Take over what `drawn` returned in another process, to be shown without being drawn.

    The name of a picture says what it depends on; see that both processes draw alike.

    Parameters
    ----------
    pictures
        By name the bytes of each and its description.
    """
    _brought.update(pictures)


def _name(key: Key, floats: Sequence[np.ndarray]) -> str:
    """Return a short text that is the same in every process for the same picture."""
    draw, *about = key
    numbers = [array.tobytes() for array in floats]
    text = repr((draw.__module__, draw.__qualname__, about, numbers, _settings_text))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any, floats: list[np.ndarray] | None) -> Key:
    """Return plain data as something hashable that is equal only for the same data.

    Floats, and arrays of them, are added to the list `floats` unless it is None.

    Raises
    ------
    TypeError
        For a kind of data that is not known.
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


def _close(
    floats: Sequence[np.ndarray], others: Sequence[np.ndarray], tolerance: float | None
) -> bool:
    """Return whether arrays differ from others of the same shapes by no more than rounding."""
    for one, other in zip(floats, others):
        finite = other[np.isfinite(other)]
        # Multiplied before they are subtracted, so that the largest numbers do not overflow.
        unseen = np.ptp(tolerance * finite) if finite.size else 0
        with np.errstate(all="ignore"):
            if not np.allclose(one, other, rtol=0, atol=unseen, equal_nan=True):
                return False
    return True


def _forget_other_settings() -> None:
    """Forget all pictures if matplotlib's settings are not those with which they were drawn."""
    global _settings, _settings_text
    # `rcParams["backend"]` would choose a backend and load pyplot; the plain dict does not.
    now: dict[str, Any] = {
        name: value for name, value in dict.items(rcParams) if name not in ELSEWHERE
    }
    if now != _settings:
        _kept.clear()
        _settings = copy.deepcopy(now)
        _settings_text = repr(sorted(now.items()))
