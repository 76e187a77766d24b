"""Red breaches that nobody has acted on, for escalations and a lead's figures.

Never here: who is notified of them, and when (`bot.jobs.escalations`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from bot.infra.models import Breach, Client, Member, Snooze, Touchpoint, Workspace
from bot.people import holidays, members
from bot.views.data import Person
from scoring.dates import local_day, workdays_between

GRACE_WORKDAYS = 2
"""Working days after which a red breach without action counts as unattended."""

_NOW = bindparam("now", type_=Breach.opened_at.type)
_UNATTENDED = (
    select(
        Breach.id,
        Breach.red_at,
        Client.id.label("client_id"),
        Client.name.label("client_name"),
        Client.owner_id,
        Member.name,
        Member.email,
        Member.slack_user_id,
        Member.tz,
        Member.workdays,
        Member.country,
        Workspace.country.label("workspace_country"),
    )
    .join(Client, Client.id == Breach.client_id)
    .join(Workspace, Workspace.id == Breach.workspace_id)
    .join(Member, Member.id == Client.owner_id, isouter=True)
    .where(
        Breach.workspace_id == bindparam("workspace_id"),
        Breach.resolved_at.is_(None),
        Breach.level == "red",
        Breach.red_at <= bindparam("before", type_=Breach.red_at.type),
        ~exists().where(
            Touchpoint.client_id == Breach.client_id,
            Touchpoint.undone_at.is_(None),
            or_(Touchpoint.occurred_at >= Breach.red_at, Touchpoint.created_at >= Breach.red_at),
            Touchpoint.occurred_at <= _NOW,
        ),
        ~exists().where(
            Snooze.client_id == Breach.client_id,
            or_(Snooze.created_at >= Breach.red_at, Snooze.until_at > _NOW),
            Snooze.ended_at.is_(None),
        ),
    )
    .order_by(Client.priority.desc(), Client.id, Breach.id)
)


@dataclass(frozen=True, slots=True)
class Unattended:
    """A red breach that nobody has acted on."""

    breach_id: int
    client_id: int
    client_name: str
    owner_id: int | None
    owner: Person | None
    since: date
    """The owner's local day on which it turned red."""


def find_unattended(session: Session, workspace_id: int, now: datetime) -> list[Unattended]:
    """Return a workspace's red breaches on which nobody has acted for two working days, highest priority first.

    Acting means a contact or an attempt since the breach turned red, or a snooze. Working days are the owner's.
    """
    values = {"workspace_id": workspace_id, "now": now, "before": now - timedelta(days=GRACE_WORKDAYS - 1)}
    found = []
    for row in session.execute(_UNATTENDED, values):
        zone = members.zone_of(row.tz or "UTC")
        since, today = local_day(row.red_at, zone), local_day(now, zone)
        weekend = holidays.weekend(row.workdays or "12345")
        days_off = holidays.public_holidays(row.country or row.workspace_country, today)
        if workdays_between(since, today, weekend, days_off) >= GRACE_WORKDAYS:
            owner = members.to_person(row.name, row.email, row.slack_user_id) if row.owner_id else None
            found.append(Unattended(row.id, row.client_id, row.client_name, row.owner_id, owner, since))
    return found
