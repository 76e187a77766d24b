"""Cards: the data that a reader is shown about clients, read for a whole list at once in three queries.

What a reader may not see (amounts of other people's clients) is removed here, so that no view can leak it. Never here:
texts, blocks, or assessments.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.clients import labels
from bot.judging.signal_json import unpack
from bot.judging.what_if import Explanation
from bot.people import access, members, workspaces
from bot.people.access import Actor
from bot.reporting import card_rows
from bot.views.data import Card, Logged, Person
from scoring.assessment import Factors, Signal
from scoring.dates import local_day
from scoring.value import account_size
from scoring.vocabulary import is_worse

AMOUNTS = frozenset(
    {"balance", "credit", "disputed", "fee_share", "before", "lately", "cost", "cost_before", "usual", "spend", "fee"}
    | {"margin", "target", "so_far", "low", "forecast", "high", "daily_now", "daily_needed", "hours", "hours_budget"}
)
"""Keys of evidence that are amounts of money, or from which one could be computed, if the evidence has a currency."""
COARSE_SEVERITY = {"amber": 0.5, "red": 0.8}
"""How severe a signal with amounts looks to who may not see them, by its level: its own would tell their size."""
CardRow = Any
"""A row of one of the queries in `card_rows`."""


def load(
    session: Session,
    workspace_id: int,
    client_ids: Sequence[int],
    viewer: Actor,
    now: datetime,
    *,
    logged_since: datetime | None = None,
) -> list[Card]:
    """Return the cards of clients in the given order, as `viewer` may see them; unknown ids are left out.

    With `logged_since`, a card also has the last contact or attempt that a person logged since then.
    """
    if not client_ids:
        return []
    connection = session.connection()
    values = {"workspace_id": workspace_id, "client_ids": list(client_ids)}
    rows = {row.id: row for row in connection.execute(card_rows.CLIENTS, values)}
    breaches = defaultdict(list)
    for breach in connection.execute(card_rows.BREACHES, values).all():
        breaches[breach.client_id].append(breach)
    snoozes = {row.client_id: row for row in connection.execute(card_rows.SNOOZES, {**values, "now": now})}
    logged = load_logged(connection, workspace_id, client_ids, viewer, logged_since)
    today = local_day(now, viewer.zone)
    cards = [
        _card(
            rows[client_id],
            breaches[client_id],
            snoozes.get(client_id),
            logged=logged.get(client_id),
            viewer=viewer,
            today=today,
        )
        for client_id in client_ids
        if client_id in rows
    ]
    if all(card.sees_money for card in cards):
        return cards
    typical = workspaces.typical_fees(connection, workspace_id)
    return [card if card.sees_money else _in_words(card, rows[card.client_id], typical) for card in cards]


def _in_words(card: Card, row: CardRow, typical: Mapping[str, int]) -> Card:
    """Return a card that says in a word how big the account is."""
    size = account_size(row.monthly_fee, typical.get(workspaces.fee_key(row.currency, row.billing)))
    return replace(card, account_size=size)


def load_rows(connection: Connection, workspace_id: int, client_ids: Sequence[int]) -> list[CardRow]:
    """Read the two lines that a list shows of each client, in the given order: a quarter of the work of `load`."""
    if not client_ids:
        return []
    values = {"workspace_id": workspace_id, "client_ids": list(client_ids)}
    rows = {row.id: row for row in connection.execute(card_rows.ROWS, values)}
    return [rows[client_id] for client_id in client_ids if client_id in rows]


def load_logged(
    connection: Connection, workspace_id: int, client_ids: Sequence[int], viewer: Actor, since: datetime | None
) -> dict[int, Logged]:
    """Return the last contact or attempt that a person logged for each client since `since`; empty without it."""
    if since is None or not client_ids:
        return {}
    values = {"workspace_id": workspace_id, "client_ids": list(client_ids), "since": since}
    rows = connection.execute(card_rows.LOGGED, values)
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


def load_row_cards(
    connection: Connection,
    workspace_id: int,
    client_ids: Sequence[int],
    viewer: Actor,
    *,
    logged: Mapping[int, Logged],
    today: date,
) -> list[Card]:
    """Return a list's cards in the given order, as `viewer` may see them; `today` is their local day.

    They have no backup, contract dates or snooze, and not the day on which we first saw a signal.
    """
    rows = load_rows(connection, workspace_id, client_ids)
    cards = [build_row_card(row, logged.get(row.id), viewer, today) for row in rows]
    if all(card.sees_money for card in cards):
        return cards
    typical = workspaces.typical_fees(connection, workspace_id)
    return [card if card.sees_money else _in_words(card, row, typical) for card, row in zip(cards, rows, strict=True)]


def build_row_card(row: CardRow, logged: Logged | None, viewer: Actor, today: date) -> Card:
    """Build a list's card from a row of `load_rows`, without what tells how big the account is to who may not know."""
    base = _build_base(row, orjson.loads(row.signals or "[]"), (), logged=logged, viewer=viewer, today=today)
    value = row.value if base.sees_money else 1.0
    return replace(
        base,
        factors=Factors(value, row.relationship, row.timing) if row.relationship is not None else Factors(),
        currency=row.currency,
        monthly_fee=row.monthly_fee if base.sees_money else None,
    )


