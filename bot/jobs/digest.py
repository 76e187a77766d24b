"""The morning digest: composed and enqueued once for each of a member's working days.

It is enqueued in the transaction that advances the member to their next one, under a key of member and local date: so
there is one a day, whatever restarts, daylight saving or a change of time zone do. A worker that was down in the
morning catches up later the same day, and skips days that are over. Never here: what a digest says (`digest_content`).
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.db import in_workspace, key_in
from bot.infra.i18n import translator
from bot.infra.models import Breach, Client, Member, OutboxMessage
from bot.infra.services import Services
from bot.jobs import digest_content
from bot.judging import assessments
from bot.messaging import outbox
from bot.people.access import Actor
from bot.people.digest_schedule import digest_key
from bot.views.data import Card, Morning
from bot.views.digest import morning_digest
from scoring.dates import local_day

RETRY_AFTER = timedelta(minutes=15)
"""How long until a digest that could not be composed is tried again."""
BUSY_RETRY_AFTER = timedelta(seconds=5)
"""How long a digest waits while the sweep, or somebody's click, is assessing one of its clients."""

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
    if not _set_next(session, member_id, was_due_at, schedule.next_after(now).astimezone(UTC)):
        return
    is_new = was_due_at is None and session.execute(_ANY_DIGEST, _member_values(member)).first() is None
    if schedule.is_due(now) and not is_new:
        enqueue(session, member, now)


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
    if morning.unowned or morning.due:
        return True
    if not shown:
        return False
    return member.quiet_days != "nothing" or bool(morning.attention or morning.soon or morning.missed)


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
