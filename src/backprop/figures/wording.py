"""How numbers and lists of them are written in pictures."""

from collections.abc import Iterable
from typing import Any, SupportsFloat

MINUS = "\N{MINUS SIGN}"


def number(value: SupportsFloat, digits: int = 3) -> str:
    """Write a number with a fixed count of digits, a true minus sign and no minus zero.

    Parameters
    ----------
    value
        The number.
    digits
        How many digits stand after the point.

    Returns
    -------
    str
        "−0.250" for -0.25.
    """
    text = f"{float(value):.{digits}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def short(value: SupportsFloat, form: str = ".4g") -> str:
    """Write a number in a form that `format` knows, with a true minus sign."""
    return format(float(value), form).replace("-", MINUS)


def listed(values: Iterable[Any], form: str = "g", between: str = ", ") -> str:
    """Write numbers in one form, one after the other."""
    return between.join(format(value, form) for value in values)
