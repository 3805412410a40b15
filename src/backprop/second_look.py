"""Examine a wrong answer by calling it with other variables and other random numbers.

This module reports observations; the judge interprets them.
"""

import contextlib
import copy
import random
import types
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import calling
from .bytecode import functions_used, names_loaded, names_looked_up
from .calling import Reply, call, copied
from .changed_arguments import lines_that_change
from .plain import NUMBERS, Oddity
from .time_limit import TookTooLong, time_limit

# A plain number counts as a variable of a lesson only if it has one of these names or the name of
# an argument.
LESSON_NAMES = set("x y z a z1 a1 z2 a2 w w1 b1 w2 b2 u0 u1 y0 y1 C m n_x n_h n_y".split())

LOOK_CALLS = 4  # the limit of the whole examination, as a multiple of the limit of one call
MOST_VARIABLES = 12  # variables of the notebook that are tried
MOST_REPLACED = 20  # calls in which an argument replaces a variable
MOST_SENT = 5_000  # numbers that such a call may return; larger replies are dropped
ROUNDING = 1e-9  # difference between two calls that counts as rounding, relative to the maximum
UNSEEDED_CALLS = 8  # calls without a seed of an answer that draws random numbers
GENERATORS = (np.random.Generator, np.random.RandomState)


@dataclass(frozen=True)
class Clues:
    """Observations about a wrong answer.

    Attributes
    ----------
    reads
        The variables of the notebook on which the result depends: each with the name of the
        function that reads it, or "" for the answer itself.
    replaced
        The replies when an argument replaced such a variable: the variable, the argument, and the
        reply.
    changing_line
        The line that changes an argument, as "line 3: `x += 1`", or "".
    reading_line
        The line that reads a changed argument, as "line 4, `y = x`, reads `x`", or "".
    random
        Whether the result depends on random numbers: it is the same only if all generators are set
        to the same state before each call.
    kept
        The state that a call changes and that lasts until the next call, as "the list `seen`", or
        "".
    idle
        Whether the answer reads none of its arguments.
    """

    reads: tuple[tuple[str, str], ...] = ()
    replaced: tuple[tuple[str, str, Reply], ...] = ()
    changing_line: str = ""
    reading_line: str = ""
    random: bool = False
    kept: str = ""
    idle: bool = False


def look_closer(answer: Any, parameters: Sequence[str], arguments: Sequence[Any]) -> Clues:
    """Call an answer again and observe it. Exceptions of the answer are caught.

    Parameters
    ----------
    answer, parameters, arguments
        As for `call`.

    Returns
    -------
    Clues
        The observations; empty if the calls took too long.

    Raises
    ------
    TookTooLong
        If an enclosing time limit is exceeded.
    """
    limit = None
    try:
        with time_limit(LOOK_CALLS * calling.MOST_SECONDS) as limit:
            return _look(answer, parameters, arguments)
    except TookTooLong as error:
        if error.limit is not limit:
            raise
        return Clues()


def _look(answer: Any, parameters: Sequence[str], arguments: Sequence[Any]) -> Clues:
    with _set_generators(answer) as (steady, drawn):
        reply = call(steady, parameters, arguments)
        draws = drawn()
    reads, replaced = _variables(answer, parameters, arguments, reply)
    changing, reading = "", ""
    if reply.changed:
        changing, reading = lines_that_change(answer, arguments)
    return Clues(
        reads,
        replaced,
        changing,
        reading,
        draws and _is_random(answer, parameters, arguments, reply),
        _kept(answer, parameters, arguments),
        _is_idle(answer),
    )


def _alike(one: Reply, two: Reply) -> bool:
    """Return whether two replies are the same up to rounding."""
    values = _values(one), _values(two)
    names = [tuple(it.values) if isinstance(it.values, dict) else () for it in (one, two)]
    if one.crash != two.crash or names[0] != names[1] or len(values[0]) != len(values[1]):
        return False
    return all(map(_near, *values))


def _values(reply: Reply) -> Sequence[Any]:
    return tuple(reply.values.values() if isinstance(reply.values, dict) else reply.values or ())


