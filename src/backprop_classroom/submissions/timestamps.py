"""Reads and writes timestamp.txt, which nbgrader's exchange puts beside a submission."""

import re
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ..texts import shown

TIMESTAMP = "timestamp.txt"
MOST_BYTES = 100
_FORMAT = "%Y-%m-%d %H:%M:%S.%f %Z"
# 2026-11-20 10:00:00.000000 UTC; the zone may also be CET, +0100 or Europe/Berlin, or missing.
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?)"
    r" ?([+-]\d\d:?\d\d|[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2})?",
    re.ASCII,
)

# Times as platforms show them in English: Tuesday, 3 March 2026, 10:05 PM in Moodle; Mar 3, 2026
# at 10:05pm in Canvas; March 3, 2026 10:05:30 PM UTC in Blackboard. The month must be a name,
# since the order of day and month would be ambiguous in numbers.
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
    """Return the content of the file for a time with a time zone."""
    return when.strftime(_FORMAT).encode()


def time_in(text: bytes) -> datetime | None:
    """Return the time in the file, in UTC; None if it contains no valid time.

    nbgrader's own parser is not used, because it opens a file whose path is the name of the zone.
    """
    return instant_in(text.decode("utf-8", "replace").strip()) if len(text) <= MOST_BYTES else None


def instant_in(text: str, zone: tzinfo | None = UTC, *, whole_day: bool = False) -> datetime | None:
    """Parse a time and return it in UTC; return None if it is not valid.

    Parameters
    ----------
    text
        The text, such as "2026-11-20 10:00 Europe/Berlin".
    zone
        The time zone if the text has none; None for this machine's.
    whole_day
        Whether a date without time means the end of that day, not its beginning.
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
    """Parse a time as platforms show it and return it in UTC; return None if it is not valid.

    Parameters
    ----------
    text
        The text, such as "Tuesday, 3 March 2026, 10:05 PM" or "Mar 3, 2026 at 10:05pm".
    zone
        The time zone if the text has none; None for this machine's.
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
    """Return the time zone with this name, or None for None; raise ValueError if it is unknown."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"unknown time zone {shown(name)!r}; use a name such as Europe/Berlin"
        ) from None


def fault_of_time(text: bytes) -> str:
    """Return a message on what is wrong with the content of the file, or ""."""
    if not text.strip() or time_in(text) is not None:
        return ""
    return f"{TIMESTAMP} is ignored: it contains no valid time such as 2026-11-20 10:00:00 UTC"


def _zone(name: str) -> tzinfo:
    if name in ("UTC", "GMT", "Z"):
        return UTC
    if name[0] in "+-":
        away = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
        return timezone(-away if name[0] == "-" else away)
    if name in time.tzname:  # this machine's abbreviation for its zone
        return timezone(timedelta(seconds=-(time.timezone, time.altzone)[time.tzname.index(name)]))
    return ZoneInfo(name)
