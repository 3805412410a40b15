"""Pictures of submissions: what a browser can show is kept, all else is left out."""

import base64
import io
import struct

import pytest
from matplotlib import pyplot
from PIL import Image

from backprop_classroom.html.notebooks import clean_outputs
from backprop_classroom.html.pictures import LARGEST_DRAWING, clean_picture, pixels_of
from backprop_classroom.html.sanitize import clean_html


def encoded(data):
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def drawing(body, attributes='width="28" height="28"'):
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'


def png(wide, high):
    return encoded(
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", wide, high) + b"x" * 99
    )


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif"])
def test_a_picture_is_kept_and_its_size_is_read(kind):
    file = io.BytesIO()
    Image.new("RGB", (30, 20)).save(
        file, kind, **({"exif": b"Exif\0\0" + bytes(99)} if kind == "jpeg" else {})
    )
    data = encoded(file.getvalue())
    assert clean_picture(f"image/{kind}", data) == data
    assert pixels_of(f"image/{kind}", data) == 600


@pytest.mark.parametrize(
    "size", [(100_000, 100_000), (10_001, 1), (1, 10_001), (9_000, 9_000), (0, 5), (2**32 - 1, 1)]
)
def test_a_picture_whose_first_bytes_tell_of_a_size_that_no_browser_can_show_is_left_out(size):
    assert clean_picture("image/png", png(*size)) == ""
    assert clean_picture("image/png", png(1_000, 1_000))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\x00\x02" * 9_000, b"GIF89a", b"\x89PNG\r\n\x1a\n"],
)
@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "svg+xml"])
def test_a_picture_that_is_cut_off_is_left_out(kind, data):
    assert clean_picture(f"image/{kind}", encoded(data)) == ""


NESTED = '<g id="a0"><rect width="1" height="1"/></g>' + "".join(
    f'<g id="a{i}">' + f'<use href="#a{i - 1}"/>' * 10 + "</g>" for i in range(1, 7)
)
ENTITY = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>'
UNSAFE = {
    "each group uses another ten times": drawing(NESTED),
    "entities": ENTITY,
    "entities in UTF-16": f'<?xml version="1.0" encoding="UTF-16"?>{ENTITY}'.encode("utf-16"),
    "entities in UTF-16 behind text in ASCII": b"<svg" + ENTITY.encode("utf-16"),
    "entities in UTF-7": ENTITY.encode("utf-7"),
    "see-through groups in each other": drawing('<g opacity=".5">' * 900 + "</g>" * 900),
    "a script": drawing("<script>alert(1)</script>"),
    "a style sheet": drawing("<style>rect { filter: blur(99px) }</style>"),
    "a style": drawing('<rect style="filter: blur(99px)"/>'),
    "a filter": drawing('<filter id="a"><feTurbulence/></filter><rect filter="url(#a)"/>'),
    "a pattern": drawing('<rect fill="url(#a)"/>'),
    "another picture": drawing('<image href="https://evil.example/x.png"/>'),
    "HTML": drawing("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>"),
    "another drawing within": drawing(drawing("<rect/>")),
    "endless dashes": drawing('<path d="M0 0L9999 0" stroke-dasharray=".001"/>'),
    "a far place": drawing('<path d="M0 0L99999 0"/>'),
    "a far place with an exponent": drawing('<path d="M0 0L1e9 0"/>'),
    "a handler": drawing('<rect onload="alert(1)"/>'),
    "a large side": drawing("<rect/>", 'width="99999" height="2"'),
    "no number": drawing("<rect/>", 'width="nan" height="inf"'),
    "no end": drawing("<rect/>", 'width="5" height="inf"'),
    "percent": drawing("<rect/>", 'width="100%" height="100%"'),
    "many shapes": drawing("<rect/>" * (LARGEST_DRAWING // 7)),
    "deep in each other": "<svg>" * 2_000,
    "another root": '<text xmlns="http://www.w3.org/2000/svg">x</text>',
}  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_a_drawing_of_anything_but_plain_shapes_keeps_its_words_only(name):
    address = f"data:image/svg+xml;base64,{encoded(UNSAFE[name])}"
    assert clean_html(f'<img src="{address}" alt="a net">') == '<img alt="a net">'


@pytest.mark.parametrize(
    "shown",
    [
        drawing('<rect x=".5" width="27" fill="none" stroke="#808080"/>'),
        drawing('<path d="M0 0L9 9Z" stroke-dasharray="6 4"/><text x="1">a &lt; b</text>'),
        drawing("<circle r='1.23456'/>", 'viewBox="0 0 930 400"'),
        drawing("<rect/>", ""),
    ],
)
def test_a_drawing_of_plain_shapes_stays(shown):
    assert clean_picture("image/svg+xml", encoded(shown)) == encoded(shown)


def test_a_figure_as_svg_is_left_out_with_a_remark_and_its_png_beside_it_is_shown():
    figure, axes = pyplot.subplots()
    axes.plot([1, 2])
    files = {kind: io.BytesIO() for kind in ("svg", "png")}
    for kind, file in files.items():
        figure.savefig(file, format=kind)
    pyplot.close(figure)
    svg, png = files["svg"].getvalue(), encoded(files["png"].getvalue())
    assert clean_picture("image/svg+xml", encoded(svg)) == ""
    data = {"image/svg+xml": svg.decode(), "text/plain": "<Figure>"}
    alone, both = clean_outputs([shown_as(data), shown_as(data | {"image/png": png})])
    assert alone.data == {"text/plain": "<Figure>\n(left out: image/svg+xml)"}
    assert both.data == alone.data | {"image/png": png}


def shown_as(data):
    return {"output_type": "display_data", "data": data, "metadata": {}}
