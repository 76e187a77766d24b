"""Reads a cell as a number with the unit of its column: an amount, a count, a duration, a score.

Never here: how digits, dots and commas are read (`numbers`), and what a title says (`units`).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.importing.errors import CellError
from bot.importing.parsing import currencies, durations, numbers
from bot.importing.parsing.cells import Cell
from bot.importing.parsing.currencies import NO_CURRENCY, Currency
from bot.importing.parsing.numbers import PLAIN_STYLE, NumberStyle
from bot.importing.parsing.units import PLAIN, Unit

MAX_NUMBER = 10**14
"""A larger number is taken for a typing error."""
_OUT_OF = re.compile(
    r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*(?:/|out of|of|von|de|sobre|na|z|из)\s*(5|10|100)", re.IGNORECASE
)


class Share(float):
    """A part of a whole, from 0 to 1, that was written as such: ``92%``, ``9/10``."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How the numbers of a column are written, and what its title says of all of them."""

    style: NumberStyle = PLAIN_STYLE
    unit: Unit = PLAIN
    allow_negative: bool = False
    decimals: int | None = None
    """How many an amount can have by the currencies of its file."""


_Number = tuple[Decimal, Currency, bool]
"""A value, the currency beside it, and whether it is a percentage."""


def _read_number(cell: Cell, number_format: NumberFormat, *, whole: bool = False) -> _Number:
    if isinstance(cell, str):
        value, money, percent = _read_text(cell, number_format, whole=whole)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        value, money, percent = Decimal(f"{cell:.15g}"), _read_cell_format(cell), getattr(cell, "percent", False)
    else:
        raise CellError("is not a number")
    if number_format.unit is not PLAIN:
        value *= number_format.unit.scale
    if not value.is_finite() or abs(value) > MAX_NUMBER:
        raise CellError("is too large to be right")
    if value < 0 and not number_format.allow_negative:
        raise CellError("is below zero")
    return value, money, percent


def _read_text(cell: str, number_format: NumberFormat, *, whole: bool) -> _Number:
    style, unit = number_format.style, number_format.unit
    plain = None if style.told else numbers.read_plain(cell)
    if plain is not None:
        return plain, NO_CURRENCY, False
    parts = numbers.split_number(cell)
    decimals = currencies.digits_of(parts.money if parts.money != NO_CURRENCY else unit.money)
    if decimals is None:
        decimals = number_format.decimals
    if unit.scale > 1:  # thousands have decimals of their own
        style, decimals = NumberStyle(style.mark, style.told, thousandths=True), None
    value = numbers.to_decimal(parts, style, whole=whole and unit.scale == 1, decimals=decimals)
    return value / 100 if parts.percent else value, parts.money, parts.percent


def _read_cell_format(cell: float) -> Currency:
    """Read the currency that a spreadsheet's cell shows by its format."""
    written = getattr(cell, "currency", "")
    money = currencies.read_currency(written) if written else NO_CURRENCY
    if money is None:
        raise CellError(f"is shown as {written}, which is no currency that is known")
    return money


def read_amount(cell: Cell, number_format: NumberFormat) -> tuple[Decimal, Currency]:
    """Read an amount of money and its currency, from the cell or else from the column's title.

    Raises:
        CellError: when it is none, or the two name different currencies.
    """
    value, money, percent = _read_number(cell, number_format)
    if percent:
        raise CellError("is a percentage, not an amount")
    if number_format.unit is PLAIN:
        return value, money
    told = number_format.unit.money
    if not currencies.agree(told, money):
        raise CellError(f"is in {money.code or money.sign}, and its column's title says {told.code or told.sign}")
    code = money.code or told.code
    return value, Currency(code) if code else Currency(sign=money.sign or told.sign)


def read_count(cell: Cell, number_format: NumberFormat) -> int:
    """Read a whole number.

    Raises:
        CellError: when it is none.
    """
    value, money, percent = _read_number(cell, number_format, whole=True)
    if value != value.to_integral_value() or percent or money != NO_CURRENCY:
        raise CellError("is not a whole number")
    return int(value)


def read_quantity(cell: Cell, number_format: NumberFormat) -> Decimal:
    """Read a number that may have decimals; a percentage is its share of 1.

    Raises:
        CellError: when it is none.
    """
    value, money, percent = _read_number(cell, number_format)
    if money != NO_CURRENCY:
        raise CellError("is an amount of money, not a number")
    return value / 100 if number_format.unit.measure == "percent" and not percent else value


def read_duration(cell: Cell, number_format: NumberFormat, plain: str) -> Decimal:
    """Read a duration in seconds; a number by itself is in its column's measure, else in the `plain` one.

    Raises:
        CellError: when it is none, or says something else than its column's title.
    """
    measure = number_format.unit.measure
    seconds = durations.read_duration(cell)
    if seconds is None:
        if measure == "h:mm":
            raise CellError("is not written as hours and minutes, as its column's title says")
        value, money, percent = _read_number(cell, number_format)
        if percent or money != NO_CURRENCY:
            raise CellError("is not a number of hours or minutes")
        return value * durations.SECONDS[measure or plain]
    if durations.has_two_parts(cell) and (measure or plain) not in {"hours", "h:mm"}:
        raise CellError("could be hours and minutes or minutes and seconds: write it like 0:12:30")
    if seconds < 0:
        raise CellError("is below zero")
    return seconds


def read_score(cell: Cell, number_format: NumberFormat) -> float:
    """Read a score: a `Share` where it is a part of a whole, by itself or by its column's title, else a plain number.

    Raises:
        CellError: when it is none.
    """
    out_of = _OUT_OF.fullmatch(cell) if isinstance(cell, str) else None
    if out_of:
        share = Decimal(out_of[1].replace(",", ".")) / int(out_of[2])
        if share > 1:
            raise CellError("is more than the whole")
        return Share(share)
    value, money, percent = _read_number(cell, number_format)
    if money != NO_CURRENCY:
        raise CellError("is an amount of money, not a number")
    if percent:
        return Share(value)
    parts = {"percent": 100, "out of 5": 5}.get(number_format.unit.measure)
    return Share(value / parts) if parts else float(value)
