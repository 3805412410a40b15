"""Formatting of numbers for a reader."""


def apart(one: float, other: float | None) -> tuple[str, str]:
    """Write two numbers with enough digits to distinguish them, but at least four.

    Parameters
    ----------
    one, other
        The numbers. If `other` is None, the first is written twice with four digits.
    """
    if other is None or one == other:
        return f"{one:.4g}", f"{one:.4g}"
    for digits in range(4, 18):
        first, second = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if first != second:
            return first, second
    return repr(float(one)), repr(float(other))


def in_short(value: object) -> str:
    """Write a returned number, string, bool or tuple of sizes."""
    if isinstance(value, tuple):
        written = [f"{size:g}" for size in value]
        return f"({written[0]},)" if len(written) == 1 else f"({', '.join(written)})"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, bool) or value is None else f"{value:g}"
