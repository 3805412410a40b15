"""One example on its way through a network of two, two and one units, and back (lesson 3)."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ...differentiate import gradient
from ...network import Parameters, forward, half_squared_error, layer, sigmoid
from ..style import BACKWARD, FORWARD, GREY, INK
from ..wording import number
from .scene import Scene, show_alive

INPUTS = ((70, 110), (70, 350))
HIDDEN = ((360, 110), (360, 350))
OUTPUT = ((650, 230),)
LOSS = (840, 230)
RADIUS = 36
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
SHAPES = [(2, 2), (2, 1), (1, 2), (1, 1), (2, 1), (1, 1)]


def flow(parameters: Parameters, x: ArrayLike, y: ArrayLike) -> None:
    """Show the values of one example going forward and its gradients coming back, by steps.

    The gradients are derivatives of the loss, taken numerically.

    Parameters
    ----------
    parameters
        `Parameters` of a 2-2-1 network.
    x, y
        One example, (2, 1), and its target, (1, 1).

    Raises
    ------
    ValueError
        For other sizes.
    """
    arrays = [np.asarray(array, dtype=float) for array in (*parameters, x, y)]
    found = [array.shape for array in arrays]
    if found != SHAPES:
        raise ValueError(
            f"the drawing is made for a 2-2-1 network and one example, with the shapes {SHAPES}; "
            f"the shapes are {found}"
        )
    *parameters, x, y = arrays
    run = _Run(Parameters(*parameters), x, y)
    scene = Scene(920, 470)
    appearing = _draw(scene, run)
    steps = _steps(run)
    names = [
        f"step {place} of {len(steps) - 1}: {name}" for place, (name, _, _) in enumerate(steps)
    ]
    for key, first in appearing.items():
        scene.tracks[key, "opacity"] = [int(place >= first) for place in range(len(steps))]
    for key in dict.fromkeys(key for _, lit, _ in steps for key in lit):
        scene.tracks[key, "stroke-width"] = [5 if key in lit else 1.8 for _, lit, _ in steps]
    show_alive(
        scene,
        label="step",
        names=names,
        sayings=[f"Step {place}. {said}" for place, (_, _, said) in enumerate(steps)],
        start=0,
        still=len(steps) - 1,
        words=_words(run),
    )


# Writes a text that is seen from some step on: its place, what it says, the step, the color, the
# size.
Write: TypeAlias = Callable[..., None]


class _Run:
    """All numbers of one example, forward and back."""

    def __init__(self, parameters: Parameters, x: np.ndarray, y: np.ndarray) -> None:
        self.parameters, self.x, self.y = parameters, x, y
        self.values = forward(parameters, x)
        self.loss = float(half_squared_error(self.values.out_y, y))

        def from_out_y(out_y: np.ndarray) -> np.ndarray:
            return half_squared_error(out_y, y)

        def from_net_y(net_y: np.ndarray) -> np.ndarray:
            return from_out_y(sigmoid(net_y))

        def from_out_h(out_h: np.ndarray) -> np.ndarray:
            return from_net_y(layer(parameters.W2, parameters.b2, out_h))

        def from_net_h(net_h: np.ndarray) -> np.ndarray:
            return from_out_h(sigmoid(net_h))

        def from_parameters(*moved: np.ndarray) -> np.ndarray:
            return half_squared_error(forward(Parameters(*moved), x).out_y, y)

        (self.at_out_y,) = gradient(from_out_y, self.values.out_y)  # (1, 1)
        (self.delta_y,) = gradient(from_net_y, self.values.net_y)  # (1, 1)
        (self.at_out_h,) = gradient(from_out_h, self.values.out_h)  # (2, 1)
        (self.delta_h,) = gradient(from_net_h, self.values.net_h)  # (2, 1)
        self.slopes = Parameters(*gradient(from_parameters, *parameters))


def _edges() -> Iterator[tuple[str, tuple[int, int], tuple[float, float], tuple[float, float]]]:
    """Yield array, entry, place of the source, of the target, for every weight."""
    for j, i in np.ndindex(2, 2):
        yield "W1", (j, i), INPUTS[i], HIDDEN[j]
    for j in range(2):
        yield "W2", (0, j), HIDDEN[j], OUTPUT[0]


def _draw(scene: Scene, run: _Run) -> dict[str, int]:
    """Draw everything; return from which step on each key is seen."""
    appearing = {}

    def text(
        at: tuple[float, float],
        said: str,
        first: int,
        color: str = INK,
        size: float = 15,
        **more: Any,
    ) -> None:
        key = f"from-{first}"
        appearing[key] = first
        scene.text(at, said, color, size, key=key, **more)

    _draw_edges(scene, run, text)
    for i, at in enumerate(INPUTS):
        scene.circle(at, RADIUS, FORWARD, key="x")
        text(at, number(run.x[i, 0], 2), 0, FORWARD, 17)
        text((at[0], at[1] - 52), f"x[{i}]", 0)
    _draw_units(scene, run, text)
    scene.arrow((OUTPUT[0][0] + RADIUS, 230), (LOSS[0] - 46, 230), GREY, 1.8)
    scene.rectangle((LOSS[0] - 44, 206), (88, 48), INK, key="loss", width=1.8)
    text(LOSS, number(run.loss), 5, INK, 17)
    text((LOSS[0], 188), "loss C", 0)
    text((LOSS[0], 272), f"target {number(run.y[0, 0], 2)}", 0, INK, 14)
    text((215, 455), "blue: values, going forward", 0, FORWARD, 14)
    text((520, 455), "orange: gradients, coming back", 6, BACKWARD, 14)
    text((790, 455), "\u2191 wants to grow  \u2193 wants to shrink", 12, BACKWARD, 14)
    return appearing


def _draw_edges(scene: Scene, run: _Run, text: Write) -> None:
    for name, (j, i), source, target in _edges():
        start, end = np.array(source, float), np.array(target, float)
        along = (end - start) / np.linalg.norm(end - start)
        scene.line(start + RADIUS * along, end - RADIUS * along, GREY, 1.8, key=f"{name.lower()}")
        crossing = name == "W1" and j != i
        middle = start + (0.3 if crossing else 0.5) * (end - start)
        wide = 112
        scene.rectangle((middle[0] - wide / 2, middle[1] - 20), (wide, 40), fill="white", width=0)
        weight = getattr(run.parameters, name)[j, i]
        slope = getattr(run.slopes, name)[j, i]
        text((middle[0], middle[1] - 9), f"{name}[{j},{i}] = {number(weight, 2)}", 0, FORWARD, 14)
        first = 8 if name == "W2" else 11
        text((middle[0], middle[1] + 10), f"d{name} = {number(slope)}", first, BACKWARD, 14)
        text((middle[0] + wide / 2 + 5, middle[1] + 10), _wish(slope), 12, BACKWARD, 17)


def _draw_units(scene: Scene, run: _Run, text: Write) -> None:
    parameters, values = run.parameters, run.values
    for name, places, base in (("h", HIDDEN, 1), ("y", OUTPUT, 3)):
        nets, outs = getattr(values, f"net_{name}"), getattr(values, f"out_{name}")
        deltas, arriving = getattr(run, f"delta_{name}"), getattr(run, f"at_out_{name}")
        array = "b1" if name == "h" else "b2"
        back = 9 if name == "h" else 6
        for j, (x, y) in enumerate(places):
            scene.circle((x, y), RADIUS, INK, key=f"unit-{name}")
            text((x, y), number(outs[j, 0]), base + 1, FORWARD, 17)
            text((x, y - 52), f"out_{name}[{j}]", 0)
            bias = getattr(parameters, array)[j, 0]
            text((x, y + 51), f"{array}[{j}] = {number(bias, 2)}", 0, FORWARD, 14)
            text((x, y + 70), f"net_{name}[{j}] = {number(nets[j, 0])}", base, FORWARD, 14)
            arrived = f"dC/dout_{name} = {number(arriving[j, 0])}"
            text((x, y - 90), arrived, back, BACKWARD, 14)
            text((x, y - 71), f"delta_{name} = {number(deltas[j, 0])}", back + 1, BACKWARD, 14)
            slope = getattr(run.slopes, array)[j, 0]
            first = 8 if name == "y" else 11
            text((x, y + 89), f"d{array} = {number(slope)}", first, BACKWARD, 14)
            text((x + 62, y + 89), _wish(slope), 12, BACKWARD, 17)


def _steps(run: _Run) -> list[tuple[str, tuple[str, ...], str]]:
    """Return for every step its name, what is lit, and what is said."""
    p, v, n = run.parameters, run.values, number
    out, target = v.out_y[0, 0], run.y[0, 0]
    sum_0 = (
        f"{n(p.W1[0, 0], 2)} {TIMES} {n(run.x[0, 0], 2)} + {_signed(p.W1[0, 1])} {TIMES} "
        f"{n(run.x[1, 0], 2)} + {_signed(p.b1[0, 0])} = {n(v.net_h[0, 0])}"
    )
    slope_y = run.delta_y[0, 0] / run.at_out_y[0, 0] if run.at_out_y[0, 0] else 0.0
    paths = ", ".join(
        f"{n(run.delta_y[0, 0])} {TIMES} {_signed(p.W2[0, j])} = {n(run.at_out_h[j, 0])}"
        for j in range(2)
    )
    return [
        ("the network", ("x",), "The inputs are in place, and every weight and bias has a value."),
        ("net_h", ("w1", "unit-h"), "Forward. Each hidden unit adds up its weighted inputs and its "
         f"bias. Unit 0: {sum_0}."),
        ("out_h", ("unit-h",), "The sigmoid turns the pre-activations into the activations "
         f"{n(v.out_h[0, 0])} and {n(v.out_h[1, 0])}."),
        ("net_y", ("w2", "unit-y"), "The output unit adds up the weighted activations and its "
         f"bias: net_y = {n(v.net_y[0, 0])}."),
        ("out_y", ("unit-y",), f"Its activation is {n(out)}: the output of the network."),
        ("loss", ("loss",), f"The target is {n(target, 2)}. The loss is half of the squared "
         f"distance: {n(run.loss)}."),
        ("dC/dout_y", ("loss",), "Now back. The loss answers to the output with the distance "
         f"from the target: {n(out)} {MINUS} {_signed(target)} = {n(run.at_out_y[0, 0])}."),
        ("delta_y", ("unit-y",), "Through the sigmoid the rate is multiplied by the slope of the "
         f"unit, {n(slope_y)}. The error of the output unit is {n(run.delta_y[0, 0])}."),
        ("dW2, db2", ("w2",), "The gradient of a weight is the error at its end, times the "
         f"activation at its start. The bias takes the error itself: {n(run.slopes.b2[0, 0])}."),
        ("dC/dout_h", ("w2", "unit-h"), "The error goes back along each weight and is multiplied "
         f"by it: {paths}."),
        ("delta_h", ("unit-h",), "Through the sigmoids, each with its own slope: the errors of the "
         f"hidden units are {n(run.delta_h[0, 0])} and {n(run.delta_h[1, 0])}."),
        ("dW1, db1", ("w1",), "Again, error times input: every weight and bias of the hidden units "
         "has its gradient."),
        ("what they want", (), "A negative gradient: the loss falls if this number grows. A "
         "positive one: the loss falls if it shrinks."),
    ]  # fmt: skip


def _signed(value: float) -> str:
    text = number(value, 2)
    return f"({text})" if text.startswith(MINUS) else text


def _wish(slope: float) -> str:
    """Return the arrow that says where a weight with this gradient wants to go."""
    if slope == 0:
        return ""
    return "\N{UPWARDS ARROW}" if slope < 0 else "\N{DOWNWARDS ARROW}"


def _words(run: _Run) -> str:
    v, s, n = run.values, run.slopes, number
    (a, b), (c, d) = s.W1
    return (
        f"A network of two inputs, two hidden units and one output, with the numbers of one "
        f"example. Forward: inputs {n(run.x[0, 0], 2)} and {n(run.x[1, 0], 2)}, hidden activations "
        f"{n(v.out_h[0, 0])} and {n(v.out_h[1, 0])}, output {n(v.out_y[0, 0])}, target "
        f"{n(run.y[0, 0], 2)}, loss {n(run.loss)}. Back: the error of the output unit is "
        f"{n(run.delta_y[0, 0])}, those of the hidden units {n(run.delta_h[0, 0])} and "
        f"{n(run.delta_h[1, 0])}; dW2 = {n(s.W2[0, 0])} and {n(s.W2[0, 1])}; dW1 = {n(a)} and "
        f"{n(b)} into hidden unit 0, {n(c)} and {n(d)} into hidden unit 1. A slider shows the "
        "numbers in the order in which they are found."
    )
