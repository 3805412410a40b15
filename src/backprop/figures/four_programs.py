"""The figures of lesson 5: four published programs, their Jacobians and their trainings."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .cache import Drawing, drawn_once, show_alike
from .parts import ground, heights_above, name_parts, rectangle, refuse_nothing, words
from .style import BACKWARD, FORWARD, INK, LINE, PALE, PURPLE, Look, Numbers
from .training import OTHER, QUARTER, SOLVED, THIRD, outcome

# ---------------------------------------------------------------------- the four programs

# The colour and hatch for each outcome of a training on XOR.
ENDS = {
    SOLVED: (FORWARD, ""), QUARTER: ("#e69f00", "//"), THIRD: ("#8fb7d6", ".."), OTHER: (LINE, ""),
}  # fmt: skip


# For each program: name, layout of the examples, the two factors, and its other choices.
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
    """Show the four published programs as cards, with the layout of arrays and other choices."""
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
        said = f"examples in {layout}", biases, start, f"reports {loss}"
        for up, text in zip((-0.9, -2.4, -3.8, -5.2), said):
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
    """Show the two factors of the chapter's line: 4 hidden units and 4 examples."""
    figure, axes = style.canvas(8, 3.4, (-4.5, 13), (-1.2, 5.4), equal=True)
    for left, name, rows, color, away, side in (
        (0.0, "weight2", "hidden unit", PALE, -0.3, "right"),
        (7.0, "k2", "example", FORWARD, 1.3, "left"),
    ):
        _cells(axes, left, 2.0, (4, 1), color)
        words(axes, (left + 0.5, 4.6), f"{name} (4, 1)", size=12, family="monospace", va="baseline")
        for i in range(4):
            words(axes, (left + away, 3.5 - i), f"{rows} {i}", ha=side)
    words(axes, (4.0, 2.0), "*", size=26)
    text = "entry by entry: hidden unit 0 times example 0, and so on"
    words(axes, (4.0, -0.8), text, va="baseline")
    return figure, (
        "Two columns of four entries with a star between them: weight2 of shape (4, 1), whose rows "
        "are hidden units 0 to 3, and k2 of shape (4, 1), whose rows are examples 0 to 3. Entry by "
        "entry, hidden unit 0 is multiplied by example 0, and so on."
    )


def shares_of(losses: Numbers) -> dict[str, float]:
    """Return the share of each outcome in `ENDS`, given the final losses of trainings on XOR."""
    kinds = np.array([outcome(loss) for loss in losses])
    return {name: float(np.mean(kinds == name)) for name in ENDS}


def ends_of_starts(losses: Mapping[str, Numbers]) -> None:
    """Show the shares of the outcomes of several programs as bars.

    `losses` maps each label to the final half squared error of each start.
    """
    refuse_nothing(losses, "end of a program")
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
            away, color, look = -0.01, "white", {"ha": "right"}
            if share <= 0.1:
                away, color, look = 0.012, INK, {"ha": "left", "bbox": ground(1)}
            words(axes, (share + away, row), text, color, 10, fontweight="bold", **look)
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


# ------------------------------------------------------------- is it a gradient?


def jacobians(several: Mapping[str, np.ndarray], parts: Mapping[str, int]) -> None:
    """Show the Jacobians of fields side by side, and frame the two entries that differ most.

    `several` maps each title to a Jacobian (n, n). `parts` maps each array to its number of
    parameters, in order; a ValueError is raised unless they add up to n.
    """
    several = {title: np.asarray(J, dtype=float) for title, J in several.items()}
    parts, seen, frames = dict(parts), [], []
    for title, J in several.items():
        if sum(parts.values()) != len(J):
            raise ValueError(
                f"the parts make {sum(parts.values())} parameters, but the Jacobian of {title} has "
                f"{len(J)}; give the size of each array"
            )
        apart = np.abs(J - J.T)
        share = apart.max() / np.abs(J).max()
        # Search only above the diagonal, because `apart` is symmetric.
        i, j = (int(place) for place in np.unravel_index(np.argmax(np.triu(apart)), J.shape))
        # Do not frame differences that are only rounding errors.
        differs = share > 1e-6
        frames.append(((i, j), (j, i)) if differs else ())
        seen.append(
            f"{title}: entries that mirror each other differ by up to {share:.0%} of the largest "
            "entry" + (f", between the entries [{i}, {j}] and [{j}, {i}]" if differs else "")
        )

    def draw() -> Figure:
        figure, panels = style.panels(9, 4.3, 1, len(several))
        look: Look = {"fill": False, "edgecolor": INK, "linewidth": 2.5}
        for axes, (title, J), framed in zip(panels, several.items(), frames):
            most, end = np.abs(J).max(), len(J) - 0.5
            drawn = style.framed(axes).imshow(J, cmap="PuOr_r", vmin=-most, vmax=most)
            for i, j in framed:
                rectangle(axes, (j - 0.5, i - 0.5), (1, 1), **look)
            axes.plot([-0.5, end], [-0.5, end], color=INK, linewidth=0.8)
            axes.set(title=title, xlabel="parameter that is moved")
            name_parts(axes, parts, ":")
            figure.colorbar(drawn, ax=axes, shrink=0.8)
        panels[0].set_ylabel("component of the field")
        return figure

    begin, named = 0, []
    for name, size in parts.items():
        named.append(f"{begin} to {begin + size - 1}, {name}" if size > 1 else f"{begin}, {name}")
        begin += size
    show_alike(
        draw,
        "The Jacobian of each field, as a coloured table. Its rows and columns are "
        f"{'; '.join(named)}. {'; '.join(seen)}.",
    )


