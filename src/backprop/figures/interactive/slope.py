"""The sigmoid and its slope at a movable point (lesson 1)."""

from collections.abc import Iterable

import numpy as np

from ...differentiate import derivative
from ...network import sigmoid
from ..style import BACKWARD, FORWARD, GREY, INK, LINE
from ..wording import number
from .scene import DASHED, Panel, Scene, show_alive

PLACES = np.round(np.arange(-60, 61) / 10, 1)
ENDS = -6.0, 6.0  # of the curves
START = 1.0


def slope() -> None:
    """Show the sigmoid, its tangent at a point, and the slope there.

    A slider moves the point from z = -6 to z = 6. The slope is computed numerically.
    """
    a, steep = sigmoid(PLACES), derivative(sigmoid, PLACES)
    names = [f"z = {number(z, 1)}" for z in PLACES]
    sayings = [
        f"{name}: the activation is {number(height, 4)} and the slope {number(rate, 4)}. "
        + _remark(z, rate)
        for name, z, height, rate in zip(names, PLACES, a, steep)
    ]
    words = (
        "Left, the sigmoid rises from 0 to 1 over z from \N{MINUS SIGN}6 to 6, with its "
        f"tangent at z = 1, where the activation is {sigmoid(START):.4f}. Right, the "
        "slope over z is a hill, 0.25 high in the middle and nearly 0 at both ends; at z = 1 it is "
        f"{derivative(sigmoid, START):.4f}. A slider moves z."
    )
    start = int(np.argmin(np.abs(PLACES - START)))
    show_alive(_scene(a, steep), words, "z", names, sayings, start=start)


def _remark(z: float, rate: float) -> str:
    if z == 0:
        return "Here the sigmoid is steepest."
    if rate < 0.02:
        return "Here the sigmoid is nearly flat."
    return f"A nudge of 0.01 to z raises a by about {number(0.01 * rate, 5)}."


def _scene(a: np.ndarray, steep: np.ndarray) -> Scene:
    """Draw the activation and the slope at all places."""
    scene, smooth = Scene(780, 320), np.linspace(*ENDS, 97)
    left = Panel(scene, (58, 34), (310, 230), ENDS, (0, 1))
    right = Panel(scene, (446, 34), (310, 230), ENDS, (0, 0.25))
    _draw_axes(left, (0, 0.5, 1))
    _draw_axes(right, (0, 0.1, 0.2, 0.25))
    left.curve(smooth, sigmoid(smooth), FORWARD, 2.5)
    right.curve(smooth, derivative(sigmoid, smooth), BACKWARD, 2.5, **DASHED)
    # The tangent has the same length at all places.
    x, y = left.x(PLACES), left.y(a)
    rise = (y - left.y(a + steep)) / (left.x(PLACES + 1) - x)
    reach = 70 / np.sqrt(1 + rise**2)
    ends = x - reach, y + reach * rise, x + reach, y - reach * rise
    scene.draw("line", ends, BACKWARD, 3, key="line", **DASHED)
    for key, panel, heights, color, name in (
        ("left", left, a, FORWARD, "activation a = sigmoid(z)"),
        ("right", right, steep, BACKWARD, "slope da/dz"),
    ):
        panel.follow((f"{key}-drop", f"{key}-dot"), PLACES, heights, color, below=True)
        said = [f"{name} = {number(height, 4)}" for height in heights]
        scene.text((panel.corner[0] + 155, 14), said, color, 17, key=f"{key}-value")
    return scene


def _draw_axes(panel: Panel, ticks: Iterable[float]) -> None:
    scene, left, right = panel.scene, panel.corner[0], panel.corner[0] + panel.size[0]
    for tick in ticks:
        y = panel.y(tick)
        scene.draw("line", (left, y, right, y), LINE, 1)
        scene.text((left - 8, y), f"{tick:g}", GREY, 14, "end")
    for z in (-6, -3, 0, 3, 6):
        scene.text((panel.x(z), panel.floor + 16), number(z, 0), GREY, 14)
    scene.draw("line", (left, panel.floor, right, panel.floor), GREY, 1.2)
    scene.text(((left + right) / 2, panel.floor + 40), "pre-activation z", INK, 15)
