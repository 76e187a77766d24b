"""Claims: which message of the outbox is sent next, and by which worker, at the pace that Slack allows.

A recipient gets one message at a time, and the next one not before a second has passed since the last attempt was
answered, whichever process made it and whether it was a first attempt or a retry. Never here: posting
(`bot.jobs.delivery`), or what becomes of a claimed message (`outbox`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session, aliased

from bot.infra.db import Instant
from bot.infra.models import Member, OutboxMessage, Workspace


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


_busy, _recent = aliased(OutboxMessage), aliased(OutboxMessage)
_NOW = bindparam("now", type_=Instant())
# literals, because a partial index needs the exact condition that it was created with
_WAITING: ColumnClause[str] = literal_column("'waiting'")
_SENDING: ColumnClause[str] = literal_column("'sending'")


def _none_of(column: Any, *selects: Any) -> ColumnElement[bool]:
    return or_(column.is_(None), and_(*(column.not_in(rows) for rows in selects)))


def _claimed(column: Any) -> Any:
    """Return the recipients to whom a message is being sent now: a handful of rows, by the index of the leases."""
    return select(column).where(_busy.state == _SENDING, _busy.lease_until > _NOW, column.is_not(None))


def _told_since(column: Any, name: str) -> Any:
    """Return the recipients of the attempts since then: a handful of rows, by the index of the attempts."""
    since = bindparam(name, type_=Instant())
    return select(column).where(_recent.attempted_at > since, _recent.attempted_at <= _NOW, column.is_not(None))


_MAY_BE_TOLD = and_(
    _none_of(OutboxMessage.member_id, _claimed(_busy.member_id), _told_since(_recent.member_id, "pause")),
    _none_of(OutboxMessage.channel, _claimed(_busy.channel), _told_since(_recent.channel, "pause")),
)
_WORKSPACES_AT_LIMIT = (
    _told_since(_recent.workspace_id, "second")
    .group_by(_recent.workspace_id)
    .having(func.count() >= bindparam("ceiling"))
)
_DUE = or_(
    and_(OutboxMessage.state == _WAITING, OutboxMessage.not_before <= _NOW),
    and_(OutboxMessage.state == _SENDING, OutboxMessage.lease_until <= _NOW),
)
_NEXT = (
    select(OutboxMessage.id, OutboxMessage.workspace_id, OutboxMessage.member_id, OutboxMessage.channel)
    .where(
        OutboxMessage.state.in_((_WAITING, _SENDING)),
        _DUE,
        OutboxMessage.workspace_id.not_in(_WORKSPACES_AT_LIMIT),
        _MAY_BE_TOLD,
    )
    .order_by(OutboxMessage.not_before, OutboxMessage.id)
    .limit(1)
)
_NEXT_LOCKED = _NEXT.with_for_update(of=OutboxMessage, skip_locked=True)  # only on Postgres, where it avoids waiting
_LOCK_RECIPIENT = text("SELECT pg_advisory_xact_lock(hashtextextended(:recipient, 0))")
_CLAIM = (
    update(OutboxMessage)
    .where(OutboxMessage.id == bindparam("of_id"), _DUE, _MAY_BE_TOLD)
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


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message that may be sent now, before it is claimed."""

    id: int
    workspace_id: int
    member_id: int | None
    channel: str | None

    @property
    def recipient(self) -> str:
        """Identifies the person or channel that it goes to."""
        return f"{self.workspace_id}:{self.member_id or self.channel}"


def _at(now: datetime, pace: Pace) -> dict[str, Any]:
    return {"now": now, "pause": now - pace.channel_interval}


def _limits(now: datetime, pace: Pace) -> dict[str, Any]:
    return _at(now, pace) | {"second": now - timedelta(seconds=1), "ceiling": pace.workspace_per_second}


def is_due(session: Session, now: datetime, pace: Pace) -> bool:
    """Whether there is anything to send now; call it before `lock_next`, since reading makes no writer wait."""
    return session.execute(_NEXT, _limits(now, pace)).first() is not None


def lock_next(session: Session, now: datetime, pace: Pace) -> DueMessage | None:
    """Find the next due message, which may be one whose lease has expired, and lock it; None if there is none.

    A recipient gets no message while another one to them is being sent, or for `pace.channel_interval` after it.
    """
    row = session.execute(_NEXT_LOCKED, _limits(now, pace)).first()
    return DueMessage(*row) if row else None


def claim(session: Session, due: DueMessage, now: datetime, pace: Pace, lease: timedelta) -> ClaimedMessage | None:
    """Claim a due message; None if another worker was first with one to the same recipient.

    Of two workers that look at the same moment at two messages to one person, both see nobody at work. So on Postgres
    the recipient is locked until the claim is committed, and then looked at again; SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_LOCK_RECIPIENT, {"recipient": due.recipient})
    values = {"of_id": due.id, "until": now + lease, **_at(now, pace)}
    if session.execute(_CLAIM, values).first() is None:
        return None
    return ClaimedMessage(*session.execute(_CLAIMED, {"of_id": due.id}).one())
