"""Access to the notebook that uses this package, if there is one."""

import sys
from typing import Any

_outside: dict[str, Any] = {}


def shell() -> Any:
    """Return the running IPython shell, or None outside of a notebook."""
    # Importing IPython is slow, and a shell can exist only if it has been imported already.
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def shows_html() -> bool:
    """Return whether results are shown as HTML, as in a notebook but not in a terminal."""
    here = shell()
    return here is not None and "terminal" not in type(here).__module__


def variables() -> dict[str, Any]:
    """Return the variables of the notebook, or a module-level dictionary outside of a notebook.

    The state of a lesson is kept there, so that it is deleted together with the variables.
    """
    return _outside if shell() is None else shell().user_ns


def show(card: object) -> None:
    """Show an object: as a card in a notebook, as text elsewhere.

    Parameters
    ----------
    card
        An object with `__str__` and, optionally, `_repr_html_`.
    """
    if shell() is None:
        print(card)
        return
    from IPython.display import display

    display(card)
