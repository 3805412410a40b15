"""Convert the return value of an answer into plain data, whatever its type.

Only objects of exact Python and numpy types are read, because a subclass could return anything.
README.md describes under *What counts* which objects count as arrays or numbers.
"""

import types
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from .graph import Node, place_of

# No exercise needs a larger array or more values.
MOST_ENTRIES = 1_000_000
MOST_VALUES = 100
MOST_LISTED = 10_000
MOST_CHARACTERS = 300

# The exact types that count as numbers; a bool is accepted as a label.
NUMBERS = {int, float, bool} | {np.dtype(code).type for code in "?bhilqBHILQefdg"}
KINDS = {"c": "complex numbers", "O": "Python objects", "U": "text", "S": "bytes"}
WORDS = {
    complex: "a complex number",
    np.complex128: "a complex number",
    np.complex64: "a complex number",
    np.ma.MaskedArray: "a masked array (its `filled` method gives a plain one)",
    types.FunctionType: "a function (was it meant to be called?)",
    types.BuiltinFunctionType: "a function or method (are the parentheses that call it missing?)",
    types.MethodType: "a method (are the parentheses that call it missing?)",
    types.GeneratorType: "a generator (`yield` or a comprehension in parentheses makes one)",
    map: "a `map`, which computes nothing until it is converted with `list`",
    zip: "a `zip`, which computes nothing until it is converted with `list`",
    range: "a range",
}


@dataclass(frozen=True)
class Oddity:
    """A returned object that is not an array of numbers.

    Attributes
    ----------
    description
        A description of the object.
    text
        The string itself if the object is one, since a few exercises need it; otherwise None.
    members
        The elements of a tuple or list, since a few exercises need them; otherwise empty.
    """

    description: str
    text: str | None = None
    members: tuple[Any, ...] = field(default=(), compare=False)


def plain(returned: Any) -> tuple[tuple[Any, ...] | dict[str, Any], bool]:
    """Convert the return value of an answer into plain data.

    Containers are read with the methods of their base class, so that named tuples and ordered
    dicts are accepted.

    Parameters
    ----------
    returned
        Any object.

    Returns
    -------
    values : tuple or dict
        The values; each is an array, a number or an `Oddity`.
    several : bool
        Whether the object was a tuple, a list or a dict.
    """
    if isinstance(returned, dict):
        pairs = islice(dict.items(returned), MOST_VALUES)
        named = {name: _plain_named(value) for name, value in pairs if type(name) is str}
        return named, True
    if isinstance(returned, (tuple, list)):
        members = _members(returned, MOST_VALUES)
        return tuple(_plain_value(value) for value in members), True
    return (_plain_value(returned),), False


def _members(several: tuple[Any, ...] | list[Any], most: int) -> list[Any]:
    """Return the first elements of a tuple or list, bypassing methods of a subclass."""
    if isinstance(several, tuple):
        return list(islice(tuple.__iter__(several), most))
    return list(islice(list.__iter__(several), most))


def _plain_named(value: Any) -> Any:
    """Convert a value of a dict, where a bool is distinguished from a number."""
    return np.bool_(value) if type(value) is bool else _plain_value(value)


def _plain_value(value: Any) -> Any:
    if type(value) in NUMBERS:
        return _plain_number(value)
    if type(value) is str:
        return Oddity(kind_of(value), clean(value))
    if type(value) in (list, tuple):
        return _plain_list(value)
    if type(value) is Node:
        return np.float64(place_of(value))
    if type(value) in (np.ndarray, np.matrix):
        return _plain_array(np.asarray(value))  # converts a matrix to an array
    return Oddity(kind_of(value))


def _plain_list(value: list[Any] | tuple[Any, ...]) -> Any:
    if len(value) > MOST_LISTED:
        return Oddity(f"a {type(value).__name__} of {len(value):,}")
    members = _members(value, MOST_LISTED)
    if all(type(member) in NUMBERS for member in members):
        numbers = [_plain_number(member) for member in members]
        odd = [number for number in numbers if isinstance(number, Oddity)]
        return odd[0] if odd else np.array(numbers, dtype=float)
    kinds = {_kind_of_member(member) for member in members}
    each = f", each of them {kinds.pop()}" if len(kinds) == 1 else ""
    few = members if len(members) <= MOST_VALUES else ()
    return Oddity(f"{kind_of(value)}{each}", members=tuple(map(_plain_member, few)))


def _plain_member(member: Any) -> Any:
    """Convert an element of a list into plain data; a nested list must contain only numbers."""
    if type(member) not in (list, tuple):
        return _plain_value(member)
    few = _members(member, MOST_LISTED)
    numbers = all(type(one) in NUMBERS for one in few)
    return _plain_list(member) if numbers else Oddity(kind_of(member))


def _kind_of_member(member: Any) -> str:
    if type(member) is np.ndarray:
        return f"an array of shape {np.shape(member)}"
    if type(member) is str:
        return "a text"
    return kind_of(member)


def _plain_array(value: np.ndarray) -> Any:
    if value.size > MOST_ENTRIES:
        return Oddity(f"an array of {value.size:,} numbers, more than any exercise needs")
    if value.dtype.kind not in "biuf":
        kind = KINDS.get(value.dtype.kind, value.dtype.name)
        real = value.dtype.kind == "c" and not np.any(np.imag(value))
        said = ", whose imaginary parts are all 0: return the real parts" if real else ""
        return Oddity(f"an array of {kind}{said}")
    return np.array(value, dtype=float, order="C")


def _plain_number(number: Any) -> Any:
    if type(number) in (bool, np.bool_):
        return np.bool_(number)  # counts as a number, but is displayed as True or False
    try:
        return np.float64(number)
    except OverflowError:
        return Oddity("an integer that is too large for a float")


def kind_of(value: Any) -> str:
    """Describe an object without calling any of its methods."""
    if value is None:
        return "None"
    if type(value) is str:
        return f"the text {value[:40]!r}"
    if type(value) in (tuple, list):
        return f"a {type(value).__name__} of {len(value)}"
    if type(value) in (set, frozenset):
        return f"a set of {len(value)} (a set has no order)"
    if type(value) in WORDS:
        return WORDS[type(value)]
    name = name_of(type(value))
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def name_of(kind: type) -> str:
    """Return the name of a class, bypassing its metaclass."""
    return type.__dict__["__name__"].__get__(kind)


def clean(text: str) -> str:
    """Return a short, printable string of the exact type `str`."""
    exact = str.__str__(text)[:MOST_CHARACTERS]
    return exact.encode("utf-8", "replace").decode("utf-8")
