"""Parses dates and times as people type them and as spreadsheets store them.

``03/11/2026`` is ambiguous. The whole file decides: one day past the twelfth is enough (`date_style`).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from bot.importing.errors import CellError
from bot.importing.parsing import times
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.limits import MAX_DATE_CHARS
from bot.importing.parsing.month_names import MONTHS, WEEKDAYS, plain_letters

DateOrder = Literal["dmy", "mdy", "ymd"]
"""The order of day and month, and of the year where it has two digits."""

EARLIEST_YEAR, LATEST_YEAR = 1970, 2100
"""A date outside these years is taken for a typing error."""

_NOT_A_DATE = "is not a date: write it like 2026-11-30 or 30.11.2026"

_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's day 0; it knows no time zones
_DAYS_TO_1904 = 1462
ISO = re.compile(
    r"([0-9]{4})(?:([-/.])\s?([0-9]{1,2})\2\s?([0-9]{1,2})|([0-9]{2})([0-9]{2})|年([0-9]{1,2})月([0-9]{1,2})日)(?![0-9])"
)
SPLIT = re.compile(r"([0-9]{1,2})([./-])\s?([0-9]{1,2})\2\s?([0-9]{4}|[0-9]{2})(?![0-9])")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})([0-9]{4}(?:[0-9]{2})?)")
WORD = r"[^\W\d_]+"
_AFTER_DAY = r"(?:st|nd|rd|th|[oa](?=[\s.])|\.)?"
_YEAR = r"(?P<year>[0-9]{4}|'?[0-9]{2})(?![0-9:])\s?(?:r\.|roku|г\.?|года?|год)?(?![^\W\d_t])"
_NAMED = tuple(
    re.compile(rf"(?:(?P<weekday>{WORD})\.?,?\s)?{pattern}")
    for pattern in (
        rf"(?P<day>[0-9]{{1,2}}){_AFTER_DAY}[\s./-]*(?:de |of )?(?P<month>{WORD})\.?[\s./,-]*(?:del? )?{_YEAR}",
        rf"(?P<month>{WORD})\.?[\s./-]*(?P<day>[0-9]{{1,2}}){_AFTER_DAY}[\s./,-]+{_YEAR}",
        rf"(?P<year>[0-9]{{4}})[\s./-]+(?P<month>{WORD})\.?[\s./-]+(?P<day>[0-9]{{1,2}})(?![0-9])",
    )
)
_WEEKDAY = re.compile(rf"({WORD})\.?,?\s(?=[0-9])")
_YEARWORD = re.compile(r"^\s?(?:г\.?|года|r\.?|roku)(?=\s|$)")
_RANGE = re.compile(r"(?:[-–—/]|to|until|bis|do|al?|hasta|по|до)\s*[0-9]+[-./ ]")
_NOTHING = re.compile(
    r"(?:0{1,4}([-/.])0{1,2}\1(?:0{4}|0{1,2})|1900([-/.])0?1\2 ?0?0|0?0([-/.])0?1\3(?:19)?00|0?1([-/.])0?0\4(?:19)?00)"
    r"(?![0-9]).*"
)
"""Dates that no calendar has, which programs write where they have none."""
PLACEHOLDERS = frozenset(
    {date(1, 1, 1), date(1601, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)}
    | {date(1904, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(2099, 12, 31), date(2999, 12, 31)}
    | {date(3000, 1, 1), date(9999, 1, 1), date(9999, 12, 31)}
)
"""Days that programs write where they have none: their first one, or one that never comes."""
_PLACEHOLDER_PARTS = frozenset((on.year, on.month, on.day) for on in PLACEHOLDERS)


class AmbiguousDateError(CellError):
    """A date may have the day or the month first, and nothing in the file says which."""


class PlaceholderError(CellError):
    """A date that stands for none, such as 1970-01-01."""

    def __init__(self) -> None:
        super().__init__("stands for a missing date")


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How the dates of a column are written."""

    order: DateOrder | None = None
    epoch_1904: bool = False
    """Whether a plain number counts from 1904."""
    swapped: bool = False
    """Whether a spreadsheet has swapped day and month of what it took for dates."""


PLAIN_STYLE = DateStyle()


def parse_day(cell: Cell, style: DateStyle = PLAIN_STYLE) -> date:
    """Parse a date; a time beside it is dropped.

    Raises:
        PlaceholderError: when it stands for none.
        CellError: when it is not a date.
    """
    moment = parse_moment(cell, style)
    return moment.date() if isinstance(moment, datetime) else moment


def parse_moment(cell: Cell, style: DateStyle = PLAIN_STYLE) -> datetime | date:
    """Parse a date with a time: aware where it has an offset, naive where it has none, a date where it has no time.

    Raises:
        PlaceholderError: when it stands for none.
        CellError: when it is neither.
    """
    if isinstance(cell, str):
        moment = _parse_text(_require_short(cell), style.order)
        if style.swapped and is_converted(cell):
            moment = _swap(moment)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        moment = _date_from_serial(float(cell), epoch_1904=style.epoch_1904)
    elif isinstance(cell, date):
        moment = _swap(cell) if style.swapped else cell
    elif isinstance(cell, time) and cell == time():
        raise PlaceholderError
    else:
        raise CellError("is not a date")
    _check_day(moment.date() if isinstance(moment, datetime) else moment)
    if isinstance(moment, datetime) and not isinstance(cell, str) and moment.time() == time() and not moment.tzinfo:
        return moment.date()
    return moment


