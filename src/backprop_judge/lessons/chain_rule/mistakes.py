"""Mistakes of lesson 1 in the links of a chain and in their products."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, permutations
from typing import Any

import numpy as np

from backprop.differentiate import derivative
from backprop.network import sigmoid

from ...mistakes import Instead, Named, Part, WrongValues, mistake, wrong_values
from ...mistakes.slopes import parabola
from . import exercises
from .slope_mistakes import (
    INSIDE,
    broken_sigmoid,
    from_pre_activation,
    instead_of_slope,
    stands_there,
    which_of,
)

# --- one chain ------------------------------------------------------------------------------------

mistake(
    "missing-factor",
    "One factor of the product is left out.",
    "the product does not contain {which}",
    "Follow the arrows of the drawing from the parameter to C: how many are on the path?",
    "Each arrow on the path is one factor of the product.",
)
mistake(
    "factor-twice",
    "One factor occurs twice in the product.",
    "the product contains `{which}` twice",
    "How often does this arrow occur on the path from the parameter to C?",
)
mistake(
    "extra-factor",
    "The product contains a factor of another path.",
    "the product also contains `{which}`, which is not on the path of this parameter",
    "Follow the arrows of the drawing from the parameter to C: which are on the path?",
)
mistake(
    "links-added",
    "The local derivatives are added.",
    "the local derivatives are added; along a path they are multiplied",
    "If z1 changes twice as fast as w1, and a1 three times as fast as z1, how fast does a1 change?",
)


Numbers = tuple[float, float, float, float, float, float]  # x, y, w1, b1, w2, b2


def _links_with(unit: Callable[[Any], Any], case: Numbers) -> tuple[Any, ...]:
    """Return the six links for another activation function, with slopes a (1 - a)."""
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
    """Return the values of known mistakes for each of the six links."""
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
        "dz1_dw1": [*_others(known, "x"), _value("z1", z1), (stands_there("this is `z2`"), z2)],
        "da1_dz1": from_pre_activation(z1) + instead_of_slope(a1),
        "dz2_dw2": [
            *_others(known, "a1"),
            (stands_there("this is `z1`, the pre-activation"), z1),
            _value("z2", z2),
        ],
        "dz2_da1": [*_others(known, "w2"), (stands_there("this is `z1`"), z1), _value("z2", z2)],
        "da2_dz2": from_pre_activation(z2) + instead_of_slope(a2),
        "dC_da2": [*_instead_of_difference(a2, z2, y), ("slope-as-well", right[5] * right[4])],
    }
    for part, unit in OTHER_UNITS:
        for name, value in zip(names, _links_with(unit, case)):
            found[name].append((part, value))
    for name, accumulated in _accumulated(right).items():
        found[name].append(accumulated)
    rectified = max(z1, 0.0)
    part = which_of("other-network", "whose hidden unit is a ReLU unit")
    found["da1_dz1"].append((part, np.float64(z1 > 0)))
    found["dz2_dw2"].append((part, np.float64(rectified)))
    found["da2_dz2"].append((part, derivative(sigmoid, w2 * rectified + b2)))
    found["dC_da2"].append((part, sigmoid(w2 * rectified + b2) - y))
    for which, net in (
        ("gets `z1` instead of `a1`", w2 * z1 + b2),
        ("gets `x` instead of `a1`", w2 * x + b2),
        ("has the weight `w1`", w1 * a1 + b2),
        ("has the bias `b1`", w2 * a1 + b1),
    ):
        other = which_of("other-network", f"whose second unit {which}")
        found["da2_dz2"].append((other, derivative(sigmoid, net)))
        found["dC_da2"].append((other, sigmoid(net) - y))
    for first, second in ((0.0, 0.0), (0.0, b2), (b1, 0.0)):
        for name, value in zip(names, compute(x, y, w1, first, w2, second)):
            found[name].append(("missing-bias", value))
    return found


def _accumulated(right: Sequence[Any]) -> dict[str, tuple[Part, Any]]:
    """Return for each link except the last one the product of the links from there to C."""
    found, so_far = dict[str, tuple[Part, Any]](), right[5]
    for name, variable, link in (
        ("da2_dz2", "z2", right[4]), ("dz2_dw2", "w2", right[2]), ("dz2_da1", "a1", right[3]),
        ("da1_dz1", "z1", right[1]), ("dz1_dw1", "w1", right[0]),
    ):  # fmt: skip
        found[name] = which_of("accumulated", variable), np.float64(so_far * link)
        so_far = so_far if name == "dz2_dw2" else so_far * link
    return found


def _value(name: str, value: Any) -> tuple[Part, Any]:
    return Part(("not-differentiated",), {"value": f"the value of `{name}`"}), value


def _others(known: Mapping[str, Any], belongs: str) -> Instead:
    """Return the numbers of the network that may be confused with one, except z1 and z2."""
    return [
        (stands_there(f"this is `{other}`"), np.float64(value))
        for other, value in known.items()
        if other not in (belongs, "z1", "z2")
    ]


def _instead_of_difference(a2: np.ndarray, z2: np.ndarray, y: float) -> Instead:
    """Return the values of known mistakes for the difference between output and target."""
    return [
        _value("C", (a2 - y) ** 2 / 2),
        ("square-for-difference", (a2 - y) ** 2),
        ("sign-lost", np.abs(a2 - y)),
        ("sign-alone", np.sign(a2 - y)),
        ("output-for-difference", a2),
        ("target-for-difference", np.float64(y)),
        (stands_there("this is `z2 - y`, the pre-activation minus the target"), z2 - y),
        ("cross-entropy", derivative(lambda a: -y * np.log(a) - (1 - y) * np.log(1 - a), a2)),
    ]


mistake(
    "accumulated",
    "A whole chain is returned instead of one link.",
    "this is the derivative of `C` with respect to `{which}`, a product; the exercise asks for one "
    "local derivative",
    "Which two variables does the name of this value mention?",
)
mistake(
    "other-network",
    "The forward pass uses the wrong numbers.",
    "right for another network, {which}",
    "From which numbers do you compute z2?",
)
mistake(
    "slope-as-well",
    "There is an extra factor.",
    "the value also contains the slope `da2_dz2`; the exercise asks for one local derivative",
    "With respect to which variable is this derivative taken: the activation or the "
    "pre-activation?",
)


@wrong_values(exercises.chain)
def instead_of_chain(compute: Callable, *links: float) -> WrongValues:
    """Return the values of known mistakes for the derivatives with respect to the parameters."""
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
        enter(stands_there(f"`{other}` is used instead of `{one}`"), **{one: given[other]})
    exchanged = {"dz2_dw2": given["dz2_da1"], "dz2_da1": given["dz2_dw2"]}
    enter(stands_there("`dz2_dw2` and `dz2_da1` are exchanged"), **exchanged)
    for name, way in passed.items():
        for one, other in combinations(way, 2) if len(way) > 2 else ():
            value = dict(zip(names, compute(*changed(**{one: 1.0, other: 1.0}))))[name]
            which = f"`{one}` and `{other}`"
            found[name].append((Part(("missing-factor",), {"which": which}), value))
        found[name] += [
            (stands_there(f"this is `{word}` alone"), np.float64(given[word])) for word in words
        ]
        found[name] += [
            (Part(("extra-factor",), {"which": word}), right[name] * given[word])
            for word in words
            if word not in way
        ]
        found[name].append(("links-added", np.float64(sum(given[word] for word in way))))
    return found
