"""Several walks down one valley, step by step (lesson 7)."""

from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..parts import refuse_nothing
from ..style import BACKWARD, FORWARD, GREY, INK, LINE, PURPLE, Look
from ..wording import counted, short
from .scene import Panel, Scene, curve, show_alive

LOOKS: tuple[tuple[str, Look], ...] = (
    (GREY, {"stroke_dasharray": "2 3"}), (INK, {}), (FORWARD, {"stroke_dasharray": "9 3"}),
    (BACKWARD, {"stroke_dasharray": "6 4"}), (PURPLE, {}),
)  # fmt: skip
LEVELS = (0.05, 0.25, 1.0, 2.5, 5.0)  # losses of the contour lines


def walks_in_a_valley(
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray], walks: Mapping[str, ArrayLike]
) -> None:
    """Show walks over two weights and their losses; a slider moves along the steps.

    `loss` takes two arrays of weights and returns the loss of each pair. All walks are arrays of
    the same shape (steps + 1, 2); otherwise a ValueError is raised.
    """
    refuse_nothing(walks, "walk")
    paths = {name: np.asarray(walk, dtype=float) for name, walk in walks.items()}
    steps = {walk.shape for walk in paths.values()}
    if len(steps) != 1 or len(next(iter(steps))) != 2:
        raise ValueError(f"the walks should have one shape (steps + 1, 2), not {sorted(steps)}")
    losses = {name: loss(*walk.T) for name, walk in paths.items()}
    most = len(next(iter(paths.values()))) - 1
    frames = [*range(min(most, 20)), *range(20, most + 1, 2)] if most > 20 else range(most + 1)
    scene = Scene(930, 400)
    plane = Panel(scene, (46, 36), (520, 250), (-10, 3), (-1.6, 1.6))
    _valley(plane, loss)
    right = Panel(scene, (640, 36), (270, 250), (0, most), (-4, 1))
    _axes(right, most)
    for place, (name, (color, dashes)) in enumerate(zip(paths, cycle(LOOKS), strict=False)):
        walk, key = paths[name], f"walk-{place}"
        x, y = plane.x(walk[:, 0]), plane.y(np.clip(walk[:, 1], -1.6, 1.6))
        ways = [curve(zip(x[: k + 1], y[: k + 1], strict=True)) for k in frames]
        scene.draw("path", [ways], color, 2, "none", key=key, **dashes)
        dots = x[list(frames)], y[list(frames)], 5
        scene.draw("circle", dots, "white", 1.5, color, key=f"dot-{place}")
        height = np.clip(np.log10(np.maximum(losses[name], 1e-9)), -4, 1)
        right.curve(range(most + 1), height, color, 2, **dashes)
        across, up = 46 + 470 * (place % 2), 340 + 24 * (place // 2)
        scene.draw("line", (across, up, across + 40, up), color, 3, **dashes)
        said = [f"{name}: C = {short(losses[name][k], '.2g')}" for k in frames]
        scene.text((across + 50, up), said, color, 16, "start", key=f"said-{place}")
    now = right.x(list(frames))
    ends = now, right.corner[1], now, right.floor
    scene.draw("line", ends, GREY, 1.5, key="now", stroke_dasharray="3 3")
    names = [f"step {k}" for k in frames]
    sayings = [_said(k, losses) for k in frames]
    show_alive(scene, _told(losses, most, len(frames)), "step", names, sayings, play=True)


def _said(step: int, losses: Mapping[str, np.ndarray]) -> str:
    """Describe the losses after a step."""
    each = (f"{name}: C = {short(one[step], '.2g')}" for name, one in losses.items())
    return f"After {counted(step, 'step')}: {', '.join(each)}."


def _told(losses: Mapping[str, np.ndarray], most: int, frames: int) -> str:
    """Describe the figure."""
    last = "; ".join(f"{name}: {short(one[-1], '.2g')}" for name, one in losses.items())
    return (
        f"{len(losses)} walks down a valley that is 40 times as steep across as along, from the "
        "same start. Left their places on lines of equal loss, right the loss over the steps on "
        f"a logarithmic axis. The loss after {counted(most, 'step')}: {last}. A slider goes "
        f"through {frames} moments."
    )


def _valley(plane: Panel, loss: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    """Draw lines of equal loss, and the minimum."""
    from contourpy import contour_generator

    scene = plane.scene
    across, up = np.linspace(*plane.across, 131), np.linspace(*plane.up, 65)
    heights = loss(*np.meshgrid(across, up))
    contours: Any = contour_generator(plane.x(across), plane.y(up), heights)
    for level in LEVELS:
        for line in contours.lines(level):
            scene.draw("path", [curve(line[::2])], LINE, 1.4, "none")
    scene.draw("rect", (*plane.corner, *plane.size), GREY, 1, "none")
    scene.draw("circle", (float(plane.x(0)), float(plane.y(0)), 4), INK, 1.5, INK)
    scene.text((float(plane.x(0)) + 44, float(plane.y(0)) - 14), "bottom", INK, 14)
    scene.text((plane.corner[0] + 260, 16), "the two weights, and lines of equal loss", INK, 16)


def _axes(panel: Panel, most: int) -> None:
    scene, left = panel.scene, panel.corner[0]
    right = left + panel.size[0]
    for tick in (-4, -3, -2, -1, 0, 1):
        y = float(panel.y(tick))
        scene.draw("line", (left, y, right, y), LINE, 1)
        scene.text((left - 8, y), short(10.0**tick), GREY, 14, "end")
    scene.text((left, panel.floor + 16), "0", GREY, 14)
    scene.text((right, panel.floor + 16), f"{most}", GREY, 14)
    scene.text(((left + right) / 2, 16), "loss C, on a logarithmic axis", INK, 16)
    scene.text(((left + right) / 2, panel.floor + 16), "step", INK, 15)
