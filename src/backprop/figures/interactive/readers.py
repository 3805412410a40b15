"""Two networks that read handwritten digits, one trained and one not (lesson 1)."""

import numpy as np

from ...datasets import digits, trained_digits
from ...network import Parameters, forward
from ..style import BACKWARD, FORWARD, GREY, INK, LINE
from ..wording import number
from .scene import Scene, show_alive

EACH = 2  # number of pictures of each digit
START = 6  # index of the first picture of a 3
PIXEL = 15  # side of a pixel, in units of the drawing
ROW = 21  # height of the row of an output


def digit_readers() -> None:
    """Show how a trained and an untrained network read pictures of handwritten digits.

    A slider selects one of 20 held-out pictures, two of each digit. Bars show the ten outputs of
    both networks; a network reads the digit with the largest output.
    """
    X, labels, held_out = digits()
    chosen = np.concatenate([np.flatnonzero(held_out & (labels == d))[:EACH] for d in range(10)])
    start, end, _ = trained_digits()
    outputs = {
        "trained": forward(Parameters(*end), X[:, chosen]).out_y,
        "untrained": forward(Parameters(*start), X[:, chosen]).out_y,
    }
    read = {name: out.argmax(axis=0) for name, out in outputs.items()}
    names = [f"{digit}, picture {place % EACH + 1}" for place, digit in enumerate(labels[chosen])]
    sayings = [
        f"A handwritten {digit}. " + " ".join(_said(name, read[name][e], digit) for name in read)
        for e, digit in enumerate(labels[chosen])
    ]
    words = (
        "A picture of a handwritten digit, 8 by 8 pixels, and below it two networks, each with a "
        f"bar for each of its ten outputs. {sayings[START]} A slider goes through "
        f"{len(chosen)} pictures, {EACH} of each digit."
    )
    scene = _scene(X[:, chosen], labels[chosen], outputs)
    show_alive(scene, words, "digit", names, sayings, start=START)


def _said(name: str, read: int, digit: int) -> str:
    return f"The {name} network reads {read}, which is {'right' if read == digit else 'wrong'}."


def _scene(X: np.ndarray, labels: np.ndarray, outputs: dict[str, np.ndarray]) -> Scene:
    scene = Scene(480, 440)
    corner, side = (40, 12), 8 * PIXEL
    scene.draw("rect", (*corner, side, side), "none", 0, _grey(0))
    for place, ink in enumerate(X):
        at = corner[0] + place % 8 * PIXEL, corner[1] + place // 8 * PIXEL, PIXEL, PIXEL
        if ink.any():
            scene.draw("rect", at, "none", 0, [_grey(one) for one in ink], key=f"pixel-{place}")
    scene.draw("rect", (*corner, side, side), GREY, 1.2, "none")
    scene.text((190, 58), [f"a handwritten {d}" for d in labels], INK, 18, "start", key="what")
    scene.text((190, 86), "8 × 8 pixels, 64 inputs", GREY, 15, "start")
    for (name, out), left in zip(outputs.items(), (14, 254)):
        _reader(scene, name, out, labels, left)
    return scene


def _reader(scene: Scene, name: str, out: np.ndarray, labels: np.ndarray, left: float) -> None:
    """Draw the digit that a network reads, and a bar for each of its outputs (10, pictures)."""
    read, top, most = out.argmax(axis=0), 206, 130
    scene.text((left, 158), f"{name} network", INK, 17, "start")
    verdicts = [f"reads {r}: {'right' if r == d else 'wrong'}" for r, d in zip(read, labels)]
    colors = [FORWARD if r == d else BACKWARD for r, d in zip(read, labels)]
    scene.text((left, 182), verdicts, colors, 17, "start", key=f"{name}-verdict")
    for k, heights in enumerate(out):
        y = top + k * ROW
        fills = [FORWARD if r == k else GREY for r in read]
        scene.text((left + 6, y + ROW / 2), str(k), INK, 15)
        bar = left + 20, y + 4, heights * most, ROW - 8
        scene.draw("rect", bar, "none", 0, fills, key=f"{name}-{k}")
        said = [number(height, 2) for height in heights]
        scene.text((left + 200, y + ROW / 2), said, INK, 14, "end", key=f"{name}-value-{k}")
    floor = top + 10 * ROW
    scene.draw("line", (left + 20, top, left + 20, floor), GREY, 1.2)
    scene.draw("line", (left + 20 + most, top, left + 20 + most, floor), LINE, 1.2)
    scene.text((left + 20, floor + 11), "0", GREY, 13)
    scene.text((left + 20 + most, floor + 11), "1", GREY, 13)


def _grey(ink: float) -> str:
    """Return the colour of a pixel, from 0 (white) to 1 (black)."""
    level = f"{round(15 * (1 - float(ink))):x}"
    return f"#{3 * level}"
