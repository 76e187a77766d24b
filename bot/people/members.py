"""Members: the people who work with clients, how they are matched to Slack users, and when they are away.

Never here: calling Slack (`directory`; its answers come in as `sync_user`'s argument), or what a member may see and do
(`access`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, or_, select, true, update
from sqlalchemy.orm import Session

from bot.infra import idempotency
from bot.infra.models import Member, Workspace
from bot.infra.visible import clean_name
from bot.people import audit, duplicates, workspaces
from bot.views.data import Person

SLACKBOT = "USLACKBOT"
MOST_NAMED = 100
"""People looked up by name at once."""
OUTSIDERS = ("guest", "stranger", "bot")
"""Account types of people who are in Slack, and not full members of the team."""


def by_slack(session: Session, workspace_id: int, slack_user_id: str) -> Member | None:
    """Find a member by Slack user id."""
    return _one(session, workspace_id, Member.slack_user_id == slack_user_id)


def names_by_slack(session: Session, workspace_id: int, slack_user_ids: Collection[str]) -> dict[str, str]:
    """Return the names of those of some Slack users who are members, by Slack user id."""
    statement = select(Member.slack_user_id, Member.name).where(
        Member.workspace_id == workspace_id, Member.slack_user_id.in_(list(slack_user_ids)[:MOST_NAMED])
    )
    return {row.slack_user_id: row.name for row in session.execute(statement) if row.slack_user_id and row.name}


def by_email(session: Session, workspace_id: int, email: str) -> Member | None:
    """Find a member by e-mail address, ignoring case."""
    return _one(session, workspace_id, Member.email == email.strip().lower())


def _one(session: Session, workspace_id: int, condition: ColumnElement[bool]) -> Member | None:
    return session.scalars(select(Member).where(Member.workspace_id == workspace_id, condition)).one_or_none()


def unmatched(session: Session, workspace_id: int) -> list[Member]:
    """Return the members known only by e-mail, whose Slack users are not found yet.

    Among them those whose row somebody from outside the team has taken.
    """
    statement = select(Member).where(Member.workspace_id == workspace_id, *_UNMATCHED)
    return list(session.scalars(statement.order_by(Member.id)))


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A member of a connected workspace whose Slack user is not found yet."""

    member_id: int
    workspace_id: int
    team_id: str
    email: str
    looked_up_at: datetime | None


_UNMATCHED = (Member.email.is_not(None), or_(Member.slack_user_id.is_(None), Member.account_type.in_(OUTSIDERS)))
_AT = Member.looked_up_at.type
_NEXT_UNMATCHED = (
    select(Member.id, Member.workspace_id, Workspace.team_id, Member.email, Member.looked_up_at)
    .join(Workspace, Workspace.id == Member.workspace_id)
    .where(
        *_UNMATCHED,
        Workspace.team_id.is_not(None),
        Workspace.connected_at.is_not(None),
        or_(
            Member.looked_up_at.is_(None),
            Member.looked_up_at <= bindparam("before", type_=_AT),
            Member.looked_up_at > bindparam("now", type_=_AT),  # by a clock that was ahead
        ),
    )
    .order_by(Member.looked_up_at.is_not(None), Member.looked_up_at, Member.id)
    .limit(1)
)


def next_unmatched(session: Session, now: datetime, again_after: timedelta) -> Unmatched | None:
    """Return the unmatched member to look up next, of any workspace; those of the last `again_after` are left out."""
    row = session.execute(_NEXT_UNMATCHED, {"now": now, "before": now - again_after}).first()
    return Unmatched(row.id, row.workspace_id, str(row.team_id), str(row.email), row.looked_up_at) if row else None


def mark_looked_up(session: Session, unmatched: Unmatched, now: datetime) -> bool:
    """Record that this member is being looked up; False if another worker is doing so."""
    return _set_looked_up(session, unmatched, Member.looked_up_at.is_not_distinct_from(unmatched.looked_up_at), now)


def unmark_looked_up(session: Session, unmatched: Unmatched) -> None:
    """Record that this member could not be looked up after all."""
    _set_looked_up(session, unmatched, true(), None)


