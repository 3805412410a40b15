"""Validates pictures from students and determines their size.

Pages contain pictures as data URLs in base64. Only the header is read here; the browser decodes
the picture, and the limits keep its work small.
"""

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from xml.etree import ElementTree

REMEMBERED = 120_000  # characters; the results for longer pictures are not cached
LONGEST_SIDE = 10_000  # pixels; the longest in a lesson has 1,300
MOST_PIXELS = 25_000_000  # per picture: 100 MB in a browser
LARGEST_DRAWING = 20_000  # bytes of an SVG; the largest in a lesson has 9,000
MOST_SEGMENTS = 200  # in a JPEG, before the segment with its size

# The SVG elements of the checks and the interactive figures: shapes and texts, each drawn once.
# Without <use>, groups, patterns, filters and style sheets, drawing time is linear in the length.
_SHAPES = frozenset("rect line circle path text".split())
_LOOKS = frozenset(
    """cx cy d data-key dominant-baseline fill fill-opacity fill-rule font-family font-size
    font-weight height opacity r rx ry stroke stroke-linecap stroke-linejoin stroke-opacity
    stroke-width text-anchor viewBox width x x1 x2 y y1 y2""".split()
)
_LOOK = re.compile(r"[-\w .,#%']{0,20000}")  # no URL
_LARGE = re.compile(r"(?<![.0-9])[0-9]{5}|[0-9][eE]")  # five or more digits, or an exponent
_COLOUR = re.compile("#[0-9a-fA-F]{3,8}")
_DASHES = ("stroke-dasharray", "6 4")  # shorter dashes could make one dash per pixel
_SVG = "{http://www.w3.org/2000/svg}"


def clean_picture(kind: str, data: str) -> str:
    """Return a picture in base64 without whitespace, or "" if it must not be shown.

    Parameters
    ----------
    kind
        The MIME type, such as "image/png".
    data
        The bytes in base64. They must have this type and be within the limits above.
    """
    return _picture_before(kind, data) if len(data) <= REMEMBERED else _read_picture(kind, data)


def _read_picture(kind: str, data: str) -> str:
    data = "".join(data.split())
    return data if pixels_of(kind, data) else ""


# Cached, because the lessons' own pictures are in every submission.
_picture_before = lru_cache(maxsize=100)(_read_picture)


def pixels_of(kind: str, data: str) -> int:
    """Return the number of pixels of a picture in base64; 0 if it must not be shown."""
    try:
        picture = base64.b64decode(data, validate=True)
        wide, high = SIZES[kind](picture)
    except (binascii.Error, ValueError, ArithmeticError, LookupError, ElementTree.ParseError):
        return 0
    fits = 0 < wide <= LONGEST_SIDE and 0 < high <= LONGEST_SIDE
    return wide * high if fits and wide * high <= MOST_PIXELS else 0


def _png_size(data: bytes) -> tuple[int, int]:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        raise ValueError("not a PNG")
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _gif_size(data: bytes) -> tuple[int, int]:
    if not data.startswith((b"GIF87a", b"GIF89a")):
        raise ValueError("not a GIF")
    return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Read the size from the segment that starts the frame."""
    place = 2
    for _ in range(MOST_SEGMENTS if data.startswith(b"\xff\xd8\xff") else 0):
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = data[place + 5 : place + 7], data[place + 7 : place + 9]
            return int.from_bytes(wide, "big"), int.from_bytes(high, "big")
        place += 2 + length
    raise ValueError("not a JPEG")


def _svg_size(data: bytes) -> tuple[int, int]:
    """Return the size of a drawing; raise ValueError if it contains more than plain shapes."""
    text = data.decode()  # UTF-8 only: other encodings could evade the next check
    if len(data) > LARGEST_DRAWING or "<!" in text or "<?" in text or not text.startswith("<svg"):
        raise ValueError("no drawing of plain shapes")
    root = ElementTree.fromstring(text)
    known = all(shape.tag.removeprefix(_SVG) in _SHAPES and not len(shape) for shape in root)
    plain = all(_is_plain(*look) for shape in (root, *root) for look in shape.items())
    if root.tag != f"{_SVG}svg" or not known or not plain:
        raise ValueError("no drawing of plain shapes")
    box = root.get("viewBox", "").split()[2:] or ("300", "150")  # the browsers' default
    wide, high = (root.get(name, side) for name, side in zip(("width", "height"), box, strict=True))
    return round(float(wide)), round(float(high))


def _is_plain(name: str, value: str) -> bool:
    if (name, value) == _DASHES:
        return True
    plain = name in _LOOKS and _LOOK.fullmatch(value)
    return bool(plain) and not _LARGE.search(_COLOUR.sub("", value))


SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "image/png": _png_size,
    "image/jpeg": _jpeg_size,
    "image/gif": _gif_size,
    "image/svg+xml": _svg_size,
}
