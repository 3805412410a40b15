"""Mistakes of lesson 4 in one step of gradient descent."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...mistakes import (
    Instead,
    Part,
    WrongValues,
    error_pattern,
    mistake,
    own_words,
    wrong_values,
)
from ...mistakes.forms import LEAST_EXACT, cut_off_at, factor_between, meaning_of_factors
from . import exercises

mistake(
    "uphill",
    "The step goes uphill.",
    "the step goes in the direction of the gradient; the loss falls in the opposite direction",
    "In which direction does the gradient point: does the loss grow there or fall?",
)
mistake(
    "step-twice",
    "The step is taken twice.",
    "the step is taken twice",
    "How often does your function subtract?",
)
mistake(
    "missing-rate",
    "The learning rate is left out.",
    "the learning rate is left out",
    "Which number should set the length of your step?",
)
mistake(
    "divided-by-rate",
    "The step is divided by the learning rate.",
    "the step is divided by the learning rate",
    "Should a larger rate make the step longer or shorter?",
)
mistake(
    "only-the-step",
    "Only the step is returned.",
    "this is only the step; the exercise asks for the parameters after the step",
    "Where does the step start?",
)


mistake(
    "step-scaled",
    "The step has the wrong length.",
    "the step is {how}",
    "Which numbers should set the length of your step?",
)
mistake(
    "other-step",
    "The step is computed in the wrong way.",
    "{which}",
    "From which three numbers is the new value of a parameter computed, and how?",
)
own_words(
    exercises.update_parameters,
    "one-bias",
    "every entry of an array changes by the same amount, {which}; each entry has its own "
    "derivative",
    "How many numbers does the gradient of this array contain?",
)
own_words(
    exercises.update_parameters,
    "clipped",
    "entries {of}larger than {limit} are clipped at {limit}",
    "Which operation limits the numbers? A gradient can have any size.",
)
own_words(
    exercises.update_parameters,
    "bias-from-weights",
    "the biases are updated with sums of the gradients of the weights; they have their own "
    "gradients",
    "Which of the arguments belongs to this array?",
)


@wrong_values(exercises.update_parameters)
def instead_of_update_parameters(compute: Callable, *arguments: Any) -> WrongValues:
    """Return the values of known mistakes for each of the four arrays after the step."""
    *arrays, rate = arguments
    slopes = dict(zip(exercises.PARAMETERS, arrays[4:]))
    found: dict[str, Instead] = {}
    for name, old, new in zip(exercises.PARAMETERS, arrays, compute(*arguments)):
        found[name] = [
            *_other_lengths(old, new - old, slopes[name], rate),
            *_one_for_all(old, new - old, rate),
            *_other_steps(old, new - old, slopes[name], rate),
        ]
        if name.startswith("b"):
            sums = rate * slopes["W" + name[1]].sum(axis=1, keepdims=True)
            found[name].append(("bias-from-weights", old - sums))
    return found


def _other_lengths(old: np.ndarray, way: np.ndarray, slope: np.ndarray, rate: float) -> Instead:
    """Return the values after the right step `way` is flipped, rescaled or left out."""
    return [
        ("uphill", old - way),
        ("missing-rate", old + way / rate),
        (("missing-rate", "uphill"), old - way / rate),
        ("step-twice", old + 2 * way),
        ("not-updated", old),
        ("only-the-step", way),
        ("only-the-step", -way),
        ("only-the-step", slope),
        ("divided-by-rate", old + way / rate**2),
    ]


def _one_for_all(old: np.ndarray, way: np.ndarray, rate: float) -> Instead:
    """Return the values for updates that use the same number for all entries."""
    return [
        (Part(("one-bias",), {"which": which}), old + number)
        for which, number in (
            ("computed from the sum of all derivatives", np.sum(way)),
            ("computed from the mean of all derivatives", np.mean(way)),
            ("computed from the first derivative", way[0, 0]),
            ("the learning rate alone", -rate),
        )
    ]


def _other_steps(old: np.ndarray, way: np.ndarray, slope: np.ndarray, rate: float) -> Instead:
    """Return the values of wrong formulas for the step."""
    values = {
        "the learning rate multiplies the old parameters as well": rate * (old - slope),
        "the learning rate multiplies the old parameters, not the gradient": rate * old - slope,
        "the old parameters are multiplied by the step, entry by entry": old * way,
        "the old parameters are multiplied by the gradient, entry by entry": old * slope,
        "the step uses only the signs of the gradient": old - rate * np.sign(slope),
        "the step uses the squares of the gradient": old - rate * slope**2,
        "the step uses the absolute values of the gradient": old - np.abs(way),
        "the old parameters are used instead of the gradient": old - rate * old,
        "the old parameters and the gradient are exchanged": slope - rate * old,
        "the step is subtracted from the gradient, not from the parameters": slope + way,
        "the step is multiplied by the old parameters, entry by entry": old + way * old,
    }
    return [(Part(("other-step",), {"which": which}), value) for which, value in values.items()]


OF_GRADIENT = "of the gradient "


@error_pattern(exercises.update_parameters)
def find_the_length_of_the_step(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find a step of the wrong length, a penalty on the parameters, or gradient clipping."""
    place = list(exercises.PARAMETERS).index(name)
    olds = [case[place] for case in cases]
    steps = [value - old for value, old in zip(values, olds)]
    ways = [new - old for new, old in zip(right, olds)]
    # A step is a small difference of large numbers, so it has fewer correct digits.
    rates = [case[-1] for case in cases]
    factors = all_factors(steps, ways)
    if all(np.allclose(np.abs(step), rate, rtol=1e-3) for step, rate in zip(steps, rates)):
        which = "the step uses only the signs of the gradient"
        return Part(("other-step",), {"which": which})
    if factors:
        if all(near(float(np.linalg.norm(step)), rate) for step, rate in zip(steps, rates)):
            how = "divided by the length of the gradient, so that its length is the learning rate"
        else:
            how = _length_of_step(factors, rates, cases)
        return Part(("step-scaled",), {"how": how})
    shrunk = all_factors([value - new for value, new in zip(values, right)], olds)
    if shrunk and max(shrunk) < 0:
        which = "the old parameters are also made smaller (weight decay)"
        return Part(("other-step",), {"which": which})
    limit = cut_off_at(
        [np.round(-step / rate, 9) for step, rate in zip(steps, rates)],
        [np.round(-way / rate, 9) for way, rate in zip(ways, rates)],
    )
    return Part(("clipped",), {"limit": f"{limit:.4g}", "of": OF_GRADIENT}) if limit else None


