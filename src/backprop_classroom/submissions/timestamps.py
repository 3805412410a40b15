"""The file beside a submission that says when it was handed in, as nbgrader's exchange has it."""

import re
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ..texts import shown

TIMESTAMP = "timestamp.txt"
MOST_BYTES = 100
_FORMAT = "%Y-%m-%d %H:%M:%S.%f %Z"
# 2026-11-20 10:00:00.000000 UTC; in place of UTC also CET, +0100 or Europe/Berlin, or nothing.
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?)"
    r" ?([+-]\d\d:?\d\d|[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2})?",
    re.ASCII,
)


def timestamp_text(when: datetime) -> bytes:
    """Return what the file says of a time that knows its zone."""
    return when.strftime(_FORMAT).encode()


def time_in(text: bytes) -> datetime | None:
    """Return the time, in UTC, that such a file says; None if it says none.

    nbgrader's own reader is not asked: it takes the name of a zone for the path of a file, and
    opens it.
    """
    return instant_in(text.decode("utf-8", "replace").strip()) if len(text) <= MOST_BYTES else None


def instant_in(text: str, zone: tzinfo | None = UTC, *, whole_day: bool = False) -> datetime | None:
    """Return the time, in UTC, that a text says; None if it says none.

    Parameters
    ----------
    text
        Such as "2026-11-20 10:00 Europe/Berlin".
    zone
        Of a text that names none; None for that of this machine.
    whole_day
        Whether a date alone means the end of that day, and not its beginning.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        local = datetime.fromisoformat(found[1])
        if whole_day and ":" not in found[1]:
            local += timedelta(days=1)
        zone = _zone(found[2]) if found[2] else zone
        return (local.replace(tzinfo=zone) if zone else local).astimezone(UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def zone_named(name: str | None) -> ZoneInfo | None:
    """Return the time zone of this name, or None for None; raise ValueError if there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"there is no time zone {shown(name)!r}; it should be like Europe/Berlin"
        ) from None


def fault_of_time(text: bytes) -> str:
    """Return what is wrong with what such a file says, in words, or ""."""
    if not text.strip() or time_in(text) is not None:
        return ""
    return (
        f"{TIMESTAMP} holds no time that can be read; it should be like 2026-11-20 10:00:00 UTC, "
        "and is left out"
    )


def _zone(name: str) -> tzinfo:
    if name in ("UTC", "GMT", "Z"):
        return UTC
    if name[0] in "+-":
        away = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
        return timezone(-away if name[0] == "-" else away)
    if name in time.tzname:  # as this machine abbreviates its own
        return timezone(timedelta(seconds=-(time.timezone, time.altzone)[time.tzname.index(name)]))
    return ZoneInfo(name)
