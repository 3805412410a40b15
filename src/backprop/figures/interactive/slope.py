"""The sigmoid with its slope at a point that one moves (lesson 1)."""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from ...differentiate import derivative
from ...network import sigmoid
from ..style import BACKWARD, FORWARD, GREY, INK, LINE
from ..wording import number
from .scene import Scene, curve, show_alive

ENDS = 6.0  # the curve is drawn from -6 to 6
PLACES = np.round(np.arange(-60, 61) / 10, 1)
START = 1.0

# A panel: left edge, top, width, height, largest value.
Panel: TypeAlias = tuple[float, float, float, float, float]
LEFT = (58, 34, 310, 230, 1.0)
RIGHT = (446, 34, 310, 230, 0.25)


def slope() -> None:
    """Show the sigmoid, the line that touches it at a point, and the slope there.

    A slider moves the point from z = -6 to z = 6. The slope is the derivative, taken
    numerically.
    """
    scene = Scene(780, 320)
    _panel(scene, LEFT, (0, 0.5, 1))
    _panel(scene, RIGHT, (0, 0.1, 0.2, 0.25))
    smooth = np.linspace(-ENDS, ENDS, 97)
    scene.path(curve(_on(LEFT, smooth, sigmoid(smooth))), FORWARD, width=2.5)
    slopes = derivative(sigmoid, smooth)
    scene.path(curve(_on(RIGHT, smooth, slopes)), BACKWARD, width=2.5, dashed=True)
    _moving(scene)
    a, steep = sigmoid(PLACES), derivative(sigmoid, PLACES)
    names = [f"z = {number(z, 1)}" for z in PLACES]
    sayings = [
        f"{name}: the activation is {number(height, 4)} and the slope {number(rate, 4)}. "
        + _remark(z, rate)
        for name, z, height, rate in zip(names, PLACES, a, steep)
    ]
    start = int(np.argmin(np.abs(PLACES - START)))
    show_alive(
        scene,
        label="z",
        names=names,
        sayings=sayings,
        start=start,
        still=start,
        words=(
            "Left, the sigmoid rises from 0 to 1 over z from \N{MINUS SIGN}6 to 6, with a straight "
            "line that touches it at z = 1, where the activation is "
            f"{sigmoid(START):.4f}. Right, the slope over z is a hill, 0.25 high in the middle and "
            f"nearly 0 at both ends; at z = 1 it is {derivative(sigmoid, START):.4f}. A slider "
            "moves z."
        ),
    )


def _remark(z: float, rate: float) -> str:
    if z == 0:
        return "Nowhere is it steeper."
    if rate < 0.02:
        return "The unit is saturated: the line is nearly flat."
    return f"A nudge of 0.01 to z raises a by about {number(0.01 * rate, 5)}."


def _moving(scene: Scene) -> None:
    a, steep = sigmoid(PLACES), derivative(sigmoid, PLACES)
    x, y = np.transpose(_on(LEFT, PLACES, a))
    # The line that touches is as long in the picture wherever it stands.
    _, _, width, height, most = LEFT
    rise = steep * (height / most) / (width / (2 * ENDS))
    reach = 70 / np.sqrt(1 + rise**2)
    scene.line((0, 0), (0, 0), BACKWARD, 3, key="line")
    for name, values in (
        ("x1", x - reach), ("x2", x + reach), ("y1", y + reach * rise), ("y2", y - reach * rise),
    ):  # fmt: skip
        scene.tracks["line", name] = _tenths(values)
    for key, panel, heights, color in (
        ("left", LEFT, a, FORWARD),
        ("right", RIGHT, steep, BACKWARD),
    ):
        x, y = np.transpose(_on(panel, PLACES, heights))
        floor = panel[1] + panel[3]
        scene.line((0, 0), (0, floor), GREY, 1.2, dashed=True, key=f"{key}-drop")
        scene.circle((0, 0), 6, "white", color, key=f"{key}-dot")
        scene.tracks |= {
            (f"{key}-drop", "x1"): _tenths(x), (f"{key}-drop", "x2"): _tenths(x),
            (f"{key}-drop", "y1"): _tenths(y),
            (f"{key}-dot", "cx"): _tenths(x), (f"{key}-dot", "cy"): _tenths(y),
        }  # fmt: skip
        scene.text((panel[0] + panel[2] / 2, 14), "", color, 17, key=f"{key}-value")
        name = "activation a = sigmoid(z)" if key == "left" else "slope da/dz"
        scene.tracks[f"{key}-value", "text"] = [f"{name} = {number(v, 4)}" for v in heights]


def _panel(scene: Scene, panel: Panel, ticks: Iterable[float]) -> None:
    left, top, width, height, _ = panel
    for tick in ticks:
        (_, y), = _on(panel, [0], [tick])  # fmt: skip
        scene.line((left, y), (left + width, y), LINE, 1)
        scene.text((left - 8, y), f"{tick:g}", GREY, 14, "end")
    for z in (-6, -3, 0, 3, 6):
        (x, _), = _on(panel, [z], [0])  # fmt: skip
        scene.text((x, top + height + 16), number(z, 0), GREY, 14)
    scene.line((left, top + height), (left + width, top + height), GREY, 1.2)
    scene.text((left + width / 2, top + height + 40), "pre-activation z", INK, 15)


def _on(panel: Panel, zs: Iterable[float], values: Iterable[float]) -> list[tuple[float, float]]:
    left, top, width, height, most = panel
    return [
        (left + (z + ENDS) / (2 * ENDS) * width, top + (1 - value / most) * height)
        for z, value in zip(zs, values)
    ]


def _tenths(values: Iterable[float]) -> list[float]:
    return [round(float(value), 1) for value in values]
