"""The forward and backward pass of one example in a 2-2-1 network, step by step (lesson 3)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from ...network import Parameters
from ..measured import numbers_of
from ..networks import EXAMPLE_221, edges, places_221
from ..parts import refuse_other_shapes, share
from ..style import BACKWARD, FORWARD, GREY, INK, Point, Texts
from ..wording import MINUS, TIMES, bracketed, number, wish
from .scene import DASHED, Scene, show_alive

LOSS = (840, 230)
OUTPUT, RADIUS = 650, 36
BACK = 6  # the first step of the backward pass
LAYERS, UNITS = places_221((70, 360, OUTPUT), 110, 350)


def flow(parameters: Parameters, x: ArrayLike, y: ArrayLike) -> None:
    """Show the values of one example going forward and its gradients coming back, step by step.

    The network is 2-2-1, with one example x (2, 1) and its target y (1, 1); other sizes raise a
    ValueError. The gradients are computed numerically.
    """
    arrays = [np.asarray(array, dtype=float) for array in (*parameters, x, y)]
    refuse_other_shapes(arrays, EXAMPLE_221, "a 2-2-1 network and one example")
    *of_network, x, y = arrays
    n = numbers_of(Parameters(*of_network), x, y)
    texts = {name: number(n[name], 2 if name[0] in "xyWb" else 3) for name in n}
    steps = _steps(n, texts)
    places = range(len(steps))
    scene = Scene(920, 470)
    _draw_edges(scene, n, texts)
    _draw_units(scene, n, texts)
    _draw_loss(scene, texts)
    for key in dict.fromkeys(shape.get("data-key", "") for shape in scene.svg):
        if key.startswith("from-"):
            first = int(key.removeprefix("from-"))
            scene.tracks[key, "opacity"] = [int(place >= first) for place in places]
    for key in dict.fromkeys(key for _, lit, _ in steps for key in lit):
        bright = [key in lit for _, lit, _ in steps]
        scene.tracks[key, "stroke-width"] = [5 if one else 1.8 for one in bright]
        if key.startswith("w"):  # an edge, which has another line in the backward pass
            back = [one and place >= BACK for place, one in enumerate(bright)]
            scene.tracks[f"{key}-back", "stroke-width"] = [5 if one else 0 for one in back]
            scene.tracks[key, "stroke-width"] = [
                0 if one else width for one, width in zip(back, scene.tracks[key, "stroke-width"])
            ]
    names = [f"step {place} of {places[-1]}: {steps[place][0]}" for place in places]
    sayings = [f"Step {place}. {steps[place][2]}" for place in places]
    words = (
        f"A network of two inputs, two hidden units and one output, with the numbers of one "
        f"example. Forward: inputs {texts['x[0]']} and {texts['x[1]']}, hidden activations "
        f"{texts['out_h[0]']} and {texts['out_h[1]']}, output {texts['out_y[0]']}, target "
        f"{texts['y[0]']}, loss {texts['loss']}. Back: the error of the output unit is "
        f"{texts['db2[0]']}, those of the hidden units {texts['db1[0]']} and {texts['db1[1]']}; "
        f"dW2 = {texts['dW2[0, 0]']} and {texts['dW2[0, 1]']}; dW1 = {texts['dW1[0, 0]']} and "
        f"{texts['dW1[0, 1]']} into hidden unit 0, {texts['dW1[1, 0]']} and {texts['dW1[1, 1]']} "
        "into hidden unit 1. A slider shows the numbers in the order in which they are found."
    )
    show_alive(scene, words, "step", names, sayings)


# Below, `n` are the numbers by name, and `texts` the formatted numbers.


def _write(
    scene: Scene, at: Point, said: str, first: int, color: str = INK, size: float = 15
) -> None:
    """Write a text that is visible from step `first` on."""
    scene.text(at, said, color, size, key=f"from-{first}")


def _draw_edges(scene: Scene, n: Mapping[str, float], texts: Texts) -> None:
    for name, source, target, (x, y) in edges(LAYERS, 0.5, 0.3):
        array, rim = name[:2], RADIUS / np.hypot(target[0] - source[0], target[1] - source[1])
        ends = share(source, target, rim), share(target, source, rim)
        color, dashes = (FORWARD, {}) if n[name] >= 0 else (BACKWARD, DASHED)
        line, key = np.ravel(ends).tolist(), array.lower()
        scene.draw("line", line, color, 1.8, key=key, **dashes)
        scene.draw("line", line, BACKWARD, 0, key=f"{key}-back", **DASHED)
        scene.draw("rect", (x - 60, y - 20, 120, 40), "none", 0, "white")
        _write(scene, (x, y - 9), f"{name} = {texts[name]}", 0, color, 14)
        first = 8 if array == "W2" else 11
        _write(scene, (x, y + 10), f"d{array} = {texts[f'd{name}']}", first, BACKWARD, 14)
        _write(scene, (x + 61, y + 10), wish(n[f"d{name}"]), 12, BACKWARD, 17)


def _draw_units(scene: Scene, n: Mapping[str, float], texts: Texts) -> None:
    for i, at in enumerate(LAYERS[0]):
        scene.draw("circle", (*at, RADIUS), FORWARD, 1.8, "white", key="x")
        _write(scene, at, texts[f"x[{i}]"], 0, FORWARD, 17)
        _write(scene, (at[0], at[1] - 52), f"x[{i}]", 0)
    for unit, bias, (x, y) in UNITS:
        # The steps that compute the pre-activation, dC/dout, and the gradient of the bias.
        base, back, last = (1, 9, 11) if unit[0] == "h" else (3, 6, 8)
        layer, error, arriving = unit[0], texts[f"d{bias}"], texts[f"dC/dout_{unit}"]
        scene.draw("circle", (x, y, RADIUS), INK, 1.8, "white", key=f"unit-{layer}")
        _write(scene, (x, y), texts[f"out_{unit}"], base + 1, FORWARD, 17)
        _write(scene, (x, y - 52), f"out_{unit}", 0)
        for down, said, first, color in (
            (51, f"{bias} = {texts[bias]}", 0, FORWARD),
            (70, f"net_{unit} = {texts[f'net_{unit}']}", base, FORWARD),
            (-90, f"dC/dout_{layer} = {arriving}", back, BACKWARD),
            (-71, f"delta_{layer} = {error}", back + 1, BACKWARD),
            (89, f"d{bias[:2]} = {error}", last, BACKWARD),
        ):
            _write(scene, (x, y + down), said, first, color, 14)
        _write(scene, (x + 62, y + 89), wish(n[f"d{bias}"]), 12, BACKWARD, 17)


def _draw_loss(scene: Scene, texts: Texts) -> None:
    scene.draw("line", (OUTPUT + RADIUS, 230, 783, 230), GREY, 1.8)
    scene.draw("path", ["M794 230L783 225L783 235Z"], "none", 1.5, GREY)  # the tip of the arrow
    scene.draw("rect", (LOSS[0] - 44, 206, 88, 48), INK, 1.8, "white", key="loss")
    _write(scene, LOSS, texts["loss"], 5, INK, 17)
    _write(scene, (LOSS[0], 188), "loss C", 0)
    _write(scene, (LOSS[0], 272), f"target {texts['y[0]']}", 0, INK, 14)
    _write(scene, (215, 455), "blue: values, going forward", 0, FORWARD, 14)
    _write(scene, (520, 455), "orange: gradients, coming back", 6, BACKWARD, 14)
    legend = f"loss falls if it  {wish(-1)} grows  {wish(1)} shrinks"
    _write(scene, (790, 455), legend, 12, BACKWARD, 14)


def _steps(n: Mapping[str, float], texts: Texts) -> list[tuple[str, tuple[str, ...], str]]:
    """Return for every step its name, the highlighted keys, and its description."""
    signed = {name: bracketed(text) for name, text in texts.items()}
    sum_0 = (
        f"{texts['W1[0, 0]']} {TIMES} {texts['x[0]']} + {signed['W1[0, 1]']} {TIMES} "
        f"{texts['x[1]']} + {signed['b1[0]']} = {texts['net_h[0]']}"
    )
    slope_y = n["db2[0]"] / n["dC/dout_y[0]"] if n["dC/dout_y[0]"] else 0.0
    paths = ", ".join(
        f"{texts['db2[0]']} {TIMES} {signed[f'W2[0, {j}]']} = {texts[f'dC/dout_h[{j}]']}"
        for j in range(2)
    )
    return [
        ("the network", ("x",), "The inputs are in place, and every weight and bias has a value."),
        ("net_h", ("w1", "unit-h"), "Forward. Each hidden unit adds up its weighted inputs and its "
         f"bias. Unit 0: {sum_0}."),
        ("out_h", ("unit-h",), "The sigmoid turns the pre-activations into the activations "
         f"{texts['out_h[0]']} and {texts['out_h[1]']}."),
        ("net_y", ("w2", "unit-y"), "The output unit adds up the weighted activations and its "
         f"bias: net_y = {texts['net_y[0]']}."),
        ("out_y", ("unit-y",), f"Its activation is {texts['out_y[0]']}: the output of "
         "the network."),
        ("loss", ("loss",), f"The target is {texts['y[0]']}. The loss is half of the squared "
         f"distance: {texts['loss']}."),
        ("dC/dout_y", ("loss",), "Now back. The derivative of the loss with respect to the "
         f"output is its distance from the target: {texts['out_y[0]']} {MINUS} {signed['y[0]']} = "
         f"{texts['dC/dout_y[0]']}."),
        ("delta_y", ("unit-y",), "Through the sigmoid it is multiplied by the slope of the unit, "
         f"{number(slope_y)}. The error of the output unit is {texts['db2[0]']}."),
        ("dW2, db2", ("w2",), "The gradient of a weight is the error at its end, times the "
         f"activation at its start. The bias takes the error itself: {texts['db2[0]']}."),
        ("dC/dout_h", ("w2", "unit-h"), "The error goes back along each weight and is multiplied "
         f"by it: {paths}."),
        ("delta_h", ("unit-h",), "Through the sigmoids, each with its own slope: the errors of the "
         f"hidden units are {texts['db1[0]']} and {texts['db1[1]']}."),
        ("dW1, db1", ("w1",), "Again, error times input: now every weight and bias of the hidden "
         "units has its gradient."),
        ("signs", (), "A negative gradient: the loss falls if this number grows. A "
         "positive one: the loss falls if it shrinks."),
    ]  # fmt: skip
