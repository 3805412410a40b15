"""Find out what a function reads, calls and returns from its bytecode, without running it."""

import dis
import types
from typing import Any

MOST_FUNCTIONS = 50  # functions of a notebook that are inspected
MOST_KNOWN = 512  # functions whose names are kept

# The code of a function and the names that it looks up, by the id of the code. Each check inspects
# the same functions several times.
_looked_up: dict[int, tuple[types.CodeType, tuple[str, ...]]] = {}


def functions_used(answer: Any) -> dict[str, types.FunctionType]:
    """Return the notebook's functions that an answer may call, by name; the answer is first."""
    if type(answer) is not types.FunctionType:
        return {}
    found, waiting = {answer.__name__: answer}, [answer.__code__]
    while waiting and len(found) < MOST_FUNCTIONS:
        for name in names_looked_up(waiting.pop()):
            value = dict.get(answer.__globals__, name)
            if (
                type(value) is types.FunctionType
                and value.__globals__ is answer.__globals__
                and name not in found
            ):
                found[name] = value
                waiting.append(value.__code__)
    return found


def names_looked_up(code: types.CodeType) -> tuple[str, ...]:
    """Return the global names that a function looks up, including those of nested functions."""
    # A hash of the code would call methods of constants that a hostile answer has put there.
    known = _looked_up.get(id(code))
    if known is not None:
        return known[1]
    found = [step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"]
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found += names_looked_up(constant)
    if len(_looked_up) >= MOST_KNOWN:
        _looked_up.clear()
    _looked_up[id(code)] = code, tuple(found)
    return tuple(found)


def names_loaded(code: types.CodeType, line: int | None = None) -> set[str]:
    """Return the local names that a function reads, in one of its lines or in all.

    Parameters
    ----------
    code
        The code of the function.
    line
        The line, or None for all of them.
    """
    found = set(code.co_cellvars) if line is None else set()  # nested functions may read these
    here = None
    for step in dis.get_instructions(code):
        position = step.positions
        here = position.lineno if position and position.lineno else here
        if step.opname.startswith("LOAD_") and (line is None or here == line):
            names = step.argval if type(step.argval) is tuple else (step.argval,)
            found.update(name for name in names if type(name) is str)
        # Python 3.13 combines a store and a load in one instruction.
        elif step.opname == "STORE_FAST_LOAD_FAST" and (line is None or here == line):
            found.add(step.argval[1])
    return found


def returns_nothing(function: Any) -> bool:
    """Return whether a function has no `return` with a value, so that it always returns None."""
    if type(function) is not types.FunctionType or function.__code__.co_flags & 0x2A0:
        return False  # not a function, or one that returns a generator or a coroutine
    before = None
    for step in dis.get_instructions(function.__code__):
        if step.opname == "RETURN_CONST" and step.argval is not None:
            return False
        # At the target of a jump, the value to return may have been loaded elsewhere.
        if step.opname == "RETURN_VALUE" and (step.is_jump_target or not _loads_none(before)):
            return False
        before = step
    return True


def _loads_none(step: dis.Instruction | None) -> bool:
    return step is not None and step.opname == "LOAD_CONST" and step.argval is None
