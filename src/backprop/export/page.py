"""Writes a notebook as a page, with nbconvert and a template that mends what its own leaves out."""

from functools import lru_cache
from pathlib import Path

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets import default

HERE = Path(__file__).parent


class NoFormulas(RuntimeError):
    """The package that writes formulas is missing; the message says what to do."""


def page_of(notebook, *, title=""):
    """Return a notebook as a page of HTML, all in one: style, pictures and formulas.

    notebook -- a `NotebookNode` of nbformat 4 with its outputs.
    title -- of the page; by default the first heading of the notebook.

    Formulas are MathML, which browsers show and read aloud by themselves. Pictures have the
    words of their metadata as their alternative text. Nothing is loaded from elsewhere.

    The page runs the scripts in the notebook's outputs, so that figures answer to the hand:
    it is for notebooks of the course, not for what students hand in.

    Raises `NoFormulas` if latex2mathml is not installed.
    """
    _see_that_formulas_can_be_written()
    exporter = PageExporter()
    name = title or _heading(notebook) or "Notebook"
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": name}})
    return page


def _see_that_formulas_can_be_written():
    try:
        import latex2mathml.converter  # noqa: F401
    except ImportError:
        raise NoFormulas(
            "latex2mathml is needed to write formulas into a page, and is not installed: "
            "python -m pip install latex2mathml"
        ) from None


def _heading(notebook):
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
    def _template_name_default(self):
        return "course"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self):
        return [str(HERE / "templates")]

    @pass_context
    def markdown2html(self, context, source):
        """The filter of this name, with formulas as MathML."""
        attachments = (context.get("cell") or {}).get("attachments", {})
        renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
        return MarkdownWithMath(renderer=renderer).render(source)


class _Renderer(IPythonRenderer):
    def inline_math(self, body):
        return as_mathml(body, block=False)

    def block_math(self, body):
        return as_mathml(body, block=True)

    def latex_environment(self, name, body):
        return as_mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)


@lru_cache(maxsize=4096)
def as_mathml(formula, block):
    """Return a formula as MathML; as it was written, in code, if it cannot be read.

    formula -- TeX without its dollars.
    block -- whether it stands in a line of its own.
    """
    from html import escape

    from latex2mathml.converter import convert

    try:
        return convert(str(formula).strip(), display="block" if block else "inline")
    except Exception:  # the author sees it on the page, and a test tells of it
        return f'<code class="tex">{escape(str(formula))}</code>'
