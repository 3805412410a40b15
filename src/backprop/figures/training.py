"""The pictures of lesson 4: a network on its way down, and where a thousand of them end."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import MaxNLocator

from . import style
from .cache import UNSEEN, drawn_once
from .style import BACKWARD, FORWARD, GREY, INK, LINE, LINES, PALE, PURPLE

# What a final loss means for XOR: a name, the loss that is meant, and how far off it may be.
SOLVED, QUARTER, THIRD, OTHER = "solved", "near 1/4", "near 1/3", "elsewhere"
MARKS = {
    SOLVED: (FORWARD, "o", "a filled circle"),
    QUARTER: (BACKWARD, "x", "a cross"),
    THIRD: (INK, "^", "a triangle"),
    OTHER: (PURPLE, "s", "a square"),
}

# The square of inputs over which a decision is drawn, and the points along its side.
LOW, HIGH, SIDE = -0.5, 1.5, 61


@drawn_once
def training_loop() -> tuple[Figure, str]:
    """Show one step of training as four boxes in a row, with the way back to the first."""
    figure, axes = style.canvas(9, 3.3, (0, 18), (0.1, 6.4))
    boxes = (
        ("forward_\npropagation", "what comes out?"),
        ("loss", "how wrong is it?"),
        ("backward_\npropagation", "which way is down?"),
        ("update_\nparameters", "one step down"),
    )
    passed = ("out_h\nout_y", "out_h\nout_y", "dW1 db1\ndW2 db2")
    for place, (name, question) in enumerate(boxes):
        x = 2.0 + 4.65 * place
        axes.add_patch(
            FancyBboxPatch(
                (x - 1.45, 2.9), 2.9, 1.7, boxstyle="round,pad=0.1", fc=PALE, ec=INK, linewidth=1.5
            )
        )
        axes.text(x, 3.75, name, ha="center", va="center", fontsize=11, family="monospace")
        axes.text(x, 5.3, question, ha="center", va="center", fontsize=11, color=INK)
        if place < len(passed):
            style.arrow(axes, (x + 1.6, 3.75), (x + 3.05, 3.75))
            axes.text(
                x + 2.3, 3.2, passed[place], ha="center", va="top", fontsize=10, color=FORWARD
            )
    axes.text(
        6.65, 2.3, "C is kept in losses", ha="center", va="center", fontsize=10, color=FORWARD
    )
    axes.plot([15.95, 15.95, 2.0], [2.75, 1.3, 1.3], color=INK, linewidth=1.5)
    style.arrow(axes, (2.0, 1.3), (2.0, 2.75))
    axes.text(
        9, 0.75, "the new W1, b1, W2, b2 start the next step", ha="center", va="center", fontsize=11
    )
    return figure, (
        "One step of training as a loop of four boxes: forward_propagation gives out_h and out_y, "
        "loss gives C, which is kept in losses, backward_propagation gives dW1, db1, dW2, db2, "
        "update_parameters gives new W1, b1, W2, b2, and with them the loop starts again."
    )


def walks_on_a_slope(
    loss: Callable[[np.ndarray], np.ndarray], walks: Mapping[float, Sequence]
) -> None:
    """Show the loss over one weight, and on it the stops of several walks, one panel each.

    Parameters
    ----------
    loss
        Takes weights, an array, and returns the loss of each.
    walks
        For each learning rate the weights that it visits, in order, from the start.
    """
    visited = np.concatenate([np.asarray(walk, dtype=float) for walk in walks.values()])
    room = 0.12 * np.ptp(visited) + 0.1
    weights = np.linspace(visited.min() - room, visited.max() + room, 161)
    losses = [loss(np.asarray(walk, dtype=float)) for walk in walks.values()]
    seen = [
        f"with the rate {rate:g} the weight goes from {walk[0]:.2f} to {walk[-1]:.2f} and the "
        f"loss from {heights[0]:.2f} to {heights[-1]:.2f}"
        for (rate, walk), heights in zip(walks.items(), losses)
    ]
    lengths = [len(walk) for walk in walks.values()]
    _walks(
        across=np.concatenate([weights, visited]),
        up=np.concatenate([loss(weights), *losses]),
        ends=np.cumsum([len(weights), *lengths]).tolist(),
        titles=[f"learning rate {rate:g}" for rate in walks],
        description=f"The loss over one weight is a bowl. {len(walks)} walks on it, "
        f"{lengths[-1] - 1} steps each: {'; '.join(seen)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _walks(
    across: np.ndarray, up: np.ndarray, ends: Sequence[int], titles: Sequence[str], description: str
) -> tuple[Figure, str]:
    """Draw a curve and walks on it, which stand in the arrays one after the other."""
    figure = style.figure(9.5, 3.7)
    panels = figure.subplots(1, len(titles), sharey=True, sharex=True, squeeze=False)[0]
    weights, *walks = np.split(across, ends[:-1])
    heights, *losses_of_walks = np.split(up, ends[:-1])
    for axes, title, walk, losses in zip(panels, titles, walks, losses_of_walks):
        axes.plot(weights, heights, color=FORWARD, linewidth=1.5)
        axes.plot(walk, losses, "o--", color=BACKWARD, linewidth=1, markersize=6)
        axes.annotate(
            "start", (walk[0], losses[0]), (9, -3), textcoords="offset points", fontsize=11
        )
        # Away from the curve: up and inwards where the walk climbs, else down and outwards.
        climbs = losses[-1] > losses[0]
        axes.annotate(
            f"step {len(walk) - 1}",
            (walk[-1], losses[-1]),
            (-8, 12) if climbs else (9, -6),
            textcoords="offset points",
            fontsize=11,
            ha="right" if climbs else "left",
            va="bottom" if climbs else "top",
        )
        axes.set_title(title, fontsize=12)
        axes.set_xlabel("weight w", fontsize=11)
    panels[0].set_ylabel("loss C", fontsize=11)
    highest = up[ends[0] :].max()
    panels[0].set_ylim(-0.16 * highest, 1.2 * highest)
    return figure, description


def gradients_on_the_network(
    parameters: Sequence[np.ndarray], gradients: Sequence[np.ndarray]
) -> None:
    """Show a 2-2-1 network with each weight and bias, and below it the slope of the loss.

    Parameters
    ----------
    parameters
        W1 (2, 2), b1 (2, 1), W2 (1, 2), b2 (1, 1).
    gradients
        dW1, db1, dW2, db2, of the same shapes.

    Raises
    ------
    ValueError
        If the shapes are not those of a 2-2-1 network.
    """
    wanted = [(2, 2), (2, 1), (1, 2), (1, 1)]
    for arrays in (parameters, gradients):
        shapes = [np.shape(array) for array in arrays]
        if shapes != wanted:
            raise ValueError(f"a 2-2-1 network has the shapes {wanted}; these are {shapes}")
    values = [_texts(array, "{:.2f}") for array in parameters]
    _network(values, [_texts(array, "{:+.3f}") for array in gradients])


def _texts(array: np.ndarray, form: str) -> list[list[str]]:
    return [[form.format(entry) for entry in row] for row in np.asarray(array)]


@drawn_once
def _network(
    parameters: Sequence[list[list[str]]], gradients: Sequence[list[list[str]]]
) -> tuple[Figure, str]:
    """Draw the network; the arguments are tables of texts, one for each array."""
    figure, axes = style.canvas(9, 4.6, (-0.6, 12.6), (-0.75, 6.0))
    x, h, y = [(0.0, 4.6), (0.0, 0.6)], [(6.0, 4.6), (6.0, 0.6)], [(12.0, 2.6)]
    (W1, b1, W2, b2), (dW1, db1, dW2, db2) = parameters, gradients
    seen = []
    for sources, targets, W, dW, name in ((x, h, W1, dW1, "W1"), (h, y, W2, dW2, "W2")):
        for i, j in np.ndindex(len(targets), len(sources)):
            start, end = np.array(sources[j]), np.array(targets[i])
            axes.plot(*zip(start, end), color=GREY, linewidth=1.2, zorder=1)
            # Edges that cross get their numbers before the crossing.
            at = start + (end - start) * (0.5 if len(targets) == 1 else (0.55 if i == j else 0.27))
            seen.append(_value_and_slope(axes, at, W[i][j], dW[i][j], f"{name}[{i}, {j}]"))
    for nodes, names in ((x, ("x1", "x2")), (h, ("h1", "h2")), (y, ("y",))):
        for (across, up), name in zip(nodes, names):
            style.circle(axes, (across, up), 0.42, fill=PALE, width=1.5)
            axes.text(across, up, name, ha="center", va="center", fontsize=12, zorder=3)
    for nodes, b, db, name in ((h, b1, db1, "b1"), (y, b2, db2, "b2")):
        for unit, (across, up) in enumerate(nodes):
            below = np.array((across, up - 0.88 if up < 4 else up + 0.95))
            seen.append(_value_and_slope(axes, below, b[unit][0], db[unit][0], f"{name}[{unit}]"))
    axes.text(12.5, 5.6, "blue: weight or bias", ha="right", fontsize=11, color=FORWARD)
    axes.text(
        12.5,
        5.1,
        "slanted: slope of the loss",
        ha="right",
        fontsize=11,
        color=BACKWARD,
        style="italic",
    )
    return figure, (
        "The 2-2-1 network with the value of each weight and bias, and below it the slope of the "
        f"loss there: {'; '.join(seen)}."
    )


def _value_and_slope(axes: Axes, at: np.ndarray, value: str, slope: str, name: str) -> str:
    style.label(axes, (at[0], at[1] + 0.03), value, FORWARD, pad=1, va="bottom")
    style.label(axes, (at[0], at[1] - 0.05), slope, BACKWARD, pad=1, va="top", style="italic")
    return f"{name} is {value} with slope {slope}"


def loss_curves(histories: Mapping[str, Sequence[float]]) -> None:
    """Show the history of the loss of one or several trainings.

    Parameters
    ----------
    histories
        For each label the loss before each step, a sequence of numbers.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not histories:
        raise ValueError("there is no history of a loss to draw; give at least one")
    histories = {label: np.asarray(losses, float) for label, losses in histories.items()}
    seen = [
        f"{label}: from {losses[0]:.3f} to {losses[-1]:.3f} in {len(losses):,} steps"
        for label, losses in histories.items()
    ]
    _loss_curves(histories, f"The loss over the steps of training. {'; '.join(seen)}.")


