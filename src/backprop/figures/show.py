"""Convert a matplotlib figure to a PNG, and show it with a text description."""

import io
from base64 import b64encode
from html import escape

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .style import STYLE, put_on_paper


def picture_of(figure: Figure, description: str) -> bytes:
    """Return a figure as the bytes of a PNG file; equal figures give equal bytes.

    The background is transparent outside of a sheet with round corners.

    Create the figure with `Figure(figsize=...)`, because pyplot keeps every figure in memory. The
    description is one to three sentences that say what the picture shows, with its numbers. It is
    used as alternative text and as plain text. An empty description raises a ValueError.
    """
    if not description.strip():
        raise ValueError("a figure needs a description that says what it shows; this one is empty")
    figure.set_dpi(110)
    put_on_paper(figure)
    picture = io.BytesIO()
    # Without a software version or date, equal figures give equal bytes. `savefig` is avoided,
    # because it draws everything twice if the figure has a layout engine.
    with rc_context(STYLE):
        FigureCanvasAgg(figure).print_png(picture, metadata={"Software": None})
    return picture.getvalue()


def show(picture: bytes, description: str, page: str = "") -> None:
    """Show a picture in a notebook, with its text description.

    If an HTML page is given, front ends that display HTML show the page instead of the picture.
    """
    from IPython.display import display

    # Base64 text, because bytes are not transferred if Python runs in a browser.
    forms = {"image/png": b64encode(picture).decode(), "text/plain": "(a picture)"}
    if page:
        forms["text/html"] = page
    display(forms, metadata={"image/png": {"alt": description}}, raw=True)
    # JupyterLab and nbconvert drop the alternative text, so the description is also shown below
    # the picture.
    words = (
        f"<details><summary>The picture in words</summary><p>{escape(description)}</p></details>"
    )
    display({"text/html": words, "text/plain": description}, raw=True)