def _set_looked_up(session: Session, unmatched: Unmatched, condition: ColumnElement[bool], at: datetime | None) -> bool:
    statement = (
        update(Member)
        .where(Member.workspace_id == unmatched.workspace_id, Member.id == unmatched.member_id, condition)
        .values(looked_up_at=at)
        .returning(Member.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).first() is not None


def start_absence(
    session: Session,
    workspace_id: int,
    member_id: int,
    *,
    start: date,
    until: date,
    cover_id: int | None,
    now: datetime,
) -> None:
    """Record that a member is away from `start` through `until`, and who covers; the next digest is recomputed."""
    member = session.scalars(select(Member).where(Member.workspace_id == workspace_id, Member.id == member_id)).one()
    before = _absence(member)
    member.away_from, member.away_until, member.cover_id, member.next_digest_at = start, until, cover_id, None
    _record_absence(session, member, "absence.set", before, now)


def end_absence(session: Session, workspace_id: int, member_id: int, today: date, *, now: datetime) -> bool:
    """Record that a member is back early, as of `today`; False if they are not away. Past days away stay recorded."""
    member = session.scalars(select(Member).where(Member.workspace_id == workspace_id, Member.id == member_id)).one()
    if member.away_until is None or member.away_until < today:
        return False
    before = _absence(member)
    began = member.away_from if member.away_from is not None and member.away_from < today else None
    member.away_from, member.away_until = began, today - timedelta(days=1) if began else None
    member.cover_id = member.next_digest_at = None
    _record_absence(session, member, "absence.ended", before, now)
    return True


def _absence(member: Member) -> dict[str, Any]:
    return {"away_from": member.away_from, "away_until": member.away_until, "cover_id": member.cover_id}


def _record_absence(session: Session, member: Member, action: str, before: Mapping[str, Any], now: datetime) -> None:
    audit.record(
        session,
        member.workspace_id,
        action,
        now=now,
        by=member.id,
        person_id=member.id,
        before=before,
        after=_absence(member),
    )


def sync_user(session: Session, workspace_id: int, slack_user: Mapping[str, Any], now: datetime) -> Member:
    """Store a Slack user (the "user" of users.info or user_change), matching a member of the team by e-mail.

    A guest, a stranger or a bot is known by Slack id alone: their e-mail address may be anybody's. Fields that Slack
    leaves out (the e-mail without its scope, the locale in events) keep their values.
    """
    idempotency.take_turn(session, "members", workspace_id)  # two first clicks of a new colleague come at once
    team_id = workspaces.team_id(session, workspace_id)
    slack_user_id, account_type = str(slack_user["id"]), account_type_of(slack_user, team_id)
    email = _email(slack_user) if account_type == "member" else None
    member = by_slack(session, workspace_id, slack_user_id)
    same_email = by_email(session, workspace_id, email) if email else None
    if same_email and same_email is not member:
        member = duplicates.claim_email(session, member, same_email)
    if member is None:
        member = Member(workspace_id=workspace_id)
        session.add(member)
    member.slack_user_id = slack_user_id
    member.email = email or member.email
    member.name = _name(slack_user) or member.name or slack_user_id
    member.slack_admin = any(slack_user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))
    member.account_type = account_type
    tz = slack_user.get("tz") or member.tz or "UTC"
    if tz != member.tz:
        member.tz, member.next_digest_at = tz, None  # the digest job recomputes it
    member.locale = slack_user.get("locale") or member.locale or "en"
    member.refreshed_at = now
    session.flush()
    return member


def fold_name(name: str) -> str:
    """Return a person's name as it is compared: without case and extra spaces."""
    return " ".join(name.casefold().split())


def _email(slack_user: Mapping[str, Any]) -> str | None:
    profile = slack_user.get("profile") or {}
    return str(profile.get("email") or "").strip().lower() or None


def _name(slack_user: Mapping[str, Any]) -> str:
    profile = slack_user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), slack_user.get("real_name"), slack_user.get("name"))
    return next(filter(None, (clean_name(str(name or "")) for name in names)), "")


def account_type_of(slack_user: Mapping[str, Any], team_id: str | None) -> str:
    """Classify a Slack user: member, guest, stranger (from another company), bot or deactivated."""
    if slack_user.get("deleted"):
        return "deactivated"
    if slack_user.get("is_bot") or slack_user["id"] == SLACKBOT:
        return "bot"
    is_other_team = team_id and slack_user.get("team_id") not in {None, "", team_id}
    if slack_user.get("is_stranger") or is_other_team:
        return "stranger"
    if slack_user.get("is_restricted") or slack_user.get("is_ultra_restricted"):
        return "guest"
    return "member"


def find(session: Session, workspace_id: int, text: str) -> list[Member]:
    """Find members by Slack user id, e-mail or name in any case, as typed on the command line."""
    typed = clean_name(text)
    if not typed:
        return []  # it would be the name of everybody whose name is not known
    known = select(Member.id, Member.slack_user_id, Member.email, Member.name).where(
        Member.workspace_id == workspace_id
    )
    ids = [
        row.id
        for row in session.execute(known)  # compared here: SQLite folds the case of ASCII alone
        if typed == row.slack_user_id or typed.casefold() in {(row.email or "").casefold(), row.name.casefold()}
    ]
    return list(session.scalars(select(Member).where(Member.id.in_(ids)).order_by(Member.id)))


def person(member: Member) -> Person:
    """Return a member as messages refer to them."""
    return to_person(member.name, member.email, member.slack_user_id)


def to_person(name: str | None, email: str | None, slack_user_id: str | None) -> Person:
    """Return a person as messages refer to them: by e-mail if the name is unknown."""
    return Person(name=name or email or "", slack_user_id=slack_user_id)


def weekend_of(member: Member) -> frozenset[int]:
    """Return the weekdays that a member does not work (Monday is 0)."""
    return frozenset(day for day in range(7) if str(day + 1) not in member.workdays)


@lru_cache(maxsize=512)
def zone_of(tz: str) -> ZoneInfo:
    """Return a time zone by its IANA name; UTC for an unknown one."""
    try:
        return ZoneInfo(tz)
    except (LookupError, ValueError):
        return ZoneInfo("UTC")