def all_factors(received: Sequence[np.ndarray], values: Sequence[np.ndarray]) -> list[float]:
    """Return the factor c with received = c * value for each case, or [] if one has none."""
    factors = [factor_between(one, two, LEAST_EXACT) for one, two in zip(received, values)]
    known = [factor for factor in factors if factor is not None]
    return known if len(known) == len(factors) else []


def near(one: float, other: float) -> bool:
    """Return whether two numbers agree to the precision required of a mistake."""
    return abs(one - other) <= LEAST_EXACT * abs(other)


def _length_of_step(
    factors: Sequence[float], rates: Sequence[float], cases: Sequence[tuple]
) -> str:
    """Describe how the length of the step differs from the right one."""
    sizes = [
        {"n_x": case[0].shape[1], "n_h": case[0].shape[0], "n_y": case[2].shape[0]}
        for case in cases
    ]
    meaning = meaning_of_factors(np.array(factors, dtype=float), sizes, LEAST_EXACT)
    if meaning is None:
        lengths = [factor * rate for factor, rate in zip(factors, rates)]
        if all(near(length, lengths[0]) for length in lengths):
            return f"{lengths[0]:.4g} times the gradient in each call, whatever the learning rate"
        return "a multiple of the right one, with a different factor in each call"
    codes, details = meaning
    words = ["reversed"] if "sign-flipped" in codes else []
    if "divisor" in details:
        up = "times-count" in codes
        words.append(f"{'multiplied' if up else 'divided'} by {details['divisor']}")
    factor = "2" if "doubled" in codes else details.get("factor")
    if factor:
        words.append(f"{factor} times as long as the right one")
    return " and ".join(words)
