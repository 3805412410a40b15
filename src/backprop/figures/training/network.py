"""The loop of training, the slopes on a network, and small networks drawn as one (lesson 4)."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ...network import Parameters
from .. import style
from ..cache import Drawing, drawn_once, show_alike
from ..parts import NETWORK_221, arrow, box, edges, ground, label, node, refuse_other_shapes, words
from ..style import BACKWARD, FORWARD, GREY, INK, LINES, PALE, Look, Point


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

    The arrays are W1 (2, 2), b1 (2, 1), W2 (1, 2), b2 (1, 1) and dW1, db1, dW2, db2 alike; other
    shapes raise a ValueError.
    """
    for arrays in (parameters, gradients):
        refuse_other_shapes(arrays, NETWORK_221, "a 2-2-1 network")
    values, slopes = _texts(parameters, ".2f"), _texts(gradients, "+.3f")

    def draw() -> Figure:
        figure, axes = style.canvas(9, 4.6, (-0.6, 12.6), (-0.75, 6.0))
        x, h, y = [(0.0, 4.6), (0.0, 0.6)], [(6.0, 4.6), (6.0, 0.6)], [(12.0, 2.6)]
        places: dict[str, Point] = {}
        for name, (i, j), start, end, at in edges((x, h, y)):
            axes.plot(*zip(start, end), color=GREY, linewidth=1.2, zorder=1)
            places[f"{name}[{i}, {j}]"] = at
        for at, name in zip((*x, *h, *y), ("x1", "x2", "h1", "h2", "y")):
            node(axes, at, 0.42, name, linewidth=1.5, size=12)
        for unit, (across, up) in zip(("b1[0]", "b1[1]", "b2[0]"), (*h, *y)):
            places[unit] = across, up - 0.88 if up < 4 else up + 0.95
        for name, (across, up) in places.items():
            look: Look = {"bbox": ground(1)}
            label(axes, (across, up + 0.03), values[name], FORWARD, va="bottom", **look)
            look["style"] = "italic"
            label(axes, (across, up - 0.05), slopes[name], BACKWARD, va="top", **look)
        side: Look = {"ha": "right", "va": "baseline"}
        words(axes, (12.5, 5.6), "blue: weight or bias", FORWARD, **side)
        words(axes, (12.5, 5.1), "slanted: slope of the loss", BACKWARD, style="italic", **side)
        return figure

    seen = [f"{name} is {values[name]} with slope {slopes[name]}" for name in sorted(values)]
    show_alike(
        draw,
        "The 2-2-1 network with the value of each weight and bias, and below it the slope of the "
        f"loss there: {'; '.join(seen)}.",
    )


def _texts(arrays: Sequence[np.ndarray], form: str) -> dict[str, str]:
    """Write the entries of parameters, or of their slopes, by names like "W1[0, 1]"."""
    return {
        f"{name}[{i}, {j}]" if name[0] == "W" else f"{name}[{i}]": format(value, form)
        for name, array in zip(Parameters._fields, arrays)
        for (i, j), value in np.ndenumerate(array)
    }


@drawn_once
def side_by_side(belongs: np.ndarray) -> Drawing:
    """Show small 2-2-1 networks drawn as one large one, beside the entries of W2 that exist.

    `belongs` (k, 2k) is 1 where an output listens to a hidden unit, else 0.
    """
    k, n_h = belongs.shape
    figure, (axes, table) = style.panels(9, 3.9, 1, 2, width_ratios=(3, 2))
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
