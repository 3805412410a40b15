"""The figures of lesson 4: how a network is trained, and the results of many trainings."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..network import Parameters
from . import parts, style
from .cache import Drawing, drawn_once, show_alike
from .networks import NETWORK_221, edges, entries, node, places_221
from .parts import arrow, ground, heights_above, label, lines, note, words
from .style import BACKWARD, FORWARD, GREY, INK, LINE, PALE, PURPLE, Arrays, Look, Numbers
from .wording import short

UNITS_221 = "x[0]", "x[1]", "h[0]", "h[1]", "o[0]"

# ---------------------------------------------------------------------------- networks


@drawn_once
def training_loop() -> Drawing:
    """Show one step of training as a loop of four boxes."""
    figure, axes = style.canvas(9, 3.3, (0, 18), (0.1, 6.4))
    look: Look = {"fc": PALE, "ec": INK, "linewidth": 1.5}
    for place, (name, question, passed) in enumerate((
        ("forward_\npropagation", "what comes out?", "out_h\nout_y"),
        ("loss", "how wrong is it?", "out_h\nout_y"),
        ("backward_\npropagation", "which way is down?", "dW1 db1\ndW2 db2"),
        ("update_\nparameters", "one step down", ""),
    )):  # fmt: skip
        x = 2.0 + 4.65 * place
        parts.box(axes, (x, 3.75), (2.9, 1.7), (0.1, 0.1), **look)
        words(axes, (x, 3.75), name, family="monospace")
        words(axes, (x, 5.3), question)
        if passed:
            arrow(axes, (x + 1.6, 3.75), (x + 3.05, 3.75))
            color = BACKWARD if passed.startswith("d") else FORWARD
            words(axes, (x + 2.3, 3.2), passed, color, 10, va="top")
    words(axes, (6.65, 2.3), "C is kept in losses", FORWARD, 10)
    axes.plot([15.95, 15.95, 2.0], [2.75, 1.3, 1.3], color=INK, linewidth=1.5)
    arrow(axes, (2.0, 1.3), (2.0, 2.75))
    words(axes, (9, 0.75), "the new W1, b1, W2, b2 start the next step")
    return figure, (
        "One step of training as a loop of four boxes: forward_propagation gives out_h and out_y, "
        "loss gives C, which is kept in losses, backward_propagation gives dW1, db1, dW2, db2, "
        "update_parameters gives new W1, b1, W2, b2, and with them the loop starts again."
    )


def gradients_on_the_network(parameters: Arrays, gradients: Arrays) -> None:
    """Show a 2-2-1 network with each weight and bias, and below it the slope of the loss.

    The parameters are W1 (2, 2), b1 (2, 1), W2 (1, 2) and b2 (1, 1); the gradients have the same
    shapes. Other shapes raise a ValueError.
    """
    for arrays in (parameters, gradients):
        parts.refuse_other_shapes(arrays, NETWORK_221, "a 2-2-1 network")
    both = (entries(Parameters(*arrays)._asdict()) for arrays in (parameters, gradients))
    values, slopes = (
        {name: short(value, form) for name, value in one.items()}
        for one, form in zip(both, (".2f", "+.3f"))
    )

    def draw() -> Figure:
        figure, axes = style.canvas(9, 4.6, (-0.6, 12.6), (-0.75, 6.0))
        layers, units = places_221((0.0, 6.0, 12.0), 4.6, 0.6)
        places = {bias: (x, y - 0.88 if y < 4 else y + 0.95) for _, bias, (x, y) in units}
        for name, start, end, at in edges(layers):
            axes.plot(*zip(start, end), color=GREY, linewidth=1.2, zorder=1)
            places[name] = at
        for at, name in zip(chain.from_iterable(layers), UNITS_221):
            node(axes, at, 0.42, name, linewidth=1.5, size=11)
        for name, (across, up) in places.items():
            look: Look = {"bbox": ground(1)}
            label(axes, (across, up + 0.03), values[name], FORWARD, va="bottom", **look)
            look["style"] = "italic"
            label(axes, (across, up - 0.05), slopes[name], BACKWARD, va="top", **look)
        side: Look = {"ha": "right", "va": "baseline"}
        words(axes, (12.5, 5.6), "blue: weight or bias", FORWARD, **side)
        words(axes, (12.5, 5.1), "slanted: slope of the loss", BACKWARD, style="italic", **side)
        return figure

    seen = [f"{name} is {values[name]} with slope {slopes[name]}" for name in sorted(values)]
    show_alike(
        draw,
        "The 2-2-1 network with the value of each weight and bias, and below it the slope of the "
        f"loss there: {'; '.join(seen)}.",
    )


@drawn_once
def side_by_side(belongs: np.ndarray) -> Drawing:
    """Show k small 2-2-1 networks drawn as one large network, next to its W2.

    `belongs` (k, 2k) is 1 where a weight connects a hidden unit to an output, else 0.
    """
    k, n_h = belongs.shape
    figure, (axes, table) = style.panels(9, 3.9, 1, 2, width_ratios=(3, 2))
    inputs = [(n_h / 2 - 1.7, 0.0), (n_h / 2 + 0.7, 0.0)]
    colors = INK, PURPLE, GREY  # solid, since a dashed line would mean a negative weight
    hidden = [(unit + 0.35 * (unit // 2) - 0.35, 2.0) for unit in range(n_h)]
    outputs = [((hidden[2 * n][0] + hidden[2 * n + 1][0]) / 2, 4.0) for n in range(k)]
    h, y = [f"h[{j}]" for j in range(n_h)], [f"o[{output}]" for output in range(k)]
    for unit, at in enumerate(hidden):
        look: Look = {"color": colors[unit // 2 % len(colors)], "zorder": 1}
        for start in inputs:
            axes.plot(*zip(start, at), linewidth=1.1, **look)
        for output in np.flatnonzero(belongs[:, unit]):
            axes.plot(*zip(at, outputs[output]), linewidth=1.6, **look)
    for at, name in zip((*inputs, *hidden, *outputs), (*UNITS_221[:2], *h, *y)):
        node(axes, at, 0.36, name, size=10)
    axes.set(aspect="equal", title=f"{k} small networks, drawn as one")
    axes.axis("off")
    style.framed(table).imshow(belongs, cmap="Blues", vmin=0, vmax=2)
    for (output, unit), there in np.ndenumerate(belongs):
        words(table, (unit, output), "w" if there else "0", size=12)
    table.set_xticks(range(n_h), h, fontsize=11)
    table.set_yticks(range(k), y, fontsize=11)
    table.set_title(f"its W2, shape ({k}, {n_h})")
    return figure, (
        f"{k} networks 2-2-1 drawn as one network with 2 inputs, {n_h} hidden units and {k} "
        f"outputs. Output k is connected to the hidden units 2k and 2k + 1 only, so "
        f"{int(np.sum(belongs))} of the {belongs.size} entries of W2 are weights and the others "
        "are 0."
    )


# -------------------------------------------------------------- walks, losses, decisions

# The coordinates along the side of the square of inputs in which decisions are drawn.
SIDE = np.linspace(-0.5, 1.5, 61)
# Grey for outputs near 0, white for one half, blue for outputs near 1, without visible bands.
OUTPUTS = LinearSegmentedColormap.from_list("outputs", ["#8d8d8d", "white", "#5b9bd0"], N=512)


def walks_on_a_slope(
    loss: Callable[[np.ndarray], np.ndarray], walks: Mapping[float, Sequence]
) -> None:
    """Show the loss over one weight and the steps of several walks on it, one panel each.

    `loss` takes an array of weights and returns the loss of each. `walks` maps each learning rate
    to the weights that it visits, in order from the start.
    """
    visited = [np.asarray(walk, dtype=float) for walk in walks.values()]
    ends = np.concatenate(visited)
    room = 0.12 * np.ptp(ends) + 0.1
    weights = np.linspace(ends.min() - room, ends.max() + room, 161)
    bowl, losses = np.array([weights, loss(weights)]), [loss(walk) for walk in visited]
    titles = [f"learning rate {rate:g}" for rate in walks]

    def draw() -> Figure:
        figure, panels = style.panels(9.5, 3.7, 1, len(titles), sharey=True, sharex=True)
        for axes, title, walk, heights in zip(panels, titles, visited, losses):
            axes.plot(*bowl, color=FORWARD, linewidth=1.5)
            axes.plot(walk, heights, "o--", color=BACKWARD, linewidth=1, markersize=6)
            note(axes, (walk[0], heights[0]), "start", (9, -3))
            # Away from the curve: up and inwards where the walk climbs, else down and outwards.
            climbs = heights[-1] > heights[0]
            offset, ha, va = ((-8, 12), "right", "bottom") if climbs else ((9, -6), "left", "top")
            note(axes, (walk[-1], heights[-1]), f"step {len(walk) - 1}", offset, ha=ha, va=va)
            axes.set(title=title, xlabel="weight w")
        highest = np.concatenate(losses).max()
        panels[0].set(ylabel="loss C", ylim=(-0.16 * highest, 1.2 * highest))
        return figure

    seen = [
        f"with the rate {rate:g} the weight goes from {walk[0]:.2f} to {walk[-1]:.2f} and the "
        f"loss from {heights[0]:.2f} to {heights[-1]:.2f}"
        for rate, walk, heights in zip(walks, visited, losses)
    ]
    show_alike(
        draw,
        f"The loss over one weight is a bowl. {len(walks)} walks on it, "
        f"{len(visited[-1]) - 1} steps each: {'; '.join(seen)}.",
    )


def loss_curves(histories: Mapping[str, Numbers]) -> None:
    """Show the loss before each step of one or more trainings, by label."""
    parts.refuse_nothing(histories, "history of a loss")
    curves = {label: [np.asarray(losses, float)] for label, losses in histories.items()}

    def draw() -> Figure:
        rows = -(-len(curves) // 3)
        figure, axes = style.plot(8, 3.6 + 0.25 * rows, xlabel="steps made")
        lines(axes, curves, width=1.5)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("loss C before the step")
        figure.legend(loc="outside lower center", ncols=min(3, len(curves)))
        return figure

    seen = [
        f"{label}: from {losses[0]:.3f} to {losses[-1]:.3f} in {len(losses):,} steps"
        for label, losses in histories.items()
    ]
    show_alike(draw, f"The loss over the steps of training. {'; '.join(seen)}.")


def grid() -> np.ndarray:
    """Return the inputs (2, 3721) of a square grid from -0.5 to 1.5, for `decisions`."""
    return parts.grid(SIDE)


def decisions(outputs: Mapping[str, np.ndarray], X: np.ndarray, Y: np.ndarray) -> None:
    """Show the output of a network for every input of `grid`, one panel for each moment.

    `outputs` maps the title of each panel to outputs (1, 3721). The examples X (2, m) are drawn as
    circles where the target in Y (1, m) is 0, and as triangles where it is 1.
    """
    outputs = {title: np.reshape(out, (len(SIDE),) * 2) for title, out in outputs.items()}

    def draw() -> Figure:
        figure, panels = style.panels(9.5, 8.4 / len(outputs) + 0.9, 1, len(outputs), sharey=True)
        for axes, (title, out) in zip(panels, outputs.items()):
            style.framed(axes)
            ends = (SIDE[0], SIDE[-1]) * 2
            look: Look = {"vmin": 0, "vmax": 1, "interpolation": "bilinear", "extent": ends}
            filled = axes.imshow(out, OUTPUTS, origin="lower", **look)
            if out.min() < 0.5 < out.max():
                axes.contour(SIDE, SIDE, out, [0.5], colors=INK, linewidths=2)
            parts.examples(axes, X, Y)
            axes.set_title(title, fontsize=11)
            axes.set(xlabel="input x[0]", xticks=[0, 1], yticks=[0, 1], aspect="equal")
        panels[0].set_ylabel("input x[1]")
        bar = figure.colorbar(filled, ax=panels, ticks=[0, 0.5, 1], shrink=0.8, aspect=14)
        bar.set_label("out_y")
        return figure

    seen = [
        f"{title}: outputs from {out.min():.2f} to {out.max():.2f}, {_split(out)}"
        for title, out in outputs.items()
    ]
    show_alike(
        draw,
        "The output of the network for all inputs from -0.5 to 1.5, blue where it is near 1, grey "
        "where it is near 0; a black line where it is one half, "
        f"circles for the examples with target 0, triangles for target 1. {'; '.join(seen)}.",
    )


def _split(out: np.ndarray) -> str:
    above = np.mean(out > 0.5)
    if above in (0, 1):
        return f"all {'above' if above else 'below'} one half, so there is no line"
    return f"{100 * above:.0f} % of the square above one half"


def close_look(steps: Numbers, losses: Numbers, seen_first: int, level: float) -> None:
    """Show one history of the loss twice: on linear axes, and as a distance from a level.

    `steps` are ascending numbers of steps, with one loss each. A ValueError is raised unless every
    loss is above the level. The left panel shows the first `seen_first` steps; the axes of the
    right panel are logarithmic.
    """
    steps, losses = np.asarray(steps, dtype=float), np.asarray(losses, dtype=float)
    above = heights_above(level, losses)
    digits, minus_level = np.log10(above), f"loss C minus {level:g}"  # to scale on the right

    def draw() -> Figure:
        distances, first = 10 ** digits[1:], steps <= seen_first
        figure, (left, right) = style.panels(9.5, 3.8, 1, 2)
        left.plot(steps[first], losses[first], color=FORWARD)
        right.loglog(steps[1:], distances, color=FORWARD)
        right.axvline(seen_first, color=BACKWARD, linestyle="--", linewidth=1.2)
        at, text = (seen_first * 0.9, distances.min()), "the program\nstopped here"
        words(right, at, text, BACKWARD, ha="right", va="bottom")
        left.set(ylim=(0, 1.1 * losses.max()), title=f"the first {seen_first:,} steps")
        right.set_title("the same run, continued, both axes logarithmic")
        for axes, name in ((left, "loss C"), (right, minus_level)):
            axes.set(xlabel="steps of the program", ylabel=name)
        return figure

    stop = losses[steps <= seen_first][-1]
    show_alike(
        draw,
        f"Left, the loss over the first {seen_first:,} steps: it falls from {losses[0]:.3f} and "
        f"then seems to stop at {stop:.3f}. Right, how far the loss is above {level:g}, on "
        f"logarithmic axes: after {seen_first:,} steps it is {stop - level:.1e}, after "
        f"{steps[-1]:,.0f} steps {above[-1]:.1e}, and the line keeps falling.",
    )


# ------------------------------------------------------------- where many trainings end

# What a final loss means for XOR.
SOLVED, QUARTER, THIRD, OTHER = "solved", "near 1/4", "near 1/3", "elsewhere"
MARKS = {
    SOLVED: (FORWARD, "o", "a filled circle"),
    QUARTER: (BACKWARD, "x", "a cross"),
    THIRD: (INK, "^", "a triangle"),
    OTHER: (PURPLE, "s", "a square"),
}


def outcome(final_loss: float) -> str:
    """Classify the half squared error after a training on XOR; return a key of `MARKS`."""
    if final_loss < 0.05:
        return SOLVED
    if abs(final_loss - 1 / 4) < 0.03:
        return QUARTER
    return THIRD if abs(final_loss - 1 / 3) < 0.03 else OTHER


def final_losses_in_order(final_losses: Numbers) -> None:
    """Show the final losses of many trainings as points, in ascending order."""
    losses = np.sort(np.asarray(final_losses, dtype=float))
    kinds = _kinds(losses)

    def draw() -> Figure:
        figure, axes = style.plot(8, 3.8, ylim=(-0.03, max(0.4, losses.max() + 0.05)))
        axes.set(xlabel="starts, ordered by the loss they end with", ylabel="loss C after training")
        _scatter(axes, np.array([np.arange(1, len(losses) + 1), losses]), kinds, size=26)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="upper left")
        return figure

    show_alike(
        draw,
        f"The final loss of {len(losses):,} starts, one point each, in ascending order: a "
        f"staircase. {_in_words(kinds)}.",
    )


def hidden_weights(before: np.ndarray, after: np.ndarray, final_losses: Numbers) -> None:
    """Show the two weights of one hidden unit of many networks, before and after training.

    The weights from input 0 and input 1 are arrays (starts, 2); each network has one final loss.
    """
    kinds = _kinds(final_losses)

    def draw() -> Figure:
        figure, panels = style.panels(9, 5.0, 1, 2)
        for axes, weights, moment in zip(panels, (before, after), ("before", "after")):
            _scatter(axes, weights.T, kinds, size=18)
            axes.axhline(0, color=LINE, linewidth=0.8, zorder=0)
            axes.axvline(0, color=LINE, linewidth=0.8, zorder=0)
            reach = 1.08 * np.abs(weights).max()
            axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
            axes.set(xlabel="W1[0, 0]", ylabel="W1[0, 1]", title=f"{moment} training")
        handles = panels[0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside lower center", ncols=4)
        return figure

    smaller, larger = np.sort(np.abs(after), axis=1).T
    said = ", ".join(
        f"for the networks {'that solve XOR' if kind == SOLVED else kind} the median is "
        f"{np.median((smaller / larger)[kinds == kind]):.2f}"
        for kind in (SOLVED, QUARTER)
        if kind in kinds
    )
    show_alike(
        draw,
        "The two weights into hidden unit 0 of each network, before and after training. "
        "Before, all outcomes are mixed in one cloud; after, they form separate groups. The "
        "smaller of the two weights divided by the larger, without signs: "
        f"{said}. {_in_words(kinds)}.",
    )


def _kinds(final_losses: Numbers | np.ndarray) -> np.ndarray:
    return np.array([outcome(float(loss)) for loss in final_losses])


def _scatter(axes: Axes, points: np.ndarray, kinds: np.ndarray, size: float) -> None:
    """Draw points (2, n), each with the mark of its outcome in `kinds` (n,)."""
    for kind, (color, marker, _) in MARKS.items():
        x, y = points[:, kinds == kind]
        if len(x):
            look: Look = {"color": color, "marker": marker, "label": f"{kind}: {len(x)}"}
            axes.scatter(x, y, size / 2 if marker == "o" else size, linewidths=1, **look)


def _in_words(kinds: np.ndarray) -> str:
    """Describe how many outcomes of each kind there are, and how they are marked."""
    return "; ".join(
        f"{kind}: {np.sum(kinds == kind):,} ({mark})"
        for kind, (_, _, mark) in MARKS.items()
        if kind in kinds
    )
