"""The chain x -> z1 -> a1 -> z2 -> a2 -> C of lesson 1, and shorter and forked ones.

Values are blue and stand above a node, gradients orange and below it.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from .. import style
from ..cache import Drawing, drawn_once
from ..parts import arrow, share, words
from ..style import BACKWARD, FORWARD, INK, PALE, Point
from ..wording import bracketed

ROW = ("x", "z1", "a1", "z2", "a2", "C")
PARAMETERS = {"w1": "z1", "b1": "z1", "w2": "z2", "b2": "z2"}
LOCAL = ("dz1_dw1", "dz1_db1", "da1_dz1", "dz2_dw2", "dz2_db2", "dz2_da1", "da2_dz2", "dC_da2")
GRADIENTS = ("dC_da2", "dC_dz2", "dC_da1", "dC_dz1", "dC_dw2", "dC_db2", "dC_dw1", "dC_db1")

# Around the names of quantities and of parameters.
CIRCLE = {"boxstyle": "circle,pad=0.35", "facecolor": PALE, "edgecolor": INK, "linewidth": 1.4}
BOX = {"boxstyle": "square,pad=0.35", "facecolor": "white", "edgecolor": INK, "linewidth": 1.2}

# Where the value of a node stands, and how it is aligned.
SIDES = {
    "above": (0.0, 0.8, "center"),
    "close": (0.0, 0.55, "center"),
    "left": (-0.5, 0.0, "right"),
    "right": (0.5, 0.0, "left"),
    "below": (0.0, -0.8, "center"),
}


@drawn_once
def rates_in_a_row(values: Mapping[str, float], rates: Sequence[float]) -> Drawing:
    """Show numbers that depend on one another in a row, with the rate of each step.

    The values come by their names, like "a1", in order. A rate says how fast the second quantity
    of a step moves with the first; there is one fewer than there are values, or a ValueError.
    """
    names, last = list(values), len(values) - 1
    if len(rates) != last:
        raise ValueError(
            f"{len(names)} quantities have {last} steps between them; {len(rates)} rates were given"
        )
    figure, axes = style.canvas(2.25 * len(names), 2.9, (-0.9, 2.2 * last + 0.9), (-1.75, 1.15))
    steps = []
    for place, ((before, after), rate) in enumerate(zip(pairwise(names), rates)):
        ends = (2.2 * place, 0.0), (2.2 * (place + 1), 0.0)
        _edge(axes, *ends)
        _label(axes, *ends, after, before, number(rate))
        steps.append(f"d{after}/d{before} = {number(rate)}")
    for place, name in enumerate(names):
        _node(axes, (2.2 * place, 0.0), name, number(values[name]), "above")
    product = number(float(np.prod(rates)))
    factors = " × ".join(bracketed(number(rate)) for rate in reversed(rates))
    arrow(axes, (-0.1, -0.85), (2.2 * last + 0.1, -0.85), BACKWARD, arrowstyle="<->")
    whole = f"{_derivative(names[-1], names[0])} = {factors} = {product}"
    words(axes, (1.1 * last, -1.3), whole, BACKWARD, 13)
    return figure, (
        f"A row of nodes, {' to '.join(f'{name} = {number(values[name])}' for name in names)}. "
        f"On the arrows stand the rates {'; '.join(steps)}. Their product is "
        f"d{names[-1]}/d{names[0]} = {product}."
    )


def chain(
    values: Mapping[str, float] | None = None,
    local: Mapping[str, float] | None = None,
    backward: Mapping[str, float] | None = None,
) -> None:
    """Show the chain x -> z1 -> a1 -> z2 -> a2 -> C with all numbers known so far.

    A number that is not given is drawn as a question mark, a name that is not in the drawing is a
    KeyError. `values` ("x", "y", "w1", "b1", "w2", "b2", "z1", "a1", "z2", "a2", "C") stand beside
    their nodes, or in their boxes. `local` (names in `LOCAL`) are the derivatives of single steps,
    on their edges. `backward` (names in `GRADIENTS`) says how fast C moves with a quantity, below
    its node, or above the box of a parameter.
    """
    values, local, backward = (dict(given or {}) for given in (values, local, backward))
    everything = (*ROW, *PARAMETERS, "y")
    for given, known in ((values, everything), (local, LOCAL), (backward, GRADIENTS)):
        for name in given:
            if name not in known:
                raise KeyError(f"{name!r} is not in the drawing; its names are: {', '.join(known)}")
    boxes = {name: f"{float(values[name]):g}" for name in (*PARAMETERS, "y") if name in values}
    _chain(boxes, *map(_numbers, (values, local, backward)))


@drawn_once
def _chain(
    written: Mapping[str, str],
    values: Mapping[str, str],
    local: Mapping[str, str],
    backward: Mapping[str, str],
) -> Drawing:
    """Draw the chain; all arguments are the texts of numbers by name, `written` for the boxes."""
    figure, axes = style.canvas(9.6, 5.0, (-0.7, 13.4), (-2.5, 3.6))
    row = {name: (2.4 * place, 0.0) for place, name in enumerate(ROW)}
    for before, after in pairwise(ROW):
        _edge(axes, row[before], row[after])
        step = f"d{after}_d{before}"
        if step in LOCAL:
            _label(axes, row[before], row[after], after, before, local.get(step, "?"))
    boxes = {"y": (row["C"][0], 1.95)}
    for name, unit in PARAMETERS.items():
        boxes[name] = row[unit][0] + (-1.55 if name[0] == "w" else 1.55), 1.95
        _label(axes, boxes[name], row[unit], unit, name, local.get(f"d{unit}_d{name}", "?"))
        _gradient(axes, (boxes[name][0], 2.95), name, backward.get(f"dC_d{name}", "?"))
    for name, at in boxes.items():
        _edge(axes, at, row[PARAMETERS.get(name, "C")], shrinkA=13)
        text = f"{_symbol(name)} = {written.get(name, '?')}"
        words(axes, at, text, FORWARD, 13, bbox=BOX, zorder=3)
    for name, at in row.items():
        side = {"z1": "above", "z2": "above", "C": "right"}.get(name, "close")
        _node(axes, at, name, values.get(name, "?"), side)
        if f"dC_d{name}" in GRADIENTS:
            _gradient(axes, (at[0], -1.05), name, backward.get(f"dC_d{name}", "?"))
    arrow(axes, (-0.4, -2.3), (4.8, -2.3), FORWARD, 1.8)
    words(axes, (2.2, -2.05), "forward: values", FORWARD, 12)
    arrow(axes, (12.4, -2.3), (7.2, -2.3), BACKWARD, 1.8)
    words(axes, (9.8, -2.05), "backward: derivatives of C", BACKWARD, 12)
    return figure, _chain_in_words(values, local, backward)


def _chain_in_words(
    values: Mapping[str, str], local: Mapping[str, str], backward: Mapping[str, str]
) -> str:
    said = (
        "The chain x, z1, a1, z2, a2, C in a row; w1 and b1 feed z1, w2 and b2 feed z2, y feeds C."
    )
    for title, numbers, order in (
        ("Values at the nodes", values, values),
        ("Local derivatives on the edges", local, LOCAL),
        ("Derivatives of C", backward, GRADIENTS),
    ):
        known = [f"{name.replace('_', '/')} = {numbers[name]}" for name in order if name in numbers]
        said += f" {title}: {', '.join(known) or 'still question marks'}."
    return said


@drawn_once
def two_paths(values: Mapping[str, float], rates: Mapping[str, float]) -> Drawing:
    """Show a unit that reaches the loss by two paths, with the rate of each step.

    The values are those of "a", "p1", "p2" and "C", the rates "dp1_da", "dC_dp1", "dp2_da" and
    "dC_dp2".
    """
    figure, axes = style.canvas(8.6, 4.0, (-1.4, 7.4), (-3.0, 2.2))
    places = {"a": (0.0, 0.0), "p1": (3.0, 1.2), "p2": (3.0, -1.2), "C": (6.0, 0.0)}
    through, products = [], []
    for path, lift in (("p1", 0.42), ("p2", -0.42)):
        for before, after, align in (("a", path, "right"), (path, "C", "left")):
            _edge(axes, places[before], places[after])
            across, up = share(places[before], places[after], 0.5)
            text = f"{_derivative(after, before)} = {number(rates[f'd{after}_d{before}'])}"
            words(axes, (across, up + lift), text, size=12, ha=align)
        first, second = rates[f"dC_d{path}"], rates[f"d{path}_da"]
        through.append(second * first)
        products.append(" × ".join(bracketed(number(rate)) for rate in (first, second)))
    total = number(sum(through))
    sums = (
        f"{' + '.join(products)} = {number(through[0])} + {bracketed(number(through[1]))} = {total}"
    )
    words(axes, (3.0, -2.6), f"{_derivative('C', 'a')} = {sums}", BACKWARD, 13)
    for name, side in (("a", "left"), ("p1", "above"), ("p2", "below"), ("C", "right")):
        _node(axes, places[name], name, number(values[name]), side)
    n = _numbers({**values, **rates})
    return figure, (
        f"The unit a = {n['a']} feeds two units, p1 = {n['p1']} and p2 = {n['p2']}, and both feed "
        f"the loss C = {n['C']}. The path through p1 carries {n['dp1_da']} times {n['dC_dp1']} = "
        f"{number(through[0])}, the path through p2 carries {n['dp2_da']} times "
        f"{n['dC_dp2']} = {number(through[1])}; the sum is {total}."
    )


def _node(axes: Axes, at: Point, name: str, value: str, side: str) -> None:
    """Draw a quantity with its value beside it."""
    words(axes, at, _symbol(name), size=15, bbox=CIRCLE, zorder=3)
    across, up, align = SIDES[side]
    words(axes, (at[0] + across, at[1] + up), value, FORWARD, 12, ha=align, zorder=4)


def _gradient(axes: Axes, at: Point, name: str, value: str) -> None:
    words(axes, at, f"{_derivative('C', name)}\n{value}", BACKWARD, 12, linespacing=1.3)


def _edge(axes: Axes, start: Point, end: Point, shrinkA: float = 20) -> None:
    arrow(axes, start, end, width=1.3, shrinkA=shrinkA, shrinkB=20)


def _label(axes: Axes, start: Point, end: Point, after: str, before: str, value: str) -> None:
    """Write the derivative of a step over its edge and its number under it, or both beside it."""
    (across, up), name = share(start, end, 0.5), _derivative(after, before)
    if start[1] == end[1]:
        words(axes, (across, up + 0.32), name, size=12)
        words(axes, (across, up - 0.28), value, size=12)
    else:
        away, align = (-0.46, "right") if start[0] < end[0] else (0.46, "left")
        words(axes, (across + away, up + 0.28), f"{name}\n{value}", size=12, ha=align)


def _symbol(name: str) -> str:
    return f"${name[0]}_{name[1:]}$" if name[1:] else f"${name}$"


def _derivative(after: str, before: str) -> str:
    return f"$d{_symbol(after)[1:-1]}/d{_symbol(before)[1:-1]}$"


def number(value: float) -> str:
    """Write a number as the prose of lesson 1 does: four digits, a hyphen, no minus zero."""
    return f"{float(value):z.4f}"


def _numbers(values: Mapping[str, float]) -> dict[str, str]:
    return {name: number(value) for name, value in values.items()}
