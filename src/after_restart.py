"""Runs when a kernel of `.venv` starts: `setup.sh` puts it among IPython's start-up files.

After a restart the first cell that a person runs is often one in the middle of a lesson. Python's
NameError stays, and says below what to do. No import here: each would make each start slower.
"""

from typing import Any


def _advise(shell: Any, kind: Any, error: Any, trace: Any, tb_offset: int | None = None) -> None:
    if "check" not in shell.user_ns:  # every lesson imports it in its first cell of code
        error.add_note(
            "The first cells of this notebook have not run since the kernel was started: choose\n"
            "Run All Above Selected Cell in the menu Run, then run this cell again."
        )
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


get_ipython().set_custom_exc((NameError,), _advise)  # type: ignore[name-defined]  # noqa: F821
del _advise
