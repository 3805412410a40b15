"""The four programs of lesson 5 as cards, one line of one of them, and where their starts end."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import style
from ..cache import Drawing, drawn_once, show_alike
from ..parts import ground, rectangle, words
from ..style import FORWARD, INK, LINE, PALE, Look
from ..training.ends import OTHER, QUARTER, SOLVED, THIRD, outcome

# How the end of a training on XOR is drawn: a colour and a hatch.
ENDS = {
    SOLVED: (FORWARD, ""), QUARTER: ("#e69f00", "//"), THIRD: ("#8fb7d6", ".."), OTHER: (LINE, ""),
}  # fmt: skip


# Each program: its name, how examples lie, its two factors, and what else it chooses.
WIDE, TALL = ("X", (2, 4)), ("X", (4, 2))
SQUARE = "W1", (2, 2)
CARDS = (
    ("forum thread", "columns", (SQUARE, WIDE), "biases", "seed 42, normal", "no loss"),
    ("notebook 1", "columns", (SQUARE, WIDE), "no biases", "seed 2, uniform", "cross-entropy"),
    ("notebook 2", "rows", (TALL, SQUARE), "biases", "seed 42, normal", "mean of squares"),
    ("chapter", "rows", (("X", (4, 3)), ("W1", (3, 4))), "no biases", "no seed, uniform",
     "half of squares"),
)  # fmt: skip


@drawn_once
def four_texts() -> Drawing:
    """Show the four published programs as four cards: how the arrays lie, and what is chosen."""
    figure, panels = style.panels(9.6, 3.6, 1, 4)
    for axes, (title, layout, arrays, biases, start, loss) in zip(panels, CARDS):
        axes.set(xlim=(-0.4, 9.4), ylim=(-5.6, 7.2), aspect="equal")
        axes.axis("off")
        words(axes, (4.5, 6.8), title, size=13)
        begin = 0.0
        for name, shape in arrays:
            _cells(axes, begin, 3.0, shape, FORWARD if name == "X" else PALE)
            words(axes, (begin + shape[1] / 2, 5.5), name, size=12)
            begin += shape[1] + 0.9
        for up, text in zip(
            (-0.9, -2.4, -3.8, -5.2), (f"examples in {layout}", biases, start, f"reports {loss}")
        ):
            words(axes, (4.5, up), text, va="baseline")
    return figure, (
        "Four cards. The forum thread has examples in columns, W1 (2, 2) times X (2, 4), biases, "
        "normal weights from seed 42, and reports no loss. Notebook 1 has columns too, no biases, "
        "uniform weights from seed 2, and reports cross-entropy. Notebook 2 has rows, X (4, 2) "
        "times W1 (2, 2), biases, normal weights from seed 42, and reports the mean of the "
        "squares. The chapter has rows, X (4, 3) times W1 (3, 4), no biases, uniform weights "
        "without a seed, and reports half of the squares."
    )


def _cells(axes: Axes, left: float, middle: float, shape: tuple[int, int], color: str) -> None:
    look: Look = {"facecolor": color, "edgecolor": INK, "alpha": 0.55 if color == FORWARD else 1}
    for i, j in np.ndindex(shape):
        at = left + j, middle + shape[0] / 2 - 1 - i
        rectangle(axes, at, (1, 1), linewidth=1, **look)


@drawn_once
def two_fours() -> Drawing:
    """Show the two factors of the chapter's line: 4 hidden units beside 4 examples."""
    figure, axes = style.canvas(8, 3.4, (-4.5, 13), (-1.2, 5.4), equal=True)
    for left, name, rows, color, away, side in (
        (0.0, "weight2", "hidden unit", PALE, -0.3, "right"),
        (7.0, "k2", "example", FORWARD, 1.3, "left"),
    ):
        _cells(axes, left, 2.0, (4, 1), color)
        words(axes, (left + 0.5, 4.6), f"{name} (4, 1)", size=12, family="monospace", va="baseline")
        for i in range(4):
            words(axes, (left + away, 3.5 - i), f"{rows} {i + 1}", ha=side)
    words(axes, (4.0, 2.0), "*", size=26)
    text = "row meets row: hidden unit 1 meets example 1, and so on"
    words(axes, (4.0, -0.8), text, va="baseline")
    return figure, (
        "Two columns of four entries with a star between them: weight2 of shape (4, 1), whose rows "
        "are hidden units 1 to 4, and k2 of shape (4, 1), whose rows are examples 1 to 4. Entry by "
        "entry, hidden unit 1 meets example 1, and so on."
    )


def shares_of(losses: Sequence[float]) -> dict[str, float]:
    """Return what share of trainings on XOR ended in which way, by the names of `ENDS`.

    There is a half squared error at the end of each.
    """
    kinds = np.array([outcome(loss) for loss in losses])
    return {name: float(np.mean(kinds == name)) for name in ENDS}


def ends_of_starts(losses: Mapping[str, Sequence[float]]) -> None:
    """Show for several programs how many of their starts ended in which way, as bars.

    For each label, at least one, there is the half squared error at the end of each start.
    """
    if not losses:
        raise ValueError("there are no ends to draw; give at least one program")
    shares = {label: list(shares_of(ends).values()) for label, ends in losses.items()}
    solved = {label: f"{one[0]:.0%}" for label, one in shares.items()}

    def draw() -> Figure:
        figure, axes = style.plot(9, 0.42 * len(shares) + 1.3, xlabel="share of the starts")
        parts = np.array(list(shares.values())).T
        rows, begin = range(len(shares)), np.zeros(len(shares))
        look: Look = {"height": 0.72, "edgecolor": "white", "linewidth": 0.5}
        for (name, (color, hatch)), part in zip(ENDS.items(), parts):
            axes.barh(rows, part, left=begin, color=color, hatch=hatch, label=name, **look)
            begin += part
        for row, (share, text) in enumerate(zip(parts[0], solved.values())):
            away, side, color, box = (-0.01, "right", "white", None)
            if share <= 0.1:
                away, side, color, box = (0.012, "left", INK, ground(1))
            look = {"ha": side, "fontweight": "bold", "bbox": box}
            words(axes, (share + away, row), text, color, 10, **look)
        axes.set_yticks(rows, list(shares))
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter("{x:.0%}")
        figure.legend(loc="outside upper center", ncols=4)
        return figure

    told = "; ".join(f"{label}: {share}" for label, share in solved.items())
    show_alike(
        draw, f"One bar for each choice, divided by how its starts ended. Solved are: {told}."
    )
