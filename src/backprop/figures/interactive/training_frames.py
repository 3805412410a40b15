"""A training, moment by moment: where the network decides, its loss, its gradient (lesson 4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...differentiate import gradient
from ...network import Parameters, forward, half_squared_error
from ..style import BACKWARD, FORWARD, GREY, INK, LINE
from ..wording import number
from .scene import Scene, curve, show_alive

LOW, HIGH, SIDE = -0.5, 1.5, 41  # the square of inputs that is drawn, points along its side
MOST_HIDDEN = 4
PLANE = (46, 40, 250)  # left, top, side
CURVE = (366, 40, 220, 250)  # left, top, width, height
BARS = (700, 40, 200, 250)
TINTS = ((0.25, "0.22"), (0.5, "0.3"), (0.75, "0.35"))  # from which output on, how dense


def training_frames(
    history: Mapping[int, Sequence[np.ndarray]], X: ArrayLike, Y: ArrayLike, *, unit: str = "step"
) -> None:
    """Show the decision boundary, the loss and the gradient of a network as it is trained.

    The gradients are derivatives of the loss, taken numerically.

    Parameters
    ----------
    history
        For each moment, a count of steps, the parameters at that moment: W1 (n_h, 2), b1 (n_h, 1),
        W2 (1, n_h), b2 (1, 1), with at most 4 hidden units. Two moments or more.
    X, Y
        The examples (2, m) and their targets (1, m), 0 or 1.
    unit
        What the moments count, "step" or "epoch".

    Raises
    ------
    ValueError
        For other sizes, or if there are so many moments that the page is too large.
    """
    moments, networks = _checked(history)
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    if X.ndim != 2 or len(X) != 2 or Y.shape != (1, X.shape[1]):
        raise ValueError(f"X (2, m) and Y (1, m) were expected, not {X.shape} and {Y.shape}")
    outputs = [forward(network, X).out_y[0] for network in networks]
    losses = [float(half_squared_error(out[None], Y)) for out in outputs]
    slopes = [_slopes(network, X, Y) for network in networks]
    names = [f"{unit} {moment:,}" for moment in moments]
    sayings = [
        f"After {_counted(moment, unit)}: loss {number(loss, 4)}, outputs "
        f"{', '.join(number(value, 2) for value in out)}; the largest entry of the gradient is "
        f"{number(np.abs(slope).max(), 4)}."
        for moment, loss, out, slope in zip(moments, losses, outputs, slopes)
    ]
    scene = Scene(930, 345)
    _plane(scene, networks, outputs, X, Y)
    _curve(scene, moments, losses, unit)
    _bars(scene, networks[0], slopes)
    still = len(moments) - 1
    show_alive(
        scene,
        label=unit,
        names=names,
        sayings=sayings,
        start=0,
        still=still,
        words=(
            f"A training, seen after {_counted(moments[-1], unit)}. Left, the plane of the two "
            "inputs: where the output is above one half it is tinted, the line between is the "
            "decision boundary; circles are examples with target 0, triangles with target 1; the "
            f"outputs are {', '.join(number(value, 2) for value in outputs[-1])}. In the middle, "
            f"the loss goes from {number(losses[0], 3)} to {number(losses[-1], 3)}. Right, a bar "
            "for each entry of the gradient, the longest "
            f"{number(np.abs(slopes[0]).max(), 3)} at the start and "
            f"{number(np.abs(slopes[-1]).max(), 3)} at the end. A slider goes through "
            f"{len(moments)} moments."
        ),
        play=True,
    )


def _counted(count: int, unit: str) -> str:
    return f"{count:,} {unit}" + ("" if count == 1 else "s")


def _checked(history: Mapping[int, Sequence[np.ndarray]]) -> tuple[list[int], list[Parameters]]:
    """Return the moments in order and the parameters at each."""
    if not isinstance(history, Mapping) or len(history) < 2:
        raise ValueError(
            "history should be a dictionary with two moments or more, {0: parameters, 10: ...}"
        )
    moments = sorted(history)
    networks = [
        Parameters(*(np.asarray(array, dtype=float) for array in history[moment]))
        for moment in moments
    ]
    n_h = len(networks[0].W1)
    wanted = [(n_h, 2), (n_h, 1), (1, n_h), (1, 1)]
    for moment, network in zip(moments, networks):
        shapes = [array.shape for array in network]
        if shapes != wanted or n_h > MOST_HIDDEN:
            raise ValueError(
                f"two inputs, at most {MOST_HIDDEN} hidden units and one output were expected; at "
                f"moment {moment} the shapes are {shapes}"
            )
        if not all(np.isfinite(array).all() for array in network):
            raise ValueError(f"at moment {moment} the parameters are not all finite numbers")
    return moments, networks


def _slopes(network: Parameters, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return all entries of the gradient in a row."""

    def loss(*parameters: np.ndarray) -> np.ndarray:
        return half_squared_error(forward(Parameters(*parameters), X).out_y, Y)

    return np.concatenate([array.ravel() for array in gradient(loss, *network)])


