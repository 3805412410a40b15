"""Messages between the process that judges and the one that runs a student's notebook.

A message is a length and that many bytes of JSON; arrays stand in it as a shape and
base64 numbers. Nothing in it can be code, and nothing is allocated before its size is
known to be allowed. Neither side believes the other: what is not as expected raises
`Garbled`.
"""

import base64
import binascii
import json
import math
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_BYTES = 16 * 2**20  # of one message
MOST_ENTRIES = 1_000_000  # of one array
WATCH_SECONDS = 0.5  # between two looks at what is waited for

_LENGTH = struct.Struct(">I")


class Gone(ConnectionError):
    """The other side has closed its end."""


class Late(TimeoutError):
    """The other side did not answer in time."""


class Garbled(ValueError):
    """The other side sent something that is no message."""


@dataclass(frozen=True)
class Written:
    """A value of a message that has been written in JSON before.

    Attributes
    ----------
    text
        The JSON.
    """

    text: str


class Line:
    """One end of a connection that carries messages.

    Parameters
    ----------
    connection
        A connected stream socket.
    most
        The largest number of bytes of a message that is accepted.
    """

    def __init__(self, connection: socket.socket, most: int = MOST_BYTES) -> None:
        self._connection = connection
        self._most = most
        self.received = 0  # bytes, of the last message
        connection.setblocking(False)

    def fileno(self) -> int:
        """Return the descriptor of the connection."""
        return self._connection.fileno()

    def send(self, message: dict[str, Any], seconds: float | None = None) -> None:
        """Send a message.

        Parameters
        ----------
        message
            Plain data, some of it perhaps `Written`.
        seconds
            How long to wait until it is taken; None for as long as it takes.

        Raises
        ------
        Gone
            If the other side has closed its end.
        Late
            If it is not taken in time.
        """
        data = _json(message).encode()
        rest = memoryview(_LENGTH.pack(len(data)) + data)
        deadline = _deadline(seconds)
        while rest:
            try:
                rest = rest[self._connection.send(rest) :]
            except BlockingIOError:
                self._wait(deadline, write=True)
            except OSError as error:
                raise Gone(str(error)) from None

    def receive(
        self, seconds: float | None = None, watch: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Return the next message.

        Parameters
        ----------
        seconds
            How long to wait for it; None for as long as it takes.
        watch
            Called every now and then while nothing comes; what it raises ends the waiting.

        Returns
        -------
        dict
            What JSON held.

        Raises
        ------
        Gone
            If the other side has closed its end.
        Late
            If no message comes in time.
        Garbled
            If what comes is too large, or no JSON object.
        """
        if seconds is not None and seconds <= 0:
            raise Late("no answer in time")  # however much may be waiting
        deadline = _deadline(seconds)
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline, watch))
        if length > self._most:
            raise Garbled(f"a message of {length:,} bytes, where {self._most:,} are allowed")
        data = self._read(length, deadline, watch)
        self.received = length
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            raise Garbled("a message that is not JSON") from None
        except MemoryError:
            raise Garbled("a message of more things than there is memory for") from None
        if not isinstance(message, dict):
            raise Garbled("a message that is not a JSON object")
        return message

    def close(self) -> None:
        """Close this end; the other side then meets `Gone`."""
        self._connection.close()

    def _read(self, count: int, deadline: float | None, watch: Callable[[], None] | None) -> bytes:
        data = bytearray()
        while len(data) < count:
            try:
                piece = self._connection.recv(min(count - len(data), 2**20))
            except BlockingIOError:
                self._wait(deadline, watch)
                continue
            except OSError as error:
                raise Gone(str(error)) from None
            if not piece:
                raise Gone("the connection was closed")
            data += piece
        return bytes(data)

    def _wait(
        self, deadline: float | None, watch: Callable[[], None] | None = None, write: bool = False
    ) -> None:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise Late("no answer in time")
        poll = select.poll()
        poll.register(self._connection, select.POLLOUT if write else select.POLLIN)
        most = 3600 if watch is None else WATCH_SECONDS
        most = most if left is None else min(left, most)
        if not poll.poll(1000 * most) and watch is not None:
            watch()


def _json(value: Any) -> str:
    if isinstance(value, dict) and any(isinstance(one, Written) for one in value.values()):
        return "{" + ",".join(f"{_json(key)}:{_json(one)}" for key, one in value.items()) + "}"
    return value.text if isinstance(value, Written) else json.dumps(value, separators=(",", ":"))


def _deadline(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds


# --- values ---------------------------------------------------------------------------------

# How each kind of numpy array is sent: little-endian numbers.
_KINDS = {"f": "f8", "i": "i8", "u": "i8", "b": "i8", "c": "c16"}
_SIZES = {"f8": 8, "i8": 8, "c16": 16}


def packed(value: Any) -> Any:
    """Return a number, a text or an array of numbers as JSON can hold it.

    Raises
    ------
    TypeError
        For an array of anything else.
    """
    if isinstance(value, np.ndarray):
        plain = np.ascontiguousarray(value)
        kind = _KINDS.get(plain.dtype.kind)
        if kind is None:
            raise TypeError(f"arrays of {plain.dtype} cannot be sent")
        data = base64.b64encode(plain.astype("<" + kind).tobytes()).decode()
        return {"array": list(value.shape), "kind": kind, "data": data}
    if isinstance(value, np.generic):
        return value.item()
    return value


def unpacked(value: Any) -> Any:
    """Return what `packed` was given.

    Raises
    ------
    Garbled
        For anything else.
    """
    if isinstance(value, dict):
        return _array(value)
    if isinstance(value, (bool, float)):
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    raise Garbled(f"a {type(value).__name__} where a number or an array should be")


def _array(value: dict[str, Any]) -> np.ndarray:
    shape, kind = value.get("array"), value.get("kind")
    data: Any = value.get("data")
    kind = kind if isinstance(kind, str) else ""
    if not (isinstance(shape, list) and len(shape) <= 8 and kind in _SIZES):
        raise Garbled("an array without a shape")
    if not all(type(size) is int and 0 <= size <= MOST_ENTRIES for size in shape):
        raise Garbled("an array with an impossible shape")
    count = math.prod(shape)
    if count > MOST_ENTRIES:
        raise Garbled(f"an array of {count:,} numbers, where {MOST_ENTRIES:,} are allowed")
    try:
        numbers = base64.b64decode(data, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Garbled("an array that is not base64") from None
    if len(numbers) != _SIZES[kind] * count:
        raise Garbled("an array with another number of entries than its shape says")
    return np.frombuffer(numbers, dtype="<" + kind).reshape(shape).copy()


def text(value: Any, most: int = 10_000) -> str:
    """Return a text, cut to a length.

    Parameters
    ----------
    value
        What came; it may be anything.
    most
        The largest number of characters.

    Returns
    -------
    str
        Without lone surrogates, which nothing that writes UTF-8 takes.

    Raises
    ------
    Garbled
        For anything else than a text.
    """
    if not isinstance(value, str):
        raise Garbled(f"a {type(value).__name__} where a text should be")
    # Lone surrogates pass through JSON, but nothing that writes UTF-8 takes them.
    return value[:most].encode("utf-8", "replace").decode("utf-8")


def texts(value: Any, most: int) -> tuple[str, ...]:
    """Return a list of short texts as a tuple.

    Parameters
    ----------
    value
        What came; it may be anything.
    most
        How many texts there may be.

    Returns
    -------
    tuple of str
        Each at most 300 characters long.

    Raises
    ------
    Garbled
        For anything else.
    """
    if not isinstance(value, list) or len(value) > most:
        raise Garbled("a list of texts was expected")
    return tuple(text(one, 300) for one in value)
