"""The figures of lesson 1: chains of numbers with their values and derivatives.

Values are blue, gradients orange. In a chain, values are above a node and gradients below it.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..differentiate import derivative
from ..network import sigmoid
from . import parts, style
from .cache import Drawing, drawn_once, show_alike
from .parts import arrow, mark, share, table
from .style import BACKWARD, FORWARD, GREY, INK, PALE, Look, Point, Texts
from .wording import bracketed

# ------------------------------------------------------------------------------- chains

ROW = ("x", "z1", "a1", "z2", "a2", "C")
PARAMETERS = {"w1": "z1", "b1": "z1", "w2": "z2", "b2": "z2"}
LOCAL = ("dz1_dw1", "dz1_db1", "da1_dz1", "dz2_dw2", "dz2_db2", "dz2_da1", "da2_dz2", "dC_da2")
GRADIENTS = ("dC_da2", "dC_dz2", "dC_da1", "dC_dz1", "dC_dw2", "dC_db2", "dC_dw1", "dC_db1")

# Around the names of quantities and of parameters.
CIRCLE = {"boxstyle": "circle,pad=0.35", "facecolor": PALE, "edgecolor": INK, "linewidth": 1.4}
BOX = {"boxstyle": "square,pad=0.35", "facecolor": "white", "edgecolor": INK, "linewidth": 1.2}

# Where the value of a node is, and how it is aligned.
ABOVE, CLOSE, BELOW = (0.0, 0.8, "center"), (0.0, 0.55, "center"), (0.0, -0.8, "center")
LEFT, RIGHT = (-0.5, 0.0, "right"), (0.5, 0.0, "left")


def number(value: float) -> str:
    """Write a number as the code of lesson 1 prints it: four digits, a hyphen, no minus zero."""
    return f"{float(value):z.4f}"


def minus(text: str) -> str:
    """Return a text as a picture shows it, with minus signs instead of hyphens."""
    return text.replace("-", "−")


def words(axes: Axes, at: Point, text: str, *look: Any, **more: Any) -> None:
    """Write a text as `parts.words` does, with true minus signs."""
    parts.words(axes, at, minus(text), *look, **more)


@drawn_once
def rates_in_a_row(values: Mapping[str, float], rates: Sequence[float]) -> Drawing:
    """Show a row of quantities, each a function of the previous one, with the rate of each step.

    `values` maps names such as "a1" to numbers, in order. A rate is the derivative of the second
    quantity of a step with respect to the first. The number of rates must be one less than the
    number of values; otherwise a ValueError is raised.
    """
    names, last = list(values), len(values) - 1
    if len(rates) != last:
        raise ValueError(
            f"{len(names)} quantities have {last} steps between them; {len(rates)} rates were given"
        )
    figure, axes = style.canvas(2.25 * len(names), 2.9, (-0.9, 2.2 * last + 0.9), (-1.75, 1.15))
    places = {name: (2.2 * place, 0.0) for place, name in enumerate(names)}
    written, product = [number(rate) for rate in rates], number(float(np.prod(rates)))
    steps = {f"d{after}_d{before}": n for (before, after), n in zip(pairwise(names), written)}
    for step, rate in steps.items():
        _step(axes, places, step, rate)
    for name, at in places.items():
        _node(axes, at, name, number(values[name]), ABOVE)
    factors, whole = " × ".join(map(bracketed, reversed(written))), f"d{names[-1]}_d{names[0]}"
    ends: Look = {"arrowstyle": "<->", "linestyle": "--"}
    arrow(axes, (-0.1, -0.85), (2.2 * last + 0.1, -0.85), BACKWARD, **ends)
    said = f"{_derivative(whole)} = {factors} = {product}"
    words(axes, (1.1 * last, -1.3), said, BACKWARD, 13)
    return figure, (
        f"A row of nodes, {' to '.join(f'{name} = {number(values[name])}' for name in names)}. "
        f"The rates on the arrows are {_told(steps, '; ')}. Their product is "
        f"{_told({whole: product})}."
    )


def chain(
    values: Mapping[str, float] | None = None,
    local: Mapping[str, float] | None = None,
    backward: Mapping[str, float] | None = None,
) -> None:
    """Show the chain x -> z1 -> a1 -> z2 -> a2 -> C with all numbers known so far.

    Missing numbers are drawn as question marks; unknown names raise a KeyError. `values` ("x", "y",
    "w1", "b1", "w2", "b2", "z1", "a1", "z2", "a2", "C") are shown next to their nodes or in their
    boxes. `local` (names in `LOCAL`) are the derivatives of single steps, shown on the edges.
    `backward` (names in `GRADIENTS`) are the derivatives of C, shown below the node of a quantity
    or above the box of a parameter.
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
def _chain(written: Texts, values: Texts, local: Texts, backward: Texts) -> Drawing:
    """Draw the chain from formatted numbers by name; `written` are those in the boxes."""
    figure, axes = style.canvas(9.6, 5.0, (-0.7, 13.4), (-2.5, 3.6))
    row = {name: (2.4 * place, 0.0) for place, name in enumerate(ROW)}
    boxes = {
        name: (row[unit][0] + (-1.55 if name[0] == "w" else 1.55), 1.95)
        for name, unit in PARAMETERS.items()
    } | {"y": (row["C"][0], 1.95)}
    places = row | boxes
    for before, after in (*pairwise(ROW), *PARAMETERS.items(), ("y", "C")):
        step = f"d{after}_d{before}"
        rate = local.get(step, "?") if step in LOCAL else None
        _step(axes, places, step, rate, 13 if before in boxes else 20)
    for name, at in boxes.items():
        text = f"${_symbol(name)}$ = {written.get(name, '?')}"
        words(axes, at, text, FORWARD, 13, bbox=BOX, zorder=3)
    for name, at in row.items():
        side = {"z1": ABOVE, "z2": ABOVE, "C": RIGHT}.get(name, CLOSE)
        _node(axes, at, name, values.get(name, "?"), side)
    for step in GRADIENTS:
        name = step.removeprefix("dC_d")
        text = f"{_derivative(step)}\n{backward.get(step, '?')}"
        at = places[name][0], 2.95 if name in boxes else -1.05
        words(axes, at, text, BACKWARD, 12, linespacing=1.3)
    for start, end, text, color, line in (
        (-0.4, 4.8, "forward: values", FORWARD, "-"),
        (12.4, 7.2, "backward: derivatives of C", BACKWARD, "--"),
    ):
        arrow(axes, (start, -2.3), (end, -2.3), color, 1.8, linestyle=line)
        words(axes, ((start + end) / 2, -2.05), text, color, 12)
    said = []
    for title, n, order in (
        ("Values at the nodes", values, values),
        ("Local derivatives on the edges", local, LOCAL),
        ("Derivatives of C", backward, GRADIENTS),
    ):
        known = _told({name: n[name] for name in order if name in n})
        said.append(f"{title}: {known or 'still question marks'}.")
    return figure, (
        "The chain x, z1, a1, z2, a2, C in a row; w1 and b1 feed z1, w2 and b2 feed z2, y feeds C. "
        + " ".join(said)
    )


