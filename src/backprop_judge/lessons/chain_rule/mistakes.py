"""Mistakes of lesson 1, on the chain rule."""

from collections.abc import Callable, Sequence
from itertools import combinations, permutations

import numpy as np

from backprop.differentiate import derivative
from backprop.network import pre_activation, sigmoid

from ...mistakes import CATALOGUE, WrongValues, error_pattern, mistake, own_words, wrong_values
from ...mistakes.networks import Part, error_at_output, parabola
from . import exercises

SLOPES = exercises.sigmoid_slope, exercises.local_derivatives

# --- the slope of a unit --------------------------------------------------------------------------

mistake(
    "not-the-slope",
    "Another quantity of the unit stands in the place of its slope.",
    "{which} stands where the slope of the unit belongs",
    "How does the sigmoid look on paper: where is it steepest, and how steep is it there?",
)
for _exercise in SLOPES:
    own_words(
        _exercise,
        "parentheses",
        "parentheses are missing{inside}",
        "Which operation does Python do first: a division or an addition? A power or a product?",
    )
    own_words(
        _exercise,
        "half-of-slope",
        "{which} stands where the slope of the unit belongs{also}",
        *CATALOGUE["half-of-slope"].hints,
    )
    own_words(
        _exercise,
        "all-zero",
        "zero in every call{shape}",
        "Which operation does Python do first: a multiplication or a subtraction?",
    )
    own_words(
        _exercise,
        "all-ones",
        "1 in every call",
        "On which of the numbers that your function is given does this derivative depend?",
    )
    own_words(
        _exercise,
        "not-differentiated",
        "this is {value}; asked for is a derivative",
        "Do you want to know how large it is, or how fast it changes?",
    )
    own_words(
        _exercise,
        "sign-flipped",
        "the sign is turned round",
        "If the variable grows a little, does the value grow or fall?",
    )
    own_words(_exercise, "doubled", "a factor 2 is too much", "Where does your factor 2 come from?")
    own_words(
        _exercise, "scaled", "multiplied by {factor}", "Where does your factor come from?"
    )
own_words(exercises.chain, "doubled", "a factor 2 is too much", "Where does it come from?")
own_words(
    exercises.chain, "scaled", "multiplied by {factor}", "Where does your factor come from?"
)
own_words(
    exercises.chain,
    "all-ones",
    "1 in every call: it is a product of other links, whatever the last one is",
    "A 1 can be one link of a chain. Which other links lie between this parameter and the loss?",
)


def _which(code: str, which: str) -> Part:
    return Part((code,), {"which": which})


def _broken(z: np.ndarray) -> np.ndarray:
    """The sigmoid without parentheses around its denominator."""
    return 1 + np.exp(-z)


INSIDE = {"inside": " in the sigmoid: the division is done before the addition"}
SQUARE = {"inside": " around what is squared: only a part of it is squared"}


def _instead_of_slope(a: np.ndarray) -> list:
    """Return what stands for the slope of a unit whose activation is a."""
    return [
        ("slope-of-activation", derivative(sigmoid, a)),
        ("tanh-slope", 1 / derivative(np.arctanh, a)),
        (Part(("not-differentiated",), {"value": "the activation itself"}), np.float64(a)),
        (_which("half-of-slope", "one minus the activation"), 1 - a),
        ("sign-in-slope", a + a**2),
        ("sigmoid-for-slope", sigmoid(a)),
        ("slope-twice", derivative(parabola, a) ** 2),
        (_which("not-the-slope", "the square of the activation"), a**2),
        (_which("not-the-slope", "the square of one minus the activation"), (1 - a) ** 2),
        (_which("not-the-slope", "one divided by the activation"), 1 / a),
        (_which("not-the-slope", "the pre-activation"), pre_activation(a)),
        (_which("not-the-slope", "one divided by the slope"), 1 / derivative(parabola, a)),
    ]


