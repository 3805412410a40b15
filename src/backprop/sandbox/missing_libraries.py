"""Lets a notebook go on that imports a library which is not installed.

Such an import often stands in the first cell, beside those that everything needs. It binds its
names to a stand-in that raises an error where it is used.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Any, NoReturn

MISSING = "not installed where this notebook is graded"
SAID = f"is {MISSING}"
_OURS = "backprop"  # what is kept from a sandbox on purpose has no stand-in


class MissingLibrary:
    """What an import binds of a library that is not installed; any use raises an error."""

    def __init__(self, library: str) -> None:
        object.__setattr__(self, "_library", library)

    def _raise(self, *_: object, **__: object) -> NoReturn:
        name = object.__getattribute__(self, "_library")
        raise ModuleNotFoundError(f"{name} {SAID}", name=name)

    def __getattr__(self, name: str) -> Any:
        """Raise an error, but for what Python itself asks of every object."""
        if name.startswith("__"):
            raise AttributeError(name)
        self._raise()

    def __repr__(self) -> str:
        """Say what is missing."""
        return f"<{object.__getattribute__(self, '_library')} {SAID}>"

    __call__ = __iter__ = __getitem__ = __len__ = __bool__ = __mro_entries__ = _raise
    __enter__ = __exit__ = _raise


class StandInForMissing(ast.NodeTransformer):
    """Replaces the imports in a cell of libraries that are not installed.

    Only those that stand by themselves: an import within `try` is the notebook's own affair, and
    one in a function counts when it is called.
    """

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Return the cell; the same object if nothing is missing."""
        body = [part for statement in node.body for part in _parts(statement)]
        if all(one is another for one, another in zip(body, node.body)):
            return node
        return ast.Module(body, node.type_ignores)

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the tree; nothing but whole cells is looked at."""
        return self.visit_Module(node) if isinstance(node, ast.Module) else node


def stand_in(library: str) -> MissingLibrary:
    """Return a stand-in, and say so; called where an import has failed.

    Raises
    ------
    ModuleNotFoundError
        The one that is being handled, if it is about something else.
    """
    error = sys.exc_info()[1]
    if not isinstance(error, ModuleNotFoundError) or error.name != library:
        raise  # noqa: PLE0704  what is being handled
    print(f"{library} {SAID}; what does not need it goes on", file=sys.stderr)
    return MissingLibrary(library)


def install(hidden: Iterable[str] = ()) -> None:
    """Use stand-ins in this kernel.

    Parameters
    ----------
    hidden
        Libraries that count as not installed.
    """
    from IPython import get_ipython

    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]  # None: it cannot be imported
    shell = get_ipython()
    if shell is not None:
        shell.ast_transformers.append(StandInForMissing())


def imported_libraries(source: str) -> set[str]:
    """Return the top-level names of all that a cell imports, wherever in it."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()  # it imports nothing, either
    return {name for node in ast.walk(tree) for name, _ in _imports(node)}


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the library and the name that it is bound to, of each import in a statement."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            library = alias.name.partition(".")[0]
            yield library, alias.asname or library
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        for alias in node.names:
            yield node.module.partition(".")[0], alias.asname or alias.name


def _parts(statement: ast.stmt) -> list[ast.stmt]:
    """Return a statement, or what stands for an import of several libraries one of which lacks."""
    if not any(_is_missing(library) for library, _ in _imports(statement)):
        return [statement]
    if isinstance(statement, ast.Import):
        single = [ast.copy_location(ast.Import([alias]), statement) for alias in statement.names]
        return [_guarded(one) if _is_missing(next(_imports(one))[0]) else one for one in single]
    return [_guarded(statement)]


def _guarded(statement: ast.stmt) -> ast.stmt:
    """Return an import that binds its names to a stand-in if its library is not there."""
    imported = list(_imports(statement))
    targets = "".join(f"{name} = " for _, name in imported if name != "*")
    made = f"__import__({__name__!r}, fromlist=['x']).stand_in({imported[0][0]!r})"
    text = f"try:\n    pass\nexcept ModuleNotFoundError:\n    {targets}{made}"
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.Try)
    tree.body = [statement]
    for node in (one for part in (tree, *tree.handlers) for one in ast.walk(part)):
        if node is not statement:
            ast.copy_location(node, statement)
    return tree


def _is_missing(library: str) -> bool:
    if library.startswith(_OURS) or sys.modules.get(library) is not None:
        return False
    try:
        return find_spec(library) is None
    except (ImportError, ValueError, AttributeError):  # it is None in `sys.modules`
        return True
