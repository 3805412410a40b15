"""Mistakes of lesson 3, in numerical gradients."""

from collections.abc import Callable, Sequence

import numpy as np

from backprop.network import LossOfOneArray

from ...comparing import relative_error
from ...mistakes import Part, WrongValues, error_pattern, mistake, own_words, wrong_values
from . import exercises

mistake(
    "all-entries-at-once",
    "All entries are moved at once.",
    "all entries of x are moved at once; move one and hold the others fixed",
    "What is the derivative with respect to one entry?",
    "Only one entry moves at a time, and it must be put back before the next one moves.",
)
mistake(
    "one-sided",
    "The difference is one-sided.",
    "a one-sided difference: its error falls only in proportion to the step",
    "Where does the middle of your two points lie: at x, or beside it?",
    "Step to both sides by the same amount, and divide by the distance of the two points.",
)


mistake(
    "entry-not-put-back",
    "The entries before are not put back.",
    "each value is the sum of the derivatives up to this entry: the entries that moved before are "
    "still moved",
    "At which x is the derivative with respect to the second entry taken?",
)
own_words(
    exercises.numerical_gradient,
    "sign-lost",
    "the sign of the derivative is lost: no entry is negative",
    "What should come out where `f` falls as the entry grows?",
)
mistake(
    "step-too-large",
    "The step of the difference is too large.",
    "the values of a central difference with the step {count}: its error grows with the square of "
    "the step, and is {seen} here",
    "By which factor does the error of a central difference fall if the step is ten times smaller?",
)
mistake(
    "step-too-small",
    "The step of the difference is too small.",
    "the two values of `f` lie so near to each other that their difference is at most {count} "
    "units of the last digit that a number holds, and rounding takes about one of them (error "
    "{seen})",
    "How many digits of a number are stored, and how many of them change when x moves by your "
    "step?",
)
own_words(
    exercises.numerical_gradient,
    "doubled",
    "too large by a factor of 2",
    "How far apart are the two points at which you take `f`, and by what do you divide?",
)
own_words(
    exercises.numerical_gradient,
    "scaled",
    "every entry is multiplied by {factor}",
    "How far apart are the two points at which you take `f`, and by what do you divide?",
)
own_words(
    exercises.numerical_gradient,
    "sign-flipped",
    "the sign is wrong",
    "If `f` grows as an entry of x grows, which of your two values is the larger one?",
)
own_words(
    exercises.numerical_gradient,
    "all-zero",
    "every entry is zero{shape}: either nothing is written into the array, or both values of `f` "
    "are the same",
    "Print the two values of `f` for one entry. Do they differ?",
    "Does `f` get an x in which the entry has moved? A step that is too small moves nothing.",
)
own_words(
    exercises.numerical_gradient,
    "summed-up",
    "one number; each entry of x has a derivative of its own",
    "How many entries does x have, and how many numbers do you return?",
)


@wrong_values(exercises.numerical_gradient)
def instead_of_numerical_gradient(compute: Callable, f: Callable, x: np.ndarray) -> WrongValues:
    """Return what may stand for the gradient, besides differences with another step."""
    # All entries moved by the same step change f by the sum of its derivatives.
    slopes = compute(f, x)
    together = np.sum(slopes)
    rows = np.broadcast_to(slopes.sum(axis=1, keepdims=True), x.shape)
    columns = np.broadcast_to(slopes.sum(axis=0, keepdims=True), x.shape)
    return {
        "gradient": [
            ("all-entries-at-once", np.full(x.shape, together)),
            ("all-entries-at-once", together),
            ("entry-not-put-back", np.cumsum(slopes).reshape(x.shape)),
            ("entry-not-put-back", np.cumsum(slopes.T).reshape(x.shape[::-1]).T),
            ("sign-lost", np.abs(slopes)),
            (Part(("line-at-once",), {"which": "row"}), rows),
            (Part(("line-at-once",), {"which": "column"}), columns),
        ]
    }


mistake(
    "one-entry-only",
    "Only one entry has its derivative.",
    "only the {which} entry holds its derivative; the others are 0",
    "How often does your loop run before `return` is reached, and where is the result kept?",
)


