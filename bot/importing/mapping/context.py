"""What the makers of records share: what is at hand, how they refuse, and the checks that several need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP
from functools import cache
from typing import Any

from babel.numbers import get_currency_precision

from bot.importing.errors import RowError
from bot.importing.lookup import Roster
from bot.importing.parsing.values import Amount, Person

AHEAD = timedelta(days=1)
"""How far in the future something may have happened: clocks and time zones differ, no more."""


@dataclass(frozen=True, slots=True)
class Making:
    """What is at hand while records are made."""

    roster: Roster
    names: frozenset[str]
    """The columns that the file has: what is not among them is left as it is stored."""
    now: datetime


Values = Mapping[str, Any]
Record = dict[str, Any]


def minor(amount: Amount | None, currency: str, column: str) -> int | None:
    """Give an amount in minor units of a currency, rounded half up (12.345 EUR is 1235 cents).

    Raises:
        RowError: when it has another currency beside it.
    """
    if amount is None:
        return None
    if amount.currency and amount.currency != currency:
        raise RowError(column, f"is in {amount.currency}, but the row's currency is {currency}")
    return int(amount.units.scaleb(_digits(currency)).to_integral_value(ROUND_HALF_UP))


@cache
def _digits(currency: str) -> int:
    return get_currency_precision(currency)


def member_id(person: Person | None, making: Making) -> int | None:
    """Give a person's row, made if need be. Call it last: a row that is refused makes nobody."""
    return making.roster.member(person).id if person else None


def given(values: Values, making: Making, defaults: Mapping[str, Any]) -> Record:
    """Give those of some columns that the file has; an empty cell puts the default back."""
    return {
        name: default if values[name] is None else values[name]
        for name, default in defaults.items()
        if name in making.names
    }


def in_order(values: Values, earlier: str, later: str) -> None:
    """See to it that one day is not before another, where both are given.

    Raises:
        RowError: when it is.
    """
    first, second = values.get(earlier), values.get(later)
    if first and second and second < first:
        raise RowError(later, f"is before {earlier}, {first.isoformat()}")


def happened(on: date, column: str, making: Making) -> None:
    """See to it that a day is not in the future.

    Raises:
        RowError: when it is.
    """
    if on > (making.now + AHEAD).date():
        raise RowError(column, "is in the future")
