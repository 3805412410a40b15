"""Limits the contents of a page, so that it is written in seconds and browsers can open it.

Each limit is at least twice what a lesson with all its answers needs. Results of checks have the
highest priority, then the cells that nbgrader has recorded, which a person may mark.
"""

from nbformat import NotebookNode

from .highlighting import LONGEST_COLOURED
from .markdown import LONGEST_MARKDOWN
from .pictures import pixels_of
from .sanitize import DATA_ADDRESS, LONGEST_TEXT

# Limits of a whole page, with the values of a lesson for comparison.
LIMITS = {
    "characters": 1_000_000,  # of text and HTML, without pictures
    "coloured": 50_000,  # `work` of highlighted code; a lesson has 16,000
    "rendered": 150_000,  # `work` of text cells that are rendered as markdown; 60,000
    "searched": 100_000,  # characters of HTML that are searched for formulas; 30,000
    "elements": 80_000,  # tags, symbols in formulas, and ANSI colour codes; 40,000
    "picture characters": 30_000_000,  # in base64; 900,000
    "pixels": 100_000_000,  # 400 MB in a browser; a lesson has 6,000,000
}
OUTPUT = 10  # HTML elements around each output
_LEFT_OUT = "(left out, because the page would become too large: {})"


def work(text: str) -> int:
    """Estimate the time to parse a text, which can grow quadratically for hostile input."""
    return len(text) + len(text) ** 2 // 2_000


class Room:
    """The remaining part of the limits of a page."""

    def __init__(self) -> None:
        self._left = dict(LIMITS)

    def take(self, **needs: int) -> bool:
        """Reserve the given amounts if none exceeds its limit; return whether that succeeded."""
        named = {name.replace("_", " "): need for name, need in needs.items()}
        if any(need > self._left[name] for name, need in named.items()):
            return False
        for name, need in named.items():
            self._left[name] -= need
        return True


def fit(notebook: NotebookNode) -> Room:
    """Remove from a sanitized notebook what would make its page too large; return the room left.

    A remark replaces whatever is removed. Cells whose code is too long to highlight, or whose text
    is too long to render, get "plain" in their metadata and are shown as plain text.
    """
    room = Room()
    cells = sorted(notebook.cells, key=_rank)
    for cell in cells:
        _fit_source(cell, room)
    for cell in cells:
        if cell.get("outputs"):
            cell.outputs = _fitting(cell.outputs, room)
    return room


def _rank(cell: NotebookNode) -> int:
    return 0 if cell.metadata.get("judged") else 1 if "nbgrader" in cell.metadata else 2


def _fit_source(cell: NotebookNode, room: Room) -> None:
    source = cell.source
    if len(source) > LONGEST_TEXT:
        more = _LEFT_OUT.format(f"{len(source) - LONGEST_TEXT} more characters")
        source = cell.source = f"{source[:LONGEST_TEXT]}\n{more}"
    if not room.take(characters=len(source)):
        source = cell.source = _LEFT_OUT.format(f"the {len(source)} characters of this cell")
    if cell.cell_type == "code":
        small = len(source) <= LONGEST_COLOURED and room.take(coloured=work(source))
    else:
        small = len(source) <= LONGEST_MARKDOWN and _is_room_for_text(cell, room)
    if not small:
        cell.metadata["plain"] = True


def _is_room_for_text(cell: NotebookNode, room: Room) -> bool:
    # A cell can show each of its attachments several times.
    pictures = [one for data in cell.get("attachments", {}).values() for one in data.items()]
    times = cell.source.count("![")
    shown = sum(len(data) for _, data in pictures) * times
    pixels = sum(pixels_of(*picture) for picture in pictures) * times
    return room.take(
        rendered=work(cell.source),
        elements=len(cell.source) if {"$", "\\"} & {*cell.source} else 0,  # upper bound: formulas
        picture_characters=shown,
        pixels=pixels,
    )


def _fitting(outputs: list[NotebookNode], room: Room) -> list[NotebookNode]:
    kept = [output for output in outputs if room.take(**_needs(output))]
    if len(kept) < len(outputs):
        number = f"{len(outputs) - len(kept)} of {len(outputs)} outputs of this cell"
        text = _LEFT_OUT.format(number) + "\n"
        kept.append(NotebookNode(output_type="stream", name="stdout", text=text))
    return kept


def _needs(output: NotebookNode) -> dict[str, int]:
    """Return how much of each limit an output needs."""
    data = output.get("data", {})
    page = data.get("text/html", "")
    pictures = [(kind, data[kind]) for kind in data if kind.startswith("image/")]
    pictures += DATA_ADDRESS.findall(page)
    shown = sum(len(picture) for _, picture in pictures)
    lines = [output.get("text", ""), data.get("text/plain", ""), *output.get("traceback", ())]
    texts = [DATA_ADDRESS.sub("", page), *lines]
    return {
        "characters": sum(map(len, texts)),
        "elements": OUTPUT + page.count("<") + sum(2 * line.count("\x1b") for line in lines),
        "picture_characters": shown,
        "pixels": sum(pixels_of(*picture) for picture in pictures),
    }
