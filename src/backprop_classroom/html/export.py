"""Exports a notebook as an HTML page, with nbconvert and the template of the course."""

import html
from pathlib import Path

import nbformat
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import default

from ..release import heading_of
from .mathml import NotAFormula, mathml, see_that_formulas_can_be_written

HERE = Path(__file__).parent


def page_of(notebook: NotebookNode, *, title: str = "") -> str:
    """Return a notebook as one self-contained HTML page with its styles, pictures and formulas.

    Formulas are MathML, which browsers and screen readers support natively. The alternative text
    of a picture comes from its metadata. The page loads no other files.

    The page runs the scripts in the notebook's outputs, so that its figures are interactive. Use
    it for notebooks of the course, not for submissions.

    Parameters
    ----------
    notebook
        A `NotebookNode` of nbformat 4 with its outputs.
    title
        The title of the page; by default the first heading of the notebook.

    Raises
    ------
    NoFormulas
        If latex2mathml is not installed.
    """
    see_that_formulas_can_be_written()
    exporter = PageExporter()
    name = title or heading_of(notebook) or "Notebook"
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": name}})
    return page


class CannotExport(ValueError):
    """A file cannot be exported as a page; the message says why."""


def write_page(*, source: Path, destination: Path | None = None) -> Path:
    """Export a saved notebook as a page; return the path of the page.

    Parameters
    ----------
    source
        The notebook. It must be trusted, because its scripts run in the page.
    destination
        The page; by default next to the notebook, with the suffix `.html`.

    Raises
    ------
    CannotExport
        If `source` is not a notebook, or the page cannot be written.
    NoFormulas
        If latex2mathml is not installed.
    """
    source = Path(source)
    try:
        notebook = nbformat.read(source, as_version=4)
    except OSError as error:
        raise CannotExport(f"{source} cannot be read: {error.strerror}") from None
    except Exception as error:  # nbformat raises many types of exceptions
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


class PageExporter(HTMLExporter):
    """nbconvert's exporter with the template of the course, and formulas as MathML."""

    exclude_anchor_links = True  # invisible, but each would be a stop of the Tab key
    embed_images = True

    @default("template_name")
    def _template_name_default(self) -> str:
        return "course"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(HERE / "templates")]

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """Convert markdown like nbconvert's filter of this name, with formulas as MathML."""
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
    except NotAFormula:  # the author sees the TeX on the page, and a test fails
        return f'<code class="tex">{html.escape(str(formula))}</code>'
