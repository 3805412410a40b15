"""How numbers and amounts are written."""


def number(value: float) -> str:
    """Write points: two digits after the point at most."""
    return f"{round(value, 2):g}"


def percent(share: float) -> str:
    """Write a share, on one line; what is not nothing is never written as 0 %."""
    return "under 1\xa0%" if 0 < share < 0.005 else f"{100 * share:.0f}\xa0%"


def signed(value: float) -> str:
    """Write a correlation or an index, with a true minus sign."""
    return f"{round(value, 2) + 0:.2f}".replace("-", "\u2212")


def count(amount: int, noun: str) -> str:
    """Write an amount with its noun: 1 student, 2 students."""
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def short(text: str, most: int) -> str:
    """Cut text to a length."""
    return text if len(text) <= most else text[: most - 1] + "…"
