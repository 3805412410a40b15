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


def in_short(value: object) -> str:
    """Write a returned number, text, truth value or tuple of sizes so that each shows what it is."""
    if isinstance(value, tuple):
        written = [f"{size:g}" for size in value]
        return f"({written[0]},)" if len(written) == 1 else f"({', '.join(written)})"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, bool) or value is None else f"{value:g}"
