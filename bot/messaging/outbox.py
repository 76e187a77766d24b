"""The outbox: every new message to Slack, from being enqueued until it is sent or has failed.

Here are the rows and their conditional updates. Never here: posting (`bot.jobs.delivery`), which message is next
(`claims`), or what a message says. No other code sends a new message.

Two columns make sure that no message is lost or sent twice. `tries` is incremented by each claim, and every write after
a claim checks it: a worker that lost its lease writes nothing. `posting_at` is set before the first attempt to post and
cleared only by a clear refusal: while it is set, the message may be in Slack already.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from bot.infra.db import Instant, Json
from bot.infra.models import Member, OutboxMessage
from bot.messaging.claims import ClaimedMessage

_IS_CLAIMED = and_(
    OutboxMessage.id == bindparam("of_id"),
    OutboxMessage.state == "sending",
    OutboxMessage.tries == bindparam("of_try"),
)
TOO_LATE = "too late to be useful"
"""Why a message expired whose time had passed."""
_ENQUEUE = text(
    "INSERT INTO outbox (workspace_id, key, kind, member_id, client_id, channel, body, data, state, created_at, "
    "not_before, expires_at, tries) VALUES (:workspace_id, :key, :kind, :member_id, :client_id, :channel, :body, "
    ":data, 'waiting', :created_at, :not_before, :expires_at, 0) ON CONFLICT (workspace_id, key) DO NOTHING "
    "RETURNING id"
).bindparams(
    *(bindparam(name, type_=Instant()) for name in ("created_at", "not_before", "expires_at")),
    *(bindparam(name, type_=Json()) for name in ("body", "data")),
)


def enqueue(
    session: Session,
    *,
    workspace_id: int,
    key: str,
    kind: str,
    body: dict[str, Any],
    now: datetime,
    member_id: int | None = None,
    client_id: int | None = None,
    channel: str | None = None,
    data: dict[str, Any] | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Enqueue a message, once for its key; False if the workspace's outbox already has that key.

    `body` is text and blocks in Slack's format; `data` is what the body is redrawn from after a click. The message goes
    to the member's direct messages unless there is a `channel`, not before `not_before`, and never from `expires_at`
    on, when it is too late to be useful.

    Raises:
        ValueError: when there is neither a member nor a channel.
    """
    if member_id is None and channel is None:
        raise ValueError(f"the message {key} goes to nobody: it names neither a member nor a channel")
    values = {
        "workspace_id": workspace_id,
        "key": key,
        "kind": kind,
        "member_id": member_id,
        "client_id": client_id,
        "channel": channel,
        "body": body,
        "data": data or {},
        "created_at": now,
        "not_before": not_before or now,
        "expires_at": expires_at,
    }
    return session.execute(_ENQUEUE, values).first() is not None


def mark_posting(
    session: Session,
    message: ClaimedMessage,
    channel: str,
    now: datetime,
    lease: timedelta,
    *,
    body: Mapping[str, Any] | None = None,
) -> bool:
    """Record, right before posting, that the message may be in Slack from now on; False if the lease is lost.

    `body` is what is posted, if it isn't what was enqueued.
    """
    started = func.coalesce(OutboxMessage.posting_at, bindparam("at", type_=Instant()))
    values: dict[str, Any] = {"channel": channel, "posting_at": started, "attempted_at": now}
    if body is not None:
        values["body"] = dict(body)
    return _write(session, message, at=now, lease_until=now + lease, **values)


def mark_sent(session: Session, message: ClaimedMessage, channel: str, ts: str, now: datetime) -> bool:
    """Record that the message is in Slack, and where; False if another worker has claimed it since."""
    where: dict[str, Any] = {"channel": channel, "ts": ts, "error": None}
    return _write(session, message, state="sent", sent_at=now, attempted_at=now, lease_until=None, **where)


def reschedule(
    session: Session,
    message: ClaimedMessage,
    until: datetime,
    reason: str,
    *,
    maybe_posted: bool,
    attempted_at: datetime | None = None,
) -> bool:
    """Make the message wait until `until`. With `maybe_posted` it is looked up in Slack before it is sent again.

    `attempted_at` is when the attempt to post ended, if there was one.
    """
    values: dict[str, Any] = {} if maybe_posted else {"posting_at": None}
    if attempted_at is not None:
        values["attempted_at"] = attempted_at
    return _write(session, message, state="waiting", not_before=until, lease_until=None, error=reason, **values)


def forget_channel(session: Session, message: ClaimedMessage, now: datetime) -> bool:
    """Forget a direct message channel that Slack no longer knows, so that it is opened again right away."""
    session.execute(update(Member).where(Member.id == message.member_id).values(dm_channel=None))
    nothing: dict[str, Any] = {"channel": None, "posting_at": None, "attempted_at": None, "lease_until": None}
    return _write(session, message, state="waiting", not_before=now, **nothing)


def fail(session: Session, message: ClaimedMessage, state: str, reason: str) -> bool:
    """Mark the message as dead (can never be sent), expired (too late) or dropped (not for them), with the reason."""
    return _write(session, message, state=state, lease_until=None, error=reason)


def pause_workspace(session: Session, workspace_id: int, until: datetime) -> None:
    """Make all waiting messages of a workspace wait until `until`: Slack has asked for it, or the token is invalid."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.workspace_id == workspace_id,
            OutboxMessage.state == "waiting",
            OutboxMessage.not_before < until,
        )
        .values(not_before=until)
        .execution_options(synchronize_session=False)
    )


def find_posted(session: Session, workspace_id: int, channel: str, ts: str) -> OutboxMessage | None:
    """Find the outbox row of a message in Slack; None if we did not send it."""
    statement = select(OutboxMessage).where(
        OutboxMessage.workspace_id == workspace_id, OutboxMessage.channel == channel, OutboxMessage.ts == ts
    )
    return session.scalars(statement).one_or_none()


def delete_finished(session: Session, before: datetime, limit: int) -> int:
    """Delete at most `limit` sent and failed messages created before `before`; return how many. Waiting ones stay."""
    old = (
        select(OutboxMessage.id)
        .where(OutboxMessage.created_at < before, OutboxMessage.state.in_(("sent", "dead", "expired", "dropped")))
        .limit(limit)
    )
    deleted = session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(old)).returning(OutboxMessage.id))
    return len(deleted.all())


def _write(session: Session, message: ClaimedMessage, at: datetime | None = None, **values: Any) -> bool:
    statement = update(OutboxMessage).where(_IS_CLAIMED).values(values).returning(OutboxMessage.id)
    parameters = {"of_id": message.id, "of_try": message.tries} | ({"at": at} if at else {})
    return session.execute(statement.execution_options(synchronize_session=False), parameters).first() is not None
