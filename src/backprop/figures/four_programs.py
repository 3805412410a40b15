"""The pictures of lesson 5: four published programs, a valley, and where their starts end."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from . import style
from .cache import UNSEEN, drawn_once
from .style import BACKWARD, FORWARD, INK, LINE, LINES, PALE, PURPLE

# How the end of a training on XOR is called: a colour and a hatch, and what half squared
# errors are meant.
ENDS = {
    "solved": (FORWARD, "", lambda loss: loss < 0.05),
    "near 1/4": ("#e69f00", "//", lambda loss: np.abs(loss - 1 / 4) < 0.03),
    "near 1/3": ("#8fb7d6", "..", lambda loss: np.abs(loss - 1 / 3) < 0.03),
    "elsewhere": (LINE, "", lambda loss: np.ones_like(loss, dtype=bool)),
}


@drawn_once
def four_texts() -> tuple[Figure, str]:
    """Show the four published programs as four cards: how the arrays lie, and what is chosen."""
    figure = style.figure(9.6, 3.6)
    cards = (
        ("forum thread", "columns", 2, 2, "biases", "seed 42, normal", "reports no loss"),
        ("notebook 1", "columns", 2, 2, "no biases", "seed 2, uniform", "reports cross-entropy"),
        ("notebook 2", "rows", 2, 2, "biases", "seed 42, normal", "reports mean of squares"),
        ("chapter", "rows", 3, 4, "no biases", "no seed, uniform", "reports half of squares"),
    )
    for axes, (title, layout, n_x, n_h, *words) in zip(figure.subplots(1, 4), cards):
        axes.set_xlim(-0.4, 9.4)
        axes.set_ylim(-5.6, 7.2)
        axes.set_aspect("equal")
        axes.axis("off")
        axes.text(4.5, 6.8, title, ha="center", va="center", fontsize=13)
        high, wide = (n_x, 4) if layout == "columns" else (4, n_x)
        first, second = (
            ((n_h, n_x), (high, wide)) if layout == "columns" else ((high, wide), (n_x, n_h))
        )
        names = ("W1", "X") if layout == "columns" else ("X", "W1")
        begin = 0.0
        for name, (rows, columns) in zip(names, (first, second)):
            _grid(axes, begin, 3.0, rows, columns, FORWARD if name == "X" else PALE)
            axes.text(begin + columns / 2, 5.5, name, ha="center", va="center", fontsize=12)
            begin += columns + 0.9
        axes.text(4.5, -0.9, f"examples in {layout}", ha="center", fontsize=11)
        for place, said in enumerate(words):
            axes.text(4.5, -2.4 - 1.4 * place, said, ha="center", fontsize=11)
    return figure, (
        "Four cards. The forum thread has examples in columns, W1 (2, 2) times X (2, 4), biases, "
        "normal weights from seed 42, and reports no loss. Notebook 1 has columns too, no biases, "
        "uniform weights from seed 2, and reports cross-entropy. Notebook 2 has rows, X (4, 2) "
        "times W1 (2, 2), biases, normal weights from seed 42, and reports the mean of the "
        "squares. The chapter has rows, X (4, 3) times W1 (3, 4), no biases, uniform weights "
        "without a seed, and reports half of the squares."
    )


def _grid(axes: Axes, left: float, middle: float, rows: int, columns: int, color: str) -> None:
    for i, j in np.ndindex(rows, columns):
        axes.add_patch(
            Rectangle(
                (left + j, middle + rows / 2 - 1 - i), 1, 1, facecolor=color, edgecolor=INK,
                alpha=0.55 if color == FORWARD else 1, linewidth=1,
            )
        )  # fmt: skip


def descents(histories: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> None:
    """Show the half squared error of several programs while they train, on logarithmic axes.

    Parameters
    ----------
    histories
        For each label the numbers of steps made, ascending from 1 or more, and the loss after each.

    Raises
    ------
    ValueError
        If there are none.
    """
    if not histories:
        raise ValueError("there is no training to draw; give at least one")
    seen = [
        f"{label}: {losses[0]:.2f} after {steps[0]:,} and {losses[-1]:.3f} after {steps[-1]:,} "
        "steps"
        for label, (steps, losses) in histories.items()
    ]
    _descents(
        {label: np.array(curve, dtype=float) for label, curve in histories.items()},
        f"The half squared error over the steps, both axes logarithmic. {'; '.join(seen)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _descents(histories: Mapping[str, np.ndarray], description: str) -> tuple[Figure, str]:
    figure = style.figure(8, 3.9)
    axes = figure.subplots()
    for place, (label, (steps, losses)) in enumerate(histories.items()):
        color, line = LINES[place % len(LINES)]
        axes.loglog(steps, losses, color=color, linestyle=line, linewidth=2, label=label)
    low, high = axes.get_ylim()
    ticks = [tick for tick in (1, 0.5, 0.25, 0.1, 0.05, 0.01, 0.005, 0.001) if low < tick < high]
    if len(ticks) > 1:
        axes.set_yticks(ticks, [str(tick) for tick in ticks])
        axes.tick_params(axis="y", which="minor", left=False, labelleft=False)
    axes.set_xlabel("steps made", fontsize=11)
    axes.set_ylabel("half squared error", fontsize=11)
    axes.legend(fontsize=11, frameon=False)
    return figure, description


def jacobians(several: Mapping[str, np.ndarray], *, parts: Mapping[str, int] | None = None) -> None:
    """Show the Jacobians of fields side by side, and frame the two entries that differ most.

    Parameters
    ----------
    several
        For each title the Jacobian (n, n) of a field.
    parts
        How many of the n parameters belong to which array, in their order, by its name; None for
        numbers in place of names.

    Raises
    ------
    ValueError
        If the parts do not make n.
    """
    several = {title: np.asarray(J, dtype=float) for title, J in several.items()}
    parts = dict(parts or {})
    named = f" Its rows and columns are {_in_words(parts)}." if parts else ""
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
        frames.append((i, j) if share > 1e-6 else None)
        where = f", between the entries [{i}, {j}] and [{j}, {i}]" if share > 1e-6 else ""
        seen.append(
            f"{title}: entries that mirror each other differ by up to {share:.0%} of the largest "
            f"entry{where}"
        )
    _jacobians(
        several,
        frames,
        parts,
        f"The Jacobian of each field, as a coloured table.{named} {'; '.join(seen)}.",
    )


def _in_words(parts: Mapping[str, int]) -> str:
    begin, said = 0, []
    for name, size in parts.items():
        last = begin + size - 1
        said.append(f"{begin} to {last}, {name}" if size > 1 else f"{begin}, {name}")
        begin += size
    return "; ".join(said)


@drawn_once(tolerance=UNSEEN)
def _jacobians(
    several: Mapping[str, np.ndarray],
    frames: Sequence[tuple[int, int] | None],
    parts: Mapping[str, int],
    description: str,
) -> tuple[Figure, str]:
    figure = style.figure(9, 4.3)
    panels = figure.subplots(1, len(several), squeeze=False)[0]
    for axes, (title, J), frame in zip(panels, several.items(), frames):
        style.framed(axes)
        most = np.abs(J).max()
        drawn = axes.imshow(J, cmap="PuOr_r", vmin=-most, vmax=most)
        for i, j in (frame, frame[::-1]) if frame else ():
            axes.add_patch(
                Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=2.5)
            )
        axes.plot([-0.5, len(J) - 0.5], [-0.5, len(J) - 0.5], color=INK, linewidth=0.8)
        axes.set_title(title, fontsize=12)
        axes.set_xlabel("parameter that is moved", fontsize=11)
        axes.tick_params(labelsize=10)
        _name_parts(axes, parts)
        figure.colorbar(drawn, ax=axes, shrink=0.8)
    panels[0].set_ylabel("component of the field", fontsize=11)
    return figure, description


def _name_parts(axes: Axes, parts: Mapping[str, int]) -> None:
    """Write the names of the arrays along both axes of a Jacobian, with lines between them."""
    if not parts:
        return
    ends = np.cumsum(list(parts.values()))
    middles = ends - np.array(list(parts.values())) / 2 - 0.5
    axes.set_xticks(middles, list(parts))
    axes.set_yticks(middles, list(parts))
    axes.tick_params(length=0)
    for end in ends[:-1] - 0.5:
        axes.axhline(end, color=INK, linewidth=0.8, linestyle=":")
        axes.axvline(end, color=INK, linewidth=0.8, linestyle=":")


def alignment(steps: Sequence[float], cosines: Sequence[float], losses: Sequence[float]) -> None:
    """Show, over the steps, the angle between a field and a gradient, and below it the loss.

    Parameters
    ----------
    steps
        Numbers of steps made, ascending from 1 or more.
    cosines
        The cosine of the angle at each of them.
    losses
        The loss at each of them.
    """
    degrees = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
    _alignment(
        np.asarray(steps, dtype=float),
        degrees,
        np.asarray(losses, dtype=float),
        f"Above, the angle between the field and the gradient over {steps[-1]:,} steps: between "
        f"{degrees.min():.0f} and {degrees.max():.0f} degrees, always below 90. Below, the half "
        f"squared error, which falls from {losses[0]:.3f} to {losses[-1]:.3f}."
        if degrees.max() < 90
        else f"Above, the angle between the field and the gradient: up to {degrees.max():.0f} "
        f"degrees. Below, the half squared error, from {losses[0]:.3f} to {losses[-1]:.3f}.",
    )


@drawn_once(tolerance=UNSEEN)
def _alignment(
    steps: np.ndarray, degrees: np.ndarray, losses: np.ndarray, description: str
) -> tuple[Figure, str]:
    figure = style.figure(8, 4.8)
    above, below = figure.subplots(2, 1, sharex=True)
    above.semilogx(steps, degrees, color=BACKWARD, linewidth=2)
    above.axhline(90, color=INK, linestyle="--", linewidth=1)
    above.text(steps[0], 86, "a right angle", fontsize=10, va="top")
    above.set_ylim(0, 100)
    above.set_ylabel("angle in degrees", fontsize=11)
    below.semilogx(steps, losses, color=FORWARD, linewidth=2)
    below.set_ylim(bottom=0)
    below.set_ylabel("half squared error", fontsize=11)
    below.set_xlabel("steps made", fontsize=11)
    return figure, description


@drawn_once
def two_fours() -> tuple[Figure, str]:
    """Show the two factors of the chapter's line: 4 hidden units beside 4 examples."""
    figure = style.figure(8, 3.4)
    axes = figure.subplots()
    axes.set_xlim(-4.5, 13)
    axes.set_ylim(-1.2, 5.4)
    axes.set_aspect("equal")
    axes.axis("off")
    for left, name, rows, color in (
        (0.0, "weight2", "hidden unit", PALE), (7.0, "k2", "example", FORWARD),
    ):  # fmt: skip
        _grid(axes, left, 2.0, 4, 1, color)
        axes.text(left + 0.5, 4.6, f"{name} (4, 1)", ha="center", fontsize=12, family="monospace")
        for i in range(4):
            side, place = ("right", left - 0.3) if left == 0 else ("left", left + 1.3)
            axes.text(place, 3.5 - i, f"{rows} {i + 1}", ha=side, va="center", fontsize=11)
    axes.text(4.0, 2.0, "*", ha="center", va="center", fontsize=26)
    axes.text(
        4.0,
        -0.8,
        "row meets row: hidden unit 1 meets example 1, and so on",
        ha="center",
        fontsize=11,
    )
    return figure, (
        "Two columns of four entries with a star between them: weight2 of shape (4, 1), whose rows "
        "are hidden units 1 to 4, and k2 of shape (4, 1), whose rows are examples 1 to 4. Entry by "
        "entry, hidden unit 1 meets example 1, and so on."
    )


