"""Formats numbers and amounts."""


def number(value: float) -> str:
    """Format points with at most two decimals."""
    return f"{round(value, 2):g}"


def percent(share: float) -> str:
    """Format a share as a percentage; only zero is written as 0 %."""
    return "under 1\xa0%" if 0 < share < 0.005 else f"{100 * share:.0f}\xa0%"


def signed(value: float) -> str:
    """Format a correlation or an index, with a typographic minus sign."""
    return f"{round(value, 2) + 0:.2f}".replace("-", "\u2212")


def count(amount: int, noun: str) -> str:
    """Format an amount with its noun: 1 student, 2 students."""
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def short(text: str, most: int) -> str:
    """Truncate text to at most `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
