"""Writes a notebook as a page, with nbconvert and a template that adds what its own leaves out."""

import html
from pathlib import Path

import nbformat
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import default

from .mathml import NotAFormula, mathml, see_that_formulas_can_be_written

HERE = Path(__file__).parent


def page_of(notebook: NotebookNode, *, title: str = "") -> str:
    """Return a notebook as a page of HTML, all in one: style, pictures and formulas.

    Formulas are MathML, which browsers show and read aloud by themselves. Pictures have the
    words of their metadata as their alternative text. Nothing is loaded from elsewhere.

    The page runs the scripts in the notebook's outputs, so that its figures are interactive:
    it is for notebooks of the course, not for what students hand in.

    Parameters
    ----------
    notebook
        A `NotebookNode` of nbformat 4 with its outputs.
    title
        Of the page; by default the first heading of the notebook.

    Raises
    ------
    NoFormulas
        If latex2mathml is not installed.
    """
    see_that_formulas_can_be_written()
    exporter = PageExporter()
    name = title or _heading(notebook) or "Notebook"
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": name}})
    return page


class CannotExport(ValueError):
    """No page can be made of a file; the message says why."""


def write_page(*, source: Path, destination: Path | None = None) -> Path:
    """Write the page of a notebook as it was saved; return its path.

    Parameters
    ----------
    source
        The notebook, one's own: its scripts run in the page.
    destination
        The page; by default beside the notebook, with the ending `.html`.

    Raises
    ------
    CannotExport
        If there is no notebook in `source`.
    NoFormulas
        As `page_of`.
    """
    source = Path(source)
    try:
        notebook = nbformat.read(source, as_version=4)
    except OSError as error:
        raise CannotExport(f"{source} cannot be read: {error.strerror}") from None
    except Exception as error:  # nbformat's own, one for each way to be no notebook
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise CannotExport(f"{source} is not a notebook: {reason}") from None
    destination = Path(destination or source.with_suffix(".html"))
    if destination.resolve() == source.resolve():
        raise CannotExport(f"{destination} is the notebook itself; choose another name")
    page = page_of(notebook)
    try:
        destination.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CannotExport(f"{destination} cannot be written: {error.strerror}") from None
    return destination


def _heading(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if line.startswith("# "):
                return line.removeprefix("# ").strip()
    return ""


class PageExporter(HTMLExporter):
    """nbconvert's exporter with the template of the course, and formulas as MathML."""

    exclude_anchor_links = True  # they are hidden, but a keyboard would stop at each
    embed_images = True

    @default("template_name")
    def _template_name_default(self) -> str:
        return "course"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(HERE / "templates")]

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """Do what nbconvert's filter of this name does, with formulas as MathML."""
        attachments = (context.get("cell") or {}).get("attachments", {})
        renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
        return MarkdownWithMath(renderer=renderer).render(source)


class _Renderer(IPythonRenderer):
    def inline_math(self, body: str) -> str:
        return _mathml(body, block=False)

    def block_math(self, body: str) -> str:
        return _mathml(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        return _mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)


def _mathml(formula: str, *, block: bool) -> str:
    try:
        return mathml(formula, block=block)
    except NotAFormula:  # the author sees it on the page, and a test tells of it
        return f'<code class="tex">{html.escape(str(formula))}</code>'