def _from_pre_activation(z: np.ndarray) -> list:
    """Return what else stands for the slope where the pre-activation z is at hand."""
    fallen = np.exp(-np.asarray(z))
    found = [
        ("formula-at-z", derivative(parabola, z)),
        (Part(("parentheses",), INSIDE), derivative(parabola, _broken(z))),
        (Part(("parentheses",), SQUARE), fallen / (1 + fallen**2)),
        (_which("not-the-slope", "an exponential alone"), fallen),
        (_which("not-the-slope", "an exponential alone"), 1 / fallen),
        ("slope-times-z", derivative(sigmoid, z) * z),
        ("tanh-slope", derivative(np.tanh, z)),
    ]
    # With exponentials there is a second way to come to these numbers.
    either = {
        "which": "either one minus the activation",
        "also": ", or the square of the denominator is left out",
    }
    return [*found, (Part(("half-of-slope",), either), 1 - sigmoid(z))]


@wrong_values(exercises.sigmoid_slope)
def instead_of_sigmoid_slope(compute: Callable, z: float, a: float) -> WrongValues:
    u = pre_activation(a)
    return {
        "slope_at_z": _from_pre_activation(z) + _instead_of_slope(sigmoid(z)),
        "slope_at_a": [*_instead_of_slope(a), *_from_pre_activation(u)],
    }


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


def _instead(text: str) -> Part:
    return Part(("wrong-variable",), {"instead": f": {text}"})


def _links_with(unit: Callable, x, y, w1, b1, w2, b2):
    """Return the six links if another function stands for the sigmoid, and its slope follows it."""
    a1 = unit(np.float64(w1 * x + b1))
    a2 = unit(w2 * a1 + b2)
    slopes = derivative(parabola, a1), derivative(parabola, a2)
    return x, slopes[0], a1, w2, slopes[1], a2 - y


@wrong_values(exercises.local_derivatives)
def instead_of_local_derivatives(
    compute: Callable, x: float, y: float, w1: float, b1: float, w2: float, b2: float
) -> WrongValues:
    names = tuple(exercises.local_derivatives.returns)
    right = compute(x, y, w1, b1, w2, b2)
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)
    known = {
        "x": x, "y": y, "w1": w1, "b1": b1, "w2": w2, "b2": b2,
        "z1": z1, "a1": a1, "z2": z2, "a2": a2,
    }  # fmt: skip
    inputs = {"dz1_dw1": "x", "dz2_dw2": "a1", "dz2_da1": "w2"}

    def value_of(name, value):
        return Part(("not-differentiated",), {"value": f"the value of `{name}`"}), value

    found: dict[str, list] = {name: [] for name in names}
    for name, belongs in inputs.items():
        found[name] += [
            (_instead(f"this is `{other}`"), np.float64(value))
            for other, value in known.items()
            if other not in (belongs, "z1", "z2")
        ]
    found["dz1_dw1"] += [value_of("z1", z1), (_instead("this is `z2`"), z2)]
    found["dz2_dw2"] += [(_instead("this is `z1`, the pre-activation"), z1), value_of("z2", z2)]
    found["dz2_da1"] += [(_instead("this is `z1`"), z1), value_of("z2", z2)]
    found["da1_dz1"] += _from_pre_activation(z1) + _instead_of_slope(a1)
    found["da2_dz2"] += _from_pre_activation(z2) + _instead_of_slope(a2)
    found["dC_da2"] += [
        value_of("C", (a2 - y) ** 2 / 2),
        ("square-for-difference", (a2 - y) ** 2),
        ("sign-lost", np.abs(a2 - y)),
        ("sign-alone", np.sign(a2 - y)),
        ("output-for-difference", a2),
        ("target-for-difference", np.float64(y)),
        (_instead("this is `z2 - y`, the pre-activation minus the target"), z2 - y),
        ("cross-entropy", derivative(lambda a: -y * np.log(a) - (1 - y) * np.log(1 - a), a2)),
        ("slope-as-well", right[5] * right[4]),
    ]
    for code, unit in (
        ("sign-of-exponent", lambda z: sigmoid(-z)),
        (Part(("parentheses",), INSIDE), _broken),
        ("tanh-activation", np.tanh),
        ("missing-sigmoid", lambda z: z),
    ):
        links = _links_with(unit, x, y, w1, b1, w2, b2)
        for name, value in zip(names, links):
            found[name].append((code, value))
    so_far = right[5]
    for name, variable, link in (
        ("da2_dz2", "z2", right[4]), ("dz2_dw2", "w2", right[2]), ("dz2_da1", "a1", right[3]),
        ("da1_dz1", "z1", right[1]), ("dz1_dw1", "w1", right[0]),
    ):  # fmt: skip
        found[name].append((Part(("accumulated",), {"which": variable}), np.float64(so_far * link)))
        so_far = so_far if name == "dz2_dw2" else so_far * link
    rectified = max(z1, 0.0)
    part = Part(("other-network",), {"which": "whose hidden unit is a rectifier"})
    found["da1_dz1"].append((part, np.float64(z1 > 0)))
    found["dz2_dw2"].append((part, np.float64(rectified)))
    found["da2_dz2"].append((part, derivative(sigmoid, w2 * rectified + b2)))
    found["dC_da2"].append((part, sigmoid(w2 * rectified + b2) - y))
    for which, net in (
        ("is fed `z1` and not `a1`", w2 * z1 + b2),
        ("is fed `x` and not `a1`", w2 * x + b2),
        ("has the weight `w1`", w1 * a1 + b2),
        ("has the bias `b1`", w2 * a1 + b1),
    ):
        part = Part(("other-network",), {"which": f"whose second unit {which}"})
        found["da2_dz2"].append((part, derivative(sigmoid, net)))
        found["dC_da2"].append((part, sigmoid(net) - y))
    for first, second in ((0.0, 0.0), (0.0, b2), (b1, 0.0)):
        for name, value in zip(names, compute(x, y, w1, first, w2, second)):
            found[name].append(("missing-bias", value))
    return found


