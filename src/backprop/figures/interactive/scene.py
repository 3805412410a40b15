"""A drawing that changes from frame to frame, described once and shown in two ways.

In a browser a small script moves it, by a slider and buttons. Elsewhere one of its frames is a
still picture. All numbers are computed beforehand and written into the page.
"""

import base64
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from ..cache import picture_once
from ..show import picture_of
from ..style import INK, Point
from .script import SCRIPT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LARGEST_PAGE = 100_000  # characters
UNITS_AN_INCH = 80  # of the drawing, in the still picture


@dataclass(frozen=True)
class Shape:
    """One shape of a drawing: an element of SVG with those attributes that both ways know.

    Attributes
    ----------
    tag
        The name of the element, "circle".
    attributes
        Its attributes, by name.
    text
        What a text says.
    key
        By which frames change it; "" for a shape that stays as it is.
    """

    tag: str
    attributes: tuple[tuple[str, object], ...]
    text: str = ""
    key: str = ""  # by which frames change it

    def as_svg(self) -> str:
        """Return the shape as an element of SVG."""
        words = "".join(f' {name}="{escape(str(value))}"' for name, value in self.attributes)
        key = f' data-key="{self.key}"' if self.key else ""
        if self.tag == "text":
            return f"<text{key}{words}>{escape(self.text)}</text>"
        return f"<{self.tag}{key}{words}/>"


@dataclass
class Scene:
    """Shapes in their order, and how frames change them.

    Attributes
    ----------
    width, height
        Of the drawing; y grows downwards, as in SVG.
    tracks
        For a shape's key and an attribute, or "text", its value in every frame.
    """

    width: int
    height: int
    shapes: list[Shape] = field(default_factory=list)
    tracks: dict[tuple[str, str], list] = field(default_factory=dict)

    def line(
        self,
        start: Point,
        end: Point,
        color: str = INK,
        width: float = 1.5,
        dashed: bool = False,
        key: str = "",
        **more: Any,
    ) -> None:
        """Add a straight line."""
        (x1, y1), (x2, y2) = start, end
        dashes = {"stroke-dasharray": "6 4"} if dashed else {}
        self._add(
            "line", key, x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, stroke_width=width,
            **dashes, **more,
        )  # fmt: skip

    def circle(
        self,
        at: Point,
        radius: float,
        color: str = INK,
        fill: str = "white",
        width: float = 1.8,
        key: str = "",
        **more: Any,
    ) -> None:
        """Add a circle."""
        cx, cy = at
        self._add(
            "circle", key, cx=cx, cy=cy, r=radius, fill=fill, stroke=color, stroke_width=width,
            **more,
        )  # fmt: skip

    def rectangle(
        self,
        at: Point,
        size: Point,
        color: str = "none",
        fill: str = "white",
        width: float = 1.5,
        key: str = "",
        **more: Any,
    ) -> None:
        """Add a rectangle; `at` is its upper left corner."""
        (x, y), (wide, high) = at, size
        self._add(
            "rect", key, x=x, y=y, width=wide, height=high, fill=fill, stroke=color,
            stroke_width=width, **more,
        )  # fmt: skip

    def path(
        self,
        d: str,
        color: str = "none",
        fill: str = "none",
        width: float = 1.5,
        dashed: bool = False,
        key: str = "",
        **more: Any,
    ) -> None:
        """Add a path of straight lines: `d` holds M, L and Z with numbers only."""
        dashes = {"stroke-dasharray": "6 4"} if dashed else {}
        self._add("path", key, d=d, fill=fill, stroke=color, stroke_width=width, **dashes, **more)

    def text(
        self,
        at: Point,
        text: str,
        color: str = INK,
        size: float = 15,
        anchor: str = "middle",
        key: str = "",
        **more: Any,
    ) -> None:
        """Add a line of text; `at` is the middle of its height."""
        (x, y) = at
        self._add(
            "text", key, x=x, y=y, fill=color, font_size=size, text_anchor=anchor, text=text,
            **more,
        )  # fmt: skip

    def arrow(
        self,
        start: Point,
        end: Point,
        color: str = INK,
        width: float = 1.6,
        key: str = "",
        **more: Any,
    ) -> None:
        """Add a line with a tip. Both bear the key, so that both come and go with it."""
        (x1, y1), (x2, y2) = start, end
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        back = (x2 - 11 * dx, y2 - 11 * dy)
        self.line(start, back, color, width, key=key, **more)
        sides = [(back[0] + s * 5 * dy, back[1] - s * 5 * dx) for s in (1, -1)]
        self.path(polygon([(x2, y2), *sides]), fill=color, key=key, **more)

    def _add(self, tag: str, key: str, text: str = "", **attributes: Any) -> None:
        named = tuple((name.replace("_", "-"), _short(v)) for name, v in attributes.items())
        self.shapes.append(Shape(tag, named, text, key))

    def at(self, frame: int) -> tuple[Shape, ...]:
        """Return the shapes as they are in one frame."""
        shown = []
        for shape in self.shapes:
            attributes, text = dict(shape.attributes), shape.text
            for (key, name), values in self.tracks.items():
                if shape.key and key == shape.key:
                    if name == "text":
                        text = values[frame]
                    else:
                        attributes[name] = values[frame]
            shown.append(Shape(shape.tag, tuple(attributes.items()), text, shape.key))
        return tuple(shown)