# ---------------------------------------------------------------------------- the plane


def _plane(
    scene: Scene,
    networks: Sequence[Parameters],
    outputs: Sequence[np.ndarray],
    X: np.ndarray,
    Y: np.ndarray,
) -> None:
    from contourpy import contour_generator

    left, top, side = PLANE
    line = np.linspace(LOW, HIGH, SIDE)
    points = np.array([np.tile(line, SIDE), np.repeat(line, SIDE)])  # (2, SIDE * SIDE)
    regions: dict[float, list[str]] = {level: [] for level, _ in TINTS}
    borders = []
    across = left + (line - LOW) / (HIGH - LOW) * side
    down = top + side - (line - LOW) / (HIGH - LOW) * side
    for network in networks:
        heights = forward(network, points).out_y.reshape(SIDE, SIDE)
        contours: Any = contour_generator(across, down, heights, fill_type="OuterCode")
        for level, drawn in regions.items():
            corners, codes = contours.filled(level, 2.0)
            drawn.append("".join(_outline(p, c) for p, c in zip(corners, codes)))
        borders.append("".join(_outline(one) for one in contours.lines(0.5)))
    scene.rectangle((left, top), (side, side), fill="#eef3f8", width=0)
    for level, dense in TINTS:
        key = f"above-{round(100 * level)}"
        scene.path("", fill="#e08a3c", width=0, key=key, fill_opacity=dense, fill_rule="evenodd")
        scene.tracks[key, "d"] = regions[level]
    scene.path("", INK, width=2, key="boundary")
    scene.tracks["boundary", "d"] = borders
    scene.rectangle((left, top), (side, side), color=GREY, fill="none", width=1.2)
    scene.text((left + side / 2, 18), "output and decision boundary", INK, 16)
    for tick in (0, 1):
        place = (tick - LOW) / (HIGH - LOW) * side
        scene.text((left + place, top + side + 15), str(tick), GREY, 14)
        scene.text((left - 12, top + side - place), str(tick), GREY, 14)
    scene.text((left + side / 2, top + side + 36), "first input (second input upwards)", INK, 15)
    for place, (x, target) in enumerate(zip(X.T, Y[0])):
        at = (left + (x[0] - LOW) / (HIGH - LOW) * side, top + side - (x[1] - LOW) / 2 * side)
        if target == 0:
            scene.circle(at, 8, INK, "white", 2)
        else:
            tip, foot = (at[0], at[1] - 9), at[1] + 7
            corners = f"M{tip[0]:g} {tip[1]:g}L{at[0] + 9:g} {foot:g}L{at[0] - 9:g} {foot:g}Z"
            scene.path(corners, INK, INK, 1.5)
        scene.text((at[0], at[1] + 22), "", INK, 15, key=f"output-{place}")
        scene.tracks[f"output-{place}", "text"] = [number(out[place], 2) for out in outputs]


