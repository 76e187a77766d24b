"""Access control: who is acting, and what they may see and do.

Every handler gets an `Actor` and checks it with the `may_…` functions here. Never here: calling Slack (`directory`), or
changing a member (`members`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from bot.infra.models import Client, Member
from bot.people import attendance
from bot.people.attendance import Attendance
from bot.people.members import zone_of
from bot.views.data import Person

MAX_AGE = timedelta(hours=24)
"""How long a user read from Slack counts as up to date."""
MAX_DRIFT = timedelta(minutes=5)
"""How far the clocks of two machines may differ; what was read later than that was read by a clock that was ahead."""

_assigned_admin = aliased(Member)
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
    select(_assigned_admin.id)
    .where(_assigned_admin.workspace_id == Member.workspace_id, _assigned_admin.role == "admin")
    .exists()
    .label("has_assigned_admin"),
    select(Client.id).where(Client.backup_id == Member.id).correlate(Member).exists().label("is_backup"),
    *attendance.COLUMNS,
).outerjoin(attendance.absent, (attendance.absent.workspace_id == Member.workspace_id) & attendance.MAY_BE_ABSENT)
"""One row for each member who may be absent, or a single row if nobody is."""
_ACTOR_BY_ID = _ACTOR.where(Member.workspace_id == bindparam("workspace_id"), Member.id == bindparam("member_id"))
_ACTOR_BY_SLACK = _ACTOR.where(
    Member.workspace_id == bindparam("workspace_id"), Member.slack_user_id == bindparam("slack_user_id")
)


class NotAllowedError(Exception):
    """The actor may not do this.

    `reason` is not_yours, not_in_charge, only_leads or only_admins; `bot.views.texts` words it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who reads or acts, as plain values that do not depend on a session."""

    member_id: int
    workspace_id: int
    slack_user_id: str | None
    name: str
    role: str
    """am, lead or admin: as assigned by the agency; Slack admins are admins until the agency assigns one."""
    account_type: str
    """member, guest, stranger, bot or deactivated; unlisted for a member whom the agency has not let in."""
    zone: ZoneInfo
    locale: str
    attendance: Attendance = field(default_factory=Attendance)
    """Who of the workspace is not here today."""
    is_backup: bool = True
    """Whether this person is the backup of any client."""
    is_confirmed: bool = True
    """Whether Slack has said lately who this person is; without that they see no amounts."""

    @property
    def is_allowed(self) -> bool:
        """Whether this person may use the bot at all."""
        return self.account_type == "member"

    @property
    def leads(self) -> bool:
        """Whether this person sees the whole team's figures and edits its policy and people: a lead or an admin."""
        return self.is_allowed and self.role in {"lead", "admin"}

    @property
    def is_admin(self) -> bool:
        """Whether this person names leads and admins."""
        return self.is_allowed and self.role == "admin"

    @property
    def owners(self) -> tuple[int, ...]:
        """Member ids whose clients are on this person's list today: their own, and those they cover for."""
        return (self.member_id, *sorted(self.attendance.find_covered(self.member_id)))

    def has(self, owner_id: int | None, backup_id: int | None) -> bool:
        """Whether a client is this person's: their own, or one that they have in its owner's place."""
        return owner_id == self.member_id or self.attendance.find_holder(owner_id, backup_id) == self.member_id

    def is_listed(self, owner_id: int | None, backup_id: int | None) -> bool:
        """Whether a client is on this person's list: one that they have, or for a lead one that nobody has."""
        absences = self.attendance
        is_left = not absences.is_owned(owner_id) and absences.find_holder(owner_id, backup_id) is None
        return self.has(owner_id, backup_id) or (self.leads and is_left)

    @property
    def person(self) -> Person:
        """This person as messages refer to them."""
        return Person(name=self.name, slack_user_id=self.slack_user_id)


def actor(session: Session, workspace_id: int, member_id: int, now: datetime) -> Actor | None:
    """Return a member of this workspace as an actor; None if the workspace has no such member."""
    connection = session.connection()
    values = {"workspace_id": workspace_id, "member_id": member_id, **attendance.parameters(connection, now)}
    rows = connection.execute(_ACTOR_BY_ID, values).all()
    return _actor(rows, now, only_listed=values["only_listed"]) if rows else None


