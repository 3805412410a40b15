"""A small worked example of an exercise, rendered as text and as HTML."""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from .markup import LEFT, code_spans, heads, mark

Entries = tuple[tuple[str, ...], ...]  # formatted numbers, row by row


@dataclass(frozen=True)
class Value:
    """One returned value of a small example, with the expected one.

    Attributes
    ----------
    name
        The name of the value, "dW1".
    expected, received
        The formatted entries, row by row, or a description of a value without entries.
    wrong
        Whether the received value is wrong.
    shape
        The shape of the received value if it differs from the expected one, otherwise "".
    """

    name: str
    expected: Entries | str
    received: Entries | str
    wrong: bool
    shape: str = ""


@dataclass(frozen=True)
class Step:
    """One intermediate value of a small example.

    Attributes
    ----------
    words
        A description of the value.
    entries
        The formatted entries, row by row, or a description instead of entries.
    seen_in
        The returned value that shows this one, or "".
    agrees
        Whether the received value agrees with this one.
    """

    words: str
    entries: Entries | str
    seen_in: str = ""
    agrees: bool = True

    @property
    def remark(self) -> str:
        """Whether the answer agrees with this value, in words, or ""."""
        if not self.seen_in:
            return ""
        return f"your `{self.seen_in}` {'agrees' if self.agrees else 'does not agree'} with this"


@dataclass(frozen=True)
class Layer:
    """One layer of units in a drawing.

    Attributes
    ----------
    words
        A description of the units.
    units
        For each unit, its formatted values.
    contradicted_by
        The returned value that does not agree with the last of these values, or "".
    """

    words: str
    units: tuple[tuple[str, ...], ...]
    contradicted_by: str = ""


@dataclass(frozen=True)
class Example:
    """A small worked example that an answer gets wrong.

    Attributes
    ----------
    call
        The arguments and the call, as lines of Python to copy and run.
    values
        The expected and received values.
    said
        Why the answer returned no values, or "".
    steps
        The intermediate values, up to the first one that the answer contradicts.
    layers
        The hidden and the output units with these values, if a drawing shows the mistake;
        otherwise empty.
    weights
        The formatted weights between these layers, one row for each output unit.
    """

    call: str
    values: tuple[Value, ...]
    said: str = ""
    steps: tuple[Step, ...] = ()
    layers: tuple[Layer, ...] = ()
    weights: Entries = ()


STEP_BY_STEP = "One example, step by step"


def as_text(example: Example) -> Iterator[str]:
    """Yield the lines of an example: the call, the wrong values and the intermediate values."""
    yield f"{STEP_BY_STEP}:"
    yield from ("  " + line for line in example.call.splitlines())
    if example.said:
        yield f"  {example.said.replace('`', '')}"
    for value in example.values:
        if value.wrong:
            yield f"  {value.name}: expected {_in_a_line(value.expected)}"
            if not example.said:
                came = f", of shape {value.shape}" if value.shape else ""
                yield f"    received {_in_a_line(value.received)}{came}"
    for step in example.steps:
        remark = f" ({step.remark})" if step.remark else ""
        yield f"  {step.words}: {_in_a_line(step.entries)}{remark}".replace("`", "")


def _in_a_line(entries: Entries | str) -> str:
    if isinstance(entries, str):
        return entries
    return "; ".join(" ".join(line) for line in entries)


def as_html(example: Example) -> str:
    """Return a folded section with the call, the returned values and the intermediate values."""
    parts = [
        f"<details><summary>{STEP_BY_STEP}</summary>",
        "<p>Copy these lines into a cell and run it to see what your function returns:</p>",
        f"<pre><code>{escape(example.call)}</code></pre>",
    ]
    if example.said:
        parts.append(f"<p>{code_spans(example.said)}</p>")
    body = "".join(
        f'<tr><th scope="row" {LEFT}><code>{escape(value.name)}</code></th>'
        f"<td {LEFT}>{mark(not value.wrong)}</td>"
        f"<td {LEFT}>{_matrix(value.expected, ())}</td>"
        f"<td {LEFT}>{_matrix(value.received, value.expected if value.wrong else ())}"
        f"{f'<p>of shape {escape(value.shape)}</p>' if value.shape else ''}</td></tr>"
        for value in example.values
    )
    names = heads("value", "verdict", "expected", "received")
    parts.append(f"<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>")
    if example.steps:
        parts.append("<p>The intermediate values:</p>" + _steps_as_html(example.steps))
    if example.layers:
        parts.append(f"<p>{_drawing(example.layers, example.weights)}</p>")
    parts.append("</details>")
    return "".join(parts)


def _steps_as_html(steps: Sequence[Step]) -> str:
    rows, remarked = [], any(step.remark for step in steps)
    for step in steps:
        sign = "&#10003; " if step.agrees else "&#10007; "
        remark = sign + code_spans(step.remark) if step.remark else ""
        rows.append(
            f'<tr><th scope="row" {LEFT}>{code_spans(step.words)}</th>'
            f"<td {LEFT}>{_matrix(step.entries, ())}</td>"
            + f"<td {LEFT}>{remark}</td>" * remarked
            + "</tr>"
        )
    names = heads("step", "value", *["your answer"] * remarked)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


