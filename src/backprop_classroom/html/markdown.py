"""Converts a student's markdown to sanitized HTML."""

from mistune import HTMLRenderer, import_plugin
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from .highlighting import highlight_code
from .sanitize import as_written, clean_html

LONGEST_MARKDOWN = 10_000  # characters; hostile input can make the parser slow
LARGEST_SHOWN = 4_000_000  # characters of all pictures, counted each time they are shown

# Without nbconvert's plug-ins for links, which are removed anyway, and for check boxes: forms are
# removed too, and a plain [x] is more readable.
_PLUGINS = tuple(import_plugin(name) for name in ("strikethrough", "table", "def_list"))


def rendered(source: str, attachments: dict[str, dict[str, str]]) -> str:
    """Convert markdown to sanitized HTML; formulas are not converted.

    Parameters
    ----------
    source
        The markdown.
    attachments
        The attachments of the cell, sanitized by `clean_attachments`.
    """
    renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    page = ""
    if len(source) <= LONGEST_MARKDOWN:
        try:
            page = clean_html(
                MarkdownWithMath(renderer, plugins=_PLUGINS).render(source), styles=False
            )
        except Exception:  # for example a missing attachment
            page = ""
    if not page and source.strip():
        return as_written(source)
    return page


class _Renderer(IPythonRenderer):
    room = LARGEST_SHOWN

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Render a picture; raise ValueError if all pictures together are too large."""
        page = super().image(text, url, title)
        self.room -= len(page)
        if self.room < 0:
            raise ValueError("the pictures of this cell are too large")
        return page

    def block_code(self, code: str, info: str | None = None) -> str:
        """Render code; only Python is highlighted, because some other lexers are slow."""
        if (info or "").split()[:1] in _PYTHON:
            return highlight_code(code)
        return HTMLRenderer.block_code(self, code, info)


_PYTHON = (["python"], ["py"], ["python3"], ["ipython"], ["ipython3"])
