"""How numbers are written in pictures."""

from typing import SupportsFloat


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
    return text.replace("-", "\N{MINUS SIGN}")
