"""Sanitizes nbgrader's pages of submissions, and converts markdown to HTML, formulas to MathML."""

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

PAGE_SECONDS = 10  # CPU time of one page; the page of a lesson takes one second
PAGE_MEMORY = 300 * 2**20  # bytes in addition to the memory of nbconvert and nbgrader
PAGES = BoundedForThreads(PAGE_SECONDS, PAGE_MEMORY, doing="writing its page")

MOST_FORMULAS = 300  # per text cell or output; further formulas are shown as TeX

# The delimiters of MathJax. The length is limited, so that the time of a search is limited too.
_FORMULA = re.compile(
    r"\$\$(?P<block>[^$]{1,1000}?)\$\$"
    r"|(?<![\\$])\$(?P<inline>[^$]{1,1000}?)(?<!\\)\$(?!\$)"
    r"|\\\((?P<paren>(?:(?!\\[()]).){1,1000})\\\)"
    r"|\\\[(?P<bracket>(?:(?!\\[][]).){1,1000})\\\]"
    r"|\\begin\{(?P<name>[a-zA-Z]{1,20}\*?)\}(?P<environment>.{1,1000}?)\\end\{(?P=name)\}",
    re.DOTALL,
)
# A tag in the output of nh3, which puts attribute values in double quotes.
_TAG_OR_TEXT = re.compile(r'(<(?:[^<>"]++|"[^"]*+")*+>)')
_CODE, _CODE_ENDS = (re.compile(rf"<{end}(?:pre|code|samp|kbd)\b") for end in ("", "/"))


class CleanPage(Preprocessor):
    """Sanitizes a notebook when nbgrader converts it to a page; see `nbgrader_config.py`.

    Pages are thus safe whichever command created the notebook. Formulas in outputs are converted
    to MathML; for text cells, `markdown2html` does this.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the sanitized notebook, and the resources with escaped names."""
        # Formgrader does not escape these names, and a folder can have any name.
        for key in ("student", "first_name", "last_name", "notebook_path"):
            if isinstance(resources.get(key), str):
                resources[key] = html.escape(resources[key])
        return _cleaned(nb), resources


def _cleaned(notebook: NotebookNode) -> NotebookNode:
    """Sanitize a notebook in a process with limits; if it fails, return one with the reason."""
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
    """Return whether a cell is an instructor's own test, without a result from the judge."""
    return cell.cell_type == "code" and not cell.metadata.get("judged") and is_own_test(cell)


def _beside(id: str) -> dict[str, Any]:
    text = (
        f"{id} is the instructor's own test. It runs in the same process as the student's code, "
        "which could change its result."
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
    """Convert markdown to sanitized HTML: a template filter that `nbgrader_config.py` sets.

    This replaces nbconvert's filter of the same name, and also sanitizes the result and converts
    formulas to MathML. Text that is too long, or that is not valid markdown, is shown as plain
    text.
    """
    source = str(source or "")
    cell: dict[str, Any] = context.get("cell") or {}
    if cell.get("metadata", {}).get("plain") and source == cell["source"]:
        return as_written(source)
    attachments = clean_attachments(cell.get("attachments"))
    return with_formulas(rendered(source, attachments)) if attachments else _page_before(source)


def strip_files_prefix(text: str) -> str:
    """Return the text unchanged: a template filter that `nbgrader_config.py` sets.

    nbconvert's filter of this name corrects links, which a sanitized page does not have. Its time
    grows with the square of the number of brackets.
    """
    return text


def with_formulas(page: str) -> str:
    r"""Convert the formulas in the text of a page to MathML.

    Formulas are recognized as MathJax does it: between dollars, \( and \) or \[ and \], or in an
    environment, but not in code. Invalid formulas are not changed.

    Parameters
    ----------
    page
        HTML that was sanitized by `clean_html`.
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
    """Convert at most `room` formulas in a text without tags; return the text and their number."""
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
    """Render markdown without attachments. Cached: most cells are equal in all submissions."""
    return with_formulas(rendered(source, {}))
