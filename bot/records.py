"""What a row of a file means here: which client and member it names, what its amounts are in minor units.

A function a kind turns typed values into a record of its table, or says why not. Files are `bot.intake`'s matter,
writing is `bot.merge`'s.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision
from sqlalchemy import String, bindparam, cast, literal, update
from sqlalchemy.orm import Session

from bot import models
from bot.intake.kinds import MONEY_METRICS, MOODS
from bot.intake.values import Amount, Person
from bot.roster import KnownClient, Roster

AHEAD = timedelta(days=1)
"""How far in the future something may have happened: clocks and time zones differ, no more."""


class RefusedError(ValueError):
    """A row can't be taken: the column that is at fault, and the reason in words that follow its value."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True, slots=True)
class Making:
    """What is at hand while records are made."""

    roster: Roster
    names: frozenset[str]
    """The columns that the file has: what is not among them is left as it is stored."""
    now: datetime


Values = Mapping[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the rows of a kind go: the table, what makes two of them the same, and what makes a record of one."""

    model: type[models.Base]
    key: tuple[str, ...]
    make: Callable[[Values, Making], Record]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """What new rows get besides."""
    prepare: Callable[[Session, Sequence[Record]], None] | None = None
    """What has to be done before records are merged."""


def minor(amount: Amount | None, currency: str, column: str) -> int | None:
    """Give an amount in minor units of a currency, rounded half up (12.345 EUR is 1235 cents).

    Raises:
        RefusedError: when it has another currency beside it.
    """
    if amount is None:
        return None
    if amount.currency and amount.currency != currency:
        raise RefusedError(column, f"is in {amount.currency}, but the row's currency is {currency}")
    return int(amount.units.scaleb(_digits(currency)).to_integral_value(ROUND_HALF_UP))


@cache
def _digits(currency: str) -> int:
    return get_currency_precision(currency)


def _client(values: Values, making: Making) -> KnownClient:
    try:
        return making.roster.client(values["client"])
    except LookupError as error:
        raise RefusedError("client", str(error)) from None


def _member(person: Person | None, making: Making) -> int | None:
    return making.roster.member(person).id if person else None


def _given(values: Values, making: Making, defaults: Mapping[str, Any]) -> Record:
    """The columns that the file has; an empty cell puts the default back."""
    return {
        name: default if values[name] is None else values[name]
        for name, default in defaults.items()
        if name in making.names
    }


def _in_order(values: Values, earlier: str, later: str) -> None:
    first, second = values.get(earlier), values.get(later)
    if first and second and second < first:
        raise RefusedError(later, f"is before {earlier}, {first.isoformat()}")


def _happened(on: date, column: str, making: Making) -> None:
    if on > (making.now + AHEAD).date():
        raise RefusedError(column, "is in the future")


def _key_of(*parts: Any) -> str:
    """A key for a row that brings none: the same row has the same one each time it is read."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return "row:" + hashlib.sha256(text.encode()).hexdigest()[:32]


def client(values: Values, making: Making) -> Record:
    """Make a client's record."""
    _in_order(values, "started_on", "renews_on")
    _in_order(values, "started_on", "lost_on")
    known = making.roster.clients.get(values["external_id"])
    currency = values.get("currency")
    if not currency:
        currency = known.currency if known and "currency" not in making.names else making.roster.currency
    defaults = dict.fromkeys(_PLAIN_CLIENT) | {
        "status": "active",
        "billing": "retainer",
        "complexity": "simple",
        "reporting": "month",
    }
    record = {
        "workspace_id": making.roster.workspace_id,
        "external_id": values["external_id"],
        "name": values["name"],
        "search_name": making.roster.fold(values["name"]),
        "currency": currency,
        **_given(values, making, defaults),
    }
    if "monthly_fee" in making.names:
        record["monthly_fee"] = minor(values["monthly_fee"], currency, "monthly_fee")
    if "backup" in making.names:
        record["backup_id"] = _member(values["backup"], making)
    record["owner_id"] = _member(values["owner"], making)
    return record


_PLAIN_CLIENT = (
    *("started_on", "renews_on", "lost_on", "returns_on", "contact_limit_days"),
    *("industry", "temperament", "slack_channel", "notes"),
)


def touchpoint(values: Values, making: Making) -> Record:
    """Make a touchpoint's record. A time without an offset is the member's, else the client's owner's."""
    of = _client(values, making)
    occurred = values["occurred_at"]
    given = _given(
        values,
        making,
        {"channel": "other", "direction": "out", "outcome": "reached", "mood": None, "summary": None},
    )
    person = values.get("member")
    external_id = values.get("external_id") or _key_of(
        occurred.isoformat(),
        given.get("channel", "other"),
        given.get("direction", "out"),
        given.get("outcome", "reached"),
        given.get("summary"),
        (person.email or person.slack_user_id) if person else None,
    )
    zone = making.roster.zone_of(person) if person else of.zone
    at = _instant(occurred, zone)
    if at > making.now + AHEAD:
        raise RefusedError("occurred_at", "is in the future")
    record = {
        "workspace_id": making.roster.workspace_id,
        "client_id": of.id,
        "external_id": external_id,
        "occurred_at": at,
        **given,
    }
    if "member" in making.names:
        record["member_id"] = _member(person, making)
    return record


def own_key(touchpoint_id: int) -> str:
    """The external_id under which an export tells a touchpoint that has none: one that was logged here."""
    return f"{_OWN}{touchpoint_id}"


def adopt(session: Session, records: Sequence[Record]) -> None:
    """Let touchpoints that were logged here be known by their `own_key`, so that an export comes back as what it is."""
    numbers = ((record, record["external_id"].removeprefix(_OWN)) for record in records)
    own = [
        {"of_workspace": record["workspace_id"], "of_client": record["client_id"], "number": int(number)}
        for record, number in numbers
        if number != record["external_id"] and number.isdecimal() and len(number) < 19
    ]
    if own:
        session.connection().execute(_ADOPT, own)


_OWN = "atrisk:"
_ADOPT = (
    update(models.Touchpoint.__table__)
    .where(
        models.Touchpoint.workspace_id == bindparam("of_workspace"),
        models.Touchpoint.client_id == bindparam("of_client"),
        models.Touchpoint.id == bindparam("number"),
        models.Touchpoint.external_id.is_(None),
    )
    .values(external_id=literal(_OWN) + cast(models.Touchpoint.id, String))
)


def _instant(occurred: date, zone: ZoneInfo) -> datetime:
    """A day without a time is its noon: the same day in whatever zone it is read."""
    if not isinstance(occurred, datetime):
        occurred = datetime.combine(occurred, time(12))
    return (occurred if occurred.tzinfo else occurred.replace(tzinfo=zone)).astimezone(UTC)


def invoice(values: Values, making: Making) -> Record:
    """Make an invoice's record. Where the status is not told, it follows from what was paid."""
    of = _client(values, making)
    _in_order(values, "issued_on", "due_on")
    currency = values.get("currency") or of.currency
    amount = minor(values["amount"], currency, "amount")
    paid = minor(values.get("paid_amount"), currency, "paid_amount")
    if paid is not None and amount is not None and paid < 0 <= amount:
        raise RefusedError("paid_amount", "is below zero")
    if values.get("paid_on"):
        _happened(values["paid_on"], "paid_on", making)
    record = {
        "workspace_id": making.roster.workspace_id,
        "client_id": of.id,
        "number": values["number"],
        "issued_on": values["issued_on"],
        "due_on": values["due_on"],
        "amount": amount,
        "currency": currency,
        **_given(values, making, {"paid_on": None}),
    }
    if "paid_amount" in making.names:
        record["paid_amount"] = paid or 0
    if making.names & {"status", "paid_amount", "paid_on"}:
        record["status"] = values.get("status") or _status(amount or 0, paid, values.get("paid_on"))
    return record


def _status(amount: int, paid: int | None, paid_on: date | None) -> str:
    settled = bool(paid_on) if paid is None else paid >= amount > 0
    return "paid" if settled else "open"


def metric(values: Values, making: Making) -> Record:
    """Make the record of one day of one source."""
    of = _client(values, making)
    _happened(values["date"], "date", making)
    currency = values.get("currency") or of.currency
    record = {
        "client_id": of.id,
        "on": values["date"],
        "source": values.get("source") or "",
        "workspace_id": making.roster.workspace_id,
        "currency": currency,
    }
    for name, value in values.items():
        if name in MONEY_METRICS:
            record[name] = minor(value, currency, name)
        elif name not in _NOT_MEASURED:
            record[name] = value
    return record


_NOT_MEASURED = frozenset({"client", "date", "source", "currency"})


def target(values: Values, making: Making) -> Record:
    """Make the record of a month's goal."""
    of = _client(values, making)
    goal: Amount = values["target"]
    if values["metric"] in MONEY_METRICS:
        wanted = minor(goal, of.currency, "target")
    elif goal.currency or goal.units != goal.units.to_integral_value():
        raise RefusedError("target", f"is not a whole number, as {values['metric']} are counted in")
    else:
        wanted = int(goal.units)
    return {
        "client_id": of.id,
        "month": values["month"],
        "metric": values["metric"],
        "workspace_id": making.roster.workspace_id,
        "target": wanted,
    }


def observation(values: Values, making: Making) -> Record:
    """Make an observation's record. A mood's value is a word; a survey's and a resource card's is from 0 to 10."""
    of = _client(values, making)
    _happened(values["occurred_on"], "occurred_on", making)
    _in_order(values, "occurred_on", "resolved_on")
    kind, value = values["kind"], values.get("value")
    label = _label(kind, value)
    if kind in {"survey", "resource_card"} and not (isinstance(value, float) and 0 <= value <= 10):
        raise RefusedError("value", f"is not between 0 and 10, as a {kind} has it")
    record = {
        "workspace_id": making.roster.workspace_id,
        "client_id": of.id,
        "external_id": values.get("external_id") or _key_of(kind, values["occurred_on"], value, values.get("note")),
        "kind": kind,
        "occurred_on": values["occurred_on"],
        **_given(values, making, {"note": None, "resolved_on": None}),
    }
    if "value" in making.names:
        record |= {"value": None if label else value, "label": label}
    return record


def _label(kind: str, value: float | str | None) -> str | None:
    if kind != "mood":
        if isinstance(value, str):
            raise RefusedError("value", "is not a number")
        return None
    if value not in MOODS:
        raise RefusedError("value", f"is none of {', '.join(MOODS)}")
    return str(value)


LANDINGS: Mapping[str, Landing] = {
    "clients": Landing(models.Client, ("workspace_id", "external_id"), client),
    "touchpoints": Landing(
        models.Touchpoint, ("workspace_id", "client_id", "external_id"), touchpoint, {"source": "import"}, adopt
    ),
    "invoices": Landing(models.Invoice, ("client_id", "number"), invoice),
    "metrics": Landing(models.DailyMetric, ("client_id", "on", "source"), metric),
    "targets": Landing(models.Target, ("client_id", "month", "metric"), target),
    "observations": Landing(models.Observation, ("workspace_id", "client_id", "external_id"), observation),
}
"""By kind, as `bot.intake.kinds.KINDS` names them."""
