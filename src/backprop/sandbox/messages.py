"""Conversion of arguments, replies and reports to and from messages.

Messages from a student's process are untrusted: the type and the bounds of every field are
validated, and `InvalidMessage` is raised for an invalid one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from ..calling import Crash, Reply
from ..crashes import MOST_DETAIL
from ..graph import Node
from ..network import LossOfOneArray, Parameters
from ..plain import MOST_VALUES, Oddity
from ..programs import Field
from ..report import Finding, Report, Row
from ..second_look import MOST_REPLACED, MOST_VARIABLES, Clues
from ..worked import Example, Layer, Step, Value
from .channel import InvalidMessage, packed, text, texts, unpacked
from .nodes import holds_nodes, packed_nodes, unpacked_nodes

# The replies to several calls are sent in one message until the calls have taken this many seconds
# or the replies have this many characters.
SECONDS_AT_ONCE = 1
MOST_AT_ONCE = 2 * 2**20
MOST_DEPTH = 3  # maximum depth of nested lists in an argument


def took_too_much(memory: int) -> str:
    """Return the message about a notebook that exceeded this limit on its memory, in bytes."""
    return f"it used more than {memory / 2**30:.3g} GiB of memory"


def packed_arguments(arguments: Iterable[Any]) -> list[Any]:
    """Return the arguments of a call as plain data.

    An argument is None, a number, an array, a string, a loss, a field, a generator, a node of a
    graph, or a list or tuple of these.
    """
    return [packed_nodes(one) or _packed_argument(one) for one in arguments]


def _packed_argument(argument: Any) -> Any:
    if isinstance(argument, Field):
        return {"field": [packed(getattr(argument, one.name)) for one in fields(Field)]}
    if isinstance(argument, LossOfOneArray):
        arrays = [packed(array) for array in (*argument.parameters, argument.X, argument.Y)]
        return {"loss_of": argument.name, "arrays": arrays}
    if isinstance(argument, np.random.Generator):
        return {"generator": _state_of(argument)}
    if isinstance(argument, str):
        return {"text": argument}
    if isinstance(argument, (list, tuple)):
        kind = "list" if isinstance(argument, list) else "tuple"
        return {kind: packed_arguments(argument)}
    return packed(argument)


def unpacked_arguments(several: Any, depth: int = 0) -> tuple[Any, ...]:
    """Return the arguments for data from `packed_arguments`, at this depth of nested lists."""
    if not isinstance(several, list) or len(several) > MOST_VALUES:
        raise InvalidMessage("an invalid list of arguments")
    return tuple(
        unpacked_nodes(one) if holds_nodes(one) else _unpacked_argument(one, depth)
        for one in several
    )


def _state_of(generator: np.random.Generator) -> list[int]:
    """Return the state of a generator from `np.random.default_rng`, as integers."""
    state = generator.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise TypeError(f"a generator of the kind {state['bit_generator']} cannot be sent")
    inner = state["state"]
    return [inner["state"], inner["inc"], state["has_uint32"], state["uinteger"]]


def _generator_of(numbers: Any) -> np.random.Generator:
    """Return the generator with a state from `_state_of`."""
    if not (isinstance(numbers, list) and len(numbers) == 4):
        raise InvalidMessage("a generator without its state")
    most = (2**128, 2**128, 2, 2**32)
    if not all(type(one) is int and 0 <= one < end for one, end in zip(numbers, most)):
        raise InvalidMessage("a generator with an impossible state")
    state, inc, has, held = numbers
    bits: Any = np.random.PCG64(0)
    inner = {"state": state, "inc": inc}
    bits.state = bits.state | {"state": inner, "has_uint32": has, "uinteger": held}
    return np.random.Generator(bits)


def _unpacked_argument(one: Any, depth: int) -> Any:
    for kind in (list, tuple):
        if isinstance(one, dict) and kind.__name__ in one:
            if depth == MOST_DEPTH:
                raise InvalidMessage("too deeply nested lists")
            return kind(unpacked_arguments(one[kind.__name__], depth + 1))
    return _unpacked_one(one)


def _unpacked_one(one: Any) -> Any:
    if one is None:
        return None
    if isinstance(one, dict) and "text" in one:
        return text(one["text"], 300)
    if isinstance(one, dict) and "generator" in one:
        return _generator_of(one["generator"])
    if isinstance(one, dict) and "field" in one:
        if not isinstance(one["field"], list) or len(one["field"]) != len(fields(Field)):
            raise InvalidMessage("a field without its arrays")
        return Field(*(unpacked(array) for array in one["field"]))
    if not (isinstance(one, dict) and "loss_of" in one):
        return unpacked(one)
    if one["loss_of"] not in Parameters._fields or not isinstance(one.get("arrays"), list):
        raise InvalidMessage("a loss of an unknown array")
    *parameters, X, Y = (unpacked(array) for array in one["arrays"])
    return LossOfOneArray(one["loss_of"], Parameters(*parameters), X, Y)


def packed_result(value: Any) -> Any:
    """Return the result of a stand-in (numbers, arrays, nodes and containers) as plain data."""
    if isinstance(value, Node):
        return {"place": value.place}
    if isinstance(value, dict):
        return {"dict": {name: packed_result(one) for name, one in value.items()}}
    if isinstance(value, (tuple, list)):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [packed_result(one) for one in value]}
    return packed(value)


def unpacked_result(value: Any, nodes: Sequence[Any] = ()) -> Any:
    """Return the result for data from `packed_result`; `nodes` are those of the arguments."""
    if isinstance(value, dict) and "place" in value:
        return nodes[value["place"]]
    if isinstance(value, dict) and "dict" in value:
        return {name: unpacked_result(one, nodes) for name, one in value["dict"].items()}
    for kind in (list, tuple):
        if isinstance(value, dict) and kind.__name__ in value:
            return kind(unpacked_result(one, nodes) for one in value[kind.__name__])
    return unpacked(value)


def packed_reply(reply: Reply) -> dict[str, Any]:
    """Return a `Reply` as plain data."""
    values = reply.values
    if isinstance(values, dict):
        values = {"named": [[name, _packed_value(value)] for name, value in values.items()]}
    elif values is not None:
        values = [_packed_value(value) for value in values]
    crash = asdict(reply.crash) if reply.crash else None
    rest = {name: getattr(reply, name) for name in ("packed", "stub", "mismatch", "warned")}
    return {"values": values, "crash": crash, "changed": list(reply.changed), **rest}


def _packed_value(value: Any) -> Any:
    if isinstance(value, Oddity):
        told = {"oddity": value.description, "text": value.text}
        return told | {"members": [_packed_value(one) for one in value.members]}
    return packed(value)


def unpacked_reply(message: dict[str, Any], parameters: Sequence[str]) -> Reply:
    """Return the `Reply` that a student's process sent.

    Parameters
    ----------
    message
        The untrusted message.
    parameters
        The names of the arguments of the call.

    Returns
    -------
    Reply
        The reply; its values are plain arrays, numbers and `Oddity` objects.

    Raises
    ------
    InvalidMessage
        If the message is invalid.
    """
    changed = texts(message.get("changed"), len(parameters))
    if not set(changed) <= set(parameters):
        raise InvalidMessage("arguments that the exercise does not have")
    values = _unpacked_values(message.get("values"))
    several = message.get("packed") is True or isinstance(values, dict)
    came_back = not any(message.get(kind) for kind in ("crash", "stub", "mismatch"))
    if came_back and not several and len(values) != 1:
        raise InvalidMessage("a reply without a value")
    return Reply(
        values=values,
        packed=message.get("packed") is True,
        crash=_unpacked_crash(message.get("crash")),
        stub=text(message.get("stub"), 300),
        mismatch=text(message.get("mismatch"), 300),
        changed=changed,
        warned=text(message.get("warned"), 300),
    )


def _unpacked_values(values: Any) -> tuple[Any, ...] | dict[str, Any]:
    if values is None:
        return ()
    if isinstance(values, dict):
        pairs = values.get("named")
        if not isinstance(pairs, list) or len(pairs) > MOST_VALUES:
            raise InvalidMessage("invalid named values")
        try:
            return {text(name, 300): _unpacked_value(value) for name, value in pairs}
        except (TypeError, ValueError) as error:
            raise InvalidMessage(f"invalid named values: {error}") from None
    if not isinstance(values, list) or len(values) > MOST_VALUES:
        raise InvalidMessage("an invalid list of values")
    return tuple(_unpacked_value(value) for value in values)


def _unpacked_value(value: Any, inner: bool = False) -> Any:
    if isinstance(value, dict) and "oddity" in value:
        said, members = value.get("text"), value.get("members", [])
        if not isinstance(members, list) or len(members) > MOST_VALUES * (not inner):
            raise InvalidMessage("a list with invalid elements")
        return Oddity(
            text(value["oddity"], 300),
            None if said is None else text(said, 300),
            tuple(_unpacked_value(one, inner=True) for one in members),
        )
    value = unpacked(value)
    if np.iscomplexobj(value):
        raise InvalidMessage("complex numbers instead of real numbers")
    if isinstance(value, bool):
        return np.bool_(value)
    return np.asarray(value, dtype=float) if isinstance(value, np.ndarray) else np.float64(value)


def _unpacked_crash(crash: Any) -> Crash | None:
    if crash is None:
        return None
    if not isinstance(crash, dict):
        raise InvalidMessage("an invalid description of an exception")
    kind, message, line = (text(crash.get(name), 300) for name in ("type", "message", "line"))
    return Crash(kind, message, line, text(crash.get("detail"), MOST_DETAIL))


def packed_clues(clues: Clues) -> dict[str, Any]:
    """Return `Clues` as plain data."""
    replaced = [[*names, packed_reply(reply)] for *names, reply in clues.replaced]
    return {**vars(clues), "reads": [list(pair) for pair in clues.reads], "replaced": replaced}


def unpacked_clues(message: dict[str, Any], parameters: Sequence[str]) -> Clues:
    """Return the `Clues` that a student's process sent.

    Parameters
    ----------
    message
        The untrusted message.
    parameters
        The names of the arguments of the exercise.

    Raises
    ------
    InvalidMessage
        If the message is invalid.
    """
    replaced = []
    for variable, argument, reply in _rows_of(message.get("replaced"), MOST_REPLACED, 3):
        if argument not in parameters:
            raise InvalidMessage("an argument that the exercise does not have")
        replaced.append((text(variable, 300), argument, unpacked_reply(reply, parameters)))
    reads = _rows_of(message.get("reads"), MOST_VARIABLES, 2)
    return Clues(
        reads=tuple((text(variable, 300), text(function, 300)) for variable, function in reads),
        replaced=tuple(replaced),
        changing_line=text(message.get("changing_line"), 300),
        reading_line=text(message.get("reading_line"), 300),
        random=message.get("random") is True,
        kept=text(message.get("kept"), 300),
        idle=message.get("idle") is True,
    )


def _rows_of(rows: Any, most: int, width: int) -> list[list[Any]]:
    """Return the rows of a table after checking their number and length."""
    if not isinstance(rows, list) or len(rows) > most:
        raise InvalidMessage("an invalid table")
    if not all(isinstance(row, list) and len(row) == width for row in rows):
        raise InvalidMessage("a table with invalid rows")
    return rows


def packed_report(report: Report) -> dict[str, Any]:
    """Return a `Report` as plain data."""
    return asdict(report)


def unpacked_report(message: dict[str, Any]) -> Report:
    """Return the `Report` that the judging process sent; this message is trusted."""
    findings = (Finding(**{**one, "hints": tuple(one["hints"])}) for one in message["findings"])
    rows = (
        Row(**{**one, "errors": tuple(tuple(line) for line in one["errors"])})
        for one in message["rows"]
    )
    example = message["example"]
    return Report(
        **{
            **message,
            "findings": tuple(findings),
            "rows": tuple(rows),
            "example": example and _unpacked_example(example),
        }
    )


def _unpacked_example(example: dict[str, Any]) -> Example:
    values = (
        Value(**{**one, "expected": _lines(one["expected"]), "received": _lines(one["received"])})
        for one in example["values"]
    )
    steps = (Step(**{**one, "entries": _lines(one["entries"])}) for one in example["steps"])
    layers = (Layer(**{**one, "units": _lines(one["units"])}) for one in example["layers"])
    return Example(
        **{
            **example,
            "values": tuple(values),
            "steps": tuple(steps),
            "layers": tuple(layers),
            "weights": _lines(example["weights"]),
        }
    )


def _lines(entries: Any) -> Any:
    return entries if isinstance(entries, str) else tuple(tuple(line) for line in entries)