@drawn_once
def two_paths(values: Mapping[str, float], rates: Mapping[str, float]) -> Drawing:
    """Show a unit that affects the loss along two paths, with the rate of each step.

    The names of the values are "a", "p0", "p1" and "C"; those of the rates are "dp0_da", "dC_dp0",
    "dp1_da" and "dC_dp1".
    """
    figure, axes = style.canvas(8.6, 4.0, (-1.4, 7.4), (-3.0, 2.2))
    places = {"a": (0.0, 0.0), "p0": (3.0, 1.2), "p1": (3.0, -1.2), "C": (6.0, 0.0)}
    n, through, products = _numbers({**values, **rates}), [], []
    for path, lift in (("p0", 0.42), ("p1", -0.42)):
        first, second = f"dC_d{path}", f"d{path}_da"
        for step, start, end, align in (
            (second, places["a"], places[path], "right"), (first, places[path], places["C"], "left")
        ):  # fmt: skip
            _step(axes, places, step)
            across, up = share(start, end, 0.5)
            text = f"{_derivative(step)} = {n[step]}"
            words(axes, (across, up + lift), text, size=12, ha=align)
        through.append(rates[second] * rates[first])
        products.append(f"{bracketed(n[first])} × {bracketed(n[second])}")
    total, (one, other) = number(sum(through)), map(number, through)
    sums = f"{' + '.join(products)} = {one} + {bracketed(other)} = {total}"
    words(axes, (3.0, -2.6), f"{_derivative('dC_da')} = {sums}", BACKWARD, 13)
    for name, side in (("a", LEFT), ("p0", ABOVE), ("p1", BELOW), ("C", RIGHT)):
        _node(axes, places[name], name, n[name], side)
    return figure, (
        f"The unit a = {n['a']} feeds two units, p[0] = {n['p0']} and p[1] = {n['p1']}, and both "
        f"feed the loss C = {n['C']}. The path through p[0] gives {n['dp0_da']} times "
        f"{n['dC_dp0']} = {one}, the path through p[1] gives {n['dp1_da']} times "
        f"{n['dC_dp1']} = {other}; the sum "
        f"is {total}."
    )


