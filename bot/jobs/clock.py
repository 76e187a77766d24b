"""What a clock that was ahead has stored, put right once the clock is.

A clock may be ahead for one tick or for days: whatever says then when to look again would wait as long. So each of
these times has a longest honest distance from now, and one beyond it is computed again. What people did is kept: a
contact clicked while the clock was ahead took place at the latest when the clock was put right. What was composed then
and not sent is dropped, since nothing in it can be trusted; the digest of a day that was told early is told again on
its day (`digest`).

A clock that is set back wrongly looks the same from here as one that is put right. So nothing is rewritten unless
Slack's clock agrees with ours. Never here: how the timers keep ticking (`bot.worker`).
"""

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.clients import clients
from bot.infra.db import Instant
from bot.infra.models import (
    Assessment,
    Breach,
    Client,
    JobSlot,
    LateDigest,
    Member,
    Observation,
    OutboxMessage,
    ProcessedEvent,
    Snooze,
    Touchpoint,
)
from bot.infra.services import ANY_TEAM, Services
from bot.jobs import digest
from bot.messaging import outbox
from bot.people.digest_schedule import LONGEST_REST
from bot.slack import clock
from bot.slack.client import asking_once
from bot.slack.errors import CALL_FAILED, LONGEST_WAIT_SECONDS, AskLaterError, Kind, Refusal, classify

LONGEST_LEASE = timedelta(minutes=10)
"""Many times the lease of any delivery."""
LONGEST_WAIT = timedelta(seconds=LONGEST_WAIT_SECONDS) + clock.TOLERANCE
"""Of a message: Slack's Retry-After, which is never believed beyond an hour."""

log = logging.getLogger(__name__)
_NOW = bindparam("now", type_=Instant())
_SOON = bindparam("soon", type_=Instant())
"""Now and a minute: no honest stamp is later."""
# literals, because a partial index needs the exact condition that it was created with
_WAITING: ColumnClause[str] = literal_column("'waiting'")
_SENDING: ColumnClause[str] = literal_column("'sending'")
_RESTS_TOO_LONG = Member.next_digest_at > bindparam("longest_rest", type_=Instant())
_LEASED_TOO_LONG = (OutboxMessage.state == _SENDING, OutboxMessage.lease_until > bindparam("lease", type_=Instant()))
_WAITS_TOO_LONG = (
    OutboxMessage.state.in_((_WAITING, _SENDING)),
    OutboxMessage.state == _WAITING,
    OutboxMessage.not_before > bindparam("wait", type_=Instant()),
)
_RECENT_DIGESTS = select(OutboxMessage.member_id, OutboxMessage.sent_at, OutboxMessage.ts).where(
    OutboxMessage.kind == "digest",
    OutboxMessage.ts.is_not(None),
    OutboxMessage.sent_at > bindparam("lately", type_=Instant()),
)
_SIGNS = (
    select(Member.id).where(_RESTS_TOO_LONG).limit(1),
    select(OutboxMessage.id).where(*_LEASED_TOO_LONG).limit(1),
    select(OutboxMessage.id).where(*_WAITS_TOO_LONG).limit(1),
)
"""That a clock was ahead, by index: no table is read."""


def run_one(services: Services) -> bool:
    """Put right what is stored if there is a reason to doubt it; always False.

    Reasons are the start of the process, a step of the clock that the worker has noticed, and times too far ahead.

    Raises:
        AskLaterError: when Slack cannot be asked what time it is; the doubt stays.
    """
    now = services.now()
    with services.reading() as session:
        if any(session.execute(sign, _limits(now)).first() for sign in _SIGNS):
            services.clock_doubted.set()
    if not services.clock_doubted.is_set():
        return False
    off = _ask(services)
    if off is not None and abs(off) > clock.TOLERANCE:
        services.clock_wrong.report(f"this machine's clock is {clock.describe(off)}: set it, by NTP for instance")
        return False
    services.clock_wrong.end()
    services.clock_doubted.clear()
    put_right(services, services.now())
    return False


def agrees_with_slacks(services: Services) -> bool:
    """Ask Slack whether our clock is right; False where it cannot say."""
    try:
        off = _ask(services)
    except AskLaterError:
        return False
    return off is not None and abs(off) <= clock.TOLERANCE


def _ask(services: Services) -> timedelta | None:
    try:
        answer = asking_once(services.slack(ANY_TEAM)).auth_test()
    except LookupError as error:
        raise AskLaterError(Refusal(Kind.WORKSPACE, str(error))) from error
    except CALL_FAILED as error:
        raise AskLaterError(classify(error)) from error
    return clock.offset(answer.headers or {}, services.now())


def put_right(services: Services, now: datetime) -> None:
    """Put right everything stored by a clock that was ahead of `now`; one kind of row a transaction."""
    for mend in (_schedules, _messages, _contacts, _remarks, _snoozes, _judgements, _marks):
        with services.transaction() as session:
            count = mend(session, now)
        if count:
            log.warning("put right %d %s that a clock ahead of time had written", count, mend.__name__.strip("_"))


def _limits(now: datetime) -> dict[str, datetime]:
    return {
        "now": now,
        "soon": now + clock.TOLERANCE,
        "longest_rest": now + LONGEST_REST + clock.TOLERANCE,
        "lately": now - timedelta(days=3),
        "lease": now + LONGEST_LEASE,
        "wait": now + LONGEST_WAIT,
    }


