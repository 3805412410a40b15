"""The file beside a submission that says when it was handed in, as nbgrader's exchange has it."""

from datetime import UTC, datetime

TIMESTAMP = "timestamp.txt"
_FORMAT = "%Y-%m-%d %H:%M:%S.%f %Z"


def timestamp_text(when: datetime) -> bytes:
    """Return what the file says of a time that knows its zone."""
    return when.strftime(_FORMAT).encode()


def time_in(text: bytes) -> datetime | None:
    """Return the time, in UTC, that such a file says; None if it says none."""
    from nbgrader.utils import parse_utc  # here, since students have no nbgrader

    try:
        return parse_utc(text.decode("utf-8", "replace").strip()).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
