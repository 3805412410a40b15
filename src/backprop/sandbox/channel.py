"""Messages between the judging process and the process that runs a student's notebook.

A message consists of a length and that many bytes of JSON. Arrays are encoded as a shape and base64
data. A message cannot contain code, and sizes are checked before memory is allocated. Neither side
trusts the other: invalid data raise `InvalidMessage`.
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

MOST_BYTES = 16 * 2**20  # maximum size of a message
MOST_ENTRIES = 1_000_000  # maximum size of an array
WATCH_SECONDS = 0.5  # interval between calls of `watch` while waiting

_LENGTH = struct.Struct(">I")


class ConnectionClosed(ConnectionError):
    """Raised when the other side has closed the connection."""


class AnswerTimeout(TimeoutError):
    """Raised when the other side does not answer in time."""


class InvalidMessage(ValueError):
    """Raised when the other side sends invalid data. The text continues "it sent ..."."""


@dataclass(frozen=True)
class Written:
    """A value of a message that is already serialized.

    Attributes
    ----------
    text
        The value as JSON.
    """

    text: str


class Channel:
    """One end of a connection for messages.

    Parameters
    ----------
    connection
        A connected stream socket.
    most
        The maximum size of a message in bytes.
    """

    def __init__(self, connection: socket.socket, most: int = MOST_BYTES) -> None:
        self._connection = connection
        self._most = most
        self.received = 0  # size of the last message in bytes
        connection.setblocking(False)

    def fileno(self) -> int:
        """Return the file descriptor of the connection."""
        return self._connection.fileno()

    def send(self, message: dict[str, Any], seconds: float | None = None) -> None:
        """Send a message.

        Parameters
        ----------
        message
            Plain data, which may contain `Written` values.
        seconds
            The timeout; None to wait without a limit.

        Raises
        ------
        ConnectionClosed
            If the other side has closed the connection.
        AnswerTimeout
            If the other side does not read the message in time.
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
                raise ConnectionClosed(str(error)) from None

    def receive(
        self, seconds: float | None = None, watch: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Return the next message.

        Parameters
        ----------
        seconds
            The timeout; None to wait without a limit.
        watch
            A function that is called repeatedly while waiting. An exception that it raises ends the
            wait.

        Returns
        -------
        dict
            The decoded message.

        Raises
        ------
        ConnectionClosed
            If the other side has closed the connection.
        AnswerTimeout
            If no message arrives in time.
        InvalidMessage
            If the message is too large or is not a JSON object.
        """
        if seconds is not None and seconds <= 0:
            raise AnswerTimeout("no answer in time")  # even if a message has arrived
        deadline = _deadline(seconds)
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline, watch))
        if length > self._most:
            raise InvalidMessage(
                f"a message of {length:,} bytes; at most {self._most:,} are allowed"
            )
        data = self._read(length, deadline, watch)
        self.received = length
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            raise InvalidMessage("a message that is not JSON") from None
        except MemoryError:
            raise InvalidMessage("a message that does not fit into memory") from None
        if not isinstance(message, dict):
            raise InvalidMessage("a message that is not a JSON object")
        return message

    def close(self) -> None:
        """Close the connection; the other side then gets `ConnectionClosed`."""
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
                raise ConnectionClosed(str(error)) from None
            if not piece:
                raise ConnectionClosed("the connection was closed")
            data += piece
        return bytes(data)

    def _wait(
        self, deadline: float | None, watch: Callable[[], None] | None = None, write: bool = False
    ) -> None:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise AnswerTimeout("no answer in time")
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
    """Return a number, a string or an array of numbers in a form that JSON can represent.

    Raises
    ------
    TypeError
        If the entries of an array are not numbers.
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
    """Return the number or array for a value from `packed`.

    Raises
    ------
    InvalidMessage
        If the value is invalid.
    """
    if isinstance(value, dict):
        return _array(value)
    if isinstance(value, (bool, float)):
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    raise InvalidMessage(f"a {type(value).__name__} instead of a number or an array")


def _array(value: dict[str, Any]) -> np.ndarray:
    shape, kind = value.get("array"), value.get("kind")
    data: Any = value.get("data")
    kind = kind if isinstance(kind, str) else ""
    if not (isinstance(shape, list) and len(shape) <= 8 and kind in _SIZES):
        raise InvalidMessage("an array without a shape")
    if not all(type(size) is int and 0 <= size <= MOST_ENTRIES for size in shape):
        raise InvalidMessage("an array with an impossible shape")
    count = math.prod(shape)
    if count > MOST_ENTRIES:
        raise InvalidMessage(f"an array of {count:,} numbers; at most {MOST_ENTRIES:,} are allowed")
    try:
        numbers = base64.b64decode(data, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise InvalidMessage("an array that is not base64") from None
    if len(numbers) != _SIZES[kind] * count:
        raise InvalidMessage("an array whose data do not match its shape")
    return np.frombuffer(numbers, dtype="<" + kind).reshape(shape).copy()


def text(value: Any, most: int = 10_000) -> str:
    """Return a string, truncated to a maximum length.

    Parameters
    ----------
    value
        The received value, of any type.
    most
        The maximum number of characters.

    Returns
    -------
    str
        The string without lone surrogates, which UTF-8 cannot encode.

    Raises
    ------
    InvalidMessage
        If the value is not a string.
    """
    if not isinstance(value, str):
        raise InvalidMessage(f"a {type(value).__name__} instead of a string")
    # JSON can represent lone surrogates, but UTF-8 cannot encode them.
    return value[:most].encode("utf-8", "replace").decode("utf-8")


def texts(value: Any, most: int) -> tuple[str, ...]:
    """Return a list of short strings as a tuple.

    Parameters
    ----------
    value
        The received value, of any type.
    most
        The maximum number of strings.

    Returns
    -------
    tuple of str
        The strings, each truncated to 300 characters.

    Raises
    ------
    InvalidMessage
        If the value is not a list of strings, or too long.
    """
    if not isinstance(value, list) or len(value) > most:
        raise InvalidMessage("an invalid list of strings")
    return tuple(text(one, 300) for one in value)
