"""Trainings of lesson 5 side by side, and whether what they follow is a gradient."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .. import style
from ..cache import show_alike
from ..parts import lines, name_parts, rectangle
from ..style import BACKWARD, FORWARD, INK, Look

TICKS = 1, 0.5, 0.25, 0.1, 0.05, 0.01, 0.005, 0.001


def descents(histories: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> None:
    """Show the half squared error of several programs while they train, on logarithmic axes.

    For each label, at least one, there are the numbers of steps made, ascending from 1 or more, and
    the loss after each.
    """
    if not histories:
        raise ValueError("there is no training to draw; give at least one")
    curves = {label: np.array(curve, dtype=float) for label, curve in histories.items()}

    def draw() -> Figure:
        figure, axes = style.plot(8, 3.9, xlabel="steps made", ylabel="half squared error")
        axes.set(xscale="log", yscale="log")
        lines(axes, curves)
        low, high = axes.get_ylim()
        ticks = [tick for tick in TICKS if low < tick < high]
        if len(ticks) > 1:
            axes.set_yticks(ticks, [str(tick) for tick in ticks])
            axes.tick_params(axis="y", which="minor", left=False, labelleft=False)
        axes.legend()
        return figure

    seen = [
        f"{label}: {losses[0]:.2f} after {steps[0]:,} and {losses[-1]:.3f} after {steps[-1]:,} "
        "steps"
        for label, (steps, losses) in histories.items()
    ]
    show_alike(
        draw, f"The half squared error over the steps, both axes logarithmic. {'; '.join(seen)}."
    )


def jacobians(several: Mapping[str, np.ndarray], *, parts: Mapping[str, int] | None = None) -> None:
    """Show the Jacobians of fields side by side, and frame the two entries that differ most.

    There is a Jacobian (n, n) for each title. `parts` says how many of the n parameters, or it is a
    ValueError, belong to which array, in their order; None shows numbers in place of names.
    """
    several = {title: np.asarray(J, dtype=float) for title, J in several.items()}
    parts = dict(parts or {})
    seen, frames = [], []
    for title, J in several.items():
        if parts and sum(parts.values()) != len(J):
            raise ValueError(
                f"the parts make {sum(parts.values())} parameters, but the Jacobian of {title} has "
                f"{len(J)}; give the size of each array"
            )
        apart = np.abs(J - J.T)
        share = apart.max() / np.abs(J).max()
        # Above the diagonal only: an entry and its mirror image differ from each other equally.
        i, j = (int(place) for place in np.unravel_index(np.argmax(np.triu(apart)), J.shape))
        # Rounding has its largest difference somewhere too; there is nothing to see in it.
        frames.append(((i, j), (j, i)) if share > 1e-6 else ())
        where = f", between the entries [{i}, {j}] and [{j}, {i}]" if share > 1e-6 else ""
        seen.append(
            f"{title}: entries that mirror each other differ by up to {share:.0%} of the largest "
            f"entry{where}"
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
            if parts:
                name_parts(axes, parts, ":")
            figure.colorbar(drawn, ax=axes, shrink=0.8)
        panels[0].set_ylabel("component of the field")
        return figure

    named = f" Its rows and columns are {_in_words(parts)}." if parts else ""
    told = f"The Jacobian of each field, as a coloured table.{named} {'; '.join(seen)}."
    show_alike(draw, told)


def _in_words(parts: Mapping[str, int]) -> str:
    begin, said = 0, []
    for name, size in parts.items():
        last = begin + size - 1
        said.append(f"{begin} to {last}, {name}" if size > 1 else f"{begin}, {name}")
        begin += size
    return "; ".join(said)


def alignment(steps: Sequence[float], cosines: Sequence[float], losses: Sequence[float]) -> None:
    """Show, over the steps, the angle between a field and a gradient, and below it the loss.

    The cosine of the angle and the loss are given for numbers of steps that ascend from 1 or more.
    """
    degrees = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
    curves = np.array([steps, degrees, losses], dtype=float)

    def draw() -> Figure:
        figure, (above, below) = style.panels(8, 4.8, 2, sharex=True)
        above.semilogx(*curves[[0, 1]], color=BACKWARD)
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