def expand_year(year: int) -> int:
    """Return the year that two digits mean: from 1970 to 2049.

    Raises:
        CellError: when it could be in either century.
    """
    if 50 <= year < 70:
        raise CellError(f"has a year that may be 19{year} or 20{year}: write it with four digits")
    return year + (1900 if year >= 70 else 2000)


def read_year(text: str) -> int:
    """Return a year of four digits, or of two, also with an apostrophe before them.

    Raises:
        CellError: when two digits could be in either century.
    """
    digits = text.lstrip("'")
    return int(digits) if len(digits) == 4 else expand_year(int(digits))


def is_converted(text: str) -> bool:
    """Whether a text has the form in which a spreadsheet shows what it took for a date: 2026-11-05 or 05.11.2026."""
    split = SPLIT.match(text)
    return split[2] == "." if split else ISO.match(text) is not None


def _require_short(cell: str) -> str:
    if len(cell) > MAX_DATE_CHARS:
        raise CellError(_NOT_A_DATE)
    return plain_letters(cell)


@lru_cache(maxsize=8192)
def _parse_text(text: str, order: DateOrder | None) -> date | datetime:
    if _NOTHING.fullmatch(text) or text == "0":
        raise PlaceholderError
    compact = _COMPACT.fullmatch(text)
    if compact:
        return times.combine(build_date(int(compact[1]), int(compact[2]), int(compact[3])), f"t{compact[4]}")
    on, rest = _split_leading_day(text, order)
    rest = _YEARWORD.sub("", rest).strip().removeprefix(",").strip()
    if _RANGE.match(rest):
        raise CellError("is a range, not one day: write a row for each day")
    return times.combine(on, rest) if rest else on


def _split_leading_day(text: str, order: DateOrder | None) -> tuple[date, str]:
    iso = ISO.match(text)
    if iso:
        year, month, day = iso[1], iso[3] or iso[5] or iso[7], iso[4] or iso[6] or iso[8]
        return build_date(int(year), int(month), int(day)), text[iso.end() :].removeprefix(".")
    split = SPLIT.match(text)
    if split:
        return _order_parts(split, order), text[split.end() :].removeprefix(".")
    named = _split_named_day(text)
    if named:
        return named
    weekday = _WEEKDAY.match(text)
    if weekday and weekday[1] in WEEKDAYS:
        return _split_leading_day(text[weekday.end() :], order)
    raise CellError(_explain(text))


def _order_parts(split: re.Match[str], order: DateOrder | None) -> date:
    first, second, third = int(split[1]), int(split[3]), int(split[4])
    short = len(split[4]) == 2
    if short and (first > 31 or first == 0 or order == "ymd"):
        return build_date(expand_year(first), second, third)
    year = expand_year(third) if short else third
    if (year, second, first) in _PLACEHOLDER_PARTS or (year, first, second) in _PLACEHOLDER_PARTS:
        raise PlaceholderError
    if split[2] == "." or order == "dmy" or first == second:
        return build_date(year, second, first)
    if order == "mdy":
        return build_date(year, first, second)
    raise AmbiguousDateError("may have its day or its month first: say --dates dmy or --dates mdy")


def _split_named_day(text: str) -> tuple[date, str] | None:
    for pattern in _NAMED:
        found = pattern.match(text)
        if found and found["month"] in MONTHS and (found["weekday"] is None or found["weekday"] in WEEKDAYS):
            on = build_date(read_year(found["year"]), MONTHS[found["month"]], int(found["day"]))
            return on, text[found.end() :]
    return None


def _explain(text: str) -> str:
    if text.isdecimal() and len(text) == 5:
        return "is a spreadsheet's number for a date: give its column the format of a date"
    if text.isdecimal() and len(text) in {10, 13}:
        return "is a count of seconds, as computers keep time: write it like 2026-11-30"
    return _NOT_A_DATE


def build_date(year: int, month_no: int, day_no: int) -> date:
    """Return a day of the calendar that makes sense.

    Raises:
        PlaceholderError: when it stands for none.
        CellError: when there is no such day, or its year can't be right.
    """
    try:
        return _check_day(date(year, month_no, day_no))
    except ValueError as error:
        if isinstance(error, CellError):
            raise
        raise CellError("is no day of the calendar") from None


def _check_day(on: date) -> date:
    if on in PLACEHOLDERS:
        raise PlaceholderError
    if not EARLIEST_YEAR <= on.year <= LATEST_YEAR:
        raise CellError(f"has a year that can't be right: {on.year}")
    return on


def _swap(moment: date | datetime) -> date | datetime:
    return moment.replace(month=moment.day, day=moment.month) if moment.day <= 12 else moment


def _date_from_serial(number: float, *, epoch_1904: bool) -> datetime:
    if number == 0:
        raise PlaceholderError
    if epoch_1904:
        number += _DAYS_TO_1904
    if not 20_000 <= number < 75_000:  # 1954 to 2105
        raise CellError(_NOT_A_DATE)
    return _SERIAL_START + timedelta(seconds=round(number * 86_400))
