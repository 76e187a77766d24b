"""Acting on a red breach, and the breaches on which nobody has, for escalations and a lead's figures.

Never here: who is notified of them, and when (`bot.jobs.escalations`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, bindparam, exists, false, literal_column, or_, select
from sqlalchemy.orm import Session

from bot.infra.models import Breach, Client, Member, Snooze, Touchpoint, Workspace
from bot.people import holidays, members
from bot.views.data import Person
from scoring.dates import local_day, workdays_between
from scoring.vocabulary import ALARM_SIGNALS

GRACE_WORKDAYS = 2
"""Working days after which a red breach without action counts as unattended."""

_NOW = bindparam("now", type_=Breach.opened_at.type)
ACTED = or_(
    exists().where(
        Touchpoint.client_id == Breach.client_id,
        Touchpoint.undone_at.is_(None),
        Touchpoint.automatic.is_(false()),
        or_(
            Touchpoint.occurred_at >= Breach.red_at,
            and_(Touchpoint.created_at >= Breach.red_at, Touchpoint.source != "import"),
        ),
        Touchpoint.occurred_at <= _NOW,
    ),
    exists().where(Snooze.client_id == Breach.client_id, Snooze.created_at >= Breach.red_at, Snooze.ended_at.is_(None)),
)
"""Whether somebody has acted on a breach since it turned red: a contact, an attempt or a snooze.

What a person logs counts whenever it took place; a file's only if it took place since: it may hold years of contacts.
"""
IS_RED = (Breach.resolved_at.is_(None), Breach.level == literal_column("'red'"))
"""Literals, because a partial index needs the exact condition that it was created with."""
UNATTENDED = (
    select(
        Breach.id,
        Breach.red_at,
        Client.id.label("client_id"),
        Client.name.label("client_name"),
        Client.owner_id,
        Client.backup_id,
        Member.name,
        Member.email,
        Member.slack_user_id,
        Member.account_type,
        Member.tz,
        Member.locale,
        Member.workdays,
        Member.country,
        Workspace.country.label("workspace_country"),
        Workspace.office_closed,
    )
    .join(Client, Client.id == Breach.client_id)
    .join(Workspace, Workspace.id == Breach.workspace_id)
    .join(Member, Member.id == Client.owner_id, isouter=True)
    .where(
        Breach.workspace_id == bindparam("workspace_id"),
        *IS_RED,
        Breach.signal.in_(sorted(ALARM_SIGNALS)),  # a to-do is never red, but an earlier release stored it so
        Breach.red_at <= bindparam("before", type_=Breach.red_at.type),
        ~ACTED,
        ~exists().where(Snooze.client_id == Breach.client_id, Snooze.until_at > _NOW, Snooze.ended_at.is_(None)),
    )
    .order_by(Client.priority.desc(), Client.id, Breach.id)
)


@dataclass(frozen=True, slots=True)
class Unattended:
    """A red breach that nobody has acted on."""

    breach_id: int
    red_at: datetime
    client_id: int
    client_name: str
    owner_id: int | None
    backup_id: int | None
    owner: Person | None
    """None also for one who is gone."""
    since: date
    """The owner's local day on which it turned red."""


def find_unattended(session: Session, workspace_id: int, now: datetime) -> list[Unattended]:
    """Return a workspace's red breaches on which nobody has acted for two working days, highest priority first.

    Acting means a contact or an attempt since the breach turned red, or a snooze. Working days are the owner's.
    """
    values = {"workspace_id": workspace_id, "now": now, "before": latest_red_at(now)}
    found = []
    for row in session.execute(UNATTENDED, values):
        zone = members.zone_of(row.tz or "UTC")
        since, today = local_day(row.red_at, zone), local_day(now, zone)
        weekend = holidays.weekend(row.workdays or "12345")
        country = holidays.country_of(row.country, row.workspace_country, row.tz, row.locale)
        days_off = holidays.public_holidays(country, today) | holidays.closing_days(row.office_closed)
        if workdays_between(since, today, weekend, days_off) >= GRACE_WORKDAYS:
            is_owned = row.account_type == "member" and row.slack_user_id is not None
            owner = members.to_person(row.name, row.email, row.slack_user_id) if is_owned else None
            found.append(
                Unattended(
                    breach_id=row.id,
                    red_at=row.red_at,
                    client_id=row.client_id,
                    client_name=row.client_name,
                    owner_id=row.owner_id,
                    backup_id=row.backup_id,
                    owner=owner,
                    since=since,
                )
            )
    return found


def latest_red_at(now: datetime) -> datetime:
    """Return the time since which no breach can have been red for two working days."""
    return now - timedelta(days=GRACE_WORKDAYS - 1)
