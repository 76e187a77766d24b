"""Parses a cell as its column requires."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial

from babel import Locale

from bot.importing.errors import CellError
from bot.importing.parsing import dates, numbers
from bot.importing.parsing.aliases import VALUE_ALIASES
from bot.importing.parsing.cells import Cell, display_text, is_blank, is_formula_error, unescape_formula
from bot.importing.parsing.columns import Column
from bot.importing.parsing.headers import normalize_title
from bot.importing.parsing.limits import MAX_CACHED_CHARS, MAX_PERSON_CHARS
from bot.infra.visible import clean_name

MAX_CACHED = 20_000
"""Parsed texts remembered for each column."""
MAX_NUMBER = 10**14
"""A larger number is taken for a typing error."""
_EMAIL = re.compile(r"[^@\s<>]++@[^@\s<>.]++(?:\.[^@\s<>.]++)++")
_SLACK_USER = re.compile(r"(?:<@)?([UW](?:(?=[A-Z]*[0-9])[A-Z0-9]{5,30}|[A-Z]{8}|[A-Z]{10}))(?:\|[^>]*+)?>?")
"""With a digit, or of a length at which ids have none: a name in capitals is not a user id."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in major units, as typed, and its currency, empty where none was written beside it."""

    units: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class PersonReference:
    """A person given by e-mail, in lower case, or by Slack user id."""

    email: str | None = None
    slack_user_id: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnFormat:
    """How the cells of one column are written, as the file as a whole shows."""

    date_order: dates.DateOrder | None = None
    decimal_mark: str = ""
    """``.`` or ``,``; empty where no number of the column shows it."""


Value = str | int | float | date | datetime | Amount | PersonReference | None
CellParser = Callable[[Cell], Value]
"""Raises CellError for a cell that it can't read."""


def make_parser(column: Column, column_format: ColumnFormat) -> CellParser:
    """Make the parser of a column's cells; a blank cell is None."""
    parse = partial(_PARSERS[column.type], column=column, column_format=column_format)
    cache_by_text: dict[str, Value] = {}

    def parse_cell(cell: Cell) -> Value:
        if type(cell) is not str:
            return None if is_blank(cell) else parse(cell)
        if cell in cache_by_text:
            return cache_by_text[cell]
        text = cell.replace("\0", "").strip()
        if is_formula_error(text):
            raise CellError("is a formula that failed")
        if "\ufffd" in text:
            raise CellError("has a letter that can't be read: save the file as CSV UTF-8")
        value = None if is_blank(text) else parse(unescape_formula(text))
        # the same days, names and small numbers recur
        if len(cache_by_text) < MAX_CACHED and len(cell) <= MAX_CACHED_CHARS:
            cache_by_text[cell] = value
        return value

    return parse_cell


def _parse_text(cell: Cell, column: Column, column_format: ColumnFormat) -> str | None:  # noqa: ARG001
    if isinstance(cell, bool):
        text = str(cell).upper()
    elif isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))
    elif isinstance(cell, datetime):
        text = cell.isoformat(sep=" ")
    else:
        text = str(cell)
    if len(text) > column.max_length:
        raise CellError(f"is longer than {column.max_length} characters")
    if column.name == "name":
        return clean_name(text) or None
    return text


def _parse_person(cell: Cell, column: Column, column_format: ColumnFormat) -> PersonReference:  # noqa: ARG001
    text = str(cell).removeprefix("mailto:")
    if len(text) > MAX_PERSON_CHARS:
        raise CellError("is neither an e-mail address nor a Slack user id")
    slack = _SLACK_USER.fullmatch(text)
    if slack:
        return PersonReference(slack_user_id=slack[1])
    email = read_email(text)
    if email:
        return PersonReference(email=email)
    raise CellError("is neither an e-mail address nor a Slack user id")


def read_email(text: str) -> str | None:
    """Read an e-mail address, in lower case; None for anything else, as for an address with a name before it."""
    found = text.strip()
    return found.lower() if len(found) <= MAX_PERSON_CHARS and _EMAIL.fullmatch(found) else None


@cache
def _choices_by_name(choices: tuple[str, ...]) -> dict[str, str]:
    aliases = {normalize_title(alias): choice for choice in choices for alias in VALUE_ALIASES.get(choice, "").split()}
    return aliases | {choice: choice for choice in choices}


