"""The figures of lesson 7: a list of layers, sizes by layer, and overfitting."""

from collections.abc import Mapping, Sequence
from itertools import cycle, pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from ..differentiate import derivative
from ..network import sigmoid
from . import parts, style
from .cache import Drawing, drawn_once, show_alike
from .parts import arrow, lines, refuse_nothing, words
from .style import BACKWARD, FORWARD, GREY, INK, LINES, PALE, Look
from .wording import short

MOST_LAYERS = 6


@drawn_once
def list_of_layers(sizes: Sequence[int]) -> Drawing:
    """Show a network as a list of layers, with the forward and the backward pass.

    `sizes` are the number of inputs and the sizes of the layers, at most 6 of them.
    """
    depth = len(sizes) - 1
    if not 1 <= depth <= MOST_LAYERS:
        raise ValueError(f"from 1 to {MOST_LAYERS} layers can be drawn, not {depth}")
    figure, axes = style.canvas(9.5, 3.3, (-1.2, 4 * depth + 1.2), (-2.6, 3.1))
    look: Look = {"fc": PALE, "ec": INK, "linewidth": 1.5}
    for place, size in enumerate(sizes):
        x = 4.0 * place
        parts.box(axes, (x, 1), (1.5, 1.1), (0.1, 0.1), **look)
        words(axes, (x, 1), f"a[{place}]", FORWARD, family="monospace")
        words(axes, (x, 2.5), f"({size}, m)", GREY, 10)
    for place in range(depth):
        x = 4.0 * place
        arrow(axes, (x + 0.95, 1.25), (x + 3.05, 1.25), FORWARD, 2)
        arrow(axes, (x + 3.05, 0.7), (x + 0.95, 0.7), BACKWARD, 2, linestyle="--")
        words(axes, (x + 2, 1.75), f"layer {place}", FORWARD, 11)
        words(axes, (x + 2, 0.1), f"dW[{place}], db[{place}]", BACKWARD, 10)
    words(axes, (0, -0.6), "X", INK, 11)
    words(axes, (4.0 * depth, -0.6), "P", INK, 11)
    words(axes, (2.0 * depth, -1.3), "blue: forward, from layer to layer", FORWARD, 10.5)
    words(axes, (2.0 * depth, -2.1), "orange, dashed: the error on its way back", BACKWARD, 10.5)
    told = "; ".join(
        f"layer {place} from a[{place}], ({low}, m), to a[{place + 1}], ({high}, m)"
        for place, (low, high) in enumerate(pairwise(sizes))
    )
    return figure, (
        f"A network of {depth} layers in a row, from the inputs a[0] = X to the outputs "
        f"a[{depth}] = P: {told}. Blue arrows go forward through the layers. Orange dashed arrows "
        "go back through the same layers; at each of them dW and db are found."
    )


@drawn_once
def two_kinds_of_units() -> Drawing:
    """Show the sigmoid and ReLU, each with its slope below."""
    z = np.linspace(-5, 5, 401)
    figure, panels = style.panels(9, 4.6, 2, 2, sharex=True)
    relu = np.where(z > 0, z, 0.0)
    for column, (name, curve) in enumerate((("sigmoid", sigmoid(z)), ("ReLU", relu))):
        panels[column].plot(z, curve, color=FORWARD)
        panels[column].set(title=name, ylim=(-0.1, 1.1) if name == "sigmoid" else (-0.5, 5.2))
    panels[2].plot(z, derivative(sigmoid, z), color=BACKWARD, linestyle="--")
    for side in (z[z < 0], z[z > 0]):
        panels[3].plot(side, 1.0 * (side > 0), color=BACKWARD, linestyle="--")
    for axes in panels[2:]:
        axes.set(xlabel="pre-activation z", ylim=(-0.1, 1.1))
    panels[0].set_ylabel("activation")
    panels[2].set_ylabel("slope")
    return figure, (
        "Two kinds of units over the pre-activation z from -5 to 5, activation above and slope "
        "below. Sigmoid: the activation rises from 0 to 1, the slope is a hill of height 0.25 that "
        "falls to nearly 0 on both sides. ReLU: the activation is 0 up to z = 0 and then rises "
        "like z; its slope is 0 on the left and 1 on the right."
    )


