"""Parses dates, months and times as people type them and as spreadsheets store them.

``03/11/2026`` is ambiguous. The whole file decides: one day past the twelfth is enough.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Literal

from bot.importing.errors import CellError
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.limits import MAX_DATE_CHARS

DateOrder = Literal["dmy", "mdy"]

EARLIEST_YEAR, LATEST_YEAR = 1970, 2100
"""A date outside these years is taken for a typing error."""

_NOT_A_DATE = "is not a date: write it like 2026-11-30 or 30.11.2026"
_UNREADABLE_TIME = "has a time that can't be read: write it like 2026-11-30 14:05"

_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's day 0; it knows no time zones
_ISO = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{2})([0-9]{2}))(?![0-9])")
_SPLIT = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([0-9]{4})[-/.]?([0-9]{1,2})")
_MONTH_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})")
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,6})[0-9]*+)?)?"
    r"\s*+(?P<half>[AaPp]\.?[Mm]\.?)?\s*+(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?"
)


class AmbiguousDateError(CellError):
    """A date may have the day or the month first, and nothing in the file says which."""


def detect_order(text: str) -> str:
    """Tell the order of day and month from one date: ``dmy``, ``mdy``, ``ambiguous``, or empty for no such date."""
    return _detect_order(text) if len(text) <= MAX_DATE_CHARS else ""


@lru_cache(maxsize=8192)
def _detect_order(text: str) -> str:
    found = _SPLIT.match(text.strip())
    if not found or found[2] == "." or found[1].zfill(2) == found[3].zfill(2):
        return ""
    return "dmy" if int(found[1]) > 12 else "mdy" if int(found[3]) > 12 else "ambiguous"


def parse_day(cell: Cell, order: DateOrder | None) -> date:
    """Parse a date; a time beside it is dropped.

    Raises:
        CellError: when it is not a date.
    """
    if isinstance(cell, datetime):
        return _check_year(cell.date())
    if isinstance(cell, date):
        return _check_year(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _check_year(_date_from_serial(float(cell)).date())
    if not isinstance(cell, str):
        raise CellError("is not a date")
    return _parse_day_text(_require_short(cell), order)


@lru_cache(maxsize=8192)
def _parse_day_text(text: str, order: DateOrder | None) -> date:
    on, rest = _split_leading_day(text, order)
    if rest.strip():
        _parse_time(rest)
    return on


def parse_moment(cell: Cell, order: DateOrder | None) -> datetime | date:
    """Parse a date with a time: aware where it has an offset, naive where it has none, a date where it has no time.

    Raises:
        CellError: when it is neither.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = _date_from_serial(float(cell))
    if isinstance(cell, datetime):
        _check_year(cell.date())
        return cell.date() if cell.time() == time() and cell.tzinfo is None else cell
    if not isinstance(cell, str):
        return parse_day(cell, order)
    on, rest = _split_leading_day(_require_short(cell), order)
    return datetime.combine(on, _parse_time(rest)) if rest.strip() else on


def parse_month(cell: Cell, order: DateOrder | None) -> date:
    """Parse a month (``2026-11``, ``11.2026``, or any day of it) as its first day.

    Raises:
        CellError: when it is not a month.
    """
    if isinstance(cell, float) and cell.is_integer() and cell >= 100_000:
        cell = str(int(cell))  # 202611 as a spreadsheet stores it
    if isinstance(cell, str):
        text = cell.strip()
        first, last = _MONTH_FIRST.fullmatch(text), _MONTH_LAST.fullmatch(text)
        if first:
            return _build_date(int(first[1]), int(first[2]), 1)
        if last:
            return _build_date(int(last[2]), int(last[1]), 1)
    try:
        return parse_day(cell, order).replace(day=1)
    except AmbiguousDateError:
        raise
    except CellError:
        raise CellError("is not a month: write it like 2026-11") from None


def _require_short(cell: str) -> str:
    text = cell.strip()
    if len(text) > MAX_DATE_CHARS:
        raise CellError(_NOT_A_DATE)
    return text


def _split_leading_day(text: str, order: DateOrder | None) -> tuple[date, str]:
    iso = _ISO.match(text)
    if iso:
        return _build_date(int(iso[1]), int(iso[3] or iso[5]), int(iso[4] or iso[6])), text[iso.end() :]
    split = _SPLIT.match(text)
    if not split:
        raise CellError(_NOT_A_DATE)
    first, second, year = int(split[1]), int(split[3]), int(split[4])
    year += 2000 if len(split[4]) == 2 else 0
    if split[2] == "." or order == "dmy" or first == second:
        return _build_date(year, second, first), text[split.end() :]
    if order == "mdy":
        return _build_date(year, first, second), text[split.end() :]
    raise AmbiguousDateError("may have its day or its month first: say --dates dmy or --dates mdy")


def _build_date(year: int, month_no: int, day_no: int) -> date:
    try:
        on = date(year, month_no, day_no)
    except ValueError:
        raise CellError("is no day of the calendar") from None
    return _check_year(on)


def _check_year(on: date) -> date:
    if not EARLIEST_YEAR <= on.year <= LATEST_YEAR:
        raise CellError(f"has a year that can't be right: {on.year}")
    return on


def _date_from_serial(number: float) -> datetime:
    if not 20_000 <= number < 75_000:  # 1954 to 2105
        raise CellError(_NOT_A_DATE)
    return _SERIAL_START + timedelta(seconds=round(number * 86_400))


def _parse_time(text: str) -> time:
    found = _TIME.fullmatch(text.strip().removeprefix("T").removeprefix("t").lstrip(", "))
    if not found:
        raise CellError(_UNREADABLE_TIME)
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise CellError(_UNREADABLE_TIME)
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    fraction = int((found["fraction"] or "0").ljust(6, "0"))
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0), fraction, _parse_offset(found["zone"]))
    except ValueError:
        raise CellError("has a time that no clock shows") from None


def _parse_offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in {"Z", "UTC"}:
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
