"""One cell, read as its column wants it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial

from babel import Locale

from bot.importing.errors import CellError
from bot.importing.parsing import dates, numbers
from bot.importing.parsing.aliases import VALUES
from bot.importing.parsing.cells import Cell, is_failed, is_nothing, unguard
from bot.importing.parsing.columns import Column
from bot.importing.parsing.headers import plain

MOST = 10**14
"""Numbers beyond it are a slip of the hand."""
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_SLACK_USER = re.compile(r"(?:<@)?([UW](?:(?=[A-Z]*[0-9])[A-Z0-9]{5,30}|[A-Z]{8}|[A-Z]{10}))(?:\|[^>]*)?>?")
"""With a digit, or as long as those without one are: a name in capitals is none."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in whole units, as typed, and the currency that stood beside it, if one did."""

    units: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named by e-mail (lower case) or by Slack user id."""

    email: str | None = None
    slack_user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """What the file as a whole tells about one column."""

    order: dates.Order | None = None
    decimal: str = ""
    """``.`` or ``,``; nothing where no number tells."""


Value = str | int | float | date | datetime | Amount | Person | None
Parser = Callable[[Cell], Value]
"""Raises CellError for a cell that it can't read."""


def parser(column: Column, style: Style) -> Parser:
    """Give what reads this column's cells; an empty cell is None."""
    read = partial(_READERS[column.type], column=column, style=style)
    known: dict[str, Value] = {}

    def of(cell: Cell) -> Value:
        if type(cell) is not str:
            return None if is_nothing(cell) else read(cell)
        if cell in known:
            return known[cell]
        text = cell.replace("\0", "").strip()
        if is_failed(text):
            raise CellError("is a formula that failed")
        value = None if is_nothing(text) else read(unguard(text))
        if len(known) < 20_000:  # the same days, names and small numbers come again and again
            known[cell] = value
        return value

    return of


def _text(cell: Cell, column: Column, style: Style) -> str:  # noqa: ARG001
    if isinstance(cell, bool):
        text = str(cell).upper()
    elif isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))
    elif isinstance(cell, datetime):
        text = cell.isoformat(sep=" ")
    else:
        text = str(cell)
    if len(text) > column.longest:
        raise CellError(f"is longer than {column.longest} characters")
    return text


def _person(cell: Cell, column: Column, style: Style) -> Person:  # noqa: ARG001
    text = str(cell).removeprefix("mailto:")
    slack = _SLACK_USER.fullmatch(text)
    if slack:
        return Person(slack_user_id=slack[1])
    if _EMAIL.fullmatch(text) and len(text) <= 320:
        return Person(email=text.lower())
    raise CellError("is neither an e-mail address nor a Slack user id")


@cache
def _named(choices: tuple[str, ...]) -> dict[str, str]:
    aliases = {plain(alias): choice for choice in choices for alias in VALUES.get(choice, "").split()}
    return aliases | {choice: choice for choice in choices}


def _choice(cell: Cell, column: Column, style: Style) -> str:  # noqa: ARG001
    found = _named(column.choices).get(plain(str(cell)))
    if found is None:
        raise CellError(f"is none of {', '.join(column.choices)}")
    return found


@cache
def _currencies() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def _currency(cell: Cell, column: Column, style: Style) -> str:  # noqa: ARG001
    text = str(cell)
    code = numbers.SIGNS.get(text.casefold()) or text.upper()
    if code not in _currencies():
        raise CellError("is no currency code like EUR or PLN")
    return code


def _number(cell: Cell, column: Column, style: Style, *, whole: bool = False) -> tuple[Decimal, numbers.Written | None]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number, written = Decimal(str(cell)), None
    elif isinstance(cell, str):
        written = numbers.take_apart(cell)
        number = numbers.value(written, style.decimal, whole=whole)
    else:
        raise CellError("is not a number")
    if not number.is_finite() or abs(number) > MOST:
        raise CellError("is too large to be right")
    if number < 0 and not column.signed:
        raise CellError("is below zero")
    return number, written


def _money(cell: Cell, column: Column, style: Style) -> Amount:
    number, written = _number(cell, column, style)
    if written and written.percent:
        raise CellError("is a percentage, not an amount")
    code = written.currency if written else ""
    if code and code not in _currencies():
        raise CellError(f"has {code} beside it, which is no currency code")
    return Amount(number, code)


def _count(cell: Cell, column: Column, style: Style) -> int:
    number, written = _number(cell, column, style, whole=True)
    if number != number.to_integral_value() or (written and (written.percent or written.currency)):
        raise CellError("is not a whole number")
    return int(number)


def _quantity(cell: Cell, column: Column, style: Style) -> float:
    number, written = _number(cell, column, style)
    if written and written.currency:
        raise CellError("is an amount of money, not a number")
    return float(number / 100 if written and written.percent else number)


def _limit(cell: Cell, column: Column, style: Style) -> int:
    days = _count(cell, column, style)
    if not 1 <= days <= 365:
        raise CellError("is not between 1 and 365 days")
    return days


def _value(cell: Cell, column: Column, style: Style) -> float | str:
    """Read an observation's value: a number, or the word that it is."""
    if isinstance(cell, str) and not any(letter.isdigit() for letter in cell):
        return _named(column.choices).get(plain(cell)) or _text(cell, column, style)
    return _quantity(cell, column, style)


def _day(cell: Cell, column: Column, style: Style) -> date:  # noqa: ARG001
    return dates.day(cell, style.order)


def _month(cell: Cell, column: Column, style: Style) -> date:  # noqa: ARG001
    return dates.month(cell, style.order)


def _moment(cell: Cell, column: Column, style: Style) -> date:  # noqa: ARG001
    return dates.moment(cell, style.order)


_READERS: dict[str, Callable[..., Value]] = {
    "text": _text,
    "key": _text,
    "client": _text,
    "person": _person,
    "choice": _choice,
    "currency": _currency,
    "day": _day,
    "month": _month,
    "moment": _moment,
    "money": _money,
    "count": _count,
    "quantity": _quantity,
    "limit": _limit,
    "value": _value,
}
