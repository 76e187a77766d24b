"""The outbox: every new message to Slack, from being enqueued until it is sent or has failed.

Here are the rows and their conditional updates. Never here: posting (`bot.jobs.delivery`), or what a message says. No
other code sends a new message.

Two columns make sure that no message is lost or sent twice. `tries` is incremented by each claim, and every write after
a claim checks it: a worker that lost its lease writes nothing. `posting_at` is set before the first attempt to post and
cleared only by a clear refusal: while it is set, the message may be in Slack already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnClause, and_, bindparam, delete, exists, func, literal_column, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from bot.infra.db import Instant, Json
from bot.infra.models import Member, OutboxMessage, Workspace

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


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast messages may be sent."""

    channel_interval: timedelta = timedelta(seconds=1)
    """The least time between two messages to one person or channel: Slack allows one a second."""
    workspace_per_second: int = 4
    """Slack allows "several hundred a minute", and this is 240."""


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that only this worker may post until its lease expires."""

    id: int
    workspace_id: int
    team_id: str | None
    key: str
    member_id: int | None
    slack_user_id: str | None
    dm_channel: str | None
    channel: str | None
    body: dict[str, Any]
    expires_at: datetime | None
    posting_at: datetime | None
    tries: int


_other, _busy = aliased(OutboxMessage), aliased(OutboxMessage)
_NOW = bindparam("now", type_=Instant())
_SAME_RECIPIENT = and_(
    _other.workspace_id == OutboxMessage.workspace_id,
    _other.id != OutboxMessage.id,
    or_(_other.member_id == OutboxMessage.member_id, _other.channel == OutboxMessage.channel),
)
# literals, because a partial index needs the exact condition that it was created with
_WAITING: ColumnClause[str] = literal_column("'waiting'")
_SENDING: ColumnClause[str] = literal_column("'sending'")
_IS_RECIPIENT_BUSY = exists().where(_SAME_RECIPIENT, _other.state == _SENDING, _other.lease_until > _NOW)
_IS_RECIPIENT_RESTING = exists().where(
    _SAME_RECIPIENT, _other.posting_at > bindparam("pause", type_=Instant()), _other.posting_at <= _NOW
)
_WORKSPACES_AT_LIMIT = (
    select(_busy.workspace_id)
    .where(_busy.posting_at > bindparam("second", type_=Instant()), _busy.posting_at <= _NOW)
    .group_by(_busy.workspace_id)
    .having(func.count() >= bindparam("ceiling"))
)
_DUE = or_(
    and_(OutboxMessage.state == _WAITING, OutboxMessage.not_before <= _NOW),
    and_(OutboxMessage.state == _SENDING, OutboxMessage.lease_until <= _NOW),
)
_NEXT = (
    select(OutboxMessage.id)
    .where(
        OutboxMessage.state.in_((_WAITING, _SENDING)),
        _DUE,
        OutboxMessage.workspace_id.not_in(_WORKSPACES_AT_LIMIT),
        ~_IS_RECIPIENT_RESTING,
        ~_IS_RECIPIENT_BUSY,
    )
    .order_by(OutboxMessage.not_before, OutboxMessage.id)
    .limit(1)
)
_NEXT_LOCKED = _NEXT.with_for_update(of=OutboxMessage, skip_locked=True)  # only on Postgres, where it avoids waiting
_CLAIM = (
    update(OutboxMessage)
    .where(OutboxMessage.id == bindparam("of_id"), _DUE)
    .values(state="sending", lease_until=bindparam("until"), tries=OutboxMessage.tries + 1)
    .returning(OutboxMessage.id)
    .execution_options(synchronize_session=False)
)
_CLAIMED = (
    select(
        OutboxMessage.id,
        OutboxMessage.workspace_id,
        Workspace.team_id,
        OutboxMessage.key,
        OutboxMessage.member_id,
        Member.slack_user_id,
        Member.dm_channel,
        OutboxMessage.channel,
        OutboxMessage.body,
        OutboxMessage.expires_at,
        OutboxMessage.posting_at,
        OutboxMessage.tries,
    )
    .join(Workspace, Workspace.id == OutboxMessage.workspace_id)
    .outerjoin(Member, Member.id == OutboxMessage.member_id)
    .where(OutboxMessage.id == bindparam("of_id"))
)
_IS_CLAIMED = and_(
    OutboxMessage.id == bindparam("of_id"),
    OutboxMessage.state == "sending",
    OutboxMessage.tries == bindparam("of_try"),
)


def _due_at(now: datetime, pace: Pace) -> dict[str, Any]:
    pause, second = now - pace.channel_interval, now - timedelta(seconds=1)
    return {"now": now, "pause": pause, "second": second, "ceiling": pace.workspace_per_second}


def is_due(session: Session, now: datetime, pace: Pace) -> bool:
    """Whether there is anything to send now; call it before `claim`, since reading makes no writer wait."""
    return session.execute(_NEXT, _due_at(now, pace)).first() is not None


def claim(session: Session, now: datetime, pace: Pace, lease: timedelta) -> ClaimedMessage | None:
    """Claim the next due message, which may be one whose lease has expired; None if there is none for this worker.

    A recipient gets no message while another one to them is being sent, or for `pace.channel_interval` after it.
    """
    message_id = session.execute(_NEXT_LOCKED, _due_at(now, pace)).scalar()
    if message_id is None:
        return None
    if session.execute(_CLAIM, {"of_id": message_id, "now": now, "until": now + lease}).first() is None:
        return None
    return ClaimedMessage(*session.execute(_CLAIMED, {"of_id": message_id}).one())


def mark_posting(session: Session, message: ClaimedMessage, channel: str, now: datetime, lease: timedelta) -> bool:
    """Record, right before posting, that the message may be in Slack from now on; False if the lease is lost."""
    started = func.coalesce(OutboxMessage.posting_at, bindparam("at", type_=Instant()))
    return _write(session, message, at=now, channel=channel, posting_at=started, lease_until=now + lease)


def mark_sent(session: Session, message: ClaimedMessage, channel: str, ts: str, now: datetime) -> bool:
    """Record that the message is in Slack, and where; False if another worker has claimed it since."""
    return _write(session, message, state="sent", channel=channel, ts=ts, sent_at=now, lease_until=None, error=None)


def reschedule(session: Session, message: ClaimedMessage, until: datetime, reason: str, *, maybe_posted: bool) -> bool:
    """Make the message wait until `until`. With `maybe_posted` it is looked up in Slack before it is sent again."""
    cleared: dict[str, Any] = {} if maybe_posted else {"posting_at": None}
    return _write(session, message, state="waiting", not_before=until, lease_until=None, error=reason, **cleared)


def forget_channel(session: Session, message: ClaimedMessage, now: datetime) -> bool:
    """Forget a direct message channel that Slack no longer knows, so that it is opened again right away."""
    session.execute(update(Member).where(Member.id == message.member_id).values(dm_channel=None))
    return _write(session, message, state="waiting", not_before=now, lease_until=None, channel=None, posting_at=None)


def fail(session: Session, message: ClaimedMessage, state: str, reason: str) -> bool:
    """Mark the message as dead (can never be sent) or expired (too late to be useful), with the reason."""
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


def delete_finished(session: Session, before: datetime) -> None:
    """Delete the sent and failed messages created before `before`; waiting ones stay."""
    session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.created_at < before, OutboxMessage.state.in_(("sent", "dead", "expired")))
        .execution_options(synchronize_session=False)
    )


def _write(session: Session, message: ClaimedMessage, at: datetime | None = None, **values: Any) -> bool:
    statement = update(OutboxMessage).where(_IS_CLAIMED).values(values).returning(OutboxMessage.id)
    parameters = {"of_id": message.id, "of_try": message.tries} | ({"at": at} if at else {})
    return session.execute(statement.execution_options(synchronize_session=False), parameters).first() is not None