def valley(
    steps: Sequence[float],
    losses: Sequence[float],
    gradients: Sequence[float],
    largest: Sequence[float],
    smallest: Sequence[float],
    level: float,
) -> None:
    """Show what four numbers of a network do over very many steps.

    Parameters
    ----------
    steps
        The numbers of steps made, ascending from 1 or more.
    losses
        The loss at each of them; drawn is its distance from `level`.
    gradients
        The length of the gradient.
    largest
        The largest weight or bias, without its sign.
    smallest
        The smallest curvature; only where it is positive is it drawn.
    level
        The number that the loss approaches.

    Raises
    ------
    ValueError
        If a loss is not above the level.
    """
    steps, losses, gradients, largest, smallest = (
        np.asarray(one, dtype=float) for one in (steps, losses, gradients, largest, smallest)
    )
    if losses.min() <= level:
        raise ValueError(f"every loss must lie above {level:g}; the lowest is {losses.min():g}")
    above = losses - level
    curved = np.where(smallest > 0, smallest, np.nan)
    began = np.flatnonzero(~(smallest > 0))
    since = steps[began[-1] + 1] if len(began) and began[-1] + 1 < len(steps) else steps[0]
    _valley(
        steps,
        np.log10([above, gradients, largest, curved]),
        f"{level:g}",
        f"Four panels over the steps, up to {steps[-1]:,.0f}, on logarithmic axes. The loss is "
        f"{above[-1]:.1e} above {level:g} at the end and falls on a straight line. The length of "
        f"the gradient ends at {gradients[-1]:.1e}, also on a straight line. The largest weight "
        f"grows on, to {largest[-1]:.1f}. The smallest curvature is positive from step "
        f"{since:,.0f} on, and falls to {smallest[-1]:.1e}.",
    )