mistake(
    "accumulated",
    "A whole chain is returned in place of one link.",
    "this is the derivative of `C` with respect to `{which}`, a product of links; asked for is one link "
    "alone",
    "Which two variables does the name of this value mention?",
)
mistake(
    "other-network",
    "The way forward goes through other numbers.",
    "right for a network {which}",
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
    names = tuple(exercises.chain.returns)
    words = tuple(exercises.chain.parameters)
    right = dict(zip(names, compute(*links)))
    found: dict[str, list] = {name: [] for name in names}

    def changed(**others):
        return [others.get(word, link) for word, link in zip(words, links)]

    def enter(part, **others):
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
    "only the {which} is here; the unit acts on the loss through both paths",
    "Along how many paths does a change of the unit reach the loss?",
    "The rates along one path multiply; the contributions of different paths add up.",
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
    "the two paths are multiplied; their contributions add up",
    "If both paths push the loss up a little, what do they do together?",
)
mistake(
    "difference-of-paths",
    "The two paths are subtracted.",
    "the contributions of the two paths are subtracted: either one from the other, or one of the two "
    "differences to a target is turned round",
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
    "sign-lost",
    "the sign of the derivative is lost: it is never negative",
    "What should come out where the loss falls as `a` grows?",
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
own_words(
    exercises.two_paths, "scaled", "multiplied by {factor}", "Where does it come from?"
)
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
    u, y = np.array([[u1], [u2]]), np.array([[y1], [y2]])

    def back(error, weights=u):
        """Send errors (..., 2, 1) back along both paths."""
        return derivative(lambda a: np.sum(error * weights * a, axis=(-2, -1)), np.zeros(()))

    p = sigmoid(u * a)
    parts, errors = zip(*error_at_output(p, y))
    delta = errors[0]
    first, second = delta[0, 0] * u1, delta[1, 0] * u2
    found = [
        (Part(("one-path",), {"which": "first path"}), first),
        (Part(("one-path",), {"which": "second path"}), second),
        (Part(("averaged",), {"divisor": "the number of paths"}), (first + second) / 2),
        ("product-of-paths", first * second),
        ("difference-of-paths", first - second),
        ("sums-multiplied", delta.sum() * u.sum()),
        (
            _which("paths-crossed", "the error of each unit meets the weight of the other"),
            back(delta, u[::-1]),
        ),
        (
            _which("paths-crossed", "each unit meets the target of the other"),
            compute(a, u1, u2, y2, y1),
        ),
        *(
            (
                _which("paths-crossed", f"the error of the {which} unit meets both weights"),
                delta[place, 0] * u.sum(),
            )
            for place, which in enumerate(("first", "second"))
        ),
        (_which("missing-factor", "the weights"), delta.sum()),
        (
            _instead("this is the derivative with respect to the weights, and not to `a`"),
            delta.sum() * a,
        ),
        ("sign-lost", np.abs(first + second)),
        ("not-differentiated", np.sum((p - y) ** 2) / 2),
        (Part(("parentheses",), INSIDE), back(_error_of_broken(u * a, y))),
        (
            "tanh-activation",
            derivative(lambda a: np.sum((np.tanh(u * a) - y) ** 2, axis=(-2, -1)) / 2, np.array(a)),
        ),
        ("formula-at-z", back((p - y) * derivative(parabola, u * a))),
    ]
    slope = derivative(sigmoid, u * a)
    for place, which in enumerate(("first", "second")):
        other = ("second", "first")[place]
        mixed = np.where(np.arange(2)[:, None] == place, slope[::-1], slope)
        words = f"the error of the {which} unit is multiplied by the slope of the {other} one"
        found.append((_which("paths-crossed", words), back((p - y) * mixed)))
        mixed = np.where(np.arange(2)[:, None] == place, p[::-1], p)
        words = f"the output of the {other} unit stands in the difference of the {which} one"
        found.append((_which("paths-crossed", words), back((mixed - y) * slope)))
        mixed = np.where(np.arange(2)[:, None] == place, y[::-1], y)
        words = f"the target of the {other} unit stands in the difference of the {which} one"
        found.append((_which("paths-crossed", words), back((p - mixed) * slope)))
        mixed = np.where(np.arange(2)[:, None] == place, u[::-1], u)
        words = f"the error of the {which} unit meets the weight of the {other} one"
        found.append((_which("paths-crossed", words), back(delta, mixed)))
    words = "the formula for the slope is applied to `a`, and not to the outputs of the two units"
    found.append((_which("slope-elsewhere", words), back((p - y) * derivative(parabola, a))))
    for pick, size in ((np.argmax, "larger"), (np.argmin, "smaller")):
        part = Part(("one-path",), {"which": f"{size} contribution"})
        found.append((part, np.array([first, second])[pick(np.abs([first, second]))]))
    for place, which in enumerate(("first", "second")):
        bare = np.where(np.arange(2)[:, None] == place, p - y, delta)
        slope = {"which": f"the slope of the {which} unit"}
        found.append((Part(("missing-factor",), slope), back(bare)))
        single = np.where(np.arange(2)[:, None] == place, 1.0, u)
        weight = {"which": f"`u{place + 1}`"}
        found.append((Part(("missing-factor",), weight), back(delta, single)))
    found += [
        (part, back(error))
        for part, error in zip(parts[1:], errors[1:])
        if part.codes and not NOT_ON_PATHS & set(part.codes)
    ]
    return {"dC_da": found}


@error_pattern(exercises.sigmoid_slope, exercises.two_paths)
def find_one_sided_difference(
    cases: Sequence[tuple], name: str, values: Sequence[np.ndarray], right: Sequence[np.ndarray]
) -> Part | None:
    """A one-sided difference is off by half the step times the second derivative."""
    if name == "slope_at_a":
        return None
    exercise = exercises.sigmoid_slope if name == "slope_at_z" else exercises.two_paths
    steps = []
    for (first, *rest), came, wanted in zip(cases, values, right):
        low, high = (np.ravel(exercise.specification(first + off, *rest))[0] for off in (-1e-4, 1e-4))
        curvature = (high - low) / 2e-4
        if abs(curvature) > 0.01:
            steps.append(2 * float(came - wanted) / curvature)
    if len(steps) < 3 or not 0 < abs(steps[0]) < 0.1:
        return None
    return Part(("one-sided",)) if np.ptp(steps) <= 0.05 * abs(steps[0]) else None


def _error_of_broken(net, y):
    p = _broken(net)
    return (p - y) * derivative(parabola, p)
