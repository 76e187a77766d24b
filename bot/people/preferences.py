"""Preferences that each member sets: when their digest comes, on which days, and whose holidays apply.

Never here: what the agency sets for everybody (`bot.judging.policies`), or when a digest is due (`digest_schedule`).
"""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, aliased

from bot.infra.models import Client, Member, OutboxMessage
from bot.people import audit, holidays, members, workspaces
from bot.people.digest_schedule import DigestSchedule, digest_key, look_again_at, schedule_of
from bot.views.data import Preferences
from scoring.dates import local_day

QUIET_DAYS = ("all_clear", "nothing")
WEEKDAYS = "1234567"

_MEMBER = select(Member).where(Member.workspace_id == bindparam("workspace_id"), Member.id == bindparam("member_id"))
_MEMBER_LOCKED = _MEMBER.with_for_update(key_share=True).execution_options(populate_existing=True)
_MEMBERS_ON_AGENCY_COUNTRY = (
    select(Member)
    .where(
        Member.workspace_id == bindparam("workspace_id"), Member.country.is_(None), Member.next_digest_at.is_not(None)
    )
    .order_by(Member.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
_TODAYS_DIGEST = select(OutboxMessage.id).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"), OutboxMessage.key == bindparam("key")
)
_NOW = bindparam("now", type_=Client.next_check_at.type)
_client = aliased(Client)
_MARK_ALL_DUE = (
    update(Client)
    .where(Client.workspace_id == bindparam("of_workspace"), Client.status != "lost")
    .values(next_check_at=bindparam("now", type_=Client.next_check_at.type), facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)
_MARK_CLIENTS_DUE = (
    update(Client)
    .where(
        Client.id.in_(
            select(_client.id)
            .where(
                _client.workspace_id == bindparam("of_workspace"),
                _client.owner_id == bindparam("of_member"),
                _client.status != "lost",
            )
            .order_by(_client.id)
            .with_for_update(key_share=True)
        )
    )
    .values(next_check_at=_NOW, facts_version=Client.facts_version + 1)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class PreferencesUpdate:
    """A member's new preferences."""

    digest_time: time
    workdays: str
    """ISO weekdays in order (Monday is 1)."""
    quiet_days: str
    country: str | None


def load(session: Session, workspace_id: int, member_id: int) -> Preferences:
    """Return a member's preferences, without the agency's limits; NoResultFound if there is no such member."""
    member = session.scalars(_MEMBER, {"workspace_id": workspace_id, "member_id": member_id}).one()
    return Preferences(
        digest_time=member.digest_time,
        workdays=member.workdays,
        quiet_days=member.quiet_days,
        country=member.country,
        agency_country=workspaces.country(session, workspace_id),
        guessed_country=holidays.guess_country(member.tz, member.locale),
        zone=members.zone_of(member.tz).key,
        locale=member.locale,
    )


def save_preferences(
    session: Session, workspace_id: int, member_id: int, changes: PreferencesUpdate, now: datetime
) -> datetime:
    """Save a member's preferences, reschedule their next digest and return when it is due, in UTC.

    There is still only one a local date: a member who had today's waits for the next day's, and one who moves it to a
    time that has passed gets today's now. If working days or country change, the member's clients are assessed again,
    because their due dates depend on both.
    """
    values = {"workspace_id": workspace_id, "member_id": member_id}
    member = session.scalars(_MEMBER_LOCKED, values).one()
    country = workspaces.country(session, workspace_id)
    had_todays = _had_todays(session, member, schedule_of(member, country), now)
    are_days_changed = (member.workdays, member.country) != (changes.workdays, changes.country)
    before = _stored(member)
    member.digest_time, member.quiet_days = changes.digest_time, changes.quiet_days
    member.workdays, member.country = changes.workdays, changes.country
    next_at = schedule_of(member, country).next_due(now, had_todays=had_todays)
    if member.next_digest_at is not None:  # None is computed by the digest job, from what is saved here
        member.next_digest_at = look_again_at(next_at, now)
    session.flush()
    if _stored(member) != before:
        audit.record(
            session,
            workspace_id,
            "settings.changed",
            now=now,
            by=member_id,
            person_id=member_id,
            before=before,
            after=_stored(member),
        )
    if are_days_changed:
        session.execute(_MARK_CLIENTS_DUE, {"of_workspace": workspace_id, "of_member": member_id, "now": now})
    return next_at


def save_agency_country(
    session: Session, workspace_id: int, country: str | None, now: datetime, *, by: int | None
) -> None:
    """Save the agency's country, and reschedule the digests of the members who follow its public holidays."""
    before = workspaces.country(session, workspace_id)
    workspaces.set_country(session, workspace_id, country)
    audit.record(
        session,
        workspace_id,
        "agency.changed",
        now=now,
        by=by,
        before={"country": before},
        after={"country": country},
    )
    for member in session.scalars(_MEMBERS_ON_AGENCY_COUNTRY, {"workspace_id": workspace_id}).all():
        had_todays = _had_todays(session, member, schedule_of(member, before), now)
        next_at = schedule_of(member, country).next_due(now, had_todays=had_todays)
        member.next_digest_at = look_again_at(next_at, now)
    session.flush()


def _stored(member: Member) -> dict[str, str | None]:
    own = {"workdays": member.workdays, "quiet_days": member.quiet_days, "country": member.country}
    return {**own, "digest_time": f"{member.digest_time:%H:%M}"}


def _had_todays(session: Session, member: Member, schedule: DigestSchedule, now: datetime) -> bool:
    """Whether today's digest was enqueued, or skipped because it had nothing to report."""
    today = local_day(now, schedule.zone)
    key = digest_key(member.id, today)
    if session.execute(_TODAYS_DIGEST, {"workspace_id": member.workspace_id, "key": key}).first():
        return True
    due_at = member.next_digest_at
    return due_at is not None and local_day(due_at, schedule.zone) > today and schedule.has_come_due(now)


def save_office_closed(session: Session, workspace_id: int, spans: str, now: datetime) -> None:
    """Save the days on which the office is closed, and have its clients assessed again: their due dates depend on them.

    From the command line; the caller makes sure that `bot.people.holidays.closing_days` can read them.
    """
    before = workspaces.office_closed(session, workspace_id)
    workspaces.set_office_closed(session, workspace_id, spans)
    audit.record(
        session,
        workspace_id,
        "agency.changed",
        now=now,
        by=None,
        via="command_line",
        before={"office_closed": before},
        after={"office_closed": spans},
    )
    session.execute(_MARK_ALL_DUE, {"of_workspace": workspace_id, "now": now})