def _near(one: Any, two: Any) -> bool:
    if type(one) in NUMBERS and type(two) in NUMBERS:
        one, two = np.asarray(one), np.asarray(two)
    if isinstance(one, Oddity) and isinstance(two, Oddity):
        alike = one == two and len(one.members) == len(two.members)
        return alike and all(map(_near, one.members, two.members))
    if not (isinstance(one, np.ndarray) and isinstance(two, np.ndarray)):
        return repr(one) == repr(two)
    if one.shape != two.shape or one.dtype.kind not in "biuf" or two.dtype.kind not in "biuf":
        return one.shape == two.shape and one.tobytes() == two.tobytes()
    finite = np.abs(one[np.isfinite(one)])
    bound = ROUNDING * np.max(finite, initial=0.0)
    return np.allclose(one, two, rtol=ROUNDING, atol=bound, equal_nan=True)


# --- the variables of the notebook ----------------------------------------------------------------


def _variables(
    answer: Any, parameters: Sequence[str], arguments: Sequence[Any], before: Reply
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, Reply], ...]]:
    """Find the variables on which the result depends by changing their values."""
    given = dict(zip(parameters, arguments))
    reads = list[tuple[str, str]]()
    replaced = list[tuple[str, str, Reply]]()
    for name, function in list(_looked_up(answer, parameters).items())[:MOST_VARIABLES]:
        value = answer.__globals__[name]
        other = copied(given[name]) if name in given else value * 1.25 + 0.1
        changed = _steadily(_twin(answer, {name: other}), parameters, arguments)
        matters = not _alike(changed, before)
        # If the call raises with each of these values, an array of another shape may let it run.
        if name not in given and type(value) is np.ndarray and (matters or before.crash):
            for argument, other in given.items():
                if type(other) is np.ndarray and len(replaced) < MOST_REPLACED:
                    reply = _steadily(_twin(answer, {name: copied(other)}), parameters, arguments)
                    matters = matters or not _alike(reply, before)
                    if sum(map(np.size, _values(reply))) <= MOST_SENT:
                        replaced.append((name, argument, reply))
        if matters:
            reads.append((name, function))
    return tuple(reads), tuple(replaced)


def _looked_up(answer: Any, parameters: Sequence[str]) -> dict[str, str]:
    """Return the global arrays and numbers of an answer, each with the function that reads it."""
    found: dict[str, str] = {}
    numbers = LESSON_NAMES | set(parameters)
    for function in functions_used(answer).values():
        for name in names_looked_up(function.__code__):
            value = dict.get(answer.__globals__, name)
            is_array = type(value) is np.ndarray and value.dtype.kind in "if"
            if is_array or (name in numbers and type(value) in NUMBERS - {bool, np.bool_}):
                found.setdefault(name, "" if function is answer else function.__name__)
    return found


def _twin(answer: Any, replacements: Mapping[str, Any]) -> Any:
    """Return a copy of the function with other values for some of its global variables."""
    if type(answer) is not types.FunctionType:
        return answer
    names = dict(answer.__globals__) | dict(replacements)
    for name, function in functions_used(answer).items():
        if answer.__globals__.get(name) is function:
            names[name] = _with_globals(function, names)
    return _with_globals(answer, names)


def _with_globals(function: types.FunctionType, names: dict[str, Any]) -> types.FunctionType:
    twin = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    twin.__dict__.update(function.__dict__)
    return twin


# --- random numbers -------------------------------------------------------------------------------