@drawn_once(tolerance=UNSEEN)
def _loss_curves(histories: Mapping[str, np.ndarray], description: str) -> tuple[Figure, str]:
    figure = style.figure(8, 3.8)
    axes = figure.subplots()
    for place, (label, losses) in enumerate(histories.items()):
        color, line = LINES[place % len(LINES)]
        axes.plot(losses, color=color, linestyle=line, linewidth=1.5, label=label)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("steps made", fontsize=11)
    axes.set_ylabel("loss C before the step", fontsize=11)
    axes.legend(fontsize=11, frameon=False)
    return figure, description


def grid() -> np.ndarray:
    """Return the inputs (2, 3721) of a square grid from -0.5 to 1.5, for `decisions`."""
    side = np.linspace(LOW, HIGH, SIDE)
    x1, x2 = np.meshgrid(side, side)
    return np.array([x1.ravel(), x2.ravel()])


def decisions(outputs: Mapping[str, np.ndarray], X: np.ndarray, Y: np.ndarray) -> None:
    """Show the output of a network for every input of `grid`, one panel for each moment.

    Parameters
    ----------
    outputs
        For each title the outputs (1, 3721) of a network for the inputs of `grid`.
    X
        The examples (2, m), drawn as points.
    Y
        Their targets (1, m): a circle for 0, a triangle for 1.
    """
    outputs = {title: np.reshape(out, (SIDE, SIDE)) for title, out in outputs.items()}
    seen = [
        f"{title}: outputs from {out.min():.2f} to {out.max():.2f}, {_split(out)}"
        for title, out in outputs.items()
    ]
    _decisions(
        outputs,
        X,
        Y,
        "The output of the network for all inputs from -0.5 to 1.5; a black line where it is one "
        f"half, circles for the examples with target 0, triangles for target 1. {'; '.join(seen)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _decisions(
    outputs: Mapping[str, np.ndarray], X: np.ndarray, Y: np.ndarray, description: str
) -> tuple[Figure, str]:
    figure = style.figure(9.5, 8.4 / len(outputs) + 0.9)
    panels = figure.subplots(1, len(outputs), sharey=True, squeeze=False)[0]
    side = np.linspace(LOW, HIGH, SIDE)
    for axes, (title, out) in zip(panels, outputs.items()):
        style.framed(axes)
        filled = axes.contourf(side, side, out, np.linspace(0, 1, 11), cmap="PuOr_r")
        if out.min() < 0.5 < out.max():
            axes.contour(side, side, out, [0.5], colors=INK, linewidths=2)
        for target, marker in ((0, "o"), (1, "^")):
            axes.scatter(
                *X[:, Y[0] == target],
                marker=marker,
                s=90,
                c="white",
                edgecolors=INK,
                linewidths=1.8,
            )
        axes.set_title(title, fontsize=11)
        axes.set_xlabel("x1", fontsize=11)
        axes.set_xticks([0, 1])
        axes.set_yticks([0, 1])
        axes.set_aspect("equal")
        axes.tick_params(labelsize=10)
    panels[0].set_ylabel("x2", fontsize=11)
    bar = figure.colorbar(filled, ax=panels, ticks=[0, 0.5, 1], shrink=0.8, aspect=14)
    bar.set_label("out_y", fontsize=11)
    bar.ax.tick_params(labelsize=10)
    return figure, description


