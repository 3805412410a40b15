"""One small example of an exercise, worked out, as a reader sees it."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

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
    contradicted_by
        The returned value that says otherwise, or "".
    """

    words: str
    entries: Entries | str
    contradicted_by: str = ""


@dataclass(frozen=True)
class Layer:
    """One layer of units in a drawing.

    Attributes
    ----------
    words
        What the numbers at the units are.
    numbers
        One for each unit, as text.
    marked
        Whether what came says otherwise.
    """

    words: str
    numbers: tuple[str, ...]
    marked: bool = False


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
        The same at the units of the network, from below to above, where a drawing shows the slip.
    """

    call: str
    values: tuple[Value, ...]
    said: str = ""
    steps: tuple[Step, ...] = ()
    layers: tuple[Layer, ...] = ()


STEP_BY_STEP = "One example, step by step"


def as_text(example: Example) -> Iterator[str]:
    """Yield the lines of an example."""
    yield f"{STEP_BY_STEP}:"
    yield from ("  " + line for line in example.call.splitlines())
    if example.said:
        yield f"  {example.said}"
    for value in example.values:
        verdict = "wrong" if value.wrong else "right"
        yield f"  {value.name}: expected {_in_a_line(value.expected)}"
        came = f", of shape {value.shape}" if value.shape else ""
        yield f"    received {_in_a_line(value.received)}{came} ({verdict})"
    for step in example.steps:
        yield f"  {step.words}: {_in_a_line(step.entries)}"
        if step.contradicted_by:
            yield f"    your {step.contradicted_by} does not agree with this"


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
        parts.append(f"<p>{_drawing(example.layers)}</p>")
    parts.append("</details>")
    return "".join(parts)


def _steps_as_html(steps: Sequence[Step]) -> str:
    rows = []
    for step in steps:
        remark = ""
        if step.contradicted_by:
            name = escape(step.contradicted_by)
            remark = f"&#10007; your <code>{name}</code> does not agree with this"
        rows.append(
            f'<tr><th scope="row" {LEFT}>{code_spans(step.words)}</th>'
            f"<td {LEFT}>{_matrix(step.entries, ())}</td><td {LEFT}>{remark}</td></tr>"
        )
    names = heads("step", "value", "your answer")
    return f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


ACROSS, DOWN, RADIUS = 170, 62, 9  # between layers, between units, and of a unit


def _drawing(layers: Sequence[Layer]) -> str:
    """Draw the units of a network with a number at each; those of a marked layer are crossed."""
    most = max(len(layer.numbers) for layer in layers)
    high, wide = 40 + most * DOWN, len(layers) * ACROSS
    places = [
        [
            (place * ACROSS + ACROSS // 2, 52 + (most - len(layer.numbers)) * DOWN // 2 + j * DOWN)
            for j in range(len(layer.numbers))
        ]
        for place, layer in enumerate(layers)
    ]
    lines = [
        f'<path d="M{x1} {y1}L{x2} {y2}" stroke-opacity=".5"/>'
        for below, above in pairwise(places)
        for x1, y1 in below
        for x2, y2 in above
    ]
    for layer, units in zip(layers, places):
        x = units[0][0]
        lines.append(f'<text x="{x}" y="16" stroke="none">{escape(layer.words)}</text>')
        for (x, y), number in zip(units, layer.numbers):
            lines.append(f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="#ffffff"/>')
            if layer.marked:
                d = RADIUS * 2 // 3
                cross = f"M{x - d} {y - d}L{x + d} {y + d}M{x - d} {y + d}L{x + d} {y - d}"
                lines.append(f'<path d="{cross}"/>')
            text = escape(number.replace("-", "\u2212"))
            lines.append(f'<text x="{x}" y="{y + RADIUS + 17}" stroke="none">{text}</text>')
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" fill="#767676" '
        f'stroke="#767676" stroke-width="1.5" font-family="sans-serif" font-size="13" '
        f'text-anchor="middle">{"".join(lines)}</svg>'
    )
    address = base64.b64encode(drawing.encode()).decode()
    return (
        f'<img alt="{escape(_drawing_in_words(layers))}" width="{wide}" height="{high}" '
        f'src="data:image/svg+xml;base64,{address}">'
    )


def _drawing_in_words(layers: Sequence[Layer]) -> str:
    said = [
        f"{layer.words} {', '.join(layer.numbers)}"
        + (", crossed out: your answer says otherwise" if layer.marked else "")
        for layer in layers
    ]
    return "The network with a number at each unit: " + "; ".join(said)


def _matrix(entries: Entries | str, others: Entries | str) -> str:
    """Write entries row by row; those that differ from the others are set apart by a frame."""
    if isinstance(entries, str):
        return escape(entries)
    alike = isinstance(others, tuple) and [*map(len, others)] == [*map(len, entries)]
    lines = []
    for i, line in enumerate(entries):
        cells = []
        for j, text in enumerate(line):
            cell = escape(text.replace("-", "\u2212"))
            if alike and others[i][j] != text:
                cell = f'<strong style="border: 1px solid">{cell}</strong>'
            cells.append(cell)
        lines.append("&nbsp;&nbsp;".join(cells))
    return "<br>".join(lines)
