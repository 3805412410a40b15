"""Bounds what one page shows, so that it is made in seconds and a browser can open it.

Each limit is twice what a lesson with all its answers comes to, or more. Results of checks are
given room before all else, then what a person marks: the cells that nbgrader knows.
"""

from nbformat import NotebookNode

from .highlighting import LONGEST_COLOURED
from .markdown import LONGEST_MARKDOWN
from .pictures import pixels_of
from .sanitize import DATA_ADDRESS, LONGEST_TEXT

# Of a whole page.
LIMITS = {
    "characters": 1_000_000,  # of text and HTML, without pictures
    "coloured": 50_000,  # `work` of code in colours; a lesson has 16,000
    "rendered": 150_000,  # `work` of cells of text that are read as markdown; 60,000
    "searched": 100_000,  # characters of HTML in which formulas are searched; 30,000
    "elements": 80_000,  # tags, signs of formulas, and changes of colour in text; 40,000
    "picture characters": 30_000_000,  # in base64; 900,000
    "pixels": 100_000_000,  # 400 MB in a browser; a lesson has 6,000,000
}
OUTPUT = 10  # elements that a page has around each output
_LEFT_OUT = "(left out, because the page would become too large: {})"


def work(text: str) -> int:
    """Return how long it may take to read a text: lexers and parsers can be made to look back."""
    return len(text) + len(text) ** 2 // 2_000


class Room:
    """What is left of the limits of a page."""

    def __init__(self) -> None:
        self._left = dict(LIMITS)

    def take(self, **needs: int) -> bool:
        """Take so much of each limit if there is enough of all of them; return whether there is."""
        named = {name.replace("_", " "): need for name, need in needs.items()}
        if any(need > self._left[name] for name, need in named.items()):
            return False
        for name, need in named.items():
            self._left[name] -= need
        return True


def fit(notebook: NotebookNode) -> Room:
    """Leave out of a clean notebook what would make its page too large; return the room left.

    In place of what is left out stands a remark. Code and text that are shown as they were
    written, without colours or as no markdown, have "plain" in the metadata of their cell.
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
    # What is pasted into a cell can be shown in several places of it.
    pictures = [one for data in cell.get("attachments", {}).values() for one in data.items()]
    times = cell.source.count("![")
    shown = sum(len(data) for _, data in pictures) * times
    pixels = sum(pixels_of(*picture) for picture in pictures) * times
    return room.take(
        rendered=work(cell.source),
        elements=len(cell.source) if {"$", "\\"} & {*cell.source} else 0,  # of formulas, at most
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
    """Return what an output takes of each limit; of several representations a page shows one."""
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
