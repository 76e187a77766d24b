"""Cards: what a reader is shown of clients, read for a whole list at once.

Three queries however long the list is. What a reader may not see (amounts of somebody else's client) is left out
here, so that no view can let it slip. Never here: words, blocks, or any judgement.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.judging.signal_json import unpack
from bot.people import access, members
from bot.people.access import Actor
from bot.reporting import card_rows
from bot.views.data import Card, Logged, Person
from scoring.assessment import Factors, Signal
from scoring.dates import local_day

AMOUNTS = frozenset(
    {"balance", "fee_share", "before", "lately", "cost", "cost_before", "usual", "spend", "fee", "margin"}
    | {"target", "so_far", "low", "forecast", "high", "daily_now", "daily_needed"}
)
"""Keys of evidence that tell an amount of money, or let one be worked out, where the evidence names a currency."""
Found = Any
"""A row of one of the queries below."""
COLOURS = ("green", "amber", "red")
"""From best to worst."""


def load(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    viewer: Actor,
    now: datetime,
    *,
    logged_since: datetime | None = None,
) -> list[Card]:
    """Give the cards of clients in the order named, as `viewer` may see them; ids of nobody are left out.

    With `logged_since`, a card also tells the last contact or attempt that somebody logged from that moment on.
    """
    if not client_ids:
        return []
    connection = session.connection()
    wanted = {"workspace_id": workspace_id, "client_ids": list(client_ids)}
    rows = {row.id: row for row in connection.execute(card_rows.CLIENTS, wanted)}
    breaches = defaultdict(list)
    for breach in connection.execute(card_rows.BREACHES, wanted).all():
        breaches[breach.client_id].append(breach)
    snoozes = {row.client_id: row for row in connection.execute(card_rows.SNOOZES, {**wanted, "now": now})}
    done = load_logged(connection, workspace_id, client_ids, viewer, logged_since)
    today = local_day(now, viewer.zone)
    return [
        _card(
            rows[client_id],
            breaches[client_id],
            snoozes.get(client_id),
            logged=done.get(client_id),
            viewer=viewer,
            today=today,
        )
        for client_id in client_ids
        if client_id in rows
    ]


def load_rows(connection: Connection, workspace_id: int, client_ids: Sequence[int]) -> list[Found]:
    """Read of clients, in the order named, only what a list tells in two lines: a quarter of the work of `load`."""
    if not client_ids:
        return []
    wanted = {"workspace_id": workspace_id, "client_ids": list(client_ids)}
    found = {row.id: row for row in connection.execute(card_rows.ROWS, wanted)}
    return [found[client_id] for client_id in client_ids if client_id in found]


def load_logged(
    connection: Connection, workspace_id: int, client_ids: Sequence[int], viewer: Actor, since: datetime | None
) -> dict[int, Logged]:
    """Give the last contact or attempt that somebody logged of each client from a moment on; of none without one."""
    if since is None or not client_ids:
        return {}
    wanted = {"workspace_id": workspace_id, "client_ids": list(client_ids), "since": since}
    rows = connection.execute(card_rows.LOGGED, wanted)
    return {
        row.client_id: Logged(
            touchpoint_id=row.id,
            by=_person(row.member_id, row.name, row.email, row.slack_user_id) or Person(name=""),
            at=row.created_at,
            outcome=row.outcome,
            may_undo=access.may_undo(viewer, row.member_id, row.owner_id),
        )
        for row in rows
    }


def row_card(row: Found, logged: Logged | None, viewer: Actor, today: date) -> Card:
    """Make a list's card of what was read, as `viewer` may see it on their day.

    Without backup, fee, dates of the contract, factors, snooze, and the day on which we first saw a signal.
    """
    return _told(row, orjson.loads(row.signals or "[]"), (), logged=logged, viewer=viewer, today=today)


def _told(
    row: Found,
    signals: Iterable[Any],
    breaches: Sequence[Found],
    *,
    logged: Logged | None,
    viewer: Actor,
    today: date,
) -> Card:
    """Make as much of a card as is told wherever a client is."""
    sees_money = access.may_see_money(viewer, row.owner_id, row.backup_id)
    return Card(
        client_id=row.id,
        name=row.name,
        status=row.status,
        colour=row.colour,
        risk=row.risk or 0.0,
        priority=row.priority,
        factors=Factors(),
        signals=_signals(signals, breaches, viewer, sees_money=sees_money),
        contact_no=row.contact_no,
        today=today,
        zone=viewer.zone,
        sees_money=sees_money,
        owner=_person(row.owner_id, row.owner_name, row.owner_email, row.owner_slack),
        last_contact_on=_local_day(row.contact_at, viewer),
        logged=logged,
        returns_on=row.returns_on,
        covering=_stands_in(viewer, row.owner_id, row.backup_id),
    )


def _card(
    row: Found,
    breaches: Sequence[Found],
    snooze: Found | None,
    *,
    logged: Logged | None,
    viewer: Actor,
    today: date,
) -> Card:
    held = None if snooze is None or _is_worse(row.colour, snooze.colour) else snooze
    told = _told(row, row.signals or (), breaches, logged=logged, viewer=viewer, today=today)
    return replace(
        told,
        factors=Factors(row.value, row.relationship, row.timing, row.effort) if row.signals is not None else Factors(),
        may_edit=access.may_edit(viewer, row.owner_id, row.backup_id),
        backup=_person(row.backup_id, row.backup_name, row.backup_email, row.backup_slack),
        currency=row.currency,
        monthly_fee=row.monthly_fee if told.sees_money else None,
        temperament=row.temperament,
        started_on=row.started_on,
        renews_on=row.renews_on,
        last_contact_by=_person(row.contacter_id, row.contacter_name, row.contacter_email, row.contacter_slack),
        snoozed_until=held.until_at if held else None,
        snooze_id=held.id if held and access.may_undo(viewer, held.member_id, row.owner_id) else None,
        silent_until=row.silent_until,
        held_because=next((each.held_because for each in breaches if _is_news(each)), None),
    )


def _is_news(breach: Found) -> bool:
    """Whether a breach that was held back when it turned red has not been in a digest since."""
    told, turned = breach.announced_at, breach.red_at
    return breach.held_because is not None and (told is None or (turned is not None and told < turned))


def _stands_in(viewer: Actor, owner_id: int | None, backup_id: int | None) -> bool:
    return owner_id in viewer.covers or (owner_id in viewer.unattended and backup_id == viewer.member_id)


def _signals(
    packed: Iterable[dict[str, Any]], breaches: Sequence[Found], viewer: Actor, *, sees_money: bool
) -> tuple[Signal, ...]:
    opened = {(breach.signal, breach.subject): _local_day(breach.opened_at, viewer) for breach in breaches}
    found = [_dated(signal, opened.get((signal.name, signal.subject))) for signal in map(unpack, packed)]
    shown = found if sees_money else [without_amounts(signal) for signal in found]
    return tuple(sorted(shown, key=lambda signal: (signal.state != "breach", -signal.severity, signal.key)))


def _dated(signal: Signal, opened_on: date | None) -> Signal:
    """Say since when: what the facts tell, or the day on which we first saw it where they cannot."""
    if opened_on is None or (signal.since is not None and signal.since <= opened_on):
        return signal
    return signal._replace(since=opened_on)


def without_amounts(signal: Signal) -> Signal:
    """Leave the money out of a signal: dates, counts and shares stay, and so does everything that is not money."""
    if not signal.evidence.get("currency"):
        return signal
    kept = {name: value for name, value in signal.evidence.items() if name not in AMOUNTS}
    target, forecast = signal.evidence.get("target"), signal.evidence.get("forecast")
    if isinstance(target, int | float) and isinstance(forecast, int | float) and target:
        kept["share"] = round(forecast / target, 2)
    return signal._replace(evidence=kept)


def _is_worse(colour: str | None, before: str) -> bool:
    """Whether a client is a colour worse than when it was put off: then the putting off is over."""
    return colour in COLOURS and before in COLOURS and COLOURS.index(colour) > COLOURS.index(before)


def _person(member_id: int | None, name: str | None, email: str | None, slack_user_id: str | None) -> Person | None:
    return None if member_id is None else members.to_person(name, email, slack_user_id)


def _local_day(moment: datetime | None, viewer: Actor) -> date | None:
    return moment.astimezone(viewer.zone).date() if moment else None
