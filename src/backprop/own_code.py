"""Read a student's own code at the point where it stopped: line, expression, variables and loops.

This never runs the code again. Only values of exact Python and numpy types are read; of other
values only the type is named.
"""

import ast
import builtins
import linecache
import os
import types
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from .plain import NUMBERS, kind_of

_PACKAGE = os.path.dirname(os.path.dirname(__file__))
_LIBRARY = os.path.dirname(os.__file__)
MOST_LINES = 30  # lines of one expression
MOST_CODE = 100  # characters of code that are shown in one place
LOOPS = (ast.For, ast.While)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MOST_NAMES = 8  # keys of a dict that are shown
MISSING = object()

Shape = tuple[int, ...]
# Functions of numpy whose result has a shape that follows from the shapes of the arguments.
_MATRIX_PRODUCTS = {"dot", "matmul"}
_ENTRY_BY_ENTRY = {
    "abs", "add", "divide", "exp", "log", "maximum", "minimum", "multiply", "negative", "power",
    "sqrt", "square", "subtract", "tanh",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """The point in a frame of the traceback where a student's code stopped.

    Attributes
    ----------
    frame
        The frame, with its variables.
    instruction
        The offset of the current instruction.
    line
        The line number of this instruction.
    """

    frame: types.FrameType
    instruction: int
    line: int

    @property
    def function(self) -> str:
        """The name of the function (for a comprehension, of the enclosing function), or ""."""
        names = self.frame.f_code.co_qualname.split(".")
        return next((name for name in reversed(names) if name.isidentifier()), "")

    @property
    def text(self) -> str:
        """The source line, or "" if it is not available."""
        return shortened(_line(self.frame, self.line))

    @property
    def words(self) -> str:
        """A description of the place, as "line 3 of `f`: `x = y`"."""
        where = f"line {self.line}" + (f" of `{self.function}`" if self.function else "")
        return f"{where}: `{self.text}`" if self.text else where

    def value(self, name: str) -> Any:
        """Return the value of a name in the scope of the function, or `MISSING`."""
        for names in (self.local_names(), self.frame.f_globals, vars(builtins)):
            value = dict.get(names, name, MISSING)
            if value is not MISSING:
                return value
        return MISSING

    def local_names(self) -> dict[str, Any]:
        """Return the local variables of the function, or none for code outside of functions."""
        optimized = self.frame.f_code.co_flags & 1  # CO_OPTIMIZED: a function
        return dict(self.frame.f_locals) if optimized else {}

    def expression(self) -> tuple[str, ast.AST] | None:
        """Return the source and the syntax tree of the current expression or statement."""
        code = self.frame.f_code
        found = next(islice(code.co_positions(), self.instruction // 2, None), (None,) * 4)
        line, last, start, end = found
        if line is None or last is None or start is None or end is None:
            return None
        if last - line >= MOST_LINES:
            return None
        # Column offsets count bytes, not characters.
        lines = [_line(self.frame, number).encode() for number in range(line, last + 1)]
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][start:]
        text = b"".join(lines).decode(errors="replace").strip()
        try:
            return shortened(text), ast.parse(f"({text})", mode="eval").body
        except SyntaxError:
            pass
        try:
            return shortened(text), ast.parse(text).body[0]
        except (SyntaxError, IndexError):
            return None

    def tree(self) -> ast.AST | None:
        """Return the syntax tree of the function that contains this place, or None."""
        try:
            whole = ast.parse("".join(linecache.getlines(self.frame.f_code.co_filename)))
        except (SyntaxError, ValueError):
            return None
        around = [
            node
            for node in ast.walk(whole)
            if isinstance(node, FUNCTIONS) and node.lineno <= self.line <= (node.end_lineno or 0)
        ]
        return max(around, key=lambda node: node.lineno, default=None)


def is_own(filename: str) -> bool:
    """Return whether code is the student's and not part of Python, a library or the course."""
    return (
        not filename.startswith((_PACKAGE, _LIBRARY, "<frozen")) and "site-packages" not in filename
    )


def own_places(error: BaseException) -> list[Place]:
    """Return the places of an exception's traceback in the student's own code, outermost first."""
    places, step = [], error.__traceback__
    while step is not None:
        if is_own(step.tb_frame.f_code.co_filename):
            places.append(Place(step.tb_frame, step.tb_lasti, step.tb_lineno))
        step = step.tb_next
    return places


def _line(frame: types.FrameType, number: int) -> str:
    return linecache.getline(frame.f_code.co_filename, number, frame.f_globals)


def shortened(text: str) -> str:
    """Return code on one line, truncated if it is long."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_CODE else f"{line[: MOST_CODE - 4]} ..."


# --- values in words ------------------------------------------------------------------------------


def described(value: Any) -> str:
    """Describe a value by its shape, its number, None, or the name of its type."""
    if type(value) is np.ndarray:
        return str(value.shape) if value.ndim else "an array without axes"
    if type(value) in NUMBERS:
        return _number(value)
    if type(value) in (dict, set):
        return _dict_or_set(value)
    return "a module" if type(value) is types.ModuleType else kind_of(value)


def _number(value: Any) -> str:
    if type(value) in (bool, np.bool_):
        return str(value)
    if type(value) is int:
        return str(value) if abs(value) < 10**15 else "a very large integer"
    return f"{value:.6g}"


def _dict_or_set(value: Any) -> str:
    kind = type(value).__name__
    if 0 < len(value) <= MOST_NAMES and all(type(key) is str for key in value):
        return f"a {kind} with {', '.join(map(repr, value))}"[:MOST_CODE]
    return f"a {kind} of {len(value)}"


def names_in(node: ast.AST) -> list[str]:
    """Return the names that an expression reads or writes, each once, in source order."""
    found = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
    found.sort(key=lambda one: (one.lineno, one.col_offset))
    return list(dict.fromkeys(one.id for one in found))


def described_names(place: Place, node: ast.AST) -> list[str]:
    """Describe the names in an expression, as "`W2` is (2, 5)"; functions are omitted."""
    found = [(name, place.value(name)) for name in names_in(node)]
    return [
        f"`{name}` is {described(value)}"
        for name, value in found
        if value is not MISSING and type(value) is not types.ModuleType and not callable(value)
    ]


def shape_of(place: Place, node: ast.AST) -> Shape | None:
    """Return the shape of an expression, () for a number, or None if it cannot be inferred."""
    shape: Shape | None = None
    if isinstance(node, (ast.Constant, ast.Name)):
        value = place.value(node.id) if isinstance(node, ast.Name) else node.value
        shape = () if type(value) in NUMBERS else None
        if type(value) is np.ndarray:
            shape = value.shape
    elif isinstance(node, ast.UnaryOp):
        shape = shape_of(place, node.operand)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        shape = shape_of(place, node.value)
        shape = shape and shape[::-1]
    elif isinstance(node, ast.Subscript):
        shape = _part(place, shape_of(place, node.value), node.slice)
    elif isinstance(node, ast.BinOp):
        shape = _joined(place, isinstance(node.op, ast.MatMult), [node.left, node.right])
    elif isinstance(node, ast.Call) and not node.keywords:
        name = numpy_function(place, node)
        if name in _MATRIX_PRODUCTS | _ENTRY_BY_ENTRY:
            shape = _joined(place, name in _MATRIX_PRODUCTS, node.args)
    return shape


def numpy_function(place: Place, node: ast.Call) -> str:
    """Return the name of the numpy function that is called, or ""."""
    called = node.func
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return called.attr if place.value(called.value.id) is np else ""
    return ""


def _joined(place: Place, product: bool, operands: list[ast.expr]) -> Shape | None:
    shapes = []
    for one in operands:
        shape = shape_of(place, one)
        if shape is None:
            return None
        shapes.append(shape)
    if not product:
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            return None
    if [len(shape) for shape in shapes] == [2, 2] and shapes[0][1] == shapes[1][0]:
        return shapes[0][0], shapes[1][1]
    return None


def _part(place: Place, shape: Shape | None, index: ast.expr) -> Shape | None:
    """Return the shape of an array indexed by full slices, integers and at most one index array."""
    indices = index.elts if isinstance(index, ast.Tuple) else [index]
    if shape is None or len(indices) > len(shape):
        return None
    left: list[int] = []
    for size, one in zip(shape, indices):
        value = place.value(one.id) if isinstance(one, ast.Name) else getattr(one, "value", None)
        whole = isinstance(one, ast.Slice) and not (one.lower or one.upper or one.step)
        if whole:
            left.append(size)
        elif type(value) is np.ndarray and value.ndim == 1 and value.dtype.kind == "i":
            if not all(isinstance(other, ast.Slice) for other in indices if other is not one):
                return None
            left.append(len(value))
        elif type(value) not in (int, np.int64):
            return None
    return (*left, *shape[len(indices) :])


def walk_own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a piece of code, except those inside of nested functions."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            yield from walk_own(child)


def statement_at(tree: ast.AST, line: int) -> ast.AST | None:
    """Return the simple statement at a line, or the condition of an `if`."""
    for node in walk_own(tree):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            if isinstance(node, ast.If) and node.test.lineno <= line <= (node.test.end_lineno or 0):
                return node.test
            if not hasattr(node, "body"):
                return node
    return None