def _build_base(
    row: CardRow,
    signals: Iterable[Any],
    breaches: Sequence[CardRow],
    *,
    logged: Logged | None,
    viewer: Actor,
    today: date,
) -> Card:
    """Build the part of a card that lists and full cards share."""
    sees_money = access.may_see_money(viewer, row.owner_id, row.backup_id)
    return Card(
        client_id=row.id,
        name=labels.label(row.name, row.external_id, has_namesake=row.has_namesake),
        status=row.status,
        colour=row.colour,
        risk=row.risk or 0.0 if sees_money else 0.0,
        priority=row.priority if sees_money else 0.0,
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
        covering=row.owner_id not in {None, viewer.member_id} and viewer.has(row.owner_id, row.backup_id),
    )


def _card(
    row: CardRow,
    breaches: Sequence[CardRow],
    snooze: CardRow | None,
    *,
    logged: Logged | None,
    viewer: Actor,
    today: date,
) -> Card:
    active = None if snooze is None or is_worse(row.colour, snooze.colour) else snooze
    base = _build_base(row, row.signals or (), breaches, logged=logged, viewer=viewer, today=today)
    value = row.value if base.sees_money else 1.0
    return replace(
        base,
        factors=Factors(value, row.relationship, row.timing, row.effort) if row.signals is not None else Factors(),
        may_edit=access.may_edit(viewer, row.owner_id, row.backup_id),
        backup=_person(row.backup_id, row.backup_name, row.backup_email, row.backup_slack),
        currency=row.currency,
        monthly_fee=row.monthly_fee if base.sees_money else None,
        temperament=row.temperament,
        started_on=row.started_on,
        renews_on=row.renews_on,
        last_contact_by=_person(row.contacter_id, row.contacter_name, row.contacter_email, row.contacter_slack),
        snoozed_until=local_day(active.until_at, _zone_of_setter(active, viewer)) if active else None,
        snoozed_by=_person(active.member_id, active.name, active.email, active.slack_user_id) if active else None,
        snooze_id=active.id if active and access.may_undo(viewer, active.member_id, row.owner_id) else None,
        silent_until=row.silent_until,
        silent_by=_person(row.silent_by_id, row.silencer_name, row.silencer_email, row.silencer_slack),
        held_because=next((breach.held_because for breach in breaches if _is_unannounced(breach)), None),
    )


def _zone_of_setter(snooze: CardRow, viewer: Actor) -> tzinfo:
    """The zone in which the day of a snooze was chosen; the reader's where nobody is known to have chosen it."""
    return members.zone_of(snooze.tz) if snooze.tz else viewer.zone


def _is_unannounced(breach: CardRow) -> bool:
    """Whether a breach whose nudge was held when it turned red has not been in a digest since."""
    announced_at, red_at = breach.announced_at, breach.red_at
    return breach.held_because is not None and (announced_at is None or (red_at is not None and announced_at < red_at))


def _signals(
    packed: Iterable[dict[str, Any]], breaches: Sequence[CardRow], viewer: Actor, *, sees_money: bool
) -> tuple[Signal, ...]:
    opened = {(breach.signal, breach.subject): _local_day(breach.opened_at, viewer) for breach in breaches}
    signals = [_with_since(signal, opened.get((signal.name, signal.subject))) for signal in map(unpack, packed)]
    shown = signals if sees_money else [without_amounts(signal) for signal in signals]
    shown = shown if viewer.leads else [_without_narrowing(signal) for signal in shown]
    return tuple(sorted(shown, key=_urgency))


def _urgency(signal: Signal) -> tuple[bool, bool, float, str]:
    """Alarms, what is coming up, to-dos, each worst first."""
    return signal.is_open_to_do, not signal.is_open_alarm, -signal.severity, signal.key


def _with_since(signal: Signal, opened_on: date | None) -> Signal:
    """Set since when a signal holds: from the facts, or the day on which we first saw it if that is earlier."""
    if opened_on is None or (signal.since is not None and signal.since <= opened_on):
        return signal
    return replace(signal, since=opened_on)


def without_amounts(signal: Signal) -> Signal:
    """Remove the amounts of money from a signal, and what tells their size; dates, counts and shares stay."""
    if not signal.evidence.get("currency"):
        return signal
    kept = {name: value for name, value in signal.evidence.items() if name not in AMOUNTS}
    target, forecast = signal.evidence.get("target"), signal.evidence.get("forecast")
    if isinstance(target, int | float) and isinstance(forecast, int | float) and target:
        kept["share"] = round(forecast / target, 2)
    return replace(signal, severity=COARSE_SEVERITY.get(signal.level or "", signal.severity), evidence=kept)


def _without_narrowing(signal: Signal) -> Signal:
    """Whether a client is to be narrowed is for leads and admins."""
    if "narrow" not in signal.evidence:
        return signal
    return replace(signal, evidence={name: value for name, value in signal.evidence.items() if name != "narrow"})


def with_explanation(card: Card, found: Explanation) -> Card:
    """Return a card with what was found by judging its client now, as far as its reader may know it."""
    fine = tuple(signal for signal in found.signals if signal.state == "ok")
    unknown = tuple(signal.key for signal in found.signals if signal.state == "unknown")
    if card.sees_money:
        explained = replace(card, fine=fine, place=found.place, remedies=found.remedies)
    else:  # a place in the list, or a priority that would remain, tells how big the account is
        acts = [replace(each, answers=without_amounts(each.answers), priority=0.0, place=0) for each in found.remedies]
        explained = replace(card, fine=tuple(without_amounts(signal) for signal in fine), remedies=tuple(acts))
    return replace(explained, unknown=unknown, weights=found.weights)


def _person(member_id: int | None, name: str | None, email: str | None, slack_user_id: str | None) -> Person | None:
    return None if member_id is None else members.to_person(name, email, slack_user_id)


def _local_day(moment: datetime | None, viewer: Actor) -> date | None:
    return moment.astimezone(viewer.zone).date() if moment else None