def _node(axes: Axes, at: Point, name: str, value: str, side: tuple[float, float, str]) -> None:
    """Draw a quantity with its value next to it."""
    words(axes, at, f"${_symbol(name)}$", size=15, bbox=CIRCLE, zorder=3)
    across, up, align = side
    words(axes, (at[0] + across, at[1] + up), value, FORWARD, 12, ha=align, zorder=4)


def _step(
    axes: Axes, places: Mapping[str, Point], step: str, rate: str | None = None, gap: float = 20
) -> None:
    """Draw the arrow of a step such as "da1_dz1", labelled with its derivative and the number.

    For a horizontal arrow, the labels are above and below it. Without a number there is no label.
    """
    after, before = step.removeprefix("d").split("_d")
    start, end = places[before], places[after]
    arrow(axes, start, end, width=1.3, shrinkA=gap, shrinkB=20)
    if rate is None:
        return
    (across, up), name = share(start, end, 0.5), _derivative(step)
    if start[1] == end[1]:
        words(axes, (across, up + 0.32), name, size=12)
        words(axes, (across, up - 0.28), rate, size=12)
    else:
        away, align = (-0.46, "right") if start[0] < end[0] else (0.46, "left")
        words(axes, (across + away, up + 0.28), f"{name}\n{rate}", size=12, ha=align)


def _symbol(name: str) -> str:
    """Return a name as in the text of the lesson: p[0] for a unit, z_1 for a layer."""
    if name[0] == "p":
        return f"p[{name[1:]}]"
    return f"{name[0]}_{name[1:]}" if name[1:] else name


def _derivative(step: str) -> str:
    return f"${'/'.join(f'd{_symbol(part[1:])}' for part in step.split('_'))}$"


def _told(numbers: Texts, between: str = ", ") -> str:
    return between.join(f"{name.replace('_', '/')} = {n}" for name, n in numbers.items())


def _numbers(values: Mapping[str, float]) -> dict[str, str]:
    return {name: number(value) for name, value in values.items()}


# ------------------------------------------------------------------------------- curves


def loss_curve(loss: Callable[[float], float], w: float, slope: float) -> None:
    """Show the loss as a curve over one weight, with the tangent at the current weight w.

    `loss` takes and returns a float; `slope` is the slope of the loss at w.
    """
    weights, here = np.linspace(w - 4, w + 4, 161), float(loss(w))
    near = np.array([w - 1.6, w, w + 1.6])
    curve = np.array([weights, [float(loss(float(weight))) for weight in weights]])
    tangent = np.array([near, here + slope * (near - w)])
    at_point, at_tangent = f"w = {w:g}, C = {here:.4f}", f"tangent, slope {minus(number(slope))}"

    def draw() -> Figure:
        figure, axes = style.plot(7, 3.6, xlabel="weight w", ylabel="loss C")
        _with_grid(axes)
        axes.plot(*curve, color=FORWARD, label="loss $C$ for each w")
        axes.plot(*tangent, "--", color=BACKWARD, label=at_tangent)
        mark(axes, tuple(tangent[:, 1]), at_point, (10, 12), {"markersize": 8})
        axes.legend()
        return figure

    way = "falls" if slope < 0 else "rises"
    show_alike(
        draw,
        f"The loss C drawn over the weight w, from {w - 4:g} to {w + 4:g}. At w = {w:g} the loss "
        f"is {here:.4f}; its tangent there has the slope {number(slope)}, so the loss {way} when "
        "the weight grows a little.",
    )


