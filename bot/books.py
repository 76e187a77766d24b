"""Books: each member's clients taken together, and the number that the whole team watches.

The average of days since contact counts calendar days in UTC, over active and onboarding clients: for one never
contacted, since its start.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot import breaches
from bot.models import Client, Member, Touchpoint
from bot.views.cards import Person, TeamRow

_CLIENTS = select(
    Client.owner_id,
    Client.status,
    Client.colour,
    Client.started_on,
    Client.created_at,
    select(func.max(Touchpoint.occurred_at))
    .where(Touchpoint.client_id == Client.id, Touchpoint.outcome == "reached", Touchpoint.undone_at.is_(None))
    .correlate(Client)
    .scalar_subquery()
    .label("last_at"),
).where(Client.workspace_id == bindparam("workspace_id"), Client.status != "lost")
_CLIENTS_OF = _CLIENTS.where(Client.owner_id.in_(bindparam("owner_ids", expanding=True)))


def average_days_since_contact(
    session: Session, workspace_id: int, owner_ids: Sequence[int], now: datetime
) -> float | None:
    """Give the average of days since contact over some members' clients; None where there are none to watch."""
    rows = session.execute(_CLIENTS_OF, {"workspace_id": workspace_id, "owner_ids": list(owner_ids)}).all()
    return _average(rows, now)


def by_member(session: Session, workspace_id: int, now: datetime) -> list[TeamRow]:
    """Give each member's book in a line, the one with the most red clients first."""
    books: dict[int | None, list[Any]] = defaultdict(list)
    for row in session.execute(_CLIENTS, {"workspace_id": workspace_id}):
        books[row.owner_id].append(row)
    waiting: dict[int | None, set[int]] = defaultdict(set)
    for standing in breaches.unheeded(session, workspace_id, now):
        waiting[standing.owner_id].add(standing.client_id)
    people = session.execute(
        select(Member.id, Member.name, Member.email, Member.slack_user_id).where(Member.workspace_id == workspace_id)
    )
    rows = [
        TeamRow(
            person=Person(member.name or member.email or "", member.slack_user_id),
            clients=len(books[member.id]),
            red=sum(row.colour == "red" for row in books[member.id]),
            amber=sum(row.colour == "amber" for row in books[member.id]),
            average_days_since_contact=_average(books[member.id], now),
            waiting=len(waiting[member.id]),
        )
        for member in people.all()
        if member.id in books
    ]
    return sorted(rows, key=lambda row: (-row.red, -row.amber, row.person.name))


def _average(rows: Sequence[Any], now: datetime) -> float | None:
    days = [_days(row, now) for row in rows if row.status in {"active", "onboarding"}]
    return sum(days) / len(days) if days else None


def _days(row: Any, now: datetime) -> int:
    since: date = row.last_at.date() if row.last_at else row.started_on or row.created_at.date()
    return max(0, (now.date() - since).days)
