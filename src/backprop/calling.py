"""Calls an answer and brings back plain data: nothing here knows what is right.

An answer is a student's code. It may raise, print, warn, change what it was given,
or return an object that misbehaves when looked at. What comes back from here is a
`Reply` of strings and plain arrays, whatever happened.
"""

import contextlib
import copy
import dis
import inspect
import io
import linecache
import os
import sys
import traceback
import types
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .plain import NUMBERS, Oddity, clean, kind_of, plain
from .time_limit import TookTooLong, time_limit

__all__ = ["Clues", "Crash", "Oddity", "Reply", "call", "look_closer", "stub_of"]

MOST_SECONDS = 10  # CPU seconds of one call

TO_DO = (
    "in the cell above, replace the line `raise NotImplementedError()` by your own code; run that "
    "cell, then this one"
)

# A plain number is taken for a variable of a lesson only under one of these names.
LESSON_NAMES = set(
    "x y z a z1 a1 z2 a2 w w1 b1 w2 b2 u1 u2 y1 y2 C m n_x n_h n_y learning_rate steps".split()
)

_PACKAGE = os.path.dirname(os.path.dirname(__file__))


@dataclass(frozen=True)
class Crash:
    """An exception that left the answer: its type, its message, the student's own line."""

    type: str
    message: str
    line: str

    @property
    def endless(self) -> bool:
        """Whether it was stopped from outside: calling again would only wait again."""
        return self.type in ("TookTooLong", "KeyboardInterrupt", "ProcessEnded")


@dataclass(frozen=True)
class Reply:
    """What came of calling an answer once.

    Attributes
    ----------
    values
        The returned things in order, each a plain array of numbers, a dict of plain tuples or
        numbers, or an `Oddity`; None if nothing came back.
    packed
        Whether the answer returned several things (a tuple or a list).
    crash
        The exception that left the answer, if one did.
    stub
        Whether the answer is still to be written.
    mismatch
        Why the answer cannot be called with the arguments, or "".
    changed
        The names of the arguments that the call altered.
    warned
        The first warning of numpy, or "".
    """

    values: tuple | dict | None = None
    packed: bool = False
    crash: Crash | None = None
    stub: str = ""
    mismatch: str = ""
    changed: tuple[str, ...] = ()
    warned: str = ""


def call(
    answer: Any, parameters: Sequence[str], arguments: Sequence[Any], seconds: float = 0
) -> Reply:
    """Call an answer once with copies of the arguments.

    Parameters
    ----------
    answer
        The student's function, or whatever stands in its place.
    parameters
        The names of the arguments, in order.
    arguments
        The arguments; the answer gets copies of them.
    seconds
        How much CPU time it may take, where that is more than usual.

    Returns
    -------
    Reply
        What came of it. Whatever the answer raises is in the reply.

    Raises
    ------
    TookTooLong
        If a limit around this call is passed.
    """
    given = [_copy(argument) for argument in arguments]
    limit = None
    try:
        stub = stub_of(answer)
        if stub:
            return Reply(stub=stub)
        mismatch = _mismatch(answer, parameters, arguments)
        if mismatch:
            return Reply(mismatch=mismatch)
        with _undisturbed() as warned, time_limit(max(seconds, MOST_SECONDS)) as limit:
            values, packed = plain(answer(*given))
    except NotImplementedError as error:
        return Reply(stub=_message_of(error) or _unfinished(answer, error))
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: it is not our code
        if isinstance(error, TookTooLong) and error.limit is not limit:
            raise
        return Reply(crash=_crash(error))
    changed = tuple(
        name for name, now, before in zip(parameters, given, arguments) if _differs(now, before)
    )
    return Reply(values, packed, changed=changed, warned=warned[0] if warned else "")


@dataclass(frozen=True)
class Clues:
    """What a second look at a wrong answer shows.

    Attributes
    ----------
    reads
        The variables of the notebook, not arguments, that its result depends on.
    changing_line
        Where it alters an argument, as "line 3: `x += 1`", or "".
    """

    reads: tuple[str, ...] = ()
    changing_line: str = ""


def look_closer(answer: Any, parameters: Sequence[str], arguments: Sequence[Any]) -> Clues:
    """Call an answer again under observation; never raise.

    Parameters
    ----------
    answer, parameters, arguments
        As for `call`.

    Returns
    -------
    Clues
        What was seen.
    """
    reply = call(answer, parameters, arguments)
    return Clues(
        _globals_that_matter(answer, parameters, arguments, reply),
        _line_that_changes(answer, parameters, arguments) if reply.changed else "",
    )


def _globals_that_matter(
    answer: Any, parameters: Sequence[str], arguments: Sequence[Any], before: Reply
) -> tuple[str, ...]:
    """Find the global arrays of an answer by giving them other values and watching the result."""
    if type(answer) is not types.FunctionType:
        return ()
    given = dict(zip(parameters, arguments))
    matter = []
    for name in _global_names(answer.__code__):
        value: Any = answer.__globals__.get(name)
        is_array = type(value) is np.ndarray and value.dtype.kind in "if"
        is_number = name in LESSON_NAMES and type(value) in NUMBERS - {bool}
        if not (is_array or is_number):
            continue
        other = given.get(name, value * 1.25 + 0.1)
        twin = types.FunctionType(
            answer.__code__,
            answer.__globals__ | {name: other},
            answer.__name__,
            answer.__defaults__,
            answer.__closure__,
        )
        twin.__kwdefaults__ = answer.__kwdefaults__
        if _said(call(twin, parameters, arguments)) != _said(before):
            matter.append(name)
    return tuple(matter)