@drawn_once
def saturation(target: float, points: Mapping[str, float]) -> Drawing:
    """Show the loss of one sigmoid unit over its pre-activation, and the derivative of the loss.

    `points` are named pre-activations between -9 and 9 that are marked.
    """

    def loss(z: ArrayLike) -> np.ndarray:
        return (sigmoid(z) - target) ** 2 / 2

    figure, (left, right) = style.panels(9, 3.9, 1, 2)
    z = np.linspace(-9, 9, 361)
    left.plot(z, loss(z), color=FORWARD)
    right.plot(z, derivative(loss, z), "--", color=BACKWARD)
    seen = []
    for (name, point), marker in zip(points.items(), "osD^"):
        C, slope = float(loss(point)), float(derivative(loss, point))
        dot: Look = {"marker": marker, "markersize": 8}
        text = minus(f"{name}\n{number(C)}")
        mark(left, (point, C), text, (-12, -40) if C > 0.4 else (12, 6), dot)
        offset, leader = (-10, 10), None
        if abs(slope) > 0.03:
            offset, leader = (75, 10), {"arrowstyle": "-", "color": GREY}
        text = minus(f"{name}\n{number(slope)}")
        mark(right, (point, slope), text, offset, dot, arrowprops=leader)
        seen.append(f"{name}, z = {number(point)}: C = {number(C)}, dC/dz = {number(slope)}")
    left.set(ylabel="loss C", ylim=(-0.03, 0.58))
    low, high = right.get_ylim()
    right.set(ylabel="dC/dz", ylim=(low, high + 0.2 * (high - low)))
    for axes in (left, right):
        axes.set(xlabel="pre-activation z", xticks=(-8, -4, 0, 4, 8))
    _with_grid(left, right)
    return figure, (
        f"Left, the loss of one unit with target {target:g} over its pre-activation z; right, the "
        f"derivative of that loss. {'; '.join(seen)}."
    )


def _with_grid(*several: Axes) -> None:
    for axes in several:
        axes.tick_params(labelsize=11)
        axes.grid()


# ------------------------------------------------------------------- a product of arrays

# The name of an array, its numbers, the meaning of a row, and the meaning of a column.
Table: TypeAlias = tuple[str, np.ndarray, str, str]

# The width of an entry and the gap between two arrays, relative to the height of an entry.
CELL, GAP = 1.25, 1.9

# The axes of the left and the right array along which lines are selected.
ALONG = {"rows": (0, 0), "columns": (1, 1), "row and column": (0, 1)}


def _entry(value: float) -> str:
    return minus(f"{value:zg}")


@drawn_once
def one_entry(
    left: Table, right: Table, result: Table, entry: tuple[int, int], along: str
) -> Drawing:
    """Show which numbers of two arrays are combined in one entry of a third.

    Each array is given as (name, two-dimensional array, meaning of a row, meaning of a column), for
    example ("D", D, "unit", "example"). With `along` "rows", entry [r, c] combines row r of left
    with row c of right; with "columns", their columns r and c; with "row and column", row r of left
    and column c of right. Another value, or lines of different lengths, raise a ValueError.
    """
    if along not in ALONG:
        raise ValueError(f"along is 'rows', 'columns' or 'row and column', not {along!r}")
    axis, tables = ALONG[along], (left, right, result)
    arrays = [np.asarray(array, dtype=float) for _, array, *_ in tables]
    first, second = (np.take(array, at, line) for array, at, line in zip(arrays, entry, axis))
    if len(first) != len(second):
        sizes = f"{len(first)} and {len(second)}"
        raise ValueError(f"the lines of {left[0]} and {right[0]} have {sizes} numbers")
    marks = [
        {at for at in np.ndindex(array.shape) if at[line] == here}
        for array, line, here in zip(arrays, axis, entry)
    ]
    height = max(len(array) for array in arrays)
    wide = sum(array.shape[1] * CELL for array in arrays) + 2 * GAP
    figure, axes = style.canvas(9, 3.3, (-1.2, wide + 0.1), (-height - 1.25, 1.5))
    across, look = 0.0, Look(widths=(0.8, 2.4), size=12)
    for (name, _, row, column), array, marked in zip(tables, arrays, [*marks, {entry}]):
        rows, columns = array.shape
        words(axes, (across + columns * CELL / 2, 1.15), f"{name}  {array.shape}", size=13)
        for j in range(columns):
            words(axes, (across + (j + 0.5) * CELL, 0.35), f"{column}\n{j}")
        for i in range(rows):
            words(axes, (across - 0.12, -i - 0.5), f"{row} {i}", ha="right")
        table(axes, (across, 0), array, (CELL, 1), _entry, marked=marked, **look)
        across += columns * CELL + GAP
    factors = [[bracketed(f"{value:zg}") for value in line] for line in (first, second)]
    terms = " + ".join(map(" · ".join, zip(*factors)))
    whole = f"{result[0]}[{entry[0]}, {entry[1]}] = {terms} = {first @ second:zg}"
    words(axes, (wide / 2, -height - 0.8), whole, BACKWARD, 13)
    kinds = [("row", "column")[one] for one in axis]
    return figure, (
        f"Three arrays side by side, {left[0]} {arrays[0].shape}, {right[0]} {arrays[1].shape} and "
        f"{result[0]} {arrays[2].shape}. Marked are {kinds[0]} {entry[0]} of {left[0]}, {kinds[1]} "
        f"{entry[1]} of {right[0]} and the entry they make: {whole}."
    )
