"""Parses months as people type them and as spreadsheets store them: ``2026-11``, ``11/26``, ``Nov 2026``, ``lis.26``.

``2026.1`` is refused: a spreadsheet makes it of January and of October alike. Never here: days (`dates`).
"""

import re
from datetime import date
from functools import lru_cache

from bot.importing.errors import CellError
from bot.importing.parsing import dates
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.dates import DateStyle
from bot.importing.parsing.limits import MAX_DATE_CHARS
from bot.importing.parsing.month_names import MONTHS, plain_letters

_NOT_A_MONTH = "is not a month: write it like 2026-11"

_FIRST = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})|([0-9]{2})|年([0-9]{1,2})月)")
_LAST = re.compile(r"([0-9]{1,2})[-/.]\s?([0-9]{4})")
_SHORT = re.compile(r"(0?[1-9]|1[0-2])[-/.]([0-9]{2})")
_NAMED = (
    re.compile(
        rf"(?P<month>{dates.WORD})\.?[\s./,'-]*(?:del? )?(?P<year>[0-9]{{4}}|[0-9]{{2}})(?: ?(?:r\.?|roku|г\.?|года?))?"
    ),
    re.compile(rf"(?P<year>[0-9]{{4}})[\s./,-]*(?P<month>{dates.WORD})\.?"),
)
_QUARTER = re.compile(r"(?:.*\b)?(?:q|t|кв)\.?\s?[1-4]\b.*|[1-4]\.?\s?(?:quartal|kwartal|trimestre|квартал|кв|q)\b.*")


def parse_month(cell: Cell, style: DateStyle = dates.PLAIN_STYLE) -> date:
    """Parse a month (``2026-11``, ``11.2026``, ``Nov 2026``, or any day of it) as its first day.

    Raises:
        PlaceholderError: when it stands for none.
        CellError: when it is not a month.
    """
    text = _month_text(cell)
    found = _parse_month_text(text) if text else None
    if found:
        return found
    try:
        return dates.parse_day(cell, style).replace(day=1)
    except (dates.AmbiguousDateError, dates.PlaceholderError):
        raise
    except CellError:
        raise CellError(_NOT_A_MONTH) from None


def _month_text(cell: Cell) -> str:
    """Return a month as text, also one that a spreadsheet stores as a number: 202611, 2026.11, 11.2026."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if float(cell).is_integer():
            return str(int(cell)) if cell >= 100_000 else ""
        return f"{cell:.6g}" if cell < dates.LATEST_YEAR + 1 else ""
    return plain_letters(cell) if isinstance(cell, str) and len(cell) <= MAX_DATE_CHARS else ""


@lru_cache(maxsize=8192)
def _parse_month_text(text: str) -> date | None:
    first, last, short = _FIRST.fullmatch(text), _LAST.fullmatch(text), _SHORT.fullmatch(text)
    if first:
        if first[2] == "." and first[3] == "1":
            raise CellError("may be January or October, cut short by a spreadsheet: write it like 2026-10")
        return dates.build_date(int(first[1]), int(first[3] or first[4] or first[5]), 1)
    if last:
        return dates.build_date(int(last[2]), int(last[1]), 1)
    if short and int(short[2]) > 12:
        return dates.build_date(dates.expand_year(int(short[2])), int(short[1]), 1)
    for pattern in _NAMED:
        named = pattern.fullmatch(text)
        if named and named["month"] in MONTHS:
            return dates.build_date(dates.read_year(named["year"]), MONTHS[named["month"]], 1)
    if _QUARTER.fullmatch(text):
        raise CellError("is a quarter, not a month: write a row for each month, like 2026-11")
    return None
