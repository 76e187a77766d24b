"""The morning digest: composed and enqueued once for each of a member's working days.

It is enqueued in the transaction that advances the member to their next one, under a key of member and local date: so
there is one a day, whatever restarts, daylight saving or a change of time zone do. A worker that was down in the
morning catches up later the same day, as far as the policy allows, and skips days that are over; both are recorded.
What counts is the day by Slack's clock: a digest that was told early, by a clock that was ahead, is told again. Never
here: what a digest says (`digest_content`).
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import bindparam, or_, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.db import in_workspace, key_in
from bot.infra.i18n import translator
from bot.infra.models import Breach, Client, LateDigest, Member, OutboxMessage
from bot.infra.services import Services
from bot.jobs import digest_content
from bot.judging import assessments
from bot.messaging import outbox
from bot.people import members
from bot.people.access import Actor
from bot.people.digest_schedule import digest_key, look_again_at
from bot.views.data import Card, Morning
from bot.views.digest import morning_digest
from scoring.dates import local_day

RETRY_AFTER = timedelta(minutes=15)
"""How long until a digest that could not be composed is tried again."""
BUSY_RETRY_AFTER = timedelta(seconds=5)
"""How long a digest waits while the sweep, or somebody's click, is assessing one of its clients."""

ON_TIME = timedelta(minutes=15)
"""A digest that is composed later than this after its time is recorded as late."""
CLOCK_TOLERANCE = timedelta(minutes=10)
"""Two clocks that differ by more than this are not both right."""

log = logging.getLogger(__name__)
_NOW = bindparam("now", type_=Member.next_digest_at.type)
_DUE = (
    select(Member.id, Member.next_digest_at)
    .where(
        Member.account_type == "member",
        Member.slack_user_id.is_not(None),
        or_(Member.next_digest_at.is_(None), Member.next_digest_at <= _NOW),
    )
    .order_by(Member.next_digest_at, Member.id)
    .limit(1)
)
_DUE_LOCKED = _DUE.with_for_update(of=Member, skip_locked=True, key_share=True)
_DUE_CLIENTS = (
    select(Client.id)
    .where(
        in_workspace(Client.workspace_id, "workspace_id"),
        key_in(Client.id, "client_ids"),
        Client.next_check_at <= _NOW,
    )
    .order_by(Client.id)
)
_DUE_CLIENTS_LOCKED = _DUE_CLIENTS.with_for_update(skip_locked=True, key_share=True)
_ANNOUNCE = (
    update(Breach)
    .where(
        Breach.workspace_id == bindparam("of_workspace"),
        Breach.client_id.in_(bindparam("announced_ids", expanding=True)),
        Breach.resolved_at.is_(None),
        or_(Breach.announced_at.is_(None), Breach.announced_at < Breach.red_at),
    )
    .values(announced_at=_NOW)
    .execution_options(synchronize_session=False)
)
_ANY_DIGEST = select(OutboxMessage.id).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.member_id == bindparam("member_id"),
    OutboxMessage.kind == "digest",
)
_DIGEST_SINCE = _ANY_DIGEST.where(OutboxMessage.ts > bindparam("since"))
_TODAYS = select(OutboxMessage).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"), OutboxMessage.key == bindparam("key")
)
_LATE = text(
    'INSERT INTO late_digests (member_id, "on", workspace_id, due_at, told_at) '
    "VALUES (:member_id, :on, :workspace_id, :due_at, :told_at) ON CONFLICT DO NOTHING"
).bindparams(
    bindparam("on", type_=LateDigest.on.type),
    *(bindparam(name, type_=Member.next_digest_at.type) for name in ("due_at", "told_at")),
)


class ClientsBusyError(Exception):
    """Another transaction is assessing a client of this digest. Waiting for its lock could deadlock."""


def run_one(services: Services) -> bool:
    """Process one member whose digest is due, or whose next due time is not computed; False if there is none."""
    now = services.now()
    with services.reading() as session:
        if session.execute(_DUE, {"now": now}).first() is None:
            return False
    with services.transaction() as session:
        due = session.execute(_DUE_LOCKED, {"now": now}).first()
        if due is None:
            return False
        try:
            with session.begin_nested():
                _process(session, due.id, due.next_digest_at, now)
        except OperationalError:
            raise
        except ClientsBusyError:
            _set_next(session, due.id, due.next_digest_at, now + BUSY_RETRY_AFTER)
        except Exception:  # whatever it is, it must not stop the other members' digests
            log.exception("the digest of member %s could not be composed", due.id)
            _set_next(session, due.id, due.next_digest_at, now + RETRY_AFTER)
    return True


def _process(session: Session, member_id: int, was_due_at: datetime | None, now: datetime) -> None:
    member = session.get_one(Member, member_id, populate_existing=True)
    schedule = digest_content.member_schedule(session, member)
    next_at = look_again_at(schedule.next_after(now).astimezone(UTC), now)
    if not _set_next(session, member_id, was_due_at, next_at):
        return
    is_new = was_due_at is None and session.execute(_ANY_DIGEST, _member_values(member)).first() is None
    if _is_clock_behind(session, member, now):
        return
    is_due = schedule.is_due(now) and not is_new
    if was_due_at is not None:
        _record_late(session, member, list(schedule.due_between(was_due_at, now)), now, is_told_today=is_due)
    if is_due:
        enqueue(session, member, now)