def _split(out: np.ndarray) -> str:
    above = np.mean(out > 0.5)
    if above in (0, 1):
        return f"all {'above' if above else 'below'} one half, so there is no line"
    return f"{100 * above:.0f} % of the square above one half"


@drawn_once
def side_by_side(belongs: np.ndarray) -> tuple[Figure, str]:
    """Show small 2-2-1 networks drawn as one large one, beside the entries of W2 that exist.

    Parameters
    ----------
    belongs
        (k, 2k), 1 where an output listens to a hidden unit, else 0.
    """
    k, n_h = belongs.shape
    figure = style.figure(9, 3.9)
    axes, table = figure.subplots(1, 2, width_ratios=(3, 2))
    inputs = [(n_h / 2 - 1.7, 0.0), (n_h / 2 + 0.7, 0.0)]
    hidden = [(unit + 0.35 * (unit // 2) - 0.35, 2.0) for unit in range(n_h)]
    outputs = [((hidden[2 * j][0] + hidden[2 * j + 1][0]) / 2, 4.0) for j in range(k)]
    for unit, end in enumerate(hidden):
        color, line = LINES[(unit // 2) % len(LINES)]
        for start in inputs:
            axes.plot(*zip(start, end), color=color, linestyle=line, linewidth=1.1, zorder=1)
        for j in np.flatnonzero(belongs[:, unit]):
            axes.plot(*zip(end, outputs[j]), color=color, linestyle=line, linewidth=1.6, zorder=1)
    for nodes, names in (
        (inputs, ["x1", "x2"]),
        (hidden, [f"h{unit}" for unit in range(n_h)]),
        (outputs, [f"y{j}" for j in range(k)]),
    ):
        for (across, up), name in zip(nodes, names):
            style.circle(axes, (across, up), 0.33, fill=PALE)
            axes.text(across, up, name, ha="center", va="center", fontsize=11, zorder=3)
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set_title(f"{k} small networks, drawn as one", fontsize=12)
    style.framed(table).imshow(belongs, cmap="Blues", vmin=0, vmax=2)
    for (j, unit), there in np.ndenumerate(belongs):
        table.text(unit, j, "w" if there else "0", ha="center", va="center", fontsize=12)
    table.set_xticks(range(n_h), [f"h{unit}" for unit in range(n_h)], fontsize=11)
    table.set_yticks(range(k), [f"y{j}" for j in range(k)], fontsize=11)
    table.set_title(f"its W2, shape ({k}, {n_h})", fontsize=12)
    there = int(np.sum(belongs))
    return figure, (
        f"{k} networks 2-2-1 drawn as one network with 2 inputs, {n_h} hidden units and {k} "
        f"outputs. Output j is joined to the hidden units 2j and 2j + 1 only, so {there} of the "
        f"{belongs.size} entries of W2 are weights and the others are 0."
    )


def outcome(final_loss: float) -> str:
    """Return what a final loss on XOR means.

    Parameters
    ----------
    final_loss
        The half squared error at the end of a training.

    Returns
    -------
    str
        "solved", "near 1/4", "near 1/3" or "elsewhere".
    """
    if final_loss < 0.05:
        return SOLVED
    if abs(final_loss - 1 / 4) < 0.03:
        return QUARTER
    return THIRD if abs(final_loss - 1 / 3) < 0.03 else OTHER


def final_losses_in_order(final_losses: Sequence[float]) -> None:
    """Show where many trainings ended: one point each, from the lowest loss to the highest.

    Parameters
    ----------
    final_losses
        The loss of each network after training, a sequence of numbers.
    """
    losses = np.sort(np.asarray(final_losses, dtype=float))
    kinds = _kinds(losses)
    _final_losses(
        losses,
        kinds,
        f"The final loss of {len(losses):,} starts, one point each, in ascending order: a "
        f"staircase. {_in_words(kinds)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _final_losses(losses: np.ndarray, kinds: np.ndarray, description: str) -> tuple[Figure, str]:
    figure = style.figure(8, 3.8)
    axes = figure.subplots()
    _scatter(axes, np.arange(1, len(losses) + 1), losses, kinds, size=26)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("starts, ordered by the loss they end with", fontsize=11)
    axes.set_ylabel("loss C after training", fontsize=11)
    axes.set_ylim(-0.03, max(0.4, losses.max() + 0.05))
    axes.legend(fontsize=11, frameon=False, loc="upper left")
    return figure, description


def hidden_weights(before: np.ndarray, after: np.ndarray, final_losses: Sequence[float]) -> None:
    """Show the two weights of one hidden unit of many networks, before and after training.

    Parameters
    ----------
    before
        (starts, 2), the weights from x1 and x2 at the start.
    after
        (starts, 2), the same weights after training.
    final_losses
        The loss of each network after training, a sequence of numbers.
    """
    kinds = _kinds(final_losses)
    _hidden_weights(
        before,
        after,
        kinds,
        "The two weights of the first hidden unit of each network, before and after training. "
        "Before, all outcomes lie mixed in one cloud; "
        f"{_where(after, kinds)} {_in_words(kinds)}.",
    )


@drawn_once(tolerance=UNSEEN)
def _hidden_weights(
    before: np.ndarray, after: np.ndarray, kinds: np.ndarray, description: str
) -> tuple[Figure, str]:
    figure = style.figure(9, 5.0)
    panels = figure.subplots(1, 2)
    for axes, weights, title in zip(panels, (before, after), ("before training", "after training")):
        _scatter(axes, weights[:, 0], weights[:, 1], kinds, size=18)
        axes.axhline(0, color=LINE, linewidth=0.8, zorder=0)
        axes.axvline(0, color=LINE, linewidth=0.8, zorder=0)
        axes.set_title(title, fontsize=12)
        axes.set_xlabel("weight from x1", fontsize=11)
        axes.set_ylabel("weight from x2", fontsize=11)
        reach = 1.08 * np.abs(weights).max()
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-reach, reach)
        axes.set_aspect("equal")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=11, frameon=False)
    return figure, description


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


def close_look(
    steps: Sequence[float], losses: Sequence[float], seen_first: int, level: float
) -> None:
    """Show one history of the loss twice: as it is usually drawn, and as a distance from a level.

    Parameters
    ----------
    steps
        The number of steps made before each loss, ascending.
    losses
        The loss at each of them.
    seen_first
        How many steps the left panel shows.
    level
        The loss that is taken away on the right, where both axes are logarithmic.

    Raises
    ------
    ValueError
        If a loss is not above the level.
    """
    steps, losses = np.asarray(steps, dtype=float), np.asarray(losses, dtype=float)
    if losses.min() <= level:
        raise ValueError(f"every loss must lie above {level:g}; the lowest is {losses.min():g}")
    first = steps <= seen_first
    stop = losses[first][-1]
    _close_look(
        steps,
        losses,
        np.log10(losses - level),
        seen_first,
        f"{level:g}",
        f"Left, the loss over the first {seen_first:,} steps: it falls from {losses[0]:.3f} and "
        f"then seems to stand still at {stop:.3f}. Right, how far the loss is above {level:g}, on "
        f"logarithmic axes: after {seen_first:,} steps it is {stop - level:.1e}, after "
        f"{steps[-1]:,.0f} steps {losses[-1] - level:.1e}, and the line keeps falling.",
    )


@drawn_once(tolerance=UNSEEN)
def _close_look(
    steps: np.ndarray,
    losses: np.ndarray,
    digits_above: np.ndarray,
    seen_first: int,
    level: str,
    description: str,
) -> tuple[Figure, str]:
    """Draw both panels; the logarithm of the distance is what the right one shows to scale."""
    above = 10**digits_above
    figure = style.figure(9.5, 3.8)
    left, right = figure.subplots(1, 2)
    first = steps <= seen_first
    left.plot(steps[first], losses[first], color=FORWARD, linewidth=2)
    left.set_ylim(0, 1.1 * losses.max())
    left.set_title(f"the first {seen_first:,} steps", fontsize=12)
    left.set_ylabel("loss C", fontsize=11)
    right.loglog(steps[1:], above[1:], color=FORWARD, linewidth=2)
    right.axvline(seen_first, color=BACKWARD, linestyle="--", linewidth=1.2)
    right.text(
        seen_first * 0.9, above[1:].min(), "the program\nstopped here", color=BACKWARD,
        fontsize=11, ha="right", va="bottom",
    )  # fmt: skip
    right.set_title("the same run, continued, both axes logarithmic", fontsize=12)
    right.set_ylabel(f"loss C minus {level}", fontsize=11)
    for axes in (left, right):
        axes.set_xlabel("steps of the program", fontsize=11)
    return figure, description


def _kinds(final_losses: Sequence[float] | np.ndarray) -> np.ndarray:
    return np.array([outcome(loss) for loss in np.asarray(final_losses, dtype=float)])


def _scatter(
    axes: Axes, across: np.ndarray, up: np.ndarray, kinds: np.ndarray, size: float
) -> None:
    """Draw points marked by their outcome, whose names are `kinds`."""
    for kind, (color, marker, _) in MARKS.items():
        here = kinds == kind
        if np.any(here):
            axes.scatter(
                across[here], up[here], color=color, marker=marker, linewidths=1,
                s=size if marker != "o" else size / 2, label=f"{kind}: {np.sum(here)}",
            )  # fmt: skip


def _in_words(kinds: np.ndarray) -> str:
    """Say how many outcomes there are of each kind, and how they are marked."""
    counts = {kind: np.sum(kinds == kind) for kind in MARKS}
    return "; ".join(
        f"{kind}: {count:,} ({MARKS[kind][2]})" for kind, count in counts.items() if count
    )
