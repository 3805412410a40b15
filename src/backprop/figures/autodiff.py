"""The figures of lesson 8: the graph of a computation, drawn from the student's own objects.

The attributes `data`, `grad`, `parents`, `operation` and, if present, `name` of each object are
used. Values are blue, gradients orange. If the graph cannot be read, a card says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..notebook import show as show_card
from ..report import Note
from . import style
from .cache import Drawing, drawn_once
from .parts import words
from .style import BACKWARD, FORWARD, GREY, INK, PALE
from .wording import counted, short

MOST_NODES = 40  # larger graphs would be unreadable
MOST_CHARACTERS = 12  # longer names are truncated
SIGNS = {"add": "+", "multiply": "×", "matmul": "@", "sum": "Σ", "sigmoid": "σ"}
ACROSS, UP = 1.75, 1.75  # between two columns, and between two boxes of a column
WIDE = 10.0  # inches; a wider graph is shown smaller, so its letters are larger
ARC = 0.95  # how high an arrow rises over the boxes that it passes

# For each node: name, operation, indices of its parents, value, gradient, and number in the order.
# All except the indices are texts, "" if missing.
Row = tuple[str, str, tuple[int, ...], str, str, str]


class Unreadable(ValueError):
    """The given objects are not a graph that can be drawn; the message explains why."""


def draw_graph(last: Any, order: Sequence[Any] = ()) -> None:
    """Show the graph that ends in a value, with all values and gradients known so far.

    Parameters
    ----------
    last
        An object with `data`, `parents` and `operation`, whose parents have them as well. The
        attributes `grad` and `name` are shown if they exist.
    order
        The nodes in the order in which they are numbered; () for no numbers.
    """
    try:
        rows = _read(last, order)
    except Unreadable as error:
        show_card(Note(f"The graph cannot be drawn: {error}"))
    except Exception as error:  # the object can be of any class
        show_card(Note(f"The graph cannot be drawn: reading it raised {type(error).__name__}."))
    else:
        _graph(rows)


def _read(last: Any, order: Sequence[Any]) -> tuple[Row, ...]:
    """Return the rows of a graph, parents before children."""
    depths = _depths(last)
    nodes = sorted((node for node, _ in depths.values()), key=lambda node: depths[id(node)][1])
    places = {id(node): place for place, node in enumerate(nodes)}
    numbers: dict[int, list[str]] = {}
    for count, node in enumerate(order or ()):
        numbers.setdefault(id(node), []).append(str(count))
    rows = []
    for node in nodes:
        parents = tuple(places[id(parent)] for parent in node.parents)
        name = _plain(getattr(node, "name", ""))
        operation = _plain(getattr(node, "operation", ""))
        number = ", ".join(numbers.get(id(node), [])[:3])
        grad = _number(getattr(node, "grad", None))
        rows.append((name, operation, parents, _number(node.data), grad, number))
    return tuple(rows)


def _plain(text: Any) -> str:
    return text[:MOST_CHARACTERS] if type(text) is str else ""


def _depths(last: Any) -> dict[int, tuple[Any, int]]:
    """Return the value, all nodes that it depends on, and their depths, by id."""
    met, waiting = {id(last): last}, [last]
    while waiting:
        node = waiting.pop()
        if not (hasattr(node, "data") and hasattr(node, "parents")):
            raise Unreadable(
                "each value needs `data` and `parents`; an object of the type "
                f"{type(node).__name__} does not have both"
            )
        for parent in node.parents:
            if id(parent) not in met:
                met[id(parent)] = parent
                waiting.append(parent)
        if len(met) > MOST_NODES:
            raise Unreadable(f"it has more than {MOST_NODES} values")
    depths = dict.fromkeys(met, 0)
    for _ in range(len(met) + 1):
        deeper = {
            key: 1 + max((depths[id(parent)] for parent in node.parents), default=-1)
            for key, node in met.items()
        }
        if deeper == depths:
            return {key: (node, depths[key]) for key, node in met.items()}
        depths = deeper
    raise Unreadable("a value depends on itself, so there is no way from the arrays to the result")


def _number(value: Any) -> str:
    """Return a number as text; for an array its shape, for None an empty text."""
    if value is None:
        return ""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        return f"a {type(value).__name__}"[:MOST_CHARACTERS]
    if array.size == 1:
        return short(float(array.reshape(-1)[0]), ".3g")
    return f"({', '.join(map(str, array.shape))}{',' * (array.ndim == 1)})"


@dataclass(frozen=True)
class _Place:
    column: int
    row: float

    @property
    def at(self) -> tuple[float, float]:
        return self.column * ACROSS, self.row * UP


def _places(rows: Sequence[Row]) -> list[_Place]:
    """Return the places of the nodes; given arrays are one column before their first use."""
    columns: list[int] = []
    for _, _, parents, *_ in rows:
        columns.append(1 + max((columns[one] for one in parents), default=-1))
    for place in range(len(rows)):
        takers = [columns[child] for child in range(len(rows)) if place in rows[child][2]]
        if not rows[place][2] and takers:
            columns[place] = min(takers) - 1
    places: dict[int, _Place] = {}
    for column in sorted(set(columns), reverse=True):  # children are placed before their parents
        members = [place for place, one in enumerate(columns) if one == column]
        made = [place for place in members if rows[place][2]]
        given = [place for place in members if not rows[place][2]]
        for count, place in enumerate(made):
            places[place] = _Place(column, count - (len(made) - 1) / 2)
        far = (len(made) + 1) / 2 if made else 0.0
        low = [place for place in given if made and _is_taken_below(place, rows, places)]
        high = [place for place in given if place not in low]
        for sign, several in ((-1, low), (1, high)):
            for count, place in enumerate(several):
                places[place] = _Place(column, sign * (far + count))
    return [places[place] for place in range(len(rows))]


def _is_taken_below(place: int, rows: Sequence[Row], places: Mapping[int, _Place]) -> bool:
    """Return whether all children of a node are drawn below the middle."""
    takers = [child for child, row in enumerate(rows) if place in row[2]]
    return all(places[child].row < 0 for child in takers)


@drawn_once
def _graph(rows: Sequence[Row]) -> Drawing:
    places = _places(rows)
    across = max(one.at[0] for one in places)
    low, high = min(one.at[1] for one in places), max(one.at[1] for one in places)
    width = max(3.0, (across + 2.2) * 0.72)
    figure, axes = style.canvas(
        width, max(1.9, (high - low + 2.3) * 0.72), (-1.1, across + 1.1), (low - 1.2, high + 1.1)
    )
    for row, place in zip(rows, places):
        for slot, parent in enumerate(row[2]):
            _edge(axes, places[parent], place, row[2][:slot].count(parent))
    for row, place in zip(rows, places):
        _box(axes, row, place, 1.15 if width > WIDE else 1.0)
    return figure, _described(rows)


def _edge(axes: Axes, start: _Place, end: _Place, again: int) -> None:
    """Draw an arrow, bent if it passes other columns or repeats an earlier arrow."""
    bend = 0.35 * again
    if end.column - start.column > 1:
        if start.row == end.row:  # pass above the numbers of the nodes in between
            bend -= 2 * ARC / (ACROSS * (end.column - start.column))
        else:
            bend += 0.4 if start.row < end.row else -0.4
    elif start.row - end.row > 1.2:
        bend -= 0.25
    look: Any = {
        "arrowstyle": "-|>", "color": FORWARD, "linewidth": 1.4, "shrinkA": 20, "shrinkB": 20,
        "connectionstyle": f"arc3,rad={bend}",
    }  # fmt: skip
    axes.annotate("", end.at, start.at, size=10, arrowprops=look)


def _box(axes: Axes, row: Row, place: _Place, scale: float) -> None:
    name, operation, parents, value, grad, number = row
    x, y = place.at
    sign = SIGNS.get(operation, operation)
    title = f"{name} {sign}".strip() if len(name) + len(sign) < 8 else name or sign
    shape = "round,pad=0.3" if parents else "square,pad=0.3"
    look: Any = {"boxstyle": shape, "facecolor": PALE, "edgecolor": INK, "linewidth": 1.2}
    words(axes, (x, y), title or "value", INK, 11 * scale, bbox=look, zorder=3)
    words(axes, (x, y - 0.52), value, FORWARD, 10 * scale, zorder=4)
    if grad:
        left = 0.0 if parents or place.row <= 0 else 0.08  # of the arrow that goes down
        words(axes, (x - left, y - 0.82), f"grad {grad}", BACKWARD, 10 * scale, zorder=4)
    if number:
        words(axes, (x, y + 0.55), f"no. {number}", GREY, 10 * scale, zorder=4)


def _described(rows: Sequence[Row]) -> str:
    """Describe the graph in words, node by node."""
    called = [
        name or (f"value {place}" if not operation else f"{operation} {place}")
        for place, (name, operation, *_) in enumerate(rows)
    ]
    said = [f"A graph of {counted(len(rows), 'value')}, from the given ones to the result."]
    for here, (_, operation, parents, value, grad, number) in zip(called, rows):
        one = f"{here} is {value}"
        if parents:
            by = operation or "an operation"
            one += f", by {by} from {' and '.join(called[one] for one in parents)}"
        one += f", gradient {grad}" if grad else ""
        said.append(one + (f", number {number} in the order" if number else "") + ".")
    if not any(row[4] for row in rows):
        said.append("No value has a gradient yet.")
    return " ".join(said)
