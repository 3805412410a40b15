"""Mistakes of lesson 1, on one chain and on two paths."""

from collections.abc import Callable, Mapping
from itertools import combinations, permutations
from typing import Any

import numpy as np

from backprop.differentiate import derivative
from backprop.network import sigmoid

from ...mistakes import Instead, Named, Part, WrongValues, mistake, own_words, wrong_values
from ...mistakes.slopes import parabola
from ...mistakes.unit_errors import error_at_output
from . import exercises
from .slope_mistakes import INSIDE, broken_sigmoid, from_pre_activation, instead_of_slope, which_of

# --- one chain ------------------------------------------------------------------------------------

mistake(
    "missing-factor",
    "One link of the chain is left out.",
    "a product with {which} missing",
    "Put a finger on the parameter and walk along the drawing to C: how many edges do you pass?",
    "Every edge on the way is one factor of the product.",
)
mistake(
    "factor-twice",
    "One link of the chain is counted twice.",
    "a product in which `{which}` stands twice",
    "How often do you pass this edge on the way from the parameter to C?",
)
mistake(
    "extra-factor",
    "A link of another path stands in the product.",
    "a product in which `{which}` stands as well, though it is not on the way to this parameter",
    "Put a finger on the parameter and walk along the drawing to C: which edges do you pass?",
)
mistake(
    "links-added",
    "The links of the chain are added.",
    "the links are added; along a path they multiply",
    "If z1 moves twice as fast as w1, and a1 three times as fast as z1, how fast does a1 move?",
)


Numbers = tuple[float, float, float, float, float, float]  # x, y, w1, b1, w2, b2


def _instead(text: str) -> Part:
    return Part(("wrong-variable",), {"instead": f": {text}"})


def _links_with(unit: Callable[[Any], Any], case: Numbers) -> tuple[Any, ...]:
    """Return the six links if another function stands for the sigmoid, and its slope follows it."""
    x, y, w1, b1, w2, b2 = case
    a1 = unit(np.float64(w1 * x + b1))
    a2 = unit(w2 * a1 + b2)
    slopes = derivative(parabola, a1), derivative(parabola, a2)
    return x, slopes[0], a1, w2, slopes[1], a2 - y


OTHER_UNITS: list[tuple[Named, Callable[[Any], Any]]] = [
    ("sign-of-exponent", lambda z: sigmoid(-z)),
    (Part(("parentheses",), INSIDE), broken_sigmoid),
    ("tanh-activation", np.tanh),
    ("missing-sigmoid", lambda z: z),
]


@wrong_values(exercises.local_derivatives)
def instead_of_local_derivatives(
    compute: Callable, x: float, y: float, w1: float, b1: float, w2: float, b2: float
) -> WrongValues:
    """Return what may stand for each of the six links."""
    names = tuple(exercises.local_derivatives.returns)
    case = x, y, w1, b1, w2, b2
    right = compute(*case)
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)
    known: dict[str, Any] = {"x": x, "y": y, "w1": w1, "b1": b1, "w2": w2, "b2": b2}
    known |= {"z1": z1, "a1": a1, "z2": z2, "a2": a2}
    found: dict[str, Instead] = {
        "dz1_dw1": [*_others(known, "x"), _value("z1", z1), (_instead("this is `z2`"), z2)],
        "da1_dz1": from_pre_activation(z1) + instead_of_slope(a1),
        "dz2_dw2": [
            *_others(known, "a1"),
            (_instead("this is `z1`, the pre-activation"), z1),
            _value("z2", z2),
        ],
        "dz2_da1": [*_others(known, "w2"), (_instead("this is `z1`"), z1), _value("z2", z2)],
        "da2_dz2": from_pre_activation(z2) + instead_of_slope(a2),
        "dC_da2": [*_instead_of_difference(a2, z2, y), ("slope-as-well", right[5] * right[4])],
    }
    for part, unit in OTHER_UNITS:
        for name, value in zip(names, _links_with(unit, case)):
            found[name].append((part, value))
    for which, net in (
        ("is fed `z1` and not `a1`", w2 * z1 + b2),
        ("is fed `x` and not `a1`", w2 * x + b2),
        ("has the weight `w1`", w1 * a1 + b2),
        ("has the bias `b1`", w2 * a1 + b1),
    ):
        other = which_of("other-network", which)
        found["da2_dz2"].append((other, derivative(sigmoid, net)))
        found["dC_da2"].append((other, sigmoid(net) - y))
    for first, second in ((0.0, 0.0), (0.0, b2), (b1, 0.0)):
        for name, value in zip(names, compute(x, y, w1, first, w2, second)):
            found[name].append(("missing-bias", value))
    return found


