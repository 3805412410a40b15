"""Syntax highlighting of Python code, with a limit on its length."""

import html
from functools import lru_cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

# Characters; the longest cell of a lesson has 900. The time of a lexer can grow quadratically, so
# the length of each cell is limited. `page_limits` limits the whole page.
LONGEST_COLOURED = 4_000

_CLASSES = " highlight hl-ipython3"


def highlight_code(source: str, language: str = "", metadata: object = None) -> str:
    """Convert code to HTML: a template filter that `nbgrader_config.py` sets.

    Code is always highlighted as Python, whatever language the notebook or a cell magic names: the
    lexers of other languages can take much longer. Long code is not highlighted.

    Parameters
    ----------
    source
        The code.
    language
        Ignored; nbconvert passes it.
    metadata
        The metadata of the cell; if it contains "plain", the code is not highlighted.
    """
    plain = isinstance(metadata, dict) and metadata.get("plain")
    if plain or len(source) > LONGEST_COLOURED:
        return f'<div class="{_CLASSES}"><pre>{html.escape(source)}\n</pre></div>\n'
    return _coloured(source)


@lru_cache(maxsize=512)
def _coloured(source: str) -> str:
    """Highlight short code. Cached: most cells are equal in all submissions."""
    # nbconvert's lexer supports IPython commands; this one marks their characters as errors.
    page = highlight(source or " ", PythonLexer(), HtmlFormatter(cssclass=_CLASSES))
    return page.replace('<span class="err">', "<span>")
