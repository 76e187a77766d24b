"""Preferences: when a member's digest comes, and on which days. Each member's own to settle.

What the agency sets for everybody is in `bot.judging.policies`; when a digest is due, in `bot.people.digest_schedule`.
"""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, aliased

from bot.infra.models import Client, Member, OutboxMessage
from bot.people import members, workspaces
from bot.people.digest_schedule import Mornings, digest_key, mornings_of
from bot.views.data import Preferences
from scoring.dates import local_day

QUIET_DAYS = ("all_clear", "nothing")
WEEKDAYS = "1234567"

_MEMBER = select(Member).where(Member.workspace_id == bindparam("workspace_id"), Member.id == bindparam("member_id"))
_HELD = _MEMBER.with_for_update(key_share=True).execution_options(populate_existing=True)
_LIKE_THE_AGENCY = (
    select(Member)
    .where(
        Member.workspace_id == bindparam("workspace_id"), Member.country.is_(None), Member.next_digest_at.is_not(None)
    )
    .order_by(Member.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_TODAYS = select(OutboxMessage.id).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"), OutboxMessage.key == bindparam("key")
)
_NOW = bindparam("now", type_=Client.next_check_at.type)
_own = aliased(Client)
_OWN_DUE = (
    update(Client)
    .where(
        Client.id.in_(
            select(_own.id)
            .where(
                _own.workspace_id == bindparam("of_workspace"),
                _own.owner_id == bindparam("of_member"),
                _own.status != "lost",
            )
            .order_by(_own.id)
            .with_for_update(key_share=True)
        )
    )
    .values(next_check_at=_NOW, facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a member wants it to be."""

    digest_time: time
    workdays: str
    """ISO weekdays, Monday is 1, in order."""
    quiet_days: str
    country: str | None


def load(session: Session, workspace_id: int, member_id: int) -> Preferences:
    """Give a member's own, without the agency's limits. NoResultFound where there is no such member."""
    member = session.scalars(_MEMBER, {"workspace_id": workspace_id, "member_id": member_id}).one()
    return Preferences(
        digest_time=member.digest_time,
        workdays=member.workdays,
        quiet_days=member.quiet_days,
        country=member.country,
        agency_country=workspaces.country(session, workspace_id),
        zone=members.zone_of(member.tz).key,
        locale=member.locale,
    )


def save_preferences(session: Session, workspace_id: int, member_id: int, wanted: Wanted, now: datetime) -> datetime:
    """Keep what a member wants; give when their next digest is due, which is set at once.

    There is one a local date all the same: whoever had today's waits for the next day's, and whoever moved theirs to
    an hour that is past gets today's now. Where working days or holidays have changed, the member's clients are judged
    anew: what is due there goes by them.
    """
    named = {"workspace_id": workspace_id, "member_id": member_id}
    member = session.scalars(_HELD, named).one()
    country = workspaces.country(session, workspace_id)
    had_todays = _had_todays(session, member, mornings_of(member, country), now)
    other_days = (member.workdays, member.country) != (wanted.workdays, wanted.country)
    member.digest_time, member.quiet_days = wanted.digest_time, wanted.quiet_days
    member.workdays, member.country = wanted.workdays, wanted.country
    next_at = mornings_of(member, country).next_from(now, had_todays=had_todays)
    if member.next_digest_at is not None:  # else it is about to be worked out, from what is kept here
        member.next_digest_at = next_at
    session.flush()
    if other_days:
        session.execute(_OWN_DUE, {"of_workspace": workspace_id, "of_member": member_id, "now": now})
    return next_at


def save_agency_country(session: Session, workspace_id: int, country: str | None, now: datetime) -> None:
    """Keep whose public holidays are the agency's, and move the digests of those who go by them."""
    before = workspaces.country(session, workspace_id)
    workspaces.set_country(session, workspace_id, country)
    for member in session.scalars(_LIKE_THE_AGENCY, {"workspace_id": workspace_id}).all():
        had_todays = _had_todays(session, member, mornings_of(member, before), now)
        member.next_digest_at = mornings_of(member, country).next_from(now, had_todays=had_todays)
    session.flush()


def _had_todays(session: Session, member: Member, mornings: Mornings, now: datetime) -> bool:
    """Whether today's digest was posted, or found to have nothing to say."""
    today = local_day(now, mornings.zone)
    key = digest_key(member.id, today)
    if session.execute(_TODAYS, {"workspace_id": member.workspace_id, "key": key}).first():
        return True
    due_at = member.next_digest_at
    return due_at is not None and local_day(due_at, mornings.zone) > today and mornings.was_due(now)
