"""The file beside a submission that says when it was handed in, as nbgrader's exchange has it."""

import re
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ..texts import shown

TIMESTAMP = "timestamp.txt"
MOST_BYTES = 100
_FORMAT = "%Y-%m-%d %H:%M:%S.%f %Z"
# 2026-11-20 10:00:00.000000 UTC; instead of UTC also CET, +0100 or Europe/Berlin, or nothing.
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?)"
    r" ?([+-]\d\d:?\d\d|[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2})?",
    re.ASCII,
)

# As platforms show times in English: Tuesday, 3 March 2026, 10:05 PM in Moodle; Mar 3, 2026 at
# 10:05pm in Canvas; March 3, 2026 10:05:30 PM UTC in Blackboard. Without names of months it is
# unclear which number is the day.
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DISPLAYED = re.compile(
    r"(?:[a-z]{2,6}day|mon|tue|wed|thu|fri|sat|sun)?[,.]? ?"
    r"(?:(?P<day>\d{1,2})\.? (?P<month>[a-z]{3,9})"
    r"|(?P<month_first>[a-z]{3,9})\.? (?P<day_second>\d{1,2}))"
    r"[,.]? (?P<year>\d{4}),?(?: at| by)? (?P<hour>\d{1,2}):(?P<rest>\d\d(?::\d\d)?)"
    r"(?: ?(?P<half>[ap])\.?m\.?)?(?: (?P<zone>\S+))?",
    re.ASCII | re.IGNORECASE,
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


def displayed_instant(text: str, zone: tzinfo | None) -> datetime | None:
    """Return the time, in UTC, that a text as a platform shows it says; None if it says none.

    Parameters
    ----------
    text
        Such as "Tuesday, 3 March 2026, 10:05 PM" or "Mar 3, 2026 at 10:05pm".
    zone
        Of a text that names none; None for that of this machine.
    """
    found = _DISPLAYED.fullmatch(" ".join(text.split()))
    name = found and (found["month"] or found["month_first"]).casefold()
    month = next((at for at, one in enumerate(MONTHS, 1) if name in (one, one[:3])), 0)
    if not found or not month:
        return None
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    day = int(found["day"] or found["day_second"])
    written = f"{found['year']}-{month:02}-{day:02} {hour:02}:{found['rest']}"
    return instant_in(f"{written} {found['zone'] or ''}".strip(), zone)


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
        f"{TIMESTAMP} contains no readable time; it should be like 2026-11-20 10:00:00 UTC, and "
        "is ignored"
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
