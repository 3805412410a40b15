"""Where many trainings on XOR end (lessons 4 and 5)."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .. import style
from ..cache import show_alike
from ..style import BACKWARD, FORWARD, INK, LINE, PURPLE, Look

# What a final loss means for XOR.
SOLVED, QUARTER, THIRD, OTHER = "solved", "near 1/4", "near 1/3", "elsewhere"
MARKS = {
    SOLVED: (FORWARD, "o", "a filled circle"),
    QUARTER: (BACKWARD, "x", "a cross"),
    THIRD: (INK, "^", "a triangle"),
    OTHER: (PURPLE, "s", "a square"),
}


def outcome(final_loss: float) -> str:
    """Return what a half squared error at the end of a training on XOR means, a key of `MARKS`."""
    if final_loss < 0.05:
        return SOLVED
    if abs(final_loss - 1 / 4) < 0.03:
        return QUARTER
    return THIRD if abs(final_loss - 1 / 3) < 0.03 else OTHER


def final_losses_in_order(final_losses: Sequence[float]) -> None:
    """Show where many trainings ended: one point each, from the lowest loss to the highest."""
    losses = np.sort(np.asarray(final_losses, dtype=float))
    kinds = _kinds(losses)

    def draw() -> Figure:
        figure, axes = style.plot(8, 3.8, ylim=(-0.03, max(0.4, losses.max() + 0.05)))
        axes.set(xlabel="starts, ordered by the loss they end with", ylabel="loss C after training")
        _scatter(axes, np.arange(1, len(losses) + 1), losses, kinds, size=26)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="upper left")
        return figure

    show_alike(
        draw,
        f"The final loss of {len(losses):,} starts, one point each, in ascending order: a "
        f"staircase. {_in_words(kinds)}.",
    )


def hidden_weights(before: np.ndarray, after: np.ndarray, final_losses: Sequence[float]) -> None:
    """Show the two weights of one hidden unit of many networks, before and after training.

    They are (starts, 2), the weights from x1 and from x2, and there is a final loss for each.
    """
    kinds = _kinds(final_losses)

    def draw() -> Figure:
        figure, panels = style.panels(9, 5.0, 1, 2)
        for axes, weights, moment in zip(panels, (before, after), ("before", "after")):
            _scatter(axes, weights[:, 0], weights[:, 1], kinds, size=18)
            axes.axhline(0, color=LINE, linewidth=0.8, zorder=0)
            axes.axvline(0, color=LINE, linewidth=0.8, zorder=0)
            reach = 1.08 * np.abs(weights).max()
            axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
            axes.set(xlabel="weight from x1", ylabel="weight from x2", title=f"{moment} training")
        handles = panels[0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside lower center", ncols=4)
        return figure

    show_alike(
        draw,
        "The two weights of the first hidden unit of each network, before and after training. "
        "Before, all outcomes lie mixed in one cloud; "
        f"{_where(after, kinds)} {_in_words(kinds)}.",
    )


def _where(after: np.ndarray, kinds: np.ndarray) -> str:
    """Say how far from a diagonal the weights of the solved and of the stuck ones lie."""
    smaller, larger = np.sort(np.abs(after), axis=1).T
    said = [
        f"for the networks {'that solve XOR' if kind == SOLVED else kind} the median is "
        f"{np.median((smaller / larger)[kinds == kind]):.2f}"
        for kind in (SOLVED, QUARTER)
        if np.any(kinds == kind)
    ]
    return (
        "after, they lie in separate groups. The smaller of the two weights divided by the larger, "
        f"without signs: {', '.join(said)}."
    )


def _kinds(final_losses: Sequence[float] | np.ndarray) -> np.ndarray:
    return np.array([outcome(loss) for loss in np.asarray(final_losses, dtype=float)])


def _scatter(
    axes: Axes, across: np.ndarray, up: np.ndarray, kinds: np.ndarray, size: float
) -> None:
    """Draw points marked by their outcome, whose names are `kinds`."""
    for kind, (color, marker, _) in MARKS.items():
        here = kinds == kind
        if np.any(here):
            look: Look = {"color": color, "marker": marker, "linewidths": 1}
            look |= {"s": size if marker != "o" else size / 2, "label": f"{kind}: {np.sum(here)}"}
            axes.scatter(across[here], up[here], **look)


def _in_words(kinds: np.ndarray) -> str:
    """Say how many outcomes there are of each kind, and how they are marked."""
    counts = {kind: np.sum(kinds == kind) for kind in MARKS}
    return "; ".join(
        f"{kind}: {count:,} ({MARKS[kind][2]})" for kind, count in counts.items() if count
    )
