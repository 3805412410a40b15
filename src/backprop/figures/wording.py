"""Format numbers and lists of numbers for figures."""

from collections.abc import Iterable
from typing import Any, SupportsFloat

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"


def number(value: SupportsFloat, digits: int = 3) -> str:
    """Format a number with fixed decimals, with a true minus sign and no minus zero."""
    return f"{float(value):z.{digits}f}".replace("-", MINUS)


def short(value: SupportsFloat, form: str = ".4g") -> str:
    """Format a number with a format specification, with a true minus sign."""
    return format(float(value), form).replace("-", MINUS)


def listed(values: Iterable[Any], form: str = "g", between: str = ", ") -> str:
    """Format numbers with the same specification, joined by `between`."""
    return between.join(format(value, form) for value in values)


def both(values: Iterable[Any], form: str = "g") -> str:
    """Format numbers with the same specification, joined by "and"."""
    return listed(values, form, " and ")


def counted(count: int, what: str) -> str:
    """Return a count with its noun in the singular or plural: "1 step", "1,000 steps"."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def bracketed(written: str) -> str:
    """Put a negative number in brackets, for use in sums and products."""
    return f"({written})" if written.startswith(("-", MINUS)) else written


def wish(slope: float) -> str:
    """Return an arrow: the direction in which a weight with this gradient lowers the loss."""
    return "" if slope == 0 else "\N{UPWARDS ARROW}" if slope < 0 else "\N{DOWNWARDS ARROW}"