def _global_names(code: types.CodeType) -> Iterator[str]:
    """Yield the names that a function looks up outside of itself, nested functions included."""
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":
            yield step.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _global_names(constant)


def _said(reply: Reply) -> tuple[str, object]:
    return repr(reply.values), reply.crash and (reply.crash.type, reply.crash.message)


def _line_that_changes(answer: Any, parameters: Sequence[str], arguments: Sequence[Any]) -> str:
    """Follow an answer line by line until an argument differs from what was given."""
    given = [_copy(argument) for argument in arguments]
    last, found = [""], list[str]()

    def follow(frame: types.FrameType, event: str, _: Any) -> Any:
        if not _is_own(frame.f_code.co_filename):
            return None
        if last[0] and not found and any(map(_differs, given, arguments)):
            found.append(last[0])
        if event == "line":
            text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
            last[0] = f"line {frame.f_lineno}: `{text}`" if text else f"line {frame.f_lineno}"
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        with _undisturbed(), time_limit(MOST_SECONDS):
            answer(*given)
    except BaseException:  # what it raises was reported when it was called before
        pass
    finally:
        sys.settrace(before)
    return found[0] if found else ""


def stub_of(answer: Any) -> str:
    """Return why an answer counts as unwritten.

    Parameters
    ----------
    answer
        The student's function, or whatever stands in its place.

    Returns
    -------
    str
        A sentence for the student, or "" if the answer has been written.
    """
    if answer is None or answer is Ellipsis:
        return TO_DO
    code = getattr(answer, "__code__", None)
    if isinstance(code, types.CodeType) and _only_returns_none(code):
        return TO_DO
    return ""


@lru_cache(maxsize=64)
def _only_returns_none(code: types.CodeType) -> bool:
    ignored = {"RESUME", "NOP", "CACHE"}
    steps = [step for step in dis.get_instructions(code) if step.opname not in ignored]
    loads_none = [("LOAD_CONST", None), ("RETURN_VALUE", None)], [("RETURN_CONST", None)]
    return [(step.opname, step.argval) for step in steps] in loads_none


def _mismatch(answer: Any, parameters: Sequence[str], arguments: Sequence[Any]) -> str:
    if not callable(answer):
        return f"it is {kind_of(answer)}, not a function"
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return ""  # some callables have no signature to inspect: call them and see
    try:
        signature.bind(*arguments)
    except TypeError:
        return f"yours is called as {clean(str(signature))}"
    return ""


@contextlib.contextmanager
def _undisturbed() -> Iterator[list[str]]:
    """Keep the answer's prints and warnings to itself; yield the list of numpy's warnings."""
    seen: list[str] = []
    silent = io.StringIO()
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(all="warn", under="ignore"),
        contextlib.redirect_stdout(silent),
        contextlib.redirect_stderr(silent),
    ):
        warnings.simplefilter("always")
        yield seen
        seen += [str(one.message) for one in caught if issubclass(one.category, RuntimeWarning)]


def _copy(argument: Any) -> Any:
    return argument.copy() if isinstance(argument, np.ndarray) else copy.deepcopy(argument)


def _differs(now: Any, before: Any) -> bool:
    """Tell whether an argument was altered.

    Putting a number back after adding and taking away a step may leave its last digit changed; that
    is not counted.
    """
    if not isinstance(before, np.ndarray):
        return False
    if now.shape != before.shape or now.dtype != before.dtype:
        return True
    if now.tobytes() == before.tobytes():  # nearly always, and much faster to see
        return False
    return not np.allclose(now, before, rtol=1e-9, atol=1e-12, equal_nan=True)


def _unfinished(answer: Any, error: BaseException) -> str:
    """Say what is still to be written: the answer itself, or a function that it calls."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(frame.filename)
    ]
    name = frames[-1].name if frames else ""
    if name.isidentifier() and name != getattr(answer, "__name__", name):
        return f"it calls `{name}`, which is still to be written"
    return TO_DO


def _crash(error: BaseException) -> Crash:
    try:
        kind = clean(type(error).__name__)
    except BaseException:
        kind = "an exception"
    return Crash(kind, _message_of(error), _own_line(error))


def _message_of(error: BaseException) -> str:
    try:
        return clean(str(error))
    except BaseException:  # __str__ is the student's code as well
        return ""


def _own_line(error: BaseException) -> str:
    """Return the student's own line that an exception came from, as "line 3: `x = y`"."""
    try:
        frames = traceback.extract_tb(error.__traceback__)
    except BaseException:
        return ""
    own = [frame for frame in frames if _is_own(frame.filename)]
    if not own:
        return ""
    last = own[-1]
    where = f"line {last.lineno}" + (f" of `{last.name}`" if last.name.isidentifier() else "")
    return f"{where}: `{last.line}`" if last.line else where


def _is_own(filename: str) -> bool:
    library = os.path.dirname(os.__file__)
    return (
        not filename.startswith((_PACKAGE, library, "<frozen")) and "site-packages" not in filename
    )
