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
import types
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .bytecode import returns_nothing
from .crashes import Crash, crash_of, message_of
from .differentiate import withheld
from .overflow import overflow_of
from .own_code import own_places
from .plain import Oddity, clean, kind_of, plain
from .time_limit import TookTooLong, time_limit

__all__ = ["Crash", "Oddity", "Reply", "call", "copied", "differs", "stub_of", "undisturbed"]

MOST_SECONDS = 10  # CPU seconds of one call

TO_DO = (
    "in the cell above, replace the line `raise NotImplementedError()` with your own code; run "
    "that cell, then this one"
)


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
        The first warning of numpy, or "", if that was asked for; see `overflow_of`.
    """

    values: tuple | dict | None = None
    packed: bool = False
    crash: Crash | None = None
    stub: str = ""
    mismatch: str = ""
    changed: tuple[str, ...] = ()
    warned: str = ""


def call(
    answer: Any,
    parameters: Sequence[str],
    arguments: Sequence[Any],
    seconds: float = 0,
    quiet: bool = False,
) -> Reply:
    """Call an answer once with copies of the arguments.

    Parameters
    ----------
    answer
        The student's function, or whatever stands in its place.
    parameters, arguments
        The names of the arguments, in order, and the arguments; the answer gets copies of them.
    seconds
        How much CPU time it may take, where that is more than usual.
    quiet
        Whether it must not overflow: then it is called once more to see that.

    Returns
    -------
    Reply
        What came of it. Whatever the answer raises is in the reply.

    Raises
    ------
    TookTooLong
        If a limit around this call is passed.
    """
    given, limit = [copied(argument) for argument in arguments], None
    try:
        if refused := _not_called(answer, parameters, arguments):
            return refused
        seconds = max(seconds, MOST_SECONDS)
        with _derivatives(parameters), undisturbed(), time_limit(seconds) as limit:
            values, packed = _returned(answer, given)
            warned = _warning(answer, arguments) if quiet else ""
    except NotImplementedError as error:
        return Reply(stub=message_of(error) or _unfinished(answer, error))
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: it is not our code
        if isinstance(error, TookTooLong) and error.limit is not limit:
            raise
        return Reply(crash=crash_of(error))
    changed = tuple(
        name for name, now, before in zip(parameters, given, arguments) if differs(now, before)
    )
    return Reply(values, packed, changed=changed, warned=warned)


def _not_called(answer: Any, parameters: Sequence[str], arguments: Sequence[Any]) -> Reply | None:
    stub = stub_of(answer)
    if stub:
        return Reply(stub=stub)
    mismatch = _mismatch(answer, parameters, arguments)
    return Reply(mismatch=mismatch) if mismatch else None


def _returned(answer: Any, given: Sequence[Any]) -> tuple[tuple[Any, ...] | dict[str, Any], bool]:
    returned = answer(*given)
    if returned is None and returns_nothing(answer):
        return (Oddity("None, since your function has no `return` with a value"),), False
    return plain(returned)


def _derivatives(parameters: Sequence[str]) -> contextlib.AbstractContextManager[None]:
    """Offer the course's derivatives where an exercise asks about the lesson, and gives nothing."""
    return withheld(bool(parameters))


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


def _warning(answer: Any, arguments: Sequence[Any]) -> str:
    try:
        return overflow_of(answer, arguments)
    except TookTooLong:
        raise
    except BaseException:  # on arrays that are watched; what it does with plain ones has been seen
        return ""


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the answer's prints and warnings to itself."""
    silent = io.StringIO()
    with (
        warnings.catch_warnings(record=True),
        np.errstate(all="warn", under="ignore"),
        contextlib.redirect_stdout(silent),
        contextlib.redirect_stderr(silent),
    ):
        warnings.simplefilter("always")
        yield


def copied(argument: Any) -> Any:
    """Return a copy of an argument, for an answer to do with as it likes."""
    return argument.copy() if isinstance(argument, np.ndarray) else copy.deepcopy(argument)


def differs(now: Any, before: Any) -> bool:
    """Tell whether an argument was altered.

    Putting a number back after adding and taking away a step may leave its last digit changed; that
    is not counted.

    Parameters
    ----------
    now, before
        The copy that the answer got, and the argument.
    """
    if isinstance(before, (list, tuple)):
        kept = type(now) is type(before) and len(now) == len(before)
        return not kept or any(map(differs, now, before))
    if not isinstance(before, np.ndarray):
        return False
    if type(now) is not np.ndarray:  # another thing stands in its place in a list
        return True
    if now.shape != before.shape or now.dtype != before.dtype:
        return True
    if now.tobytes() == before.tobytes():  # nearly always, and much faster to see
        return False
    return not np.allclose(now, before, rtol=1e-9, atol=1e-12, equal_nan=True)


def _unfinished(answer: Any, error: BaseException) -> str:
    """Say what is still to be written: the answer itself, or a function that it calls."""
    places = own_places(error)
    name = places[-1].frame.f_code.co_name if places else ""
    if name.isidentifier() and name != getattr(answer, "__name__", name):
        return f"it calls `{name}`, which is still to be written"
    return TO_DO
