"""Mistakes of lesson 3, on the backward pass."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from backprop.differentiate import derivative

from ...comparing import relative_error
from ...mistakes import WrongValues, error_pattern, mistake, own_words, wrong_values
from ...mistakes.forms import factor_between, shortened_to
from ...mistakes.networks import (
    BACK_PARTS,
    OUTPUT_PARTS,
    UNITS,
    Part,
    codes_of_unit,
    error_at_output,
    error_below,
    errors_at_hidden,
    gradients_of_weights,
    hidden_part,
    merged,
    parabola,
    paths_of,
    weights_back,
)
from . import exercises

# --- the errors of the units ----------------------------------------------------------------------

mistake(
    "missing-error",
    "The difference to the target is left out.",
    "the difference of the output to its target is left out{back}",
    "What is the derivative of the loss with respect to the activation?",
    "The error of an output unit is the difference to its target times the slope of its sigmoid "
    "there.",
)
mistake(
    "loss-for-difference",
    "The loss stands where its derivative belongs.",
    "the loss stands in the place of the difference of the output to its target",
    "How fast does half the square of a difference grow when the difference grows?",
    "The derivative of half the square of a difference is the difference.",
)
mistake(
    "square-for-difference",
    "The difference is squared.",
    "the square of the difference stands in the place of the difference itself",
    "How fast does half the square of a difference grow when the difference grows?",
    "The derivative of half the square of a difference is the difference.",
)
mistake(
    "sign-lost",
    "The sign of the difference is lost.",
    "the difference of the output to its target has lost its sign: it counts as positive",
    "Should an output that is too low be pushed in the same direction as one that is too high?",
)
mistake(
    "sign-alone",
    "Only the sign of the difference counts.",
    "only the sign of the difference is used, and not how large it is: this belongs to the sum of "
    "the absolute differences, which is another loss",
    "What is the derivative of half the square of a difference?",
)
mistake(
    "output-for-error",
    "The output stands where its error belongs.",
    "the output itself stands in the place of its error",
    "By how much is the output wrong, and how does its sigmoid answer to its pre-activation?",
)
mistake(
    "target-for-error",
    "The target stands where the error of the output belongs.",
    "the target stands in the place of the error of the output",
    "By how much is the output wrong, and how does its sigmoid answer to its pre-activation?",
)
mistake(
    "no-error",
    "The error of the output is left out.",
    "the error of the output is left out: 1 stands in its place",
    "From which numbers does the way back begin?",
)
mistake(
    "output-for-difference",
    "The output stands where its difference to the target belongs.",
    "the output itself stands in the place of its difference to the target",
    "Where does the target enter?",
)
mistake(
    "target-for-difference",
    "The target stands where the difference belongs.",
    "the target alone stands in the place of the difference of the output to it",
    "Where does the output enter?",
)
mistake(
    "label-for-output",
    "The output is turned into a label too early.",
    "a label, 0 or 1, stands in the place of the output in its difference to the target",
    "By how much is an output of 0.6 wrong if its target is 1?",
)
mistake(
    "slope-of-target",
    "The slope is taken at the target.",
    "the slope is taken at the target; it belongs at the output",
    "At which activation stands the unit whose slope you want?",
)
mistake(
    "cross-entropy",
    "It starts from the derivative of the cross-entropy.",
    "it starts from the derivative of the cross-entropy with respect to the output; the loss of "
    "this course is half the squared error",
    "Which loss does this network minimize, and what is its derivative with respect to an output?",
)
mistake(
    "error-summed-early",
    "The differences are summed over the examples too early.",
    "the sum of the differences over all examples stands where each example needs its own",
    "How many errors has an output unit: one, or one for each example?",
    "Each example has its own activations, so its difference meets them before the sum is taken.",
)
mistake(
    "outputs-summed",
    "The outputs are summed before they are multiplied.",
    "a sum over the output units is taken before the multiplication; each output has its own "
    "error and its own weights",
    "Through which weight does the error of one output reach one hidden unit?",
    "Multiply each error with its own weight first, then add up.",
)
mistake(
    "matrix-slope",
    "A matrix product stands where the slope belongs.",
    "a matrix product mixes the slopes of different units or examples; each unit has one slope for "
    "each example, which is multiplied entry by entry",
    "Does the slope of one unit at one example depend on other units or other examples?",
    "The error and the slope have the same shape: one number for each unit and example.",
)
mistake(
    "parentheses",
    "Parentheses are missing.",
    "parentheses are missing: these are the numbers that come out if products are taken before a "
    "difference that belongs together",
    "Which operation does Python do first, a multiplication or a subtraction?",
)
mistake(
    "weight-decay",
    "A multiple of the weights is added.",
    "a multiple of `W2` is added to the gradient ({share} times `W2`); this belongs to a penalty on "
    "large weights, which the loss of this course does not have",
    "Does the loss that you differentiate hold the weights themselves?",
)
mistake(
    "slope-of-difference",
    "The slope is taken of the difference.",
    "the formula for the slope is applied to the difference; it belongs to the activation",
    "At which number is the slope of the output unit to be taken?",
)
mistake(
    "error-without-input",
    "The errors of units stand where a gradient of weights belongs.",
    "these are errors of units, one for each example; a gradient of weights combines them with "
    "what the layer receives",
    "How many numbers does this gradient hold: one for each unit and example, or one for each "
    "weight?",
)


mistake(
    "examples-added-up",
    "The errors are summed over the examples.",
    "summed over the examples; each example has an error of its own, in its own column",
    "How many columns has the array that is asked for?",
)


def _added_up(errors):
    """Yield the errors of the units, summed over the examples."""
    for kept in (True, False):
        yield "examples-added-up", np.sum(errors, axis=1, keepdims=kept)


@wrong_values(exercises.output_error)
def instead_of_output_error(compute: Callable, out_y: np.ndarray, Y: np.ndarray) -> WrongValues:
    difference = out_y - Y
    slope_of_difference = derivative(parabola, difference)
    found = [
        *((part, value) for part, value in error_at_output(out_y, Y) if part.codes),
        *_added_up(compute(out_y, Y)),
        ("not-differentiated", difference**2 / 2),
        ("slope-of-difference", slope_of_difference),
        ("slope-of-difference", difference * slope_of_difference),
    ]
    return {"delta_y": found}


own_words(
    exercises.hidden_error,
    "doubled",
    "a factor 2 is too much",
    "Where does your factor 2 come from? The error of the output units is given as it is.",
)


@wrong_values(exercises.hidden_error)
def instead_of_hidden_error(
    compute: Callable, delta_y: np.ndarray, out_h: np.ndarray, W2: np.ndarray
) -> WrongValues:
    step = gradients_of_weights(delta_y, out_h).sum(axis=0)
    found = []
    for back, weights in {**weights_back(W2), "step": step}.items():
        for unit, value in errors_at_hidden(delta_y[None], out_h, weights).items():
            found.append((merged((BACK_PARTS[back], hidden_part(unit))), value[0]))
    ones = np.ones_like(delta_y)
    for unit, value in errors_at_hidden(ones[None], out_h, W2).items():
        found.append((merged((Part(("missing-error",), {"back": BACK}), hidden_part(unit))), value[0]))
    named = [(part, value) for part, value in found if part.codes]
    return {"delta_h": [*named, *_added_up(compute(delta_y, out_h, W2))]}


BACK = " in what comes back"
KNOWN_UNITS = ("sigmoid", "missing", "slope-of-activation", "tanh-slope")


@error_pattern(exercises.backward_propagation, exercises.find_the_bug, exercises.hidden_error)
def find_updated_W2(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> tuple[str, ...] | None:
    """What came back through a W2 that had already moved is off along the step of W2."""
    if name not in ("dW1", "db1", "delta_h"):
        return None
    for codes, pairs in _with_updated_weights(cases, name):
        steps = []
        for value, (old, change) in zip(values, pairs):
            fits = np.shape(value) == np.shape(old)
            steps.append(factor_between(value - old, change) if fits else None)
            if steps[-1] is None:
                break
        if steps[-1] is not None and np.ptp(steps) <= 1e-6 * abs(steps[0]):
            return (*codes, "updated-W2")
    return None


@error_pattern(exercises.backward_propagation, exercises.find_the_bug)
def find_weight_decay(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """A penalty on the weights adds a multiple of W2 to its gradient."""
    if name != "dW2":
        return None
    counts = [len(case[0].T) for case in cases]
    for averaged in ((), ("averaged",)):
        base = [1 / count if averaged else 1.0 for count in counts]
        shares = [
            factor_between(value - part * wanted, case[-1])
            for value, part, wanted, case in zip(values, base, right, cases)
        ]
        if any(share is None for share in shares):
            continue
        for by in (np.ones(len(base)), np.array(base)):
            each = np.array(shares) / by
            if np.ptp(each) <= 1e-6 * np.max(np.abs(each)):
                details = {"share": f"{each[0]:.4g}", "divisor": "the number of examples"}
                return Part((*averaged, "weight-decay"), details)
    return None


@error_pattern(exercises.backward_propagation, exercises.find_the_bug)
def find_shortened(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """A limit on the length of the gradient, or of one of its arrays."""
    factors = list(map(factor_between, values, right))
    if None in factors:
        return None
    whole = [
        np.sqrt(sum(np.sum(path.right(each) ** 2) for each in exercises.GRADIENTS))
        for path in paths_of(tuple(cases))
    ]
    for which, lengths in (
        ("all four gradients together", whole),
        ("this gradient", list(map(np.linalg.norm, right))),
    ):
        limit = shortened_to(factors, lengths)
        if limit:
            return Part(("shortened",), {"which": which, "limit": f"{limit:.4g}"})
    return None


def _with_updated_weights(cases, name):
    """Yield what dW1, db1 or delta_h are if W2 was changed before the error came back.

    Yields (codes, pairs), where pairs yields for each case the value with the old W2, and
    how it moves as W2 moves along its own gradient. By how much it was moved is not known.
    """
    if name == "delta_h":
        for unit in KNOWN_UNITS:
            yield (
                codes_of_unit(unit, "missing-hidden-slope"),
                (
                    tuple(
                        error_below(delta_y, out_h, back, UNITS[unit][1](out_h))
                        for back in (W2, step)
                    )
                    for delta_y, out_h, W2 in cases
                    for step in [gradients_of_weights(delta_y, out_h).sum(axis=0)]
                ),
            )
        return
    paths = paths_of(tuple(cases))
    for above, below in product(KNOWN_UNITS, KNOWN_UNITS):
        # The units stand first among the errors of the output layer, in their order.
        place = list(UNITS).index(above)
        codes = (*OUTPUT_PARTS[place].codes, *codes_of_unit(below, "missing-hidden-slope"))
        yield (
            codes,
            (
                tuple(_first_layer(path, name, (place, back, below)) for back in ("W2", "step"))
                for path in paths
            ),
        )


def _first_layer(path, name, way):
    if name == "dW1":
        return path.weights("X", way).sum(axis=0)
    return path.error(way).sum(axis=1, keepdims=True)


# --- numerical gradients --------------------------------------------------------------------------

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
    "a factor 2 is too much",
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
    "the sign is turned round",
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
    """Only the first, or the last, entry is written."""
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
    """A one-sided difference is off by half the step times the second derivative."""
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


def _central_differences(f, x, h):
    found = np.zeros_like(x)
    for entry in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[entry] = h
        found[entry] = (f(x + step) - f(x - step)) / (2 * h)
    return found


def _step_of(f, x, value, wanted):
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
    """Two values of f that are nearly alike differ by a whole number of units of the last digit."""
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


def _second_derivatives(f, x, h=1e-4):
    """The second derivative of f along each entry: Re f(x + ih) falls below f by h^2/2 of it."""
    curvature = np.zeros_like(x)
    for entry in np.ndindex(x.shape):
        step = np.zeros(x.shape, dtype=complex)
        step[entry] = 1j * h
        curvature[entry] = 2 * (f(x) - np.real(f.complex_value(x + step))) / h**2
    return curvature
