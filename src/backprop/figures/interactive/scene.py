"""Drawings with several frames, shown as an interactive page or as a still picture.

In a browser, a small script changes the frame by a slider and buttons. Elsewhere, one frame is
shown as a still picture. All numbers are computed in advance and embedded in the page.
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

from .. import parts, style
from ..cache import picture_once
from ..show import picture_of, show
from ..style import GREY, INK, Look, Point
from .script import SCRIPT

LARGEST_PAGE = 100_000  # characters
LEAST = 80  # minimum width of a drawing, in percent of its full width; below, it scrolls
UNITS_AN_INCH = 80  # units of the drawing per inch of the still picture

# The SVG attributes that place a shape, by its tag. A path contains only M, L and Z with numbers.
PLACES = {
    "line": ("x1", "y1", "x2", "y2"), "circle": ("cx", "cy", "r"), "path": ("d",),
    "rect": ("x", "y", "width", "height"), "text": ("x", "y"),
}  # fmt: skip
DASHED = {"stroke_dasharray": "6 4"}


class Scene:
    """An ordered collection of shapes that change between frames; y grows downwards, as in SVG.

    An array or a list given instead of a single number or text has one value for each frame; the
    shape then needs a key. `tracks` maps a key and an attribute, or "text", to these values. `more`
    contains the key and further SVG attributes.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.svg = Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "font-family": "Helvetica, Arial, 'DejaVu Sans', sans-serif",
            "dominant-baseline": "central",
        })  # fmt: skip
        sheet = {"width": str(width), "height": str(height), "rx": "10", "fill": style.PAPER}
        SubElement(self.svg, "rect", sheet)
        self.tracks: dict[tuple[str, str], list] = {}

    def draw(
        self, tag: str, places: Sequence, color: str, width: float, fill: str | list[str] = "",
        **more: Any,
    ) -> None:  # fmt: skip
        """Add a shape, given its tag, `PLACES`, the colour and width of its line, and its fill."""
        look: Look = {"fill": fill} if fill else {}
        self._add(tag, places, **look, stroke=color, stroke_width=width, **more)

    def text(
        self, at: Point, text: str | list[str], color: str | list[str] = INK, size: float = 15,
        anchor: str = "middle", **more: Any,
    ) -> None:  # fmt: skip
        """Add a line of text, vertically centred at the place `at`."""
        look: Look = {"fill": color, "font_size": size, "text_anchor": anchor}
        self._add("text", at, text, **look, **more)

    def _add(
        self, tag: str, places: Sequence, text: str | list[str] = "", key: str = "", **look: Any
    ) -> None:
        shape = SubElement(self.svg, tag, {"data-key": key} if key else {})
        shape.text = "" if isinstance(text, list) else text
        given = {**dict(zip(PLACES[tag], places)), **look}
        for name, value in given.items():
            shape.set(name.replace("_", "-"), str(_short(value)))
        for name, value in sorted({**given, "text": text}.items()):
            if isinstance(value, np.ndarray):
                self.tracks[key, name] = [round(float(one), 1) for one in value]
            elif isinstance(value, list):
                self.tracks[key, name] = value

    def at(self, frame: int) -> Element:
        """Return the drawing of one frame."""
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
    """A part of a scene with its own coordinates.

    `corner` (upper left) and `size` are in units of the scene; `across` and `up` are the
    coordinates at the left and right and at the lower and upper edges.
    """

    scene: Scene
    corner: Point
    size: Point
    across: Point
    up: Point

    @property
    def floor(self) -> float:
        """The y coordinate of the lower edge in the scene."""
        return self.corner[1] + self.size[1]

    def x(self, values: ArrayLike) -> Any:
        """Convert one or more horizontal coordinates to positions in the scene."""
        low, high = self.across
        return self.corner[0] + (np.asarray(values) - low) / (high - low) * self.size[0]

    def y(self, values: ArrayLike) -> Any:
        """Convert one or more vertical coordinates to positions in the scene."""
        low, high = self.up
        return self.floor - (np.asarray(values) - low) / (high - low) * self.size[1]

    def curve(
        self, across: ArrayLike, up: ArrayLike, color: str, width: float, **more: Any
    ) -> None:
        """Add a curve."""
        places = zip(self.x(across), self.y(up))
        self.scene.draw("path", [curve(places)], color, width, "none", **more)

    def follow(
        self, keys: tuple[str, str], across: ArrayLike, up: ArrayLike, color: str, below: bool
    ) -> None:
        """Add a dashed vertical line with a dot on it, both moving from frame to frame.

        The line is drawn only below the dot, or through the whole panel.
        """
        (line, dot), x, y = keys, self.x(across), self.y(up)
        ends = x, y if below else self.corner[1], x, self.floor
        self.scene.draw("line", ends, GREY, 1.2, key=line, **DASHED)
        self.scene.draw("circle", (x, y, 6), "white", 1.8, color, key=dot)


