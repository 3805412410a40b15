"""The loop of training, the slopes on a network, and small networks drawn as one (lesson 4)."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes

from .. import style
from ..cache import Drawing, drawn_once
from ..parts import arrow, box, label, node, share, words
from ..style import BACKWARD, FORWARD, GREY, INK, LINES, PALE, Look, Point

# The entries of an array, as texts.
Texts: TypeAlias = Sequence[Sequence[str]]


@drawn_once
def training_loop() -> Drawing:
    """Show one step of training as four boxes in a row, with the way back to the first."""
    figure, axes = style.canvas(9, 3.3, (0, 18), (0.1, 6.4))
    look: Look = {"fc": PALE, "ec": INK, "linewidth": 1.5}
    for place, (name, question, passed) in enumerate((
        ("forward_\npropagation", "what comes out?", "out_h\nout_y"),
        ("loss", "how wrong is it?", "out_h\nout_y"),
        ("backward_\npropagation", "which way is down?", "dW1 db1\ndW2 db2"),
        ("update_\nparameters", "one step down", ""),
    )):  # fmt: skip
        x = 2.0 + 4.65 * place
        box(axes, (x, 3.75), (2.9, 1.7), (0.1, 0.1), **look)
        words(axes, (x, 3.75), name, family="monospace")
        words(axes, (x, 5.3), question)
        if passed:
            arrow(axes, (x + 1.6, 3.75), (x + 3.05, 3.75))
            words(axes, (x + 2.3, 3.2), passed, FORWARD, 10, va="top")
    words(axes, (6.65, 2.3), "C is kept in losses", FORWARD, 10)
    axes.plot([15.95, 15.95, 2.0], [2.75, 1.3, 1.3], color=INK, linewidth=1.5)
    arrow(axes, (2.0, 1.3), (2.0, 2.75))
    words(axes, (9, 0.75), "the new W1, b1, W2, b2 start the next step")
    return figure, (
        "One step of training as a loop of four boxes: forward_propagation gives out_h and out_y, "
        "loss gives C, which is kept in losses, backward_propagation gives dW1, db1, dW2, db2, "
        "update_parameters gives new W1, b1, W2, b2, and with them the loop starts again."
    )


def gradients_on_the_network(
    parameters: Sequence[np.ndarray], gradients: Sequence[np.ndarray]
) -> None:
    """Show a 2-2-1 network with each weight and bias, and below it the slope of the loss.

    Parameters
    ----------
    parameters
        W1 (2, 2), b1 (2, 1), W2 (1, 2), b2 (1, 1).
    gradients
        dW1, db1, dW2, db2, of the same shapes.

    Raises
    ------
    ValueError
        If the shapes are not those of a 2-2-1 network.
    """
    wanted = [(2, 2), (2, 1), (1, 2), (1, 1)]
    for arrays in (parameters, gradients):
        shapes = [np.shape(array) for array in arrays]
        if shapes != wanted:
            raise ValueError(f"a 2-2-1 network has the shapes {wanted}; these are {shapes}")
    _network(_texts(parameters, ".2f"), _texts(gradients, "+.3f"))


def _texts(arrays: Sequence[np.ndarray], form: str) -> list[list[list[str]]]:
    return [[[format(value, form) for value in row] for row in np.asarray(one)] for one in arrays]


@drawn_once
def _network(parameters: Sequence[Texts], gradients: Sequence[Texts]) -> Drawing:
    """Draw the network; the arguments are tables of texts, one for each array."""
    figure, axes = style.canvas(9, 4.6, (-0.6, 12.6), (-0.75, 6.0))
    x, h, y = [(0.0, 4.6), (0.0, 0.6)], [(6.0, 4.6), (6.0, 0.6)], [(12.0, 2.6)]
    (W1, b1, W2, b2), (dW1, db1, dW2, db2) = parameters, gradients
    seen = []
    for sources, targets, W, dW, name in ((x, h, W1, dW1, "W1"), (h, y, W2, dW2, "W2")):
        for i, j in np.ndindex(len(targets), len(sources)):
            start, end = sources[j], targets[i]
            axes.plot(*zip(start, end), color=GREY, linewidth=1.2, zorder=1)
            # Edges that cross get their numbers before the crossing.
            at = share(start, end, 0.5 if len(targets) == 1 else (0.55 if i == j else 0.27))
            seen.append(_value_and_slope(axes, at, W[i][j], dW[i][j], f"{name}[{i}, {j}]"))
    for at, name in zip((*x, *h, *y), ("x1", "x2", "h1", "h2", "y")):
        node(axes, at, 0.42, name, width=1.5, size=12)
    for nodes, b, db, name in ((h, b1, db1, "b1"), (y, b2, db2, "b2")):
        for unit, (across, up) in enumerate(nodes):
            at = across, up - 0.88 if up < 4 else up + 0.95
            seen.append(_value_and_slope(axes, at, b[unit][0], db[unit][0], f"{name}[{unit}]"))
    side: Look = {"ha": "right", "va": "baseline"}
    words(axes, (12.5, 5.6), "blue: weight or bias", FORWARD, **side)
    words(axes, (12.5, 5.1), "slanted: slope of the loss", BACKWARD, style="italic", **side)
    return figure, (
        "The 2-2-1 network with the value of each weight and bias, and below it the slope of the "
        f"loss there: {'; '.join(seen)}."
    )


def _value_and_slope(axes: Axes, at: Point, value: str, slope: str, name: str) -> str:
    label(axes, (at[0], at[1] + 0.03), value, FORWARD, pad=1, va="bottom")
    label(axes, (at[0], at[1] - 0.05), slope, BACKWARD, pad=1, va="top", style="italic")
    return f"{name} is {value} with slope {slope}"


@drawn_once
def side_by_side(belongs: np.ndarray) -> Drawing:
    """Show small 2-2-1 networks drawn as one large one, beside the entries of W2 that exist.

    Parameters
    ----------
    belongs
        (k, 2k), 1 where an output listens to a hidden unit, else 0.
    """
    k, n_h = belongs.shape
    figure = style.figure(9, 3.9)
    axes, table = figure.subplots(1, 2, width_ratios=(3, 2))
    inputs = [(n_h / 2 - 1.7, 0.0), (n_h / 2 + 0.7, 0.0)]
    hidden = [(unit + 0.35 * (unit // 2) - 0.35, 2.0) for unit in range(n_h)]
    outputs = [((hidden[2 * j][0] + hidden[2 * j + 1][0]) / 2, 4.0) for j in range(k)]
    h, y = [f"h{unit}" for unit in range(n_h)], [f"y{j}" for j in range(k)]
    for unit, end in enumerate(hidden):
        color, line = LINES[(unit // 2) % len(LINES)]
        joined = [(start, 1.1) for start in inputs]
        joined += [(outputs[j], 1.6) for j in np.flatnonzero(belongs[:, unit])]
        for other, width in joined:
            ends = zip(*sorted((other, end), key=lambda at: at[1]))
            axes.plot(*ends, color=color, linestyle=line, linewidth=width, zorder=1)
    for at, name in zip((*inputs, *hidden, *outputs), ("x1", "x2", *h, *y)):
        node(axes, at, 0.33, name)
    axes.set(aspect="equal", title=f"{k} small networks, drawn as one")
    axes.axis("off")
    style.framed(table).imshow(belongs, cmap="Blues", vmin=0, vmax=2)
    for (j, unit), there in np.ndenumerate(belongs):
        words(table, (unit, j), "w" if there else "0", size=12)
    table.set_xticks(range(n_h), h, fontsize=11)
    table.set_yticks(range(k), y, fontsize=11)
    table.set_title(f"its W2, shape ({k}, {n_h})")
    return figure, (
        f"{k} networks 2-2-1 drawn as one network with 2 inputs, {n_h} hidden units and {k} "
        f"outputs. Output j is joined to the hidden units 2j and 2j + 1 only, so "
        f"{int(np.sum(belongs))} of the {belongs.size} entries of W2 are weights and the others "
        "are 0."
    )
