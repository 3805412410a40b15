"""Texts of unknown origin, made fit to be written to a file or shown to a person."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Literal

# Control characters but tab, newline and carriage return: XML and HTML cannot hold them.
CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
# Besides, marks that turn the direction of writing round, and halves of characters: a reader would
# be misled by them, or a file cannot hold them.
UNSEEN = re.compile(
    f"[{CONTROL}\r\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# At the start of a cell, or behind what some spreadsheets split cells at.
_FORMULA = re.compile("(^|[;,\t\r\n])(\\s*[=+@\uff1d\uff0b\uff20\uff0d-]|[\t\r])")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII)


def encodable(text: str) -> str:
    """Return text that can be written in UTF-8, which half a surrogate pair cannot."""
    return text.encode("utf-8", "replace").decode()


def visible(text: str) -> str:
    r"""Return text, of one line or more, in which what acts unseen is spelt out, such as \x1b."""
    return UNSEEN.sub(lambda it: _spelt_out(it[0]), text)


def shown(text: object) -> str:
    """Return a text for one line of a message: whatever cannot be told by looking is spelt out."""
    return "".join(one if one.isprintable() else _spelt_out(one) for one in str(text))


def table(
    rows: Iterable[Iterable[object]],
    delimiter: str = ",",
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
) -> str:
    """Return rows as a CSV in which nothing acts as a formula; None is an empty cell."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return file.getvalue()


def _harmless(value: object) -> str:
    """Return the text of a cell; what a spreadsheet could take for a formula gets a '."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.12g}"
    text = visible(str(value))
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'\2", text)


def _spelt_out(text: str) -> str:
    return text.encode("unicode_escape").decode()
