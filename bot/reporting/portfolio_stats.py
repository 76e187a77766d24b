"""Portfolio statistics: each member's clients in numbers, and the average of days since contact.

That average counts calendar days in UTC over active and onboarding clients; for a client never contacted, since its
start. The database aggregates, however many clients there are. Never here: a single client.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Date, bindparam, case, false, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Integer

from bot.infra.models import Client, Member, Touchpoint
from bot.judging.unattended import find_unattended
from bot.people import members
from bot.views.team_data import TeamRow
from scoring.vocabulary import FULLY_WATCHED


class _Day(GenericFunction[Any]):
    """The UTC date of a timestamp."""

    type = Date()
    inherit_cache = True


class _DaysBetween(GenericFunction[int]):
    """Days from the second date to the first; 0 if the second is later."""

    type = Integer()
    inherit_cache = True


@compiles(_Day, "sqlite")
def _day_on_sqlite(element: _Day, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)})"


@compiles(_Day, "postgresql")
def _day_on_postgres(element: _Day, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(timezone('UTC', {compiler.process(element.clauses, **options)}) AS date)"


@compiles(_DaysBetween, "sqlite")
def _days_on_sqlite(element: _DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"max(0, CAST(julianday({later}) - julianday({earlier}) AS integer))"


@compiles(_DaysBetween, "postgresql")
def _days_on_postgres(element: _DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(clause, **options) for clause in element.clauses)
    return f"greatest(0, CAST({later} AS date) - {earlier})"


_last_at = (
    select(Touchpoint.occurred_at)
    .where(
        Touchpoint.client_id == Client.id,
        Touchpoint.outcome == "reached",
        Touchpoint.automatic.is_(false()),
        Touchpoint.undone_at.is_(None),
        Touchpoint.occurred_at <= bindparam("now", type_=Touchpoint.occurred_at.type),
    )
    .order_by(Touchpoint.occurred_at.desc())
    .limit(1)
    .correlate(Client)
    .scalar_subquery()
)
_created_on = _Day(Client.created_at)
_known_from = case((Client.started_on > _created_on, Client.started_on), else_=_created_on)
"""Before its record was made, nobody knows when a client was spoken with."""
_client = (
    select(
        Client.owner_id,
        Client.colour,
        Client.status.in_(sorted(FULLY_WATCHED)).label("is_watched"),
        func.coalesce(_Day(_last_at), _known_from).label("last_on"),
    )
    .where(Client.workspace_id == bindparam("workspace_id"), Client.status != "lost")
    .subquery()
)
_days = _DaysBetween(bindparam("today", type_=Date()), _client.c.last_on)
_STATS = select(
    _client.c.owner_id,
    func.count().label("clients"),
    func.sum(case((_client.c.colour == "red", 1), else_=0)).label("red"),
    func.sum(case((_client.c.colour == "amber", 1), else_=0)).label("amber"),
    func.sum(case((_client.c.is_watched, 1), else_=0)).label("watched"),
    func.sum(case((_client.c.is_watched, _days), else_=0)).label("days"),
).group_by(_client.c.owner_id)
_STATS_OF_OWNERS = _STATS.where(_client.c.owner_id.in_(bindparam("owner_ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class OwnerStats:
    """One owner's clients in numbers."""

    owner_id: int | None
    """None for the clients without an owner."""
    clients: int
    red: int
    amber: int
    watched: int
    """How many are active or onboarding."""
    days: int
    """The sum of days since contact over the watched ones."""


def load_owner_stats(session: Session, workspace_id: int, now: datetime) -> list[OwnerStats]:
    """Return the statistics of every owner in a workspace, in no particular order."""
    rows = session.connection().execute(_STATS, {"workspace_id": workspace_id, **_time_values(now)})
    return [OwnerStats(*row) for row in rows]


def average(stats: Sequence[OwnerStats]) -> float | None:
    """Return the average of days since contact over several owners; None if there are no watched clients."""
    watched = sum(owner.watched for owner in stats)
    return sum(owner.days for owner in stats) / watched if watched else None


def average_days_since_contact(
    session: Session, workspace_id: int, owner_ids: Sequence[int], now: datetime
) -> float | None:
    """Return the average of days since contact over some members' clients; None if there are no watched ones."""
    values = {"workspace_id": workspace_id, "owner_ids": list(owner_ids), **_time_values(now)}
    return average([OwnerStats(*row) for row in session.connection().execute(_STATS_OF_OWNERS, values)])


def build_team_rows(session: Session, workspace_id: int, stats: Sequence[OwnerStats], now: datetime) -> list[TeamRow]:
    """Return a row for each member with clients, from the current `load_owner_stats`, most red clients first."""
    by_owner = {owner.owner_id: owner for owner in stats}
    unattended = count_unattended(session, workspace_id, now)
    people = session.execute(
        select(Member.id, Member.name, Member.email, Member.slack_user_id).where(Member.workspace_id == workspace_id)
    )
    rows = [
        TeamRow(
            person=members.to_person(member.name, member.email, member.slack_user_id),
            clients=by_owner[member.id].clients,
            red=by_owner[member.id].red,
            amber=by_owner[member.id].amber,
            average_days_since_contact=average([by_owner[member.id]]),
            waiting=unattended.get(member.id, 0),
        )
        for member in people.all()
        if member.id in by_owner
    ]
    return sorted(rows, key=lambda row: (-row.red, -row.amber, row.person.name))


def count_unattended(session: Session, workspace_id: int, now: datetime) -> dict[int | None, int]:
    """Count, by owner, the red clients on which nobody has acted for two working days."""
    clients_by_owner: dict[int | None, set[int]] = defaultdict(set)
    for breach in find_unattended(session, workspace_id, now):
        clients_by_owner[breach.owner_id].add(breach.client_id)
    return {owner_id: len(client_ids) for owner_id, client_ids in clients_by_owner.items()}


def _time_values(now: datetime) -> dict[str, Any]:
    return {"now": now, "today": now.astimezone(UTC).date()}
