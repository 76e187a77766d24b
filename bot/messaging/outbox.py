"""The outbox: every new message on its way to Slack, from the moment it is decided until it is told or given up.

Here are the rows and their conditional writes. Posting them is `bot.jobs.delivery`'s work; deciding what to say is the
digest's and the nudges'. Nothing else in the house sends a new message.

Two columns carry the promise that nothing is lost and nothing said twice. `tries` grows by each claim, and everything
written after a claim asks for it: who lost the lease writes nothing. `posting_at` is set before the first try to post
and taken away only by a clear refusal: while it stands, the message may be in Slack already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnClause, and_, bindparam, delete, exists, func, literal_column, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from bot.infra.db import Instant, Json
from bot.infra.models import Member, OutboxMessage, Workspace

_PUT = text(
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
    """Put a message in, once for its key; False where the workspace's outbox has, or had, that key already.

    `body` is text and blocks as Slack takes them; `data` is what the body can be made from again after a click. It
    goes to the member's direct message unless a `channel` is named, not before `not_before`, and never from
    `expires_at` on: then it is too late to be of use.
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
    return session.execute(_PUT, values).first() is not None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast messages may go out."""

    in_channel: timedelta = timedelta(seconds=1)
    """Between two messages to one person or channel: Slack allows one a second."""
    in_workspace: int = 4
    """A second: Slack allows "several hundred a minute", and this is 240."""


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that this worker, and no other, may try to post until its lease runs out."""

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
_SAME_PLACE = and_(
    _other.workspace_id == OutboxMessage.workspace_id,
    _other.id != OutboxMessage.id,
    or_(_other.member_id == OutboxMessage.member_id, _other.channel == OutboxMessage.channel),
)
_WAITING: ColumnClause[str] = literal_column("'waiting'")  # a partial index is found by the very words it was made with
_SENDING: ColumnClause[str] = literal_column("'sending'")
_BEING_SENT_THERE = exists().where(_SAME_PLACE, _other.state == _SENDING, _other.lease_until > _NOW)
_JUST_SENT_THERE = exists().where(
    _SAME_PLACE, _other.posting_at > bindparam("pause", type_=Instant()), _other.posting_at <= _NOW
)
_AT_CEILING = (
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
        OutboxMessage.workspace_id.not_in(_AT_CEILING),
        ~_JUST_SENT_THERE,
        ~_BEING_SENT_THERE,
    )
    .order_by(OutboxMessage.not_before, OutboxMessage.id)
    .limit(1)
)
_NEXT_ALONE = _NEXT.with_for_update(
    of=OutboxMessage, skip_locked=True
)  # said on Postgres alone, where it saves waiting
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
_OURS = and_(
    OutboxMessage.id == bindparam("of_id"),
    OutboxMessage.state == "sending",
    OutboxMessage.tries == bindparam("of_try"),
)


def _due_at(now: datetime, pace: Pace) -> dict[str, Any]:
    pause, second = now - pace.in_channel, now - timedelta(seconds=1)
    return {"now": now, "pause": pause, "second": second, "ceiling": pace.in_workspace}


def is_due(session: Session, now: datetime, pace: Pace) -> bool:
    """Whether there is anything to send at this moment; asked before `claim`, since looking makes no writer wait."""
    return session.execute(_NEXT, _due_at(now, pace)).first() is not None


def claim(session: Session, now: datetime, pace: Pace, lease: timedelta) -> ClaimedMessage | None:
    """Take the next message due, one whose sender's lease ran out among them; None where there is none for us.

    A place is left in peace while a message to it is on its way, and for `pace.in_channel` after one.
    """
    number = session.execute(_NEXT_ALONE, _due_at(now, pace)).scalar()
    if number is None:
        return None
    if session.execute(_CLAIM, {"of_id": number, "now": now, "until": now + lease}).first() is None:
        return None
    return ClaimedMessage(*session.execute(_CLAIMED, {"of_id": number}).one())


def mark_posting(session: Session, message: ClaimedMessage, channel: str, now: datetime, lease: timedelta) -> bool:
    """Note, right before posting, that the message may be there from now on; False where the lease is lost."""
    started = func.coalesce(OutboxMessage.posting_at, bindparam("at", type_=Instant()))
    return _write(session, message, at=now, channel=channel, posting_at=started, lease_until=now + lease)


def mark_sent(session: Session, message: ClaimedMessage, channel: str, ts: str, now: datetime) -> bool:
    """Note that the message is in Slack, and where; False where somebody else has taken it over."""
    return _write(session, message, state="sent", channel=channel, ts=ts, sent_at=now, lease_until=None, error=None)


def reschedule(session: Session, message: ClaimedMessage, until: datetime, why: str, *, maybe_posted: bool) -> bool:
    """Let the message wait until a moment. `maybe_posted` keeps the mark by which it is looked for before sending."""
    kept: dict[str, Any] = {} if maybe_posted else {"posting_at": None}
    return _write(session, message, state="waiting", not_before=until, lease_until=None, error=why, **kept)


def forget_channel(session: Session, message: ClaimedMessage, now: datetime) -> bool:
    """Drop a direct message channel that Slack no longer knows, so that it is asked for again at once."""
    session.execute(update(Member).where(Member.id == message.member_id).values(dm_channel=None))
    return _write(session, message, state="waiting", not_before=now, lease_until=None, channel=None, posting_at=None)


def fail(session: Session, message: ClaimedMessage, state: str, why: str) -> bool:
    """End the message: dead (it can never be sent) or expired (too late to be of use), with the reason."""
    return _write(session, message, state=state, lease_until=None, error=why)


def pause_workspace(session: Session, workspace_id: int, until: datetime) -> None:
    """Let all that waits in a workspace wait until a moment: Slack has asked for it, or the token is gone."""
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
    """Find the message of ours that stands in a channel; None for one that is not ours."""
    statement = select(OutboxMessage).where(
        OutboxMessage.workspace_id == workspace_id, OutboxMessage.channel == channel, OutboxMessage.ts == ts
    )
    return session.scalars(statement).one_or_none()


def delete_finished(session: Session, before: datetime) -> None:
    """Drop the messages from before a moment that are done with; what still waits stays."""
    session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.created_at < before, OutboxMessage.state.in_(("sent", "dead", "expired")))
        .execution_options(synchronize_session=False)
    )


def _write(session: Session, message: ClaimedMessage, at: datetime | None = None, **values: Any) -> bool:
    statement = update(OutboxMessage).where(_OURS).values(values).returning(OutboxMessage.id)
    named = {"of_id": message.id, "of_try": message.tries} | ({"at": at} if at else {})
    return session.execute(statement.execution_options(synchronize_session=False), named).first() is not None
