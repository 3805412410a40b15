"""A drawing that changes from frame to frame, described once and shown in two ways.

In a browser a small script moves it, by a slider and buttons. Elsewhere one of its frames is a
still picture. All numbers are computed beforehand and written into the page.
"""

import base64
import copy
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Patch, PathPatch, Rectangle
from matplotlib.path import Path
from numpy.typing import ArrayLike

from .. import style
from ..cache import picture_once
from ..show import picture_of, show
from ..style import GREY, INK, Look, Point
from .script import SCRIPT

LARGEST_PAGE = 100_000  # characters
UNITS_AN_INCH = 80  # of the drawing, in the still picture


class Scene:
    """Shapes in their order, and how frames change them; y grows downwards, as in SVG.

    `tracks` has, for a shape's key and an attribute, or "text", its value in every frame. `more`
    is the key of a shape, whether it is dashed, and attributes of SVG.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.svg = Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "font-family": "Helvetica, Arial, 'DejaVu Sans', sans-serif",
            "dominant-baseline": "central",
        })  # fmt: skip
        SubElement(self.svg, "rect", width=str(width), height=str(height), fill="white")
        self.tracks: dict[tuple[str, str], list] = {}

    def line(
        self, start: Point, end: Point, color: str = INK, width: float = 1.5, **more: Any
    ) -> None:
        """Add a straight line."""
        (x1, y1), (x2, y2) = start, end
        self._add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, stroke_width=width, **more)

    def circle(
        self, at: Point, radius: float, color: str = INK, fill: str = "white", width: float = 1.8,
        **more: Any,
    ) -> None:  # fmt: skip
        """Add a circle."""
        look: Look = {"fill": fill, "stroke": color, "stroke_width": width}
        self._add("circle", cx=at[0], cy=at[1], r=radius, **look, **more)

    def rectangle(
        self, at: Point, size: Point, color: str = "none", fill: str = "white", width: float = 1.5,
        **more: Any,
    ) -> None:  # fmt: skip
        """Add a rectangle; `at` is its upper left corner."""
        look: Look = {"fill": fill, "stroke": color, "stroke_width": width}
        self._add("rect", x=at[0], y=at[1], width=size[0], height=size[1], **look, **more)

    def path(
        self, d: str, color: str = "none", fill: str = "none", width: float = 1.5, **more: Any
    ) -> None:
        """Add a path of straight lines: `d` holds M, L and Z with numbers only."""
        self._add("path", d=d, fill=fill, stroke=color, stroke_width=width, **more)

    def text(
        self, at: Point, text: str, color: str = INK, size: float = 15, anchor: str = "middle",
        **more: Any,
    ) -> None:  # fmt: skip
        """Add a line of text; `at` is the middle of its height."""
        look: Look = {"fill": color, "font_size": size, "text_anchor": anchor}
        self._add("text", x=at[0], y=at[1], **look, text=text, **more)

    def _add(
        self, tag: str, *, key: str = "", text: str = "", dashed: bool = False, **attributes: Any
    ) -> None:
        shape = SubElement(self.svg, tag, {"data-key": key} if key else {})
        shape.text = text
        for name, value in attributes.items():
            shape.set(name.replace("_", "-"), str(_short(value)))
        if dashed:
            shape.set("stroke-dasharray", "6 4")

    def at(self, frame: int) -> Element:
        """Return the drawing as it is in one frame."""
        drawing = copy.deepcopy(self.svg)
        for (key, name), values in self.tracks.items():
            for shape in drawing.iterfind(f"*[@data-key='{key}']"):
                if name == "text":
                    shape.text = values[frame]
                else:
                    shape.set(name, str(values[frame]))
        return drawing


@dataclass(frozen=True)
class Panel:
    """A part of a scene in which numbers have places.

    It has its upper left corner and its size in the scene, and the numbers at its left and right
    and at its lower and upper edge.
    """

    scene: Scene
    corner: Point
    size: Point
    across: Point
    up: Point

    @property
    def floor(self) -> float:
        """Where the lower edge is."""
        return self.corner[1] + self.size[1]

    def x(self, values: ArrayLike) -> Any:
        """Return the place of a number, or of several, from left to right."""
        low, high = self.across
        return self.corner[0] + (np.asarray(values) - low) / (high - low) * self.size[0]

    def y(self, values: ArrayLike) -> Any:
        """Return the place of a number, or of several, from the lower edge upwards."""
        low, high = self.up
        return self.floor - (np.asarray(values) - low) / (high - low) * self.size[1]

    def curve(
        self, across: ArrayLike, up: ArrayLike, color: str, width: float, dashed: bool = False
    ) -> None:
        """Add a curve."""
        places = zip(self.x(across), self.y(up))
        self.scene.path(curve(places), color, width=width, dashed=dashed)

    def follow(
        self, keys: tuple[str, str], across: ArrayLike, up: ArrayLike, color: str, below: bool
    ) -> None:
        """Add a dashed line and on it a dot, with a place in every frame.

        The line stands below the dot only, or runs through the whole panel.
        """
        (line, dot), x, y = keys, tenths(self.x(across)), tenths(self.y(up))
        ends = (0, self.corner[1]), (0, self.floor)
        self.scene.line(*ends, GREY, 1.2, dashed=True, key=line)
        self.scene.circle((0, 0), 6, "white", color, key=dot)
        self.scene.tracks |= {(line, "x1"): x, (line, "x2"): x}
        if below:
            self.scene.tracks[line, "y1"] = y
        self.scene.tracks |= {(dot, "cx"): x, (dot, "cy"): y}


def curve(points: Iterable[Point]) -> str:
    """Return the path of an open line through points."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points)


