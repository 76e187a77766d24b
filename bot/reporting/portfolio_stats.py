"""Books: each member's clients taken together, and the number that the whole team watches.

The average of days since contact counts calendar days in UTC, over active and onboarding clients: for one never
contacted, since its start. The database adds up, whatever the number of clients.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Date, bindparam, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Integer

from bot.infra.models import Client, Member, Touchpoint
from bot.judging.unattended import find_unattended
from bot.people import members
from bot.views.data import TeamRow


class _Day(GenericFunction[Any]):
    """The UTC day of a moment."""

    type = Date()
    inherit_cache = True


class _DaysBetween(GenericFunction[int]):
    """Days from the second day to the first; 0 where the second is the later one."""

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
    later, earlier = (compiler.process(each, **options) for each in element.clauses)
    return f"max(0, CAST(julianday({later}) - julianday({earlier}) AS integer))"


@compiles(_DaysBetween, "postgresql")
def _days_on_postgres(element: _DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    later, earlier = (compiler.process(each, **options) for each in element.clauses)
    return f"greatest(0, CAST({later} AS date) - {earlier})"


_last_at = (
    select(Touchpoint.occurred_at)
    .where(
        Touchpoint.client_id == Client.id,
        Touchpoint.outcome == "reached",
        Touchpoint.undone_at.is_(None),
        Touchpoint.occurred_at <= bindparam("now", type_=Touchpoint.occurred_at.type),
    )
    .order_by(Touchpoint.occurred_at.desc())
    .limit(1)
    .correlate(Client)
    .scalar_subquery()
)
_each = (
    select(
        Client.owner_id,
        Client.colour,
        Client.status.in_(("active", "onboarding")).label("is_watched"),
        func.coalesce(_Day(_last_at), Client.started_on, _Day(Client.created_at)).label("last_on"),
    )
    .where(Client.workspace_id == bindparam("workspace_id"), Client.status != "lost")
    .subquery()
)
_days = _DaysBetween(bindparam("today", type_=Date()), _each.c.last_on)
_FIGURES = select(
    _each.c.owner_id,
    func.count().label("clients"),
    func.sum(case((_each.c.colour == "red", 1), else_=0)).label("red"),
    func.sum(case((_each.c.colour == "amber", 1), else_=0)).label("amber"),
    func.sum(case((_each.c.is_watched, 1), else_=0)).label("watched"),
    func.sum(case((_each.c.is_watched, _days), else_=0)).label("days"),
).group_by(_each.c.owner_id)
_FIGURES_OF = _FIGURES.where(_each.c.owner_id.in_(bindparam("owner_ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Figures:
    """One book in numbers."""

    owner_id: int | None
    """None for the clients that nobody owns."""
    clients: int
    red: int
    amber: int
    watched: int
    """Active and onboarding ones."""
    days: int
    """Since contact, over those, added up."""


def figures(session: Session, workspace_id: int, now: datetime) -> list[Figures]:
    """Give each book of a workspace in numbers, in no order."""
    rows = session.connection().execute(_FIGURES, {"workspace_id": workspace_id, **_times(now)})
    return [Figures(*row) for row in rows]


def average(found: Sequence[Figures]) -> float | None:
    """Give the average of days since contact over some books; None where there are no clients to watch."""
    watched = sum(book.watched for book in found)
    return sum(book.days for book in found) / watched if watched else None


def average_days_since_contact(
    session: Session, workspace_id: int, owner_ids: Sequence[int], now: datetime
) -> float | None:
    """Give the average of days since contact over some members' clients; None where there are none to watch."""
    values = {"workspace_id": workspace_id, "owner_ids": list(owner_ids), **_times(now)}
    return average([Figures(*row) for row in session.connection().execute(_FIGURES_OF, values)])


def by_member(session: Session, workspace_id: int, found: Sequence[Figures], now: datetime) -> list[TeamRow]:
    """Give each member's book in a line, from the `figures` of now, the one with the most red clients first."""
    known = {book.owner_id: book for book in found}
    unattended = count_unattended(session, workspace_id, now)
    people = session.execute(
        select(Member.id, Member.name, Member.email, Member.slack_user_id).where(Member.workspace_id == workspace_id)
    )
    rows = [
        TeamRow(
            person=members.to_person(member.name, member.email, member.slack_user_id),
            clients=known[member.id].clients,
            red=known[member.id].red,
            amber=known[member.id].amber,
            average_days_since_contact=average([known[member.id]]),
            waiting=unattended.get(member.id, 0),
        )
        for member in people.all()
        if member.id in known
    ]
    return sorted(rows, key=lambda row: (-row.red, -row.amber, row.person.name))


def count_unattended(session: Session, workspace_id: int, now: datetime) -> dict[int | None, int]:
    """Count, by owner, the red clients on which nobody acted for 2 working days."""
    standing: dict[int | None, set[int]] = defaultdict(set)
    for each in find_unattended(session, workspace_id, now):
        standing[each.owner_id].add(each.client_id)
    return {owner_id: len(client_ids) for owner_id, client_ids in standing.items()}


def _times(now: datetime) -> dict[str, Any]:
    return {"now": now, "today": now.astimezone(UTC).date()}
