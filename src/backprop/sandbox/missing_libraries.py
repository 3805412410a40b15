"""Placeholders for libraries that a notebook imports and that are not installed.

Such an import is often in the first cell, together with imports that every cell needs. Its names
are bound to a placeholder that raises an error when it is used, so that the notebook can continue.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Any, NoReturn

MISSING = "not installed where this notebook is graded"
SAID = f"is {MISSING}"
_OURS = "backprop"  # packages that are withheld from the sandbox on purpose get no placeholder


class MissingLibrary:
    """Placeholder for a library that is not installed; any use raises an error."""

    def __init__(self, library: str) -> None:
        object.__setattr__(self, "_library", library)

    def _raise(self, *_: object, **__: object) -> NoReturn:
        name = object.__getattribute__(self, "_library")
        raise ModuleNotFoundError(f"{name} {SAID}", name=name)

    def __getattr__(self, name: str) -> Any:
        """Raise an error; for special attributes it is the usual AttributeError."""
        if name.startswith("__"):
            raise AttributeError(name)
        self._raise()

    def __repr__(self) -> str:
        """Return a text that names the missing library."""
        return f"<{object.__getattribute__(self, '_library')} {SAID}>"

    __call__ = __iter__ = __getitem__ = __len__ = __bool__ = __mro_entries__ = _raise
    __enter__ = __exit__ = _raise


class StandInForMissing(ast.NodeTransformer):
    """Replace the imports of libraries that are not installed.

    Only top-level statements are replaced: a notebook handles an import within `try` itself, and an
    import in a function fails only when the function is called.
    """

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Return the transformed cell, or the same object if no library is missing."""
        body = [part for statement in node.body for part in _parts(statement)]
        if all(one is another for one, another in zip(body, node.body)):
            return node
        return ast.Module(body, node.type_ignores)

    def visit(self, node: ast.AST) -> ast.AST:
        """Transform a module, which is a whole cell; return other nodes unchanged."""
        return self.visit_Module(node) if isinstance(node, ast.Module) else node


def stand_in(library: str) -> MissingLibrary:
    """Return a placeholder and print a warning; called while an import error is handled.

    Raises
    ------
    ModuleNotFoundError
        The error that is being handled, if it concerns another module.
    """
    error = sys.exc_info()[1]
    if not isinstance(error, ModuleNotFoundError) or error.name != library:
        raise  # noqa: PLE0704  the error that is being handled
    print(f"{library} {SAID}; cells that do not use it still run", file=sys.stderr)
    return MissingLibrary(library)


def install(hidden: Iterable[str] = ()) -> None:
    """Use placeholders in this kernel.

    Parameters
    ----------
    hidden
        Libraries to treat as not installed.
    """
    from IPython import get_ipython

    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]  # None prevents the import
    shell = get_ipython()
    if shell is not None:
        shell.ast_transformers.append(StandInForMissing())


def imported_libraries(source: str) -> set[str]:
    """Return the top-level names of all libraries that a cell imports anywhere."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()  # a cell that cannot be parsed imports nothing
    return {name for node in ast.walk(tree) for name, _ in _imports(node)}


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the library and the bound name for each import in a statement."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            library = alias.name.partition(".")[0]
            yield library, alias.asname or library
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        for alias in node.names:
            yield node.module.partition(".")[0], alias.asname or alias.name


def _parts(statement: ast.stmt) -> list[ast.stmt]:
    """Return a statement, or its replacements if it imports a library that is missing."""
    if not any(_is_missing(library) for library, _ in _imports(statement)):
        return [statement]
    if isinstance(statement, ast.Import):
        single = [ast.copy_location(ast.Import([alias]), statement) for alias in statement.names]
        return [_guarded(one) if _is_missing(next(_imports(one))[0]) else one for one in single]
    return [_guarded(statement)]


def _guarded(statement: ast.stmt) -> ast.stmt:
    """Return an import that binds its names to a placeholder if its library is missing."""
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
    except (ImportError, ValueError, AttributeError):  # its entry in `sys.modules` is None
        return True
