"""IPython without a kernel: run cells and record their outputs in the notebook format.

This module contains all overrides of IPython. They are written for the version below, since many of
them are private; tests/repository/test_overridden.py fails if another version differs.
"""

import ast
import copy
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Instance, Type

from .missing_libraries import StandInForMissing
from .outputs import Outputs

IPYTHON = "9.18.1"  # the version that was compared last


class _Stream(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, shell: "NotebookShell", name: str) -> None:
        self._shell, self.name = shell, f"<{name}>"
        self._kind = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shell.outputs.stream(self._kind, text)
        return len(text)

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Add a display to the outputs of the cell."""
        display_id = (transient or {}).get("display_id")
        self.shell.outputs.display(data, metadata or {}, display_id, update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class _Hook(DisplayHook):
    shell: Any

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.outputs.bundle(
            "execute_result", format_dict, md_dict or {}, execution_count=self.prompt_count
        )

    def finish_displayhook(self) -> None:
        pass


class _Transformers(TransformerManager):
    """Cache the transformed cells, since most cells are the same in every notebook."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[Any, ...], str] = {}

    def transform_cell(self, cell: str) -> str:
        steps = *self.cleanup_transforms, *self.line_transforms, *self.token_transformers
        known = cell, *map(id, steps)  # a notebook may add its own transformers
        if known not in self._known:
            self._known[known] = super().transform_cell(cell)
        return self._known[known]


class _Compiler(CachingCompiler):
    """Cache the syntax tree and the code of cells, for the same reason."""

    def __init__(self) -> None:
        super().__init__()
        self._trees: dict[tuple[Any, ...], Any] = {}
        self._codes: dict[tuple[Any, ...], Any] = {}

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        # Without the execution count, which differs between notebooks. Tracebacks still show it.
        return super().get_code_name(raw_code, transformed_code, 0)

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> Any:
        known = source, filename, symbol, self.flags
        if known not in self._trees:
            self._trees[known] = super().ast_parse(source, filename, symbol)
        # Copy the list, since IPython may add to it (in the mode that shows assignments).
        tree = self._trees[known]
        return ast.Module(list(tree.body), tree.type_ignores) if symbol == "exec" else tree

    # The type is wider than in the base class, which declares no trees.
    def __call__(  # type: ignore[override]
        self, tree: Any, filename: str, symbol: str, **options: Any
    ) -> Any:
        # IPython compiles each statement separately. Cached nodes are never freed, so that a new
        # statement cannot get the identity of a cached one.
        single = isinstance(tree, (ast.Module, ast.Interactive)) and len(tree.body) == 1
        known = (tree.body[0], filename, symbol, self.flags) if single and not options else None
        if known in self._codes:
            return self._codes[known]
        code = super().__call__(tree, filename, symbol, **options)
        if known is not None and self.flags == known[-1]:  # no import from __future__
            self._codes[known] = code
        return code


class NotebookShell(InteractiveShell):
    """An IPython shell that records the outputs of its cells in the notebook format."""

    compiler_class = Type(_Compiler)
    input_transformer_manager = Instance(_Transformers, ())
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def __init__(self, **details: Any) -> None:
        self.outputs = Outputs()
        self._asynchronous: dict[tuple[Any, ...], bool] = {}
        self._missing = StandInForMissing()
        super().__init__(**details)

    def should_run_async(
        self,
        raw_cell: str,
        *,
        transformed_cell: str | None = None,
        preprocessing_exc_tuple: Any = None,
    ) -> bool:
        """Cache which cells use `await`, since finding out means compiling them."""
        known = self.autoawait, transformed_cell, preprocessing_exc_tuple is None
        if known not in self._asynchronous:
            self._asynchronous[known] = super().should_run_async(
                raw_cell,
                transformed_cell=transformed_cell,
                preprocessing_exc_tuple=preprocessing_exc_tuple,
            )
        return self._asynchronous[known]

    def transform_ast(self, node: ast.AST) -> ast.AST:
        """Transform a copy of the tree if a notebook adds transformers, which may change it."""
        node = super().transform_ast(copy.deepcopy(node) if self.ast_transformers else node)
        return self._missing.visit(node)

    def run(self, source: str) -> tuple[list[dict[str, Any]], int]:
        """Run one cell.

        Parameters
        ----------
        source
            The source of the cell.

        Returns
        -------
        outputs : list of dict
            The outputs, in the format of nbformat.
        count : int
            The execution count.
        """
        self.outputs = Outputs()
        count = self.execution_count
        with self._streams():
            self.run_cell(source, store_history=True)
        return self.outputs.items, count

    @contextmanager
    def _streams(self) -> Iterator[None]:
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream(self, "stdout"), _Stream(self, "stderr")
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        try:
            said = str(evalue)
        except BaseException:  # __str__ can be the student's code, too
            said = ""
        self.outputs.error(getattr(etype, "__name__", "Error"), said, stb)

    def init_history(self) -> None:
        """Disable the history, which needs a file and a thread that would not survive a fork."""
        self.config.HistoryManager.enabled = False
        super().init_history()

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing, since a notebook opens no windows during grading."""

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        """Use the inline backend for every request, such as `%matplotlib widget`."""
        return super().enable_matplotlib("inline")

    def ask_exit(self) -> None:
        """Do nothing, since `exit` must not end the process during grading."""
