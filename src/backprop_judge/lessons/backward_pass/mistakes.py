"""Mistakes of lesson 3, in the errors of the units and in the gradients."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

import numpy as np

from backprop.differentiate import derivative

from ...mistakes import (
    Instead,
    Part,
    WrongValues,
    error_pattern,
    mistake,
    own_words,
    wrong_values,
)
from ...mistakes.backward_path import BackwardPath, Way, paths_of
from ...mistakes.forms import factor_between, shortened_to
from ...mistakes.parts import merged
from ...mistakes.slopes import UNITS, codes_of_unit, parabola
from ...mistakes.unit_errors import (
    BACK_PARTS,
    OUTPUT_PARTS,
    error_at_output,
    error_below,
    errors_at_hidden,
    gradients_of_weights,
    hidden_part,
    weights_back,
)
from . import exercises

mistake(
    "missing-error",
    "The difference to the target is left out.",
    "the difference between output and target is left out{back}",
    "What is the derivative of the loss with respect to the activation?",
    "The error of an output unit is the difference to its target times the slope of its sigmoid "
    "there.",
)
mistake(
    "loss-for-difference",
    "The loss is used instead of its derivative.",
    "the loss is used instead of the difference between output and target",
    "How fast does half the square of a difference grow when the difference grows?",
    "The derivative of half the square of a difference is the difference.",
)
mistake(
    "square-for-difference",
    "The difference is squared.",
    "the square of the difference is used instead of the difference itself",
    "How fast does half the square of a difference grow when the difference grows?",
    "The derivative of half the square of a difference is the difference.",
)
mistake(
    "sign-lost",
    "The sign of the difference is lost.",
    "the difference between output and target has lost its sign: it counts as positive",
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
    "The output is used instead of its error.",
    "the output itself is used instead of its error",
    "By how much is the output wrong, and how steep is its sigmoid there?",
)
mistake(
    "target-for-error",
    "The target is used instead of the error of the output.",
    "the target is used instead of the error of the output",
    "By how much is the output wrong, and how steep is its sigmoid there?",
)
mistake(
    "no-error",
    "The error of the output is left out.",
    "the error of the output is left out: 1 is used instead of it",
    "From which numbers does the way back begin?",
)
mistake(
    "output-for-difference",
    "The output is used instead of its difference to the target.",
    "the output itself is used instead of its difference to the target",
    "Where does the target enter?",
)
mistake(
    "target-for-difference",
    "The target is used instead of the difference.",
    "the target alone is used instead of the difference between output and target",
    "Where does the output enter?",
)
mistake(
    "label-for-output",
    "The output is turned into a label too early.",
    "a label, 0 or 1, is used instead of the output in its difference to the target",
    "By how much is an output of 0.6 wrong if its target is 1?",
)
mistake(
    "slope-of-target",
    "The slope is taken at the target.",
    "the slope is taken at the target; it belongs at the output",
    "Which activation does the unit have whose slope you want?",
)
mistake(
    "cross-entropy",
    "It starts from the derivative of the cross-entropy.",
    "it starts from the derivative of another loss with respect to the output; the loss of this "
    "course is half the squared error",
    "Which loss does this network minimize, and what is its derivative with respect to an output?",
)
mistake(
    "error-summed-early",
    "The differences are summed over the examples too early.",
    "the differences are summed over all examples; each example needs its own",
    "How many errors does an output unit have: one, or one for each example?",
    "Each example has its own activations, so multiply its difference by them before you sum.",
)
mistake(
    "outputs-summed",
    "The outputs are summed before they are multiplied.",
    "a sum over the output units is taken before the multiplication; each output has its own "
    "error and its own weights",
    "Through which weight does the error of one output reach one hidden unit?",
    "Multiply each error by its own weight first, then add up.",
)
mistake(
    "matrix-slope",
    "A matrix product is used instead of the slope.",
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
    "a multiple of `W2` is added to the gradient ({share} times `W2`); this belongs to a penalty "
    "on large weights, which the loss of this course does not have",
    "Does the loss that you differentiate contain the weights themselves?",
)
mistake(
    "slope-of-difference",
    "The slope is taken of the difference.",
    "the formula for the slope is applied to the difference; it belongs to the activation",
    "At which number do you need the slope of the output unit?",
)
mistake(
    "error-without-input",
    "The errors of units are returned instead of a gradient of weights.",
    "these are errors of units, one for each example; a gradient of weights combines them with "
    "what the layer receives",
    "How many numbers does this gradient contain: one for each unit and example, or one for each "
    "weight?",
)


mistake(
    "examples-added-up",
    "The errors are summed over the examples.",
    "summed over the examples; each example has an error of its own, in its own column",
    "How many columns does the array have that you should return?",
)


def _added_up(errors: np.ndarray) -> Instead:
    """Return the errors of the units, summed over the examples."""
    return [("examples-added-up", np.sum(errors, axis=1, keepdims=kept)) for kept in (True, False)]


@wrong_values(exercises.output_error)
def instead_of_output_error(compute: Callable, out_y: np.ndarray, Y: np.ndarray) -> WrongValues:
    """Return what may stand for the error of the output units."""
    difference = out_y - Y
    slope_of_difference = derivative(parabola, difference)
    found: Instead = [
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
    "too large by a factor of 2",
    "Where does your factor 2 come from? The error of the output units is given as it is.",
)


@wrong_values(exercises.hidden_error)
def instead_of_hidden_error(
    compute: Callable, delta_y: np.ndarray, out_h: np.ndarray, W2: np.ndarray
) -> WrongValues:
    """Return what may stand for the error of the hidden units."""
    step = gradients_of_weights(delta_y, out_h).sum(axis=0)
    found: list[tuple[Part, np.ndarray]] = []
    for back, weights in {**weights_back(W2), "step": step}.items():
        for unit, value in errors_at_hidden(delta_y[None], out_h, weights).items():
            found.append((merged((BACK_PARTS[back], hidden_part(unit))), value[0]))
    ones = np.ones_like(delta_y)
    for unit, value in errors_at_hidden(ones[None], out_h, W2).items():
        found.append(
            (merged((Part(("missing-error",), {"back": BACK}), hidden_part(unit))), value[0])
        )
    named: Instead = [(part, value) for part, value in found if part.codes]
    return {"delta_h": [*named, *_added_up(compute(delta_y, out_h, W2))]}


BACK = " in what comes back"
KNOWN_UNITS = ("sigmoid", "missing", "slope-of-activation", "tanh-slope")


@error_pattern(exercises.backward_propagation, exercises.find_the_bug, exercises.hidden_error)
def find_updated_W2(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> tuple[str, ...] | None:
    """Find an error that came back through a W2 that had already moved.

    What it gives is off along the step of W2.
    """
    if name not in ("dW1", "db1", "delta_h"):
        return None
    for codes, pairs in _with_updated_weights(cases, name):
        steps = []
        for value, (old, change) in zip(values, pairs):
            fits = np.shape(value) == np.shape(old)
            step = factor_between(value - old, change) if fits else None
            if step is None:
                break
            steps.append(step)
        else:
            if np.ptp(steps) <= 1e-6 * abs(steps[0]):
                return (*codes, "updated-W2")
    return None


@error_pattern(exercises.backward_propagation, exercises.find_the_bug)
def find_weight_decay(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find a multiple of W2 in its gradient, which a penalty on the weights adds."""
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
    """Find a limit on the length of the gradient, or of one of its arrays."""
    factors = list(map(factor_between, values, right))
    if None in factors:
        return None
    whole = [
        float(np.sqrt(sum(np.sum(path.right(each) ** 2) for each in exercises.GRADIENTS)))
        for path in paths_of(tuple(cases))
    ]
    for which, lengths in (
        ("all four gradients together", whole),
        ("this gradient", [float(np.linalg.norm(array)) for array in right]),
    ):
        limit = shortened_to(factors, lengths)
        if limit:
            return Part(("shortened",), {"which": which, "limit": f"{limit:.4g}"})
    return None


def _with_updated_weights(
    cases: Sequence[tuple], name: str
) -> Iterator[tuple[tuple[str, ...], Iterable[tuple[np.ndarray, ...]]]]:
    """Yield what dW1, db1 or delta_h are if W2 was changed before the error came back.

    Yields (codes, pairs). For each case a pair is the value with the old W2, and how it moves as W2
    moves along its own gradient. By how much W2 was moved is not known.
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


def _first_layer(path: BackwardPath, name: str, way: Way) -> np.ndarray:
    if name == "dW1":
        return path.weights("X", way).sum(axis=0)
    return path.error(way).sum(axis=1, keepdims=True)
