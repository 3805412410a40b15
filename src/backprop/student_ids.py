"""Validation of student ids, which are used as folder names."""

import re
import unicodedata

MOST_LETTERS = 100
MOST_BYTES = 200  # file systems allow 255 in a file name, and some of ours add more to the id
_LETTERS = r"\w.@-"
_ALLOWED = re.compile(rf"[^\W_](?:[{_LETTERS}]*[\w@-])?")
_OF_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def fault_of_id(student: str) -> str:
    """Return a message that says what is wrong with a student id, or ""."""
    if not student:
        return "it is empty"
    if len(student) > MOST_LETTERS:
        return f"it has {len(student)} characters, more than {MOST_LETTERS}"
    if _bytes_of(student) > MOST_BYTES:
        return f"it has {_bytes_of(student)} bytes in UTF-8, more than {MOST_BYTES}"
    if _OF_WINDOWS.fullmatch(student):
        return "Windows reserves this name"
    if not _ALLOWED.fullmatch(student) or student != unicodedata.normalize("NFC", student):
        return (
            "it should begin with a letter or digit, contain only letters, digits and . _ - @, "
            "and not end with a period"
        )
    return ""


def made_safe(name: str) -> str:
    """Return the valid student id that is closest to a name, or "" if there is none."""
    name = unicodedata.normalize("NFC", name)
    name = re.sub(rf"[^{_LETTERS}]+", "_", name).lstrip("._-@")[:MOST_LETTERS]
    while _bytes_of(name) > MOST_BYTES:
        name = name[:-1]
    name = name.rstrip("._")
    return "" if fault_of_id(name) else name


def _bytes_of(name: str) -> int:
    return len(name.encode("utf-8", "replace"))
