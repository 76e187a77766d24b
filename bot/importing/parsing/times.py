"""Parses what stands behind a date: a time of day, with its offset or the name of its zone.

Never here: the date itself (`dates`), durations (`durations`).
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.importing.errors import CellError

_UNREADABLE = "has a time that can't be read: write it like 2026-11-30 14:05"
_NO_CLOCK = "has a time that no clock shows"

_TIME = re.compile(
    r"(?P<lead>t|,|at |um |a las? |o godz\.? |o |в )?\s*+"
    r"(?:(?P<compact>[0-9]{4}(?:[0-9]{2})?)(?![0-9:.])"
    r"|(?P<hour>[0-9]{1,2})(?:\s?(?P<mark>[:.h])\s?(?P<minute>[0-9]{2})"
    r"(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9})[0-9]*+)?)?)?(?![0-9]))"
    r"\s*+(?P<half>[ap]\.?\s?m\b\.?)?(?P<unit>\s*+(?:uhr|hrs|h|ч)\b\.?)?\s*+(?P<zone>.*)"
)
_OFFSET = re.compile(r"(?:utc|gmt)?\s?(?P<sign>[+\-−])(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?")
_COMMENT = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_ABBREVIATIONS = {
    "cet": ("Europe/Berlin", 1), "cest": ("Europe/Berlin", 2), "mez": ("Europe/Berlin", 1),
    "mesz": ("Europe/Berlin", 2), "eet": ("Europe/Kyiv", 2), "eest": ("Europe/Kyiv", 3), "wet": ("Europe/Lisbon", 0),
    "west": ("Europe/Lisbon", 1), "msk": ("Europe/Moscow", 3), "мск": ("Europe/Moscow", 3),
    "edt": ("America/New_York", -4), "mdt": ("America/Denver", -6), "pdt": ("America/Los_Angeles", -7),
}  # fmt: skip
"""Names of zones that mean one offset only: hours from UTC, and where it is in force. CST and the like mean several."""


def combine(on: date, text: str) -> datetime:
    """Put a day and the text behind it together: aware where it has an offset or a zone, else naive.

    Raises:
        CellError: when the text is no time of day, or its zone is not known for certain.
    """
    found = _TIME.fullmatch(text.strip())
    if not found or not _is_a_time(found):
        raise CellError(_UNREADABLE)
    if found["compact"]:
        hour, minute, second = (int(found["compact"][at : at + 2] or 0) for at in (0, 2, 4))
    else:
        hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise CellError(_UNREADABLE)
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0)
    days = 0
    if (hour, minute, second) == (24, 0, 0):
        hour, days = 0, 1
    try:
        at = time(hour, minute, second, int((found["fraction"] or "0").ljust(6, "0")[:6]))
    except ValueError:
        raise CellError(_NO_CLOCK) from None
    naive = datetime.combine(on, at) + timedelta(days=days)
    zone = _read_zone(found["zone"].strip(), naive)
    return naive.replace(tzinfo=zone) if zone else naive


def _is_a_time(found: re.Match[str]) -> bool:
    """Whether more than a bare number stands there: "14" could be anything."""
    if found["compact"]:
        return found["lead"] == "t"
    return bool(found["minute"] or found["half"] or found["unit"] or found["lead"] == "t")


def _read_zone(text: str, naive: datetime) -> tzinfo | None:
    if not text:
        return None
    offset = _OFFSET.match(text)
    if offset:
        rest = text[offset.end() :].strip()
        if rest and not _COMMENT.fullmatch(rest):
            raise CellError(_UNREADABLE)
        return _make_offset(offset["sign"], int(offset["hours"]), int(offset["minutes"] or 0))
    name = text.strip("[]()").strip()
    if name in {"z", "utc", "gmt"}:
        return UTC
    if name in _ABBREVIATIONS:
        return _read_abbreviation(name, naive)
    zone = _zone_names().get(name) if "/" in name else None
    if zone is None:
        if re.fullmatch("[a-z]{2,5}", name):
            raise CellError(
                f"has the time zone {name.upper()}, which several zones are called: write an offset, +01:00"
            )
        raise CellError(_UNREADABLE)
    return ZoneInfo(zone)


def _make_offset(sign: str, hours: int, minutes: int) -> timezone:
    if hours > 14 or minutes > 59:
        raise CellError(_NO_CLOCK)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if sign == "+" else -offset)


def _read_abbreviation(name: str, naive: datetime) -> timezone:
    place, hours = _ABBREVIATIONS[name]
    offset = timedelta(hours=hours)
    if ZoneInfo(place).utcoffset(naive) != offset:
        raise CellError(f"has the time zone {name.upper()}, which is not in force on that day: write an offset, +01:00")
    return timezone(offset)


@cache
def _zone_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}