@error_pattern(exercises.numerical_gradient)
def find_one_entry(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find a result of which only the first, or the last, entry is written."""
    for which, place in (("first", 0), ("last", -1)):
        if all(
            np.count_nonzero(came) == 1
            and abs(came.flat[place] - want.flat[place]) <= 1e-5 * np.max(np.abs(want))
            and came.flat[place]
            for came, want in zip(values, right)
        ):
            return Part(("one-entry-only",), {"which": which})
    return None


mistake(
    "line-at-once",
    "A whole row or column is moved at once.",
    "all entries of a {which} are moved at once; move one and hold the others fixed",
    "How many numbers of x does one turn of your loop change?",
)


# What a difference may be multiplied by besides: half, twice and the sign.
MULTIPLES: dict[float, tuple[str, ...]] = {
    1.0: (), 2.0: ("doubled",), 0.5: ("scaled",), -1.0: ("sign-flipped",)
}  # fmt: skip
# The smallest first: what is whole with one step is whole with ten times that step.
SMALL_STEPS = (*(10.0**-digits for digits in range(17, 9, -1)), float(np.finfo(float).eps))
FEW_UNITS = 1e6  # a difference of so many units of the last digit has lost most digits


@error_pattern(exercises.numerical_gradient)
def find_one_sided_difference(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find one-sided differences: they are off by half the step times the second derivative."""
    curvatures = [_second_derivatives(f, x) for f, x in cases]
    for multiple, codes in MULTIPLES.items():
        for size in (np.ones_like, np.abs, np.array):  # a step for all, or one that follows x
            steps = []
            for (_, x), curvature, value, wanted in zip(cases, curvatures, values, right):
                pattern = curvature * size(x)
                error = value / multiple - wanted
                step = np.vdot(pattern, error) / np.vdot(pattern, pattern)
                if np.max(np.abs(error - step * pattern)) > 0.05 * np.max(np.abs(error)):
                    break
                steps.append(2 * step)
            else:
                if np.ptp(steps) <= 0.05 * abs(steps[0]):
                    return Part(("one-sided", *codes), {"factor": f"{multiple:g}"})
    return None


@error_pattern(exercises.numerical_gradient)
def find_large_step(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find central differences with one step for all, by computing them with that step."""
    (f, x), wanted = cases[0], right[0]
    for multiple, codes in MULTIPLES.items():
        step = _step_of(f, x, values[0] / multiple, wanted)
        if step is None:
            continue
        came = [value / multiple for value in values]
        # The step must explain the errors, and not only the values.
        if all(
            np.max(np.abs(one - _central_differences(f, x, step)))
            <= 1e-3 * np.max(np.abs(one - two))
            for (f, x), one, two in zip(cases, came, right)
        ):
            error = max(relative_error(one, two) for one, two in zip(came, right))
            details = {"count": f"{step:.3g}", "seen": f"{error:.1g}", "factor": f"{multiple:g}"}
            return Part(("step-too-large", *codes), details)
    return None


def _central_differences(f: Callable[[np.ndarray], float], x: np.ndarray, h: float) -> np.ndarray:
    found = np.zeros_like(x)
    for entry in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[entry] = h
        found[entry] = (f(x + step) - f(x - step)) / (2 * h)
    return found


def _step_of(
    f: Callable[[np.ndarray], float], x: np.ndarray, value: np.ndarray, wanted: np.ndarray
) -> float | None:
    """Return the step with which central differences come as near to a value as they can."""
    error, step = value - wanted, 0.01
    for _ in range(20):
        # The error of a central difference grows with the square of its step.
        pattern = _central_differences(f, x, step) - wanted
        ratio = float(np.vdot(pattern, error) / np.vdot(pattern, pattern))
        if ratio <= 0 or not 1e-4 < step < 10:
            return None
        step *= np.sqrt(ratio)
        if abs(ratio - 1) < 1e-9:
            break
    return step


@error_pattern(exercises.numerical_gradient)
def find_small_step(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find differences of so near points that they are whole numbers of units of the last digit."""
    for step in SMALL_STEPS:
        most = 0.0
        for (f, x), value in zip(cases, values):
            unit = np.spacing(f(x)) / 2  # values a little smaller may have finer units
            units = value * step / unit
            if not np.allclose(units, np.round(units), rtol=0, atol=1e-3):
                break
            most = max(most, float(np.max(np.abs(units))))
        else:
            if 0.5 < most <= FEW_UNITS:
                error = max(relative_error(one, two) for one, two in zip(values, right))
                details = {"count": f"{np.ceil(most / 2):,.0f}", "seen": f"{error:.1g}"}
                return Part(("step-too-small",), details)
    return None


def _second_derivatives(f: LossOfOneArray, x: np.ndarray, h: float = 1e-4) -> np.ndarray:
    """Return the second derivative of f along each entry: Re f(x + ih) is h^2/2 of it below f."""
    curvature = np.zeros_like(x)
    for entry in np.ndindex(x.shape):
        step = np.zeros(x.shape, dtype=complex)
        step[entry] = 1j * h
        curvature[entry] = 2 * (f(x) - np.real(f.complex_value(x + step))) / h**2
    return curvature
