"""Settings of Sphinx for the book."""

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "Backpropagation, checked at every step"
html_title = project
language = "en"

extensions = ["myst_nb"]
source_suffix = {".ipynb": "myst-nb", ".md": "myst-nb"}
exclude_patterns = [".trees", "one"]
myst_enable_extensions = ["dollarmath", "amsmath"]
nb_execution_mode = "off"  # the notebooks are already executed
nb_merge_streams = True
# Some headings in the lessons skip a level.
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["book.css"]
html_copy_source = False
html_show_copyright = False
# For summaries, the search would fetch pages, which browsers do not allow for local files.
html_show_search_summary = False
html_math_renderer = "mathml"


def setup(app: "Sphinx") -> None:
    """Write formulas as MathML, which browsers display without a library."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))


def _inline(translator: Any, node: Any) -> NoReturn:
    translator.body.append(_mathml(node, block=False))
    _skip()


def _block(translator: Any, node: Any) -> NoReturn:
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append(_mathml(node, block=True) + "</div>\n")
    _skip()


def _mathml(node: Any, *, block: bool) -> str:
    from backprop_classroom.html.mathml import mathml

    return mathml(node.astext(), block=block)


def _skip() -> NoReturn:
    from docutils.nodes import SkipNode

    raise SkipNode  # the content has been written
