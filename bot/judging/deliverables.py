"""Work for clients, read for many of them at once: deadlines, roadmap steps, monthly effort.

Most clients have a few rows, or none. Never here: what the rows mean for an assessment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, or_, select

from bot.infra.db import key_in
from bot.infra.models import Client, Deadline, Effort, Member, RoadmapStep
from scoring import facts

WORK_DAYS = 190
"""How many days back deadlines and roadmap steps are read; those that are not done are read whatever their age."""
EFFORT_DAYS = 125
"""How many days back months of effort are read."""

_DAY = Effort.month.type
_SINCE, _UNTIL = bindparam("since", type_=_DAY), bindparam("until", type_=_DAY)


def _of(table: type[Any]) -> Any:
    return and_(table.workspace_id == bindparam("workspace_id"), key_in(table.client_id, "client_ids"))


_DEADLINES = (
    select(
        Deadline.client_id,
        Deadline.title,
        Deadline.internal_due_on,
        Deadline.promised_on,
        Deadline.done_on,
        case(
            (Deadline.member_id == Client.owner_id, ""),
            else_=func.coalesce(func.nullif(Member.name, ""), Member.email, ""),
        ),
    )
    .join(Client, Client.id == Deadline.client_id)
    .join(Member, Member.id == Deadline.member_id, isouter=True)
    .where(_of(Deadline), or_(Deadline.internal_due_on >= _SINCE, Deadline.done_on.is_(None)))
    .order_by(Deadline.client_id, Deadline.internal_due_on, Deadline.title)
)
_ROADMAP = (
    select(RoadmapStep.client_id, RoadmapStep.title, RoadmapStep.planned_on, RoadmapStep.kind, RoadmapStep.done_on)
    .where(_of(RoadmapStep), or_(RoadmapStep.planned_on >= _SINCE, RoadmapStep.done_on.is_(None)))
    .order_by(RoadmapStep.client_id, RoadmapStep.planned_on, RoadmapStep.title)
)
_EFFORT = (
    select(Effort.client_id, Effort.month, Effort.hours, Effort.hours_budget, Effort.hourly_cost, Effort.tools_cost)
    .where(_of(Effort), Effort.month.between(_SINCE, _UNTIL))
    .order_by(Effort.client_id, Effort.month)
)


@dataclass(frozen=True, slots=True)
class Work:
    """The work recorded for some clients, by client id; clients without any are left out."""

    deadlines: Mapping[int, tuple[facts.Deadline, ...]]
    roadmap: Mapping[int, tuple[facts.Step, ...]]
    effort: Mapping[int, tuple[facts.Effort, ...]]


def read(connection: Connection, values: Mapping[str, Any], today: date, *, since: date | None = None) -> Work:
    """Read the work for the clients in `values`, as far back as an assessment needs, or from `since` on."""
    planned = {**values, "since": since or today - timedelta(days=WORK_DAYS)}
    spent = {**values, "since": since or today - timedelta(days=EFFORT_DAYS), "until": today + timedelta(days=1)}
    return Work(
        by_client(connection, _DEADLINES, planned, facts.Deadline),
        by_client(connection, _ROADMAP, planned, facts.Step),
        by_client(connection, _EFFORT, spent, facts.Effort),
    )


def by_client(
    connection: Connection, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any], make: Any
) -> dict[int, tuple[Any, ...]]:
    """Call `make` with each row's columns after the client id, and group the results by it; rows come sorted by it."""
    rows = connection.execute(statement, values).all()
    return {
        client_id: tuple([make(*row[1:]) for row in group])
        for client_id, group in groupby(rows, key=lambda row: row.client_id)
    }
