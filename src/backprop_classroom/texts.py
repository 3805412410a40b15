"""Escaping of untrusted text, for terminals, files and spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Literal

# Control characters except tab, newline and carriage return: not valid in XML and HTML.
CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
# Also characters that change the direction of text, which can mislead a reader, and surrogates,
# which cannot be encoded.
UNSEEN = re.compile(
    f"[{CONTROL}\r\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# At the start of a cell, or after a character at which some spreadsheets split cells.
_FORMULA = re.compile("(^|[;,\t\r\n])(\\s*[=+@\uff1d\uff0b\uff20\uff0d-]|[\t\r])")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII)


def encodable(text: str) -> str:
    """Replace lone surrogates, which cannot be encoded in UTF-8."""
    return text.encode("utf-8", "replace").decode()


def visible(text: str) -> str:
    r"""Escape invisible characters, such as \x1b, in a text that may have several lines."""
    return UNSEEN.sub(lambda it: _spelt_out(it[0]), text)


def shown(text: object) -> str:
    """Escape all non-printable characters, including newlines, for one line of a message."""
    return "".join(one if one.isprintable() else _spelt_out(one) for one in str(text))


def table(
    rows: Iterable[Iterable[object]],
    delimiter: str = ",",
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
) -> str:
    """Return rows as CSV in which no cell acts as a formula; None gives an empty cell."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return file.getvalue()


def _harmless(value: object) -> str:
    """Return the text of a cell, with a ' before anything that could act as a formula."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.12g}"
    text = visible(str(value))
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'\2", text)


def _spelt_out(text: str) -> str:
    return text.encode("unicode_escape").decode()
