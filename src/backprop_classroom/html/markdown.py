"""Markdown that comes from a student, as clean HTML."""


from mistune import import_plugin
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from .sanitize import as_written, clean_html

LONGEST_MARKDOWN = 10_000  # characters; its parser can be made to take long

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
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    page = ""
    if len(source) <= LONGEST_MARKDOWN:
        try:
            page = clean_html(MarkdownWithMath(renderer, plugins=_PLUGINS).render(source))
        except Exception:  # such as an attachment that is not there
            page = ""
    if not page and source.strip():
        return as_written(source)
    return page
