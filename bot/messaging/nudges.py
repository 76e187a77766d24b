"""Nudges: which of the breaches that have just turned red may interrupt somebody now, and which wait for the digest.

A red breach is looked at once, when it turns red. It interrupts the client's owner, or who stands in for one who is
away, in their own working hours and at most three times a day; otherwise the reason is kept with it and the digest
tells it. All that is open with a client goes into one message. Only the sweep asks: who clicks is looking already.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.clients import snoozes
from bot.infra import i18n
from bot.infra.db import in_workspace, key_in
from bot.infra.models import Breach, Client, Member, OutboxMessage, Workspace
from bot.judging.facts import AnyRow
from bot.messaging import outbox
from bot.people import access, holidays, members
from bot.reporting import client_cards
from bot.views.nudge import nudge_card
from scoring.dates import at_local, in_working_hours, local_day

A_DAY = 3
"""Nudges that may interrupt one member on one local day."""
FROM, TO = time(9), time(18)
"""Working hours, in the member's own zone; a nudge that could not be delivered by their end is not sent at all."""

Held = Literal["cap", "hours", "snoozed", "away", "unmatched"]

_CLIENTS = (
    select(Client.id, Client.owner_id, Client.backup_id)
    .where(in_workspace(Client.workspace_id, "workspace_id"), key_in(Client.id, "client_ids"))
    .order_by(Client.priority.desc(), Client.id)
)
_MEMBERS = select(
    Member.id,
    Member.slack_user_id,
    Member.account_type,
    Member.tz,
    Member.country,
    Member.workdays,
    Member.away_from,
    Member.away_until,
    Member.cover_id,
).where(in_workspace(Member.workspace_id, "workspace_id"), key_in(Member.id, "member_ids"))
_TAKEN = select(func.count()).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.key.in_(bindparam("keys", expanding=True)),
)
_OPEN = (
    Breach.workspace_id == bindparam("of_workspace"),
    key_in(Breach.client_id, "client_ids"),
    Breach.resolved_at.is_(None),
)
_UNDECIDED = (Breach.level == "red", Breach.interrupted_at.is_(None), Breach.held_because.is_(None))
_HOLD = update(Breach).where(*_OPEN, *_UNDECIDED).values(held_because=bindparam("reason"))
_INTERRUPTED = (
    update(Breach).where(*_OPEN, *_UNDECIDED).values(interrupted_at=bindparam("now", type_=Breach.opened_at.type))
)
_ANNOUNCED = (
    update(Breach)
    .where(*_OPEN, Breach.announced_at.is_(None))
    .values(announced_at=bindparam("now", type_=Breach.opened_at.type))
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who hears of a client, and how their day is cut."""

    member_id: int
    zone: Any
    weekend: frozenset[int]
    holidays: frozenset[date]


def decide(session: Session, workspace_id: int, client_ids: Collection[int], now: datetime) -> None:
    """Nudge about the clients of whom a breach has just turned red, or note why not.

    The three messages of a member's day are three keys of the outbox: of two workers, one gets each. Members are
    gone through in one order, so that two workers never wait for each other in a circle.
    """
    if not client_ids:
        return
    wanted = sorted(client_ids)
    values = {"workspace_id": workspace_id, "client_ids": wanted}
    clients: Sequence[AnyRow] = session.execute(_CLIENTS, values).all()
    people = _people(session, workspace_id, clients)
    country = session.scalar(select(Workspace.country).where(Workspace.id == workspace_id))
    snoozed = snoozes.active(session, workspace_id, wanted, now)

    held: dict[Held, list[int]] = defaultdict(list)
    to_tell: dict[Recipient, list[int]] = defaultdict(list)
    for client in clients:
        found = "snoozed" if client.id in snoozed else recipient(client, people, country, now)
        if isinstance(found, Recipient):
            to_tell[found].append(client.id)
        else:
            held[found].append(client.id)
    for person, theirs in sorted(to_tell.items(), key=lambda item: item[0].member_id):
        told = _tell(session, workspace_id, person, theirs, now)
        held["cap"].extend(theirs[told:])
    for reason, ids in held.items():
        if ids:
            _mark(session, _HOLD, workspace_id, ids, reason=reason)


def _people(session: Session, workspace_id: int, clients: Iterable[AnyRow]) -> dict[int, AnyRow]:
    """Read who may hear of these clients, and their covers: a few of the hundreds that a big agency has."""
    people: dict[int, AnyRow] = {}
    wanted = {member_id for client in clients for member_id in (client.owner_id, client.backup_id)} - {None}
    while wanted:
        values = {"workspace_id": workspace_id, "member_ids": sorted(wanted)}
        found = {row.id: row for row in session.connection().execute(_MEMBERS, values)}
        people |= found
        wanted = {row.cover_id for row in found.values()} - {None} - people.keys()
    return people


def recipient(client: AnyRow, people: Mapping[int, AnyRow], country: str | None, now: datetime) -> Recipient | Held:
    """Say who may be interrupted about a client now, or why nobody may.

    It is the owner; for one who is away whoever they named as their cover, else the client's backup; for a client
    with no owner, its backup.
    """
    person = people.get(client.owner_id) or people.get(client.backup_id)
    if person is None:
        return "unmatched"
    if _is_away(person, now):
        person = people.get(person.cover_id or client.backup_id)
        if person is None or _is_away(person, now):
            return "away"
    if person.slack_user_id is None or person.account_type != "member":
        return "unmatched"
    found = Recipient(
        member_id=person.id,
        zone=members.zone_of(person.tz),
        weekend=holidays.weekend(person.workdays),
        holidays=holidays.public_holidays(person.country or country, now.date()),
    )
    return found if in_working_hours(now, found.zone, found.weekend, found.holidays, start=FROM, end=TO) else "hours"


def _is_away(person: AnyRow, now: datetime) -> bool:
    today = local_day(now, members.zone_of(person.tz))
    return person.away_until is not None and (person.away_from or today) <= today <= person.away_until


def _tell(session: Session, workspace_id: int, person: Recipient, client_ids: Sequence[int], now: datetime) -> int:
    """Put nudges for a member into the outbox, in the order given, as far as the day's cap allows; say how many."""
    today = local_day(now, person.zone)
    keys = [f"nudge:{person.member_id}:{today}:{number}" for number in range(1, A_DAY + 1)]
    taken = session.scalar(_TAKEN, {"workspace_id": workspace_id, "keys": keys}) or 0
    free = keys[taken:]
    reader = access.actor(session, workspace_id, person.member_id, now) if free else None
    if reader is None:
        return 0
    told: list[int] = []
    t = i18n.translator(reader.locale)
    shown = iter(client_cards.load(session, workspace_id, client_ids[: len(free)], reader, now))
    card = next(shown, None)
    for key in free:
        if card is None:
            break
        if outbox.enqueue(
            session,
            workspace_id=workspace_id,
            key=key,
            kind="nudge",
            body=nudge_card(card, t),
            now=now,
            member_id=person.member_id,
            client_id=card.client_id,
            data={"client_id": card.client_id},
            expires_at=at_local(today, TO, person.zone),
        ):
            told.append(card.client_id)
            card = next(shown, None)
    if told:
        _mark(session, _INTERRUPTED, workspace_id, told, now=now)
        _mark(session, _ANNOUNCED, workspace_id, told, now=now)
    return len(told)


def _mark(session: Session, statement: Any, workspace_id: int, client_ids: Iterable[int], **values: Any) -> None:
    session.execute(
        statement,
        {"of_workspace": workspace_id, "client_ids": list(client_ids), **values},
        execution_options={"synchronize_session": False},
    )
