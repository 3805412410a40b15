"""What can happen to any array on its way out: the forms in which a right value turns up.

A form changes how a value is arranged, summed or scaled, and knows nothing of how it
was computed.
"""

from collections.abc import Iterator

import numpy as np

EXACT = 1e-8  # a mistake is named only if it gives the numbers to rounding


def arrangements(value, kind) -> Iterator[tuple[tuple[str, ...], np.ndarray]]:
    """Yield (codes, array) for each way to arrange a value, the right one first.

    kind -- "weights": value is (m, n, k), one gradient of a weight matrix an example;
        "bias": value is (m, n), one gradient of a bias an example; "plain": value is
        what is asked for.
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


def factor_between(received, value):
    """Return the c for which received = c value, entry by entry, or None if there is none."""
    if np.shape(received) != np.shape(value) or not np.size(value):
        return None
    scale = np.vdot(value, value)
    if not np.isfinite(scale) or scale == 0:
        return None
    factor = float(np.vdot(value, received) / scale)
    error = np.max(np.abs(received - factor * value))
    return factor if error <= EXACT * np.max(np.abs(received)) else None


def codes_of_factors(factors, sizes):
    """Return the codes that explain the factors of all cases, or None if they follow no rule.

    factors -- one number a case.
    sizes -- for each case the number of examples m and of outputs n_y (None if unknown).
    """
    rules = [((), lambda m, n: 1.0), (("averaged",), lambda m, n: 1 / m),
             (("doubled",), lambda m, n: 2.0), (("averaged", "doubled"), lambda m, n: 2 / m),
             (("averaged",), lambda m, n: 1 / (m * n)),
             (("averaged", "doubled"), lambda m, n: 2 / (m * n))]  # fmt: skip
    for sign, flipped in ((1, ()), (-1, ("sign-flipped",))):
        for codes, rule in rules:
            if _follows(factors, sizes, lambda m, n: sign * rule(m, n)):
                return flipped + codes
    if np.ptp(factors) <= EXACT * abs(factors[0]):
        return ("scaled",)
    return None


def _follows(factors, sizes, rule):
    try:
        wanted = np.array([rule(m, n) for m, n in sizes])
    except TypeError:  # a rule about sizes that this exercise does not have
        return False
    return bool(np.all(np.abs(factors - wanted) <= EXACT * np.abs(wanted)))


def rounding(received, value):
    """Say how a value was rounded on its way out, or return ""."""
    if np.shape(received) != np.shape(value):
        return ""
    error = np.max(np.abs(received - value), initial=0.0)
    for digits in range(1, 9):
        step = 10.0**-digits
        on_grid = np.allclose(received, np.round(received, digits), rtol=0, atol=1e-6 * step)
        if on_grid and error <= 0.5001 * step:
            return f"{digits} decimal place{'s' if digits > 1 else ''}"
    for dtype, tolerance in ((np.float16, 1e-2), (np.float32, 1e-5)):
        fits = np.array_equal(np.asarray(received).astype(dtype).astype(float), received)
        if fits and error <= tolerance * np.max(np.abs(value), initial=0.0):
            return f"the precision of {dtype.__name__}"
    return ""
