"""Mistakes of lesson 1, in the sum over two paths."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backprop.differentiate import derivative
from backprop.network import sigmoid

from ...mistakes import Instead, Part, WrongValues, error_pattern, mistake, own_words, wrong_values
from ...mistakes.slopes import parabola
from ...mistakes.unit_errors import error_at_output
from . import exercises
from .slope_mistakes import INSIDE, broken_sigmoid, stands_there, which_of

mistake(
    "one-path",
    "Only one of the two paths is counted.",
    "this is only the {which}; the unit changes the loss through both paths",
    "Along how many paths does a change of the unit reach the loss?",
    "The rates along one path are multiplied; the contributions of different paths are added.",
)
mistake(
    "slope-elsewhere",
    "The slope is taken at another number.",
    "{which}",
    "Which numbers go through the sigmoid on the way to the loss?",
)
mistake(
    "product-of-paths",
    "The two paths are multiplied.",
    "the two paths are multiplied; their contributions are added",
    "If both paths push the loss up a little, what do they do together?",
)
mistake(
    "difference-of-paths",
    "The two paths are subtracted.",
    "the contributions of the two paths are subtracted: either one from the other, or one of the "
    "two differences to a target has the wrong sign",
    "If both paths push the loss up a little, what do they do together?",
)
mistake(
    "paths-crossed",
    "The paths are crossed.",
    "the two paths are crossed: {which}",
    "Follow one path from `a` to the loss: which numbers are on it?",
)
own_words(
    exercises.two_paths,
    "sign-lost",
    "the sign of the derivative is lost: it is never negative",
    "What is the sign of the derivative where the loss falls as `a` grows?",
)
own_words(
    exercises.two_paths,
    "averaged",
    "half the right value; the contributions of the paths are added, not averaged",
    "If both paths push the loss up a little, what do they do together?",
)
own_words(
    exercises.two_paths,
    "sums-multiplied",
    "the errors of both units are added, and multiplied by the sum of both weights; each error "
    "belongs to its own weight",
    "Which numbers do you multiply along one path, and what do you add?",
)
own_words(
    exercises.two_paths,
    "missing-output-slope",
    "the slopes of the two units are missing",
    "Which step leads from the pre-activation of a unit to its activation?",
)
own_words(
    exercises.two_paths, "doubled", "too large by a factor of 2", "Where is the one half of C?"
)
own_words(exercises.two_paths, "scaled", "multiplied by {factor}", "Where does it come from?")
own_words(
    exercises.two_paths,
    "not-differentiated",
    "this is the loss itself; the exercise asks for its derivative",
    "Do you want to know how large it is, or how fast it changes?",
)

# A path has one number at each place, so products of matrices make no sense there.
NOT_ON_PATHS = {"matrix-slope", "parentheses", "error-summed-early", "outputs-summed"}


@wrong_values(exercises.two_paths)
def instead_of_two_paths(
    compute: Callable, a: float, u0: float, u1: float, y0: float, y1: float
) -> WrongValues:
    """Return what may stand for the derivative by a unit that acts along two paths."""
    u, y = np.array([[u0], [u1]]), np.array([[y0], [y1]])
    p = sigmoid(u * a)
    parts, errors = zip(*error_at_output(p, y))
    delta = errors[0]
    found: Instead = [
        *_joined_wrongly(delta[0, 0] * u0, delta[1, 0] * u1),
        ("sums-multiplied", delta.sum() * u.sum()),
        *_crossed(delta, u, compute(a, u0, u1, y1, y0)),
        (which_of("missing-factor", "the weights"), delta.sum()),
        (
            stands_there("this is the derivative with respect to the weights, not to `a`"),
            delta.sum() * a,
        ),
        ("sign-lost", np.abs(np.sum(delta * u))),
        ("not-differentiated", np.sum((p - y) ** 2) / 2),
        (Part(("parentheses",), INSIDE), _back(_error_of_broken(u * a, y), u)),
        (
            "tanh-activation",
            derivative(lambda a: np.sum((np.tanh(u * a) - y) ** 2, axis=(-2, -1)) / 2, np.array(a)),
        ),
        ("formula-at-z", _back((p - y) * derivative(parabola, u * a), u)),
        *_taken_from_the_other_path(p, y, u, derivative(sigmoid, u * a)),
        (
            which_of(
                "slope-elsewhere",
                "the formula for the slope is applied to `a` instead of the outputs of the two "
                "units",
            ),
            _back((p - y) * derivative(parabola, a), u),
        ),
        *_one_contribution(delta[0, 0] * u0, delta[1, 0] * u1),
        *_missing_on_one_path(p - y, delta, u),
        *(
            (part, _back(error, u))
            for part, error in zip(parts[1:], errors[1:])
            if part.codes and not NOT_ON_PATHS & set(part.codes)
        ),
    ]
    return {"dC_da": found}


def _back(error: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the sum of errors (..., 2, 1) that go back along both paths."""
    return derivative(lambda a: np.sum(error * weights * a, axis=(-2, -1)), np.zeros(()))


