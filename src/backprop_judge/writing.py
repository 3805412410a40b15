"""How numbers are written for a reader."""


def apart(one: float, other: float | None) -> tuple[str, str]:
    """Write two numbers with as many digits as tell them apart, four at least."""
    if other is None or one == other:
        return f"{one:.4g}", f"{one:.4g}"
    for digits in range(4, 18):
        first, second = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if first != second:
            return first, second
    return repr(float(one)), repr(float(other))
