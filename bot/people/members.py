"""Members: who a Slack user is to us, what they may see and do, and who stands in for whom.

What Slack says of a person comes in as `learn`'s argument; nothing here asks Slack.
"""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.infra.models import Client, Member, OutboxMessage, Snooze, Touchpoint, Workspace
from bot.prepared import Prepared
from bot.views.data import Person

SLACKBOT = "USLACKBOT"
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
_ACTOR_BY_SLACK = Prepared(
    _ACTOR.where(Member.workspace_id == bindparam("workspace_id"), Member.slack_user_id == bindparam("slack_user_id"))
)
_Row = namedtuple("_Row", _ACTOR.selected_columns.keys())  # type: ignore[misc]  # noqa: PYI024


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
    rows: list[Any] = [_Row._make(row) for row in _ACTOR_BY_SLACK.rows(connection, values)]
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


def by_slack(session: Session, workspace_id: int, slack_user_id: str) -> Member | None:
    """Find a member by Slack user id."""
    return _one(session, workspace_id, Member.slack_user_id == slack_user_id)


def by_email(session: Session, workspace_id: int, email: str) -> Member | None:
    """Find a member by e-mail address, in any case."""
    return _one(session, workspace_id, Member.email == email.strip().lower())


def _one(session: Session, workspace_id: int, condition: ColumnElement[bool]) -> Member | None:
    return session.scalars(select(Member).where(Member.workspace_id == workspace_id, condition)).one_or_none()


def unmatched(session: Session, workspace_id: int) -> list[Member]:
    """Give the members known by e-mail alone: their Slack users are still to be found."""
    statement = select(Member).where(
        Member.workspace_id == workspace_id, Member.slack_user_id.is_(None), Member.email.is_not(None)
    )
    return list(session.scalars(statement.order_by(Member.id)))


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


def set_away(
    session: Session, workspace_id: int, member_id: int, *, start: date, until: date, cover_id: int | None
) -> None:
    """Note that a member is away through a day, and who covers; the next digest is to be worked out anew."""
    member = session.scalars(select(Member).where(Member.workspace_id == workspace_id, Member.id == member_id)).one()
    member.away_from, member.away_until, member.cover_id, member.next_digest_at = start, until, cover_id, None


def set_back(session: Session, workspace_id: int, member_id: int, today: date) -> bool:
    """Note that a member is back before their time, the days away stay known; False where they are not away."""
    member = session.scalars(select(Member).where(Member.workspace_id == workspace_id, Member.id == member_id)).one()
    if member.away_until is None or member.away_until < today:
        return False
    began = member.away_from if member.away_from is not None and member.away_from < today else None
    member.away_from, member.away_until = began, today - timedelta(days=1) if began else None
    member.cover_id = member.next_digest_at = None
    return True


def learn(session: Session, workspace_id: int, slack_user: Mapping[str, Any], now: datetime) -> Member:
    """Keep what Slack says of a person (the "user" of users.info or user_change), matching them by e-mail if new.

    What Slack leaves out (an e-mail where the scope lacks, a locale in events) is kept as it was.
    """
    team_id = session.scalar(select(Workspace.team_id).where(Workspace.id == workspace_id))
    slack_user_id = str(slack_user["id"])
    profile = slack_user.get("profile") or {}
    email = str(profile.get("email") or "").strip().lower() or None
    member = by_slack(session, workspace_id, slack_user_id)
    namesake = by_email(session, workspace_id, email) if email else None
    if namesake and namesake is not member:
        member = _matched(session, member, namesake)
    if member is None:
        member = Member(workspace_id=workspace_id)
        session.add(member)
    member.slack_user_id = slack_user_id
    member.email = email or member.email
    member.name = _name(slack_user) or member.name or slack_user_id
    member.slack_admin = any(slack_user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))
    member.account_type = account_type_of(slack_user, team_id)
    tz = slack_user.get("tz") or member.tz or "UTC"
    if tz != member.tz:
        member.tz, member.next_digest_at = tz, None  # the digest works it out anew
    member.locale = slack_user.get("locale") or member.locale or "en"
    member.refreshed_at = now
    session.flush()
    return member


def _matched(session: Session, member: Member | None, namesake: Member) -> Member | None:
    """Settle a person's e-mail on another row: an unmatched one is the same person, a matched one has moved on."""
    if namesake.slack_user_id is not None:
        namesake.email = None
        session.flush()
        return member
    if member is None:
        return namesake
    for column in (
        Client.owner_id,
        Client.backup_id,
        Touchpoint.member_id,
        Snooze.member_id,
        Member.cover_id,
        OutboxMessage.member_id,
    ):
        session.execute(
            update(column.class_)
            .where(column.class_.workspace_id == member.workspace_id, column == namesake.id)
            .values({column: member.id})
        )
    member.role = member.role or namesake.role
    session.delete(namesake)
    session.flush()
    return member


def _name(slack_user: Mapping[str, Any]) -> str:
    profile = slack_user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), slack_user.get("real_name"), slack_user.get("name"))
    return next((str(name).strip() for name in names if name and str(name).strip()), "")


def account_type_of(slack_user: Mapping[str, Any], team_id: str | None) -> str:
    """Say what a Slack user is to us: member, guest, stranger (of another company), bot or deactivated."""
    if slack_user.get("deleted"):
        return "deactivated"
    if slack_user.get("is_bot") or slack_user["id"] == SLACKBOT:
        return "bot"
    elsewhere = team_id and slack_user.get("team_id") not in {None, "", team_id}
    if slack_user.get("is_stranger") or elsewhere:
        return "stranger"
    if slack_user.get("is_restricted") or slack_user.get("is_ultra_restricted"):
        return "guest"
    return "member"


def named(session: Session, workspace_id: int, text: str) -> list[Member]:
    """Find members by Slack id, e-mail or name, as an operator types them."""
    wanted = text.strip()
    condition = or_(
        Member.slack_user_id == wanted, Member.email == wanted.lower(), func.lower(Member.name) == wanted.lower()
    )
    statement = select(Member).where(Member.workspace_id == workspace_id, condition).order_by(Member.id)
    return list(session.scalars(statement))


def person(member: Member) -> Person:
    """Give a member as messages name them."""
    return Person(name=member.name or member.email or "", slack_user_id=member.slack_user_id)


def weekend_of(member: Member) -> frozenset[int]:
    """Give the weekdays that a member does not work, Monday is 0."""
    return frozenset(day for day in range(7) if str(day + 1) not in member.workdays)


@lru_cache(maxsize=512)
def zone_of(tz: str) -> ZoneInfo:
    """Give a time zone by its IANA name; UTC where Slack named one that we do not know."""
    try:
        return ZoneInfo(tz)
    except (LookupError, ValueError):
        return ZoneInfo("UTC")