def _outline(points: np.ndarray, codes: np.ndarray | None = None) -> str:
    """Write an outline as a path of SVG, without the points that nobody would miss."""
    from matplotlib.path import Path

    path: Any = Path(points, codes)
    path.simplify_threshold = 0.4  # of a unit of the drawing
    path = path.cleaned(simplify=True)
    text = []
    for (x, y), code in zip(np.round(path.vertices, 1).tolist(), path.codes.tolist()):
        if code == Path.CLOSEPOLY:
            text.append("Z")
        elif code != Path.STOP:
            text.append(f"{'M' if code == Path.MOVETO else 'L'}{x:g} {y:g}")
    return "".join(text)


# ------------------------------------------------------------------ the loss and the bars


def _curve(scene: Scene, moments: Sequence[int], losses: Sequence[float], unit: str) -> None:
    left, top, width, height = CURVE
    most = max(*losses, 1e-9)
    xs = [left + (m - moments[0]) / (moments[-1] - moments[0]) * width for m in moments]
    ys = [top + (1 - loss / most) * height for loss in losses]
    scene.line((left, top + height), (left + width, top + height), GREY, 1.2)
    scene.line((left, top), (left, top + height), GREY, 1.2)
    scene.text((left + width / 2, 18), "loss C", INK, 16)
    scene.text((left - 8, top), number(most, 2), GREY, 14, "end")
    scene.text((left - 8, top + height), "0", GREY, 14, "end")
    scene.text((left, top + height + 15), f"{moments[0]:,}", GREY, 14)
    scene.text((left + width, top + height + 15), f"{moments[-1]:,}", GREY, 14)
    scene.text((left + width / 2, top + height + 36), unit, INK, 15)
    scene.path(curve(list(zip(xs, ys))), FORWARD, width=2.2)
    scene.line((0, top), (0, top + height), GREY, 1.2, dashed=True, key="now")
    scene.circle((0, 0), 6, "white", FORWARD, key="dot")
    scene.text((left + width - 4, top + 14), "", FORWARD, 17, "end", key="loss")
    tenths = [round(x, 1) for x in xs]
    scene.tracks |= {
        ("now", "x1"): tenths,
        ("now", "x2"): tenths,
        ("dot", "cx"): tenths,
        ("dot", "cy"): [round(y, 1) for y in ys],
        ("loss", "text"): [f"C = {number(loss, 4)}" for loss in losses],
    }


def _bars(scene: Scene, network: Parameters, slopes: Sequence[np.ndarray]) -> None:
    left, top, width, height = BARS
    entries = [
        f"d{name}[{', '.join(map(str, entry))}]"
        for name, array in zip(Parameters._fields, network)
        for entry in np.ndindex(array.shape)
    ]
    most = max(np.abs(slopes).max(), 1e-12)
    middle, gap = left + width / 2 - 20, height / len(entries)
    half = width / 2 - 20
    size = min(14, round(gap))
    scene.text((left + width / 2 - 20, 18), "gradient", INK, 16)
    scene.line((middle, top), (middle, top + height), GREY, 1.2)
    for place, name in enumerate(entries):
        y = top + (place + 0.5) * gap
        values = [slope[place] for slope in slopes]
        thick = round(0.6 * gap, 1)
        scene.rectangle(
            (middle, y - thick / 2), (0, thick), fill=BACKWARD, width=0, key=f"bar-{place}"
        )
        lengths = [abs(value) / most * half for value in values]
        scene.tracks[f"bar-{place}", "width"] = [round(length, 1) for length in lengths]
        scene.tracks[f"bar-{place}", "x"] = [
            round(middle - length if value < 0 else middle, 1)
            for length, value in zip(lengths, values)
        ]
        scene.text((left - 12, y), name, INK, size, "end")
        scene.text((left + width + 26, y), "", BACKWARD, size, "end", key=f"entry-{place}")
        scene.tracks[f"entry-{place}", "text"] = [number(value) for value in values]
    scene.line((left - 70, top + height), (left + width + 26, top + height), LINE, 1)
    scene.text((middle, top + height + 15), "negative | positive", GREY, 14)
