"""Days, months and moments as people type them, and as spreadsheets store them.

``03/11/2026`` has two readings. Which one holds is decided over the whole file: one day past the twelfth settles it.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Literal

from bot.importing.errors import CellError
from bot.importing.parsing.cells import Cell

Order = Literal["dmy", "mdy"]

EARLIEST, LATEST = 1970, 2100
"""Years between which a date is believed."""

_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's day 0; its days have no zone
_ISO = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))(?!\d)")
_SPLIT = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(r"(\d{4})[-/.]?(\d{1,2})")
_MONTH_LAST = re.compile(r"(\d{1,2})[-/.](\d{4})")
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)


class AmbiguousDateError(CellError):
    """The date has its day and month in an order that nothing in the file tells."""


@lru_cache(maxsize=8192)
def vote(text: str) -> str:
    """Say what a date tells of the order of day and month: ``dmy``, ``mdy``, ``open``, or nothing at all."""
    found = _SPLIT.match(text.strip())
    if not found or found[2] == "." or found[1].zfill(2) == found[3].zfill(2):
        return ""
    return "dmy" if int(found[1]) > 12 else "mdy" if int(found[3]) > 12 else "open"


def day(cell: Cell, order: Order | None) -> date:
    """Read a day; a time of day beside it is left out.

    Raises:
        CellError: when it is no date, with the reason.
    """
    if isinstance(cell, datetime):
        return _believed(cell.date())
    if isinstance(cell, date):
        return _believed(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _believed(_from_serial(float(cell)).date())
    if not isinstance(cell, str):
        raise CellError("is not a date")
    return _day_of_text(cell.strip(), order)


@lru_cache(maxsize=8192)
def _day_of_text(text: str, order: Order | None) -> date:
    on, rest = _leading_day(text, order)
    if rest.strip():
        _time_of(rest)
    return on


def moment(cell: Cell, order: Order | None) -> datetime | date:
    """Read a moment: aware where it names an offset, naive where it has a time alone, a date where it has none.

    Raises:
        CellError: when it is neither, with the reason.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell = _from_serial(float(cell))
    if isinstance(cell, datetime):
        _believed(cell.date())
        return cell.date() if cell.time() == time() and cell.tzinfo is None else cell
    if not isinstance(cell, str):
        return day(cell, order)
    on, rest = _leading_day(cell.strip(), order)
    return datetime.combine(on, _time_of(rest)) if rest.strip() else on


def month(cell: Cell, order: Order | None) -> date:
    """Read a month (``2026-11``, ``11.2026``, or any day of it) as its first day.

    Raises:
        CellError: when it is none.
    """
    if isinstance(cell, float) and cell.is_integer() and cell >= 100_000:
        cell = str(int(cell))  # 202611 as a spreadsheet stores it
    if isinstance(cell, str):
        text = cell.strip()
        first, last = _MONTH_FIRST.fullmatch(text), _MONTH_LAST.fullmatch(text)
        if first:
            return _made(int(first[1]), int(first[2]), 1)
        if last:
            return _made(int(last[2]), int(last[1]), 1)
    try:
        return day(cell, order).replace(day=1)
    except AmbiguousDateError:
        raise
    except CellError:
        raise CellError("is not a month: write it like 2026-11") from None


def _leading_day(text: str, order: Order | None) -> tuple[date, str]:
    iso = _ISO.match(text)
    if iso:
        return _made(int(iso[1]), int(iso[3] or iso[5]), int(iso[4] or iso[6])), text[iso.end() :]
    split = _SPLIT.match(text)
    if not split:
        raise CellError("is not a date: write it like 2026-11-30 or 30.11.2026")
    first, second, year = int(split[1]), int(split[3]), int(split[4])
    year += 2000 if len(split[4]) == 2 else 0
    if split[2] == "." or order == "dmy" or first == second:
        return _made(year, second, first), text[split.end() :]
    if order == "mdy":
        return _made(year, first, second), text[split.end() :]
    raise AmbiguousDateError("may have its day or its month first: say --dates dmy or --dates mdy")


def _made(year: int, month_no: int, day_no: int) -> date:
    try:
        on = date(year, month_no, day_no)
    except ValueError:
        raise CellError("is no day of the calendar") from None
    return _believed(on)


def _believed(on: date) -> date:
    if not EARLIEST <= on.year <= LATEST:
        raise CellError(f"has a year that can't be right: {on.year}")
    return on


def _from_serial(number: float) -> datetime:
    if not 20_000 <= number < 75_000:  # 1954 to 2105
        raise CellError("is not a date: write it like 2026-11-30 or 30.11.2026")
    return _SERIAL_START + timedelta(seconds=round(number * 86_400))


def _time_of(text: str) -> time:
    found = _TIME.fullmatch(text.strip().removeprefix("T").removeprefix("t").lstrip(", "))
    if not found:
        raise CellError("has a time that can't be read: write it like 2026-11-30 14:05")
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise CellError("has a time that can't be read: write it like 2026-11-30 14:05")
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    fraction = int((found["fraction"] or "0").ljust(6, "0"))
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0), fraction, _zone(found["zone"]))
    except ValueError:
        raise CellError("has a time that no clock shows") from None


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in {"Z", "UTC"}:
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
