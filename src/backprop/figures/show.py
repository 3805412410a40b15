"""Turns a matplotlib figure into a picture, and shows it with words that say what is in it."""

import io
from base64 import b64encode
from html import escape

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .style import STYLE, put_on_paper


def picture_of(figure: Figure, description: str) -> bytes:
    """Return a figure as a PNG file, the same bytes for the same figure.

    Its ground is transparent around a sheet with round corners.

    It is best made by `Figure(figsize=...)` rather than by pyplot, which keeps every figure in
    memory. The description is one to three sentences that say what the picture shows, with its
    numbers: its alternative text and its plain-text form. An empty one raises a ValueError.
    """
    if not description.strip():
        raise ValueError("a figure needs a description that says what it shows; this one is empty")
    figure.set_dpi(110)
    put_on_paper(figure)
    picture = io.BytesIO()
    # No software version or date in the file: the same figure gives the same bytes. And not by
    # `savefig`, which draws everything twice where a figure has a layout engine.
    with rc_context(STYLE):
        FigureCanvasAgg(figure).print_png(picture, metadata={"Software": None})
    return picture.getvalue()


def show(picture: bytes, description: str, page: str = "") -> None:
    """Show a picture in a notebook; the description is its text for those who do not see it.

    Where HTML is shown, a page that is given is shown instead of the picture.
    """
    from IPython.display import display

    # As text: where Python runs in a browser, bytes do not come through.
    forms = {"image/png": b64encode(picture).decode(), "text/plain": "(a picture)"}
    if page:
        forms["text/html"] = page
    display(forms, metadata={"image/png": {"alt": description}}, raw=True)
    # JupyterLab and nbconvert show a picture without its alternative text, so the words
    # stand below it as well.
    words = (
        f"<details><summary>The picture in words</summary><p>{escape(description)}</p></details>"
    )
    display({"text/html": words, "text/plain": description}, raw=True)