@drawn_once(tolerance=UNSEEN)
def _valley(
    steps: np.ndarray, digits: np.ndarray, level: str, description: str
) -> tuple[Figure, str]:
    """Draw the four curves, of which the logarithms are given."""
    figure = style.figure(9.5, 5.6)
    titles = (
        f"loss minus {level}", "length of the gradient", "largest weight or bias",
        "smallest curvature",
    )  # fmt: skip
    for place, (axes, title, curve) in enumerate(zip(figure.subplots(2, 2).flat, titles, digits)):
        color = (FORWARD, BACKWARD, INK, PURPLE)[place]
        axes.loglog(steps, 10**curve, color=color, linewidth=2)
        axes.set_title(title, fontsize=12)
        axes.set_xlim(steps[0], steps[-1])
        if place > 1:
            axes.set_xlabel("steps of the program", fontsize=11)
        if place == 2:
            ticks = [tick for tick in (1, 2, 5, 10, 20, 50) if tick <= 1.2 * 10 ** np.max(curve)]
            axes.set_yticks(ticks, [str(tick) for tick in ticks])
            axes.minorticks_off()
    return figure, description


def landscape(
    across: ArrayLike,
    up: ArrayLike,
    heights: ArrayLike,
    walk: ArrayLike,
    marks: Mapping[str, int],
    level: float,
) -> None:
    """Show the loss in a plane, as lines of equal height, with a path in it.

    Parameters
    ----------
    across, up
        The coordinates of the grid, (k,) and (l,).
    heights
        The loss at each point of the grid, (l, k).
    walk
        The coordinates of the path, (steps, 2).
    marks
        For each text the place in the path that it is written at.
    level
        The loss that the valley approaches; the colours show the logarithm of the distance from it.

    Raises
    ------
    ValueError
        If a height is not above the level.
    """
    heights, walk = np.asarray(heights, dtype=float), np.asarray(walk, dtype=float)
    if heights.min() <= level:
        raise ValueError(f"every height must lie above {level:g}; the lowest is {heights.min():g}")
    _landscape(
        np.asarray(across, dtype=float),
        np.asarray(up, dtype=float),
        np.log10(heights - level),
        walk,
        dict(marks),
        f"{level:g}",
        f"How far the loss is above {level:g}, in the plane of the two leading directions of the "
        f"path: from {heights.min() - level:.1e} to {heights.max() - level:.2f}, one line for each "
        f"power of ten. The path begins at ({walk[0, 0]:.1f}, {walk[0, 1]:.1f}) on high ground and "
        f"runs to ({walk[-1, 0]:.1f}, {walk[-1, 1]:.1f}), across one line after the other, down a "
        "valley that nothing closes.",
    )


