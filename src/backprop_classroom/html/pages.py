"""Makes nbgrader's pages of submissions: markdown as HTML, formulas as MathML, all of it clean."""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_markdown_cell, new_notebook

from ..bounded import BoundedForThreads, Exceeded, is_bounded
from ..lesson import is_own_test
from .markdown import rendered
from .mathml import NotAFormula, mathml, see_that_formulas_can_be_written
from .notebooks import clean_attachments, clean_notebook
from .page_limits import Room, fit
from .sanitize import DATA_ADDRESS, as_written

PAGE_SECONDS = 10  # CPU time of one page; a page of a lesson takes one
PAGE_MEMORY = 300 * 2**20  # bytes beyond what nbconvert and nbgrader take
PAGES = BoundedForThreads(PAGE_SECONDS, PAGE_MEMORY, doing="writing its page")

MOST_FORMULAS = 300  # of one cell of text, or one output; the others stay as they were written

# Where MathJax would find a formula. Its length is bounded, so that a search is.
_FORMULA = re.compile(
    r"\$\$(?P<block>[^$]{1,1000}?)\$\$"
    r"|(?<![\\$])\$(?P<inline>[^$]{1,1000}?)(?<!\\)\$(?!\$)"
    r"|\\\((?P<paren>(?:(?!\\[()]).){1,1000})\\\)"
    r"|\\\[(?P<bracket>(?:(?!\\[][]).){1,1000})\\\]"
    r"|\\begin\{(?P<name>[a-zA-Z]{1,20}\*?)\}(?P<environment>.{1,1000}?)\\end\{(?P=name)\}",
    re.DOTALL,
)
# A tag as nh3 writes it, its values in double quotes.
_TAG_OR_TEXT = re.compile(r'(<(?:[^<>"]++|"[^"]*+")*+>)')
_CODE, _CODE_ENDS = (re.compile(rf"<{end}(?:pre|code|samp|kbd)\b") for end in ("", "/"))


class CleanPage(Preprocessor):
    """Cleans a notebook at the moment in which nbgrader makes a page of it.

    So that a page is clean however its notebook came about; see `nbgrader_config.py`.
    Formulas in outputs are written as MathML, as `markdown2html` does it for the cells.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the clean notebook, and the resources with names that are safe in a page."""
        # Formgrader writes these into its page as they are. A folder can have any name.
        for key in ("student", "first_name", "last_name", "notebook_path"):
            if isinstance(resources.get(key), str):
                resources[key] = html.escape(resources[key])
        return _cleaned(nb), resources


def _cleaned(notebook: NotebookNode) -> NotebookNode:
    """Clean a notebook in a process with limits, or say why it could not be done."""
    if is_bounded():
        (cleaned,) = _clean(notebook)
        return cleaned
    try:
        (cleaned,) = PAGES.each(_clean, notebook)
    except Exceeded as error:
        return new_notebook(cells=[new_markdown_cell(f"This notebook is not shown: {error}.")])
    return cleaned


def _clean(notebook: NotebookNode) -> Iterator[NotebookNode]:
    cleaned = clean_notebook(notebook)
    for cell in filter(_is_own_test, cleaned.cells):
        cell.outputs.insert(0, from_dict(_beside(cell.metadata.nbgrader.grade_id)))
    room = fit(cleaned)
    for cell in cleaned.cells:
        for output in cell.get("outputs", ()):
            page = output.get("data", {}).get("text/html")
            if page:
                page = _with_formulas_if_there_is_room(page, room)
                judged = cell.metadata.get("judged")
                output.data["text/html"] = f'<div class="judged">{page}</div>' if judged else page
    yield cleaned


def _is_own_test(cell: NotebookNode) -> bool:
    """Tell whether a cell is a test of the instructor's own, for which no judge speaks."""
    return cell.cell_type == "code" and not cell.metadata.get("judged") and is_own_test(cell)


def _beside(id: str) -> dict[str, Any]:
    text = (
        f"{id} is a test of the instructor's own. It runs in the same process as the student's "
        "code, which could change its result."
    )
    page = f'<div class="beside">{html.escape(text)}</div>'
    data = {"text/html": page, "text/plain": text}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _with_formulas_if_there_is_room(page: str, room: Room) -> str:
    if not room.take(searched=len(DATA_ADDRESS.sub("", page))):
        return page
    written = with_formulas(page)
    elements, characters = written.count("<") - page.count("<"), len(written) - len(page)
    return written if room.take(elements=elements, characters=characters) else page


@pass_context
def markdown2html(context: Context, source: object) -> str:
    """Return markdown as clean HTML: the filter of nbgrader's templates in `nbgrader_config.py`.

    Does what nbconvert's filter of this name does, cleans the result, and writes formulas as
    MathML. Text that is too long, or that cannot be read as markdown, is shown
    as it was written.
    """
    source = str(source or "")
    cell: dict[str, Any] = context.get("cell") or {}
    if cell.get("metadata", {}).get("plain") and source == cell["source"]:
        return as_written(source)
    attachments = clean_attachments(cell.get("attachments"))
    return with_formulas(rendered(source, attachments)) if attachments else _page_before(source)


def strip_files_prefix(text: str) -> str:
    """Return a text as it is: the filter of this name in `nbgrader_config.py`.

    nbconvert's mends links, of which a clean page has none, and looks for them in a time that
    grows with the square of the number of brackets.
    """
    return text


def with_formulas(page: str) -> str:
    r"""Return HTML with the formulas in its text as MathML.

    A formula stands where MathJax looks for it: between dollars or \( and \), in an
    environment, and not in code. One that cannot be read stays as it was written.

    Parameters
    ----------
    page
        What `clean_html` has cleaned.
    """
    see_that_formulas_can_be_written()
    pieces, code, room = _TAG_OR_TEXT.split(page), 0, MOST_FORMULAS
    for place, piece in enumerate(pieces):
        if place % 2:
            code += bool(_CODE.match(piece)) - bool(_CODE_ENDS.match(piece))
        elif not code:
            pieces[place], found = _text_with_formulas(piece, room)
            room -= found
    return "".join(pieces)


def _text_with_formulas(text: str, room: int) -> tuple[str, int]:
    """Return the text between two tags with at most `room` formulas as MathML, and how many."""
    plain, parts, done = html.unescape(text), [], 0
    for found in islice(_FORMULA.finditer(plain), room):
        parts += [html.escape(plain[done : found.start()]), _as_mathml(found)]
        done = found.end()
    if not parts:
        return text, 0
    return "".join([*parts, html.escape(plain[done:])]), len(parts) // 2


def _as_mathml(found: re.Match[str]) -> str:
    formula = found[found.lastgroup or 0]
    if found.lastgroup == "environment":
        formula = found[0]
    try:
        return mathml(formula, block=found.lastgroup not in ("inline", "paren"))
    except NotAFormula:
        return html.escape(found[0])


@lru_cache(maxsize=512)
def _page_before(source: str) -> str:
    """Render markdown without attachments; most cells are the same in every submission."""
    return with_formulas(rendered(source, {}))