def _value(name: str, value: Any) -> tuple[Part, Any]:
    return Part(("not-differentiated",), {"value": f"the value of `{name}`"}), value


def _others(known: Mapping[str, Any], belongs: str) -> Instead:
    """Return the numbers of the network that may stand for an input, except pre-activations."""
    return [
        (_instead(f"this is `{other}`"), np.float64(value))
        for other, value in known.items()
        if other not in (belongs, "z1", "z2")
    ]


def _instead_of_difference(a2: np.ndarray, z2: np.ndarray, y: float) -> Instead:
    """Return what may stand for the difference of the output to its target."""
    return [
        _value("C", (a2 - y) ** 2 / 2),
        ("square-for-difference", (a2 - y) ** 2),
        ("sign-lost", np.abs(a2 - y)),
        ("sign-alone", np.sign(a2 - y)),
        ("output-for-difference", a2),
        ("target-for-difference", np.float64(y)),
        (_instead("this is `z2 - y`, the pre-activation minus the target"), z2 - y),
        ("cross-entropy", derivative(lambda a: -y * np.log(a) - (1 - y) * np.log(1 - a), a2)),
    ]


mistake(
    "other-network",
    "The way forward goes through other numbers.",
    "right for a network whose second unit {which}",
    "Which numbers do you put into z2?",
)
mistake(
    "slope-as-well",
    "One link more than asked for is multiplied in.",
    "a product with the slope `da2_dz2`; asked for is one link alone",
    "With respect to which variable is this derivative taken: the activation or the "
    "pre-activation?",
)


@wrong_values(exercises.chain)
def instead_of_chain(compute: Callable, *links: float) -> WrongValues:
    """Return what may stand for the derivatives by the four parameters."""
    names = tuple(exercises.chain.returns)
    words = tuple(exercises.chain.parameters)
    right = dict(zip(names, compute(*links)))
    found: dict[str, Instead] = {name: [] for name in names}

    def changed(**others: float) -> list[float]:
        return [others.get(word, link) for word, link in zip(words, links)]

    def enter(part: Part, **others: float) -> None:
        for name, value in zip(names, compute(*changed(**others))):
            found[name].append((part, value))

    given = dict(zip(words, links))
    passed: dict[str, list[str]] = {name: [] for name in names}
    for word in words:
        for name, value in zip(names, compute(*changed(**{word: 2 * given[word]}))):
            if value != right[name]:
                passed[name].append(word)
    for word in words:
        enter(Part(("missing-factor",), {"which": f"`{word}`"}), **{word: 1.0})
        enter(Part(("factor-twice",), {"which": word}), **{word: given[word] ** 2})
    for one, other in permutations(words, 2):
        enter(_instead(f"`{other}` stands where `{one}` belongs"), **{one: given[other]})
    exchanged = {"dz2_dw2": given["dz2_da1"], "dz2_da1": given["dz2_dw2"]}
    enter(_instead("`dz2_dw2` and `dz2_da1` are exchanged"), **exchanged)
    for name, way in passed.items():
        for one, other in combinations(way, 2) if len(way) > 2 else ():
            value = dict(zip(names, compute(*changed(**{one: 1.0, other: 1.0}))))[name]
            which = f"`{one}` and `{other}`"
            found[name].append((Part(("missing-factor",), {"which": which}), value))
        found[name] += [
            (_instead(f"this is `{word}` alone"), np.float64(given[word])) for word in words
        ]
        found[name] += [
            (Part(("extra-factor",), {"which": word}), right[name] * given[word])
            for word in words
            if word not in way
        ]
        found[name].append(("links-added", np.float64(sum(given[word] for word in way))))
    return found


# --- two paths ------------------------------------------------------------------------------------

