"""Gradients of lesson 3 as tables of numbers, and a table of what tests notice."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from ...network import Parameters, forward
from .. import style
from ..cache import Drawing, drawn_once
from ..parts import rectangle, refuse_other_shapes, table, words
from ..style import BACKWARD, BACKWARD_TINT, FORWARD, GREY, Look, Point
from ..wording import listed, number
from .measured import gradients
from .network import ONE_EXAMPLE


def _table(axes: Axes, corner: Point, numbers: np.ndarray, largest: float, cell: Point) -> None:
    """Draw a matrix, the more blue (positive) or orange (negative) the larger a number is."""
    dense = 0.55 * np.minimum(np.abs(numbers) / (largest or 1), 1)[..., None]
    ends = np.where(numbers[..., None] > 0, (0.0, 0.45, 0.70), (0.90, 0.50, 0.10))
    table(axes, corner, numbers, cell, number, fills=1 - dense * (1 - ends), widths=(1, 1))


@drawn_once
def multiplication_tables(parameters: Parameters, x: np.ndarray, y: np.ndarray) -> Drawing:
    """Draw dW2 and dW1 of one example as multiplication tables: errors times inputs.

    The arguments are those of `forward_values`, which also raises the same.
    """
    refuse_other_shapes((*parameters, x, y), *ONE_EXAMPLE)
    slopes, out_h = gradients(parameters, x, y), forward(parameters, x).out_h
    figure, axes = style.canvas(9, 3.3, (-2.3, 10.5), (-2.5, 2.0), equal=True)
    for left, name, array, deltas, delta, inputs, source in (
        (0.0, "dW2", slopes.W2, slopes.b2, "delta_y", out_h, "out_h"),
        (7.0, "dW1", slopes.W1, slopes.b1, "delta_h", x, "x"),
    ):
        words(axes, (left + 1.5, 1.75), name, size=13)
        for i, value in enumerate(inputs[:, 0]):
            words(axes, (left + 0.75 + 1.5 * i, 0.8), f"{source}[{i}]\n{number(value)}", FORWARD)
        for row, value in enumerate(deltas[:, 0]):
            words(axes, (left - 0.95, -0.5 - row), f"{delta}[{row}]\n{number(value)}", BACKWARD)
        _table(axes, (left, 0.0), array, np.max(np.abs(array)), (1.5, 1.0))
    first, second = (listed(row, ".3f", " and ") for row in slopes.W1)
    return figure, (
        "Two multiplication tables: each entry is the error at the left of its row times the "
        f"input above its column. dW2: error {slopes.b2[0, 0]:.3f}, inputs "
        f"{listed(out_h[:, 0], '.3f', ' and ')}, entries {listed(slopes.W2[0], '.3f', ' and ')}. "
        f"dW1: errors {listed(slopes.b1[:, 0], '.3f', ' and ')}, inputs "
        f"{listed(x[:, 0], '.3f', ' and ')}, first row {first}, second row {second}."
    )


@drawn_once
def sum_over_examples(parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> Drawing:
    """Draw the dW1 and db1 of each of four examples, and their sums.

    The network is 2-2-1; X (2, 4) are the examples, or it is a ValueError, Y (1, 4) the targets.
    """
    if np.shape(X) != (2, 4):
        raise ValueError(f"the picture is made for four examples of two inputs, not {np.shape(X)}")
    parts = [gradients(parameters, X[:, [e]], Y[:, [e]]) for e in range(4)]
    tables = [np.hstack([part.W1, part.b1]) for part in parts]
    total = sum(tables, np.zeros_like(tables[0]))
    largest = np.max(np.abs([*tables, total]))
    figure, axes = style.canvas(9, 3.7, (-0.2, 23.1), (-7.1, 2.2), equal=True)
    for place, array in enumerate((*tables, total)):
        left, top = (6.0 * place, 0) if place < 4 else (9.0, -4.6)
        for start, name in ((1.6, "dW1"), (4.1, "db1")):
            words(axes, (left + start, top + 0.5), name, GREY)
        _table(axes, (left, top), array[:, :2], largest, (1.6, 1.1))
        _table(axes, (left + 3.3, top), array[:, 2:], largest, (1.6, 1.1))
        if place < 4:
            head = f"example {place},  x = ({X[0, place]:.0f}, {X[1, place]:.0f})"
            words(axes, (left + 2.45, top + 1.6), head)
        if 0 < place < 4:
            words(axes, (left - 0.55, top - 1.1), "+", size=15)
    words(axes, (8.3, -5.7), "=", size=15)
    words(axes, (7.6, -5.7), "the sum over the examples", ha="right")
    rows = "; ".join(listed(row, ".3f") for row in total)
    return figure, (
        "The dW1 (two by two) and db1 (two by one) of each of the four examples, added to their "
        "sum. In example 0, whose inputs are both 0, dW1 is zero everywhere and db1 is not. The "
        f"rows of the sum, dW1 and then db1: {rows}."
    )


@drawn_once
def what_passes(verdicts: Mapping[str, Mapping[str, bool]]) -> Drawing:
    """Draw which spoiled answer passes which test.

    There is a dict for each test, by name, from the name of an answer to whether it passes. All
    tests judge the same answers, or it is a ValueError.
    """
    tests = list(verdicts)
    answers = list(verdicts[tests[0]])
    if any(list(judged) != answers for judged in verdicts.values()):
        raise ValueError("every test must judge the same answers in the same order")
    limits: Look = {"xlim": (0, len(tests)), "ylim": (len(answers), 0)}
    figure, axes = style.plot(9, 1.3 + 0.36 * len(answers), **limits)
    looks = {True: ("passes", BACKWARD, BACKWARD_TINT), False: ("caught", GREY, "white")}
    for row, answer in enumerate(answers):
        for column, test in enumerate(tests):
            text, color, fill = looks[bool(verdicts[test][answer])]
            rectangle(axes, (column, row), (1, 1), facecolor=fill, edgecolor=GREY)
            words(axes, (column + 0.5, row + 0.5), text, color)
    axes.set_xticks(np.arange(len(tests)) + 0.5, [test.replace(", ", ",\n") for test in tests])
    axes.set_yticks(np.arange(len(answers)) + 0.5, answers)
    axes.xaxis.tick_top()
    axes.tick_params(labelsize=11, length=0)
    axes.spines[:].set_visible(False)
    counts = "; ".join(f"{test}: {sum(verdicts[test].values())}" for test in tests)
    return figure, (
        f"A table of {len(answers)} wrong answers and {len(tests)} tests. How many of the wrong "
        f"answers pass each test: {counts}."
    )
