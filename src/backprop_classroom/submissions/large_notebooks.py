"""Removes the outputs from a notebook that is too large to be parsed with them."""

import re

# A string, or a character that is needed to follow the nesting.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{}:]', re.DOTALL)
_TOP, _OF_METADATA, _OF_CELL = 1, 2, 3  # nesting depths of keys
_LONGEST_KEY = 20
_EMPTY = {"[": b"[]", "{": b"{}"}


def without_outputs(data: bytes | bytearray) -> bytes:
    """Return the bytes of a notebook without the outputs of cells and the states of widgets.

    The text is searched but not parsed, so that no more memory is needed than for the result.
    If the text is not a notebook, any part of it may be removed; the rest is parsed as usual.
    """
    kept, start = bytearray(), 0
    depth, key, top, begin, dropped = 0, b"", b"", 0, 0  # `dropped`: the depth of the removed value
    is_next = False
    for token in _TOKEN.finditer(data):
        sign = chr(data[token.start()])
        if sign in "[{":
            if is_next:
                begin, dropped, is_next = token.start(), depth, False
            depth += 1
        elif sign in "]}":
            depth -= 1
            if dropped and depth == dropped:
                kept += data[start:begin] + _EMPTY[chr(data[begin])]
                start, dropped = token.end(), 0
        elif dropped:
            continue
        elif sign == '"':
            is_short = token.end() - token.start() <= _LONGEST_KEY
            key, is_next = bytes(token[0]) if is_short else b"", False
        elif depth == _TOP:
            top = key
        else:
            is_next = (depth, top, key) in (
                (_OF_CELL, b'"cells"', b'"outputs"'),
                (_OF_METADATA, b'"metadata"', b'"widgets"'),
            )
    return bytes(kept + data[start:])
