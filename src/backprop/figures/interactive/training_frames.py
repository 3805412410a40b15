"""A training, step by step: the decision boundary, the loss and the gradient (lesson 4)."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from matplotlib.path import Path
from numpy.typing import ArrayLike

from ...network import Parameters, forward, half_squared_error
from ..measured import gradients
from ..parts import grid, refuse_other_shapes
from ..style import BACKWARD, FORWARD, GREY, INK, LINE, Arrays, Look
from ..wording import counted, number
from .scene import Panel, Scene, curve, show_alive

MOST_HIDDEN = 4
SQUARE = np.linspace(-0.5, 1.5, 41)  # the coordinates along one side of the square of inputs
ENDS = -0.5, 1.5
# Outputs from which the plane is tinted, with the opacity; outputs below one half are not tinted.
TINT = "#5b9bd0"
TINTS = ((0.5, "0.25"), (0.7, "0.25"), (0.9, "0.3"))


def training_frames(history: Mapping[int, Arrays], X: ArrayLike, Y: ArrayLike) -> None:
    """Show the decision boundary, the loss and the gradient of a network as it is trained.

    The history maps two or more numbers of steps to the parameters W1 (n_h, 2), b1 (n_h, 1),
    W2 (1, n_h), b2 (1, 1) of a network with at most 4 hidden units. The examples are X (2, m), with
    targets Y (1, m), 0 or 1. The gradients are computed numerically. A ValueError is raised for
    other sizes, and if there are so many moments that the page becomes too large.
    """
    checked = _checked(history)
    moments, networks = list(checked), list(checked.values())
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    refuse_other_shapes(
        [X, Y], [(2, X.size // 2), (1, X.size // 2)], "examples (2, m), targets (1, m)"
    )
    outputs = [forward(network, X).out_y[0] for network in networks]
    losses = [float(half_squared_error(out[None], Y)) for out in outputs]
    slopes = [
        np.concatenate([array.ravel() for array in gradients(network, X, Y)])
        for network in networks
    ]
    scene = Scene(930, 345)
    plane = Panel(scene, (46, 40), (250, 250), ENDS, ENDS)
    _plane(plane, networks)
    _examples(plane, outputs, X, Y)
    _curve(scene, moments, losses)
    _bars(scene, networks[0], slopes)
    told = [", ".join(number(value, 2) for value in out) for out in outputs]
    steepest = [np.abs(slope).max() for slope in slopes]
    words = (
        f"A training, seen after {counted(moments[-1], 'step')}. Left, the plane of the two "
        "inputs: where the output is above one half it is tinted, the line between is the decision "
        "boundary; circles are examples with target 0, triangles with target 1; the outputs are "
        f"{told[-1]}. In the middle, the loss goes from {number(losses[0], 3)} to "
        f"{number(losses[-1], 3)}. Right, a bar for each entry of the gradient, the longest "
        f"{number(steepest[0], 3)} at the start and {number(steepest[-1], 3)} at the end. A slider "
        f"goes through {len(moments)} moments."
    )
    sayings = [
        f"After {counted(moment, 'step')}: loss {number(loss, 4)}, outputs {out}; the largest "
        f"entry of the gradient is {number(steep, 4)}."
        for moment, loss, out, steep in zip(moments, losses, told, steepest)
    ]
    names = [f"step {moment:,}" for moment in moments]
    show_alive(scene, words, "step", names, sayings, play=True)


def _checked(history: Mapping[int, Arrays]) -> dict[int, Parameters]:
    """Return the parameters at each moment, in order."""
    if not isinstance(history, Mapping) or len(history) < 2:
        raise ValueError(
            "history should be a dictionary with two moments or more, {0: parameters, 10: ...}"
        )
    n_h, networks = None, {}
    for moment, arrays in sorted(history.items(), key=itemgetter(0)):
        network = Parameters(*(np.asarray(array, dtype=float) for array in arrays))
        n_h = n_h or min(MOST_HIDDEN, len(network.W1))
        what = f"two inputs, at most {MOST_HIDDEN} hidden units and one output at moment {moment}"
        refuse_other_shapes(network, [(n_h, 2), (n_h, 1), (1, n_h), (1, 1)], what)
        if not all(np.isfinite(array).all() for array in network):
            raise ValueError(f"at moment {moment} the parameters are not all finite numbers")
        networks[moment] = network
    return networks


# ---------------------------------------------------------------------------- the plane


def _plane(plane: Panel, networks: Sequence[Parameters]) -> None:
    from contourpy import contour_generator

    scene, left = plane.scene, plane.corner[0]
    points = grid(SQUARE)
    regions: dict[float, list[str]] = {level: [] for level, _ in TINTS}
    borders = []
    for network in networks:
        heights = forward(network, points).out_y.reshape(len(SQUARE), -1)
        places = plane.x(SQUARE), plane.y(SQUARE), heights
        contours: Any = contour_generator(*places, fill_type="OuterCode")
        for level, drawn in regions.items():
            corners, codes = contours.filled(level, 2.0)
            drawn.append("".join(_outline(p, c) for p, c in zip(corners, codes)))
        borders.append("".join(_outline(one) for one in contours.lines(0.5)))
    square = *plane.corner, *plane.size
    scene.draw("rect", square, "none", 0, "white")
    for level, dense in TINTS:
        look: Look = {"fill_opacity": dense, "fill_rule": "evenodd"}
        key = f"above-{round(100 * level)}"
        scene.draw("path", [regions[level]], "none", 0, TINT, key=key, **look)
    scene.draw("path", [borders], INK, 2, "none", key="boundary")
    scene.draw("rect", square, GREY, 1.2, "none")
    scene.text((left + 125, 18), "output and decision boundary", INK, 16)
    for tick in (0, 1):
        scene.text((plane.x(tick), plane.floor + 15), str(tick), GREY, 14)
        scene.text((left - 12, plane.y(tick)), str(tick), GREY, 14)
    scene.text((left + 125, plane.floor + 36), "input x[0] (upwards: x[1])", INK, 15)


def _examples(plane: Panel, outputs: Arrays, X: np.ndarray, Y: np.ndarray) -> None:
    """Draw the examples in the plane, with their outputs."""
    scene = plane.scene
    for place, (x, y, target) in enumerate(zip(plane.x(X[0]), plane.y(X[1]), Y[0])):
        if target == 0:
            scene.draw("circle", (x, y, 8), INK, 2, "white")
        else:
            corners = curve([(x, y - 9), (x + 9, y + 7), (x - 9, y + 7)])
            scene.draw("path", [corners + "Z"], INK, 1.5, INK)
        said = [number(out[place], 2) for out in outputs]
        scene.text((x, y + 22), said, INK, 15, key=f"output-{place}")


def _outline(points: np.ndarray, codes: np.ndarray | None = None) -> str:
    """Return an outline as an SVG path, without points that make no visible difference."""
    path: Any = Path(points, codes)
    path.simplify_threshold = 0.4  # in units of the drawing
    letters = {Path.MOVETO: "M", Path.LINETO: "L"}
    return "".join(
        "Z" if code == Path.CLOSEPOLY else f"{letters[code]}{round(x, 1):g} {round(y, 1):g}"
        for (x, y), code in path.iter_segments(simplify=True)
    )


# ------------------------------------------------------------------ the loss and the bars


def _curve(scene: Scene, moments: Sequence[int], losses: Sequence[float]) -> None:
    ends, most = (moments[0], moments[-1]), max(*losses, 1e-9)
    panel = Panel(scene, (366, 40), (220, 250), ends, (0, most))
    (left, top), right, middle = panel.corner, 586, 476
    scene.draw("line", (left, panel.floor, right, panel.floor), GREY, 1.2)
    scene.draw("line", (left, top, left, panel.floor), GREY, 1.2)
    scene.text((middle, 18), "loss C", INK, 16)
    scene.text((left - 8, top), number(most, 2), GREY, 14, "end")
    scene.text((left - 8, panel.floor), "0", GREY, 14, "end")
    scene.text((left, panel.floor + 15), f"{ends[0]:,}", GREY, 14)
    scene.text((right, panel.floor + 15), f"{ends[1]:,}", GREY, 14)
    scene.text((middle, panel.floor + 36), "step", INK, 15)
    panel.curve(moments, losses, FORWARD, 2.2)
    panel.follow(("now", "dot"), moments, losses, FORWARD, below=False)
    said = [f"C = {number(loss, 4)}" for loss in losses]
    scene.text((right - 4, top + 14), said, FORWARD, 17, "end", key="loss")


def _bars(scene: Scene, network: Parameters, slopes: Arrays) -> None:
    entries = [
        f"d{name}[{i}, {j}]"
        for name, array in zip(Parameters._fields, network)
        for i, j in np.ndindex(array.shape)
    ]
    left, top, floor, middle, right, half = 700, 40, 290, 780, 926, 80
    most, gap = max(np.abs(slopes).max(), 1e-12), 250 / len(entries)
    thick, size = round(0.6 * gap, 1), min(14, round(gap))
    scene.text((middle, 18), "gradient", INK, 16)
    scene.draw("line", (middle, top, middle, floor), GREY, 1.2)
    for place, (name, values) in enumerate(zip(entries, np.transpose(slopes))):
        y, lengths = top + (place + 0.5) * gap, np.abs(values) / most * half
        bar = np.where(values < 0, middle - lengths, middle), y - thick / 2, lengths, thick
        scene.draw("rect", bar, "none", 0, BACKWARD, key=f"bar-{place}")
        scene.text((left - 12, y), name, INK, size, "end")
        said = [number(value) for value in values]
        scene.text((right, y), said, BACKWARD, size, "end", key=f"entry-{place}")
    scene.draw("line", (left - 70, floor, right, floor), LINE, 1)
    scene.text((middle, floor + 15), "negative | positive", GREY, 14)
