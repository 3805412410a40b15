"""Draw networks: units, the edges between them, and the numbers on both."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from ..network import layer, sigmoid
from . import style
from .parts import SMALL, ground, label, share, words
from .style import BACKWARD, FORWARD, FORWARD_TINT, INK, PALE, Arrays, Look, Point
from .wording import short

# Shapes of the parameters of a 2-2-1 network, and these together with an example and its target.
NETWORK_221 = [(2, 2), (2, 1), (1, 2), (1, 1)]
EXAMPLE_221 = [*NETWORK_221, (2, 1), (1, 1)]


def edge(axes: Axes, start: Point, end: Point, radii: Point = (0, 0), **more: Any) -> None:
    """Draw an arrow between two circles with these radii, from rim to rim."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    tail, head = share(start, end, radii[0] / length), share(end, start, radii[1] / length)
    usual: Look = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(tail, head, **(usual | more)))


def node(
    axes: Axes, at: Point, radius: float, text: str, size: float = 11, ink: str = INK, **more: Any
) -> None:
    """Draw a unit: a circle that contains a text with this size and colour."""
    look: Look = {"facecolor": PALE, "edgecolor": INK, "linewidth": 1.3, "zorder": 2} | more
    axes.add_patch(Circle(at, radius, **look))
    words(axes, at, text, ink, size, zorder=look["zorder"] + 1)


def column(n: int, across: float, middle: float, step: float) -> list[Point]:
    """Return the places of n units in a column, from top to bottom."""
    return [(across, middle + step * ((n - 1) / 2 - i)) for i in range(n)]


def places_221(
    across: Sequence[float], top: float, bottom: float
) -> tuple[list[list[Point]], list[tuple[str, str, Point]]]:
    """Return the places of the units of a 2-2-1 network: by layer, and as a list.

    The list contains (unit, bias, place) for each hidden and output unit, such as
    ("h[0]", "b1[0]", (x, y)).
    """
    x, h, y = across
    layers = [[(x, top), (x, bottom)], [(h, top), (h, bottom)], [(y, (top + bottom) / 2)]]
    names = ("h[0]", "b1[0]"), ("h[1]", "b1[1]"), ("y[0]", "b2[0]")
    return layers, [(*name, at) for name, at in zip(names, layers[1] + layers[2])]


def edges(
    layers: Sequence[Sequence[Point]], part: float = 0.5, crossing: float = 0.27
) -> Iterator[tuple[str, Point, Point, Point]]:
    """Yield for every weight its name, as in `entries`, its two ends, and the place of its label.

    The label is at the fraction `part` of the edge, or `crossing` for edges that cross.
    """
    for number, (sources, targets) in enumerate(pairwise(layers), start=1):
        for i, j in np.ndindex(len(targets), len(sources)):
            crosses = len(targets) > 1 and i != j
            at = share(sources[j], targets[i], crossing if crosses else part)
            yield f"W{number}[{i}, {j}]", sources[j], targets[i], at


def entries(arrays: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return the entries of arrays by name: "W1[0, 1]" for weights, "b1[0]" for biases."""
    return {
        f"{name}[{i}, {j}]" if "W" in name else f"{name}[{i}]": float(value)
        for name, array in arrays.items()
        for (i, j), value in np.ndenumerate(array)
    }


# ------------------------------------------------- layer by layer, with the computed values

RADIUS = 0.34  # of a unit, in inches


def with_numbers(layers: Sequence[Arrays], X: np.ndarray) -> tuple[Figure, Arrays, Arrays]:
    """Draw inputs and layers [(W, b), ...] with their numbers.

    Returns the figure, the pre-activations and the activations of each layer.
    """
    sizes, m = [len(X), *(len(W) for W, _ in layers)], X.shape[1]
    if max(sizes) > 3 or m > 4:
        raise ValueError(
            "the drawing has room for 3 units in a layer and for 4 examples; there are "
            f"{max(sizes)} and {m}"
        )
    step, net_form, out_form = (1.5, ".4g", ".4f") if m == 1 else (1.25, ".1f", ".3f")
    height = step * (max(sizes) - 1) + 2.1
    figure, axes = style.sheet(2.4 + 3.0 * len(layers), height)
    places = [column(n, 0.95 + 3.0 * k, height / 2, step) for k, n in enumerate(sizes)]
    for i, place in enumerate(places[0]):
        circle(axes, place, f"x[{i}]", fill="white")
        _beside(axes, place, height / 2, [_row("", X[i], "g")])
    nets, outs = [], [X]
    for k, (W, b) in enumerate(layers):
        nets.append(layer(W, b, outs[-1]))
        outs.append(sigmoid(nets[-1]))
        part, weights = 0.27 if sizes[k] <= sizes[k + 1] else 0.4, entries({"W1": W})
        for name, start, end, at in edges(places[k : k + 2], part, part):
            signed_edge(axes, start, end, (RADIUS, RADIUS), weights[name])
            label(axes, at, short(weights[name]), size=SMALL)
        for i, place in enumerate(places[k + 1]):
            circle(axes, place, f"{'ho'[k]}[{i}]")
            net, out = _row("net ", nets[k][i], net_form), _row("out ", outs[k + 1][i], out_form)
            _beside(axes, place, height / 2, [f"b = {short(b[i, 0])}", net, out])
    return figure, nets, outs[1:]


def _row(name: str, values: np.ndarray, form: str) -> str:
    """Return the numbers of a unit, one for each example, as a line of text."""
    width = 1 if name == "" else 5 if len(values) > 1 else 0
    return name + " ".join(f"{short(value, form):>{width}}" for value in values)


def _beside(axes: Axes, place: Point, middle: float, rows: Sequence[str]) -> None:
    """Write lines of text above a unit of the upper half, and below the other units."""
    x, y = place
    up = y > middle + 0.1
    first = y + RADIUS + 0.12 + 0.19 * (len(rows) - 1) if up else y - RADIUS - 0.13
    look: Look = {"size": 10, "bbox": ground(0.4), "family": "DejaVu Sans Mono", "zorder": 6}
    for line, text in enumerate(rows):
        label(axes, (x, first - 0.19 * line), text, **look)


def circle(
    axes: Axes, at: Point, text: str, radius: float = RADIUS, fill: str = FORWARD_TINT, **more: Any
) -> None:
    """Draw a unit as `node` does, with smaller letters."""
    node(axes, at, radius, text, facecolor=fill, size=SMALL, zorder=4, **more)


def signed_edge(axes: Axes, start: Point, end: Point, radii: Point, weight: float = 1.0) -> None:
    """Draw an arrow between two circles; it is orange and dashed for a negative weight."""
    color, line = (FORWARD, "-") if weight >= 0 else (BACKWARD, (0, (5, 2)))
    look: Look = {"mutation_scale": 11, "linewidth": 1.4, "linestyle": line, "zorder": 2}
    edge(axes, start, end, (radii[0], radii[1] + 0.02), color=color, **look)
