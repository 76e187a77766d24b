"""What the mapping functions share: the context of one import, and the checks and conversions that several need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel.numbers import get_currency_precision

from bot.importing.errors import RowError
from bot.importing.lookup import ReferenceLookup
from bot.importing.parsing.values import Amount, PersonReference

CLOCK_TOLERANCE = timedelta(days=1)
"""How far in the future a date or time may be: clocks and time zones differ."""


@dataclass(frozen=True, slots=True)
class MappingContext:
    """What a mapping function knows beside the row: the records it may refer to, the file's columns, the time."""

    lookup: ReferenceLookup
    column_names: frozenset[str]
    """Of the file; a column that it lacks leaves what is stored as it is."""
    now: datetime


Values = Mapping[str, Any]
"""A row's typed values by column; None for an empty cell."""
Record = dict[str, Any]
"""A row's values by the columns of its table."""


def to_minor_units(amount: Amount | None, currency: str, column: str) -> int | None:
    """Convert an amount to minor units of a currency, rounding half up (12.345 EUR is 1235 cents).

    Raises:
        RowError: when it is written with another currency.
    """
    if amount is None:
        return None
    if amount.currency and amount.currency != currency:
        raise RowError(column, f"is in {amount.currency}, but the row's currency is {currency}")
    return int(amount.units.scaleb(_digits(currency)).to_integral_value(ROUND_HALF_UP))


def all_to_minor_units(amounts: Iterable[Amount | None], currency: str) -> list[int | None]:
    """Convert amounts that are written with no other currency, as `to_minor_units` converts one."""
    scale = Decimal(1).scaleb(_digits(currency))
    return [
        None if amount is None else int((amount.units * scale).to_integral_value(ROUND_HALF_UP)) for amount in amounts
    ]


def format_minor(amount: int, currency: str) -> str:
    """Write an amount for a reason why a row is refused: 123450 cents as ``1234.50 EUR``."""
    return f"{Decimal(amount).scaleb(-_digits(currency)):f} {currency}"


@cache
def _digits(currency: str) -> int:
    return get_currency_precision(currency)


def find_or_create_member_id(person: PersonReference | None, column: str, context: MappingContext) -> int | None:
    """Return a member's id; None for nobody. Call it last, so that a refused row creates no member.

    Raises:
        RowError: when several people have the name.
    """
    return context.lookup.find_or_create_member(person, column).id if person else None


def find_member_id(person: PersonReference | None, column: str, context: MappingContext) -> int | None:
    """Return the id of a member who did something; None for nobody, and for a name that no member has.

    Raises:
        RowError: when several people have the name.
    """
    if person is None or person.name is None:
        return find_or_create_member_id(person, column, context)
    known = context.lookup.find_member(person, column)
    if known is None:
        context.lookup.unknown_people[person.name] += 1
    return known.id if known else None


def read_columns(values: Values, context: MappingContext, defaults: Mapping[str, Any]) -> Record:
    """Return the values of those of some columns that the file has; an empty cell resets one to its default."""
    return {
        name: default if values[name] is None else values[name]
        for name, default in defaults.items()
        if name in context.column_names
    }


def require_order(values: Values, earlier: str, later: str) -> None:
    """Check that one date is not after another, where both are given.

    Raises:
        RowError: when it is.
    """
    first, second = values.get(earlier), values.get(later)
    if first and second and second < first:
        raise RowError(later, f"is before {earlier}, {first.isoformat()}")


def require_not_future(on: date, column: str, context: MappingContext) -> None:
    """Check that a date is not in the future, give or take CLOCK_TOLERANCE.

    Raises:
        RowError: when it is.
    """
    if on > (context.now + CLOCK_TOLERANCE).date():
        raise RowError(column, "is in the future")
