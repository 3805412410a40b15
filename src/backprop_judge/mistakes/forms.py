"""The forms in which a right array may be returned: transposed, not summed, scaled, rounded.

A form changes the arrangement, the sum or the scale of a value, regardless of its computation.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

TINY = 1e-30  # the error of the complex step if a derivative is zero
EXACT = 1e-8  # the relative error that counts as rounding when a mistake is identified
LEAST_EXACT = 1e-6  # its maximum in exercises with a larger tolerance

Arrangement = tuple[tuple[str, ...], np.ndarray]  # codes of the modification, and the result
Sizes = Mapping[str, int]  # the numbers of examples m, inputs n_x, hidden units n_h and outputs n_y
Meaning = tuple[tuple[str, ...], dict[str, str]]  # codes, and the details for their messages


def arrangements(value: np.ndarray, kind: str) -> Iterator[Arrangement]:
    """Yield (codes, array) for each arrangement of a value, the right one first.

    Parameters
    ----------
    value
        The value in the layout `kind`.
    kind
        "weights": value is (m, n, k), one gradient of the weights for each example; "bias": value
        is (m, n), one gradient of the bias for each example; "plain": value is the returned one.
    """
    if kind == "weights":
        yield from _of_weights(value)
    elif kind == "bias":
        yield from _of_bias(value)
    else:
        yield (), value
        if value.ndim == 2:
            yield ("transposed",), value.T
            yield ("bias-flat" if value.shape[1] == 1 else "flattened",), value.ravel()
            yield ("reshaped",), value.T.reshape(value.shape)
            yield ("squeezed",), np.squeeze(value)
        elif value.ndim == 0:
            yield ("axis-too-many",), value[None]
            yield ("axis-too-many",), value[None, None]


def _of_weights(value: np.ndarray) -> Iterator[Arrangement]:
    """Yield the arrangements of gradients of the weights (m, n, k), one for each example."""
    total = value.sum(axis=0)
    yield (), total
    yield ("transposed",), total.T
    yield ("reshaped",), total.T.reshape(total.shape)
    yield ("flattened",), total.ravel()
    yield ("axis-too-many",), total[None]
    yield ("summed-up",), total.sum()
    yield ("examples-not-summed",), value
    yield ("examples-not-summed",), np.moveaxis(value, 0, -1)
    yield from _of_some_examples(value)
    yield ("examples-dropped", "transposed"), value[0].T
    yield ("examples-dropped", "transposed"), value[-1].T
    yield ("squeezed",), np.squeeze(total)


def _of_bias(value: np.ndarray) -> Iterator[Arrangement]:
    """Yield the arrangements of gradients of the bias (m, n), one for each example."""
    total = value.sum(axis=0)
    yield (), total[:, None]
    yield ("bias-flat",), total
    yield ("transposed",), total[None, :]
    yield ("axis-too-many",), total[None, :, None]
    yield ("bias-not-summed",), value.T
    yield ("bias-not-summed", "transposed"), value
    over_units = value.sum(axis=1)
    yield ("bias-wrong-axis",), over_units[None, :]
    yield ("bias-wrong-axis",), over_units
    yield ("bias-wrong-axis",), over_units[:, None]
    for everything in (value.sum(), value.sum()[None], value.sum()[None, None]):
        yield ("one-bias",), everything
    yield ("one-bias",), np.full((value.shape[1], 1), value.sum())
    yield from _of_some_examples(value[:, :, None])
    yield ("examples-dropped", "bias-flat"), value[0]
    yield ("examples-dropped", "bias-flat"), value[-1]
    yield ("squeezed",), np.squeeze(total)


def _of_some_examples(each: np.ndarray) -> Iterator[Arrangement]:
    """Yield sums over some of the examples; `each` contains one array for each example."""
    yield ("examples-dropped",), each[0]
    yield ("examples-dropped",), each[-1]
    yield ("first-left-out",), each[1:].sum(axis=0)
    yield ("last-left-out",), each[:-1].sum(axis=0)


def factor_between(received: np.ndarray, value: np.ndarray, exact: float = EXACT) -> float | None:
    """Return the number c with received = c * value, or None if there is none.

    If both arrays are zero, every c fits, and the result is nan.

    Parameters
    ----------
    received, value
        Arrays; if their shapes differ, there is no such number.
    exact
        The error that counts as rounding, relative to the largest entry.
    """
    if np.shape(received) != np.shape(value):
        return None
    if not np.size(value):
        return np.nan
    scale = np.vdot(value, value)
    if not np.isfinite(scale) or not np.isfinite(received).all():
        return None
    if scale < TINY**2:
        return None if np.any(received) else np.nan
    factor = float(np.vdot(value, received) / scale)
    error = np.abs(received - factor * value).max()
    return factor if error <= exact * np.abs(received).max() else None


COUNTS = {
    "m": "the number of examples",
    "n_x": "the number of inputs",
    "n_h": "the number of hidden units",
    "n_y": "the number of outputs",
}
# The counts that may multiply a value (positive powers) or divide it (negative powers).
POWERS: tuple[dict[str, float], ...] = (
    {},
    {"m": -1},
    {"n_y": -1},
    {"m": -1, "n_y": -1},
    {"n_x": -1},
    {"n_h": -1},
    {"m": -2},
    {"m": -1, "n_x": -1},
    {"m": -1, "n_h": -1},
    {"m": 1},
    {"m": -0.5},
)


def meaning_of_factors(
    factors: np.ndarray, sizes: Sequence[Sizes], exact: float = EXACT
) -> Meaning | None:
    """Return the codes that explain the factors of all cases, and the details for their messages.

    Parameters
    ----------
    factors
        One number for each case; nan if any factor fits.
    sizes
        For each case the numbers of examples m, inputs n_x, hidden units n_h and outputs n_y, as
        far as they are known.
    exact
        The error that counts as rounding, relative to the factor.

    Returns
    -------
    tuple or None
        The codes and details; None if the factors follow no rule.
    """
    known = ~np.isnan(factors)
    if not np.any(known):
        return None
    best: Meaning | None = None
    for powers in POWERS:
        if any(name not in size for size in sizes for name in powers):
            continue
        scales = np.array([_power(size, powers) for size in sizes])[known]
        if powers and np.ptp(scales) == 0:
            continue  # a constant factor explains it, too
        rest = factors[known] / scales
        if np.ptp(rest) > exact * np.max(np.abs(rest)):
            continue
        codes, details = _codes_of(float(rest[0]), powers, exact)
        if best is None or len(codes) < len(best[0]):
            best = codes, details
    return best


def _power(size: Sizes, powers: Mapping[str, float]) -> float:
    return math.prod((float(size[name]) ** power for name, power in powers.items()), start=1.0)


def _counted(name: str, power: float) -> str:
    root = "the square root of " if abs(power) == 0.5 else ""
    return root + COUNTS[name] + (" twice" if abs(power) == 2 else "")


def _codes_of(constant: float, powers: Mapping[str, float], exact: float) -> Meaning:
    """Return the codes for a constant times powers of counts."""
    codes: tuple[str, ...] = ()
    details = {}
    if constant < 0:
        codes, constant = ("sign-flipped",), -constant
    if powers:
        up = any(power > 0 for power in powers.values())
        codes += ("times-count",) if up else ("averaged",)
        details["divisor"] = " and by ".join(_counted(*one) for one in powers.items())
    if abs(constant - 2) <= 2 * exact:
        codes += ("doubled",)
    elif abs(constant - 1) > exact:
        codes += ("scaled",)
        details["factor"] = f"{constant:.4g}"
    return codes, details


def rounding(received: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> str:
    """Return how the values of all cases were rounded, in words, or ""."""
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


def _is_rounded(got: np.ndarray, want: np.ndarray, digits: int) -> bool:
    step = 10.0**-digits
    on_grid = np.allclose(got, np.round(got, digits), rtol=0, atol=1e-6 * step)
    return on_grid and bool(np.max(np.abs(got - want), initial=0.0) <= 0.5001 * step)


def _is_stored_as(
    dtype: type[np.floating], tolerance: float, got: np.ndarray, want: np.ndarray
) -> bool:
    fits = np.array_equal(np.asarray(got).astype(dtype).astype(float), got)
    largest = np.max(np.abs(want), initial=0.0)
    return fits and bool(np.max(np.abs(got - want), initial=0.0) <= tolerance * largest)


def whole_numbers(received: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> bool:
    """Return whether the values were converted to integers, as by integer arrays or division."""
    pairs = list(zip(received, values))
    if any(np.shape(got) != np.shape(want) for got, want in pairs):
        return False
    return any(
        all(np.array_equal(got, cut(want)) for got, want in pairs)
        for cut in (np.trunc, np.floor, np.round)
    ) and not all(np.array_equal(want, np.trunc(want)) for _, want in pairs)


def one_number(values: Sequence[np.ndarray]) -> float | None:
    """Return the number that all entries of all cases are equal to, or None."""
    numbers = {float(number) for value in values for number in np.ravel(value)}
    return numbers.pop() if len(numbers) == 1 else None


def cut_off_at(received: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> float | None:
    """Return the limit at which large entries are clipped in all cases, or None."""
    limits, count = set(), 0
    for got, want in zip(received, values):
        if np.shape(got) != np.shape(want):
            return None
        other = np.abs(got - want) > EXACT * np.max(np.abs(want), initial=0.0)
        limits |= {float(number) for number in np.abs(np.asarray(got)[other])}
        count += np.count_nonzero(other)
    if len(limits) != 1:
        return None
    (limit,) = limits
    if count == 1 and not _is_chosen(limit):
        return None
    kept = all(
        np.allclose(got, np.clip(want, -limit, limit), rtol=EXACT, atol=0)
        for got, want in zip(received, values)
    )
    return limit if kept and limit > 0 else None


def _is_chosen(number: float) -> bool:
    """Return whether a number has at most two digits, as limits that people choose have."""
    return abs(number - float(f"{number:.2g}")) <= 1e-6 * abs(number)


def shortened_to(factors: Sequence[float | None], lengths: Sequence[float]) -> float | None:
    """Return the length (norm) to which longer arrays are scaled down, or None.

    Parameters
    ----------
    factors
        The factor between the right and the received array in each case, or None.
    lengths
        The length of the right array in each case.
    """
    known = [factor for factor in factors if factor is not None]
    shorter = [factor * length for factor, length in zip(known, lengths) if factor < 1 - 1e-6]
    if len(known) < len(factors) or not shorter:
        return None
    limit = shorter[0]
    # A single case does not prove a limit, unless its length is a number that people would choose.
    if len(shorter) == 1 and not _is_chosen(limit):
        return None
    fits = all(
        abs(factor - min(1.0, limit / length)) <= 1e-6 for factor, length in zip(known, lengths)
    )
    return limit if fits else None
