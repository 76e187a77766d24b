"""Members: the rows of people who work with clients, matched to Slack users, and when they are away.

What Slack says of a person comes in as `sync_user`'s argument. Never here: asking Slack (`directory`), or what a member
may see and do (`access`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from bot.infra.models import Client, Member, OutboxMessage, Snooze, Touchpoint, Workspace
from bot.views.data import Person

SLACKBOT = "USLACKBOT"


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


def sync_user(session: Session, workspace_id: int, slack_user: Mapping[str, Any], now: datetime) -> Member:
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
    return to_person(member.name, member.email, member.slack_user_id)


def to_person(name: str | None, email: str | None, slack_user_id: str | None) -> Person:
    """Give somebody as messages name them: by e-mail where no name is known."""
    return Person(name=name or email or "", slack_user_id=slack_user_id)


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
