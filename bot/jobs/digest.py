"""The morning digest: what a member's day holds, composed once for each of their working days, drawn again on a click.

It goes into the outbox in the transaction that moves the member on to their next one, under a key of member and local
date: so there is one a day whatever restarts, daylight saving or a change of zone do. A machine that was off in the
morning makes up for it while the day lasts, and skips the days that are over.
"""

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.infra.i18n import translator
from bot.infra.models import Breach, Client, Member, OutboxMessage
from bot.infra.services import Services
from bot.jobs import digest_content
from bot.judging import assessments
from bot.messaging import outbox
from bot.people.access import Actor
from bot.people.digest_schedule import digest_key
from bot.views.digest import morning_digest
from scoring.dates import local_day

PUT_OFF = timedelta(minutes=15)
"""How long a member whose digest could not be composed is left alone."""
SOON = timedelta(seconds=5)
"""How long a member waits of whose clients the sweep, or somebody's click, is judging some just now."""

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
_DUE_ALONE = _DUE.with_for_update(of=Member, skip_locked=True, key_share=True)
_UNJUDGED = select(Client.id).where(*digest_content.MINE, Client.next_check_at <= _NOW).order_by(Client.id)
_UNJUDGED_ALONE = _UNJUDGED.with_for_update(skip_locked=True, key_share=True)
_ANNOUNCE = (
    update(Breach)
    .where(
        Breach.workspace_id == bindparam("of_workspace"),
        Breach.client_id.in_(bindparam("told", expanding=True)),
        Breach.resolved_at.is_(None),
        or_(Breach.announced_at.is_(None), Breach.announced_at < Breach.red_at),
    )
    .values(announced_at=_NOW)
    .execution_options(synchronize_session=False)
)
_EVER = select(OutboxMessage.id).where(
    OutboxMessage.workspace_id == bindparam("workspace_id"),
    OutboxMessage.member_id == bindparam("member_id"),
    OutboxMessage.kind == "digest",
)


class ClientsBusyError(Exception):
    """Somebody else is judging a client of this digest at this moment. Waiting for them could end in a circle."""


def run_one(services: Services) -> bool:
    """Move one member on whose digest is due, or whose next one is to be worked out; False when there is none."""
    now = services.now()
    with services.reading() as session:
        if session.execute(_DUE, {"now": now}).first() is None:
            return False
    with services.transaction() as session:
        due = session.execute(_DUE_ALONE, {"now": now}).first()
        if due is None:
            return False
        try:
            with session.begin_nested():
                _move_on(session, due.id, due.next_digest_at, now)
        except OperationalError:
            raise
        except ClientsBusyError:
            _set_next(session, due.id, due.next_digest_at, now + SOON)
        except Exception:  # whatever it is, it is this member's alone
            log.exception("the digest of member %s could not be composed", due.id)
            _set_next(session, due.id, due.next_digest_at, now + PUT_OFF)
    return True


def _move_on(session: Session, member_id: int, was_due_at: datetime | None, now: datetime) -> None:
    member = session.get_one(Member, member_id, populate_existing=True)
    schedule = digest_content.member_schedule(session, member)
    if not _set_next(session, member_id, was_due_at, schedule.next_after(now).astimezone(UTC)):
        return
    is_new = was_due_at is None and session.execute(_EVER, _named(member)).first() is None
    if schedule.is_due(now) and not is_new:
        enqueue(session, member, now)


def _set_next(session: Session, member_id: int, was: datetime | None, to: datetime) -> bool:
    statement = (
        update(Member)
        .where(Member.id == member_id, Member.next_digest_at.is_not_distinct_from(was))
        .values(next_digest_at=to)
        .returning(Member.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).first() is not None


def enqueue(session: Session, member: Member, now: datetime) -> bool:
    """Compose a member's digest and put it into the outbox; False where today's is there already, or nothing to say.

    The clients that the sweep has not come to yet are judged first.

    Raises:
        BeingJudgedError: when somebody else is at one of them: try again in some seconds.
    """
    reader = digest_content.reader_of(session, member.workspace_id, member.id, now)
    today = local_day(now, reader.zone)
    _judge(session, reader, now)
    morning, shown = digest_content.compose_for(session, reader, member, now)
    if not shown or (member.quiet_days == "nothing" and not (morning.attention or morning.soon or morning.missed)):
        return False
    is_first = outbox.enqueue(
        session,
        workspace_id=member.workspace_id,
        key=digest_key(member.id, today),
        kind="digest",
        member_id=member.id,
        body=morning_digest(morning, translator(reader.locale)),
        data=digest_content.pack_morning(morning),
        now=now,
        expires_at=digest_content.member_schedule(session, member).end_of_day(today),
    )
    if is_first:
        told = [card.client_id for card in morning.attention]
        session.execute(_ANNOUNCE, {"of_workspace": member.workspace_id, "told": told, "now": now})
    return is_first


def _judge(session: Session, reader: Actor, now: datetime) -> None:
    late = digest_content.list_ids(session, _UNJUDGED_ALONE, reader, now=now)
    if late:
        assessments.reassess(session, reader.workspace_id, late, now)
    if digest_content.list_ids(session, _UNJUDGED, reader, now=now):
        raise ClientsBusyError


def _named(member: Member) -> dict[str, int]:
    return {"workspace_id": member.workspace_id, "member_id": member.id}
