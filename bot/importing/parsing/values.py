"""Parses a cell as its column requires.

Never here: how numbers, dates, durations, people, keys and choices are written, which have a module each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import NamedTuple

from bot.importing.errors import CellError
from bot.importing.parsing import choices, currencies, dates, encodings, keys, months, people, quantities, units
from bot.importing.parsing.cells import (
    NOT_CALCULATED,
    Cell,
    clean_text,
    display_text,
    is_blank,
    is_blank_text,
    is_formula_error,
    unescape_formula,
)
from bot.importing.parsing.columns import DATE_TYPES, NUMERIC_TYPES, Column
from bot.importing.parsing.limits import MAX_PERSON_CHARS
from bot.importing.parsing.numbers import NumberStyle
from bot.importing.parsing.quantities import NumberFormat
from bot.importing.parsing.titles import normalize_title
from bot.importing.parsing.units import PLAIN, Unit
from bot.infra.visible import clean_name

_NAMING = frozenset({"text", "client"})
"""Types in which a word such as "None" may be a name."""


class Amount(NamedTuple):
    """An amount of money in major units, as typed, and its currency, empty where none was written beside it."""

    units: Decimal
    currency: str = ""
    sign: str = ""
    """The sign beside it where several currencies share it, as `numbers.SIGN_CURRENCIES` has it."""


@dataclass(frozen=True, slots=True)
class PersonReference:
    """A person given by e-mail, in lower case, or by Slack user id, or else by name."""

    email: str | None = None
    slack_user_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnFormat:
    """How the cells of one column are written, as the file as a whole shows."""

    date_order: dates.DateOrder | None = None
    decimal_mark: str = ""
    """``.`` or ``,``; empty where no number of the column shows it, ``.,`` where they contradict each other."""
    unit: Unit = PLAIN
    epoch_1904: bool = False
    """Whether a plain number that stands for a date counts from 1904."""
    decimal_told: bool = False
    """Whether the file's author has told the decimal mark."""
    thousandths: bool = False
    """Whether a number of the column has certainly three decimals or more."""
    decimals: int | None = None
    """How many an amount can have where no currency is written beside it."""
    swapped: bool = False
    """Whether a spreadsheet has swapped day and month of the cells that it took for dates."""
    midnights: bool = False
    """Whether all times of the column are midnight, so that its moments are days."""
    long_keys: bool = False
    """Whether the column has keys of more than 15 digits that do not end in zeros."""
    today: date | None = None
    """The day of the import, for dates that can't be later."""


Value = str | int | float | bool | date | datetime | Amount | PersonReference | None
CellParser = Callable[[Cell], Value]
"""Raises CellError for a cell that it can't read."""


def make_parser(column: Column, column_format: ColumnFormat, value_map: Mapping[str, str] | None = None) -> CellParser:
    """Make the parser of a column's cells; a blank cell is None.

    `value_map`: what the file's author says that a text means, by the text as `normalize_title` has it.
    """
    parse = _bind(column, column_format)
    is_empty = _blank_test(column)
    meanings = value_map or {}
    is_plain = not meanings and column.type in NUMERIC_TYPES | DATE_TYPES

    is_name = column.name == "name" or column.type in {"client", "person"}

    def parse_cell(cell: Cell) -> Value:
        if type(cell) is not str:
            return None if is_empty(cell) else parse(cell)
        if is_plain and cell.isascii() and cell[:1].isdigit() and cell[-1].isdigit():
            return parse(cell)
        text = cell.replace("\0", "").strip() if column.type == "text" else clean_text(cell)
        text = meanings.get(normalize_title(text), text) if meanings else text
        if text == NOT_CALCULATED:
            raise CellError(
                "is a formula whose result is not stored: open the file in a spreadsheet program and save it"
            )
        if is_formula_error(text):
            raise CellError("is a formula that failed")
        if encodings.is_mangled(text) or (is_name and encodings.has_lost_letters(text)):
            raise CellError("has letters that can't be read: save the file anew, as CSV UTF-8")
        return None if is_empty(text) else parse(unescape_formula(text))

    if not units.fits(column_format.unit, column.type):
        return _refuse_unit
    return parse_cell


def _blank_test(column: Column) -> Callable[[Cell], bool]:
    """Choose what counts as blank in a column: "None" may be a client, and "not available" an outcome."""
    if column.type == "choice":
        return partial(choices.is_blank_choice, choices=column.choices)
    return is_blank_text if column.type in _NAMING else is_blank


def _bind(column: Column, column_format: ColumnFormat) -> Callable[[Cell], Value]:
    if column.type not in _NUMBER_PARSERS:
        return partial(_PARSERS[column.type], column=column, column_format=column_format)
    style = NumberStyle(column_format.decimal_mark, column_format.decimal_told, column_format.thousandths)
    decimals = column.decimals if column_format.decimals is None else column_format.decimals
    decimals = decimals if column.type == "money" else None
    number_format = NumberFormat(style, column_format.unit, column.allow_negative, decimals)
    if column.type == "value":
        return partial(_parse_value, column=column, number_format=number_format)
    return partial(_NUMBER_PARSERS[column.type], number_format=number_format)


def _refuse_unit(cell: Cell) -> Value:
    if is_blank(cell):
        return None
    raise CellError("stands in a column whose title names a unit that it can't have")


def _parse_text(cell: Cell, column: Column, column_format: ColumnFormat) -> str | None:  # noqa: ARG001
    return _check_length(keys.read_text(cell), column)