def tenths(values: Iterable[float]) -> list[float]:
    """Return places in every frame, rounded to a tenth of a unit."""
    return [round(float(value), 1) for value in values]


def _short(value: Any) -> Any:
    """Round a place to a tenth of a unit, which nobody sees, to keep the page small."""
    if isinstance(value, str):
        return value
    rounded = round(float(value), 1) + 0.0
    return int(rounded) if rounded == int(rounded) else rounded


def show_alive(
    scene: Scene,
    *,
    label: str,
    names: Sequence[str],
    sayings: Sequence[str],
    start: int,
    still: int,
    words: str,
    play: bool = False,
) -> None:
    """Show a scene with a slider and two buttons below it; elsewhere one frame of it and words.

    The slider moves through what `label` says, "training step", from the frame `start` on. Every
    frame has a name, "step 40", and a saying, one or two sentences with its numbers. `still` is the
    frame of the still picture, and `words` say what it shows and what can be moved. With `play`
    there is a button that runs through the frames. A page above `LARGEST_PAGE` is a ValueError.
    """
    drawing = scene.at(still)
    svg = tostring(drawing)
    data: Look = {"label": label, "names": names, "sayings": sayings}
    data |= {"start": start, "still": still, "play": play}
    # The words of the drawing once more, in the open: in the address of the picture they are
    # encoded, and nobody who compares two versions of a page would see one change.
    written = [shape.text for shape in drawing if shape.text]
    tracks = [[key, name, values] for (key, name), values in scene.tracks.items()]
    text = json.dumps(data | {"texts": written, "tracks": tracks}, separators=(",", ":"))
    page = PAGE.format(
        width=scene.width,
        height=scene.height,
        words=escape(words),
        address=base64.b64encode(svg).decode(),
        script=SCRIPT.strip(),
        data=text.replace("<", "\\u003c"),  # no "</script>" in a script
    )
    if len(page) > LARGEST_PAGE:
        raise ValueError(
            f"this figure has {len(page):,} characters, more than {LARGEST_PAGE:,}: "
            f"give it fewer than {len(names)} frames"
        )
    key = (_still.__module__, _still.__qualname__, svg, words)
    picture, _ = picture_once(lambda: (_still(scene, drawing, words), words), key)
    show(picture, words, page)


PAGE = (
    '<div class="figure-alive" style="max-width: {width}px">'
    '<img alt="{words}" width="{width}" height="{height}" '
    'style="max-width: 100%; background: white" '
    'src="data:image/svg+xml;base64,{address}"></div>'
    "<script>{script}({data})</script>"
)


# ------------------------------------------------------------------- the still picture


def _still(scene: Scene, drawing: Element, words: str) -> bytes:
    """Draw one frame with matplotlib; return the bytes of a PNG file."""
    from PIL import Image

    figure, axes = style.sheet(scene.width / UNITS_AN_INCH, scene.height / UNITS_AN_INCH)
    axes.set(xlim=(0, scene.width), ylim=(scene.height, 0))
    for layer, shape in enumerate(drawing[1:]):
        if shape.get("opacity") != "0":
            _draw(axes, shape, layer)
    # A drawing has few colours; written as a palette it takes a third of the room.
    picture = Image.open(io.BytesIO(picture_of(figure, words))).convert("RGB")
    small = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _draw(axes: Axes, shape: Element, layer: int) -> None:
    given, points = shape.attrib, 72 / UNITS_AN_INCH
    if shape.tag == "text":
        side = {"start": "left", "middle": "center", "end": "right"}[given["text-anchor"]]
        axes.text(
            float(given["x"]), float(given["y"]), shape.text or "", color=given["fill"], ha=side,
            va="center_baseline", fontsize=float(given["font-size"]) * points, zorder=layer,
        )  # fmt: skip
        return
    patch = _outline(shape)
    patch.set(
        facecolor=given.get("fill", "none"), edgecolor=given["stroke"], zorder=layer,
        linewidth=float(given["stroke-width"]) * points,
        alpha=float(given.get("fill-opacity", 1)),
        linestyle=(0, (4, 3)) if "stroke-dasharray" in given else "-",
    )  # fmt: skip
    axes.add_patch(patch)


def _outline(shape: Element) -> Patch:
    def number(name: str) -> float:
        return float(shape.attrib[name])

    if shape.tag == "circle":
        return Circle((number("cx"), number("cy")), number("r"))
    if shape.tag == "rect":
        return Rectangle((number("x"), number("y")), number("width"), number("height"))
    if shape.tag == "line":
        return PathPatch(Path([(number("x1"), number("y1")), (number("x2"), number("y2"))]))
    codes = {"M": Path.MOVETO, "L": Path.LINETO, "Z": Path.CLOSEPOLY}
    steps = re.findall(r"([MLZ])([-0-9.]*) ?([-0-9.]*)", shape.attrib["d"])
    corners = np.array([(float(x or 0), float(y or 0)) for _, x, y in steps]).reshape(-1, 2)
    return PathPatch(Path(corners, [codes[letter] for letter, _, _ in steps]))