def polygon(points: Iterable[Point]) -> str:
    """Return the path of a closed polygon."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points) + "Z"


def curve(points: Iterable[Point]) -> str:
    """Return the path of an open line through points."""
    return polygon(points).removesuffix("Z")


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

    Parameters
    ----------
    scene
        The shapes, and how frames change them.
    label
        What the slider moves through, "training step".
    names
        A short name for every frame, "step 40".
    sayings
        For every frame one or two sentences with its numbers.
    start
        The frame that is shown first.
    still
        The frame of the still picture.
    words
        What the still picture shows, and what can be moved.
    play
        Whether there is a button that runs through the frames.

    Raises
    ------
    ValueError
        If the page would exceed `LARGEST_PAGE`.
    """
    from IPython.display import display

    shapes = scene.at(still)
    data = {
        "label": label, "names": names, "sayings": sayings, "start": start, "still": still,
        "play": play,
    }  # fmt: skip
    page = _page(scene, shapes, data, words)
    if len(page) > LARGEST_PAGE:
        raise ValueError(
            f"this figure has {len(page):,} characters, more than {LARGEST_PAGE:,}: "
            f"give it fewer than {len(names)} frames"
        )
    size = scene.width, scene.height
    picture, _ = picture_once(lambda: _still(*size, shapes, words), (_still, *size, shapes, words))
    bundle = {"text/html": page, "image/png": picture, "text/plain": "(a picture)"}
    display(bundle, metadata={"image/png": {"alt": words}}, raw=True)
    # As under every picture of the course.
    below = f"<details><summary>The picture in words</summary><p>{escape(words)}</p></details>"
    display({"text/html": below, "text/plain": words}, raw=True)


def _page(scene: Scene, shapes: Sequence[Shape], data: dict[str, Any], words: str) -> str:
    drawing = _svg(scene.width, scene.height, shapes)
    address = base64.b64encode(drawing.encode("ascii", "xmlcharrefreplace")).decode()
    tracks = [[key, name, values] for (key, name), values in scene.tracks.items()]
    # No "</script>" in what is written into a script.
    # The words of the drawing once more, in the open: in the address of the picture they are
    # encoded, and nobody who compares two versions of a page would see one change.
    written = [shape.text for shape in shapes if shape.text]
    data = data | {"texts": written, "tracks": tracks}
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<div class="figure-alive" style="max-width: {scene.width}px">'
        f'<img alt="{escape(words)}" width="{scene.width}" height="{scene.height}" '
        'style="max-width: 100%; background: white" '
        f'src="data:image/svg+xml;base64,{address}"></div>'
        f"<script>{SCRIPT.strip()}({text})</script>"
    )


def _svg(width: float, height: float, shapes: Sequence[Shape]) -> str:
    inner = "".join(shape.as_svg() for shape in shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\" "
        f'dominant-baseline="central"><rect width="{width}" height="{height}" fill="white"/>'
        f"{inner}</svg>"
    )


# ------------------------------------------------------------------- the still picture


def _still(width: float, height: float, shapes: Sequence[Shape], words: str) -> tuple[bytes, str]:
    """Draw one frame with matplotlib; return the bytes of a PNG file, and the words."""
    from matplotlib.figure import Figure
    from PIL import Image

    size = width / UNITS_AN_INCH, height / UNITS_AN_INCH
    figure = Figure(figsize=size, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    for layer, shape in enumerate(shapes):
        given = dict(shape.attributes)
        if given.get("opacity", 1) != 0:
            _draw(axes, shape.tag, given, shape.text, layer)
    # A drawing has few colours; written as a palette it takes a third of the room.
    picture = Image.open(io.BytesIO(picture_of(figure, words))).convert("RGB")
    small = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue(), words


def _draw(axes: "Axes", tag: str, given: Mapping[str, Any], text: str, layer: int) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Circle, PathPatch, Rectangle
    from matplotlib.path import Path

    points = 72 / UNITS_AN_INCH
    if tag == "text":
        side = {"start": "left", "middle": "center", "end": "right"}[given["text-anchor"]]
        axes.text(
            given["x"], given["y"], text, color=given["fill"], fontsize=given["font-size"] * points,
            ha=side, va="center_baseline", zorder=layer, alpha=given.get("opacity"),
        )  # fmt: skip
        return
    dashes: Any = (0, (4, 3)) if "stroke-dasharray" in given else "-"
    width = given["stroke-width"] * points
    if tag == "line":
        ends = (given["x1"], given["x2"]), (given["y1"], given["y2"])
        axes.add_line(
            Line2D(*ends, color=given["stroke"], linewidth=width, linestyle=dashes, zorder=layer)
        )
        return
    if tag == "circle":
        patch = Circle((given["cx"], given["cy"]), given["r"])
    elif tag == "rect":
        patch = Rectangle((given["x"], given["y"]), given["width"], given["height"])
    else:
        codes = {"M": Path.MOVETO, "L": Path.LINETO, "Z": Path.CLOSEPOLY}
        steps = re.findall(r"([MLZ])([-0-9.]*) ?([-0-9.]*)", given["d"])
        if not steps:
            return
        corners = [(float(x or 0), float(y or 0)) for _, x, y in steps]
        patch = PathPatch(Path(corners, [codes[letter] for letter, _, _ in steps]))
    patch.set(
        facecolor=given["fill"], edgecolor=given["stroke"], linewidth=width, linestyle=dashes,
        zorder=layer, alpha=float(given.get("fill-opacity", 1)),
    )  # fmt: skip
    axes.add_patch(patch)
