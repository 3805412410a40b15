"""One small example of an exercise, worked out, as a reader sees it."""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from .markup import LEFT, code_spans, heads, mark

Entries = tuple[tuple[str, ...], ...]  # numbers as texts, row by row


@dataclass(frozen=True)
class Value:
    """What was expected and what came for one returned value of a small example.

    Attributes
    ----------
    name
        What it is called, "dW1".
    expected, received
        The entries as texts, row by row; or in words what came, where that has no entries.
    wrong
        Whether it is wrong.
    shape
        The shape of what came, where that is another one.
    """

    name: str
    expected: Entries | str
    received: Entries | str
    wrong: bool
    shape: str = ""


@dataclass(frozen=True)
class Step:
    """One value on the way to the returned ones, in a small example.

    Attributes
    ----------
    words
        What it is.
    entries
        Its entries as texts, row by row; or in words what it is.
    seen_in
        The returned value in which it can be seen, or "".
    agrees
        Whether what came in that value agrees with it.
    """

    words: str
    entries: Entries | str
    seen_in: str = ""
    agrees: bool = True

    @property
    def remark(self) -> str:
        """What the answer says about it, or ""."""
        if not self.seen_in:
            return ""
        return f"your `{self.seen_in}` {'agrees' if self.agrees else 'does not agree'} with this"


@dataclass(frozen=True)
class Layer:
    """One layer of units in a drawing.

    Attributes
    ----------
    words
        What the units are.
    units
        For each unit the values at it, as texts.
    contradicted_by
        The returned value that does not agree with the last of them, or "".
    """

    words: str
    units: tuple[tuple[str, ...], ...]
    contradicted_by: str = ""


@dataclass(frozen=True)
class Example:
    """One small example that an answer gets wrong, worked out.

    Attributes
    ----------
    call
        The arguments and the call, as lines of Python to copy and run.
    values
        What was expected and what came.
    said
        Why nothing came, or "".
    steps
        The values on the way, up to the first that what came contradicts.
    layers
        The hidden and the output units with the same values, where a drawing shows the slip;
        else empty.
    weights
        The weights between these layers: a row for each output, as texts.
    """

    call: str
    values: tuple[Value, ...]
    said: str = ""
    steps: tuple[Step, ...] = ()
    layers: tuple[Layer, ...] = ()
    weights: Entries = ()


STEP_BY_STEP = "One example, step by step"


def as_text(example: Example) -> Iterator[str]:
    """Yield the lines of an example: the call, what is wrong, and the values on the way."""
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
    """Return a fold with the call, what was expected, what came, and the values on the way."""
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
        parts.append("<p>The values on the way:</p>" + _steps_as_html(example.steps))
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
COLUMNS = (160, 400)  # where the hidden and the output units stand
WIDE = 560


def _drawing(layers: Sequence[Layer], weights: Entries) -> str:
    """Draw two layers of units with their values, and the weights between them.

    On white, like the figures of the course, so that it can be read on a dark page as well.
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
    edges, numbers = [], []
    for k, (x2, y2) in enumerate(places[1]):
        for j, (x1, y1) in enumerate(places[0]):
            edges.append(f'<path d="M{x1} {y1}L{x2} {y2}" stroke="#999999"/>')
            # Nearer to the hidden units, where the lines do not cross.
            x, y = (round(one + (other - one) * 0.28) for one, other in ((x1, x2), (y1, y2)))
            numbers.append(
                f'<rect x="{x - 17}" y="{y - 8}" width="34" height="16" fill="#ffffff"/>'
                + _text(x, y + 5, weights[k][j], fill="#555555")
            )
    parts = edges + numbers
    for layer, units, anchor in zip(layers, places, ("end", "start")):
        x, away = units[0][0], -20 if anchor == "end" else 20
        parts.append(_text(x, 18, layer.words, font_weight="bold"))
        for (_, y), lines in zip(units, layer.units):
            color = MARKED if layer.contradicted_by else "#222222"
            parts.append(
                f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="#ffffff" stroke="{color}"/>'
            )
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
    """Escape a text for HTML, with the sign that is as wide as a digit."""
    return escape(re.sub(r"-(?=[\d.])", "\u2212", text))


def _matrix(entries: Entries | str, others: Entries | str) -> str:
    """Write entries row by row; those that differ from the others are set apart by a frame."""
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