mistake(
    "one-path",
    "Only one of the two paths is counted.",
    "only the {which} of the two paths is here; the unit acts on the loss through both",
    "Along how many paths does a change of the unit reach the loss?",
    "The rates along one path multiply; the contributions of different paths add up.",
)
mistake(
    "product-of-paths",
    "The two paths are multiplied.",
    "the two paths are multiplied; their contributions add up",
    "If both paths push the loss up a little, what do they do together?",
)
mistake(
    "difference-of-paths",
    "The two paths are subtracted.",
    "the contributions of the two paths are subtracted: either one from the other, or one of the "
    "two differences to a target is turned round",
    "If both paths push the loss up a little, what do they do together?",
)
mistake(
    "paths-crossed",
    "The paths are crossed.",
    "the two paths are crossed: {which}",
    "Follow one path from a to the loss with a finger: which numbers do you pass?",
)
own_words(
    exercises.two_paths,
    "averaged",
    "half the right value; the contributions of the paths add up, and are not averaged",
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
    "What lies between the pre-activation of a unit and its activation?",
)
own_words(exercises.two_paths, "doubled", "a factor 2 is too much", "Where is the one half of C?")
own_words(exercises.two_paths, "scaled", "multiplied by {factor}", "Where does it come from?")
own_words(
    exercises.two_paths,
    "not-differentiated",
    "this is the loss itself; asked for is its derivative",
    "Do you want to know how large it is, or how fast it changes?",
)

# A path has one number at each place, so products of matrices make no sense there.
NOT_ON_PATHS = {"matrix-slope", "parentheses", "error-summed-early", "outputs-summed"}


@wrong_values(exercises.two_paths)
def instead_of_two_paths(
    compute: Callable, a: float, u1: float, u2: float, y1: float, y2: float
) -> WrongValues:
    """Return what may stand for the derivative by a unit that acts along two paths."""
    u, y = np.array([[u1], [u2]]), np.array([[y1], [y2]])
    p = sigmoid(u * a)
    parts, errors = zip(*error_at_output(p, y))
    delta = errors[0]
    found: Instead = [
        *_joined_wrongly(delta[0, 0] * u1, delta[1, 0] * u2),
        ("sums-multiplied", delta.sum() * u.sum()),
        *_crossed(delta, u, compute(a, u1, u2, y2, y1)),
        (which_of("missing-factor", "the weights"), delta.sum()),
        (
            _instead("this is the derivative with respect to the weights, and not to `a`"),
            delta.sum() * a,
        ),
        ("not-differentiated", np.sum((p - y) ** 2) / 2),
        (Part(("parentheses",), INSIDE), _back(_error_of_broken(u * a, y), u)),
        (
            "tanh-activation",
            derivative(lambda a: np.sum((np.tanh(u * a) - y) ** 2, axis=(-2, -1)) / 2, np.array(a)),
        ),
        ("formula-at-z", _back((p - y) * derivative(parabola, u * a), u)),
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
        (which_of("one-path", "first"), first),
        (which_of("one-path", "second"), second),
        (Part(("averaged",), {"divisor": "the number of paths"}), (first + second) / 2),
        ("product-of-paths", first * second),
        ("difference-of-paths", first - second),
    ]


def _crossed(delta: np.ndarray, u: np.ndarray, with_other_targets: Any) -> Instead:
    """Return the derivatives by crossed paths."""
    words = "the error of each unit meets the weight of the other"
    found: Instead = [
        (which_of("paths-crossed", words), _back(delta, u[::-1])),
        (which_of("paths-crossed", "each unit meets the target of the other"), with_other_targets),
    ]
    for place, which in enumerate(("first", "second")):
        words = f"the error of the {which} unit meets both weights"
        found.append((which_of("paths-crossed", words), delta[place, 0] * u.sum()))
    return found


def _missing_on_one_path(difference: np.ndarray, delta: np.ndarray, u: np.ndarray) -> Instead:
    """Return the derivatives where the slope or the weight of one path is missing."""
    found: Instead = []
    for place, which in enumerate(("first", "second")):
        here = np.arange(2)[:, None] == place
        bare = np.where(here, difference, delta)
        found += [
            (which_of("missing-factor", f"the slope of the {which} unit"), _back(bare, u)),
            (which_of("missing-factor", f"`u{place + 1}`"), _back(delta, np.where(here, 1.0, u))),
        ]
    return found


def _error_of_broken(net: np.ndarray, y: np.ndarray) -> np.ndarray:
    p = broken_sigmoid(net)
    return (p - y) * derivative(parabola, p)
