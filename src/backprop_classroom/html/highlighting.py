"""Python code in colours, in a time that does not grow faster than its length."""

import html
from functools import lru_cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

# Characters. A lesson's longest cell has 900. The time of a lexer can grow with the square of the
# length, so that there is a bound on one piece of code; see `page_limits` for all of a page.
LONGEST_COLOURED = 4_000

_CLASSES = " highlight hl-ipython3"


def highlight_code(source: str, language: str = "", metadata: object = None) -> str:
    """Return code as HTML: the filter of nbgrader's templates in `nbgrader_config.py`.

    Always as Python, whatever a notebook says its language is, and however a cell begins: the
    lexers of other languages can take much longer. Long code stays without colours.

    Parameters
    ----------
    source
        The code.
    language
        Not used; nbconvert's filter has it.
    metadata
        Of the cell; one with "plain" has code that stays without colours.
    """
    plain = isinstance(metadata, dict) and metadata.get("plain")
    if plain or len(source) > LONGEST_COLOURED:
        return f'<div class="{_CLASSES}"><pre>{html.escape(source)}\n</pre></div>\n'
    return _coloured(source)


@lru_cache(maxsize=512)
def _coloured(source: str) -> str:
    """Return short code in colours; most cells are the same in every submission."""
    # nbconvert's lexer knows the commands of IPython; to this one, their signs are mistakes.
    page = highlight(source or " ", PythonLexer(), HtmlFormatter(cssclass=_CLASSES))
    return page.replace('<span class="err">', "<span>")
