"""Parses how long something took: ``58:30``, ``58:30:00``, ``7h 30m``, ``PT7H30M``, a spreadsheet's span of time.

Never here: times of day (`times`), and plain numbers, whose unit stands in the column's title (`units`).
"""

import re
from datetime import date, time, timedelta
from decimal import Decimal

from bot.importing.errors import CellError
from bot.importing.parsing.cells import Cell

_CLOCK = re.compile(r"([0-9]{1,5}):([0-5][0-9])(?::([0-5][0-9])(?:[.,]([0-9]{1,6}))?)?")
_NAMED = re.compile(
    r"(?:(?P<hours>[0-9]+(?:[.,][0-9]{1,2})?)\s*+(?:hours?|hrs?|h|std|stunden?|godz(?:iny|ina|in)?|horas?|часов|часа|час|ч)(?![^\W\d_])\.?,?)?+\s*+"
    r"(?:(?P<minutes>[0-9]+(?:[.,][0-9]{1,2})?)\s*+(?:minutes?|mins?|minuten?|minutos?|minuty?|minut|минуты?|минут|мин|m|м)(?![^\W\d_])\.?,?)?+\s*+"
    r"(?:(?P<seconds>[0-9]+)\s*+(?:seconds?|secs?|sekunden?|segundos?|sekundy?|секунды?|секунд|сек|s|с)(?![^\W\d_])\.?)?+",
    re.IGNORECASE,
)
_CLOCK_UNIT = re.compile(r"\s*(?:h|hrs?|std|godz|ч)\.?$", re.IGNORECASE)
_HOURS_THEN_MINUTES = re.compile(r"([0-9]{1,4})\s?h\s?([0-5][0-9])", re.IGNORECASE)
_ISO = re.compile(r"PT(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?", re.IGNORECASE)

SECONDS: dict[str, Decimal] = {
    "milliseconds": Decimal("0.001"),
    "seconds": Decimal(1),
    "minutes": Decimal(60),
    "hours": Decimal(3600),
}
"""Seconds in one of a measure."""


def read_duration(cell: Cell) -> Decimal | None:
    """Read a duration in seconds; None for what is no duration by itself, such as a plain number.

    Raises:
        CellError: when it is one that can't be read.
    """
    if isinstance(cell, timedelta):
        return Decimal(cell // timedelta(milliseconds=1)) / 1000
    if isinstance(cell, time):
        return Decimal((cell.hour * 60 + cell.minute) * 60 + cell.second)
    if isinstance(cell, date):
        raise CellError("is shown as a date: give its column the format [h]:mm in the spreadsheet")
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if ":" in text:
        return _read_clock(_CLOCK_UNIT.sub("", text))
    named = _HOURS_THEN_MINUTES.fullmatch(text) or _ISO.fullmatch(text)
    if named:
        return _add_up(*named.groups())
    named = _NAMED.fullmatch(text)
    return _add_up(*named.group("hours", "minutes", "seconds")) if named and any(named.groups()) else None


def has_two_parts(cell: Cell) -> bool:
    """Whether a duration has two parts whose names only its column can tell: ``02:30``."""
    return isinstance(cell, str) and cell.count(":") == 1


def _read_clock(text: str) -> Decimal:
    found = _CLOCK.fullmatch(text)
    if not found:
        raise CellError("is no duration: write it like 7.5 or 7:30")
    fraction = Decimal(f"0.{found[4]}") if found[4] else Decimal(0)
    return _add_up(found[1], found[2], found[3]) + fraction


def _add_up(hours: str | None, minutes: str | None = None, seconds: str | None = None) -> Decimal:
    parts = [Decimal((part or "0").replace(",", ".")) for part in (hours, minutes, seconds)]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]
