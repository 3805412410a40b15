"""Replaces single cells of a table in a text file, and keeps every other byte.

A CSV writer would rewrite every cell with its own quotation marks and line endings.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from ..texts import shown

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
# Signatures of Excel files: the zip of an .xlsx, and the older .xls.
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class BadExport(ValueError):
    """Raised if a file cannot be filled; the message says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell: its value, and its position in the text of the file."""

    value: str
    start: int
    end: int


class Sheet:
    """A table of cells separated by commas, semicolons or tabs, in UTF-8 or UTF-16.

    Attributes
    ----------
    name
        The name of the file.
    delimiter
        The character between cells.
    rows
        The rows, each a list of `Cell`, without empty lines.
    lines
        For each row, the number of its first line, counted from 1.
    """

    def __init__(self, path: Path) -> None:
        self.name = Path(path).name
        try:
            data = Path(path).expanduser().read_bytes()
        except OSError as error:
            raise BadExport(f"{shown(path)} cannot be read: {error.strerror}") from None
        self._encoding, self._text = self._decoded(data)
        self.delimiter = _delimiter_of(self._text)
        self.rows: list[list[Cell]] = []
        self.lines: list[int] = []
        self._changes: dict[tuple[int, int], str] = {}
        self._read()
        if not self.rows:
            raise BadExport(f"{shown(self.name)} is empty; INTO should be the platform's export")

    def _decoded(self, data: bytes) -> tuple[str, str]:
        if data.startswith(_SPREADSHEETS):
            raise BadExport(
                f"{shown(self.name)} is an Excel workbook; export it from the platform as text "
                "(CSV, or tab-delimited)"
            )
        encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            why = f"{error.reason} at byte {error.start}"
        else:
            if "\0" not in text:
                return encoding, text
            why = "it contains zero bytes"
        raise BadExport(
            f"{shown(self.name)} is neither UTF-8 nor UTF-16 with a byte order mark ({why}); "
            "give the file as the platform exported it"
        )

    def _read(self) -> None:
        between = re.escape(self.delimiter)
        pattern = re.compile(
            rf'("[^"]*(?:""[^"]*)*"|[^"{between}\r\n][^{between}\r\n]*|)({between}|\r\n|\r|\n|\Z)'
        )
        place = 1 if self._text.startswith("\ufeff") else 0
        line = 1
        row: list[Cell] = []
        first = line
        while place < len(self._text) or row:
            found = pattern.match(self._text, place)
            if found is None:
                raise BadExport(
                    f"{shown(self.name)}, line {line}: a quotation mark is out of place; give the "
                    "file as the platform exported it"
                )
            raw = found[1]
            value = raw[1:-1].replace('""', '"') if raw.startswith('"') else raw
            row.append(Cell(value, found.start(1), found.end(1)))
            line += len(re.findall("\r\n|\r|\n", raw))
            place = found.end()
            if found[2] == self.delimiter:
                continue
            if len(row) > 1 or row[0].value:
                self.rows.append(row)
                self.lines.append(first)
            line += 1
            row, first = [], line

    def replace(self, row: int, column: int, value: str) -> None:
        """Replace the value of a cell; quote it if it was quoted or has to be."""
        cell = self.rows[row][column]
        quoted = self._text[cell.start : cell.end].startswith('"')
        if quoted or any(mark in value for mark in f'{self.delimiter}"\r\n'):
            value = '"' + value.replace('"', '""') + '"'
        self._changes[row, column] = value

    def written(self) -> bytes:
        """Return the bytes of the file with the replaced cells."""
        pieces, place = [], 0
        for (row, column), value in sorted(self._changes.items()):
            cell = self.rows[row][column]
            pieces += [self._text[place : cell.start], value]
            place = cell.end
        return "".join([*pieces, self._text[place:]]).encode(self._encoding)


def _delimiter_of(text: str) -> str:
    """Return the most frequent separator in the first line, outside of quotation marks."""
    first = re.sub('"[^"]*"', "", text.lstrip("\ufeff\r\n")[:100_000]).partition("\n")[0]
    return max(",;\t", key=first.count)