def _parse_choice(cell: Cell, column: Column, column_format: ColumnFormat) -> str:  # noqa: ARG001
    found = _choices_by_name(column.choices).get(normalize_title(display_text(cell)))
    if found is None:
        raise CellError(f"is none of {', '.join(column.choices)}")
    return found


@cache
def _currency_codes() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def _parse_currency(cell: Cell, column: Column, column_format: ColumnFormat) -> str:  # noqa: ARG001
    text = str(cell)
    code = numbers.CURRENCY_SIGNS.get(text.casefold()) or text.upper()
    if code not in _currency_codes():
        raise CellError("is no currency code like EUR or PLN")
    return code


def _parse_number(
    cell: Cell, column: Column, column_format: ColumnFormat, *, whole: bool = False
) -> tuple[Decimal, numbers.NumberParts | None]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number, parts = Decimal(str(cell)), None
    elif isinstance(cell, str):
        parts = numbers.split_number(cell)
        number = numbers.to_decimal(parts, column_format.decimal_mark, whole=whole)
    else:
        raise CellError("is not a number")
    if not number.is_finite() or abs(number) > MAX_NUMBER:
        raise CellError("is too large to be right")
    if number < 0 and not column.allow_negative:
        raise CellError("is below zero")
    return number, parts


def _parse_money(cell: Cell, column: Column, column_format: ColumnFormat) -> Amount:
    number, parts = _parse_number(cell, column, column_format)
    if parts and parts.percent:
        raise CellError("is a percentage, not an amount")
    code = parts.currency if parts else ""
    if code and code not in _currency_codes():
        raise CellError(f"has {code} beside it, which is no currency code")
    return Amount(number, code)


def _parse_count(cell: Cell, column: Column, column_format: ColumnFormat) -> int:
    number, parts = _parse_number(cell, column, column_format, whole=True)
    if number != number.to_integral_value() or (parts and (parts.percent or parts.currency)):
        raise CellError("is not a whole number")
    return int(number)


def _parse_quantity(cell: Cell, column: Column, column_format: ColumnFormat) -> float:
    number, parts = _parse_number(cell, column, column_format)
    if parts and parts.currency:
        raise CellError("is an amount of money, not a number")
    return float(number / 100 if parts and parts.percent else number)


def _parse_limit(cell: Cell, column: Column, column_format: ColumnFormat) -> int:
    days = _parse_count(cell, column, column_format)
    if not 1 <= days <= 365:
        raise CellError("is not between 1 and 365 days")
    return days


def _parse_flag(cell: Cell, column: Column, column_format: ColumnFormat) -> bool:  # noqa: ARG001
    found = _FLAGS.get(normalize_title(display_text(cell)))
    if found is None:
        raise CellError("is neither yes nor no")
    return found


_FLAGS = dict.fromkeys(["yes", "y", "true", "1", "si", "tak", "t", "да", "ja", "j", "wahr"], True) | dict.fromkeys(
    ["no", "n", "false", "0", "nie", "нет", "nein", "falsch"], False
)


def _parse_value(cell: Cell, column: Column, column_format: ColumnFormat) -> float | str | None:
    """Parse an observation's value: a number, or a word."""
    if isinstance(cell, str) and not any(letter.isdigit() for letter in cell):
        return _choices_by_name(column.choices).get(normalize_title(display_text(cell))) or _parse_text(
            cell, column, column_format
        )
    return _parse_quantity(cell, column, column_format)


def _parse_day(cell: Cell, column: Column, column_format: ColumnFormat) -> date:  # noqa: ARG001
    return dates.parse_day(cell, column_format.date_order)


def _parse_month(cell: Cell, column: Column, column_format: ColumnFormat) -> date:  # noqa: ARG001
    return dates.parse_month(cell, column_format.date_order)


def _parse_moment(cell: Cell, column: Column, column_format: ColumnFormat) -> date:  # noqa: ARG001
    return dates.parse_moment(cell, column_format.date_order)


_PARSERS: dict[str, Callable[..., Value]] = {
    "text": _parse_text,
    "key": _parse_text,
    "client": _parse_text,
    "person": _parse_person,
    "choice": _parse_choice,
    "currency": _parse_currency,
    "day": _parse_day,
    "month": _parse_month,
    "moment": _parse_moment,
    "money": _parse_money,
    "count": _parse_count,
    "quantity": _parse_quantity,
    "limit": _parse_limit,
    "value": _parse_value,
    "flag": _parse_flag,
}