def alignment(steps: Numbers, cosines: Numbers, losses: Numbers) -> None:
    """Show the angle between a field and a gradient over the steps, and below it the loss.

    `steps` are ascending numbers, 1 or more, with one cosine of the angle and one loss each.
    """
    degrees = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
    curves = np.array([steps, degrees, losses], dtype=float)

    def draw() -> Figure:
        figure, (above, below) = style.panels(8, 4.8, 2, sharex=True)
        above.semilogx(*curves[[0, 1]], color=PURPLE)
        above.axhline(90, color=INK, linestyle="--", linewidth=1)
        above.text(curves[0, 0], 86, "a right angle", fontsize=10, va="top")
        above.set(ylim=(0, 100), ylabel="angle in degrees")
        below.semilogx(*curves[[0, 2]], color=FORWARD)
        below.set_ylim(bottom=0)
        below.set(ylabel="half squared error", xlabel="steps made")
        return figure

    show_alike(
        draw,
        f"Above, the angle between the field and the gradient over {steps[-1]:,} steps: between "
        f"{degrees.min():.0f} and {degrees.max():.0f} degrees, always below 90. Below, the half "
        f"squared error, which falls from {losses[0]:.3f} to {losses[-1]:.3f}."
        if degrees.max() < 90
        else f"Above, the angle between the field and the gradient: up to {degrees.max():.0f} "
        f"degrees. Below, the half squared error, from {losses[0]:.3f} to {losses[-1]:.3f}.",
    )


# --------------------------------------------------------------------------- the valley

# The level is the number that the loss approaches. The distance from it is drawn on a logarithmic
# axis, so a loss that is not above the level raises a ValueError.


def valley(
    steps: Numbers, losses: Numbers, gradients: Numbers, largest: Numbers, level: float
) -> None:
    """Show the loss, the length of the gradient and the largest parameter over very many steps.

    `steps` are ascending numbers, 1 or more. `largest` is the largest absolute value of a weight or
    bias.
    """
    above = heights_above(level, losses)
    steps = np.asarray(steps, dtype=float)
    curves = np.array([above, gradients, largest], dtype=float)

    def draw() -> Figure:
        figure, panels = style.panels(9.5, 3.4, 1, 3)
        titles = f"loss minus {level:g}", "length of the gradient", "largest weight or bias"
        looks = (FORWARD, "-"), (BACKWARD, "--"), (INK, "-")
        for axes, title, (color, dashes), curve in zip(panels, titles, looks, curves):
            axes.semilogx(steps, curve, color=color, linestyle=dashes)
            axes.set(title=title, xlim=(steps[0], steps[-1]), xlabel="steps of the program")
        for axes in panels[:2]:
            axes.set_yscale("log")
        return figure

    show_alike(
        draw,
        f"Three panels over the steps, from {steps[0]:,.0f} to {steps[-1]:,.0f} on a logarithmic "
        f"axis. The loss minus {level:g} goes from {above[0]:.1e} to {above[-1]:.1e}, and the "
        f"length of the gradient from {gradients[0]:.1e} to {gradients[-1]:.1e}, both on "
        f"logarithmic axes. The largest weight goes from {largest[0]:.1f} to {largest[-1]:.1f}, on "
        "a linear axis.",
    )