def actor_by_slack(connection: Connection, workspace_id: int, slack_user_id: str, now: datetime) -> Actor | None:
    """Return a Slack user as an actor; None if Slack must be asked: unknown, or last read more than a day ago."""
    names: dict[str, Any] = {"workspace_id": workspace_id, "slack_user_id": slack_user_id}
    values = names | attendance.parameters(connection, now)
    rows = connection.execute(_ACTOR_BY_SLACK, values).all()
    if not rows or not is_fresh(rows[0].refreshed_at, now):
        return None
    return _actor(rows, now, only_listed=values["only_listed"])


def is_fresh(refreshed_at: datetime | None, now: datetime) -> bool:
    """Whether what was read from Slack at that time is believed: not before a day ago, and not in the future."""
    return refreshed_at is not None and now - MAX_AGE <= refreshed_at <= now + MAX_DRIFT


def outsider(
    workspace_id: int, slack_user_id: str, account_type: str = "stranger", *, locale: str | None = None
) -> Actor:
    """Return somebody who may not use the bot and of whom nothing is stored: a guest, a stranger, a bot."""
    return Actor(
        member_id=0,
        workspace_id=workspace_id,
        slack_user_id=slack_user_id,
        name="",
        role="am",
        account_type=account_type,
        zone=zone_of("UTC"),
        locale=locale or "en",
    )


def limit_to_listed(engine: Engine) -> Engine:
    """Return the engine as that of an agency whose people use Atrisk only if they have a role (ACCESS=listed)."""
    return engine.execution_options(**{attendance.ONLY_LISTED: True})


def _actor(rows: Sequence[Any], now: datetime, *, only_listed: bool) -> Actor:
    row = rows[0]
    role = role_of(row.role, slack_admin=row.slack_admin, has_assigned_admin=row.has_assigned_admin)
    is_unlisted = only_listed and row.account_type == "member" and row.role is None and role == "am"
    return Actor(
        member_id=row.id,
        workspace_id=row.workspace_id,
        slack_user_id=row.slack_user_id,
        name=row.name,
        role=role,
        account_type="unlisted" if is_unlisted else row.account_type,
        zone=zone_of(row.tz),
        locale=row.locale,
        attendance=attendance.build(rows, now),
        is_backup=row.is_backup,
    )


def role_of(role: str | None, *, slack_admin: bool, has_assigned_admin: bool) -> str:
    """Return a member's role: as assigned by the agency; Slack admins are admins until the agency assigns one."""
    if slack_admin and not has_assigned_admin:
        return "admin"
    return role or "am"


def require(is_allowed: bool, reason: str) -> None:  # noqa: FBT001  # reads as a sentence
    """Check the result of one of the `may_…` functions.

    Raises:
        NotAllowedError: with `reason`, if it is false.
    """
    if not is_allowed:
        raise NotAllowedError(reason)


def may_see_money(reader: Actor, owner_id: int | None, backup_id: int | None = None) -> bool:
    """Whether the reader sees a client's amounts: leads see all, others those of the clients that they have."""
    return reader.is_allowed and reader.is_confirmed and (reader.leads or reader.has(owner_id, backup_id))


def may_edit(reader: Actor, owner_id: int | None, backup_id: int | None = None) -> bool:
    """Whether the reader may change what is agreed with a client, including its fee: those who see its amounts.

    Only leads may change its owner and backup.
    """
    return may_see_money(reader, owner_id, backup_id)


def may_undo(reader: Actor, logged_by: int | None, owner_id: int | None) -> bool:
    """Whether the reader may undo a touchpoint or a snooze: the person who logged it, the client's owner, or a lead."""
    return reader.is_allowed and (reader.leads or reader.member_id in {logged_by, owner_id})


def leads(session: Session, workspace_id: int) -> list[Member]:
    """Return the leads and admins that are matched to a Slack user."""
    statement = select(Member).where(Member.workspace_id == workspace_id, Member.account_type == "member")
    people = list(session.scalars(statement.where(Member.slack_user_id.is_not(None)).order_by(Member.id)))
    admins = session.scalar(select(func.count()).where(Member.workspace_id == workspace_id, Member.role == "admin"))
    return [
        member
        for member in people
        if role_of(member.role, slack_admin=member.slack_admin, has_assigned_admin=bool(admins)) in {"lead", "admin"}
    ]
