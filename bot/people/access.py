"""Access: who a reader is, and what they may see and do.

Every door builds an `Actor` from a delivery and asks the `may_…` functions here, buttons included. Never here: asking
Slack (`directory`), or changing a member (`members`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from bot.infra.models import Client, Member
from bot.people.members import zone_of
from bot.views.data import Person

FRESH = timedelta(hours=24)
"""How long what Slack said of a person is believed."""

_named_admin, _away, _absent = aliased(Member), aliased(Member), aliased(Member)
_SINCE = bindparam("since", type_=Member.away_until.type)
_ACTOR = select(
    Member.id,
    Member.workspace_id,
    Member.slack_user_id,
    Member.name,
    Member.role,
    Member.slack_admin,
    Member.account_type,
    Member.tz,
    Member.locale,
    Member.refreshed_at,
    select(_named_admin.id)
    .where(_named_admin.workspace_id == Member.workspace_id, _named_admin.role == "admin")
    .exists()
    .label("admin_named"),
    select(Client.id)
    .outerjoin(_absent, _absent.id == Client.owner_id)
    .where(
        Client.workspace_id == Member.workspace_id,
        Client.backup_id == Member.id,
        Client.owner_id.is_(None) | ((_absent.away_until >= _SINCE) & _absent.cover_id.is_(None)),
    )
    .correlate(Member)
    .exists()
    .label("may_stand_in"),
    _away.id.label("away_id"),
    _away.cover_id.label("away_cover_id"),
    _away.away_from,
    _away.away_until,
).outerjoin(_away, (_away.workspace_id == Member.workspace_id) & (_away.away_until >= _SINCE))
"""One row for each who is away or will be, or a single one: which day it is depends on the reader's zone."""
_ACTOR_BY_ID = _ACTOR.where(Member.workspace_id == bindparam("workspace_id"), Member.id == bindparam("member_id"))
_ACTOR_BY_SLACK = _ACTOR.where(
    Member.workspace_id == bindparam("workspace_id"), Member.slack_user_id == bindparam("slack_user_id")
)


class NotAllowedError(Exception):
    """A reader may not do this. `reason` is not_yours, not_in_charge or only_leads, as `bot.views.texts` says them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who reads or acts, as plain values that outlive a session."""

    member_id: int
    workspace_id: int
    slack_user_id: str | None
    name: str
    role: str
    """am, lead or admin: as named by the agency; Slack's admins are admins until one is named."""
    account_type: str
    """member, guest, stranger, bot or deactivated."""
    zone: ZoneInfo
    locale: str
    covers: frozenset[int] = frozenset()
    """Members away today who named this one as their cover."""
    unattended: frozenset[int] = frozenset()
    """Members away today who named nobody: the backup of each client stands in."""
    may_stand_in: bool = True
    """Whether to look for clients whose backup this one is, and whose owner is away so or missing."""

    @property
    def is_allowed(self) -> bool:
        """Whether anything is shown to this person, or done for them, at all."""
        return self.account_type == "member"

    @property
    def leads(self) -> bool:
        """Whether this person sees the whole team's figures and edits its policy and people."""
        return self.is_allowed and self.role in {"lead", "admin"}

    @property
    def owners(self) -> tuple[int, ...]:
        """Whose clients are this person's list today: their own, and those they cover."""
        return (self.member_id, *sorted(self.covers))

    @property
    def person(self) -> Person:
        """This person as messages name them."""
        return Person(name=self.name, slack_user_id=self.slack_user_id)


def actor(session: Session, workspace_id: int, member_id: int, now: datetime) -> Actor | None:
    """Give a member of this workspace as a reader."""
    values = {"workspace_id": workspace_id, "member_id": member_id, "since": _anywhere(now)}
    rows = session.execute(_ACTOR_BY_ID, values).all()
    return _actor(rows, now) if rows else None


def actor_by_slack(connection: Connection, workspace_id: int, slack_user_id: str, now: datetime) -> Actor | None:
    """Give a Slack user as a reader; None where Slack has to be asked: unknown, or not asked about for a day."""
    values = {"workspace_id": workspace_id, "slack_user_id": slack_user_id, "since": _anywhere(now)}
    rows = connection.execute(_ACTOR_BY_SLACK, values).all()
    if not rows or rows[0].refreshed_at is None or rows[0].refreshed_at + FRESH < now:
        return None
    return _actor(rows, now)


def _anywhere(now: datetime) -> date:
    """The earliest day that it is now in any zone."""
    return (now - timedelta(days=1)).date()


def _actor(rows: Sequence[Any], now: datetime) -> Actor:
    row = rows[0]
    zone = zone_of(row.tz)
    today = now.astimezone(zone).date()
    away = [
        (each.away_id, each.away_cover_id)
        for each in rows
        if each.away_until and (each.away_from or today) <= today <= each.away_until
    ]
    return Actor(
        member_id=row.id,
        workspace_id=row.workspace_id,
        slack_user_id=row.slack_user_id,
        name=row.name,
        role=role_of(row.role, slack_admin=row.slack_admin, admin_named=row.admin_named),
        account_type=row.account_type,
        zone=zone,
        locale=row.locale,
        covers=frozenset(member for member, cover in away if cover == row.id),
        unattended=frozenset(member for member, cover in away if cover is None),
        may_stand_in=row.may_stand_in,
    )


def role_of(role: str | None, *, slack_admin: bool, admin_named: bool) -> str:
    """Say a member's role: the one named by the agency; Slack's admins are admins until the agency names one."""
    if slack_admin and not admin_named:
        return "admin"
    return role or "am"


def require(is_allowed: bool, reason: str) -> None:  # noqa: FBT001  # reads as the sentence that it is
    """Go on only where one of the `may_…` functions said yes.

    Raises:
        NotAllowedError: with the reason.
    """
    if not is_allowed:
        raise NotAllowedError(reason)


def may_see_money(reader: Actor, owner_id: int | None, backup_id: int | None = None) -> bool:
    """Whether a reader sees a client's amounts: their own and covered clients', and everybody's for leads."""
    if not reader.is_allowed:
        return False
    mine = owner_id == reader.member_id or owner_id in reader.covers
    is_standing_in = backup_id == reader.member_id and owner_id in reader.unattended
    return reader.leads or mine or is_standing_in


def may_edit(reader: Actor, owner_id: int | None, backup_id: int | None = None) -> bool:
    """Whether a reader may change what is agreed with a client, its fee among it: whoever sees its amounts.

    Who looks after it is for leads alone to change.
    """
    return may_see_money(reader, owner_id, backup_id)


def may_undo(reader: Actor, logged_by: int | None, owner_id: int | None) -> bool:
    """Whether somebody may take back a touchpoint or a snooze: who logged it, the client's owner, leads."""
    return reader.is_allowed and (reader.leads or reader.member_id in {logged_by, owner_id})


def leads(session: Session, workspace_id: int) -> list[Member]:
    """Give those who answer for the team, as far as Slack knows them: leads and admins."""
    statement = select(Member).where(Member.workspace_id == workspace_id, Member.account_type == "member")
    people = list(session.scalars(statement.where(Member.slack_user_id.is_not(None)).order_by(Member.id)))
    named = session.scalar(select(func.count()).where(Member.workspace_id == workspace_id, Member.role == "admin"))
    return [
        member
        for member in people
        if role_of(member.role, slack_admin=member.slack_admin, admin_named=bool(named)) in {"lead", "admin"}
    ]
