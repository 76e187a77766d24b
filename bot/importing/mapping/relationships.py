"""Maps rows about what passed between clients and the agency: touchpoints, observations."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, bindparam, cast, literal, select, update
from sqlalchemy.orm import Session

from bot.importing.errors import RowError
from bot.importing.mapping.context import (
    CLOCK_TOLERANCE,
    MappingContext,
    Record,
    Values,
    find_member_id,
    read_columns,
    require_not_future,
    require_order,
)
from bot.importing.parsing.quantities import Share
from bot.infra.db import key_in
from bot.infra.models import Touchpoint
from scoring.vocabulary import MOODS


def _hash_row(*parts: Any) -> str:
    """Make an external id for a row that has none: the same row gets the same id each time it is read."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return "row:" + hashlib.sha256(text.encode()).hexdigest()[:32]


def map_touchpoint(values: Values, context: MappingContext) -> Record:
    """Map a row to a touchpoint. A time without an offset is in the zone of the member, else of the client's owner."""
    client = context.lookup.find_client(values["client"])
    occurred = values["occurred_at"]
    columns = read_columns(
        values,
        context,
        {
            "channel": "other",
            "direction": "out",
            "outcome": "reached",
            "automatic": False,
            **dict.fromkeys(("person", "duration_minutes", "mood", "summary")),
        },
    )
    if columns.get("mood") and columns.get("outcome") == "attempt":
        raise RowError("mood", "can't be known from an attempt without an answer")
    if columns.get("mood") and columns.get("automatic"):
        raise RowError("mood", "can't be known from what a program sent")
    if (columns.get("duration_minutes") or 0) > _LONGEST_MINUTES:
        raise RowError("duration_minutes", "is longer than a day")
    person = values.get("member")
    external_id = values.get("external_id") or _hash_row(
        occurred.isoformat(),
        columns.get("channel", "other"),
        columns.get("direction", "out"),
        columns.get("outcome", "reached"),
        columns.get("summary"),
        (person.email or person.slack_user_id or person.name) if person else None,
    )
    known = context.lookup.find_member(person, "member") if person else None
    zone = known.zone if known else client.zone
    at = _to_utc(occurred, zone)
    if at > context.now + CLOCK_TOLERANCE:
        raise RowError("occurred_at", "is in the future")
    record = {
        "workspace_id": context.lookup.workspace_id,
        "client_id": client.id,
        "external_id": external_id,
        "occurred_at": at,
        **columns,
    }
    if "member" in context.column_names:
        record["member_id"] = find_member_id(person, "member", context)
    return record


_LONGEST_MINUTES = 24 * 60


def exported_external_id(touchpoint_id: int) -> str:
    """Return the external id under which an export writes a touchpoint that has none, as it was logged here."""
    return f"{_EXPORTED_PREFIX}{touchpoint_id}"


def store_exported_ids(session: Session, records: Sequence[Record]) -> None:
    """Give touchpoints that were logged here the external id of their export, so that its rows match them."""
    logged_here = [
        {"of_workspace": records[at]["workspace_id"], "of_client": records[at]["client_id"], "number": number}
        for at, number in _exported_numbers(records)
    ]
    if logged_here:
        session.connection().execute(_STORE_EXPORTED_ID, logged_here)


def find_exported(session: Session, records: Sequence[Record]) -> dict[int, Record]:
    """Find the stored values of touchpoints that `store_exported_ids` would have matched, by position."""
    numbers = dict(_exported_numbers(records))
    if not numbers:
        return {}
    found = {row.id: row for row in session.execute(_NOT_MATCHED_YET, {"numbers": list(numbers.values())})}
    return {
        at: dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it
        for at, number in numbers.items()
        if (row := found.get(number))
        and (row.workspace_id, row.client_id) == (records[at]["workspace_id"], records[at]["client_id"])
    }


def _exported_numbers(records: Sequence[Record]) -> Iterator[tuple[int, int]]:
    """Yield the positions of records that an export gave their external id, and the touchpoints' ids."""
    for at, record in enumerate(records):
        number = record["external_id"].removeprefix(_EXPORTED_PREFIX)
        if number != record["external_id"] and _TOUCHPOINT_ID.fullmatch(number):
            yield at, int(number)


_EXPORTED_PREFIX = "atrisk:"
_TOUCHPOINT_ID = re.compile("[0-9]{1,18}")
_NOT_MATCHED_YET = select(Touchpoint.__table__).where(
    key_in(Touchpoint.id, "numbers"), Touchpoint.external_id.is_(None)
)
_STORE_EXPORTED_ID = (
    update(Touchpoint)
    .where(
        Touchpoint.workspace_id == bindparam("of_workspace"),
        Touchpoint.client_id == bindparam("of_client"),
        Touchpoint.id == bindparam("number"),
        Touchpoint.external_id.is_(None),
    )
    .values(external_id=literal(_EXPORTED_PREFIX) + cast(Touchpoint.id, String))
)


def _to_utc(occurred: date, zone: ZoneInfo) -> datetime:
    """Convert to UTC; a date without a time becomes noon, which is on the same day in almost any zone."""
    if not isinstance(occurred, datetime):
        occurred = datetime.combine(occurred, time(12))
    return (occurred if occurred.tzinfo else occurred.replace(tzinfo=zone)).astimezone(UTC)


def map_observation(values: Values, context: MappingContext) -> Record:
    """Map a row to an observation. A mood's value is a word; a survey's and a resource card's is from 0 to 10.

    What is resolved was resolved by now; the end of a pause of campaigns may be to come.
    """
    client = context.lookup.find_client(values["client"])
    require_not_future(values["occurred_on"], "occurred_on", context)
    require_order(values, "occurred_on", "resolved_on")
    kind, value = values["kind"], values.get("value")
    if values.get("resolved_on") and kind != "campaign_pause":
        require_not_future(values["resolved_on"], "resolved_on", context)
    if kind in _SCORES and isinstance(value, Share):
        value = round(value * 10, 4)
    label = _mood_label(kind, value)
    if kind in _SCORES and value is None:
        raise RowError("value", f"is needed: a {kind} has one from 0 to 10")
    if kind in _SCORES and not (isinstance(value, float) and 0 <= value <= 10):
        raise RowError("value", f"is not between 0 and 10, as a {kind} has it")
    record = {
        "workspace_id": context.lookup.workspace_id,
        "client_id": client.id,
        "external_id": values.get("external_id")
        or context.lookup.tell_apart(client.id, _hash_row(kind, values["occurred_on"], value, values.get("note"))),
        "kind": kind,
        "occurred_on": values["occurred_on"],
        **read_columns(values, context, {"note": None, "resolved_on": None}),
    }
    if "value" in context.column_names:
        record |= {"value": None if label else value, "label": label}
    return record


_SCORES = frozenset({"survey", "resource_card"})


def _mood_label(kind: str, value: float | str | None) -> str | None:
    if kind != "mood":
        if isinstance(value, str):
            raise RowError("value", "is not a number")
        return None
    if value not in MOODS:
        raise RowError("value", f"is none of {', '.join(MOODS)}")
    return str(value)