LINE, RADIUS = 16, 11  # the height of a line of text, and the radius of a unit
COLUMNS = (160, 400)  # the x coordinates of the hidden and the output units
WIDE = 560


def _drawing(layers: Sequence[Layer], weights: Entries) -> str:
    """Draw two layers of units with their values, and the weights between them.

    The background is white, so that the drawing can be read on a dark page as well.
    """
    down = LINE * max(len(lines) for layer in layers for lines in layer.units) + 14
    most = max(len(layer.units) for layer in layers)
    high = 48 + most * max(down, 4 * RADIUS)
    places = [
        [
            (x, 48 + int((high - 48) * (place + 0.5) / len(layer.units)))
            for place in range(len(layer.units))
        ]
        for x, layer in zip(COLUMNS, layers)
    ]
    parts = _edges(places, weights)
    for layer, units, anchor in zip(layers, places, ("end", "start")):
        parts += _units(layer, units, anchor)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{high}" '
        'stroke-width="1.5" font-family="sans-serif" font-size="13" text-anchor="middle">'
        f'<rect width="{WIDE}" height="{high}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )
    address = base64.b64encode(drawing.encode()).decode()
    return (
        f'<img alt="{escape(_drawing_in_words(layers, weights))}" width="{WIDE}" height="{high}" '
        f'src="data:image/svg+xml;base64,{address}">'
    )


MARKED = "#a03d00"


def _edges(places: Sequence[Sequence[tuple[int, int]]], weights: Entries) -> list[str]:
    """Draw a line from each unit of the first layer to each of the second, with its weight."""
    edges, numbers = [], []
    for k, (x2, y2) in enumerate(places[1]):
        for j, (x1, y1) in enumerate(places[0]):
            edges.append(f'<path d="M{x1} {y1}L{x2} {y2}" stroke="#999999"/>')
            # The weights are close to the hidden units, where the lines do not cross.
            x, y = (round(one + (other - one) * 0.28) for one, other in ((x1, x2), (y1, y2)))
            numbers.append(
                f'<rect x="{x - 17}" y="{y - 8}" width="34" height="16" fill="#ffffff"/>'
                + _text(x, y + 5, weights[k][j], fill="#555555")
            )
    return edges + numbers


def _units(layer: Layer, places: Sequence[tuple[int, int]], anchor: str) -> list[str]:
    """Draw the units of a layer and their values, crossed out if the answer does not agree."""
    x, away = places[0][0], -20 if anchor == "end" else 20
    color = MARKED if layer.contradicted_by else "#222222"
    parts = [_text(x, 18, layer.words, font_weight="bold")]
    for (_, y), lines in zip(places, layer.units):
        parts.append(f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="#ffffff" stroke="{color}"/>')
        if layer.contradicted_by:
            d = RADIUS * 2 // 3
            cross = f"M{x - d} {y - d}L{x + d} {y + d}M{x - d} {y + d}L{x + d} {y - d}"
            parts.append(f'<path d="{cross}" stroke="{color}"/>')
        top = y + 5 - LINE * (len(lines) - 1) // 2
        parts += [
            _text(x + away, top + LINE * place, line, text_anchor=anchor)
            for place, line in enumerate(lines)
        ]
    if layer.contradicted_by:
        said = f"\u2717 your {layer.contradicted_by} does not agree"
        parts.append(_text(x, 36, said, fill=MARKED))
    return parts


def _text(x: int, y: int, text: str, **attributes: str) -> str:
    set_to = "".join(f' {name.replace("_", "-")}="{to}"' for name, to in attributes.items())
    return f'<text x="{x}" y="{y}"{set_to}>{_minus(text)}</text>'


def _drawing_in_words(layers: Sequence[Layer], weights: Entries) -> str:
    said = [f"the weights between them are {_in_a_line(weights)}"]
    for layer in reversed(layers):
        values = "; ".join(", ".join(lines) for lines in layer.units if lines)
        marked = f", crossed out: your {layer.contradicted_by} does not agree"
        if values:
            said.append(f"{layer.words}: {values}{marked if layer.contradicted_by else ''}")
    units = " and ".join(f"{len(layer.units)} {layer.words}" for layer in layers)
    return f"Drawing of {units}; {'. '.join(said)}"


def _minus(text: str) -> str:
    """Escape a text for HTML and replace hyphens before numbers by minus signs."""
    return escape(re.sub(r"-(?=[\d.])", "\u2212", text))


def _matrix(entries: Entries | str, others: Entries | str) -> str:
    """Write entries row by row, with a border around each that differs from `others`."""
    if isinstance(entries, str):
        return escape(entries)
    alike = isinstance(others, tuple) and [*map(len, others)] == [*map(len, entries)]
    lines = []
    for i, line in enumerate(entries):
        cells = []
        for j, text in enumerate(line):
            cell = _minus(text)
            if alike and others[i][j] != text:
                cell = f'<strong style="border: 1px solid">{cell}</strong>'
            cells.append(cell)
        lines.append("&nbsp;&nbsp;".join(cells))
    return "<br>".join(lines)
