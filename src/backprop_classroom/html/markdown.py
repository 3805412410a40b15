"""Markdown that comes from a student, as clean HTML."""

from mistune import HTMLRenderer, import_plugin
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from .highlighting import highlight_code
from .sanitize import as_written, clean_html

LONGEST_MARKDOWN = 10_000  # characters; its parser can be made to take long
LARGEST_SHOWN = 4_000_000  # characters of its pictures, each as often as it is shown

# Not nbconvert's plug-ins for links, which are not kept, and for check boxes, whose [x] says
# more without a form.
_PLUGINS = tuple(import_plugin(name) for name in ("strikethrough", "table", "def_list"))


def rendered(source: str, attachments: dict[str, dict[str, str]]) -> str:
    """Return markdown as clean HTML, without its formulas as MathML.

    Parameters
    ----------
    attachments
        Those of its cell, from `clean_attachments`.
    """
    renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    page = ""
    if len(source) <= LONGEST_MARKDOWN:
        try:
            page = clean_html(
                MarkdownWithMath(renderer, plugins=_PLUGINS).render(source), styles=False
            )
        except Exception:  # such as an attachment that is not there
            page = ""
    if not page and source.strip():
        return as_written(source)
    return page


class _Renderer(IPythonRenderer):
    room = LARGEST_SHOWN

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Write a picture; ValueError if a few are shown so often that the page grows too large."""
        page = super().image(text, url, title)
        self.room -= len(page)
        if self.room < 0:
            raise ValueError("the pictures of this cell are too large")
        return page

    def block_code(self, code: str, info: str | None = None) -> str:
        """Write code; nbconvert lets a text choose among all lexers, of which some are slow."""
        if (info or "").split()[:1] in _PYTHON:
            return highlight_code(code)
        return HTMLRenderer.block_code(self, code, info)


_PYTHON = (["python"], ["py"], ["python3"], ["ipython"], ["ipython3"])