def _schedules(session: Session, now: datetime) -> int:
    """Have digests and people's standing looked at again now."""
    values = _limits(now)
    count = _run(session, update(Member).where(_RESTS_TOO_LONG).values(next_digest_at=None), values)
    told_early = [
        row.member_id
        for row in session.execute(_RECENT_DIGESTS, values)
        if row.sent_at - datetime.fromtimestamp(float(row.ts), UTC) > digest.CLOCK_TOLERANCE
    ]
    for member_id in told_early:  # a clock that was ahead went on to the day after
        later = (Member.id == member_id, Member.next_digest_at > _NOW)
        count += _run(session, update(Member).where(*later).values(next_digest_at=_NOW), values)
    count += _run(session, update(Member).where(Member.refreshed_at > _SOON).values(refreshed_at=None), values)
    return count


def _messages(session: Session, now: datetime) -> int:
    """Drop what was composed by a clock ahead and not sent, and let the rest go at its own time."""
    message, values = OutboxMessage, _limits(now)
    is_early = message.created_at > _SOON
    freed = func.substr(message.key, 1, 180) + literal(":early:") + func.cast(message.id, message.key.type)
    statements: tuple[Any, ...] = (
        update(message)
        .where(message.state == "waiting", is_early, message.expires_at.is_not(None))
        .values(state="expired", error="composed by a clock that was ahead", key=freed),
        update(message).where(message.kind == "nudge", message.state == "sent", is_early).values(key=freed),
        update(message).where(*_LEASED_TOO_LONG).values(lease_until=_NOW),
        update(message).where(*_WAITS_TOO_LONG).values(not_before=_NOW),
        # expired by a clock that was ahead: it is not too late at all
        update(message)
        .where(message.state == "expired", message.error == outbox.TOO_LATE, message.expires_at > _NOW)
        .values(state="waiting", not_before=_NOW, error=None),
    )
    count = sum(_run(session, statement, values) for statement in statements)
    _run(session, update(message).where(is_early).values(created_at=_NOW), values)
    return count


def _contacts(session: Session, now: datetime) -> int:
    """Bring contacts back to now: they took place while the clock was ahead, so at the latest now."""
    early = select(Touchpoint.workspace_id, Touchpoint.client_id).where(Touchpoint.created_at > _SOON).distinct()
    _mark_changed(session, early, now)
    statement = (
        update(Touchpoint)
        .where(Touchpoint.created_at > _SOON)
        .values(
            occurred_at=_not_after_now(Touchpoint.occurred_at),
            undone_at=_not_after_now(Touchpoint.undone_at),
            created_at=_NOW,
        )
    )
    return _run(session, statement, _limits(now))


def _remarks(session: Session, now: datetime) -> int:
    """Bring observations back to today likewise."""
    early = select(Observation.workspace_id, Observation.client_id).where(Observation.created_at > _SOON).distinct()
    _mark_changed(session, early, now)
    today: ColumnElement[date] = literal(now.date())
    statement = (
        update(Observation)
        .where(Observation.created_at > _SOON)
        .values(
            occurred_on=case((Observation.occurred_on > today, today), else_=Observation.occurred_on),
            resolved_on=case((Observation.resolved_on > today, today), else_=Observation.resolved_on),
            created_at=_NOW,
        )
    )
    return _run(session, statement, _limits(now))


def _snoozes(session: Session, now: datetime) -> int:
    """Have a snooze last as long as was asked for, counted from now."""
    early = session.scalars(select(Snooze).where(Snooze.created_at > _SOON), _limits(now)).all()
    for snooze in early:
        snooze.until_at, snooze.created_at = snooze.until_at - (snooze.created_at - now), now
    return len(early)


def _judgements(session: Session, now: datetime) -> int:
    """Judge again the clients that were judged as of a time to come, and drop what was said of those days."""
    values = _limits(now)
    judged = select(Client.workspace_id, Client.id).where(Client.checked_at > _SOON)
    rows = session.execute(judged, values).all()
    tomorrow = now.date() + timedelta(days=1)
    for row in rows:
        to_come = delete(Assessment).where(Assessment.client_id == row.id, Assessment.on > tomorrow)
        session.execute(to_come.execution_options(synchronize_session=False))
    _mark_changed(session, judged, now)
    _run(session, update(Client).where(Client.checked_at > _SOON).values(checked_at=_NOW), values)
    stamps = (Breach.opened_at, Breach.red_at, Breach.announced_at, Breach.interrupted_at, Breach.resolved_at)
    statement = (
        update(Breach)
        .where(or_(*(stamp > _SOON for stamp in stamps)))
        .values({stamp.key: _not_after_now(stamp) for stamp in stamps})
    )
    _run(session, statement, values)
    return len(rows)


def _marks(session: Session, now: datetime) -> int:
    """Forget the hours of jobs that are still to come, and the digests missed on days to come."""
    values = _limits(now)
    hour = bindparam("hour", now + timedelta(hours=1), type_=Instant())
    tomorrow: date = now.date() + timedelta(days=1)
    late = or_(LateDigest.on > tomorrow, LateDigest.told_at > _SOON)
    _run(session, update(ProcessedEvent).where(ProcessedEvent.received_at > _SOON).values(received_at=_NOW), values)
    return _run(session, delete(JobSlot).where(JobSlot.slot > hour), values) + _run(
        session, delete(LateDigest).where(late), values
    )


def _mark_changed(session: Session, statement: Any, now: datetime) -> None:
    by_workspace: dict[int, list[int]] = {}
    for workspace_id, client_id in session.execute(statement, _limits(now)):
        by_workspace.setdefault(workspace_id, []).append(client_id)
    for workspace_id, client_ids in by_workspace.items():
        clients.mark_changed(session, workspace_id, sorted(client_ids), now)


def _not_after_now(column: Any) -> ColumnElement[Any]:
    return case((column > _NOW, _NOW), else_=column)


def _run(session: Session, statement: Any, values: dict[str, datetime]) -> int:
    result: Any = session.execute(statement.execution_options(synchronize_session=False), values)
    return int(result.rowcount)