def size(array: ArrayLike) -> float:
    """Return the root mean square of the entries."""
    return float(np.sqrt(np.mean(np.square(np.asarray(array, dtype=float)))))


def sizes_by_layer(
    activations: Mapping[str, Sequence[ArrayLike]], gradients: Mapping[str, Sequence]
) -> None:
    """Show the sizes of the activations and of the gradients of the biases, layer by layer.

    The gradient of a bias is the sum of the errors of its unit, so it shows how large the errors
    are. For each label, `activations` has the activations of a network, X first, and `gradients`
    has pairs (dW, db). A size is a root mean square. A ValueError is raised if there are no
    networks, or if the labels differ.
    """
    refuse_nothing(activations, "network")
    if list(activations) != list(gradients):
        raise ValueError("the activations and the gradients should have the same labels")
    up = {label: [size(a) for a in several] for label, several in activations.items()}
    down = {label: [size(db) for _, db in pairs] for label, pairs in gradients.items()}
    heights = {
        label: (np.log10(np.maximum(up[label][:-1], 1e-16)), np.log10(np.maximum(one, 1e-16)))
        for label, one in down.items()
    }
    limits = _limits(np.concatenate([side for pair in heights.values() for side in pair]))

    def draw() -> Figure:
        figure, (left, right) = style.panels(9.5, 3.9, 1, 2)
        for (label, (above, below)), (color, line), marker in zip(
            heights.items(), cycle(LINES), cycle("osD^v"), strict=False
        ):
            look: Look = {"color": color, "linestyle": line, "marker": marker, "ms": 5}
            left.semilogy(range(len(above)), 10**above, label=label, **look)
            right.semilogy(range(len(below)), 10**below, label=label, **look)
        left.set(title="forward: what each layer receives", ylabel="size, logarithmic")
        right.set_title("backward: gradient of each layer's biases")
        for axes in (left, right):
            axes.set(xlabel="layer l", ylim=limits)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4)
        return figure

    told = "; ".join(
        f"{label}: activations from {short(up[label][0], '.1g')} to {short(up[label][-2], '.1g')}, "
        f"gradients from {short(one[-1], '.0e')} in the top layer to {short(one[0], '.0e')} in "
        "layer 0"
        for label, one in down.items()
    )
    show_alike(draw, f"Sizes by layer, on logarithmic axes, forward left and back right. {told}.")


def _limits(exponents: np.ndarray) -> tuple[float, float]:
    """Return the ends of an axis for powers of ten: at least four decades, so level looks level."""
    low, high = np.min(exponents), np.max(exponents)
    half = max(4.0, 1.1 * (high - low)) / 2
    return 10 ** ((low + high) / 2 - half), 10 ** ((low + high) / 2 + half)


def learned_by_heart(histories: Mapping[str, ArrayLike], stop: int | None = None) -> None:
    """Show the share of right pictures over the epochs, and the best epoch to stop.

    `histories` maps each label to the shares after each epoch, from 0 to 1; all histories have the
    same length.
    """
    refuse_nothing(histories, "history")
    percents = {label: 100 * np.asarray(one, dtype=float) for label, one in histories.items()}
    curves = {label: [np.arange(1, len(one) + 1), one] for label, one in percents.items()}

    def draw() -> Figure:
        figure, axes = style.plot(8, 3.9, xlabel="epochs", ylabel="right, in %", ylim=(0, 103))
        lines(axes, curves, width=1.8)
        if stop is not None:
            axes.axvline(stop, color=GREY, linewidth=1.2, linestyle=":")
            words(axes, (stop, 4), " stop here", GREY, 10.5, ha="left")
        axes.legend(loc="center right")
        return figure

    told = "; ".join(
        f"{label}: {one[0]:.0f} % after the first epoch, at most {one.max():.0f} %, "
        f"{one[-1]:.0f} % at the end"
        for label, one in percents.items()
    )
    stopped = "" if stop is None else f" A line marks epoch {stop}."
    show_alike(draw, f"Shares of right pictures over the epochs. {told}.{stopped}")
