"""One example on its way through a network of two, two and one units, and back (lesson 3)."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...differentiate import gradient
from ...network import Parameters, forward, half_squared_error, layer, sigmoid
from ..measured import gradients
from ..networks import EXAMPLE_221, edges, entries, refuse_other_shapes
from ..parts import share
from ..style import BACKWARD, FORWARD, GREY, INK, Point
from ..wording import MINUS, TIMES, bracketed, number, wish
from .scene import Scene, show_alive

INPUTS = ((70, 110), (70, 350))
HIDDEN = ((360, 110), (360, 350))
OUTPUT = ((650, 230),)
LOSS = (840, 230)
RADIUS = 36


def flow(parameters: Parameters, x: ArrayLike, y: ArrayLike) -> None:
    """Show the values of one example going forward and its gradients coming back, by steps.

    The network is 2-2-1, the example x (2, 1) and its target y (1, 1); other sizes raise a
    ValueError. The gradients are derivatives of the loss, taken numerically.
    """
    arrays = [np.asarray(array, dtype=float) for array in (*parameters, x, y)]
    refuse_other_shapes(arrays, EXAMPLE_221, "a 2-2-1 network and one example")
    run = _Run(*arrays)
    steps = _steps(run)
    places = range(len(steps))
    scene = Scene(920, 470)
    _draw_edges(scene, run)
    _draw_units(scene, run)
    _draw_loss(scene, run)
    for key in dict.fromkeys(shape.get("data-key", "") for shape in scene.svg):
        if key.startswith("from-"):
            first = int(key.removeprefix("from-"))
            scene.tracks[key, "opacity"] = [int(place >= first) for place in places]
    for key in dict.fromkeys(key for _, lit, _ in steps for key in lit):
        scene.tracks[key, "stroke-width"] = [5 if key in lit else 1.8 for _, lit, _ in steps]
    names = [f"step {place} of {places[-1]}: {steps[place][0]}" for place in places]
    sayings = [f"Step {place}. {steps[place][2]}" for place in places]
    show_alive(scene, _words(run), "step", names, sayings)


class _Run:
    """All numbers of one example, forward and back.

    The error of a unit is the derivative with respect to its bias: delta_h is in `slopes.b1`,
    delta_y in `slopes.b2`.
    """

    def __init__(self, *arrays: np.ndarray) -> None:
        *parameters, self.x, self.y = arrays
        self.parameters = Parameters(*parameters)
        self.values = forward(self.parameters, self.x)
        self.loss = float(half_squared_error(self.values.out_y, self.y))
        _, _, W2, b2 = self.parameters
        (self.at_out_y,) = gradient(  # (1, 1)
            lambda out_y: half_squared_error(out_y, self.y), self.values.out_y
        )
        (self.at_out_h,) = gradient(  # (2, 1)
            lambda out_h: half_squared_error(sigmoid(layer(W2, b2, out_h)), self.y),
            self.values.out_h,
        )
        self.slopes = gradients(self.parameters, self.x, self.y)


def _write(
    scene: Scene, at: Point, said: str, first: int, color: str = INK, size: float = 15, **more: Any
) -> None:
    """Write what is seen from some step on."""
    scene.text(at, said, color, size, key=f"from-{first}", **more)


def _draw_edges(scene: Scene, run: _Run) -> None:
    weights, slopes = (entries(Parameters._fields, a) for a in (run.parameters, run.slopes))
    for name, source, target, (x, y) in edges((INPUTS, HIDDEN, OUTPUT), 0.5, 0.3):
        array, rim = name[:2], RADIUS / np.hypot(target[0] - source[0], target[1] - source[1])
        ends = share(source, target, rim), share(target, source, rim)
        scene.draw("line", np.ravel(ends).tolist(), GREY, 1.8, key=array.lower())
        scene.draw("rect", (x - 56, y - 20, 112, 40), "none", 0, "white")
        said = f"{name.replace(' ', '')} = {number(weights[name], 2)}"
        first = 8 if array == "W2" else 11
        _write(scene, (x, y - 9), said, 0, FORWARD, 14)
        _write(scene, (x, y + 10), f"d{array} = {number(slopes[name])}", first, BACKWARD, 14)
        _write(scene, (x + 61, y + 10), wish(slopes[name]), 12, BACKWARD, 17)


def _draw_units(scene: Scene, run: _Run) -> None:
    for i, (x, y) in enumerate(INPUTS):
        scene.draw("circle", (x, y, RADIUS), FORWARD, 1.8, "white", key="x")
        _write(scene, (x, y), number(run.x[i, 0], 2), 0, FORWARD, 17)
        _write(scene, (x, y - 52), f"x[{i}]", 0)
    # When it is found: the pre-activation; what arrives from behind; the slope of the bias.
    for name, places, array, base, back, last in (
        ("h", HIDDEN, "b1", 1, 9, 11),
        ("y", OUTPUT, "b2", 3, 6, 8),
    ):
        net, out = (getattr(run.values, f"{kind}_{name}")[:, 0] for kind in ("net", "out"))
        bias, slope = getattr(run.parameters, array)[:, 0], getattr(run.slopes, array)[:, 0]
        arriving = getattr(run, f"at_out_{name}")[:, 0]
        for j, (x, y) in enumerate(places):
            scene.draw("circle", (x, y, RADIUS), INK, 1.8, "white", key=f"unit-{name}")
            _write(scene, (x, y), number(out[j]), base + 1, FORWARD, 17)
            _write(scene, (x, y - 52), f"out_{name}[{j}]", 0)
            for down, said, first, color in (
                (51, f"{array}[{j}] = {number(bias[j], 2)}", 0, FORWARD),
                (70, f"net_{name}[{j}] = {number(net[j])}", base, FORWARD),
                (-90, f"dC/dout_{name} = {number(arriving[j])}", back, BACKWARD),
                (-71, f"delta_{name} = {number(slope[j])}", back + 1, BACKWARD),
                (89, f"d{array} = {number(slope[j])}", last, BACKWARD),
            ):
                _write(scene, (x, y + down), said, first, color, 14)
            _write(scene, (x + 62, y + 89), wish(slope[j]), 12, BACKWARD, 17)


def _draw_loss(scene: Scene, run: _Run) -> None:
    scene.draw("line", (OUTPUT[0][0] + RADIUS, 230, 783, 230), GREY, 1.8)
    scene.draw("path", ["M794 230L783 225L783 235Z"], "none", 1.5, GREY)  # the tip of the arrow
    scene.draw("rect", (LOSS[0] - 44, 206, 88, 48), INK, 1.8, "white", key="loss")
    _write(scene, LOSS, number(run.loss), 5, INK, 17)
    _write(scene, (LOSS[0], 188), "loss C", 0)
    _write(scene, (LOSS[0], 272), f"target {number(run.y[0, 0], 2)}", 0, INK, 14)
    _write(scene, (215, 455), "blue: values, going forward", 0, FORWARD, 14)
    _write(scene, (520, 455), "orange: gradients, coming back", 6, BACKWARD, 14)
    legend = f"{wish(-1)} wants to grow  {wish(1)} wants to shrink"
    _write(scene, (790, 455), legend, 12, BACKWARD, 14)


def _steps(run: _Run) -> list[tuple[str, tuple[str, ...], str]]:
    """Return for every step its name, what is lit, and what is said."""
    p, v, n = run.parameters, run.values, number
    out, target, delta_y = v.out_y[0, 0], run.y[0, 0], run.slopes.b2[0, 0]
    sum_0 = (
        f"{n(p.W1[0, 0], 2)} {TIMES} {n(run.x[0, 0], 2)} + {_signed(p.W1[0, 1])} {TIMES} "
        f"{n(run.x[1, 0], 2)} + {_signed(p.b1[0, 0])} = {n(v.net_h[0, 0])}"
    )
    slope_y = delta_y / run.at_out_y[0, 0] if run.at_out_y[0, 0] else 0.0
    paths = ", ".join(
        f"{n(delta_y)} {TIMES} {_signed(p.W2[0, j])} = {n(run.at_out_h[j, 0])}" for j in range(2)
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
         f"unit, {n(slope_y)}. The error of the output unit is {n(delta_y)}."),
        ("dW2, db2", ("w2",), "The gradient of a weight is the error at its end, times the "
         f"activation at its start. The bias takes the error itself: {n(delta_y)}."),
        ("dC/dout_h", ("w2", "unit-h"), "The error goes back along each weight and is multiplied "
         f"by it: {paths}."),
        ("delta_h", ("unit-h",), "Through the sigmoids, each with its own slope: the errors of the "
         f"hidden units are {n(run.slopes.b1[0, 0])} and {n(run.slopes.b1[1, 0])}."),
        ("dW1, db1", ("w1",), "Again, error times input: every weight and bias of the hidden units "
         "has its gradient."),
        ("what they want", (), "A negative gradient: the loss falls if this number grows. A "
         "positive one: the loss falls if it shrinks."),
    ]  # fmt: skip


def _signed(value: float) -> str:
    return bracketed(number(value, 2))


def _words(run: _Run) -> str:
    v, s, n = run.values, run.slopes, number
    (a, b), (c, d) = s.W1
    return (
        f"A network of two inputs, two hidden units and one output, with the numbers of one "
        f"example. Forward: inputs {n(run.x[0, 0], 2)} and {n(run.x[1, 0], 2)}, hidden activations "
        f"{n(v.out_h[0, 0])} and {n(v.out_h[1, 0])}, output {n(v.out_y[0, 0])}, target "
        f"{n(run.y[0, 0], 2)}, loss {n(run.loss)}. Back: the error of the output unit is "
        f"{n(s.b2[0, 0])}, those of the hidden units {n(s.b1[0, 0])} and "
        f"{n(s.b1[1, 0])}; dW2 = {n(s.W2[0, 0])} and {n(s.W2[0, 1])}; dW1 = {n(a)} and "
        f"{n(b)} into hidden unit 0, {n(c)} and {n(d)} into hidden unit 1. A slider shows the "
        "numbers in the order in which they are found."
    )