@drawn_once(tolerance=UNSEEN)
def _landscape(
    across: np.ndarray,
    up: np.ndarray,
    digits: np.ndarray,
    walk: np.ndarray,
    marks: Mapping[str, int],
    level: str,
    description: str,
) -> tuple[Figure, str]:
    figure = style.figure(9, 4.8)
    axes = style.framed(figure.subplots())
    powers = np.arange(np.floor(digits.min()), np.ceil(digits.max()) + 1)
    steps = np.linspace(powers[0], powers[-1], 4 * (len(powers) - 1) + 1)
    filled = axes.contourf(across, up, digits, steps, cmap="cividis")
    lines = axes.contour(across, up, digits, powers, colors="white", linewidths=0.8, linestyles="-")
    if len(powers) > 2:  # the innermost line leaves no room for its number
        axes.clabel(lines, powers[2:], fmt=_power_of_ten, fontsize=11, colors="white")
    axes.plot(*walk.T, color="white", linewidth=4)
    axes.plot(*walk.T, color=BACKWARD, linewidth=2)
    for number, (said, place) in enumerate(marks.items()):
        axes.plot(*walk[place], "o", color="white", markeredgecolor=INK, markersize=9)
        axes.annotate(
            said, walk[place], (0, -20 if number == 1 else 12), textcoords="offset points",
            ha="center", fontsize=10, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    axes.set_xlabel("along the first direction", fontsize=11)
    axes.set_ylabel("along the second direction", fontsize=11)
    axes.tick_params(labelsize=10)
    bar = figure.colorbar(filled, ax=axes, ticks=powers)
    bar.ax.set_yticklabels([_power_of_ten(power) for power in powers])
    bar.set_label(f"sum of squares minus {level}", fontsize=11)
    bar.ax.tick_params(labelsize=10)
    return figure, description


def _power_of_ten(power: float) -> str:
    return f"$10^{{{power:.0f}}}$"


def along_the_path(
    lengths: Sequence[float], losses: Sequence[float], marks: Mapping[str, int], level: float
) -> None:
    """Show the loss over the length of the path that has been walked.

    Parameters
    ----------
    lengths
        How far the parameters have moved, ascending from 0.
    losses
        The loss at each point.
    marks
        For each text the place in the path that it is written at.
    level
        The loss that is approached; the distance from it is drawn on a logarithmic axis.

    Raises
    ------
    ValueError
        If a loss is not above the level.
    """
    lengths, losses = np.asarray(lengths, dtype=float), np.asarray(losses, dtype=float)
    if losses.min() <= level:
        raise ValueError(f"every loss must lie above {level:g}; the lowest is {losses.min():g}")
    seen = [
        f"{said}: length {lengths[at]:.1f}, loss {losses[at]:.5f}" for said, at in marks.items()
    ]
    _along_the_path(
        lengths,
        np.log10(losses - level),
        dict(marks),
        f"{level:g}",
        f"How far the loss is above {level:g}, on a logarithmic axis, over the length of the path. "
        f"The loss falls all the way, from {losses[0]:.3f} to {losses[-1]:.5f}, in the end on a "
        f"straight line. {'; '.join(seen)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _along_the_path(
    lengths: np.ndarray,
    digits_above: np.ndarray,
    marks: Mapping[str, int],
    level: str,
    description: str,
) -> tuple[Figure, str]:
    above = 10**digits_above
    figure = style.figure(8, 3.7)
    axes = figure.subplots()
    axes.semilogy(lengths, above, color=FORWARD, linewidth=2)
    for said, place in marks.items():
        last = place == len(lengths) - 1
        axes.plot(lengths[place], above[place], "o", color=BACKWARD, markersize=7)
        axes.annotate(
            said, (lengths[place], above[place]), (-8 if last else 8, -3 if last else 3),
            textcoords="offset points", ha="right" if last else "left", fontsize=10,
        )  # fmt: skip
    axes.set_xlabel("length of the path walked", fontsize=11)
    axes.set_ylabel(f"sum of squares minus {level}", fontsize=11)
    return figure, description


def shares_of(losses: Sequence[float]) -> dict[str, float]:
    """Return what share of trainings on XOR ended in which way.

    Parameters
    ----------
    losses
        The half squared error at the end of each, (k,).

    Returns
    -------
    dict
        The shares, from 0 to 1, by the names of `ENDS`.
    """
    losses = np.nan_to_num(np.asarray(losses, dtype=float), nan=np.inf)
    left, shares = np.ones(len(losses), dtype=bool), {}
    for name, (_, _, means) in ENDS.items():
        here = left & means(losses)
        shares[name] = float(np.mean(here))
        left &= ~here
    return shares


def ends_of_starts(losses: Mapping[str, Sequence[float]]) -> None:
    """Show for several programs how many of their starts ended in which way, as bars.

    Parameters
    ----------
    losses
        For each label the half squared error at the end of each start, (k,).

    Raises
    ------
    ValueError
        If there are none.
    """
    if not losses:
        raise ValueError("there are no ends to draw; give at least one program")
    shares = {label: shares_of(ends) for label, ends in losses.items()}
    seen = [f"{label}: {one['solved']:.0%}" for label, one in shares.items()]
    _ends_of_starts(
        {
            label: {name: f"{share:.4f}" for name, share in one.items()}
            for label, one in shares.items()
        },
        f"One bar for each choice, divided by how its starts ended. Solved are: {'; '.join(seen)}.",
    )


@drawn_once
def _ends_of_starts(
    shares: Mapping[str, Mapping[str, str]], description: str
) -> tuple[Figure, str]:
    figure = style.figure(9, 0.42 * len(shares) + 1.3)
    axes = figure.subplots()
    for row, one in enumerate(shares.values()):
        begin = 0.0
        for name, share in one.items():
            color, hatch, _ = ENDS[name]
            axes.barh(
                row, float(share), left=begin, height=0.72, color=color, hatch=hatch,
                edgecolor="white", linewidth=0.5, label=name if row == 0 else None,
            )  # fmt: skip
            begin += float(share)
        solved = float(one["solved"])
        inside = solved > 0.1
        axes.text(
            solved - 0.01 if inside else solved + 0.012, row, f"{solved:.0%}", va="center",
            ha="right" if inside else "left", fontsize=10, fontweight="bold",
            color="white" if inside else INK,
            bbox=None if inside else {"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    axes.set_yticks(range(len(shares)), list(shares))
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xticks(np.linspace(0, 1, 6), [f"{tick:.0%}" for tick in np.linspace(0, 1, 6)])
    axes.set_xlabel("share of the starts", fontsize=11)
    figure.legend(loc="outside upper center", ncols=4, fontsize=11, frameon=False)
    return figure, description
