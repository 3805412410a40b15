"""Measures the contrast of the texts and lines of a figure with their background.

Contrast is the ratio defined by WCAG 2. Texts need 4.5, lines and edges 3.
"""

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from backprop.figures import style
from backprop.figures.style import LINE, PAPER, STYLE

OF_TEXT, OF_LINES = 4.5, 3.0


def luminance(color):
    channels = np.asarray(color, dtype=float)
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """Return the contrast of two colours, or of arrays of colours elementwise."""
    one, other = (
        luminance(to_rgb(color) if isinstance(color, str) else color) for color in (one, other)
    )
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)


def pixels(figure):
    """Return a figure as an array (rows, columns, 4) with values from 0 to 1."""
    with rc_context(STYLE):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    return np.asarray(canvas.buffer_rgba(), dtype=float) / 255


def faults_of(figure):
    """Return a message for each text and line of a figure with too little contrast."""
    style.put_on_paper(figure)
    whole = pixels(figure)  # computes the layout
    figure.set_layout_engine("none")
    texts = [one for one in figure.findobj(Text) if one.get_visible() and one.get_text().strip()]
    places = [one.get_window_extent() for one in texts]
    colors = [one.get_color() for one in texts]
    for one in texts:  # hides the text, but not its box
        one.set_color("none")
    behind = pixels(figure)
    high, wide, _ = behind.shape
    faults = []
    for one, color, place in zip(texts, colors, places):
        left, right = np.clip([place.x0, place.x1], 0, wide).astype(int)
        top, low = np.clip([high - place.y1, high - place.y0], 0, high).astype(int)
        here = slice(top, low + 1), slice(left, right + 1)
        if np.array_equal(whole[here], behind[here]):  # a tick label outside of the axes
            continue
        ground = behind[here].reshape(-1, 4)
        # Lines and hatches may cross a text, so the most common background counts.
        seen = np.median(contrast(ground[:, :3], to_rgb(color)))
        if np.median(ground[:, 3]) < 1 or seen < OF_TEXT:
            faults.append(f"{one.get_text()!r}: {seen:.1f}")
    for axes in figure.axes:
        on_paper = not (axes.images or axes.collections)
        for line in axes.lines if on_paper else ():
            looks = (line.get_color(), line.get_markeredgecolor(), line.get_markerfacecolor())
            seen = max(contrast(to_rgb(color), PAPER) for color in looks if color != "none")
            if line.get_color() != LINE and seen < OF_LINES:
                faults.append(f"the line {line.get_label()}: {seen:.1f}")
    return faults
