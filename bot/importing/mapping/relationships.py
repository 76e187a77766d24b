"""Records of who the clients are and what passed between them and us: clients, touchpoints, observations."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, bindparam, cast, literal, update
from sqlalchemy.orm import Session

from bot.importing.errors import RowError
from bot.importing.mapping.context import (
    AHEAD,
    Making,
    Record,
    Values,
    given,
    happened,
    in_order,
    member_id,
    minor,
)
from bot.importing.parsing.columns import MOODS
from bot.infra.models import Touchpoint


def _key_of(*parts: Any) -> str:
    """A key for a row that brings none: the same row has the same one each time it is read."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return "row:" + hashlib.sha256(text.encode()).hexdigest()[:32]


def client(values: Values, making: Making) -> Record:
    """Make a client's record."""
    in_order(values, "started_on", "renews_on")
    in_order(values, "started_on", "lost_on")
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
        **given(values, making, defaults),
    }
    if "monthly_fee" in making.names:
        record["monthly_fee"] = minor(values["monthly_fee"], currency, "monthly_fee")
    if "backup" in making.names:
        record["backup_id"] = member_id(values["backup"], making)
    record["owner_id"] = member_id(values["owner"], making)
    return record


_PLAIN_CLIENT = (
    *("started_on", "renews_on", "lost_on", "returns_on", "contact_limit_days"),
    *("industry", "temperament", "slack_channel", "notes"),
)


def touchpoint(values: Values, making: Making) -> Record:
    """Make a touchpoint's record. A time without an offset is the member's, else the client's owner's."""
    of = making.roster.client(values["client"])
    occurred = values["occurred_at"]
    told = given(
        values,
        making,
        {"channel": "other", "direction": "out", "outcome": "reached", "mood": None, "summary": None},
    )
    person = values.get("member")
    external_id = values.get("external_id") or _key_of(
        occurred.isoformat(),
        told.get("channel", "other"),
        told.get("direction", "out"),
        told.get("outcome", "reached"),
        told.get("summary"),
        (person.email or person.slack_user_id) if person else None,
    )
    zone = making.roster.zone_of(person) if person else of.zone
    at = _instant(occurred, zone)
    if at > making.now + AHEAD:
        raise RowError("occurred_at", "is in the future")
    record = {
        "workspace_id": making.roster.workspace_id,
        "client_id": of.id,
        "external_id": external_id,
        "occurred_at": at,
        **told,
    }
    if "member" in making.names:
        record["member_id"] = member_id(person, making)
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
    update(Touchpoint)
    .where(
        Touchpoint.workspace_id == bindparam("of_workspace"),
        Touchpoint.client_id == bindparam("of_client"),
        Touchpoint.id == bindparam("number"),
        Touchpoint.external_id.is_(None),
    )
    .values(external_id=literal(_OWN) + cast(Touchpoint.id, String))
)


def _instant(occurred: date, zone: ZoneInfo) -> datetime:
    """A day without a time is its noon: the same day in whatever zone it is read."""
    if not isinstance(occurred, datetime):
        occurred = datetime.combine(occurred, time(12))
    return (occurred if occurred.tzinfo else occurred.replace(tzinfo=zone)).astimezone(UTC)


def observation(values: Values, making: Making) -> Record:
    """Make an observation's record. A mood's value is a word; a survey's and a resource card's is from 0 to 10."""
    of = making.roster.client(values["client"])
    happened(values["occurred_on"], "occurred_on", making)
    in_order(values, "occurred_on", "resolved_on")
    kind, value = values["kind"], values.get("value")
    label = _label(kind, value)
    if kind in {"survey", "resource_card"} and not (isinstance(value, float) and 0 <= value <= 10):
        raise RowError("value", f"is not between 0 and 10, as a {kind} has it")
    record = {
        "workspace_id": making.roster.workspace_id,
        "client_id": of.id,
        "external_id": values.get("external_id") or _key_of(kind, values["occurred_on"], value, values.get("note")),
        "kind": kind,
        "occurred_on": values["occurred_on"],
        **given(values, making, {"note": None, "resolved_on": None}),
    }
    if "value" in making.names:
        record |= {"value": None if label else value, "label": label}
    return record


def _label(kind: str, value: float | str | None) -> str | None:
    if kind != "mood":
        if isinstance(value, str):
            raise RowError("value", "is not a number")
        return None
    if value not in MOODS:
        raise RowError("value", f"is none of {', '.join(MOODS)}")
    return str(value)
