"""The outputs of a cell in the format of nbformat, truncated if they are too large."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

# The limits on the outputs of one cell.
MOST_CHARACTERS = 200_000
MOST_PICTURE_BYTES = 8 * 2**20
MOST_OUTPUTS = 200
TOO_MUCH = "(the output of this cell was truncated because it is too large)\n"


class Outputs:
    """The outputs of one cell so far, in the format of nbformat."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self._left = MOST_CHARACTERS
        self._left_for_pictures = MOST_PICTURE_BYTES
        self._full = False
        self._clear_next = False
        self._displays: dict[str, dict[str, Any]] = {}

    def stream(self, name: str, text: str) -> None:
        """Add text that was printed to stdout or stderr."""
        self._cleared_if_asked()
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            text = self._cut(text)
            last["text"] += text
        elif text:
            self._add({"output_type": "stream", "name": name, "text": self._cut(text)})

    def bundle(
        self, kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any], **rest: Any
    ) -> dict[str, Any] | None:
        """Add a display or a result, which is one object in several formats.

        Parameters
        ----------
        kind
            "display_data" or "execute_result".
        data, metadata
            The data and the metadata by MIME type.
        rest
            Additional fields of nbformat.

        Returns
        -------
        dict or None
            The stored output; None if it exceeds the limits.
        """
        self._cleared_if_asked()
        shown = {"data": _sendable_bundle(data), "metadata": dict(metadata)}
        if not self._has_room(shown):
            return None
        return self._add({"output_type": kind, **shown, **rest})

    def display(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any],
        display_id: str | None = None,
        update: bool = False,
    ) -> None:
        """Add a display, or replace the earlier one with the same id.

        Parameters
        ----------
        data, metadata
            The data and the metadata by MIME type.
        display_id
            The id with which the display can be updated later.
        update
            Whether to replace an earlier display.
        """
        if update:
            earlier = self._displays.get(display_id) if display_id is not None else None
            new = {"data": _sendable_bundle(data), "metadata": dict(metadata)}
            if earlier is not None and self._has_room(new, instead_of=earlier):
                earlier.update(new)
            return
        shown = self.bundle("display_data", data, metadata)
        if display_id is not None and shown is not None:
            self._displays[display_id] = shown

    def error(self, name: str, value: str, traceback: Iterable[object]) -> None:
        """Add an exception."""
        self._cleared_if_asked()
        name = self._cut(name)
        lines = [self._cut(str(line)) for line in traceback]  # the last line contains the value
        value = self._cut(value)
        self._add({"output_type": "error", "ename": name, "evalue": value, "traceback": lines})

    def clear(self, wait: bool) -> None:
        """Clear the outputs.

        Parameters
        ----------
        wait
            Whether to wait for the next output before clearing.
        """
        self._clear_next = wait
        if not wait:
            self.items.clear()

    def _cleared_if_asked(self) -> None:
        if self._clear_next:
            self.clear(wait=False)

    def _add(self, item: dict[str, Any]) -> dict[str, Any] | None:
        if len(self.items) < MOST_OUTPUTS:
            self.items.append(item)
            return item
        self._say_full()
        return None

    def _has_room(
        self, shown: Mapping[str, Any], instead_of: Mapping[str, Any] | None = None
    ) -> bool:
        """Return whether an output fits the limits (minus the one it replaces), and count it."""
        (text, pictures), (text_before, pictures_before) = _size(shown), _size(instead_of or {})
        left = self._left - text + text_before
        left_for_pictures = self._left_for_pictures - pictures + pictures_before
        if left < 0 or left_for_pictures < 0:
            self._say_full()
            return False
        self._left, self._left_for_pictures = left, left_for_pictures
        return True

    def _cut(self, text: str) -> str:
        if len(text) > self._left:
            text = text[: self._left]
            self._say_full()
        self._left -= len(text)
        return text

    def _say_full(self) -> None:
        if not self._full:
            self._full = True
            self.items.append({"output_type": "stream", "name": "stderr", "text": TOO_MUCH})


def _size(shown: Mapping[str, Any]) -> tuple[int, int]:
    """Return the number of characters of a display: text with metadata, and pictures."""
    data = shown.get("data", {})
    pictures = sum(len(str(value)) for mime, value in data.items() if mime.startswith("image/"))
    texts = sum(len(str(value)) for mime, value in data.items() if not mime.startswith("image/"))
    return texts + len(str(shown.get("metadata") or "")), pictures


def _sendable_bundle(data: Mapping[str, Any]) -> dict[str, Any]:
    return {str(mime): _sendable(value) for mime, value in data.items()}


def _sendable(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, (str, dict, list)) else str(value)