def _joined_wrongly(first: np.ndarray, second: np.ndarray) -> Instead:
    """Return what may stand for the sum of the contributions of both paths."""
    return [
        (which_of("one-path", "first path"), first),
        (which_of("one-path", "second path"), second),
        (Part(("averaged",), {"divisor": "the number of paths"}), (first + second) / 2),
        ("product-of-paths", first * second),
        ("difference-of-paths", first - second),
    ]


def _crossed(delta: np.ndarray, u: np.ndarray, with_other_targets: Any) -> Instead:
    """Return the derivatives by crossed paths."""
    words = "the error of each unit is multiplied by the weight of the other"
    found: Instead = [
        (which_of("paths-crossed", words), _back(delta, u[::-1])),
        (
            which_of("paths-crossed", "each unit is compared with the target of the other"),
            with_other_targets,
        ),
    ]
    for place, which in enumerate(("first", "second")):
        words = f"the error of the {which} unit is multiplied by both weights"
        found.append((which_of("paths-crossed", words), delta[place, 0] * u.sum()))
    return found


def _taken_from_the_other_path(
    p: np.ndarray, y: np.ndarray, u: np.ndarray, slope: np.ndarray
) -> Instead:
    """Return the derivatives where one path uses one number of the other."""
    found: Instead = []
    for place, (which, other) in enumerate((("first", "second"), ("second", "first"))):

        def mixed(numbers: np.ndarray, place: int = place) -> np.ndarray:
            return np.where(np.arange(2)[:, None] == place, numbers[::-1], numbers)

        for words, value in (
            (
                f"the error of the {which} unit is multiplied by the slope of the {other} one",
                _back((p - y) * mixed(slope), u),
            ),
            (
                f"the difference of the {which} unit contains the output of the {other} one",
                _back((mixed(p) - y) * slope, u),
            ),
            (
                f"the difference of the {which} unit contains the target of the {other} one",
                _back((p - mixed(y)) * slope, u),
            ),
            (
                f"the error of the {which} unit is multiplied by the weight of the {other} one",
                _back((p - y) * slope, mixed(u)),
            ),
        ):
            found.append((which_of("paths-crossed", words), value))
    return found


def _one_contribution(first: np.ndarray, second: np.ndarray) -> Instead:
    """Return the larger and the smaller contribution, which are not always of the same path."""
    smaller, larger = sorted((first, second), key=abs)
    return [
        (which_of("one-path", "larger contribution"), larger),
        (which_of("one-path", "smaller contribution"), smaller),
    ]


def _missing_on_one_path(difference: np.ndarray, delta: np.ndarray, u: np.ndarray) -> Instead:
    """Return the derivatives where the slope or the weight of one path is missing."""
    found: Instead = []
    for place, which in enumerate(("first", "second")):
        here = np.arange(2)[:, None] == place
        bare = np.where(here, difference, delta)
        found += [
            (which_of("missing-factor", f"the slope of the {which} unit"), _back(bare, u)),
            (which_of("missing-factor", f"`u{place}`"), _back(delta, np.where(here, 1.0, u))),
        ]
    return found


@error_pattern(exercises.sigmoid_slope, exercises.two_paths)
def find_one_sided_difference(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """Find a one-sided difference, which is off by half the step times the second derivative."""
    if name == "slope_at_a":
        return None
    exercise = exercises.sigmoid_slope if name == "slope_at_z" else exercises.two_paths
    curvatures = []
    for first, *rest in cases:
        low, high = (
            np.ravel(exercise.specification(first + off, *rest))[0] for off in (-1e-4, 1e-4)
        )
        curvatures.append((high - low) / 2e-4)
    curved = np.array(curvatures)
    errors = np.ravel(values) - np.ravel(right)
    step = 2 * float(np.vdot(curved, errors) / np.vdot(curved, curved))
    # Each case by itself, or one large error would fit whatever it came from.
    fits = np.all(np.abs(errors - step / 2 * curved) <= 0.05 * np.abs(errors) + 1e-10)
    several = len(set(errors[np.abs(errors) > 1e-8])) >= 3
    return Part(("one-sided",)) if fits and several and 0 < abs(step) < 0.1 else None


def _error_of_broken(net: np.ndarray, y: np.ndarray) -> np.ndarray:
    p = broken_sigmoid(net)
    return (p - y) * derivative(parabola, p)