def _is_clock_behind(session: Session, member: Member, now: datetime) -> bool:
    """Whether Slack has dated a digest of this member later than now: nothing is composed for days that are over."""
    since = f"{(now + CLOCK_TOLERANCE).timestamp():.6f}"
    return session.execute(_DIGEST_SINCE, {**_member_values(member), "since": since}).first() is not None


def _record_late(
    session: Session, member: Member, due: Sequence[tuple[date, datetime]], now: datetime, *, is_told_today: bool
) -> None:
    """Record which of these digests come late or not at all; of somebody without clients there was none to come."""
    today = local_day(now, members.zone_of(member.tz))
    told_at = {on: now if on == today and is_told_today else None for on, _ in due}
    late = [(on, due_at) for on, due_at in due if told_at[on] is None or now - due_at > ON_TIME]
    if late and clients.own_ids(
        session.connection(), digest_content.reader_of(session, member.workspace_id, member.id, now)
    ):
        for on, due_at in late:
            session.execute(_LATE, {**_member_values(member), "on": on, "due_at": due_at, "told_at": told_at[on]})


def _set_next(session: Session, member_id: int, previous: datetime | None, next_at: datetime) -> bool:
    statement = (
        update(Member)
        .where(Member.id == member_id, Member.next_digest_at.is_not_distinct_from(previous))
        .values(next_digest_at=next_at)
        .returning(Member.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).first() is not None


def enqueue(session: Session, member: Member, now: datetime) -> bool:
    """Compose a member's digest and enqueue it; False if today's is already enqueued, or there is nothing to report.

    Clients due for assessment are assessed first.

    Raises:
        ClientsBusyError: when another transaction is assessing one of them; try again in a few seconds.
    """
    reader = digest_content.reader_of(session, member.workspace_id, member.id, now)
    if not reader.is_allowed:
        return False
    today = local_day(now, reader.zone)
    _assess_due(session, reader, now)
    morning, shown = digest_content.compose_for(session, reader, member, now)
    morning = replace(morning, told_early_on=_take_back_early(session, member, today, now))
    if not _is_worth_sending(member, morning, shown):
        return False
    is_first = outbox.enqueue(
        session,
        workspace_id=member.workspace_id,
        key=digest_key(member.id, today),
        kind="digest",
        member_id=member.id,
        body=morning_digest(morning, translator(reader.locale)),
        data={**digest_content.pack_morning(morning), "clients": [card.client_id for card in shown]},
        now=now,
        expires_at=digest_content.member_schedule(session, member).end_of_day(today),
    )
    if is_first:
        announced_ids = [card.client_id for card in morning.attention]
        session.execute(_ANNOUNCE, {"of_workspace": member.workspace_id, "announced_ids": announced_ids, "now": now})
    return is_first


def _is_worth_sending(member: Member, morning: Morning, shown: Sequence[Card]) -> bool:
    if morning.unowned or morning.due or morning.clusters:
        return True
    if not shown:
        return False
    return member.quiet_days != "nothing" or bool(morning.attention or morning.soon or morning.missed)


def _take_back_early(session: Session, member: Member, today: date, now: datetime) -> date | None:
    """Free the key of today's digest if a clock that was ahead has used it; return the day on which it was told.

    Slack's own time of the message says when that was, and what our clock said then whether it was ahead: a day that
    began elsewhere, before the member moved to another time zone, is no early one.
    """
    values = {"workspace_id": member.workspace_id, "key": digest_key(member.id, today)}
    message = session.scalars(_TODAYS, values).one_or_none()
    if message is None:
        return None
    told_on = None
    if message.ts is not None and message.sent_at is not None:
        told_at = datetime.fromtimestamp(float(message.ts), UTC)
        told_on = local_day(told_at, members.zone_of(member.tz))
        if told_on >= today or message.sent_at - told_at <= CLOCK_TOLERANCE:
            return None
    elif message.created_at <= now + CLOCK_TOLERANCE:
        return None
    message.key = f"{message.key}:early:{message.id}"
    if message.state == "waiting":
        message.state, message.error = "expired", "composed by a clock that was ahead"
    session.flush()
    return told_on


def _assess_due(session: Session, reader: Actor, now: datetime) -> None:
    own_ids = clients.own_ids(session.connection(), reader)
    values = {"workspace_id": reader.workspace_id, "client_ids": own_ids, "now": now}
    due_ids = session.scalars(_DUE_CLIENTS_LOCKED, values).all()
    if due_ids:
        assessments.reassess(session, reader.workspace_id, due_ids, now)
    if session.scalars(_DUE_CLIENTS, values).first() is not None:
        raise ClientsBusyError


def _member_values(member: Member) -> dict[str, int]:
    return {"workspace_id": member.workspace_id, "member_id": member.id}
