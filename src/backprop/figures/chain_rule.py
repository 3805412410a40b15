"""The pictures of lesson 1: a chain of numbers, and how fast its end answers to its parts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from ..differentiate import derivative
from ..network import sigmoid
from . import style
from .cache import UNSEEN, drawn_once
from .style import BACKWARD, FORWARD, GREY, INK, MARKED, PALE, Point

# An array to be drawn: its name, its numbers, what a row is, what a column is.
Table: TypeAlias = tuple[str, np.ndarray, str, str]

# In a drawing of arrays: the width of an entry and the space between two arrays, where
# an entry is 1 high.
CELL, GAP = 1.25, 1.9

ROW = ("x", "z1", "a1", "z2", "a2", "C")
PARAMETERS = {"w1": "z1", "b1": "z1", "w2": "z2", "b2": "z2"}
LOCAL = ("dz1_dw1", "dz1_db1", "da1_dz1", "dz2_dw2", "dz2_db2", "dz2_da1", "da2_dz2", "dC_da2")
GRADIENTS = ("dC_da2", "dC_dz2", "dC_da1", "dC_dz1", "dC_dw2", "dC_db2", "dC_dw1", "dC_db1")


def loss_curve(loss: Callable[[float], float], w: float, slope: float, name: str = "w") -> None:
    """Show the loss as a curve over one weight, with the tangent at its present value.

    Parameters
    ----------
    loss
        Takes the weight, a float, and returns the loss, a float.
    w
        The present weight.
    slope
        The slope of the loss there, a float.
    name
        What the weight is called.
    """
    weights = np.linspace(w - 4, w + 4, 161)
    losses = np.array([float(loss(float(weight))) for weight in weights])
    here = float(loss(w))
    near = np.array([w - 1.6, w + 1.6])
    way = "falls" if slope < 0 else "rises"
    _loss_curve(
        across=np.concatenate([weights, near, [w]]),
        up=np.concatenate([losses, here + slope * (near - w), [here]]),
        name=name,
        point_label=f"{name} = {w:g}, C = {here:.4f}",
        tangent_label=f"tangent, slope {_number(slope)}",
        description=f"The loss C drawn over the weight {name}, from {w - 4:g} to {w + 4:g}. At "
        f"{name} = {w:g} the loss is {here:.4f}; its tangent there has the slope {_number(slope)}, "
        f"so the loss {way} when the weight grows a little.",
    )


@drawn_once(tolerance=UNSEEN)
def _loss_curve(
    across: np.ndarray,
    up: np.ndarray,
    name: str,
    point_label: str,
    tangent_label: str,
    description: str,
) -> tuple[Figure, str]:
    """Draw a curve, a tangent through two points, and one point, in this order in the arrays."""
    figure, axes = _plot(7, 3.6)
    curve, tangent, point = slice(-3), slice(-3, -1), slice(-1, None)
    curve_label = f"loss $C$ for each {name}"
    axes.plot(across[curve], up[curve], color=FORWARD, linewidth=2, label=curve_label)
    axes.plot(
        across[tangent],
        up[tangent],
        color=BACKWARD,
        linewidth=2,
        linestyle="--",
        label=tangent_label,
    )
    axes.plot(across[point], up[point], "o", color=INK, markersize=8)
    axes.annotate(
        point_label, (across[-1], up[-1]), (10, 12), textcoords="offset points", fontsize=11
    )
    axes.set_xlabel(f"weight {name}", fontsize=11)
    axes.set_ylabel("loss C", fontsize=11)
    axes.legend(fontsize=11, frameon=False)
    return figure, description


@drawn_once
def sigmoid_and_slope(points: Sequence[float]) -> tuple[Figure, str]:
    """Show the sigmoid with its tangents at some points, and its slope below.

    Parameters
    ----------
    points
        Pre-activations z, floats between -7 and 7, each of which gets a tangent.
    """
    figure = style.figure(7.5, 5.4)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    z = np.linspace(-7, 7, 281)
    above.plot(z, sigmoid(z), color=FORWARD, linewidth=2)
    below.plot(z, derivative(sigmoid, z), color=BACKWARD, linewidth=2, linestyle="--")
    seen = []
    for point in points:
        a, slope = float(sigmoid(point)), float(derivative(sigmoid, point))
        near = np.array([point - 1.3, point + 1.3])
        above.plot(near, a + slope * (near - point), color=INK, linewidth=1.6)
        above.plot([point], [a], "o", color=INK)
        below.plot([point], [slope], "o", color=INK)
        above.annotate(
            f"z = {point:g}\na = {a:.4f}",
            (point, a),
            (12, -30) if a > 0.3 else (-50, 14),
            textcoords="offset points",
            fontsize=11,
        )
        below.annotate(
            f"slope {slope:.4f}",
            (point, slope),
            (-72, 10) if point < -2 else (9, 4),
            textcoords="offset points",
            fontsize=11,
        )
        seen.append(f"at z = {point:g} the activation is {a:.4f} and the slope {slope:.4f}")
    above.set_ylabel("activation a", fontsize=11)
    above.set_ylim(-0.1, 1.1)
    below.set_ylabel("slope da/dz", fontsize=11)
    below.set_ylim(-0.02, 0.32)
    below.set_xlabel("pre-activation z", fontsize=11)
    for axes in (above, below):
        _with_grid(axes)
    return figure, (
        "Above, the sigmoid: an S-shaped curve that rises from 0 to 1. Below, its slope: a bump, "
        f"highest at z = 0, flat on both sides. In numbers, {'; '.join(seen)}."
    )


@drawn_once
def rates_in_a_row(values: Mapping[str, float], rates: Sequence[float]) -> tuple[Figure, str]:
    """Show numbers that depend on one another in a row, with the rate of each step.

    Parameters
    ----------
    values
        The value of each quantity by its name, in order; names like "a1".
    rates
        For each step from one quantity to the next, how fast the second moves with the first, a
        float; one fewer than there are values.

    Raises
    ------
    ValueError
        If the numbers of rates and values do not fit.
    """
    names = list(values)
    if len(rates) != len(names) - 1:
        raise ValueError(
            f"{len(names)} quantities have {len(names) - 1} steps between them; "
            f"{len(rates)} rates were given"
        )
    across = (-0.9, 2.2 * len(names) - 1.3)
    figure, axes = style.canvas(2.25 * len(names), 2.9, across, (-1.75, 1.15))
    places = {name: (2.2 * place, 0.0) for place, name in enumerate(names)}
    for (before, after), rate in zip(pairwise(names), rates):
        _edge(axes, places[before], places[after])
        _label(axes, places[before], places[after], f"{after}/{before}", _number(rate))
    for name, place in places.items():
        _node(axes, place, name)
        _value(axes, place, _number(values[name]))
    product = float(np.prod(rates))
    factors = " × ".join(_signed(rate) for rate in reversed(rates))
    axes.annotate(
        "",
        (-0.1, -0.85),
        (2.2 * (len(names) - 1) + 0.1, -0.85),
        size=10,
        arrowprops={"arrowstyle": "<->", "color": BACKWARD, "linewidth": 1.5},
    )
    whole = f"{_derivative(names[-1], names[0])} = {factors} = {_number(product)}"
    axes.text(
        1.1 * (len(names) - 1), -1.3, whole, ha="center", va="center", fontsize=13, color=BACKWARD
    )
    steps = "; ".join(
        f"d{after}/d{before} = {_number(rate)}"
        for (before, after), rate in zip(pairwise(names), rates)
    )
    return figure, (
        f"A row of nodes, {' to '.join(f'{name} = {_number(values[name])}' for name in names)}. "
        f"On the arrows stand the rates {steps}. Their product is "
        f"d{names[-1]}/d{names[0]} = {_number(product)}."
    )


def chain(
    values: Mapping[str, float] | None = None,
    local: Mapping[str, float] | None = None,
    backward: Mapping[str, float] | None = None,
) -> None:
    """Show the chain x -> z1 -> a1 -> z2 -> a2 -> C with all numbers known so far.

    A number that is not given is drawn as a question mark.

    Parameters
    ----------
    values
        By name ("x", "y", "w1", "b1", "w2", "b2", "z1", "a1", "z2", "a2", "C") the value of each
        quantity; it stands beside its node, or in its box.
    local
        By name (those in `LOCAL`) the derivative of one step; it stands on its edge.
    backward
        By name (those in `GRADIENTS`) how fast C moves with a quantity; it stands below its node,
        and for a parameter above its box.

    Raises
    ------
    KeyError
        For a name that is not in the drawing.
    """
    values, local, backward = (dict(given or {}) for given in (values, local, backward))
    _refuse_unknown(values, (*ROW, *PARAMETERS, "y"))
    _refuse_unknown(local, LOCAL)
    _refuse_unknown(backward, GRADIENTS)
    boxes = {name: f"{float(values[name]):g}" for name in (*PARAMETERS, "y") if name in values}
    _chain(boxes, *map(_numbers, (values, local, backward)))


@drawn_once
def _chain(
    written: Mapping[str, str],
    values: Mapping[str, str],
    local: Mapping[str, str],
    backward: Mapping[str, str],
) -> tuple[Figure, str]:
    """Draw the chain; all arguments are the texts of numbers by name, `written` for the boxes."""
    figure, axes = style.canvas(9.6, 5.0, (-0.7, 13.4), (-2.5, 3.6))
    row = {name: (2.4 * place, 0.0) for place, name in enumerate(ROW)}
    boxes = {
        name: (row[unit][0] + (-1.55 if name[0] == "w" else 1.55), 1.95)
        for name, unit in PARAMETERS.items()
    }
    for before, after in pairwise(ROW):
        _edge(axes, row[before], row[after])
        step = f"d{after}_d{before}"
        if step in LOCAL:
            _label(axes, row[before], row[after], f"{after}/{before}", local.get(step, "?"))
    for name, unit in PARAMETERS.items():
        _edge(axes, boxes[name], row[unit], shrink=(13, 20))
        rate = local.get(f"d{unit}_d{name}", "?")
        _side_label(axes, boxes[name], row[unit], f"{unit}/{name}", rate)
        _box(axes, boxes[name], name, written.get(name, "?"))
        _gradient(axes, (boxes[name][0], 2.95), name, backward.get(f"dC_d{name}", "?"))
    _edge(axes, (row["C"][0], 1.95), row["C"], shrink=(13, 20))
    _box(axes, (row["C"][0], 1.95), "y", written.get("y", "?"))
    for name, place in row.items():
        _node(axes, place, name)
        side = {"z1": "above", "z2": "above", "C": "right"}.get(name, "close")
        _value(axes, place, values.get(name, "?"), side)
        if f"dC_d{name}" in GRADIENTS:
            _gradient(axes, (place[0], -1.05), name, backward.get(f"dC_d{name}", "?"))
    _direction(axes, (-0.4, -2.3), (4.8, -2.3), "forward: values", FORWARD)
    _direction(axes, (12.4, -2.3), (7.2, -2.3), "backward: derivatives of C", BACKWARD)
    return figure, _chain_in_words(values, local, backward)


def _chain_in_words(
    values: Mapping[str, str], local: Mapping[str, str], backward: Mapping[str, str]
) -> str:
    words = [
        "The chain x, z1, a1, z2, a2, C in a row; w1 and b1 feed z1, w2 and b2 feed z2, y feeds C."
    ]
    for title, numbers, known in (
        ("Values at the nodes", values, values),
        ("Local derivatives on the edges", local, [name for name in LOCAL if name in local]),
        ("Derivatives of C", backward, [name for name in GRADIENTS if name in backward]),
    ):
        listed = ", ".join(f"{name.replace('_', '/')} = {numbers[name]}" for name in known)
        words.append(f"{title}: {listed or 'still question marks'}.")
    return " ".join(words)


@drawn_once
def saturation(target: float, points: Mapping[str, float]) -> tuple[Figure, str]:
    """Show the loss of one sigmoid unit over its pre-activation, and how fast it moves.

    Parameters
    ----------
    target
        What the activation should be, a float.
    points
        By name, pre-activations z between -9 and 9 to be marked.
    """

    def loss(z: ArrayLike) -> np.ndarray:
        return (sigmoid(z) - target) ** 2 / 2

    figure = style.figure(9, 3.9)
    left, right = figure.subplots(1, 2)
    z = np.linspace(-9, 9, 361)
    left.plot(z, loss(z), color=FORWARD, linewidth=2)
    right.plot(z, derivative(loss, z), color=BACKWARD, linewidth=2, linestyle="--")
    seen = []
    for (name, point), marker in zip(points.items(), "osD^"):
        C, slope = float(loss(point)), float(derivative(loss, point))
        for axes, height, offset in (
            (left, C, (-12, -40) if C > 0.4 else (12, 6)),
            (right, slope, (75, 10) if abs(slope) > 0.03 else (-10, 10)),
        ):
            axes.plot([point], [height], marker, color=INK, markersize=8)
            axes.annotate(
                f"{name}\n{_number(height)}",
                (point, height),
                offset,
                textcoords="offset points",
                fontsize=11,
                arrowprops={"arrowstyle": "-", "color": GREY} if offset[0] > 50 else None,
            )
        seen.append(f"{name}, z = {_number(point)}: C = {_number(C)}, dC/dz = {_number(slope)}")
    left.set_ylabel("loss C", fontsize=11)
    left.set_ylim(-0.03, 0.58)
    right.set_ylabel("dC/dz", fontsize=11)
    low, high = right.get_ylim()
    right.set_ylim(low, high + 0.2 * (high - low))
    for axes in (left, right):
        axes.set_xlabel("pre-activation z", fontsize=11)
        axes.set_xticks((-8, -4, 0, 4, 8))
        _with_grid(axes)
    return figure, (
        f"Left, the loss of one unit with target {target:g} over its pre-activation z; right, the "
        f"derivative of that loss. {'; '.join(seen)}."
    )


@drawn_once
def two_paths(values: Mapping[str, float], rates: Mapping[str, float]) -> tuple[Figure, str]:
    """Show a unit that reaches the loss by two paths, with the rate of each step.

    Parameters
    ----------
    values
        The values of "a", "p1", "p2" and "C", floats.
    rates
        The rates "dp1_da", "dC_dp1", "dp2_da" and "dC_dp2", floats.
    """
    figure, axes = style.canvas(8.6, 4.0, (-1.4, 7.4), (-3.0, 2.2))
    places = {"a": (0.0, 0.0), "p1": (3.0, 1.2), "p2": (3.0, -1.2), "C": (6.0, 0.0)}
    for before, after, above in (("a", "p1", 1), ("p1", "C", 1), ("a", "p2", -1), ("p2", "C", -1)):
        start, end = places[before], places[after]
        _edge(axes, start, end)
        rate = rates[f"d{after}_d{before}"]
        axes.text(
            (start[0] + end[0]) / 2,
            (start[1] + end[1]) / 2 + 0.42 * above,
            f"{_derivative(after, before)} = {_number(rate)}",
            ha="right" if before == "a" else "left",
            va="center",
            fontsize=12,
            color=INK,
        )
    through = [rates[f"dp{path}_da"] * rates[f"dC_dp{path}"] for path in (1, 2)]
    products = " + ".join(
        f"{_signed(rates[f'dC_dp{path}'])} × {_signed(rates[f'dp{path}_da'])}" for path in (1, 2)
    )
    axes.text(
        3.0,
        -2.6,
        f"{_derivative('C', 'a')} = {products} = {_number(through[0])} + {_signed(through[1])} "
        f"= {_number(sum(through))}",
        ha="center",
        va="center",
        fontsize=13,
        color=BACKWARD,
    )
    for name, place in places.items():
        _node(axes, place, name)
        side = {"a": "left", "p1": "above", "p2": "below", "C": "right"}[name]
        _value(axes, place, _number(values[name]), side)
    return figure, (
        f"The unit a = {_number(values['a'])} feeds two units, p1 = {_number(values['p1'])} and "
        f"p2 = {_number(values['p2'])}, and both feed the loss C = {_number(values['C'])}. The "
        f"path through p1 carries {_number(rates['dp1_da'])} times {_number(rates['dC_dp1'])} = "
        f"{_number(through[0])}, the path through p2 carries {_number(rates['dp2_da'])} times "
        f"{_number(rates['dC_dp2'])} = {_number(through[1])}; the sum is {_number(sum(through))}."
    )


@drawn_once
def one_entry(
    left: Table, right: Table, result: Table, entry: tuple[int, int], along: str
) -> tuple[Figure, str]:
    """Show which numbers of two arrays meet in one entry of a third.

    Parameters
    ----------
    left, right, result
        Each a tuple (name, array of two axes, what a row is, what a column is), for example ("D",
        D, "unit", "example").
    entry
        Row and column of the entry of the result, (i, j).
    along
        "rows": row i of left meets row j of right; "columns": column i of left meets column j of
        right; "row and column": row i of left meets column j of right.

    Raises
    ------
    ValueError
        For another word, or if the two lines differ in length.
    """
    axis = {"rows": (0, 0), "columns": (1, 1), "row and column": (0, 1)}.get(along)
    if axis is None:
        raise ValueError(f"along is 'rows', 'columns' or 'row and column', not {along!r}")
    arrays = [np.asarray(array, dtype=float) for _, array, *_ in (left, right, result)]
    lines = [np.take(array, at, axis) for array, at, axis in zip(arrays, entry, axis)]
    if len(lines[0]) != len(lines[1]):
        raise ValueError(
            f"the lines of {left[0]} and {right[0]} have {len(lines[0])} and {len(lines[1])} "
            "numbers"
        )
    widths = [array.shape[1] for array in arrays]
    height = max(len(array) for array in arrays)
    figure, axes = style.canvas(
        9, 3.3, (-1.2, sum(widths) * CELL + 2 * GAP + 0.1), (-height - 1.25, 1.5)
    )
    across = 0.0
    shades = (
        lambda i, j: (i, j)[axis[0]] == entry[0],
        lambda i, j: (i, j)[axis[1]] == entry[1],
        lambda i, j: (i, j) == entry,
    )
    for (name, _, row, column), array, shaded in zip((left, right, result), arrays, shades):
        _grid(axes, across, name, array, row, column, shaded)
        across += array.shape[1] * CELL + GAP
    terms = " + ".join(f"{_short(one, True)} · {_short(two, True)}" for one, two in zip(*lines))
    total = float(lines[0] @ lines[1])
    whole = f"{result[0]}[{entry[0]}, {entry[1]}] = {terms} = {_short(total)}"
    axes.text(
        (across - GAP) / 2,
        -height - 0.8,
        whole,
        ha="center",
        va="center",
        fontsize=13,
        color=BACKWARD,
    )
    kinds = [("row", "column")[one] for one in axis]
    return figure, (
        f"Three arrays side by side, {left[0]} {arrays[0].shape}, {right[0]} {arrays[1].shape} and "
        f"{result[0]} {arrays[2].shape}. Marked are {kinds[0]} {entry[0]} of {left[0]}, {kinds[1]} "
        f"{entry[1]} of {right[0]} and the entry they make: {whole}."
    )


def _grid(
    axes: Axes,
    across: float,
    name: str,
    array: np.ndarray,
    row: str,
    column: str,
    shaded: Callable[[int, int], bool],
) -> None:
    rows, columns = array.shape
    axes.text(
        across + columns * CELL / 2,
        1.15,
        f"{name}  {array.shape}",
        ha="center",
        va="center",
        fontsize=13,
        color=INK,
    )
    for j in range(columns):
        axes.text(
            across + (j + 0.5) * CELL,
            0.35,
            f"{column}\n{j}",
            ha="center",
            va="center",
            fontsize=11,
            color=INK,
        )
    for i in range(rows):
        axes.text(
            across - 0.12, -i - 0.5, f"{row} {i}", ha="right", va="center", fontsize=11, color=INK
        )
        for j in range(columns):
            _cell(axes, across, (i, j), _short(array[i, j]), shaded(i, j))


def _cell(axes: Axes, across: float, entry: tuple[int, int], text: str, marked: bool) -> None:
    """Draw one entry of an array that begins at `across`."""
    i, j = entry
    axes.add_patch(
        Rectangle(
            (across + j * CELL, -i - 1),
            CELL,
            1,
            facecolor=MARKED if marked else "white",
            edgecolor=INK,
            linewidth=2.4 if marked else 0.8,
            zorder=3 if marked else 2,
        )
    )
    axes.text(
        across + (j + 0.5) * CELL,
        -i - 0.5,
        text,
        ha="center",
        va="center",
        fontsize=12,
        color=INK,
        weight="bold" if marked else "normal",
        zorder=4,
    )


def _plot(width: float, height: float) -> tuple[Figure, Axes]:
    figure = style.figure(width, height)
    axes = figure.subplots()
    _with_grid(axes)
    return figure, axes


def _with_grid(axes: Axes) -> None:
    axes.tick_params(labelsize=11)
    axes.grid()


def _node(axes: Axes, place: Point, name: str) -> None:
    axes.text(
        *place,
        _symbol(name),
        ha="center",
        va="center",
        fontsize=15,
        color=INK,
        bbox={"boxstyle": "circle,pad=0.35", "facecolor": PALE, "edgecolor": INK, "linewidth": 1.4},
        zorder=3,
    )


def _box(axes: Axes, place: Point, name: str, number: str) -> None:
    axes.text(
        *place,
        f"{_symbol(name)} = {number}",
        ha="center",
        va="center",
        fontsize=13,
        color=FORWARD,
        bbox={
            "boxstyle": "square,pad=0.35",
            "facecolor": "white",
            "edgecolor": INK,
            "linewidth": 1.2,
        },
        zorder=3,
    )


def _value(axes: Axes, place: Point, number: str, side: str = "above") -> None:
    across, up, align = {
        "above": (0.0, 0.8, "center"),
        "close": (0.0, 0.55, "center"),
        "left": (-0.5, 0.0, "right"),
        "right": (0.5, 0.0, "left"),
        "below": (0.0, -0.8, "center"),
    }[side]
    axes.text(
        place[0] + across,
        place[1] + up,
        number,
        ha=align,
        va="center",
        fontsize=12,
        color=FORWARD,
        zorder=4,
    )


def _gradient(axes: Axes, place: Point, name: str, number: str) -> None:
    axes.text(
        *place,
        f"{_derivative('C', name)}\n{number}",
        ha="center",
        va="center",
        fontsize=12,
        color=BACKWARD,
        linespacing=1.3,
    )


def _edge(axes: Axes, start: Point, end: Point, shrink: tuple[float, float] = (20, 20)) -> None:
    axes.annotate(
        "",
        end,
        start,
        size=10,
        arrowprops={
            "arrowstyle": "-|>",
            "color": INK,
            "linewidth": 1.3,
            "shrinkA": shrink[0],
            "shrinkB": shrink[1],
        },
        zorder=1,
    )


def _label(axes: Axes, start: Point, end: Point, quotient: str, number: str) -> None:
    """Write the derivative of a step over its edge, and its number under it."""
    after, before = quotient.split("/")
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    axes.text(
        middle[0],
        middle[1] + 0.32,
        _derivative(after, before),
        ha="center",
        va="center",
        fontsize=12,
        color=INK,
    )
    axes.text(
        middle[0],
        middle[1] - 0.28,
        number,
        ha="center",
        va="center",
        fontsize=12,
        color=INK,
    )


def _side_label(axes: Axes, start: Point, end: Point, quotient: str, number: str) -> None:
    """Write the derivative of a step beside a slanting edge."""
    after, before = quotient.split("/")
    left = start[0] < end[0]
    axes.text(
        (start[0] + end[0]) / 2 + (-0.46 if left else 0.46),
        (start[1] + end[1]) / 2 + 0.28,
        f"{_derivative(after, before)}\n{number}",
        ha="right" if left else "left",
        va="center",
        fontsize=12,
        color=INK,
    )


def _direction(axes: Axes, start: Point, end: Point, words: str, color: str) -> None:
    style.arrow(axes, start, end, color, 1.8)
    axes.text(
        (start[0] + end[0]) / 2,
        start[1] + 0.25,
        words,
        ha="center",
        va="center",
        fontsize=12,
        color=color,
    )


def _symbol(name: str) -> str:
    return f"${name[0]}_{name[1:]}$" if name[1:] else f"${name}$"


def _derivative(after: str, before: str) -> str:
    return f"$d{_symbol(after)[1:-1]}/d{_symbol(before)[1:-1]}$"


def _number(value: float) -> str:
    text = f"{float(value):.4f}"
    return "0.0000" if text == "-0.0000" else text


def _numbers(values: Mapping[str, float]) -> dict[str, str]:
    return {name: _number(value) for name, value in values.items()}


def _signed(value: float) -> str:
    text = _number(value)
    return f"({text})" if text.startswith("-") else text


def _short(value: float, in_product: bool = False) -> str:
    text = f"{float(value) + 0.0:g}"
    return f"({text})" if in_product and text.startswith("-") else text


def _refuse_unknown(given: Iterable[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            raise KeyError(f"{name!r} is not in the drawing; its names are: {', '.join(known)}")
