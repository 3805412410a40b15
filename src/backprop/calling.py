"""Call an answer and return plain data, without judging it.

An answer is a student's code. It may raise, print, warn, change its arguments or return an object
with misbehaving methods. The result is always a `Reply` of strings and plain arrays.
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
from .graph import keep_places
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
    """The result of calling an answer once.

    Attributes
    ----------
    values
        The returned values in order, each a plain array of numbers, a dict of plain tuples or
        numbers, or an `Oddity`; None if the call did not return.
    packed
        Whether the answer returned several values (a tuple or a list).
    crash
        The exception that the answer raised, or None.
    stub
        Why the answer counts as not yet written, or "".
    mismatch
        Why the answer cannot be called with the arguments, or "".
    changed
        The names of the arguments that the call changed.
    warned
        The first warning of numpy if `quiet` was set, or ""; see `overflow_of`.
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
        The student's function, or any other object.
    parameters, arguments
        The names of the arguments, in order, and the arguments; the answer gets copies of them.
    seconds
        The limit in CPU seconds, if it is longer than the default.
    quiet
        Whether an overflow is a mistake; then the answer is called once more to detect one.

    Returns
    -------
    Reply
        The result, which includes any exception that the answer raised.

    Raises
    ------
    TookTooLong
        If an enclosing time limit is exceeded.
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
    except BaseException as error:  # student code can raise SystemExit and KeyboardInterrupt, too
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
    """Withhold the course's derivatives, except from exercises without arguments."""
    return withheld(bool(parameters))


def stub_of(answer: Any) -> str:
    """Return why an answer counts as not yet written.

    Parameters
    ----------
    answer
        The student's function, or any other object.

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


_TO_RETURN_NONE = {
    dis.opmap.get(name)
    for name in ("RESUME", "NOP", "CACHE", "EXTENDED_ARG", "LOAD_CONST", "RETURN_VALUE",
                 "RETURN_CONST")
}  # fmt: skip


@lru_cache(maxsize=64)
def _only_returns_none(code: types.CodeType) -> bool:
    if not _TO_RETURN_NONE.issuperset(code.co_code[::2]):  # much faster than naming all steps
        return False
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
        return ""  # some callables have no signature that can be inspected
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
    except BaseException:  # only the call with plain arrays counts, and it has succeeded
        return ""


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Suppress the output and the warnings of an answer while the block runs."""
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
    """Return a copy of an argument, which an answer may change."""
    if isinstance(argument, np.ndarray):
        return argument.copy()
    made = copy.deepcopy(argument)
    keep_places(argument, made)
    return made


def differs(now: Any, before: Any) -> bool:
    """Return whether an argument was changed.

    Rounding errors do not count, such as those after adding a step and subtracting it again.

    Parameters
    ----------
    now, before
        The copy that the answer got, and the original argument.
    """
    if isinstance(before, (list, tuple)):
        kept = type(now) is type(before) and len(now) == len(before)
        return not kept or any(map(differs, now, before))
    if not isinstance(before, np.ndarray):
        return False
    if type(now) is not np.ndarray:  # the element of a list was replaced
        return True
    if now.shape != before.shape or now.dtype != before.dtype:
        return True
    if now.tobytes() == before.tobytes():  # the usual case, and a much faster test
        return False
    return not np.allclose(now, before, rtol=1e-9, atol=1e-12, equal_nan=True)


def _unfinished(answer: Any, error: BaseException) -> str:
    """Return which function is not yet written: the answer itself, or one that it calls."""
    places = own_places(error)
    name = places[-1].frame.f_code.co_name if places else ""
    if name.isidentifier() and name != getattr(answer, "__name__", name):
        return f"it calls `{name}`, which is not written yet"
    return TO_DO
