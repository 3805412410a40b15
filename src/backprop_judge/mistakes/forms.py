"""What can happen to any array on its way out: the forms in which a right value turns up.

A form changes how a value is arranged, summed or scaled, and knows nothing of how it
was computed.
"""

from collections.abc import Iterator, Sequence

import numpy as np

TINY = 1e-30  # what the complex step leaves where a derivative is zero
EXACT = 1e-8  # a mistake is named only if it gives the numbers to rounding


def arrangements(value: np.ndarray, kind: str) -> Iterator[tuple[tuple[str, ...], np.ndarray]]:
    """Yield (codes, array) for each way to arrange a value, the right one first.

    Parameters
    ----------
    value
        The value, as `kind` says.
    kind
        "weights": value is (m, n, k), one gradient of a weight matrix an example; "bias": value
        is (m, n), one gradient of a bias an example; "plain": value is what is asked for.
    """
    if kind == "weights":
        total = value.sum(axis=0)
        yield (), total
        yield ("transposed",), total.T
        yield ("examples-dropped",), value[0]
        yield ("examples-dropped",), value[-1]
        yield ("examples-dropped", "transposed"), value[0].T
        yield ("examples-dropped", "transposed"), value[-1].T
    elif kind == "bias":
        total = value.sum(axis=0)
        yield (), total[:, None]
        yield ("bias-flat",), total
        yield ("transposed",), total[None, :]
        yield ("bias-not-summed",), value.T
        yield ("bias-not-summed", "transposed"), value
        over_units = value.sum(axis=1)
        yield ("bias-wrong-axis",), over_units[None, :]
        yield ("bias-wrong-axis",), over_units
        yield ("bias-wrong-axis",), over_units[:, None]
        yield ("bias-wrong-axis",), value.sum()
        yield ("bias-wrong-axis",), value.sum()[None, None]
        yield ("examples-dropped",), value[0][:, None]
        yield ("examples-dropped",), value[-1][:, None]
        yield ("examples-dropped", "bias-flat"), value[0]
        yield ("examples-dropped", "bias-flat"), value[-1]
    else:
        yield (), value
        if value.ndim == 2:
            yield ("transposed",), value.T
            yield ("bias-flat" if value.shape[1] == 1 else "flattened",), value.ravel()
            yield ("reshaped",), value.T.reshape(value.shape)


def factor_between(
    received: np.ndarray, value: np.ndarray, exact: float = EXACT
) -> float | None:
    """Return the c for which received = c value, entry by entry, or None if there is none.

    Where both are zero any c will do; that is told by nan.

    Parameters
    ----------
    received, value
        Arrays; they may differ in shape, then there is no c.
    exact
        The error that counts as rounding, relative to the largest entry.
    """
    if np.shape(received) != np.shape(value) or not np.size(value):
        return None
    scale = np.vdot(value, value)
    if not np.isfinite(scale) or not np.all(np.isfinite(received)):
        return None
    if scale < TINY**2:
        return None if np.any(received) else np.nan
    factor = float(np.vdot(value, received) / scale)
    error = np.max(np.abs(received - factor * value))
    return factor if error <= exact * np.max(np.abs(received)) else None


# What a constant factor means: its codes, the factor for m examples and n outputs, and
# what was divided by.
RULES = (
    ((), lambda m, n: 1.0, ""),
    (("averaged",), lambda m, n: 1 / m, "the number of examples"),
    (("doubled",), lambda m, n: 2.0, ""),
    (("averaged", "doubled"), lambda m, n: 2 / m, "the number of examples"),
    (("averaged",), lambda m, n: 1 / n, "the number of outputs"),
    (("averaged", "doubled"), lambda m, n: 2 / n, "the number of outputs"),
    (("averaged",), lambda m, n: 1 / (m * n), "the number of examples and outputs"),
    (("averaged", "doubled"), lambda m, n: 2 / (m * n), "the number of examples and outputs"),
)


def codes_of_factors(
    factors: np.ndarray, sizes: Sequence[tuple[int | None, int | None]], exact: float = EXACT
) -> tuple[tuple[str, ...], str] | None:
    """Return the codes that explain the factors of all cases, and what they divide by.

    Parameters
    ----------
    factors
        One number a case, nan where any number would do.
    sizes
        For each case the number of examples m and of outputs n (None if unknown).
    exact
        The error that counts as rounding, relative to the factor.

    Returns
    -------
    tuple or None
        None if the factors follow no rule.
    """
    if np.all(np.isnan(factors)):
        return None
    for sign, flipped in ((1, ()), (-1, ("sign-flipped",))):
        for codes, rule, divisor in RULES:
            if _follows(sign * factors, sizes, rule, exact):
                return flipped + codes, divisor
    if np.nanmax(factors) - np.nanmin(factors) <= exact * np.nanmax(np.abs(factors)):
        return ("scaled",), ""
    return None


def _follows(factors, sizes, rule, exact):
    try:
        wanted = np.array([rule(m, n) for m, n in sizes])
    except TypeError:  # a rule about sizes that this exercise does not have
        return False
    near = np.abs(factors - wanted) <= exact * np.abs(wanted)
    return bool(np.all(near | np.isnan(factors)))


def rounding(received: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> str:
    """Say how the values of all cases were rounded on their way out, or return ""."""
    pairs = list(zip(received, values))
    if any(np.shape(got) != np.shape(want) for got, want in pairs):
        return ""
    for digits in range(1, 9):
        if all(_is_rounded(got, want, digits) for got, want in pairs):
            return f"{digits} decimal place{'s' if digits > 1 else ''}"
    for dtype, tolerance in ((np.float16, 1e-2), (np.float32, 1e-5)):
        if all(_is_stored_as(dtype, tolerance, got, want) for got, want in pairs):
            return f"the precision of {dtype.__name__}"
    return ""


def _is_rounded(got, want, digits):
    step = 10.0**-digits
    on_grid = np.allclose(got, np.round(got, digits), rtol=0, atol=1e-6 * step)
    return on_grid and np.max(np.abs(got - want), initial=0.0) <= 0.5001 * step


def _is_stored_as(dtype, tolerance, got, want):
    fits = np.array_equal(np.asarray(got).astype(dtype).astype(float), got)
    largest = np.max(np.abs(want), initial=0.0)
    return fits and np.max(np.abs(got - want), initial=0.0) <= tolerance * largest


def whole_numbers(received: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> bool:
    """Whether an array of integers has swallowed the digits of the values."""
    return all(
        np.shape(got) == np.shape(want)
        and np.array_equal(got, np.trunc(got))
        and np.max(np.abs(got - want), initial=0.0) < 1
        for got, want in zip(received, values)
    ) and not all(np.array_equal(want, np.trunc(want)) for want in values)
