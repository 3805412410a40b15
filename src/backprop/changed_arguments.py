"""Find the line of an answer that changes one of its arguments, and the line that then reads it.

The answer is compiled again from its source, with a call inserted before each statement. The call
compares the arguments with their original values.
"""

import ast
import linecache
import types
from collections.abc import Callable, Sequence
from typing import Any

from . import calling
from .bytecode import names_loaded
from .calling import copied, differs, undisturbed
from .own_code import FUNCTIONS, shortened
from .time_limit import TookTooLong, time_limit

PROBE, LOCALS = "__backprop_probe__", "__backprop_locals__"


def lines_that_change(answer: Any, arguments: Sequence[Any]) -> tuple[str, str]:
    """Call an answer and compare its arguments before each statement.

    Parameters
    ----------
    answer, arguments
        The function and its arguments; the function gets copies of them.

    Returns
    -------
    changing, reading : str
        The line that changes an argument, as "line 3: `x += 1`", and the line that reads it after
        that, as "line 4, `y = x`, reads `x`"; "" if there is none or the source is not available.

    Raises
    ------
    TookTooLong
        If an enclosing time limit is exceeded.
    """
    given = [copied(argument) for argument in arguments]
    last, changing, reading = [0], list[str](), list[str]()

    def compare() -> list[Any]:
        altered = [now for now, before in zip(given, arguments) if differs(now, before)]
        if altered and last[0] and not changing:
            text = _text(answer, last[0])
            changing.append(f"line {last[0]}: `{text}`" if text else f"line {last[0]}")
        return altered

    def probe(line: int, variables: dict[str, Any]) -> None:
        altered = compare()
        if altered and changing and not reading:
            name = _read_in_line(answer.__code__, line, variables, altered)
            if name:
                reading.append(f"line {line}, `{_text(answer, line)}`, reads `{name}`")
        last[0] = line

    limit = None
    try:
        watched = _with_probes(answer, probe)
        if watched is None:
            return "", ""
        with undisturbed(), time_limit(calling.MOST_SECONDS) as limit:
            watched(*given)
    except BaseException as error:  # the first call has already reported its exceptions
        if isinstance(error, TookTooLong) and error.limit is not limit:
            raise
    compare()  # the last line has no statement after it
    return changing[0] if changing else "", reading[0] if reading else ""


def _with_probes(
    answer: Any, probe: Callable[[int, dict[str, Any]], None]
) -> types.FunctionType | None:
    """Return a copy of the function that calls `probe` before each of its own statements."""
    if type(answer) is not types.FunctionType or answer.__closure__:
        return None
    code = answer.__code__
    whole = ast.parse("".join(linecache.getlines(code.co_filename)))
    for node in ast.walk(whole):
        if isinstance(node, ast.FunctionDef) and _first_line(node) == code.co_firstlineno:
            node.decorator_list = []
            _probe_before_each(node)
            module = ast.fix_missing_locations(ast.Module([node], []))
            compiled = compile(module, code.co_filename, "exec", dont_inherit=True)
            for constant in compiled.co_consts:
                if isinstance(constant, types.CodeType) and constant.co_name == code.co_name:
                    names = dict(answer.__globals__) | {PROBE: probe, LOCALS: locals}
                    twin = types.FunctionType(constant, names, None, answer.__defaults__)
                    twin.__kwdefaults__ = answer.__kwdefaults__
                    return twin
    return None


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def _probe_before_each(block: ast.AST) -> None:
    """Insert the call before each statement of a block and of nested blocks, except functions."""
    for field, statements in ast.iter_fields(block):
        if not isinstance(statements, list):
            continue
        probed = []
        for statement in statements:
            if isinstance(statement, ast.stmt):
                call = ast.parse(f"{PROBE}({statement.lineno}, {LOCALS}())").body[0]
                probed.append(ast.copy_location(call, statement))
            if isinstance(statement, (ast.stmt, ast.ExceptHandler, ast.match_case)) and not (
                isinstance(statement, (*FUNCTIONS, ast.ClassDef))
            ):
                _probe_before_each(statement)
            probed.append(statement)
        setattr(block, field, probed)


def _text(answer: types.FunctionType, line: int) -> str:
    return shortened(linecache.getline(answer.__code__.co_filename, line, answer.__globals__))


def _read_in_line(
    code: types.CodeType, line: int, variables: dict[str, Any], arrays: Sequence[Any]
) -> str:
    """Return the name of an argument that the line reads, if it is one of these arrays."""
    own = code.co_varnames[: code.co_argcount]
    for name in sorted(names_loaded(code, line) & set(own), key=own.index):
        if any(variables.get(name) is array for array in arrays):
            return name
    return ""