def curve(points: Iterable[Point]) -> str:
    """Return the SVG path of an open line through points."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points)


def _short(value: Any) -> Any:
    """Round a number to a tenth of a unit, which is invisible, to keep the page small."""
    if isinstance(value, str):
        return value
    if np.ndim(value):
        return 0  # a placeholder; every frame sets its own value
    rounded = round(float(value), 1) + 0.0
    return int(rounded) if rounded == int(rounded) else rounded


def show_alive(
    scene: Scene, words: str, label: str, names: Sequence[str], sayings: Sequence[str],
    *, start: int | None = None, play: bool = False,
) -> None:  # fmt: skip
    """Show a scene with a slider and two buttons, or as a still picture with a description.

    `label` names the slider, for example "training step". Every frame has a name, such as
    "step 40", and a saying: one or two sentences with its numbers. The slider begins at the frame
    `start`, which is also the still picture. Without `start`, it begins at the first frame, and the
    last frame is the still picture. `words` describes the still picture and what can be moved. With
    `play` there is a button that runs through the frames. A page larger than `LARGEST_PAGE` raises
    a ValueError.
    """
    start, still = (0, len(names) - 1) if start is None else (start, start)
    drawing = scene.at(still)
    svg = tostring(drawing)
    data: Look = {"label": label, "names": names, "sayings": sayings}
    data |= {"start": start, "still": still, "play": play}
    data["least"] = LEAST * scene.width // 100
    # The texts of the drawing are also stored unencoded. In the address of the picture they are
    # encoded, so that a diff of two versions of a page would not show a change.
    written = [shape.text for shape in drawing if shape.text]
    tracks = [[key, name, values] for (key, name), values in scene.tracks.items()]
    text = json.dumps(data | {"texts": written, "tracks": tracks}, separators=(",", ":"))
    page = PAGE.format(
        width=scene.width, height=scene.height, least=data["least"],
        words=escape(words), script=SCRIPT.strip(),
        address=base64.b64encode(svg).decode(),
        data=text.replace("<", "\\u003c"),  # no "</script>" in a script
    )  # fmt: skip
    if len(page) > LARGEST_PAGE:
        raise ValueError(
            f"this figure has {len(page):,} characters, more than {LARGEST_PAGE:,}: "
            f"give it fewer than {len(names)} frames"
        )
    key = (_still.__module__, _still.__qualname__, svg, words)
    picture, _ = picture_once(lambda: (_still(scene, drawing, words), words), key)
    show(picture, words, page)


PAGE = (
    '<div class="figure-alive" '
    'style="max-width: {width}px; overflow-x: auto; contain: inline-size">'
    '<img alt="{words}" width="{width}" height="{height}" '
    'style="max-width: 100%; min-width: {least}px; height: auto" '
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
    drawn = Image.open(io.BytesIO(picture_of(figure, words))).convert("RGBA")
    sheet = Image.new("RGBA", drawn.size, style.PAPER)
    sheet.alpha_composite(drawn)
    # A drawing has few colours, so a palette reduces the size to a third. The last entry of the
    # palette represents transparent pixels.
    picture, small = sheet.convert("RGB").quantize(63, dither=Image.Dither.NONE), io.BytesIO()
    colors = (picture.getpalette() or [])[: 3 * 63]
    picture.putpalette([*colors, *[255] * (3 * 64 - len(colors))])
    picture.paste(63, mask=drawn.getchannel("A").point(lambda alpha: 255 * (alpha < 128)))
    picture.save(small, "PNG", optimize=True, transparency=63)
    return small.getvalue()


def _draw(axes: Axes, shape: Element, layer: int) -> None:
    given, points = shape.attrib, 72 / UNITS_AN_INCH
    if shape.tag == "text":
        side = {"start": "left", "middle": "center", "end": "right"}[given["text-anchor"]]
        look: Look = {"ha": side, "va": "center_baseline", "zorder": layer}
        at, size = (float(given["x"]), float(given["y"])), float(given["font-size"]) * points
        parts.words(axes, at, shape.text or "", given["fill"], size, **look)
        return
    patch, width = _outline(shape), float(given["stroke-width"])
    patch.set(
        facecolor=given.get("fill", "none"), edgecolor=given["stroke"], zorder=layer,
        linewidth=width * points, alpha=float(given.get("fill-opacity", 1)),
        # Matplotlib before 3.11 rejects dashes on a line with width 0.
        linestyle=(0, (4, 3)) if width and "stroke-dasharray" in given else "-",
    )  # fmt: skip
    axes.add_patch(patch)


def _outline(shape: Element) -> Patch:
    if shape.tag == "path":
        codes = {"M": Path.MOVETO, "L": Path.LINETO, "Z": Path.CLOSEPOLY}
        steps = re.findall(r"([MLZ])([-0-9.]*) ?([-0-9.]*)", shape.attrib["d"])
        corners = np.array([(float(x or 0), float(y or 0)) for _, x, y in steps]).reshape(-1, 2)
        return PathPatch(Path(corners, [codes[letter] for letter, _, _ in steps]))
    x, y, *size = (float(shape.attrib[name]) for name in PLACES[shape.tag])
    if shape.tag == "line":
        return PathPatch(Path([(x, y), size]))
    return Circle((x, y), *size) if shape.tag == "circle" else Rectangle((x, y), *size)
