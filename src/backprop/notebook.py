"""The notebook in which this package is at work, if it is in one."""

import sys
from typing import Any

_outside: dict[str, Any] = {}


def shell() -> Any:
    """Return the running shell of IPython, or None: then this is no notebook."""
    # Not imported, which takes a while: where nobody has done so there is no shell.
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def shows_html() -> bool:
    """Whether the result of a cell is shown as HTML: in a notebook, but not in a terminal."""
    here = shell()
    return here is not None and "terminal" not in type(here).__module__


def variables() -> dict[str, Any]:
    """Return the variables of the notebook, or a dictionary of this module if this is no notebook.

    What a lesson remembers is kept there, so that it goes when the variables go.
    """
    return _outside if shell() is None else shell().user_ns


def show(card: object) -> None:
    """Show something where the reader is: as a card in a notebook, as text elsewhere.

    Parameters
    ----------
    card
        An object with a text, and perhaps with `_repr_html_`.
    """
    if shell() is None:
        print(card)
        return
    from IPython.display import display

    display(card)
