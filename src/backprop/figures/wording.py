"""How numbers and lists of them are written in pictures."""

from collections.abc import Iterable
from typing import Any, SupportsFloat

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"


def number(value: SupportsFloat, digits: int = 3) -> str:
    """Write so many digits after the point, with a true minus sign and no minus zero."""
    return f"{float(value):z.{digits}f}".replace("-", MINUS)


def short(value: SupportsFloat, form: str = ".4g") -> str:
    """Write a number in a form that `format` knows, with a true minus sign."""
    return format(float(value), form).replace("-", MINUS)


def listed(values: Iterable[Any], form: str = "g", between: str = ", ") -> str:
    """Write numbers in one form, one after the other."""
    return between.join(format(value, form) for value in values)


def both(values: Iterable[Any], form: str = "g") -> str:
    """Write numbers in one form, with "and" between them."""
    return listed(values, form, " and ")


def counted(count: int, what: str) -> str:
    """Return a number of things by the name of one of them, as in "1 step" and "1,000 steps"."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def bracketed(written: str) -> str:
    """Put a number that is written with a minus sign in brackets, as sums and products need it."""
    return f"({written})" if written.startswith(("-", MINUS)) else written


def wish(slope: float) -> str:
    """Return the arrow of the direction in which a weight with this gradient lowers the loss."""
    return "" if slope == 0 else "\N{UPWARDS ARROW}" if slope < 0 else "\N{DOWNWARDS ARROW}"