def _parse_key(cell: Cell, column: Column, column_format: ColumnFormat) -> str | None:
    return _check_length(keys.read_key(cell, long_numbers_are_whole=column_format.long_keys), column)


def _check_length(text: str, column: Column) -> str | None:
    if len(text) > column.max_length:
        raise CellError(f"is longer than {column.max_length} characters")
    if column.name == "name":
        return clean_name(text) or None
    return text


def _parse_person(cell: Cell, column: Column, column_format: ColumnFormat) -> PersonReference:  # noqa: ARG001
    text = str(cell)
    if len(text) > MAX_PERSON_CHARS:
        raise CellError("is neither an e-mail address nor a Slack user id nor a name")
    slack = people.read_slack_user(text)
    if slack:
        return PersonReference(slack_user_id=slack)
    email = people.find_email(text)
    if email:
        return PersonReference(email=email)
    name = people.read_name(text)
    if name and isinstance(cell, str):
        return PersonReference(name=name)
    raise CellError("is neither an e-mail address nor a Slack user id nor a name")


def _parse_choice(cell: Cell, column: Column, column_format: ColumnFormat) -> str:  # noqa: ARG001
    found = choices.find_choice(display_text(cell), column.choices)
    if found is None:
        raise CellError(f"is none of {', '.join(column.choices)}")
    return found


def _parse_flag(cell: Cell, column: Column, column_format: ColumnFormat) -> bool:  # noqa: ARG001
    found = choices.find_flag(display_text(cell))
    if found is None:
        raise CellError("is neither yes nor no")
    return found


def _parse_currency(cell: Cell, column: Column, column_format: ColumnFormat) -> str:  # noqa: ARG001
    code = currencies.find_code(str(cell))
    if code is None:
        raise CellError("is no currency code like EUR or PLN")
    return code


def _parse_money(cell: Cell, number_format: NumberFormat) -> Amount:
    number, money = quantities.read_amount(cell, number_format)
    return Amount(number, money.code, money.sign)


def _parse_quantity(cell: Cell, number_format: NumberFormat) -> float:
    return float(quantities.read_quantity(cell, number_format))


def _parse_limit(cell: Cell, number_format: NumberFormat) -> int:
    days = quantities.read_count(cell, number_format)
    if not 1 <= days <= 365:
        raise CellError("is not between 1 and 365 days")
    return days


def _parse_hours(cell: Cell, number_format: NumberFormat) -> float:
    seconds = quantities.read_duration(cell, number_format, "hours")
    return float(round(seconds / 3600, 6))


def _parse_minutes(cell: Cell, number_format: NumberFormat) -> int:
    seconds = quantities.read_duration(cell, number_format, "minutes")
    return int((seconds / 60).to_integral_value(ROUND_HALF_UP))


def _parse_value(cell: Cell, column: Column, number_format: NumberFormat) -> float | str | None:
    """Parse an observation's value: a number, a share of a whole, or a word."""
    if isinstance(cell, str) and not any(letter.isdigit() for letter in cell):
        return choices.find_choice(display_text(cell), column.choices) or _check_length(cell, column)
    return quantities.read_score(cell, number_format)


def _parse_day(cell: Cell, column: Column, column_format: ColumnFormat) -> date | None:
    """Parse a day: an aware moment where the cell or its column's title says which moment it is."""
    moment = _read_moment(cell, column, column_format)
    if isinstance(moment, datetime) and (
        moment.tzinfo is None or (column_format.midnights and moment.time() == time())
    ):
        return moment.date()
    return moment


def _parse_month(cell: Cell, column: Column, column_format: ColumnFormat) -> date | None:
    return _read_date(months.parse_month, cell, column, column_format)


def _read_date(
    parse: Callable[[Cell, dates.DateStyle], date], cell: Cell, column: Column, column_format: ColumnFormat
) -> date | None:
    style = dates.DateStyle(column_format.date_order, column_format.epoch_1904, column_format.swapped)
    try:
        return parse(cell, style)
    except dates.PlaceholderError:
        if column.required:
            raise
        return None


def _read_moment(cell: Cell, column: Column, column_format: ColumnFormat) -> date | None:
    moment = _read_date(dates.parse_moment, cell, column, column_format)
    if moment is None:
        return None
    if isinstance(moment, datetime) and moment.tzinfo is None and column_format.unit.utc:
        moment = moment.replace(tzinfo=UTC)
    on = moment.date() if isinstance(moment, datetime) else moment
    if column.days_ahead is not None and column_format.today is not None:
        latest = column_format.today + timedelta(days=column.days_ahead)
        if on > latest:
            raise CellError("is in the future" if column.days_ahead <= 1 else "is too far ahead to be right")
    return moment


_PARSERS: dict[str, Callable[..., Value]] = {
    "text": _parse_text,
    "key": _parse_key,
    "client": _parse_text,
    "person": _parse_person,
    "choice": _parse_choice,
    "flag": _parse_flag,
    "currency": _parse_currency,
    "day": _parse_day,
    "month": _parse_month,
    "moment": _read_moment,
}

_NUMBER_PARSERS: dict[str, Callable[..., Value]] = {
    "money": _parse_money,
    "count": quantities.read_count,
    "quantity": _parse_quantity,
    "hours": _parse_hours,
    "minutes": _parse_minutes,
    "limit": _parse_limit,
    "value": _parse_value,
}
