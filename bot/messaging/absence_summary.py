"""What happened while a member was away, for their first digest afterwards.

Only for their own clients: contacts and attempts that others logged, and alarms that opened or were resolved. It is
read when the digest is composed, and stored with it. Never here: the text of the summary, or an assessment.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import bindparam, false, select
from sqlalchemy.orm import Session

from bot.infra.models import Breach, Client, Member, OutboxMessage, Touchpoint
from bot.people import members
from bot.views.data import MissedActivity, Person
from scoring.dates import local_day, start_of_day
from scoring.vocabulary import ALARM_SIGNALS

_SINCE = bindparam("since", type_=Touchpoint.occurred_at.type)
_OWN = (Client.workspace_id == bindparam("workspace_id"), Client.owner_id == bindparam("member_id"))
_CLIENTS = select(Client.id, Client.name).where(*_OWN, Client.status != "lost")
_LOGGED = (
    select(Touchpoint.client_id, Touchpoint.outcome, Member.id, Member.name, Member.email, Member.slack_user_id)
    .join(Client, Client.id == Touchpoint.client_id)
    .join(Member, Member.id == Touchpoint.member_id)
    .where(
        *_OWN,
        Touchpoint.occurred_at >= _SINCE,
        Touchpoint.undone_at.is_(None),
        Touchpoint.automatic.is_(false()),
        Member.id != Client.owner_id,
    )
    .order_by(Touchpoint.occurred_at, Touchpoint.id)
)
_BREACHES = (
    select(Breach.client_id, Breach.signal, Breach.subject, Breach.opened_at, Breach.resolved_at)
    .join(Client, Client.id == Breach.client_id)
    .where(
        *_OWN,
        Breach.signal.in_(sorted(ALARM_SIGNALS)),
        (Breach.opened_at >= _SINCE) | (Breach.resolved_at >= _SINCE),
    )
    .order_by(Breach.opened_at, Breach.id)  # the last breach of a signal decides whether it is open
)
_DIGEST_SINCE = select(OutboxMessage.id).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.member_id == bindparam("member_id"),
    OutboxMessage.kind == "digest",
    OutboxMessage.created_at >= bindparam("since", type_=OutboxMessage.created_at.type),
)


def load(
    session: Session, member: Member, zone: tzinfo, now: datetime, to_dos: Collection[tuple[int, str]] = ()
) -> tuple[MissedActivity, ...]:
    """Return what a member missed, the busiest clients first; empty unless this is their first digest since.

    To-dos are no news: those of a signal that has alarms as well are given, by client id and the signal's key.
    """
    until = member.away_until
    if until is None or local_day(now, zone) <= until:
        return ()
    key = {"workspace_id": member.workspace_id, "member_id": member.id}
    back_at = start_of_day(until + timedelta(days=1), zone)
    if session.execute(_DIGEST_SINCE, {**key, "since": back_at}).first():
        return ()
    return _load_since(session, key, start_of_day(member.away_from or until, zone), to_dos)


def _load_since(
    session: Session, key: Mapping[str, int], since: datetime, to_dos: Collection[tuple[int, str]]
) -> tuple[MissedActivity, ...]:
    values = {**key, "since": since}
    contacts: dict[int, int] = defaultdict(int)
    attempts: dict[int, int] = defaultdict(int)
    people: dict[int, dict[int, Person]] = defaultdict(dict)
    for row in session.execute(_LOGGED, values):
        (contacts if row.outcome == "reached" else attempts)[row.client_id] += 1
        people[row.client_id][row.id] = members.to_person(row.name, row.email, row.slack_user_id)
    found = {
        (row.client_id, f"{row.signal}:{row.subject}" if row.subject else row.signal): row.resolved_at is None
        for row in session.execute(_BREACHES, values)
    }
    is_open = {place: still for place, still in found.items() if place not in to_dos}
    missed = [
        MissedActivity(
            name=client.name,
            contacts=contacts[client.id],
            attempts=attempts[client.id],
            by=tuple(people[client.id].values()),
            opened=tuple(signal for (client_id, signal), still in is_open.items() if client_id == client.id and still),
            closed=tuple(
                signal for (client_id, signal), still in is_open.items() if client_id == client.id and not still
            ),
        )
        for client in session.execute(_CLIENTS, key).all()
    ]
    eventful = [item for item in missed if item.by or item.opened or item.closed]
    return tuple(sorted(eventful, key=lambda item: (-len(item.opened), -len(item.closed), -item.contacts, item.name)))