@contextlib.contextmanager
def _set_generators(answer: Any) -> Iterator[tuple[Any, Any]]:
    """Set the generators of numpy and Python to a fixed state while the block runs.

    Yields the answer with copies of the notebook's own generators, and a function that returns
    whether numbers have been drawn.
    """
    states, make, made = (np.random.get_state(), random.getstate()), np.random.default_rng, []

    def default_rng(seed: Any = None) -> np.random.Generator:
        made.append(seed is None)
        return make(0 if seed is None else seed)

    used = functions_used(answer).values()
    names = [name for function in used for name in names_looked_up(function.__code__)]
    values = {name: dict.get(answer.__globals__, name) for name in names}
    ours = {name: copy.deepcopy(one) for name, one in values.items() if type(one) in GENERATORS}
    fixed = {name: default_rng for name, one in values.items() if one is make}
    steady = _twin(answer, ours | fixed) if ours or fixed else answer
    np.random.seed(0)
    random.seed(0)
    before = _states(ours.values())

    def drawn() -> bool:
        return any(made) or _states(ours.values()) != before

    np.random.default_rng = default_rng
    try:
        yield steady, drawn
    finally:
        np.random.default_rng = make
        np.random.set_state(states[0])
        random.setstate(states[1])


def _states(generators: Any) -> str:
    """Return the state of all generators, which changes with each draw."""
    kind, keys, place, *rest = np.random.get_state()
    return repr(
        [kind, zlib.crc32(np.asarray(keys).tobytes()), place, rest, hash(random.getstate())]
        + [
            one.bit_generator.state if type(one) is np.random.Generator else one.get_state()
            for one in generators
        ]
    )


def _steadily(answer: Any, parameters: Sequence[str], arguments: Sequence[Any]) -> Reply:
    with _set_generators(answer) as (steady, _):
        return call(steady, parameters, arguments)


def _is_random(
    answer: Any, parameters: Sequence[str], arguments: Sequence[Any], before: Reply
) -> bool:
    """Return whether results are the same only if the generators have the same state."""
    if not _alike(_steadily(answer, parameters, arguments), before):
        return False
    calls = (call(answer, parameters, arguments) for _ in range(UNSEEDED_CALLS))
    return not all(_alike(reply, before) for reply in calls)


# --- state that lasts between calls ---------------------------------------------------------------


def _kept(answer: Any, parameters: Sequence[str], arguments: Sequence[Any]) -> str:
    """Return a description of the lasting state that a call changes, or ""."""
    if type(answer) is not types.FunctionType:
        return ""
    before = {words: _fingerprint(value) for words, value in _lasting(answer)}
    call(answer, parameters, arguments)
    after = {words: _fingerprint(value) for words, value in _lasting(answer)}
    return next((words for words in after if after[words] != before.get(words)), "")


def _lasting(answer: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield a description and the value of each object in which a function can keep state."""
    for function in functions_used(answer).values():
        name = function.__name__
        for key, value in function.__dict__.items():
            yield f"the attribute `{key}` of `{name}`", value
        defaults = function.__defaults__ or ()
        arguments = function.__code__.co_varnames[: function.__code__.co_argcount]
        for argument, value in zip(arguments[len(arguments) - len(defaults) :], defaults):
            yield f"the default value of `{argument}` in `{name}`", value
        for argument, value in (function.__kwdefaults__ or {}).items():
            yield f"the default value of `{argument}` in `{name}`", value
        for variable, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
            with contextlib.suppress(ValueError):  # the cell is still empty
                yield f"the variable `{variable}` outside of `{name}`", cell.cell_contents
        for variable in names_looked_up(function.__code__):
            if variable in function.__globals__:
                yield f"the notebook's variable `{variable}`", function.__globals__[variable]


def _fingerprint(value: Any, depth: int = 3) -> object:
    """Return a summary that changes with the content of a value; other types are ignored."""
    if type(value) is np.ndarray:
        content = zlib.crc32(value.tobytes()) if value.dtype.kind in "biuf" else 0
        return value.shape, content
    if type(value) in NUMBERS or type(value) is str:
        return repr(value)
    if type(value) in (list, tuple, dict, set):
        members = list(value.values()) if type(value) is dict else list(value)
        inside = [_fingerprint(one, depth - 1) for one in members[:1000]] if depth else []
        return len(members), inside
    return type(value) is type(None)


# --- use of the arguments -------------------------------------------------------------------------


def _is_idle(answer: Any) -> bool:
    if type(answer) is not types.FunctionType:
        return False
    code = answer.__code__
    if code.co_flags & 0xC:  # it has *args or **kwargs
        return False
    return not names_loaded(code) & set(code.co_varnames[: code.co_argcount])
